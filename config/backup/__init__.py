"""Copies of an office: into an archive, back from it, and from one database engine to the other."""
