"""A late entry: one named person, one code, one intake whose cut-off is over, until a day (I5)."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils.html import strip_tags

from applications import access, actions, periodic, queries
from applications.models import Application, LateCode
from applications.rules import digest_of
from applications.states import ApplicationState, LateCodeStanding
from ctts.accounts.actions import deactivate
from ctts.accounts.models import User
from ctts.audit.models import AuditEvent, AuditWords
from ctts.common import clock
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.notifications.models import Message
from ctts.organisations import merging
from ctts.scheme.models import Intake
from ctts.scheme.states import IntakeState
from tests import cast as people
from tests.applications import world
from tests.applications.test_office_views import url
from tests.applications.world import NOW
from tests.cast import at
from tests.make import open_intake

AFTER = at(2026, 10, 5)  # the cut-off of October 2026 was on 30 September
UNTIL = date(2026, 10, 12)


@pytest.fixture
def missed(cast, filled) -> Application:
    """Ann's draft was not received in time and has moved to April 2027."""
    open_intake(2027, 4)
    clock.set_offset(at=AFTER)
    periodic.close_intakes(AFTER)
    return world.refresh(filled)


def october() -> Intake:
    return Intake.objects.get(year=2026, month=10)


def give(cast, **changes) -> tuple[LateCode, str]:
    given = {"intake_id": october().pk, "name": "Ann Archer", "email": "Ann@Example.org", "until_on": UNTIL}
    given |= {"by": cast.olive, "now": AFTER, "reason": "Her supervisor was ill.", "email": cast.ann.email.upper()}
    return actions.give_late_code(**given | changes)


def use(application: Application, code: str, now=AFTER) -> Application:
    return actions.use_late_code(by=application.applicant, now=now, application_id=application.pk, code=code)


def words(response) -> str:
    return " ".join(strip_tags(response.content.decode()).split())


# --- the way of a late entry ---


def test_I5_a_code_for_a_closed_account_would_be_of_no_use(cast, missed):
    deactivate(person=cast.ann, reason="Left.", by=cast.olive, now=AFTER)
    with pytest.raises(Invalid, match="Give access again first") as refused:
        give(cast)
    assert refused.value.field == "email"
    twin = people.person("ann.two", "Ann Archer")
    merging.merge(by=cast.olive, now=AFTER, duplicate=twin, kept=cast.abe, reason="Asked on the telephone.")
    with pytest.raises(Invalid, match="give the code for that address"):
        give(cast, email=twin.email)


def test_I5_a_late_entry_is_received_into_the_intake_that_its_code_names(cast, missed):
    assert str(missed.intake) == "April 2027" and queries.can_be_late(missed, AFTER.date())
    _, code = give(cast)
    late = use(missed, f" {code.lower().replace('-', ' ')} ")
    assert (str(late.intake), late.deadline_on) == ("October 2026", UNTIL)
    assert not queries.can_be_late(late, AFTER.date())
    assert (periodic.close_intakes(at(2026, 10, 12, 22, 59)), str(world.refresh(late).intake)) == (0, "October 2026")
    actions.ask_supervisor(by=cast.ann, now=AFTER, application_id=late.pk)
    received = world.confirm(world.refresh(late), at(2026, 10, 12, 22, 59, 59))
    assert (received.state, str(received.intake)) == (ApplicationState.RECEIVED, "October 2026")
    assert (str(received.receipts.get().intake), received.late_until_on) == ("October 2026", UNTIL)


def test_I5_a_late_entry_that_ends_moves_on_like_every_other(cast, missed):
    _, code = give(cast)
    late = use(missed, code)
    over = at(2026, 10, 13, 0, 0, 1)
    assert (periodic.close_intakes(over), periodic.close_intakes(over)) == (1, 0)
    late = world.refresh(late)
    assert (str(late.intake), late.late_until_on, late.deadline_on) == ("April 2027", None, date(2027, 3, 31))
    told = Message.objects.filter(kind="applications.rolled_over").latest("pk")
    assert "The late entry to the October 2026 intake has ended." in told.text


def test_I5_confirmed_after_its_end_it_belongs_to_the_intake_of_that_moment(cast, missed):
    late = use(missed, give(cast)[1])
    actions.ask_supervisor(by=cast.ann, now=AFTER, application_id=late.pk)
    received = world.confirm(world.refresh(late), at(2026, 10, 13))
    assert (str(received.intake), received.late_until_on) == ("April 2027", None)


def test_I5_whoever_enters_late_is_reminded_of_that_end(cast, missed):
    late = use(missed, give(cast)[1])
    assert periodic.remind_of_cutoff(at(2026, 10, 11, 8)) == 1
    assert "It has to be received by 12\xa0October\xa02026" in Message.objects.latest("pk").text
    assert [row.due for row in queries.duties_for(late.applicant, AFTER.date())] == [UNTIL]


def test_A6_a_late_entry_that_is_deferred_is_none_any_more(cast, missed):
    late = use(missed, give(cast)[1])
    actions.ask_supervisor(by=cast.ann, now=AFTER, application_id=late.pk)
    world.confirm(world.refresh(late), AFTER)
    actions.defer(by=cast.olive, now=AFTER, application_id=late.pk)
    late = world.refresh(late)
    assert (str(late.intake), late.late_until_on) == ("April 2027", None)


def test_I5_a_late_entry_that_missed_its_day_may_be_let_in_once_more(cast, missed):
    """It rolled over again; the second code is used like the first."""
    use(missed, give(cast)[1])
    again = at(2026, 10, 13, 8)
    assert periodic.close_intakes(again) and str(world.refresh(missed).intake) == "April 2027"
    made, code = give(cast, now=again, until_on=date(2026, 10, 20))
    late = use(world.refresh(missed), code, again)
    assert (str(late.intake), late.late_until_on) == ("October 2026", date(2026, 10, 20))
    assert late.late_codes.count() == 2 and LateCode.objects.get(pk=made.pk).used_at == again


def test_I5_a_code_that_expired_is_withdrawn_where_another_is_given(cast, missed):
    expired, _ = give(cast)
    made, _ = give(cast, now=at(2026, 10, 13), until_on=date(2026, 10, 20))
    expired.refresh_from_db()
    assert (expired.withdrawn_by, made.withdrawn_at) == (cast.olive, None)
    assert expired.standing(date(2026, 10, 14)) == LateCodeStanding.EXPIRED  # nobody took it back
    with pytest.raises(Invalid, match="waits to be used"):
        give(cast, now=at(2026, 10, 13), until_on=date(2026, 10, 20))


def test_I5_nobody_gives_themselves_a_code(cast, missed):
    with pytest.raises(Invalid, match="a colleague does it") as refused:
        give(cast, email=cast.olive.email, name="Olive Ong")
    assert refused.value.field == "email"


def test_I5_a_code_stays_its_persons_when_their_address_changes(cast, missed, browser_of):
    made, code = give(cast)
    before = cast.ann.email
    for person, address in ((cast.ann, "ann.new@example.org"), (cast.abe, before)):
        User.objects.filter(pk=person.pk).update(email=address)
    ann, abe = User.objects.get(pk=cast.ann.pk), User.objects.get(pk=cast.abe.pk)
    assert queries.late_code_for(abe, code) is None and queries.has_late_code(ann, AFTER.date())
    assert LateCode.objects.get(pk=made.pk).address == "ann.new@example.org"
    assert "ann.new@example.org" in words(browser_of("olive").get(url("late_codes")))
    with pytest.raises(Invalid, match="waits to be used"):
        give(cast, email="ann.new@example.org")
    assert str(use(missed, code).intake) == "October 2026"


def test_I5_a_code_given_before_there_was_an_account_is_that_addresss(cast, missed):
    made, code = give(cast, email="later@example.org")
    assert (made.person, made.address) == (None, "later@example.org")
    User.objects.filter(pk=cast.ann.pk).update(email="later@example.org")
    assert queries.late_code_for(User.objects.get(pk=cast.ann.pk), code) == made


# --- who may, and when ---


def test_a_code_is_for_one_person_once(cast, missed):
    made, code = give(cast)
    abe = world.start(cast, "bristol", AFTER)
    for application, text in ((abe, code), (missed, "AAAA-BBBB-CCCC"), (missed, "")):
        with pytest.raises(Invalid, match="no code for your account") as refused:
            use(application, text)
        assert refused.value.field == "code"
    with pytest.raises(NotAllowed):
        actions.use_late_code(by=cast.abe, now=AFTER, application_id=missed.pk, code=code)
    use(missed, code)
    with pytest.raises(TooLate, match="late entry already"):
        use(missed, code)
    actions.withdraw(by=cast.ann, now=AFTER, application_id=missed.pk)
    with pytest.raises(Invalid, match="used already"):
        use(world.start(cast, now=AFTER), code)
    assert LateCode.objects.get(pk=made.pk).standing(AFTER.date()) == LateCodeStanding.USED


def test_a_code_that_expired_or_was_withdrawn_opens_nothing(cast, missed):
    made, code = give(cast)
    with pytest.raises(Invalid, match="has expired"):
        use(missed, code, at(2026, 10, 13))
    actions.withdraw_late_code(by=cast.oscar, now=AFTER, late_code_id=made.pk)
    with pytest.raises(Invalid, match="has withdrawn this code"):
        use(missed, code)
    assert AuditEvent.objects.get(action="applications.late_code.withdrawn").actor_id == cast.oscar.pk
    with pytest.raises(TooLate, match="withdrawn already"):
        actions.withdraw_late_code(by=cast.oscar, now=AFTER, late_code_id=made.pk)
    again, code = give(cast)
    use(missed, code)
    with pytest.raises(TooLate, match="used already"):
        actions.withdraw_late_code(by=cast.oscar, now=AFTER, late_code_id=again.pk)
    standings = [row.standing(at(2026, 10, 20).date()) for row in queries.late_codes(cast.olive, AFTER.date())]
    assert standings == [LateCodeStanding.USED, LateCodeStanding.WITHDRAWN]


def test_once_received_no_code_helps(cast, received):
    open_intake(2027, 4)
    periodic.close_intakes(AFTER)
    with pytest.raises(Invalid, match="a code would not help them") as refused:
        give(cast)
    assert refused.value.field == "email"
    with pytest.raises(TooLate, match="only until the application is received"):
        use(received, "K7QM-2XFD-9RTA")
    assert not access.can_use_late_code(cast.abe, received)


def test_whoever_had_an_application_in_that_intake_has_had_it(cast, missed):
    same = {name: getattr(missed, name) for name in ("centre", "scope", "competency_list", "applicant")}
    same |= {"supervisor": cast.sam, "wants_adjustments": False, "started_at": NOW}
    before = {"received_at": NOW, "counts_from": NOW, "state": ApplicationState.DECLINED, "intake": october()}
    _, code = give(cast)
    Application.objects.create(**same, **before)
    with pytest.raises(Invalid, match="have had an application for October 2026 already") as refused:
        use(missed, code)
    assert refused.value.field == "code"
    assert LateCode.objects.get().used_at is None and str(world.refresh(missed).intake) == "April 2027"


def test_an_application_that_was_withdrawn_from_that_intake_is_none(cast, missed):
    actions.withdraw(by=cast.ann, now=AFTER, application_id=missed.pk)
    Application.objects.filter(pk=missed.pk).update(intake=october())
    other = world.start(cast, now=AFTER)
    assert use(other, give(cast)[1]).intake == october()


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"until_on": date(2026, 10, 4)}, "until_on", "from today on and before the Induction Day"),
        ({"until_on": date(2026, 11, 30)}, "until_on", "from today on and before the Induction Day"),
        ({"intake_id": 0}, "intake", "takes no late entries"),
    ],
)
def test_a_code_needs_a_closed_intake_and_a_day_before_its_induction(cast, missed, changes, field, says):
    with pytest.raises(Invalid, match=says) as refused:
        give(cast, **changes)
    assert refused.value.field == field


def test_an_open_intake_needs_no_code_and_one_that_has_begun_takes_none(cast, missed):
    april = Intake.objects.get(year=2027, month=4)
    with pytest.raises(Invalid, match="takes no late entries"):
        give(cast, intake_id=april.pk)
    assert april.state == IntakeState.OPEN
    assert not queries.intakes_for_late_entry(october().induction_on).exists()


def test_one_code_waits_for_a_person_and_intake_at_a_time(cast, missed):
    made, _ = give(cast)
    with pytest.raises(Invalid, match="waits to be used") as refused:
        give(cast)
    assert refused.value.field == "email"
    actions.withdraw_late_code(by=cast.olive, now=AFTER, late_code_id=made.pk)
    give(cast)


def test_only_the_office_gives_codes_and_takes_them_back(cast, missed):
    made, _ = give(cast)
    for person in (cast.ann, cast.sam, cast.ada):
        if person == cast.ada:
            continue
        with pytest.raises(NotAllowed):
            give(cast, by=person)
        with pytest.raises(NotAllowed):
            actions.withdraw_late_code(by=person, now=AFTER, late_code_id=made.pk)
        assert not queries.late_codes(person, AFTER.date()).exists()


# --- what is kept ---


def test_the_code_itself_is_kept_nowhere(cast, missed):
    made, code = give(cast)
    assert made.digest == digest_of(code) and code not in str(LateCode.objects.values().get())
    event = AuditEvent.objects.get(action="applications.late_code.given")
    kept = AuditWords.objects.get(event=event)
    assert (event.actor_id, kept.text["reason"]) == (cast.olive.pk, "Her supervisor was ill.")
    assert code not in str(kept.text) + str(event.after)
    use(missed, code)
    used = AuditEvent.objects.get(action="applications.application.late_entry")
    assert used.after == {"intake": october().pk, "late_code": made.pk, "until_on": "2026-10-12"}


def test_what_was_given_stays_as_it_was_given(cast, missed):
    made, code = give(cast)
    for change in ({"until_on": date(2027, 1, 1)}, {"email": "abe@example.org"}, {"reason": ""}):
        with pytest.raises(DatabaseError), transaction.atomic():
            LateCode.objects.filter(pk=made.pk).update(**change)
    use(missed, code)
    with pytest.raises(DatabaseError), transaction.atomic():
        LateCode.objects.filter(pk=made.pk).update(application=None, used_at=None)
    with pytest.raises(DatabaseError), transaction.atomic():
        LateCode.objects.filter(pk=made.pk).delete()
    fresh = {"intake": october(), "name": "A", "email": "a@example.org", "reason": "x", "until_on": UNTIL}
    both = {"used_at": AFTER, "application": missed, "withdrawn_at": AFTER, "withdrawn_by": cast.olive}
    with pytest.raises(IntegrityError, match="used_or_withdrawn"), transaction.atomic():
        LateCode.objects.create(
            **fresh,
            **both | {"application": world.start(cast, "bristol", AFTER)},
            digest="0" * 64,
            given_at=AFTER,
            given_by=cast.olive,
        )


# --- the pages ---


def test_the_office_gives_a_code_which_the_applicant_uses(cast, missed, browser_of):
    olive, ann = browser_of("olive"), browser_of("ann")
    empty = words(olive.get(url("late_codes")))
    assert "No code was given yet" in empty and "Give a code" in empty
    refused = olive.post(url("give_late_code"), {"name": "Ann Archer", "email": "ann@"})
    assert refused.status_code == 422
    for said in (
        "Write the whole e-mail address",
        "Choose an intake.",
        "Say why this person may apply late.",
    ):
        assert said in words(refused)
    given = {"name": "Ann Archer", "email": cast.ann.email, "intake": october().pk, "until_on": "2026-10-12"}
    given |= {"reason": "Her supervisor was ill."}
    far = olive.post(url("give_late_code"), given | {"until_on": "2026-12-24"})
    assert far.status_code == 422 and "before the Induction Day" in words(far) and "supervisor was ill" in words(far)
    page = words(olive.post(url("give_late_code"), given, follow=True))
    code = page.split("The code for Ann Archer is ")[1].split(".")[0]
    assert len(code) == 14 and code not in words(olive.get(url("late_codes")))
    assert "Use the code" in words(ann.get(url("form", missed.pk)))
    wrong = ann.post(url("use_late_code", missed.pk), {"secret-code": "nothing"})
    assert wrong.status_code == 422 and "no code for your account" in words(wrong)
    used = words(ann.post(url("use_late_code", missed.pk), {"secret-code": code}, follow=True))
    assert "Your application belongs to the October 2026 intake." in used and "end of your late entry" in used
    assert "Use the code" not in words(ann.get(url("form", missed.pk)))
    assert "Used" in words(olive.get(url("late_codes")))


def test_a_late_entry_received_after_enrolment_is_due_on_no_day_before_it(cast, missed):
    late = use(missed, give(cast)[1])
    actions.ask_supervisor(by=cast.ann, now=AFTER, application_id=late.pk)
    received = world.confirm(world.refresh(late), AFTER)
    assert queries.decide_by(received) is None
    rows = queries.duties_for(cast.olive, AFTER.date())
    assert [row.due for row in rows if row.about == "Ann Archer"] == [None]


def test_the_supervisor_s_turn_leads_back_to_the_status(cast, missed, browser_of):
    actions.ask_supervisor(by=cast.ann, now=AFTER, application_id=missed.pk)
    _, code = give(cast)
    assert "Use the code" in words(browser_of("ann").get(url("status", missed.pk)))
    answer = browser_of("ann").post(url("use_late_code", missed.pk), {"secret-code": code})
    told = Message.objects.get(kind="applications.late_entry")
    assert told.to == cast.sam and "it has to be received by 12\xa0October\xa02026" in told.text
    assert answer.url == url("status", missed.pk)


def test_a_code_is_withdrawn_after_showing_whose_it_is(cast, missed, browser_of):
    made, _ = give(cast)
    olive, address = browser_of("olive"), url("withdraw_late_code", made.pk)
    assert "Ann Archer" in words(olive.get(address))
    assert "The code of Ann Archer is withdrawn." in words(olive.post(address, follow=True))
    assert (olive.get(address).status_code, olive.post(address).status_code) == (409, 409)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("name", "number"), [("applications:late_codes", 8), ("applications:give_late_code", 6)])
def test_the_pages_of_codes_cost_the_same_for_every_number(
    cast, missed, browser_of, name, number, rows, django_assert_num_queries
):
    for place in range(rows):
        give(cast, email=f"late{place}@example.org", name=f"Person {place}")
    olive, address = browser_of("olive"), reverse(name)
    assert words(olive.get(address)).count("Person ") == (rows * 2 if "codes" in name else 0)
    with django_assert_num_queries(number):
        olive.get(address)
