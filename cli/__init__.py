"""Options and verbs; the composition root of the server process."""
