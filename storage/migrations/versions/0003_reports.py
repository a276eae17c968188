"""Reports and what stands beside them: people, proposals, the audit, and what the bot owes places."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import UtcDateTime, plain_text

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and the tables; nothing that is there changes."""
    # Plain columns with a default of the database's, as in 0002.
    op.add_column("calls", sa.Column("halves", sa.Integer(), server_default=sa.text("2"), nullable=False))
    op.add_column(
        "communities", sa.Column("most_cards", sa.Integer(), server_default=sa.text("60"), nullable=False)
    )
    _boards()
    _people()
    _proposals()
    _reports()
    _beside_reports()
    _audit()
    _places()
    _deliveries()


def _boards() -> None:
    op.create_table(
        "policies",
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("policy", plain_text(10), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name="fk_policies_board_id"),
        sa.PrimaryKeyConstraint("board_id", name="pk_policies"),
    )
    op.create_table(
        "action_aliases",
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("alias_of", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["actions.id"], name="fk_action_aliases_action_id"),
        sa.ForeignKeyConstraint(["alias_of"], ["actions.id"], name="fk_action_aliases_alias_of"),
        sa.PrimaryKeyConstraint("action_id", name="pk_action_aliases"),
    )
    op.create_index("ix_action_aliases_alias_of", "action_aliases", ["alias_of"])


def _people() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", plain_text(20), nullable=False),
        sa.Column("account", plain_text(100), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("pseudonym", plain_text(64), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("platform", "account", name="uq_accounts_platform_account"),
        sa.UniqueConstraint("pseudonym", name="uq_accounts_pseudonym"),
        sqlite_autoincrement=True,  # no number is given twice
    )
    op.create_index("ix_accounts_person", "accounts", ["person"])
    op.create_table(
        "bans",
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("pseudonym", plain_text(64), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["communities.id"], name="fk_bans_community_id"),
        sa.PrimaryKeyConstraint("community_id", "pseudonym", name="pk_bans"),
    )
    op.create_table(
        "member_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("pseudonym", plain_text(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["communities.id"], name="fk_member_notes_community_id"),
        sa.PrimaryKeyConstraint("id", name="pk_member_notes"),
    )
    op.create_index("ix_member_notes_community_id_pseudonym", "member_notes", ["community_id", "pseudonym"])
    op.create_table(
        "one_time_codes",
        sa.Column("digest", plain_text(64), nullable=False),
        sa.Column("purpose", plain_text(10), nullable=False),
        sa.Column("subject", sa.Integer(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_one_time_codes"),
    )


def _proposals() -> None:
    op.create_table(
        "proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("kind", plain_text(10), nullable=False),
        sa.Column("code", plain_text(12), nullable=True),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.Column("state", plain_text(10), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.Column("replaces", plain_text(12), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name="fk_proposals_board_id"),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name="fk_proposals_import_id"),
        sa.PrimaryKeyConstraint("id", name="pk_proposals"),
    )
    op.create_index("ix_proposals_revision", "proposals", ["revision"])
    op.create_table(
        "drafts",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("draft", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name="fk_drafts_proposal_id"),
        sa.PrimaryKeyConstraint("proposal_id", "edition", name="pk_drafts"),
    )
    op.create_table(
        "approvals",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("pseudonym", plain_text(64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name="fk_approvals_proposal_id"),
        sa.PrimaryKeyConstraint("proposal_id", "edition", "pseudonym", name="pk_approvals"),
    )


def _reports() -> None:
    op.create_table(
        "reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("origin", plain_text(10), nullable=False),
        sa.Column("kind", plain_text(10), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("states", plain_text(), nullable=False),
        sa.Column("code", plain_text(12), nullable=True),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("link_key", plain_text(), nullable=False),
        sa.Column("author", plain_text(64), nullable=True),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("author_account", sa.Integer(), nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("visible_at", UtcDateTime(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=True),
        sa.Column("status", plain_text(10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("claimed_by", sa.Integer(), nullable=True),
        sa.Column("until", UtcDateTime(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("outcome", plain_text(12), nullable=True),
        sa.Column("repeats", sa.Integer(), nullable=True),
        sa.Column("forwarded_from", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["communities.id"], name="fk_reports_community_id"),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name="fk_reports_proposal_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reports"),
    )
    op.create_index("ix_reports_author", "reports", ["author"])
    op.create_index("ix_reports_community_id_link_key", "reports", ["community_id", "link_key"])
    op.create_index("ix_reports_community_id_status_id", "reports", ["community_id", "status", "id"])
    op.create_index("ix_reports_forwarded_from", "reports", ["forwarded_from"])
    op.create_index("ix_reports_proposal_id", "reports", ["proposal_id"])
    op.create_index("ix_reports_until", "reports", ["until"])
    op.create_table(
        "report_states",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("state", plain_text(2), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name="fk_report_states_report_id"),
        sa.PrimaryKeyConstraint("report_id", "state", name="pk_report_states"),
    )
    op.create_table(
        "held_links",
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("digest", plain_text(64), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["communities.id"], name="fk_held_links_community_id"),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name="fk_held_links_report_id"),
        sa.PrimaryKeyConstraint("community_id", "digest", name="pk_held_links"),
    )
    op.create_index("ix_held_links_report_id", "held_links", ["report_id"])
    op.create_table(
        "form_openings",
        sa.Column("digest", plain_text(64), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name="fk_form_openings_report_id"),
        sa.PrimaryKeyConstraint("digest", name="pk_form_openings"),
    )
    op.create_index("ix_form_openings_at", "form_openings", ["at"])


def _beside_reports() -> None:
    op.create_table(
        "followers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("author", plain_text(64), nullable=True),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("author_account", sa.Integer(), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name="fk_followers_report_id"),
        sa.PrimaryKeyConstraint("id", name="pk_followers"),
    )
    op.create_index("ix_followers_author", "followers", ["author"])
    op.create_index("ix_followers_report_id", "followers", ["report_id"])
    op.create_table(
        "report_words",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("said", plain_text(10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name="fk_report_words_report_id"),
        sa.PrimaryKeyConstraint("id", name="pk_report_words"),
    )
    op.create_index("ix_report_words_report_id", "report_words", ["report_id"])
    op.create_table(
        "report_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("platform", plain_text(20), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name="fk_report_files_report_id"),
        sa.PrimaryKeyConstraint("id", name="pk_report_files"),
    )
    op.create_index("ix_report_files_report_id", "report_files", ["report_id"])


def _audit() -> None:
    op.create_table(
        "audit_heads",
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", plain_text(64), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["communities.id"], name="fk_audit_heads_community_id"),
        sa.PrimaryKeyConstraint("community_id", name="pk_audit_heads"),
    )
    op.create_table(
        "audit_entries",
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("event", plain_text(40), nullable=False),
        sa.Column("subject", plain_text(40), nullable=False),
        sa.Column("detail", plain_text(64), nullable=False),
        sa.Column("previous", plain_text(64), nullable=False),
        sa.Column("hash", plain_text(64), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["communities.id"], name="fk_audit_entries_community_id"),
        sa.PrimaryKeyConstraint("community_id", "number", name="pk_audit_entries"),
    )
    op.create_table(
        "audit_details",
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("salt", plain_text(32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "number", name="pk_audit_details"),
    )
    op.create_index("ix_audit_details_account_id", "audit_details", ["account_id"])


def _places() -> None:
    op.create_table(
        "places",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", plain_text(20), nullable=False),
        sa.Column("home", plain_text(100), nullable=False),
        sa.Column("place", plain_text(100), nullable=False),
        sa.Column("direct", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("suspended_at", UtcDateTime(), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_places"),
        sa.UniqueConstraint(
            "platform", "home", "place", "direct", name="uq_places_platform_home_place_direct"
        ),
    )
    op.create_table(
        "review_places",
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["communities.id"], name="fk_review_places_community_id"),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name="fk_review_places_place_id"),
        sa.PrimaryKeyConstraint("community_id", "place_id", name="pk_review_places"),
    )


def _deliveries() -> None:
    op.create_table(
        "payloads",
        sa.Column("digest", plain_text(64), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_payloads"),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", plain_text(25), nullable=False),
        sa.Column("purpose", plain_text(10), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("payload", plain_text(64), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("state", plain_text(10), nullable=False),
        sa.Column("part", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("revision_from", sa.Integer(), nullable=True),
        sa.Column("revision_to", sa.Integer(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("frozen", sa.LargeBinary(), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("doubtful", sa.Boolean(), nullable=False),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("message", plain_text(100), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column("recipient", plain_text(64), nullable=False),
        sa.Column("edits", sa.Integer(), nullable=True),
        sa.Column("read_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["edits"], ["deliveries.id"], name="fk_deliveries_edits"),
        sa.ForeignKeyConstraint(["payload"], ["payloads.digest"], name="fk_deliveries_payload"),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name="fk_deliveries_place_id"),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name="fk_deliveries_report_id"),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("key", name="uq_deliveries_key"),
    )
    op.create_index(
        "ix_deliveries_community_id_purpose_due_at", "deliveries", ["community_id", "purpose", "due_at"]
    )
    op.create_index("ix_deliveries_payload", "deliveries", ["payload"])
    op.create_index("ix_deliveries_recipient", "deliveries", ["recipient"])
    op.create_index("ix_deliveries_report_id", "deliveries", ["report_id"])
    op.create_index("ix_deliveries_state_place_id_due_at", "deliveries", ["state", "place_id", "due_at"])
    op.create_table(
        "inbox",
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("payload", plain_text(64), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name="fk_inbox_delivery_id"),
        sa.ForeignKeyConstraint(["payload"], ["payloads.digest"], name="fk_inbox_payload"),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name="fk_inbox_place_id"),
        sa.PrimaryKeyConstraint("delivery_id", name="pk_inbox"),
    )
    op.create_index("ix_inbox_place_id_read_at", "inbox", ["place_id", "read_at"])
