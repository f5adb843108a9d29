"""What was handed out about a child, to whom and when."""

import sqlalchemy as sa
from alembic import op

import recorder.db

revision = "20261208"
down_revision = "20261207"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "disclosure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("family_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("recipient", sa.LargeBinary(), nullable=False),
        sa.Column("items", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("withheld", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("released_at", recorder.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("released_by_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_disclosure_programme_id_programme")),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_disclosure_family_id_family"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["child_id"], ["child.id"], name=op.f("fk_disclosure_child_id_child"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["released_by_id"], ["account.id"], name=op.f("fk_disclosure_released_by_id_account")),
    )
    op.create_index(op.f("ix_disclosure_family_id"), "disclosure", ["family_id"])


def downgrade() -> None:
    op.drop_table("disclosure")
