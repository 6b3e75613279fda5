"""ComfyUI's contract of custom nodes, on this engine. Everything here runs in the worker process."""
