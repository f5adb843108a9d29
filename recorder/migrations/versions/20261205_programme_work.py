"""What a manager's month needs: supervision, definitions of reports, published tables."""

import sqlalchemy as sa
from alembic import op

revision = "20261205"
down_revision = "20261204"
branch_labels = None
depends_on = None

INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAYS = ("supervise_every_days", "consent_days")
OPEN = "kind = 'observation' AND closed_at IS NULL"


def upgrade() -> None:
    with op.batch_alter_table("programme") as programme:
        programme.add_column(sa.Column("supervise_every_days", INT, nullable=False, server_default="30"))
        programme.add_column(sa.Column("consent_days", INT, nullable=False, server_default="365"))
        programme.add_column(sa.Column("small_cells", INT, nullable=False, server_default="10"))
        for name in DAYS:
            programme.create_check_constraint(programme.f(f"ck_programme_{name}"), f"{name} > 0")
        programme.create_check_constraint(programme.f("ck_programme_small_cells"), "small_cells BETWEEN 1 AND 100")
    op.create_table(
        "supervision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("supervisor_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("minutes", INT, nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_supervision_programme_id_programme")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_supervision_account_id_account")),
        sa.ForeignKeyConstraint(["supervisor_id"], ["account.id"], name=op.f("fk_supervision_supervisor_id_account")),
        sa.CheckConstraint("kind IN ('talk', 'group', 'joint')", name=op.f("ck_supervision_kind")),
        sa.CheckConstraint("minutes IS NULL OR minutes > 0", name=op.f("ck_supervision_minutes")),
    )
    op.create_index(op.f("ix_supervision_account_id"), "supervision", ["account_id"])
    op.create_table(
        "published",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("threshold", INT, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("counts", sa.LargeBinary(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_published_programme_id_programme")),
        sa.ForeignKeyConstraint(["published_by_id"], ["account.id"], name=op.f("fk_published_published_by_id_account")),
        sa.UniqueConstraint("programme_id", "first", name=op.f("uq_published_programme_id_first")),
        sa.CheckConstraint("last > first", name=op.f("ck_published_last_after_first")),
    )
    op.create_table(
        "report_definition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_definition")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_report_definition_programme_id_programme")
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["account.id"], name=op.f("fk_report_definition_made_by_id_account")),
        sa.UniqueConstraint("programme_id", "name", name=op.f("uq_report_definition_programme_id_name")),
    )
    op.create_index(
        "ix_log_open",
        "log",
        ["programme_id", "local_date"],
        sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    )


def downgrade() -> None:
    op.drop_index("ix_log_open", "log")
    for table in ("report_definition", "published", "supervision"):
        op.drop_table(table)
    with op.batch_alter_table("programme") as programme:
        for name in (*DAYS, "small_cells"):
            programme.drop_constraint(programme.f(f"ck_programme_{name}"), type_="check")
        for name in (*DAYS, "small_cells"):
            programme.drop_column(name)
