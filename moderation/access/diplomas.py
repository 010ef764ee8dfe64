"""Who issues, revokes and re-issues diplomas, and who has their files (D1)."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from ctts.accounts.models import User
from ctts.common.moves import can_move
from ctts.common.verdict import YES, Verdict, both, late, no
from ctts.organisations.access import holds, is_office
from ctts.organisations.states import Role
from moderation.models import Diploma
from moderation.states import DIPLOMA_MOVES, DiplomaState


def can_issue_diplomas(user: User | None, today: date) -> Verdict:
    """The office issues diplomas, and the command of an operator (None) does (D1)."""
    return YES if user is None else is_office(user, today)


def can_change_diploma(user: User, diploma: Diploma, today: date) -> Verdict:
    """Whether `user` may revoke or re-issue this diploma at all: the office, and nobody their own."""
    if user.pk == diploma.award.record.trainee_id:
        return no("Somebody else decides about your own Diploma.")
    return is_office(user, today)


def can_revoke_diploma(user: User, diploma: Diploma, today: date) -> Verdict:
    """Whether `user` may revoke a diploma now: only one that is in force (D1)."""
    return both(can_change_diploma(user, diploma, today), can_move(diploma, DIPLOMA_MOVES, "revoke"))


def can_reissue_diploma(user: User, diploma: Diploma, today: date) -> Verdict:
    """Whether `user` may issue another in the place of a diploma now: one in force or revoked, once (D1)."""
    return both(can_change_diploma(user, diploma, today), can_move(diploma, DIPLOMA_MOVES, "supersede"))


def visible_diplomas(user: User, today: date) -> Q:
    """The condition for diplomas a person sees: their own, all for the office (D1)."""
    return Q() if holds(user, Role.OFFICE, today) else Q(award__record__trainee=user)


def diploma_in_force(diploma: Diploma) -> bool:
    """Whether a diploma is neither revoked nor superseded (D1)."""
    return diploma.state == DiplomaState.ISSUED


def can_have_diploma_file(user: User, diploma: Diploma, today: date) -> Verdict:
    """Whether `user`, who sees a diploma, may have its file: its holder while it is in force, the office always."""
    if diploma_in_force(diploma) or holds(user, Role.OFFICE, today):
        return YES
    return late(f"This Diploma is no longer in force: it is “{diploma.get_state_display()}”.")
