"""Places, what is sent to them, and the inboxes of terminals."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.metadata import metadata
from storage.types import UtcDateTime, plain_text

places = Table(
    "places",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("platform", plain_text(20), nullable=False),
    Column("home", plain_text(100), nullable=False),  # empty for direct messages
    Column("place", plain_text(100), nullable=False),
    Column("direct", Boolean, nullable=False),
    Column("name", Text, nullable=False),
    Column("suspended_at", UtcDateTime),
    Column("trouble", Text, nullable=False),
    Column("announced_at", UtcDateTime),  # that it refuses
    UniqueConstraint("platform", "home", "place", "direct"),
)
review_places = Table(
    "review_places",
    metadata,
    Column("community_id", ForeignKey("communities.id"), primary_key=True),
    Column("place_id", ForeignKey("places.id"), primary_key=True),
)
payloads = Table(
    "payloads",  # replies, each once
    metadata,
    Column("digest", plain_text(64), primary_key=True),
    Column("document", Text, nullable=False),
)
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", plain_text(25), nullable=False, unique=True),
    Column("purpose", plain_text(10), nullable=False),
    Column("place_id", ForeignKey("places.id")),  # nothing: read in /reports only
    Column("payload", ForeignKey("payloads.digest"), nullable=False, index=True),
    Column("due_at", UtcDateTime, nullable=False),
    Column("state", plain_text(10), nullable=False),
    Column("part", Integer, nullable=False, server_default=text("1")),  # of several messages
    Column("revision_from", Integer),  # of a digest: the revisions that it tells of
    Column("revision_to", Integer),
    Column("attempt", Integer, nullable=False),
    Column("frozen", LargeBinary),
    Column("started_at", UtcDateTime),
    Column("doubtful", Boolean, nullable=False),  # an attempt since `started_at` may have come through
    Column("lease_until", UtcDateTime),
    Column("sent_at", UtcDateTime),
    Column("message", plain_text(100), nullable=False),  # what the platform calls it
    Column("trouble", Text, nullable=False),
    Column("community_id", Integer),
    Column("about", plain_text(60)),  # a Subject
    Column("recipient", plain_text(64), nullable=False, index=True),  # a pseudonym
    Column("edits", ForeignKey("deliveries.id")),
    Column("read_at", UtcDateTime),
    Index(None, "state", "place_id", "due_at"),
    Index(None, "community_id", "purpose", "due_at"),
    Index(None, "about", "purpose"),
)
inbox = Table(
    "inbox",  # what arrived at a terminal
    metadata,
    Column("delivery_id", ForeignKey("deliveries.id"), primary_key=True),
    Column("place_id", ForeignKey("places.id"), nullable=False),
    Column("payload", ForeignKey("payloads.digest"), nullable=False),
    Column("read_at", UtcDateTime),
    Index(None, "place_id", "read_at"),
)
