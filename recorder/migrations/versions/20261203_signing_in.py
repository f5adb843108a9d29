"""What signing in needs: invitations, second factors, sessions."""

revision = "20261203"
down_revision = "20261202"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
