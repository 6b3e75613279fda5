"""Built-in nodes: thin typed functions that join the engine and the diffusion library."""
