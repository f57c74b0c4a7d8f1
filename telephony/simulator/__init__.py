"""A small PBX made of text: it speaks the Manager Interface and plays calls that nobody makes.

For the demo and for tests. What it says follows what a real Asterisk 22 says of the same calls.
"""
