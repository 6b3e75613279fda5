"""The job state machine, the queue policy and the store protocol."""
