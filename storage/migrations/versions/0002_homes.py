"""Homes that come and go, moderators, leases, and links known again whatever their spelling."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from bot.domain.writing.links import link_key
from storage.types import UtcDateTime, plain_text

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_PIECE = 5_000
_sources = sa.table(
    "sources", sa.column("action_id"), sa.column("position"), sa.column("url"), sa.column("link_key")
)


def upgrade() -> None:
    """Add the columns and the tables, and give every source its key."""
    _homes()
    _tables()
    _link_keys()


def _homes() -> None:
    # Plain columns with a default of the database's: SQLite takes them as they are. To rebuild the tables
    # here, as it needs for most else, would drop one that others refer to.
    op.add_column("communities", sa.Column("zone", plain_text(), nullable=False, server_default="UTC"))
    op.add_column("homes", sa.Column("name", sa.Text(), nullable=False, server_default=""))
    op.add_column("homes", sa.Column("joined_at", UtcDateTime(), nullable=True))
    op.add_column("homes", sa.Column("suspended_at", UtcDateTime(), nullable=True))


def _tables() -> None:
    op.create_table(
        "moderators",
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("platform", plain_text(20), nullable=False),
        sa.Column("is_group", sa.Boolean(), nullable=False),
        sa.Column("member", plain_text(100), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["communities.id"], name="fk_moderators_community_id"),
        sa.PrimaryKeyConstraint("community_id", "platform", "is_group", "member", name="pk_moderators"),
    )
    op.create_table(
        "leases",
        sa.Column("name", plain_text(100), nullable=False),
        sa.Column("holder", plain_text(100), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )
    op.create_table(
        "command_trees",
        sa.Column("platform", plain_text(20), nullable=False),
        sa.Column("application", plain_text(100), nullable=False),
        sa.Column("digest", plain_text(64), nullable=False),
        sa.PrimaryKeyConstraint("platform", "application", name="pk_command_trees"),
    )


def _link_keys() -> None:
    op.add_column("sources", sa.Column("link_key", plain_text(), nullable=True))
    _fill()
    with op.batch_alter_table("sources") as table:
        table.alter_column("link_key", existing_type=plain_text(), nullable=False)
    op.create_index("ix_sources_link_key", "sources", ["link_key"], unique=False)


def _fill() -> None:
    """Piece by piece: a catalogue may have millions of sources."""
    connection, at = op.get_bind(), _sources.c
    statement = (
        sa.update(_sources)
        .where(at.action_id == sa.bindparam("the_id"), at.position == sa.bindparam("the_position"))
        .values(link_key=sa.bindparam("key"))
    )
    place = sa.tuple_(at.action_id, at.position)
    query = sa.select(at.action_id, at.position, at.url).order_by(at.action_id, at.position).limit(_PIECE)
    rows = connection.execute(query).all()
    while rows:
        connection.execute(statement, [_filled(*row) for row in rows])
        last = sa.tuple_(rows[-1].action_id, rows[-1].position)
        rows = connection.execute(query.where(place > last)).all()


def _filled(action: int, position: int, url: str) -> dict[str, Any]:
    try:
        key = link_key(url)
    except ValueError:  # nothing that we ever let in, but whatever stands there must not stop an upgrade
        key = url
    return {"the_id": action, "the_position": position, "key": key}
