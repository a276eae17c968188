"""Whether a place's refusal was announced."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Note of the places that refuse that it was announced: the version before did so at once."""
    op.add_column("places", sa.Column("announced_at", UtcDateTime(), nullable=True))
    op.execute("UPDATE places SET announced_at = suspended_at")
