"""The habits of model families: how their networks are conditioned and called."""
