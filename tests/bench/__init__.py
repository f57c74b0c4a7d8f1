"""The benchmark: Allo beside the least programs that could do the same work."""
