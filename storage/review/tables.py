"""Reports and proposals."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from storage.metadata import metadata
from storage.types import UtcDateTime, plain_text

proposals = Table(
    "proposals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("board_id", ForeignKey("boards.id"), nullable=False),
    Column("kind", plain_text(10), nullable=False),
    Column("code", plain_text(12)),  # of the action that it changes
    Column("base", Integer, nullable=False),
    Column("edition", Integer, nullable=False),
    Column("by", Integer),
    Column("state", plain_text(10), nullable=False),
    Column("import_id", ForeignKey("imports.id")),
    Column("undoes", Integer),
    Column("replaces", plain_text(12)),
    Column("revision", Integer, index=True),
)
drafts = Table(
    "drafts",
    metadata,
    Column("proposal_id", ForeignKey("proposals.id"), primary_key=True),
    Column("edition", Integer, primary_key=True),
    Column("draft", JSON(none_as_null=True), nullable=False),
    Column("by", Integer),
    Column("at", UtcDateTime),
)
approvals = Table(
    "approvals",
    metadata,
    Column("proposal_id", ForeignKey("proposals.id"), primary_key=True),
    Column("edition", Integer, primary_key=True),
    Column("pseudonym", plain_text(64), primary_key=True),
    Column("account_id", Integer),
    Column("at", UtcDateTime, nullable=False),
)
reports = Table(
    "reports",
    metadata,
    Column("id", Integer, primary_key=True),  # its number: R-12
    Column("community_id", ForeignKey("communities.id"), nullable=False),
    Column("origin", plain_text(10), nullable=False),
    Column("kind", plain_text(10), nullable=False),
    Column("what", Text, nullable=False),
    Column("details", Text, nullable=False),
    Column("states", plain_text(), nullable=False),  # "CA,OR,WA", lead first
    Column("code", plain_text(12)),
    Column("link", Text, nullable=False),
    Column("link_key", plain_text(), nullable=False),  # empty without a link
    Column("author", plain_text(64)),  # a pseudonym; nothing: the operator, or somebody forgotten
    Column("anonymous", Boolean, nullable=False),
    Column("author_account", Integer),
    Column("made_at", UtcDateTime, nullable=False),
    Column("visible_at", UtcDateTime, nullable=False),
    Column("proposal_id", ForeignKey("proposals.id"), index=True),
    Column("status", plain_text(10), nullable=False),
    Column("version", Integer, nullable=False),
    Column("answered", Boolean, nullable=False),
    Column("claimed_by", Integer),
    Column("until", UtcDateTime, index=True),
    Column("note", Text, nullable=False),
    Column("decided_by", Integer),
    Column("decided_at", UtcDateTime),
    Column("reason", Text, nullable=False),
    Column("outcome", plain_text(12)),
    Column("repeats", Integer),
    Column("forwarded_from", Integer, index=True),
    Index(None, "community_id", "status", "id"),
    Index(None, "community_id", "link_key"),
    Index(None, "author"),
)
report_states = Table(
    "report_states",  # for the queue of one state
    metadata,
    Column("report_id", ForeignKey("reports.id"), primary_key=True),
    Column("state", plain_text(2), primary_key=True),
)
held_links = Table(
    "held_links",  # the open report that later ones of the same link, kind and subject follow
    metadata,
    Column("community_id", ForeignKey("communities.id"), primary_key=True),
    Column("digest", plain_text(64), primary_key=True),  # of link key, subject and kind
    Column("report_id", ForeignKey("reports.id"), nullable=False, index=True),
)
followers = Table(
    "followers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("report_id", ForeignKey("reports.id"), nullable=False, index=True),
    Column("author", plain_text(64), index=True),
    Column("anonymous", Boolean, nullable=False),
    Column("author_account", Integer),
    Column("what", Text, nullable=False),
    Column("details", Text, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
)
report_words = Table(
    "report_words",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("report_id", ForeignKey("reports.id"), nullable=False, index=True),
    Column("said", plain_text(10), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", Integer),
)
report_files = Table(
    "report_files",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("report_id", ForeignKey("reports.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("platform", plain_text(20), nullable=False),
    Column("url", Text, nullable=False),  # empty once it was fetched or given up
    Column("content", LargeBinary),
)
form_openings = Table(
    "form_openings",
    metadata,
    Column("digest", plain_text(64), primary_key=True),
    Column("report_id", ForeignKey("reports.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
)
