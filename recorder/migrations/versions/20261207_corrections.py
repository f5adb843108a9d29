"""What was corrected elsewhere than on its tablet: a log's second, server-owned log."""

import sqlalchemy as sa
from alembic import op

revision = "20261207"
down_revision = "20261205"
branch_labels = None
depends_on = None

KINDS = "kind IN ('observation', 'sort', 'questionnaire', 'safety')"
NOW = "kind IN ('observation', 'sort', 'questionnaire', 'safety', 'correction')"


def upgrade() -> None:
    with op.batch_alter_table("log") as log:
        log.add_column(sa.Column("corrected", sa.Boolean(), nullable=False, server_default=sa.false()))
        log.drop_constraint(log.f("ck_log_kind"), type_="check")
        log.create_check_constraint(log.f("ck_log_kind"), NOW)
    with op.batch_alter_table("log") as log:
        log.alter_column("corrected", server_default=None)


def downgrade() -> None:
    op.execute("DELETE FROM log WHERE kind = 'correction'")
    with op.batch_alter_table("log") as log:
        log.drop_constraint(log.f("ck_log_kind"), type_="check")
        log.create_check_constraint(log.f("ck_log_kind"), KINDS)
        log.drop_column("corrected")
