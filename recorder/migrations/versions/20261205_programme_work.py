"""What a manager's month needs: supervision, definitions of reports, published tables."""

revision = "20261205"
down_revision = "20261204"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
