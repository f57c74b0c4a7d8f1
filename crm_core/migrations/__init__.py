"""Alembic migrations of the one schema for SQLite and PostgreSQL."""
