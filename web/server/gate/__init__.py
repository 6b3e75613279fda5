"""One gate for every request: where it came from, who it is, how much it brings, and what headers go back."""
