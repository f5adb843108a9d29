"""The tables of the five measures: assessments, external results, double coding, certificates, questions, safety notes."""

import sqlalchemy as sa
from alembic import op

import recorder.db

revision = '20261125'
down_revision = '20261124'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('life_event',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('programme_id', sa.Uuid(), nullable=False),
    sa.Column('family_id', sa.Uuid(), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('words', sa.LargeBinary(), nullable=False),
    sa.Column('entered_by_id', sa.Uuid(), nullable=False),
    sa.Column('entered_at', recorder.db.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['entered_by_id'], ['account.id'], name=op.f('fk_life_event_entered_by_id_account')),
    sa.ForeignKeyConstraint(['family_id'], ['family.id'], name=op.f('fk_life_event_family_id_family'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_life_event_programme_id_programme')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_life_event'))
    )
    with op.batch_alter_table('life_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_life_event_family_id'), ['family_id'], unique=False)

    op.create_table('practice_piece',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('programme_id', sa.Uuid(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('instructions', sa.String(length=1000), nullable=False),
    sa.Column('scheme', sa.String(length=100), nullable=False),
    sa.Column('scheme_hash', sa.String(length=64), nullable=False),
    sa.Column('reference', sa.LargeBinary(), nullable=False),
    sa.Column('made_by_id', sa.Uuid(), nullable=False),
    sa.Column('made_at', recorder.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('retired_at', recorder.db.UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['made_by_id'], ['account.id'], name=op.f('fk_practice_piece_made_by_id_account')),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_practice_piece_programme_id_programme')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_practice_piece'))
    )
    op.create_table('double_coding',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('programme_id', sa.Uuid(), nullable=False),
    sa.Column('visit_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('granted_by_id', sa.Uuid(), nullable=False),
    sa.Column('granted_at', recorder.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('taken_back_at', recorder.db.UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_double_coding_account_id_account')),
    sa.ForeignKeyConstraint(['granted_by_id'], ['account.id'], name=op.f('fk_double_coding_granted_by_id_account')),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_double_coding_programme_id_programme')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_double_coding_visit_id_visit'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_double_coding')),
    sa.UniqueConstraint('visit_id', 'account_id', name=op.f('uq_double_coding_visit_id_account_id'))
    )
    with op.batch_alter_table('double_coding', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_double_coding_account_id'), ['account_id'], unique=False)

    op.create_table('external_result',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('programme_id', sa.Uuid(), nullable=False),
    sa.Column('family_id', sa.Uuid(), nullable=False),
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.Column('caregiver_id', sa.Uuid(), nullable=True),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('organisation', sa.String(length=200), nullable=False),
    sa.Column('assessor', sa.LargeBinary(), nullable=False),
    sa.Column('certificate', sa.String(length=100), nullable=False),
    sa.Column('certificate_until', sa.Date(), nullable=False),
    sa.Column('result', sa.LargeBinary(), nullable=False),
    sa.Column('entered_by_id', sa.Uuid(), nullable=False),
    sa.Column('entered_at', recorder.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', recorder.db.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('emotional_availability', 'strange_situation')", name=op.f('ck_external_result_kind')),
    sa.CheckConstraint('certificate_until >= "on"', name=op.f('ck_external_result_certified')),
    sa.ForeignKeyConstraint(['caregiver_id'], ['caregiver.id'], name=op.f('fk_external_result_caregiver_id_caregiver'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['child_id'], ['child.id'], name=op.f('fk_external_result_child_id_child'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['entered_by_id'], ['account.id'], name=op.f('fk_external_result_entered_by_id_account')),
    sa.ForeignKeyConstraint(['family_id'], ['family.id'], name=op.f('fk_external_result_family_id_family'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_external_result_programme_id_programme')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_external_result'))
    )
    with op.batch_alter_table('external_result', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_external_result_family_id'), ['family_id'], unique=False)

    op.create_table('assessment',
    sa.Column('key', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('programme_id', sa.Uuid(), nullable=False),
    sa.Column('log_key', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('visit_id', sa.Uuid(), nullable=False),
    sa.Column('family_id', sa.Uuid(), nullable=False),
    sa.Column('site_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('child_id', sa.Uuid(), nullable=True),
    sa.Column('caregiver_id', sa.Uuid(), nullable=True),
    sa.Column('local_date', sa.Date(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('instrument', sa.String(length=100), nullable=False),
    sa.Column('instrument_hash', sa.String(length=64), nullable=False),
    sa.Column('measures_version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('filled_in', sa.String(length=20), nullable=False),
    sa.Column('present', sa.LargeBinary(), nullable=False),
    sa.Column('answers', sa.LargeBinary(), nullable=False),
    sa.Column('scores', sa.JSON(), nullable=False),
    sa.CheckConstraint("kind IN ('sort', 'questionnaire')", name=op.f('ck_assessment_kind')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_assessment_account_id_account')),
    sa.ForeignKeyConstraint(['caregiver_id'], ['caregiver.id'], name=op.f('fk_assessment_caregiver_id_caregiver'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['child_id'], ['child.id'], name=op.f('fk_assessment_child_id_child'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['family_id'], ['family.id'], name=op.f('fk_assessment_family_id_family'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['log_key'], ['log.key'], name=op.f('fk_assessment_log_key_log'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_assessment_programme_id_programme')),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_assessment_site_id_site')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_assessment_visit_id_visit'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_assessment')),
    sa.UniqueConstraint('log_key', name=op.f('uq_assessment_log_key'))
    )
    with op.batch_alter_table('assessment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_assessment_family_id'), ['family_id'], unique=False)
        batch_op.create_index('ix_assessment_programme_id_local_date', ['programme_id', 'local_date'], unique=False)

    op.create_table('pair_agreement',
    sa.Column('key', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('programme_id', sa.Uuid(), nullable=False),
    sa.Column('site_id', sa.Uuid(), nullable=True),
    sa.Column('visit_id', sa.Uuid(), nullable=True),
    sa.Column('practice_id', sa.Uuid(), nullable=True),
    sa.Column('first_log_key', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('second_log_key', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('second_account_id', sa.Uuid(), nullable=False),
    sa.Column('local_date', sa.Date(), nullable=False),
    sa.Column('scheme', sa.String(length=100), nullable=False),
    sa.Column('scheme_hash', sa.String(length=64), nullable=False),
    sa.Column('measures_version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('offset_ms', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('aligned_by', sa.String(length=10), nullable=False),
    sa.Column('result', sa.JSON(), nullable=False),
    sa.CheckConstraint("aligned_by IN ('sync', 'utc', 'none')", name=op.f('ck_pair_agreement_aligned_by')),
    sa.CheckConstraint('(visit_id IS NULL) <> (practice_id IS NULL)', name=op.f('ck_pair_agreement_visit_or_practice')),
    sa.ForeignKeyConstraint(['first_log_key'], ['log.key'], name=op.f('fk_pair_agreement_first_log_key_log'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['practice_id'], ['practice_piece.id'], name=op.f('fk_pair_agreement_practice_id_practice_piece')),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_pair_agreement_programme_id_programme')),
    sa.ForeignKeyConstraint(['second_account_id'], ['account.id'], name=op.f('fk_pair_agreement_second_account_id_account')),
    sa.ForeignKeyConstraint(['second_log_key'], ['log.key'], name=op.f('fk_pair_agreement_second_log_key_log'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_pair_agreement_site_id_site')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_pair_agreement_visit_id_visit'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_pair_agreement')),
    sa.UniqueConstraint('second_log_key', name=op.f('uq_pair_agreement_second_log_key'))
    )
    with op.batch_alter_table('pair_agreement', schema=None) as batch_op:
        batch_op.create_index('ix_pair_agreement_programme_id_local_date', ['programme_id', 'local_date'], unique=False)
        batch_op.create_index(batch_op.f('ix_pair_agreement_visit_id'), ['visit_id'], unique=False)

    op.create_table('question',
    sa.Column('key', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('programme_id', sa.Uuid(), nullable=False),
    sa.Column('log_key', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('seq', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('visit_id', sa.Uuid(), nullable=False),
    sa.Column('family_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('at_ms', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('note', sa.LargeBinary(), nullable=False),
    sa.Column('local_date', sa.Date(), nullable=False),
    sa.Column('answered_at', recorder.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('answered_by_id', sa.Uuid(), nullable=True),
    sa.Column('answer', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint("kind IN ('ask', 'rough')", name=op.f('ck_question_kind')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_question_account_id_account')),
    sa.ForeignKeyConstraint(['answered_by_id'], ['account.id'], name=op.f('fk_question_answered_by_id_account')),
    sa.ForeignKeyConstraint(['family_id'], ['family.id'], name=op.f('fk_question_family_id_family'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['log_key'], ['log.key'], name=op.f('fk_question_log_key_log'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_question_programme_id_programme')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_question_visit_id_visit'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_question')),
    sa.UniqueConstraint('log_key', 'seq', name=op.f('uq_question_log_key_seq'))
    )
    with op.batch_alter_table('question', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_question_family_id'), ['family_id'], unique=False)
        batch_op.create_index('ix_question_programme_id_answered_at', ['programme_id', 'answered_at'], unique=False)

    op.create_table('safety_note',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('programme_id', sa.Uuid(), nullable=False),
    sa.Column('family_id', sa.Uuid(), nullable=False),
    sa.Column('visit_id', sa.Uuid(), nullable=True),
    sa.Column('log_key', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('local_date', sa.Date(), nullable=False),
    sa.Column('about', sa.String(length=20), nullable=False),
    sa.Column('seen', sa.LargeBinary(), nullable=False),
    sa.Column('told_whom', sa.LargeBinary(), nullable=False),
    sa.Column('told_when', sa.LargeBinary(), nullable=False),
    sa.Column('reference', sa.LargeBinary(), nullable=False),
    sa.Column('why_not', sa.LargeBinary(), nullable=False),
    sa.Column('written_at', recorder.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('acknowledged_at', recorder.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('acknowledged_by_id', sa.Uuid(), nullable=True),
    sa.Column('acknowledgement', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint("about IN ('child', 'caregiver', 'visitor', 'disclosure')", name=op.f('ck_safety_note_about')),
    sa.CheckConstraint('(acknowledged_at IS NULL) = (acknowledged_by_id IS NULL)', name=op.f('ck_safety_note_acknowledged')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_safety_note_account_id_account')),
    sa.ForeignKeyConstraint(['acknowledged_by_id'], ['account.id'], name=op.f('fk_safety_note_acknowledged_by_id_account')),
    sa.ForeignKeyConstraint(['family_id'], ['family.id'], name=op.f('fk_safety_note_family_id_family'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['log_key'], ['log.key'], name=op.f('fk_safety_note_log_key_log'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_safety_note_programme_id_programme')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_safety_note_visit_id_visit'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_safety_note')),
    sa.UniqueConstraint('log_key', name=op.f('uq_safety_note_log_key'))
    )
    with op.batch_alter_table('safety_note', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_safety_note_family_id'), ['family_id'], unique=False)
        batch_op.create_index('ix_safety_note_programme_id_acknowledged_at', ['programme_id', 'acknowledged_at'], unique=False)

    op.create_table('certificate',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('programme_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('instrument', sa.String(length=100), nullable=False),
    sa.Column('source', sa.String(length=10), nullable=False),
    sa.Column('reference', sa.String(length=200), nullable=False),
    sa.Column('pair_key', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('given_by_id', sa.Uuid(), nullable=False),
    sa.Column('given_at', recorder.db.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("source IN ('practice', 'external')", name=op.f('ck_certificate_source')),
    sa.CheckConstraint('until >= "on"', name=op.f('ck_certificate_until_after_on')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_certificate_account_id_account')),
    sa.ForeignKeyConstraint(['given_by_id'], ['account.id'], name=op.f('fk_certificate_given_by_id_account')),
    sa.ForeignKeyConstraint(['pair_key'], ['pair_agreement.key'], name=op.f('fk_certificate_pair_key_pair_agreement'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_certificate_programme_id_programme')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate'))
    )
    with op.batch_alter_table('certificate', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_certificate_account_id'), ['account_id'], unique=False)

    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    # rows that are there already get the value that a new row would get
    with op.batch_alter_table("account") as account:
        account.add_column(sa.Column("clinician", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("log") as log:
        log.add_column(sa.Column("practice_id", sa.Uuid(), nullable=True))
        log.create_index(log.f("ix_log_practice_id"), ["practice_id"])
        log.create_foreign_key(log.f("fk_log_practice_id_practice_piece"), "practice_piece", ["practice_id"], ["id"])
        log.create_check_constraint("kind", "kind IN ('observation', 'sort', 'questionnaire', 'safety')")
    with op.batch_alter_table("instrument") as instrument:
        instrument.drop_constraint(instrument.f("ck_instrument_kind"), type_="check")
        instrument.create_check_constraint("kind", "kind IN ('scheme', 'scale', 'qset', 'questionnaire')")
    with op.batch_alter_table("programme") as programme:
        programme.add_column(sa.Column("emergency_number", sa.String(length=40), nullable=False, server_default=""))
        programme.add_column(sa.Column("hotline", sa.String(length=200), nullable=False, server_default=""))
        programme.add_column(sa.Column("double_coded_percent", whole, nullable=False, server_default="20"))
        programme.add_column(sa.Column("certify_kappa", sa.Double(), nullable=False, server_default="0.6"))
        programme.add_column(sa.Column("certify_days", whole, nullable=False, server_default="365"))
        programme.create_check_constraint("double_coded_percent", "double_coded_percent BETWEEN 0 AND 100")
        programme.create_check_constraint("certify_kappa", "certify_kappa BETWEEN 0 AND 1")
        programme.create_check_constraint("certify_days", "certify_days > 0")


def downgrade() -> None:
    with op.batch_alter_table("programme") as programme:
        for name in ("double_coded_percent", "certify_kappa", "certify_days"):
            programme.drop_constraint(programme.f(f"ck_programme_{name}"), type_="check")
        for name in ("certify_days", "certify_kappa", "double_coded_percent", "hotline", "emergency_number"):
            programme.drop_column(name)
    with op.batch_alter_table("instrument") as instrument:
        instrument.drop_constraint(instrument.f("ck_instrument_kind"), type_="check")
        instrument.create_check_constraint("kind", "kind IN ('scheme', 'scale')")
    with op.batch_alter_table("log") as log:
        log.drop_constraint(log.f("ck_log_kind"), type_="check")
        log.drop_constraint(log.f("fk_log_practice_id_practice_piece"), type_="foreignkey")
        log.drop_index(log.f("ix_log_practice_id"))
        log.drop_column("practice_id")
    with op.batch_alter_table("account") as account:
        account.drop_column("clinician")
    for name in (
        "certificate",
        "safety_note",
        "question",
        "pair_agreement",
        "assessment",
        "external_result",
        "double_coding",
        "practice_piece",
        "life_event",
    ):
        op.drop_table(name)
