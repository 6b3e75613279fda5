"""ComfyUI's routes and messages. Never imports torch."""
