"""ComfyUI's contract v3: nodes as classes with a schema, served through the contract v1."""
