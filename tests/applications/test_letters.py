"""Letters of decisions that the office holds, changes and sends (A4, screens 20)."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse

from applications import actions, periodic, queries
from applications.letters import decision_pdf
from applications.models import Application, Decision, DecisionLetter
from ctts.audit.models import AuditEvent
from ctts.common.mail import MailState
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.documents.keeping import read
from ctts.home import queries as home
from ctts.notifications.models import Message
from ctts.notifications.queries import messages_to
from ctts.organisations import actions as organisations
from ctts.organisations.states import Role
from tests.applications import world
from tests.applications.test_lists import copies
from tests.applications.test_office import text_of
from tests.applications.test_office_views import text, url
from tests.applications.world import NOW

WORDS = "Bring your <HNC> certificate to the induction."


@pytest.fixture
def decided(cast, ready) -> Decision:
    """Ann is accepted, with a letter on hold."""
    return actions.accept(by=cast.olive, now=NOW, application_id=ready.pk, words=WORDS, hold=True)


def mail() -> Message:
    return Message.objects.filter(kind="applications.accepted").latest("pk")


def step(cast, decided, act, by=None, seen="1", **more) -> DecisionLetter:
    common = {"by": by or cast.olive, "now": NOW, "application_id": decided.application_id}
    return act(**common, decision_id=decided.pk, seen=seen, **more)


def test_A4_a_letter_on_hold_is_made_and_goes_to_nobody(cast, decided):
    assert periodic.make_letters(NOW) == 1
    letter = DecisionLetter.objects.get()
    assert (letter.hold, letter.words, mail().state) == (True, WORDS, MailState.HELD)
    assert WORDS in text_of(read(letter.document)) and WORDS in mail().text and "&lt;HNC&gt;" in mail().html
    assert mail() in home.messages_shown("waiting") and mail() not in messages_to(cast.ann)
    [row] = [row for row in queries.duties_for(cast.olive, NOW.date()) if "letter" in row.what]
    assert (row.what, row.since) == ("Send a letter on hold", NOW.date())


def test_A4_several_letters_on_hold_are_one_duty(cast, decided):
    other = world.in_review(cast, "bristol")
    actions.decline(by=cast.olive, now=NOW, application_id=other.pk, reasons="No degree.", hold=True)
    assert "Send 2 letters on hold" in [row.what for row in queries.duties_for(cast.olive, NOW.date())]


def test_A4_a_letter_on_hold_is_sent_once(cast, decided):
    periodic.make_letters(NOW)
    with pytest.raises(NotAllowed):
        step(cast, decided, actions.send_letter, by=cast.sam)
    with pytest.raises(actions.StalePart):
        step(cast, decided, actions.send_letter, seen="2")
    step(cast, decided, actions.send_letter)
    assert mail().state == MailState.QUEUED and mail() in messages_to(cast.ann)
    assert AuditEvent.objects.get(action="applications.letter.sent").actor_id == cast.olive.pk
    for act in (actions.send_letter, lambda **given: actions.change_letter(**given, words="Too late")):
        with pytest.raises(TooLate, match="not on hold"):
            step(cast, decided, act)
    assert [row for row in queries.duties_for(cast.olive, NOW.date()) if "letter" in row.what] == []


def test_A4_sent_before_its_pdf_is_there_it_goes_by_itself(cast, decided):
    step(cast, decided, actions.send_letter)
    assert periodic.make_letters(NOW) == 1 and mail().state == MailState.QUEUED


def test_A4_a_changed_letter_is_made_anew_and_waits_again(cast, decided):
    periodic.make_letters(NOW)
    first = mail()
    with pytest.raises(Invalid, match="its words already"):
        step(cast, decided, actions.change_letter, words=f" {WORDS} ")
    changed = step(cast, decided, actions.change_letter, words="See you in May.")
    assert (changed.revision, changed.document) == (2, None)
    first.refresh_from_db()
    assert (first.state, first.problem) == (MailState.CANCELLED, "given up") and first not in messages_to(cast.ann)
    assert periodic.make_letters(NOW) == 1 and mail() != first
    assert (mail().state, "See you in May." in mail().text) == (MailState.HELD, True)
    assert AuditEvent.objects.filter(action="applications.letter.changed").count() == 1
    with pytest.raises(actions.StalePart):
        step(cast, decided, actions.change_letter, words="Mine")
    step(cast, decided, actions.change_letter, words="", seen="2")
    assert AuditEvent.objects.filter(action="applications.letter.changed").count() == 2


def test_A4_a_pdf_of_words_that_were_changed_meanwhile_is_dropped(cast, decided):
    pdf, pages = decision_pdf(queries.letters_owed()[0])
    step(cast, decided, actions.change_letter, words="See you in May.")
    made = {"by": None, "now": NOW, "decision_id": decided.pk, "pdf": pdf, "pages": pages}
    assert actions.keep_letter(**made, revision=1).document is None and not Message.objects.filter(
        kind="applications.accepted"
    )
    assert actions.keep_letter(**made, revision=2).document is not None


def test_A4_the_applicant_sees_the_decision_and_not_the_letter_on_hold(cast, decided, browser_of):
    periodic.make_letters(NOW)
    document = DecisionLetter.objects.get().document_id
    ann = browser_of("ann")
    page = text(ann.get(url("status", decided.application_id)))
    assert "Accepted" in page and "has not sent your letter yet" in page and "Send it" not in page
    assert ann.get(url("document", decided.application_id, document)).status_code == 404
    assert browser_of("olive").get(url("document", decided.application_id, document)).status_code == 200
    assert "Your application is accepted" not in text(ann.get(reverse("home:mails")))
    step(cast, decided, actions.send_letter)
    assert ann.get(url("document", decided.application_id, document)).status_code == 200


def test_A4_a_member_reads_no_letter_of_their_own_before_it_is_sent(cast, decided, browser_of):
    """They are of the office, and read their own application as everybody reads theirs."""
    organisations.grant(by=None, now=NOW, person=cast.ann, role=Role.OFFICE)
    periodic.make_letters(NOW)
    file = url("document", decided.application_id, DecisionLetter.objects.get().document_id)
    ann = browser_of("ann")
    assert "No letter is on hold" in text(ann.get(url("letters"))) and ann.get(file).status_code == 404
    waits = {who: [row.what for row in queries.duties_for(who, NOW.date())] for who in (cast.ann, cast.olive)}
    assert "Send a letter on hold" in waits[cast.olive] and "Send a letter on hold" not in waits[cast.ann]
    step(cast, decided, actions.send_letter)
    assert ann.get(file).status_code == 200


def test_A4_the_reasons_are_held_with_the_letter(cast, ready, browser_of):
    [place, *_] = queries.slots_of(queries.Given(ready))
    of_file = {"slot": place.name, "document_id": place.document.pk, "verdict": "rejected", "seen": ""}
    common = {"by": cast.olive, "now": NOW, "application_id": ready.pk}
    actions.check_document(**common, **of_file, key=uuid4(), reason="No <degree>.")
    decision = actions.decline(**common, reasons="No <degree>.", hold=True)
    ann, olive, address = browser_of("ann"), browser_of("olive"), url("status", ready.pk)
    assert "Declined" in text(ann.get(address)) and "No &lt;degree&gt;." not in text(ann.get(address))
    assert "No &lt;degree&gt;." in text(olive.get(url("decisions", ready.pk)))
    step(cast, decision, actions.send_letter)
    assert "No &lt;degree&gt;." in text(ann.get(address))


def test_A4_the_office_reads_changes_and_sends_on_its_pages(cast, decided, browser_of):
    olive, pks = browser_of("olive"), (decided.application_id, decided.pk)
    assert "being made" in text(olive.get(url("letters")))
    periodic.make_letters(NOW)
    assert "Ann Archer" in text(olive.get(url("letters"))) and "On hold" in text(olive.get(url("decisions", pks[0])))
    change = olive.get(url("change_letter", *pks))
    assert change.context["confirm"].form["words"].value() == WORDS
    same = olive.post(url("change_letter", *pks), {"words": WORDS, "seen": "1"})
    assert same.status_code == 422
    assert olive.post(url("change_letter", *pks), {"words": "In May.", "seen": "1"}).status_code == 303
    late = browser_of("oscar").post(url("change_letter", *pks), {"words": "Mine", "seen": "1"})
    assert late.status_code == 409 and "Mine" in text(late) and "In May." in text(late)
    assert late.context["confirm"].form["seen"].value() == "2"
    assert olive.post(url("send_letter", *pks), {"seen": "1"}).status_code == 409
    assert "In May." in text(olive.get(url("send_letter", *pks)))
    assert olive.post(url("send_letter", *pks), {"seen": "2"}).url == url("decisions", pks[0])
    assert olive.get(url("send_letter", *pks)).status_code == 409
    assert olive.get(url("send_letter", pks[0], 999_999)).status_code == 404
    assert "No letter is on hold" in text(olive.get(url("letters")))


@pytest.mark.parametrize("since", ["withdraw", "decline"])
def test_A4_a_letter_that_the_application_has_left_behind_is_not_sent(cast, ready, browser_of, since):
    deferred = actions.defer(by=cast.olive, now=NOW, application_id=ready.pk, hold=True)
    common = {"by": cast.olive, "now": NOW, "application_id": ready.pk}
    if since == "decline":
        actions.resume(**common)
        actions.decline(**common, reasons="No degree.")
    else:
        actions.withdraw(**common, reason="Asked by telephone.")
    with pytest.raises(TooLate, match="has gone on since"):
        step(cast, deferred, actions.send_letter)
    assert not queries.held_letters().exists()
    page = text(browser_of("olive").get(url("decisions", ready.pk)))
    assert "Never sent" in page and "Send it" not in page


def test_A4_a_decision_is_put_on_hold_where_it_is_made(ready, browser_of):
    olive, given = browser_of("olive"), {"reasons": "No degree.", "words": WORDS, "hold": "on"}
    assert olive.post(url("decline", ready.pk), given).url == url("decisions", ready.pk)
    letter = DecisionLetter.objects.get()
    assert (letter.hold, letter.words) == (True, WORDS)


@pytest.mark.parametrize("rows", [1, 3])
def test_letters_on_hold_cost_the_same_for_every_number(cast, decided, browser_of, rows, django_assert_num_queries):
    columns = {"kind": "accept", "intake": decided.intake, "decided_at": NOW, "decided_by": cast.olive}
    copies(decided.application, rows)
    for application in Application.objects.exclude(pk=decided.application_id):
        DecisionLetter.objects.create(decision=Decision.objects.create(application=application, **columns), hold=True)
    olive, address = browser_of("olive"), reverse("applications:letters")
    assert len(olive.get(address).context["rows"]) == rows
    with django_assert_num_queries(7):
        olive.get(address)


def test_the_name_of_the_letter_is_of_the_intake_that_was_decided(cast, decided):
    periodic.make_letters(NOW)
    assert str(decided.intake) in DecisionLetter.objects.get().document.original_name
