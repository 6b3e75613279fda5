"""The version of the house, as the server tells it."""

VERSION = "0.1.0"
