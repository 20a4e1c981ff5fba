"""Battles say which network they were drawn for, and leave a row where nobody voted on them.

Networks were kept by a key of the day until now: votes that wait keep theirs, which are erased when they are sealed.

Revision ID: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COLUMNS = (
    "id",
    "arena",
    "category",
    "language",
    "prompt",
    "left",
    "right",
    "left_output",
    "right_output",
    "voter",
    "lane",
    "origin",
)


def upgrade() -> None:
    """Battles of before were drawn for a network that nobody knows."""
    with op.batch_alter_table("battles", copy_from=_battles()) as table:
        table.add_column(sa.Column("network", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table(
        "battles", copy_from=_battles(sa.Column("network", sa.Text(), server_default=""))
    ) as table:
        table.alter_column(
            "network", server_default=None, existing_type=sa.Text(), existing_nullable=False, nullable=False
        )
    op.create_table(
        "skips",
        sa.Column("battle", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("arena", sa.Text(), nullable=False),
        sa.Column("left", sa.Text(), nullable=False),
        sa.Column("right", sa.Text(), nullable=False),
        sa.Column("voter", sa.Text(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "battle <> '' AND arena <> '' AND voter <> '' AND network <> ''", name=op.f("ck_skips_filled")
        ),
        sa.PrimaryKeyConstraint("battle", name=op.f("pk_skips")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_skips_at"), "skips", ["at"], unique=False)


def _battles(*more: sa.Column[str]) -> sa.Table:
    """The table as it is, which SQLite needs to make it anew."""
    table = sa.Table(
        "battles",
        sa.MetaData(),
        *(sa.Column(name, sa.Text(), nullable=False) for name in COLUMNS),
        sa.Column("created", MOMENT, nullable=False),
        sa.Column("expires", MOMENT, nullable=False),
        *more,
        sa.CheckConstraint(
            "id <> '' AND arena <> '' AND category <> '' AND language <> ''", name=op.f("ck_battles_filled")
        ),
        sa.CheckConstraint("origin IN ('human', 'derived', 'simulated')", name=op.f("ck_battles_known_origin")),
        sa.CheckConstraint('"left" <> "right"', name=op.f("ck_battles_two_models")),
        sa.CheckConstraint("expires > created", name=op.f("ck_battles_expires")),
        *(
            sa.ForeignKeyConstraint(
                [f"{side}_output", side, "prompt"],
                ["outputs.sha256", "outputs.model", "outputs.prompt"],
                name=op.f(f"fk_battles_{side}_output_{side}_prompt"),
            )
            for side in ("left", "right")
        ),
        sa.ForeignKeyConstraint(["voter"], ["voters.id"], name=op.f("fk_battles_voter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_battles")),
        sa.UniqueConstraint("id", "voter", name=op.f("uq_battles_id_voter")),
        sqlite_strict=True,
    )
    sa.Index(op.f("ix_battles_arena_left_right"), table.c.arena, table.c.left, table.c.right)
    sa.Index(op.f("ix_battles_voter_prompt"), table.c.voter, table.c.prompt)
    return table
