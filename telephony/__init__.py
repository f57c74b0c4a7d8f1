"""Asterisk: what it says, what it is told, and what its channels mean for people."""
