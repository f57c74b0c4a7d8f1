"""Promises: what was said to a caller, until when, and whether it was kept."""
