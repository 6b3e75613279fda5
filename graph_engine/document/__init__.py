"""Our versioned workflow document and the one compiler to run form."""
