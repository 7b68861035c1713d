"""Metadata in SQLite or PostgreSQL through SQLAlchemy Core, migrated by Alembic."""
