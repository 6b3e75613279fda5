"""ComfyUI's canvas JSON (workflow JSON 0.4 and 1.0) and our document, in both directions."""
