"""The browser side and its server."""
