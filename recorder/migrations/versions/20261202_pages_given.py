"""What a page needs on its way to a family: links to hand over, wording and steps of a programme."""

import sqlalchemy as sa
from alembic import op

import recorder.db

revision = "20261202"
down_revision = "20261201"
branch_labels = None
depends_on = None

INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    time = recorder.db.UTCDateTime(timezone=True)
    op.create_table(
        "parent_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("sheet_id", sa.Uuid(), nullable=False),
        sa.Column("caregiver_id", sa.Uuid(), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("opens", INT, nullable=False),
        sa.Column("wrong", INT, nullable=False),
        sa.Column("made_at", time, nullable=False),
        sa.Column("expires_at", time, nullable=False),
        sa.Column("revoked_at", time, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parent_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_parent_link_token_hash")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_parent_link_programme_id_programme")),
        sa.ForeignKeyConstraint(
            ["programme_id", "sheet_id"],
            ["sheet.programme_id", "sheet.id"],
            name=op.f("fk_parent_link_programme_id_sheet"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["caregiver_id"],
            ["caregiver.id"],
            name=op.f("fk_parent_link_caregiver_id_caregiver"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["account.id"], name=op.f("fk_parent_link_made_by_id_account")),
        sa.CheckConstraint("opens > 0", name=op.f("ck_parent_link_opens")),
    )
    op.create_index(op.f("ix_parent_link_caregiver_id"), "parent_link", ["caregiver_id"])
    op.create_table(
        "parent_opening",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("at", time, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parent_opening")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_parent_opening_programme_id_programme")
        ),
        sa.ForeignKeyConstraint(
            ["link_id"], ["parent_link.id"], name=op.f("fk_parent_opening_link_id_parent_link"), ondelete="CASCADE"
        ),
    )
    op.create_index(op.f("ix_parent_opening_link_id"), "parent_opening", ["link_id"])
    op.create_table(
        "page_look",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("accent", sa.String(7), nullable=False),
        sa.Column("logo", sa.LargeBinary(), nullable=True),
        sa.Column("logo_type", sa.String(16), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("link_opens", INT, nullable=False),
        sa.Column("link_days", INT, nullable=False),
        sa.PrimaryKeyConstraint("programme_id", name=op.f("pk_page_look")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_page_look_programme_id_programme")),
        sa.CheckConstraint("link_opens BETWEEN 1 AND 50", name=op.f("ck_page_look_link_opens")),
        sa.CheckConstraint("link_days BETWEEN 1 AND 30", name=op.f("ck_page_look_link_days")),
    )
    op.create_table(
        "page_wording",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("words", sa.JSON(), nullable=True),
        sa.Column("reviewer", sa.LargeBinary(), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("programme_id", "language", name=op.f("pk_page_wording")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_page_wording_programme_id_programme")
        ),
    )
    op.create_table(
        "programme_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("trigger", sa.String(8), nullable=False),
        sa.Column("of", sa.String(40), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("made_at", time, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_step")),
        sa.UniqueConstraint("programme_id", "key", name=op.f("uq_programme_step_programme_id_key")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_programme_step_programme_id_programme")
        ),
        sa.CheckConstraint("trigger IN ('cue', 'scale', 'goal', 'tick')", name=op.f("ck_programme_step_trigger")),
    )


def downgrade() -> None:
    for table in ("programme_step", "page_wording", "page_look", "parent_opening", "parent_link"):
        op.drop_table(table)
