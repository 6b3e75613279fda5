"""ComfyUI's routes, each also under ``/api``."""

from aiohttp import web

from compat.comfyui.server import files, history, internal, jobs, models, prompts, queue, socket, system, user_files

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
    ("GET", "/workflow_templates", system.get_templates),
    ("GET", "/i18n", system.get_words),
    ("GET", "/embeddings", files.get_embeddings),
    ("GET", "/models", files.get_models),
    ("GET", "/models/{folder}", files.get_models_of),
    ("GET", "/experiment/models", models.get_model_kinds),
    ("GET", "/experiment/models/{folder}", models.get_models_with_details),
    ("GET", "/view_metadata/{folder}", models.get_view_metadata),
    ("GET", "/view", files.get_view),
    ("POST", "/upload/image", files.post_upload),
    ("POST", "/upload/mask", files.post_mask),
    ("GET", "/ws", socket.serve_socket),
    ("GET", "/users", user_files.get_users),
    ("POST", "/users", user_files.post_users),
    ("GET", "/settings", user_files.get_settings),
    ("POST", "/settings", user_files.post_settings),
    ("GET", "/settings/{id}", user_files.get_setting),
    ("POST", "/settings/{id}", user_files.post_setting),
    ("GET", "/userdata", user_files.get_userdata),
    ("GET", "/v2/userdata", user_files.get_userdata_v2),
    ("POST", "/userdata/{file:.+?}/move/{dest:.+}", user_files.move_userdata_file),
    ("GET", "/userdata/{file:.+}", user_files.get_userdata_file),
    ("POST", "/userdata/{file:.+}", user_files.post_userdata_file),
    ("DELETE", "/userdata/{file:.+}", user_files.delete_userdata_file),
    ("GET", "/internal/logs", internal.get_logs),
    ("GET", "/internal/logs/raw", internal.get_raw_logs),
    ("PATCH", "/internal/logs/subscribe", internal.patch_subscription),
    ("GET", "/internal/files/{root}", internal.get_files),
    ("GET", "/internal/folder_paths", internal.get_folder_paths),
)


def add_comfyui_routes(app: web.Application) -> None:
    """Add every route, with and without the prefix."""
    app[socket.OWNERS] = socket.Owners()
    for method, path, handler in ROUTES:
        for prefix in ("", "/api"):
            app.router.add_route(method, prefix + path, handler)
    app.router.add_get("/api/jobs", jobs.get_jobs)
    app.router.add_get("/api/jobs/{job_id}", jobs.get_job)
