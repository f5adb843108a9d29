"""A programme's own cut points of emotional-availability zones."""

import sqlalchemy as sa
from alembic import op

revision = "20261126"
down_revision = "20261125"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("programme") as programme:
        programme.add_column(sa.Column("zone_cuts", sa.JSON(), nullable=False, server_default="[81, 61, 41]"))


def downgrade() -> None:
    with op.batch_alter_table("programme") as programme:
        programme.drop_column("zone_cuts")
