"""Other tools' forms at the door."""
