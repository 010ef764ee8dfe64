"""What was taken back while somebody read it: the old link says so, and words on their way are kept (T3, T6, E5)."""

from __future__ import annotations

from datetime import date

import pytest

from ctts.accounts.models import User
from ctts.notifications.models import Message
from tests.training import changes as c
from tests.training import practice as p
from tests.training.pages import address, sent, words
from tests.training.test_writing import reflection, save, submitted, submitted_case
from tests.training.world import browser_of, text_evidence
from training import actions, queries
from training.models import Comment, PlanItem
from training.states import AppointmentKind, ChangeState, EvidenceState

TYPED = "Read the part on the lead apron once more:\nwhy was it the old one?"
BACK = "Tara Quinn took it back on 10 June 2026"
FOUND = "A date of birth in the second paragraph."
PIECES = [("reflection", submitted), ("case", submitted_case)]


def page(person: User, name: str, *pk: int) -> tuple[int, str]:
    """Status and words of a page."""
    found = browser_of(person, proved=True).get(address(name, *pk))
    return found.status_code, words(found)


def send(person: User, name: str, pk: int, **typed: str) -> tuple[int, str]:
    """The same of a form that was open before."""
    answer = browser_of(person, proved=True).post(address(name, pk), typed)
    return answer.status_code, words(answer)


@pytest.mark.parametrize(("name", "make"), PIECES)
def test_T6_a_comment_on_a_piece_that_was_reopened_comes_back_with_its_words(scene, name, make):
    piece = make(scene.tara)
    actions.reopen_piece(by=scene.cast.tara, now=p.NOW, piece=piece)
    for typed in (TYPED, "Why?"):
        status, said = send(scene.cast.sam, name, piece.pk, text=typed, quote="the camera")
        assert (status, typed in said, "the camera" in said, BACK in said) == (409, True, True, True)
    status, said = send(scene.cast.sam, f"{name}_withdraw", piece.pk, reason=FOUND)
    assert (status, FOUND in said, "Nobody else reads it until it is submitted again" in said) == (409, True, True)
    assert not Comment.objects.exists()


@pytest.mark.parametrize(("name", "make"), PIECES)
def test_T6_the_link_of_an_old_mail_says_that_the_piece_is_written_again(scene, name, make):
    piece = make(scene.tara)
    actions.reopen_piece(by=scene.cast.tara, now=p.NOW, piece=piece)
    for who in ("sam", "cora", "olive"):
        status, said = page(getattr(scene.cast, who), name, piece.pk)
        assert (status, BACK in said, "to go on writing" in said, "A patient came" in said) == (200, True, True, False)
    for who in ("sue", "tom", "carl"):
        assert page(getattr(scene.cast, who), name, piece.pk)[0] == 404
        assert send(getattr(scene.cast, who), name, piece.pk, text=TYPED)[0] == 404


@pytest.mark.parametrize(("name", "make"), PIECES)
def test_T6_a_version_of_a_piece_that_was_taken_back_says_who_took_it_back(scene, name, make):
    piece = make(scene.tara)
    assert page(scene.cast.sam, f"{name}_version", piece.pk, 1)[0] == 200
    assert page(scene.cast.sam, f"{name}_version", piece.pk, 2)[0] == 404  # never submitted so often
    actions.reopen_piece(by=scene.cast.tara, now=p.NOW, piece=piece)
    status, said = page(scene.cast.sam, f"{name}_version", piece.pk, 1)
    assert (status, BACK in said, "to go on writing" in said, "A patient came" in said) == (200, True, True, False)
    assert page(scene.cast.sue, f"{name}_version", piece.pk, 1)[0] == 404


def test_T6_what_was_never_submitted_is_not_there(scene):
    piece = save(reflection(scene.tara), what="I checked the camera.")
    assert page(scene.cast.sam, "reflection", piece.pk)[0] == 404
    assert send(scene.cast.sam, "reflection", piece.pk, text=TYPED)[0] == 404
    assert queries.away(scene.cast.tara, PlanItem, 1, p.TODAY) is None


def test_T6_of_a_withdrawn_piece_they_read_what_was_found_and_others_only_that(scene):
    piece = submitted(scene.tara)
    actions.withdraw_piece(by=scene.cast.cora, now=p.NOW, piece=piece, reason=FOUND)
    for who, knows in (("sam", True), ("cora", True), ("mia", False)):
        status, said = page(getattr(scene.cast, who), "reflection", piece.pk)
        assert (status, FOUND in said, "I checked the camera" in said) == (200, knows, False)
        assert "Cora Whitfield (Training Co-ordinator) withdrew it on 10 June 2026" in said
    status, said = send(scene.cast.mia, "reflection", piece.pk, text=TYPED)
    assert (status, "why was it the old one?" in said, FOUND in said) == (409, True, False)


def test_T3_evidence_that_its_author_reopened_says_so_to_whoever_read_it(scene):
    evidence, draft = text_evidence(scene.tara, now=p.NOW), text_evidence(scene.tara, declared=False, now=p.NOW)
    actions.reopen_evidence(by=scene.cast.tara, now=p.NOW, evidence_id=evidence.pk)
    status, said = page(scene.cast.sam, "evidence_one", evidence.pk)
    assert (status, BACK in said, "to change it" in said) == (200, True, True)
    assert evidence.title not in said and "uniformity" not in said
    status, said = send(scene.cast.sam, "evidence_quarantine", evidence.pk, reason=FOUND)
    assert (status, FOUND in said, BACK in said) == (409, True, True)
    assert page(scene.cast.sam, "evidence_one", draft.pk)[0] == 404
    assert page(scene.cast.sue, "evidence_one", evidence.pk)[0] == 404


def test_T3_evidence_replaced_after_it_was_withdrawn_is_told_of_to_those_alone_who_were_told(scene):
    evidence = text_evidence(scene.tara, now=p.NOW)
    given = {"evidence_id": evidence.pk, "reason": FOUND, "authentication": p.proof()}
    actions.quarantine_evidence(by=scene.cast.sam, now=p.NOW, **given)
    seen = {"seen": evidence.content_sha256, "content": actions.Content("Camera", "Other words.")}
    actions.edit_evidence(by=scene.cast.tara, now=p.NOW, evidence_id=evidence.pk, **seen)
    evidence.refresh_from_db()
    assert evidence.state == EvidenceState.REOPENED
    assert page(scene.cast.mia, "evidence_one", evidence.pk)[0] == 404
    assert FOUND in page(scene.cast.sam, "evidence_one", evidence.pk)[1]


# --- changes of circumstances ---


def test_E5_words_for_a_request_that_was_withdrawn_meanwhile_come_back_and_a_mail_says_why(scene):
    change = c.sent(scene.tara, "interruption")
    sam = browser_of(scene.cast.sam, proved=True)
    open_form = sent(sam.get(address("change_answer", change.pk)).context["form"])
    assert send(scene.cast.tara, "change_withdraw", change.pk)[0] == 303
    late = sam.post(address("change_answer", change.pk), {**open_form, "supports": "yes", "words": TYPED})
    said = words(late)
    assert (late.status_code, "why was it the old one?" in said) == (409, True)
    assert late.context["again"] == address("change", change.pk)  # the page that says it
    assert "Tara Quinn withdrew it on" in said and "Your answer is not needed any more" in said
    mail = Message.objects.get(kind="training.change_not_needed")
    assert (mail.to, "Tara Quinn withdrew the request" in mail.text) == (scene.cast.sam, True)
    assert c.WHY not in mail.text and c.WHY not in said
    status, said = page(scene.cast.sam, "change", change.pk)
    assert (status, "Tara Quinn withdrew it on" in said, c.WHY in said) == (200, True, False)


def test_E5_whoever_withdraws_reads_the_mail_that_tells_the_supervisor(scene):
    change = c.sent(scene.tara, "interruption")
    said = page(scene.cast.tara, "change_withdraw", change.pk)[1]
    assert "Sam Patel" in said and "Your answer is not needed any more" in said
    draft = c.written(scene.tara, "extension")
    assert "not needed any more" not in page(scene.cast.tara, "change_withdraw", draft.pk)[1]
    actions.withdraw_change(by=scene.cast.tara, now=p.NOW, change_id=draft.pk)
    assert p.told(scene.cast.sam) == ["training.change_asked"]


def test_E5_once_the_supervisor_spoke_they_and_the_office_hear_that_it_was_withdrawn(scene):
    change = c.answered(scene.tara, scene.cast.sam, "interruption")
    said = page(scene.cast.tara, "change_withdraw", change.pk)[1]
    assert all(name in said for name in ("Sam Patel", scene.cast.olive.full_name, "no decision is needed"))
    assert send(scene.cast.tara, "change_withdraw", change.pk)[0] == 303
    mails = Message.objects.filter(kind="training.change_withdrawn")
    assert {mail.to for mail in mails} == {scene.cast.sam, scene.cast.olive, scene.cast.oscar}
    assert all("Tara Quinn, " in mail.text and c.WHY not in mail.text for mail in mails)
    for who in (scene.cast.sam, scene.cast.olive):
        status, said = page(who, "change", change.pk)
        assert (status, "Withdrew it" in said) == (200, True)


def test_E5_a_request_that_never_lay_with_a_supervisor_is_withdrawn_before_the_office_alone(scene):
    change = c.sent(scene.tara, "name")
    actions.withdraw_change(by=scene.cast.tara, now=p.NOW, change_id=change.pk)
    asked = c.sent(scene.tara, "interruption")
    actions.go_on_without(by=scene.cast.olive, now=p.NOW, change_id=asked.pk, words="He is away.")
    actions.withdraw_change(by=scene.cast.tara, now=p.NOW, change_id=asked.pk)
    told = Message.objects.filter(kind="training.change_withdrawn").values_list("to", flat=True)
    assert sorted(told) == sorted([scene.cast.olive.pk, scene.cast.oscar.pk] * 2)


def test_E5_a_decision_that_comes_too_late_reads_who_withdrew_it_and_keeps_what_was_typed(scene):
    change = c.answered(scene.tara, scene.cast.sam, "interruption")
    actions.withdraw_change(by=scene.cast.tara, now=p.NOW, change_id=change.pk)
    late = browser_of(scene.cast.olive, proved=True).post(
        address("change_decide", change.pk), {"granted": "no", "words": TYPED}
    )
    said = words(late)
    assert (late.status_code, late.context["again"]) == (409, address("change", change.pk))
    assert "Tara Quinn withdrew this request on 10 June 2026. Nobody decides about it." in said
    assert '<dt>Decision</dt><dd class="as-written">Decline it</dd>' in said and "why was it the old one?" in said
    status, said = page(scene.cast.sam, "change_answer", change.pk)
    assert (status, "Tara Quinn withdrew this request" in said) == (409, True)


@pytest.mark.parametrize(("granted", "done"), [(True, "granted"), (False, "declined")])
def test_E5_what_was_decided_meanwhile_says_by_whom(scene, granted, done):
    change = c.answered(scene.tara, scene.cast.sam, "interruption")
    if granted:
        c.grant(change, scene.cast.olive)
    else:
        given = {"change_id": change.pk, "seen": c.seen(change), "words": "Too short."}
        actions.decline_change(by=scene.cast.olive, now=p.NOW, **given)
    for who, name in (("tara", "change_withdraw"), ("oscar", "change_decide")):
        status, said = send(getattr(scene.cast, who), name, change.pk, words=TYPED)
        assert (status, f"{scene.cast.olive} {done} this request on 10 June 2026." in said) == (409, True)


def test_E5_the_supervisor_hears_that_the_office_went_on_without_them(scene):
    change = c.sent(scene.tara, "interruption")
    assert "Sam Patel" in page(scene.cast.olive, "change_go_on", change.pk)[1]
    actions.go_on_without(by=scene.cast.olive, now=p.NOW, change_id=change.pk, words="He is away.")
    mail = Message.objects.get(kind="training.change_not_needed")
    assert (mail.to, "The scheme office went on without your answer" in mail.text) == (scene.cast.sam, True)
    status, said = page(scene.cast.sam, "change", change.pk)
    assert (status, "The scheme office went on without your answer on 10 June 2026" in said) == (200, True)
    assert TYPED.splitlines()[1] in send(scene.cast.sam, "change_answer", change.pk, words=TYPED)[1]


def test_E5_nobody_learns_of_a_request_that_never_lay_with_them(scene):
    asked, to_office = c.sent(scene.tara, "interruption"), c.sent(scene.tara, "name")
    for change in (asked, to_office):
        actions.withdraw_change(by=scene.cast.tara, now=p.NOW, change_id=change.pk)
        assert change.__class__.objects.get(pk=change.pk).state == ChangeState.WITHDRAWN
    p.end_appointment(scene.tara, AppointmentKind.SUPERVISOR, p.TODAY)
    p.appoint(scene.tara, scene.cast.sue, AppointmentKind.SUPERVISOR, starts_on=date(2026, 6, 11))
    assert page(scene.cast.sam, "change", to_office.pk)[0] == 404
    assert page(scene.cast.cora, "change", asked.pk)[0] == 404
    assert queries.away(scene.cast.sue, type(asked), asked.pk, date(2026, 6, 12)) is None
    assert send(scene.cast.carl, "change_answer", asked.pk, words=TYPED)[0] == 404
