"""What people ask of a PBX: calls by a click, and what becomes of calls that go on."""
