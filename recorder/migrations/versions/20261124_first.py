"""The first tables: programmes, people, families, visits, observations, sheets, instruments."""

import sqlalchemy as sa
from alembic import op

import recorder.db

revision = "20261124"
down_revision = None
branch_labels = None
depends_on = None


TABLES = (
    "failed_sign_in",
    "programme",
    "instrument",
    "site",
    "account",
    "family",
    "assignment",
    "batch",
    "caregiver",
    "cell",
    "child",
    "consent",
    "quarantined",
    "signed_in",
    "visit",
    "log",
    "figures",
    "rating",
    "segment",
    "sheet",
)


def upgrade() -> None:
    op.create_table(
        "failed_sign_in",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("at", recorder.db.UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failed_sign_in")),
    )
    op.create_index(op.f("ix_failed_sign_in_fingerprint"), "failed_sign_in", ["fingerprint"], unique=False)

    op.create_table(
        "programme",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("paper", sa.String(length=8), nullable=False),
        sa.Column("telephone", sa.String(length=40), nullable=False),
        sa.Column("contacts", sa.JSON(), nullable=False),
        sa.Column("observe_every_days", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", recorder.db.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("paper IN ('letter', 'a4')", name=op.f("ck_programme_paper")),
        sa.CheckConstraint("observe_every_days > 0", name=op.f("ck_programme_observe_every_days")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
    )
    op.create_table(
        "instrument",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("published_at", recorder.db.UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('scheme', 'scale')", name=op.f("ck_instrument_kind")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_instrument_programme_id_programme")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument")),
        sa.UniqueConstraint("programme_id", "name", "version", name=op.f("uq_instrument_programme_id_name_version")),
    )
    op.create_index("ix_instrument_programme_id_hash", "instrument", ["programme_id", "hash"], unique=False)

    op.create_table(
        "site",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_site_programme_id_programme")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("programme_id", "name", name=op.f("uq_site_programme_id_name")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("supervisor_id", sa.Uuid(), nullable=True),
        sa.Column("sign_in", sa.String(length=200), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("left_handed", sa.Boolean(), nullable=False),
        sa.Column("created_at", recorder.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", recorder.db.UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('visitor', 'supervisor', 'manager', 'auditor', 'administrator')", name=op.f("ck_account_role")
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_account_programme_id_programme")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_account_site_id_site")),
        sa.ForeignKeyConstraint(["supervisor_id"], ["account.id"], name=op.f("fk_account_supervisor_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("sign_in", name=op.f("uq_account_sign_in")),
    )
    op.create_table(
        "family",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("goal", sa.LargeBinary(), nullable=False),
        sa.Column("enrolled_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("created_at", recorder.db.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("left_on IS NULL OR left_on >= enrolled_on", name=op.f("ck_family_left_after_enrolled")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_family_programme_id_programme")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_family_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family")),
        sa.UniqueConstraint("programme_id", "code", name=op.f("uq_family_programme_id_code")),
    )
    op.create_table(
        "assignment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("family_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.CheckConstraint("until_on IS NULL OR until_on >= from_on", name=op.f("ck_assignment_until_after_from")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_assignment_account_id_account")),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_assignment_family_id_family"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_assignment_programme_id_programme")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
    )
    op.create_index(op.f("ix_assignment_account_id"), "assignment", ["account_id"], unique=False)
    op.create_index(op.f("ix_assignment_family_id"), "assignment", ["family_id"], unique=False)

    op.create_table(
        "batch",
        sa.Column("key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("reply", sa.JSON(), nullable=False),
        sa.Column("received_at", recorder.db.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_batch_account_id_account")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_batch_programme_id_programme")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_batch")),
        sa.UniqueConstraint("programme_id", "id", name=op.f("uq_batch_programme_id_id")),
    )
    op.create_table(
        "caregiver",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("family_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_name", sa.LargeBinary(), nullable=False),
        sa.Column("relation", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("sheet_release", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_caregiver_family_id_family"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_caregiver_programme_id_programme")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_caregiver")),
    )
    op.create_index(op.f("ix_caregiver_family_id"), "caregiver", ["family_id"], unique=False)

    op.create_table(
        "cell",
        sa.Column("key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("grain", sa.String(length=36), nullable=False),
        sa.Column("measures_version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("scheme_hash", sa.String(length=64), nullable=False),
        sa.Column("visits", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("observed_ms", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sums", sa.JSON(), nullable=False),
        sa.Column("histogram", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_cell_account_id_account")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_cell_programme_id_programme")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_cell_site_id_site")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_cell")),
        sa.UniqueConstraint(
            "programme_id",
            "month",
            "site_id",
            "grain",
            "measures_version",
            "scheme_hash",
            name=op.f("uq_cell_programme_id_month_site_id_grain_measures_version_scheme_hash"),
        ),
    )
    op.create_table(
        "child",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("family_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_name", sa.LargeBinary(), nullable=False),
        sa.Column("birth_date", sa.LargeBinary(), nullable=False),
        sa.Column("weeks_early", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("duplicate", sa.String(length=64), nullable=False),
        sa.CheckConstraint("weeks_early >= 0 AND weeks_early <= 20", name=op.f("ck_child_weeks_early")),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_child_family_id_family"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_child_programme_id_programme")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_child")),
    )
    op.create_index(op.f("ix_child_duplicate"), "child", ["duplicate"], unique=False)
    op.create_index(op.f("ix_child_family_id"), "child", ["family_id"], unique=False)

    op.create_table(
        "consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("family_id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.CheckConstraint("scope IN ('observe', 'share', 'video')", name=op.f("ck_consent_scope")),
        sa.CheckConstraint(
            "withdrawn_on IS NULL OR withdrawn_on >= given_on", name=op.f("ck_consent_withdrawn_after_given")
        ),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_consent_family_id_family"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_consent_programme_id_programme")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_family_id"), "consent", ["family_id"], unique=False)

    op.create_table(
        "quarantined",
        sa.Column("key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("log_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("message", sa.String(length=400), nullable=False),
        sa.Column("event_hash", sa.String(length=64), nullable=False),
        sa.Column("event", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", recorder.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("settled_at", recorder.db.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_quarantined_account_id_account")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_quarantined_programme_id_programme")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_quarantined")),
        sa.UniqueConstraint(
            "programme_id",
            "log_id",
            "seq",
            "code",
            "event_hash",
            name=op.f("uq_quarantined_programme_id_log_id_seq_code_event_hash"),
        ),
    )
    op.create_index(op.f("ix_quarantined_log_id"), "quarantined", ["log_id"], unique=False)

    op.create_table(
        "signed_in",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.Column("created_at", recorder.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", recorder.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", recorder.db.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_signed_in_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signed_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_signed_in_token_hash")),
    )
    op.create_index(op.f("ix_signed_in_account_id"), "signed_in", ["account_id"], unique=False)

    op.create_table(
        "visit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("family_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("local_time", sa.String(length=5), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("cancelled_by", sa.String(length=10), nullable=True),
        sa.Column("cancel_reason", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", recorder.db.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(status = 'cancelled') = (cancelled_by IS NOT NULL)", name=op.f("ck_visit_cancelled_by_when_cancelled")
        ),
        sa.CheckConstraint(
            "cancelled_by IS NULL OR cancelled_by IN ('staff', 'family')", name=op.f("ck_visit_cancelled_by")
        ),
        sa.CheckConstraint("status IN ('planned', 'done', 'cancelled')", name=op.f("ck_visit_status")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_visit_account_id_account")),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_visit_family_id_family"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_visit_programme_id_programme")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_visit_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
    )
    op.create_index(op.f("ix_visit_account_id"), "visit", ["account_id"], unique=False)
    op.create_index(op.f("ix_visit_family_id"), "visit", ["family_id"], unique=False)
    op.create_index("ix_visit_programme_id_local_date", "visit", ["programme_id", "local_date"], unique=False)

    op.create_table(
        "log",
        sa.Column("key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner", sa.String(length=10), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=True),
        sa.Column("family_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("context", sa.String(length=40), nullable=False),
        sa.Column("instrument", sa.String(length=100), nullable=False),
        sa.Column("instrument_hash", sa.String(length=64), nullable=False),
        sa.Column("stored_upto", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("started_at", recorder.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("local_date", sa.Date(), nullable=True),
        sa.Column("refused", sa.String(length=40), nullable=True),
        sa.Column("end", sa.String(length=20), nullable=True),
        sa.Column("closed_at", recorder.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("created_at", recorder.db.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("owner IN ('device', 'server')", name=op.f("ck_log_owner")),
        sa.CheckConstraint("role IN ('primary', 'second', 'practice')", name=op.f("ck_log_role")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_log_account_id_account")),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_log_family_id_family"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_log_programme_id_programme")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_log_visit_id_visit"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_log")),
        sa.UniqueConstraint("programme_id", "id", "owner", name=op.f("uq_log_programme_id_id_owner")),
    )
    op.create_index(op.f("ix_log_account_id"), "log", ["account_id"], unique=False)
    op.create_index(op.f("ix_log_family_id"), "log", ["family_id"], unique=False)
    op.create_index(op.f("ix_log_visit_id"), "log", ["visit_id"], unique=False)

    op.create_table(
        "figures",
        sa.Column("key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("log_key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("family_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=True),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("context", sa.String(length=40), nullable=False),
        sa.Column("measures_version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("scheme", sa.String(length=100), nullable=False),
        sa.Column("scheme_hash", sa.String(length=64), nullable=False),
        sa.Column("observed_ms", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cues", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("codable", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("answered", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("distress_codable", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("distress_answered", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("non_distress_codable", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("non_distress_answered", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("histogram", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_figures_account_id_account")),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_figures_family_id_family"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["log_key"], ["log.key"], name=op.f("fk_figures_log_key_log"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_figures_programme_id_programme")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_figures_site_id_site")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_figures_visit_id_visit"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_figures")),
        sa.UniqueConstraint("log_key", name=op.f("uq_figures_log_key")),
    )
    op.create_index(op.f("ix_figures_family_id"), "figures", ["family_id"], unique=False)
    op.create_index("ix_figures_programme_id_local_date", "figures", ["programme_id", "local_date"], unique=False)

    op.create_table(
        "rating",
        sa.Column("key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("log_key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("family_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("instrument", sa.String(length=100), nullable=False),
        sa.Column("scale", sa.String(length=80), nullable=False),
        sa.Column("value", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("nob", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(value IS NULL) = nob", name=op.f("ck_rating_value_or_nob")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_rating_account_id_account")),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_rating_family_id_family"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["log_key"], ["log.key"], name=op.f("fk_rating_log_key_log"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_rating_programme_id_programme")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_rating_site_id_site")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_rating_visit_id_visit"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rating")),
        sa.UniqueConstraint("log_key", "instrument", "scale", name=op.f("uq_rating_log_key_instrument_scale")),
    )
    op.create_index("ix_rating_programme_id_local_date", "rating", ["programme_id", "local_date"], unique=False)

    op.create_table(
        "segment",
        sa.Column("key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("log_key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("upto_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", recorder.db.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("from_seq >= 1 AND upto_seq >= from_seq", name=op.f("ck_segment_seq")),
        sa.ForeignKeyConstraint(["log_key"], ["log.key"], name=op.f("fk_segment_log_key_log"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_segment_programme_id_programme")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_segment")),
        sa.UniqueConstraint("log_key", "from_seq", name=op.f("uq_segment_log_key_from_seq")),
    )
    op.create_table(
        "sheet",
        sa.Column("key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("log_key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("family_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("caregiver_id", sa.Uuid(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("approved_at", recorder.db.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sheet_account_id_account")),
        sa.ForeignKeyConstraint(
            ["caregiver_id"], ["caregiver.id"], name=op.f("fk_sheet_caregiver_id_caregiver"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_sheet_child_id_child"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_sheet_family_id_family"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["log_key"], ["log.key"], name=op.f("fk_sheet_log_key_log"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_sheet_programme_id_programme")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_sheet_site_id_site")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_sheet_visit_id_visit"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sheet")),
        sa.UniqueConstraint("log_key", "seq", name=op.f("uq_sheet_log_key_seq")),
        sa.UniqueConstraint("programme_id", "id", name=op.f("uq_sheet_programme_id_id")),
    )
    op.create_index(op.f("ix_sheet_family_id"), "sheet", ["family_id"], unique=False)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
