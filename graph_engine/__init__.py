"""The dataflow engine: evaluates user-built graphs. No torch, no HTTP, no database."""
