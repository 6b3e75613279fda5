"""What happens, told to many: one sequence, stored in batches, resumed by number."""
