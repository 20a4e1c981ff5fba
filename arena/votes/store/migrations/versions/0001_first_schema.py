"""The first schema.

Revision ID: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make all tables, those first that others refer to."""
    _limits()
    _outputs()
    _seals()
    _secrets()
    _voters()
    _battles()
    _votes()
    _quarantine()


def _limits() -> None:
    op.create_table(
        "limits",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("full", MOMENT, nullable=False),
        sa.CheckConstraint("count >= 1 AND seconds >= 1", name=op.f("ck_limits_positive")),
        sa.PrimaryKeyConstraint("key", "count", "seconds", name=op.f("pk_limits")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_limits_full"), "limits", ["full"], unique=False)


def _outputs() -> None:
    op.create_table(
        "outputs",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("active", sa.Integer(), nullable=False),
        sa.CheckConstraint("model <> '' AND prompt <> ''", name=op.f("ck_outputs_filled")),
        sa.CheckConstraint("origin IN ('human', 'derived', 'simulated')", name=op.f("ck_outputs_known_origin")),
        sa.CheckConstraint("active IN (0, 1)", name=op.f("ck_outputs_active")),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_outputs_sha256")),
        sa.PrimaryKeyConstraint("sha256", "model", "prompt", name=op.f("pk_outputs")),
        sqlite_strict=True,
    )


def _seals() -> None:
    op.create_table(
        "seals",
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
        sa.CheckConstraint("number >= 1 AND votes >= 1", name=op.f("ck_seals_numbers")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_seals")),
        sqlite_strict=True,
    )
    op.create_index(
        "uq_seals_unfinished",
        "seals",
        ["lineage"],
        unique=True,
        sqlite_where=sa.text("finished IS NULL"),
        postgresql_where=sa.text("finished IS NULL"),
    )


def _secrets() -> None:
    op.create_table(
        "secrets",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_secrets_filled")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_secrets")),
        sqlite_strict=True,
    )


def _voters() -> None:
    op.create_table(
        "voters",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("created", MOMENT, nullable=False),
        sa.CheckConstraint("id <> ''", name=op.f("ck_voters_filled")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voters")),
        sqlite_strict=True,
    )


def _battles() -> None:
    op.create_table(
        "battles",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("arena", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("left", sa.Text(), nullable=False),
        sa.Column("right", sa.Text(), nullable=False),
        sa.Column("left_output", sa.Text(), nullable=False),
        sa.Column("right_output", sa.Text(), nullable=False),
        sa.Column("voter", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("created", MOMENT, nullable=False),
        sa.Column("expires", MOMENT, nullable=False),
        sa.CheckConstraint(
            "id <> '' AND arena <> '' AND category <> '' AND language <> ''", name=op.f("ck_battles_filled")
        ),
        sa.CheckConstraint("origin IN ('human', 'derived', 'simulated')", name=op.f("ck_battles_known_origin")),
        sa.CheckConstraint('"left" <> "right"', name=op.f("ck_battles_two_models")),
        sa.CheckConstraint("expires > created", name=op.f("ck_battles_expires")),
        sa.ForeignKeyConstraint(
            ["left_output", "left", "prompt"],
            ["outputs.sha256", "outputs.model", "outputs.prompt"],
            name=op.f("fk_battles_left_output_left_prompt"),
        ),
        sa.ForeignKeyConstraint(
            ["right_output", "right", "prompt"],
            ["outputs.sha256", "outputs.model", "outputs.prompt"],
            name=op.f("fk_battles_right_output_right_prompt"),
        ),
        sa.ForeignKeyConstraint(["voter"], ["voters.id"], name=op.f("fk_battles_voter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_battles")),
        sa.UniqueConstraint("id", "voter", name=op.f("uq_battles_id_voter")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_battles_arena_left_right"), "battles", ["arena", "left", "right"], unique=False)
    op.create_index(op.f("ix_battles_voter_prompt"), "battles", ["voter", "prompt"], unique=False)


def _votes() -> None:
    op.create_table(
        "votes",
        sa.Column("battle", sa.Text(), nullable=False),
        sa.Column("voter", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("dwell_ms", sa.Integer(), nullable=True),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("retracted", MOMENT, nullable=True),
        sa.Column("audited", MOMENT, nullable=True),
        sa.Column("seal", sa.Integer(), nullable=True),
        sa.CheckConstraint("outcome IN ('left', 'right', 'tie', 'both_bad')", name=op.f("ck_votes_known_outcome")),
        sa.CheckConstraint(
            "seal IS NULL OR (audited IS NOT NULL AND retracted IS NULL AND network = '')", name=op.f("ck_votes_sealed")
        ),
        sa.CheckConstraint("dwell_ms BETWEEN 0 AND 2147483647", name=op.f("ck_votes_dwell")),
        sa.CheckConstraint("retracted >= at", name=op.f("ck_votes_retracted_later")),
        sa.ForeignKeyConstraint(
            ["battle", "voter"], ["battles.id", "battles.voter"], name=op.f("fk_votes_battle_voter")
        ),
        sa.ForeignKeyConstraint(["seal"], ["seals.number"], name=op.f("fk_votes_seal")),
        sa.PrimaryKeyConstraint("battle", "voter", name=op.f("pk_votes")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_votes_at"), "votes", ["at"], unique=False)
    op.create_index(op.f("ix_votes_seal_at"), "votes", ["seal", "at"], unique=False)
    op.create_index(op.f("ix_votes_voter_at"), "votes", ["voter", "at"], unique=False)


def _quarantine() -> None:
    op.create_table(
        "quarantine",
        sa.Column("battle", sa.Text(), nullable=False),
        sa.Column("voter", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("found", MOMENT, nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_quarantine_filled")),
        sa.ForeignKeyConstraint(
            ["battle", "voter"], ["votes.battle", "votes.voter"], name=op.f("fk_quarantine_battle_voter")
        ),
        sa.PrimaryKeyConstraint("battle", "voter", "reason", name=op.f("pk_quarantine")),
        sqlite_strict=True,
    )
