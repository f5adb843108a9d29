"""A published instrument never changes and never goes: the database refuses.

Who rebuilds the table on SQLite later (`batch_alter_table`) loses these triggers and has to make them again.
"""

from alembic import op

revision = "20261127"
down_revision = "20261126"
branch_labels = None
depends_on = None

SENTENCE = "a published instrument never changes"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER instrument_frozen_{act.lower()} BEFORE {act} ON instrument "
                f"WHEN OLD.published_at IS NOT NULL BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION instrument_frozen() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{SENTENCE}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER instrument_frozen BEFORE UPDATE OR DELETE ON instrument "
        "FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION instrument_frozen()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for act in ("update", "delete"):
            op.execute(f"DROP TRIGGER instrument_frozen_{act}")
        return
    op.execute("DROP TRIGGER instrument_frozen ON instrument")
    op.execute("DROP FUNCTION instrument_frozen()")
