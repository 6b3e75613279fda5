"""From a text to a CLIP image embedding, and what can be done with embeddings (Ramesh et al. 2022)."""
