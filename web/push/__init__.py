"""Push: what browsers are told without asking."""
