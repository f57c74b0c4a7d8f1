"""The kernel: facts, the bus, the database, the clock, errors and phone numbers."""
