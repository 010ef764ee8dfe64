"""Who may do what with an application (A4, A5, A6): every answer, with its reason."""

from types import SimpleNamespace

import pytest

from applications import access
from applications.models import AdjustmentRequest, Application
from applications.states import ApplicationState, Part
from ctts.organisations import actions as organisations
from ctts.organisations.states import Role
from tests.applications.world import NOW
from tests.cast import START

TODAY = NOW.date()
S = ApplicationState


def application(cast, state=S.DRAFT, **columns):
    """An application of Ann at Leeds with Sam, never stored."""
    given = {"applicant": cast.ann, "supervisor": cast.sam, "centre": cast.leeds, "state": state, **columns}
    return Application(**given)


def test_A1_only_the_applicant_fills_in_a_draft_or_what_the_office_asked_for(cast):
    assert access.can_edit(cast.ann, application(cast))
    assert access.can_edit(cast.ann, application(cast, S.INFORMATION_REQUESTED))
    assert access.can_edit(cast.sam, application(cast)).kind == "no"
    for state in set(S) - {S.DRAFT, S.INFORMATION_REQUESTED}:
        assert access.can_edit(cast.ann, application(cast, state)).kind == "late"


@pytest.mark.parametrize("part", Part)
def test_A2_what_the_supervisor_confirmed_no_longer_changes(cast, part):
    asked = application(cast, S.INFORMATION_REQUESTED, received_at=NOW)
    fixed = part in {Part.SCOPE, Part.SUPERVISOR}
    assert access.can_change(cast.ann, asked, part).kind == ("late" if fixed else "yes")
    assert access.can_change(cast.ann, application(cast), part)
    assert access.can_change(cast.tara, asked, part).kind == "no"


def test_A6_a_draft_is_handed_over_and_questions_are_answered_by_the_applicant_only(cast):
    draft, asked = application(cast), application(cast, S.INFORMATION_REQUESTED)
    assert access.can_hand_over(cast.ann, draft)
    assert access.can_hand_over(cast.ann, asked).kind == "late"
    assert access.can_hand_over(cast.sam, draft).kind == "no"
    assert access.can_reply(cast.ann, asked)
    assert access.can_reply(cast.ann, draft).kind == "late"
    assert access.can_reply(cast.sam, asked).kind == "no"


def test_A2_only_the_named_supervisor_answers_while_it_waits(cast):
    waiting = application(cast, S.AWAITING_SUPERVISOR)
    assert access.can_answer(cast.sam, waiting)
    assert access.can_answer(cast.sue, waiting).kind == "no"
    assert access.can_answer(cast.sam, application(cast, S.RECEIVED)).kind == "late"


@pytest.mark.parametrize("state", S)
def test_A6_the_applicant_and_the_office_withdraw_until_the_end(cast, state):
    ended = state in {S.DECLINED, S.WITHDRAWN, S.ENROLLED}
    for person, may in (("ann", "yes"), ("olive", "yes"), ("sam", "no"), ("carl", "no")):
        found = access.can_withdraw(getattr(cast, person), application(cast, state), TODAY)
        assert found.kind == ("late" if ended else may)
    assert access.is_open(application(cast, state)) is not ended


def test_A4_whoever_is_applicant_supervisor_or_of_the_centre_does_not_decide(cast):
    from_leeds = application(cast)
    assert access.can_review(cast.olive, from_leeds, TODAY)
    assert access.can_review(cast.cora, from_leeds, TODAY).kind == "no"
    assert access.can_review(cast.olive, application(cast, applicant=cast.olive), TODAY).kind == "no"
    assert access.can_review(cast.olive, application(cast, supervisor=cast.olive), TODAY).kind == "no"
    given = {"person": cast.olive, "role": Role.EMPLOYEE, "organisation": cast.leeds}
    organisations.grant(by=None, now=START, **given)
    assert "applicant's centre" in access.can_review(cast.olive, from_leeds, TODAY).reason


@pytest.mark.parametrize("state", S)
def test_A4_decisions_need_a_review_and_claims_something_to_review(cast, state):
    decide = access.can_decide(cast.olive, application(cast, state), TODAY)
    claim = access.can_claim(cast.olive, application(cast, state), TODAY)
    assert decide.kind == ("yes" if state == S.IN_REVIEW else "late")
    assert claim.kind == ("yes" if state in {S.RECEIVED, S.IN_REVIEW, S.INFORMATION_REQUESTED} else "late")
    assert access.can_decide(cast.sam, application(cast, state), TODAY).kind == "no"
    assert access.can_claim(cast.sam, application(cast, state), TODAY).kind == "no"


def test_A5_the_reason_is_for_the_person_and_named_readers(cast):
    asked = AdjustmentRequest(person=cast.ann, sealed=b"", asked_at=START)
    readable = {name for name in ("ann", "ada", "olive", "sam", "cora") if _reads(cast, name, asked)}
    assert readable == {"ann", "ada"}
    assert access.can_decide_adjustment(cast.ada, asked, TODAY)
    assert access.can_decide_adjustment(cast.olive, asked, TODAY).kind == "no"
    own = SimpleNamespace(person_id=cast.ada.pk)
    assert access.can_decide_adjustment(cast.ada, own, TODAY).kind == "no"


def _reads(cast, name, asked):
    return bool(access.can_read_reason(getattr(cast, name), asked, TODAY))
