"""Google's wires: what is read, what is written, and what its own SDK makes of it."""
