"""The tables. Dates of the catalogue are text, because they may lack a month or a day."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.types import UtcDateTime, plain_text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# --- who has a board

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

# --- the catalogue

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

# --- what was published, in order

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

# --- imports on their way

imports = Table(
    "imports",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", plain_text(200), nullable=False, unique=True),
    Column("state", plain_text(10), nullable=False),  # staging, proposed, released, done, withdrawn
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

# --- calls

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

# --- people

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

# --- reports and proposals

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

# --- audit

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

# --- what the bot owes places

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
    Column(
        "doubtful", Boolean, nullable=False
    ),  # what began at `started_at`, or since, may have come through
    Column("lease_until", UtcDateTime),
    Column("sent_at", UtcDateTime),
    Column("message", plain_text(100), nullable=False),  # what the platform calls it
    Column("trouble", Text, nullable=False),
    Column("community_id", Integer),
    Column("report_id", ForeignKey("reports.id"), index=True),
    Column("recipient", plain_text(64), nullable=False, index=True),  # a pseudonym
    Column("edits", ForeignKey("deliveries.id")),
    Column("read_at", UtcDateTime),
    Index(None, "state", "place_id", "due_at"),
    Index(None, "community_id", "purpose", "due_at"),
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

# --- processes among themselves

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
