"""What coding from video needs."""

revision = "20261206"
down_revision = "20261205"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
