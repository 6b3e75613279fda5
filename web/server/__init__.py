"""The aiohttp server: typed API, jobs, events, persistence. Never imports torch."""
