"""Communities, people, one-time codes and the audit."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, text

from storage.metadata import metadata
from storage.types import UtcDateTime, plain_text

boards = Table(
    "boards",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", plain_text(40), nullable=False, unique=True),
)
communities = Table(
    "communities",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("board_id", ForeignKey("boards.id"), nullable=False, unique=True),
    Column("curator", Boolean, nullable=False),
    Column("zone", plain_text(), nullable=False, server_default="UTC"),
    Column("most_cards", Integer, nullable=False, server_default=text("60")),  # an hour
)
policies = Table(
    "policies",  # of boards that ask for more than one person
    metadata,
    Column("board_id", ForeignKey("boards.id"), primary_key=True),
    Column("policy", plain_text(10), nullable=False),
)
homes = Table(
    "homes",
    metadata,
    Column("platform", plain_text(20), primary_key=True),
    Column("home", plain_text(100), primary_key=True),
    Column("community_id", ForeignKey("communities.id"), nullable=False, index=True),
    Column("name", Text, nullable=False, server_default=text("''")),  # what people call it
    Column("joined_at", UtcDateTime),  # nothing: before this was kept
    Column("suspended_at", UtcDateTime),
)
moderators = Table(
    "moderators",
    metadata,
    Column("community_id", ForeignKey("communities.id"), primary_key=True),
    Column("platform", plain_text(20), primary_key=True),
    Column("is_group", Boolean, primary_key=True),
    Column("member", plain_text(100), primary_key=True),  # the account's or the group's id on its platform
    Column("name", Text, nullable=False),  # how people see it
)
accounts = Table(
    "accounts",  # those that did something under their name; never that of an anonymous author
    metadata,
    Column("id", Integer, primary_key=True),
    Column("platform", plain_text(20), nullable=False),
    Column("account", plain_text(100), nullable=False),
    Column("name", Text, nullable=False),
    Column("pseudonym", plain_text(64), nullable=False, unique=True),
    Column("person", Integer, nullable=False, index=True),  # the same for linked accounts
    Column("seen_at", UtcDateTime, nullable=False),
    UniqueConstraint("platform", "account"),
    # SQLite would give the number of the last one, once forgotten, to the next: who then had decided it all.
    sqlite_autoincrement=True,
)
bans = Table(
    "bans",
    metadata,
    Column("community_id", ForeignKey("communities.id"), primary_key=True),
    Column("pseudonym", plain_text(64), primary_key=True),
    Column("report_id", Integer),  # by whose card an anonymous author was banned
    Column("why", Text, nullable=False),
    Column("by", Integer),  # like all of people that follow: an account, which may be gone
    Column("at", UtcDateTime, nullable=False),
)
member_notes = Table(
    "member_notes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("community_id", ForeignKey("communities.id"), nullable=False),
    Column("pseudonym", plain_text(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("by", Integer),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "community_id", "pseudonym"),
)
one_time_codes = Table(
    "one_time_codes",
    metadata,
    Column("digest", plain_text(64), primary_key=True),
    Column("purpose", plain_text(10), nullable=False),
    Column("subject", Integer, nullable=False),  # a community for `join`, an account for `link`
    Column("until", UtcDateTime, nullable=False),
)
audit_heads = Table(
    "audit_heads",
    metadata,
    Column("community_id", ForeignKey("communities.id"), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("hash", plain_text(64), nullable=False),
)
audit_entries = Table(
    "audit_entries",
    metadata,
    Column("community_id", ForeignKey("communities.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("event", plain_text(40), nullable=False),
    Column("subject", plain_text(40), nullable=False),
    Column("detail", plain_text(64), nullable=False),
    Column("previous", plain_text(64), nullable=False),
    Column("hash", plain_text(64), nullable=False),
)
audit_details = Table(
    "audit_details",  # what may be forgotten
    metadata,
    Column("community_id", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("salt", plain_text(32), nullable=False),
    Column("account_id", Integer, index=True),
    Column("text", Text, nullable=False),
)
