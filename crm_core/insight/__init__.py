"""Insight: the live board, reports, and what happens by itself."""
