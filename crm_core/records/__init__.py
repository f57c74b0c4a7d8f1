"""Records and what joins them: clients, relations, notes, the timeline, search."""
