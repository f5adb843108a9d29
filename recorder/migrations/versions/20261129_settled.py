"""Who settled what was put aside, and why it stays aside."""

import sqlalchemy as sa
from alembic import op

revision = "20261129"
down_revision = "20261128"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("quarantined") as quarantined:
        quarantined.add_column(sa.Column("settled_by_id", sa.Uuid(), nullable=True))
        quarantined.add_column(sa.Column("reason", sa.LargeBinary(), nullable=True))
        quarantined.create_foreign_key(
            quarantined.f("fk_quarantined_settled_by_id_account"), "account", ["settled_by_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("quarantined") as quarantined:
        quarantined.drop_constraint(quarantined.f("fk_quarantined_settled_by_id_account"), type_="foreignkey")
        quarantined.drop_column("reason")
        quarantined.drop_column("settled_by_id")
