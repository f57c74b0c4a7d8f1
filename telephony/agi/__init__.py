"""FastAGI: the dialplan of a PBX asks us who is calling, before any phone rings.

A service of our own: panoramisk's stops the whole loop for a client that connects and is silent.
"""
