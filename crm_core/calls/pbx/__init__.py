"""The office's PBXs as people see them: links, their settings, and whether they work."""
