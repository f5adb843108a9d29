"""What a family's rights need: the audit, that a family was erased, legal holds, disclosures, hand-overs.

The audit is never changed: the database refuses. Who rebuilds its table on SQLite later (`batch_alter_table`) loses
these triggers and has to make them again.
"""

import sqlalchemy as sa
from alembic import op

import recorder.db

revision = "20261204"
down_revision = "20261203"
branch_labels = None
depends_on = None

SENTENCE = "the audit is never changed"
INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = recorder.db.UTCDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("key", INT, nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("seq", INT, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("action", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("object", sa.String(64), nullable=False),
        sa.Column("detail", sa.String(200), nullable=False),
        sa.Column("mark", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_audit")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_audit_programme_id_programme")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_audit_account_id_account")),
        sa.UniqueConstraint("programme_id", "seq", name=op.f("uq_audit_programme_id_seq")),
    )
    op.create_index("ix_audit_programme_id_object", "audit", ["programme_id", "object"])
    _refuse_changes()
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("family_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("placed_at", TIME, nullable=False),
        sa.Column("placed_by_id", sa.Uuid(), nullable=False),
        sa.Column("lifted_at", TIME, nullable=True),
        sa.Column("lifted_by_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_legal_hold_programme_id_programme")),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_legal_hold_family_id_family"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["placed_by_id"], ["account.id"], name=op.f("fk_legal_hold_placed_by_id_account")),
        sa.ForeignKeyConstraint(["lifted_by_id"], ["account.id"], name=op.f("fk_legal_hold_lifted_by_id_account")),
    )
    op.create_index(op.f("ix_legal_hold_family_id"), "legal_hold", ["family_id"])
    with op.batch_alter_table("family") as family:
        family.add_column(sa.Column("erased_at", TIME, nullable=True))


def _refuse_changes() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_frozen_{act.lower()} BEFORE {act} ON audit "
                f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_frozen() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{SENTENCE}'; END $$"
    )
    for act, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER audit_frozen_{each.lower()} BEFORE {act} ON audit "
            f"FOR EACH {each} EXECUTE FUNCTION audit_frozen()"
        )


def downgrade() -> None:
    with op.batch_alter_table("family") as family:
        family.drop_column("erased_at")
    op.drop_table("legal_hold")
    op.drop_table("audit")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_frozen()")
