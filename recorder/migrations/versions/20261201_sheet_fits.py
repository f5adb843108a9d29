"""Whether a family's page fits it, as the family said."""

import sqlalchemy as sa
from alembic import op

revision = "20261201"
down_revision = "20261130"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sheet") as sheet:
        sheet.add_column(sa.Column("fits", sa.String(8), nullable=True))
        sheet.create_check_constraint(sheet.f("ck_sheet_fits"), "fits IN ('yes', 'partly', 'no')")


def downgrade() -> None:
    with op.batch_alter_table("sheet") as sheet:
        sheet.drop_constraint(sheet.f("ck_sheet_fits"), type_="check")
        sheet.drop_column("fits")
