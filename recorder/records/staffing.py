"""Who is on whose team, and what holds somebody in her role?

Visitors and supervisors belong to a site; only a visitor has a supervisor. A supervisor's role is held by her team, a
visitor's or supervisor's by the families she visits now or will visit: who records no longer would leave them where
no supervisor looks. A programme keeps an administrator.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, or_, select

from recorder.db import db
from recorder.records.families import Assignment, Family
from recorder.records.people import Account

AT_A_SITE = frozenset({"visitor", "supervisor"})


def supervisors(programme_id: uuid.UUID) -> Sequence[Account]:
    """The supervisors of a programme who can sign in, in the order of their sign-in names."""
    leads = select(Account).where(
        Account.programme_id == programme_id, Account.role == "supervisor", Account.disabled_at.is_(None)
    )
    return db.session.scalars(leads.order_by(Account.sign_in)).all()


def team(supervisor: Account) -> Sequence[Account]:
    """The visitors of a supervisor, those who are shut out included."""
    return db.session.scalars(select(Account).where(Account.supervisor_id == supervisor.id)).all()


def families_visited(account: Account, day: date) -> int:
    """How many families that have not left a person visits on this day or later."""
    still = or_(Assignment.until_on.is_(None), Assignment.until_on >= day)
    homes = select(func.count(Assignment.family_id.distinct())).join(Family, Family.id == Assignment.family_id)
    return db.session.scalar(homes.where(Assignment.account_id == account.id, still, Family.left_on.is_(None))) or 0


def others_administer(account: Account) -> bool:
    """Whether the programme has an administrator besides this person; until the transaction ends, nobody can change
    that (two administrators could otherwise send each other away in the same moment)."""
    administrators = select(Account.id).where(
        Account.programme_id == account.programme_id, Account.role == "administrator", Account.disabled_at.is_(None)
    )
    remaining = db.session.scalars(administrators.order_by(Account.id).with_for_update()).all()
    return any(id != account.id for id in remaining)
