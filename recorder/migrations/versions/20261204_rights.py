"""What a family's rights need: keys of families, the audit, disclosures, corrections, erasure."""

revision = "20261204"
down_revision = "20261203"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
