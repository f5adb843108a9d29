"""What a page needs on its way to a family: links to hand over, wording and steps of a programme."""

revision = "20261202"
down_revision = "20261201"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
