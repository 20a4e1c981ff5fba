"""What people decide about votes and voters.

Revision ID: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table of decisions."""
    op.create_table(
        "decisions",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("voter", sa.Text(), nullable=False),
        sa.Column("battle", sa.Text(), nullable=True),
        sa.Column("ruling", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("decided", MOMENT, nullable=False),
        sa.CheckConstraint("because <> ''", name=op.f("ck_decisions_filled")),
        sa.CheckConstraint("ruling IN ('release', 'exclude', 'forget')", name=op.f("ck_decisions_known_ruling")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_decisions_number")),
        sa.ForeignKeyConstraint(["voter"], ["voters.id"], name=op.f("fk_decisions_voter")),
        sa.ForeignKeyConstraint(
            ["battle", "voter"], ["votes.battle", "votes.voter"], name=op.f("fk_decisions_battle_voter")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_decisions")),
        sqlite_strict=True,
    )
