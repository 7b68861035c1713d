"""Bring the schema up to date at start: forward only, and safe with several processes starting at once."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

# Any constant does, as long as nobody else in the database locks the same one.
_LOCK = 8_126_404_911


def migrate(engine: sa.Engine) -> None:
    """Run the missing migrations under a lock; the process that comes second finds nothing left to do."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    head = ScriptDirectory.from_config(config).get_current_head()
    with engine.connect() as plain:
        connection = plain.execution_options(automl_lite_write=True)
        # SQLite: the transaction begins IMMEDIATE and so is the lock. PostgreSQL: an advisory lock until it ends.
        with connection.begin():
            if engine.dialect.name == "postgresql":
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            if MigrationContext.configure(connection).get_current_revision() != head:
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
