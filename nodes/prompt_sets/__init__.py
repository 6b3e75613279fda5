"""Sets of prompts to compare models by."""
