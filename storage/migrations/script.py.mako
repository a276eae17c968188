"""${message}"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from storage.types import UtcDateTime, plain_text

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring it in."""
    ${upgrades if upgrades else "pass"}
