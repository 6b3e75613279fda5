"""ComfyUI's routes, each also under ``/api``."""

from aiohttp import web

from compat.comfyui.server import files, history, prompts, queue, socket, system

ROUTES = (
    ("GET", "/prompt", prompts.get_prompt),
    ("POST", "/prompt", prompts.post_prompt),
    ("GET", "/queue", queue.get_queue),
    ("POST", "/queue", queue.post_queue),
    ("POST", "/interrupt", queue.post_interrupt),
    ("POST", "/free", queue.post_free),
    ("GET", "/history", history.get_history),
    ("POST", "/history", history.post_history),
    ("GET", "/history/{prompt_id}", history.get_history_of),
    ("GET", "/object_info", system.get_object_info),
    ("GET", "/object_info/{node_class}", system.get_object_info_of),
    ("GET", "/system_stats", system.get_system_stats),
    ("GET", "/features", system.get_features),
    ("GET", "/extensions", system.get_extensions),
    ("GET", "/embeddings", files.get_embeddings),
    ("GET", "/models", files.get_models),
    ("GET", "/models/{folder}", files.get_models_of),
    ("GET", "/view", files.get_view),
    ("POST", "/upload/image", files.post_upload),
    ("POST", "/upload/mask", files.post_mask),
    ("GET", "/ws", socket.serve_socket),
)


def add_comfyui_routes(app: web.Application) -> None:
    """Add every route, with and without the prefix."""
    app[socket.OWNERS] = socket.Owners()
    for method, path, handler in ROUTES:
        for prefix in ("", "/api"):
            app.router.add_route(method, prefix + path, handler)
