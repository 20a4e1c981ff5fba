"""Why a vote waits for a person is kept until the next audit, as why it is set aside is.

Revision ID: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table of what waits."""
    op.create_table(
        "waiting",
        sa.Column("battle", sa.Text(), nullable=False),
        sa.Column("voter", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("found", MOMENT, nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_waiting_filled")),
        sa.ForeignKeyConstraint(
            ["battle", "voter"], ["votes.battle", "votes.voter"], name=op.f("fk_waiting_battle_voter")
        ),
        sa.PrimaryKeyConstraint("battle", "voter", "reason", name=op.f("pk_waiting")),
        sqlite_strict=True,
    )
