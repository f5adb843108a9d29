"""How good a log's time is: the grade of its clock, and by how many milliseconds it may be wrong."""

import sqlalchemy as sa
from alembic import op

revision = "20261130"
down_revision = "20261129"
branch_labels = None
depends_on = None


def upgrade() -> None:
    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    with op.batch_alter_table("log") as log:
        log.add_column(sa.Column("clock_grade", sa.String(length=1), nullable=True))
        log.add_column(sa.Column("clock_error_ms", whole, nullable=True))
        log.create_check_constraint("clock_grade", "clock_grade IN ('A', 'B', 'C')")


def downgrade() -> None:
    with op.batch_alter_table("log") as log:
        log.drop_constraint(log.f("ck_log_clock_grade"), type_="check")
        log.drop_column("clock_error_ms")
        log.drop_column("clock_grade")
