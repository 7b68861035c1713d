"""Alembic's entry point: runs on the connection (and in the transaction) that ``migrate`` holds."""

from alembic import context

from automl_lite.store.sql.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=False)
context.run_migrations()
