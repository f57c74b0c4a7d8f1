"""Calls: who is calling, whose screen shows it, and the log of every call that ended."""
