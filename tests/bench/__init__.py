"""The benchmark of the ring path: Allo beside the least program that could do the same work."""
