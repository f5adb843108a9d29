"""Tablets: who may send, who uses them, their codes; the keys of a programme, and the life of the database."""

import sqlalchemy as sa
from alembic import op

import recorder.db

revision = "20261128"
down_revision = "20261127"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('life',
    sa.Column('key', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('epoch', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('restored_at', recorder.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('backed_up_at', recorder.db.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint('key = 1', name=op.f('ck_life_one_row')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_life'))
    )
    op.execute("INSERT INTO life (key, epoch) VALUES (1, 1)")
    op.create_table('programme_key',
    sa.Column('programme_id', sa.Uuid(), nullable=False),
    sa.Column('public', sa.Text(), nullable=False),
    sa.Column('private', sa.LargeBinary(), nullable=False),
    sa.Column('made_at', recorder.db.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_programme_key_programme_id_programme')),
    sa.PrimaryKeyConstraint('programme_id', name=op.f('pk_programme_key'))
    )
    op.create_table('device',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('programme_id', sa.Uuid(), nullable=False),
    sa.Column('site_id', sa.Uuid(), nullable=True),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('enrolled_by_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('enrolled_at', recorder.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', recorder.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('last_contact_at', recorder.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('minute_from', recorder.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('minute_requests', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('report', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_device_account_id_account')),
    sa.ForeignKeyConstraint(['enrolled_by_id'], ['account.id'], name=op.f('fk_device_enrolled_by_id_account')),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_device_programme_id_programme')),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_device_site_id_site')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_device')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_device_token_hash'))
    )
    with op.batch_alter_table('device', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_device_account_id'), ['account_id'], unique=False)

    op.create_table('device_code',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('programme_id', sa.Uuid(), nullable=False),
    sa.Column('site_id', sa.Uuid(), nullable=True),
    sa.Column('purpose', sa.String(length=10), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('made_by_id', sa.Uuid(), nullable=False),
    sa.Column('made_at', recorder.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('used_at', recorder.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('device_id', sa.Uuid(), nullable=True),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint("purpose = 'enrol' OR (device_id IS NOT NULL AND account_id IS NOT NULL)", name=op.f('ck_device_code_recovers_whose')),
    sa.CheckConstraint("purpose IN ('enrol', 'recover')", name=op.f('ck_device_code_purpose')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_device_code_account_id_account')),
    sa.ForeignKeyConstraint(['device_id'], ['device.id'], name=op.f('fk_device_code_device_id_device'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['made_by_id'], ['account.id'], name=op.f('fk_device_code_made_by_id_account')),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_device_code_programme_id_programme')),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_device_code_site_id_site')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_device_code')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_device_code_code_hash'))
    )
    op.create_table('device_user',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('programme_id', sa.Uuid(), nullable=False),
    sa.Column('device_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('made_at', recorder.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', recorder.db.UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_device_user_account_id_account')),
    sa.ForeignKeyConstraint(['device_id'], ['device.id'], name=op.f('fk_device_user_device_id_device'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_device_user_programme_id_programme')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_device_user')),
    sa.UniqueConstraint('device_id', 'account_id', name=op.f('uq_device_user_device_id_account_id')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_device_user_token_hash'))
    )
    with op.batch_alter_table('device_user', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_device_user_account_id'), ['account_id'], unique=False)

    whole = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    with op.batch_alter_table('log', schema=None) as batch_op:
        batch_op.add_column(sa.Column('device_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('unreadable', whole, nullable=False, server_default='0'))
        batch_op.create_index(batch_op.f('ix_log_device_id'), ['device_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_log_device_id_device'), 'device', ['device_id'], ['id'])
    with op.batch_alter_table('quarantined', schema=None) as batch_op:
        batch_op.add_column(sa.Column('device_id', sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_quarantined_device_id_device'), 'device', ['device_id'], ['id'])


def downgrade() -> None:
    with op.batch_alter_table("quarantined") as quarantined:
        quarantined.drop_constraint(quarantined.f("fk_quarantined_device_id_device"), type_="foreignkey")
        quarantined.drop_column("device_id")
    with op.batch_alter_table("log") as log:
        log.drop_constraint(log.f("fk_log_device_id_device"), type_="foreignkey")
        log.drop_index(log.f("ix_log_device_id"))
        log.drop_column("unreadable")
        log.drop_column("device_id")
    for name in ("device_user", "device_code", "device", "programme_key", "life"):
        op.drop_table(name)
