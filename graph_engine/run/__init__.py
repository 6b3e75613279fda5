"""The evaluator, the executor protocol, the worker process, cancellation and typed events."""
