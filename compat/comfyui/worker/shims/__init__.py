"""The modules that custom nodes import by ComfyUI's names. Each file builds one module's members for a host."""
