"""Missed calls: a debt to the caller until somebody has spoken with them."""
