"""The first schema: boards, the catalogue, revisions, imports, stored tokens."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import UtcDateTime, plain_text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_STATES = [
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY",
    "LA", "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND",
    "OH", "OK", "OR", "PA", "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY",
    "DC", "AS", "GU", "MP", "PR", "VI",
]  # fmt: skip


def upgrade() -> None:
    """Make the tables and the rows that everything stands on."""
    _tables()
    _search_index()
    op.execute("INSERT INTO revision_head (id, number) VALUES (1, 0)")
    counters = sa.table("code_counters", sa.column("state"), sa.column("last"))
    op.bulk_insert(counters, [{"state": state, "last": 0} for state in _STATES])
    # The commons, and the operator's own community at the terminal, whose moderators are curators.
    for statement in (
        "INSERT INTO boards (id, name) VALUES (1, 'commons'), (2, 'terminal')",
        "INSERT INTO communities (id, board_id, curator) VALUES (1, 2, TRUE)",
        "INSERT INTO homes (platform, home, community_id) VALUES ('terminal', 'terminal', 1)",
    ):
        op.execute(statement)
    if op.get_bind().dialect.name == "postgresql":  # ids given by hand do not move the sequences
        op.execute("SELECT setval(pg_get_serial_sequence('boards', 'id'), 2)")
        op.execute("SELECT setval(pg_get_serial_sequence('communities', 'id'), 1)")


def _search_index() -> None:
    if op.get_bind().dialect.name == "sqlite":
        # The words are ASCII letters, digits and underlines already, cut and folded by us.
        op.execute(
            "CREATE VIRTUAL TABLE action_words USING fts5("
            "words, tokenize = \"ascii tokenchars '_'\", prefix = '2 3 4', detail = 'none')"
        )
        return
    op.execute(
        "CREATE TABLE action_words ("
        "action_id INTEGER PRIMARY KEY REFERENCES actions (id), words TSVECTOR NOT NULL)"
    )
    op.execute("CREATE INDEX ix_action_words_words ON action_words USING gin (words)")


def _tables() -> None:
    op.create_table(
        "balances",
        sa.Column("state", plain_text(2), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("per_person", sa.Integer(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("state", "fiscal_year", name="pk_balances"),
    )
    op.create_table(
        "boards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", plain_text(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_boards"),
        sa.UniqueConstraint("name", name="uq_boards_name"),
    )
    op.create_table(
        "code_counters",
        sa.Column("state", plain_text(2), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("state", name="pk_code_counters"),
    )
    op.create_table(
        "imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", plain_text(200), nullable=False),
        sa.Column("state", plain_text(10), nullable=False),
        sa.Column("theirs", sa.Boolean(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_imports"),
        sa.UniqueConstraint("name", name="uq_imports_name"),
    )
    op.create_table(
        "measures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", plain_text(10), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_measures"),
        sa.UniqueConstraint("key", name="uq_measures_key"),
    )
    op.create_table(
        "precedents",
        sa.Column("key", plain_text(100), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("court", sa.Text(), nullable=False),
        sa.Column("citation", sa.Text(), nullable=False),
        sa.Column("holding", sa.Text(), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=False),
        sa.Column("verified", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_precedents"),
    )
    op.create_table(
        "revision_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_revision_head_one_row"),
        sa.PrimaryKeyConstraint("id", name="pk_revision_head"),
    )
    op.create_table(
        "calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person", plain_text(64), nullable=False),
        sa.Column("command", plain_text(32), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_calls"),
    )
    op.create_index("ix_calls_person_command_at", "calls", ["person", "command", "at"], unique=False)
    op.create_table(
        "stored_tokens",
        sa.Column("community_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", plain_text(40), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "digest", name="pk_stored_tokens"),
    )
    op.create_table(
        "action_counts",
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("state", plain_text(2), nullable=False),
        sa.Column("topic", plain_text(30), nullable=False),
        sa.Column("approach", plain_text(20), nullable=False),
        sa.Column("status", plain_text(20), nullable=False),
        sa.Column("challenged", sa.Boolean(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name="fk_action_counts_board_id"),
        sa.PrimaryKeyConstraint(
            "board_id", "state", "topic", "approach", "status", "challenged", name="pk_action_counts"
        ),
    )
    op.create_table(
        "actions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code_state", plain_text(2), nullable=False),
        sa.Column("code_number", sa.Integer(), nullable=False),
        sa.Column("key", plain_text(100), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("states", plain_text(), nullable=False),
        sa.Column("kind", plain_text(20), nullable=False),
        sa.Column("approach", plain_text(20), nullable=False),
        sa.Column("status", plain_text(20), nullable=False),
        sa.Column("challenged", sa.Boolean(), nullable=False),
        sa.Column("date", plain_text(10), nullable=False),
        sa.Column("changed", plain_text(10), nullable=False),
        sa.Column("sort_key", plain_text(20), nullable=False),
        sa.Column("status_source", sa.Integer(), nullable=False),
        sa.Column("verified", plain_text(10), nullable=False),
        sa.Column("checked", plain_text(10), nullable=True),
        sa.Column("retracted", sa.Boolean(), nullable=False),
        sa.Column("retracted_at", UtcDateTime(), nullable=True),
        sa.Column("retracted_reason", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name="fk_actions_board_id"),
        sa.PrimaryKeyConstraint("id", name="pk_actions"),
        sa.UniqueConstraint("code_state", "code_number", name="uq_actions_code_state_code_number"),
        sa.UniqueConstraint("key", name="uq_actions_key"),
    )
    op.create_index("ix_actions_board_id_sort_key", "actions", ["board_id", "sort_key"], unique=False)
    op.create_table(
        "communities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("curator", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name="fk_communities_board_id"),
        sa.PrimaryKeyConstraint("id", name="pk_communities"),
        sa.UniqueConstraint("board_id", name="uq_communities_board_id"),
    )
    op.create_table(
        "import_rows",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("key", plain_text(100), nullable=False),
        sa.Column("outcome", plain_text(10), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name="fk_import_rows_import_id"),
        sa.PrimaryKeyConstraint("import_id", "position", name="pk_import_rows"),
    )
    op.create_index(
        "ix_import_rows_import_id_outcome_position",
        "import_rows",
        ["import_id", "outcome", "position"],
        unique=False,
    )
    op.create_table(
        "partner_counts",
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("state", plain_text(2), nullable=False),
        sa.Column("partner", plain_text(2), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name="fk_partner_counts_board_id"),
        sa.PrimaryKeyConstraint("board_id", "state", "partner", name="pk_partner_counts"),
    )
    op.create_table(
        "action_measures",
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("measure_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["actions.id"], name="fk_action_measures_action_id"),
        sa.ForeignKeyConstraint(["measure_id"], ["measures.id"], name="fk_action_measures_measure_id"),
        sa.PrimaryKeyConstraint("action_id", "position", name="pk_action_measures"),
    )
    op.create_index("ix_action_measures_measure_id", "action_measures", ["measure_id"], unique=False)
    op.create_table(
        "action_precedents",
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("precedent_key", plain_text(100), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["actions.id"], name="fk_action_precedents_action_id"),
        sa.ForeignKeyConstraint(
            ["precedent_key"], ["precedents.key"], name="fk_action_precedents_precedent_key"
        ),
        sa.PrimaryKeyConstraint("action_id", "position", name="pk_action_precedents"),
    )
    op.create_index(
        "ix_action_precedents_precedent_key", "action_precedents", ["precedent_key"], unique=False
    )
    op.create_table(
        "action_states",
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("state", plain_text(2), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("sort_key", plain_text(20), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["actions.id"], name="fk_action_states_action_id"),
        sa.PrimaryKeyConstraint("action_id", "state", name="pk_action_states"),
    )
    op.create_index(
        "ix_action_states_board_id_state_sort_key",
        "action_states",
        ["board_id", "state", "sort_key"],
        unique=False,
    )
    op.create_table(
        "action_topics",
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("topic", plain_text(30), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("sort_key", plain_text(20), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["actions.id"], name="fk_action_topics_action_id"),
        sa.PrimaryKeyConstraint("action_id", "topic", name="pk_action_topics"),
    )
    op.create_index(
        "ix_action_topics_board_id_topic_sort_key",
        "action_topics",
        ["board_id", "topic", "sort_key"],
        unique=False,
    )
    op.create_table(
        "homes",
        sa.Column("platform", plain_text(20), nullable=False),
        sa.Column("home", plain_text(100), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["communities.id"], name="fk_homes_community_id"),
        sa.PrimaryKeyConstraint("platform", "home", name="pk_homes"),
    )
    op.create_index("ix_homes_community_id", "homes", ["community_id"], unique=False)
    op.create_table(
        "import_bases",
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("facts", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["actions.id"], name="fk_import_bases_action_id"),
        sa.PrimaryKeyConstraint("action_id", name="pk_import_bases"),
    )
    op.create_table(
        "revisions",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("change", plain_text(20), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("before_revision", sa.Integer(), nullable=False),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["actions.id"], name="fk_revisions_action_id"),
        sa.PrimaryKeyConstraint("number", name="pk_revisions"),
    )
    op.create_index("ix_revisions_action_id_number", "revisions", ["action_id", "number"], unique=False)
    op.create_table(
        "sources",
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("url", plain_text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("date", plain_text(10), nullable=True),
        sa.ForeignKeyConstraint(["action_id"], ["actions.id"], name="fk_sources_action_id"),
        sa.PrimaryKeyConstraint("action_id", "position", name="pk_sources"),
    )
    op.create_index("ix_sources_url", "sources", ["url"], unique=False)
    op.create_table(
        "status_changes",
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("date", plain_text(10), nullable=False),
        sa.Column("status", plain_text(20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("source", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["actions.id"], name="fk_status_changes_action_id"),
        sa.PrimaryKeyConstraint("action_id", "position", name="pk_status_changes"),
    )
