"""The pages of `docs/evidence`: each claim measured on the starters, and its picture grid painted."""
