"""Alembic's entry: runs in the transaction that storage.schema has opened."""

from __future__ import annotations

from alembic import context

from storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    # The search index is made by hand: SQLite's is a virtual table with shadow tables of its own.
    include_name=lambda name, kind, _: kind != "table" or not str(name).startswith("action_words"),
)
context.run_migrations()
