"""ComfyUI's formats and contracts, translated to ours."""
