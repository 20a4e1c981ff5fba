"""Outputs are made by a model or simulated; ``human`` and ``derived`` are for votes.

Revision ID: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

CHECK = "ck_outputs_known_origin"


def upgrade() -> None:
    """Put the new rule in the place of the old one. Until now a real model's output was filed as ``human``."""
    ruled, free = _outputs("origin IN ('human', 'derived', 'simulated')"), _outputs(None)
    with op.batch_alter_table("outputs", copy_from=ruled) as table:
        table.drop_constraint(op.f(CHECK), type_="check")
    op.execute("UPDATE outputs SET origin = 'model' WHERE origin <> 'simulated'")
    with op.batch_alter_table("outputs", copy_from=free) as table:
        table.create_check_constraint(op.f(CHECK), "origin IN ('model', 'simulated')")


def _outputs(rule: str | None) -> sa.Table:
    """The table as it is, which SQLite needs to make it anew."""
    return sa.Table(
        "outputs",
        sa.MetaData(),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("active", sa.Integer(), nullable=False),
        sa.CheckConstraint("model <> '' AND prompt <> ''", name=op.f("ck_outputs_filled")),
        *([sa.CheckConstraint(rule, name=op.f(CHECK))] if rule else []),
        sa.CheckConstraint("active IN (0, 1)", name=op.f("ck_outputs_active")),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_outputs_sha256")),
        sa.PrimaryKeyConstraint("sha256", "model", "prompt", name=op.f("pk_outputs")),
        sqlite_strict=True,
    )
