"""A sealed period may be left without votes: `arena simulate --remove` takes simulated ones out again.

Revision ID: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CHECK = "ck_seals_numbers"


def upgrade() -> None:
    """Put the new rule in the place of the old one."""
    with op.batch_alter_table("seals", copy_from=_seals("number >= 1 AND votes >= 1")) as table:
        table.drop_constraint(op.f(CHECK), type_="check")
    with op.batch_alter_table("seals", copy_from=_seals(None)) as table:
        table.create_check_constraint(op.f(CHECK), "number >= 1 AND votes >= 0")


def _seals(rule: str | None) -> sa.Table:
    """The table as it is, which SQLite needs to make it anew."""
    table = sa.Table(
        "seals",
        sa.MetaData(),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("lineage", sa.Text(), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("begun", MOMENT, nullable=False),
        sa.Column("finished", MOMENT, nullable=True),
        sa.Column("seed", sa.LargeBinary(), nullable=True),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.CheckConstraint("lineage <> '' AND report <> ''", name=op.f("ck_seals_filled")),
        sa.CheckConstraint("(finished IS NULL) = (seed IS NOT NULL)", name=op.f("ck_seals_seed_until_finished")),
        *([sa.CheckConstraint(rule, name=op.f(CHECK))] if rule else []),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_seals")),
        sqlite_strict=True,
    )
    unfinished = sa.text("finished IS NULL")
    sa.Index(
        "uq_seals_unfinished",
        table.c.lineage,
        unique=True,
        sqlite_where=unfinished,
        postgresql_where=unfinished,
    )
    return table
