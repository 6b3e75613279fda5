"""Webhooks: told when a job is over, signed, tried again, never to an address inside unless that is allowed."""
