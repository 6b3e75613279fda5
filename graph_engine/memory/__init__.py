"""The device-memory ledger and its leases."""
