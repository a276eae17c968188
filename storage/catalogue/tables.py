"""The catalogue and its revisions. Dates are text, because they may lack a month or a day."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from storage.metadata import metadata
from storage.types import UtcDateTime, plain_text

code_counters = Table(
    "code_counters",
    metadata,
    Column("state", plain_text(2), primary_key=True),
    Column("last", Integer, nullable=False),
)
actions = Table(
    "actions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code_state", plain_text(2), nullable=False),
    Column("code_number", Integer, nullable=False),
    Column("key", plain_text(100), nullable=False, unique=True),
    Column("board_id", ForeignKey("boards.id"), nullable=False),
    Column("title", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("states", plain_text(), nullable=False),  # "CA,OR,WA", lead first, for lists
    Column("kind", plain_text(20), nullable=False),
    Column("approach", plain_text(20), nullable=False),
    Column("status", plain_text(20), nullable=False),
    Column("challenged", Boolean, nullable=False),
    Column("date", plain_text(10), nullable=False),
    Column("changed", plain_text(10), nullable=False),
    Column("sort_key", plain_text(20), nullable=False),  # by newest; the same in the two tables below
    Column("status_source", Integer, nullable=False),  # position of the source behind the status
    Column("verified", plain_text(10), nullable=False),
    Column("checked", plain_text(10)),
    Column("retracted", Boolean, nullable=False),
    Column("retracted_at", UtcDateTime),
    Column("retracted_reason", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    UniqueConstraint("code_state", "code_number"),
    Index(None, "board_id", "sort_key"),
)
action_states = Table(
    "action_states",
    metadata,
    Column("action_id", ForeignKey("actions.id"), primary_key=True),
    Column("state", plain_text(2), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("board_id", Integer, nullable=False),
    Column("sort_key", plain_text(20), nullable=False),
    Index(None, "board_id", "state", "sort_key"),
)
action_topics = Table(
    "action_topics",
    metadata,
    Column("action_id", ForeignKey("actions.id"), primary_key=True),
    Column("topic", plain_text(30), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("board_id", Integer, nullable=False),
    Column("sort_key", plain_text(20), nullable=False),
    Index(None, "board_id", "topic", "sort_key"),
)
sources = Table(
    "sources",
    metadata,
    Column("action_id", ForeignKey("actions.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("url", plain_text(), nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("publisher", Text, nullable=False),
    Column("date", plain_text(10)),
    Column("link_key", plain_text(), nullable=False, index=True),  # alike for all spellings of one link
)
status_changes = Table(
    "status_changes",
    metadata,
    Column("action_id", ForeignKey("actions.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("date", plain_text(10), nullable=False),
    Column("status", plain_text(20), nullable=False),
    Column("note", Text, nullable=False),
    Column("source", Integer, nullable=False),  # position of one of the action's sources
)
measures = Table(
    "measures",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", plain_text(10), nullable=False, unique=True),
    Column("name", Text, nullable=False),
)
action_measures = Table(
    "action_measures",
    metadata,
    Column("action_id", ForeignKey("actions.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("measure_id", ForeignKey("measures.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),  # as this action writes it
)
precedents = Table(
    "precedents",
    metadata,
    Column("key", plain_text(100), primary_key=True),
    Column("name", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("court", Text, nullable=False),
    Column("citation", Text, nullable=False),
    Column("holding", Text, nullable=False),
    Column("source_url", Text, nullable=False),
    Column("verified", Text, nullable=False),
)
action_precedents = Table(
    "action_precedents",
    metadata,
    Column("action_id", ForeignKey("actions.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("precedent_key", ForeignKey("precedents.key"), nullable=False, index=True),
)
balances = Table(
    "balances",
    metadata,
    Column("state", plain_text(2), primary_key=True),
    Column("fiscal_year", Integer, primary_key=True),
    Column("per_person", Integer, nullable=False),
    Column("publisher", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("source_url", Text, nullable=False),
)
# Kept with every published change, so that a state's page costs the same whatever the size of the catalogue.
# An empty state or topic stands for any; retracted actions do not count.
action_counts = Table(
    "action_counts",
    metadata,
    Column("board_id", ForeignKey("boards.id"), primary_key=True),
    Column("state", plain_text(2), primary_key=True),
    Column("topic", plain_text(30), primary_key=True),
    Column("approach", plain_text(20), primary_key=True),
    Column("status", plain_text(20), primary_key=True),
    Column("challenged", Boolean, primary_key=True),
    Column("count", Integer, nullable=False),
)
partner_counts = Table(
    "partner_counts",
    metadata,
    Column("board_id", ForeignKey("boards.id"), primary_key=True),
    Column("state", plain_text(2), primary_key=True),
    Column("partner", plain_text(2), primary_key=True),
    Column("count", Integer, nullable=False),
)
# Actions of a community's own board that were published for everyone: another code answers for them.
action_aliases = Table(
    "action_aliases",
    metadata,
    Column("action_id", ForeignKey("actions.id"), primary_key=True),
    Column("alias_of", ForeignKey("actions.id"), nullable=False, index=True),
)
revision_head = Table(
    "revision_head",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", Integer, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)
revisions = Table(
    "revisions",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("action_id", ForeignKey("actions.id"), nullable=False),
    Column("change", plain_text(20), nullable=False),
    Column("before", JSON(none_as_null=True)),
    Column("before_revision", Integer, nullable=False),
    Column("after", JSON(none_as_null=True), nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "action_id", "number"),
)
