"""Imports under way, counted calls, long tokens, leases, and which commands a platform was told."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, Table, Text, text

from storage.metadata import metadata
from storage.types import UtcDateTime, plain_text

imports = Table(
    "imports",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", plain_text(200), nullable=False, unique=True),
    Column("state", plain_text(10), nullable=False),  # an ImportStatus
    Column("theirs", Boolean, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("total", Integer, nullable=False),  # rows staged, and of these rows finished: counting them for
    Column("done", Integer, nullable=False),  # every batch would make a long import ever slower
)
import_rows = Table(
    "import_rows",
    metadata,
    Column("import_id", ForeignKey("imports.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("line", Integer, nullable=False),
    Column("record", Text, nullable=False),
    Column("key", plain_text(100), nullable=False),
    Column("outcome", plain_text(10)),  # nothing while it waits
    Column("detail", Text, nullable=False),
    Index(None, "import_id", "outcome", "position"),
)
import_bases = Table(
    "import_bases",
    metadata,
    Column("action_id", ForeignKey("actions.id"), primary_key=True),
    Column("facts", JSON(none_as_null=True), nullable=False),
)
calls = Table(
    "calls",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person", plain_text(64), nullable=False),  # a pseudonym
    Column("command", plain_text(32), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("halves", Integer, nullable=False, server_default=text("2")),  # a call that counts half is one
    Index(None, "person", "command", "at"),
)
stored_tokens = Table(
    "stored_tokens",
    metadata,
    Column("community_id", Integer, primary_key=True, autoincrement=False),  # 0: where there is no community
    Column("digest", plain_text(40), primary_key=True),
    Column("body", Text, nullable=False),
)
leases = Table(
    "leases",
    metadata,
    Column("name", plain_text(100), primary_key=True),
    Column("holder", plain_text(100), nullable=False),
    Column("until", UtcDateTime, nullable=False),
)
command_trees = Table(
    "command_trees",
    metadata,
    Column("platform", plain_text(20), primary_key=True),
    Column("application", plain_text(100), primary_key=True),
    Column("digest", plain_text(64), nullable=False),
)
