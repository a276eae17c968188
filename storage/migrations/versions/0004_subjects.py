"""What deliveries are about, not of reports alone; whether the refusal of a place was announced."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import UtcDateTime, plain_text

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Replace the number of a report by `about`, and note the refusals: the version before announced them."""
    op.add_column("deliveries", sa.Column("about", plain_text(60), nullable=True))
    op.execute("UPDATE deliveries SET about = 'report ' || report_id WHERE report_id IS NOT NULL")
    op.drop_index("ix_deliveries_report_id", "deliveries")
    _drop_report()
    op.create_index("ix_deliveries_about_purpose", "deliveries", ["about", "purpose"])
    op.add_column("places", sa.Column("announced_at", UtcDateTime(), nullable=True))
    op.execute("UPDATE places SET announced_at = suspended_at")


def _drop_report() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.drop_column("deliveries", "report_id")
        return
    # SQLite drops no column that has a foreign key; the table is built anew. `storage.schema.prepare` has
    # foreign keys off meanwhile: dropping the old table would delete its rows and what refers to them.
    assert not op.get_bind().exec_driver_sql("PRAGMA foreign_keys").scalar()
    with op.batch_alter_table("deliveries") as table:
        table.drop_constraint("fk_deliveries_report_id", type_="foreignkey")
        table.drop_column("report_id")
