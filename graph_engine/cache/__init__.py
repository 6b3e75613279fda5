"""Content-addressed caching: fingerprint, key, policy, stores."""
