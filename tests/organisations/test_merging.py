"""Two accounts of one person become one: what moves, what is in the way, what stays recorded (C2)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from applications import actions as applications
from applications.states import ApplicationState
from ctts.accounts import access as accounts_access
from ctts.accounts import actions as accounts
from ctts.accounts.models import User
from ctts.audit.models import AuditEvent
from ctts.common import clock
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.notifications.models import Message
from ctts.organisations import actions, merging, queries
from ctts.organisations.access import forget_held, holds
from ctts.organisations.models import Affiliation
from ctts.organisations.states import Role
from moderation import actions as moderation
from tests.applications import world
from tests.applications.world import NOW, signed_in
from tests.cast import person
from training import actions as training
from training.states import AppointmentKind

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 1)
WHY = "Asked on the telephone; both addresses answered."


@pytest.fixture
def cast(settings, tmp_path):
    settings.STORAGE_URL = f"file://{tmp_path}"
    return world.open_world()


@pytest.fixture
def twin(cast) -> User:
    """Sam again, with a private address: Training Supervisor at Bristol, and at Leeds as he is already."""
    twin = person("sam.patel", "Sam Patel")
    for place in (cast.leeds, cast.bristol):
        actions.grant(by=cast.olive, now=NOW, person=twin, role=Role.SUPERVISOR, organisation=place)
    return twin


@pytest.fixture
def enrolled(cast):
    """Ann is in training, with Sam as her supervisor."""
    application = world.in_review(cast, "leeds")
    for rule in ("A3c", "A3h"):
        world.find(application, cast.olive, rule)
    applications.accept(by=cast.olive, now=NOW, application_id=application.pk)
    start = clock.london_midnight(application.intake.enrolment_on) + timedelta(hours=9)
    clock.set_offset(at=start)
    record = training.enrol(by=None, now=start, application_id=application.pk)
    assert record.appointments.filter(person=cast.sam, kind=AppointmentKind.SUPERVISOR).exists()
    return record


def merge(cast, twin, kept=None, by=None, reason=WHY) -> User:
    return merging.merge(by=by or cast.olive, now=NOW, duplicate=twin, kept=kept or cast.sam, reason=reason)


def fresh(someone: User) -> User:
    forget_held(someone)
    return User.objects.get(pk=someone.pk)


# --- what happens ---


def test_C2_roles_move_the_duplicate_is_closed_and_the_person_is_told(cast, twin):
    closed = merge(cast, twin)
    assert (closed.is_active, closed.merged_into) == (False, cast.sam)
    assert {held.ends_on for held in Affiliation.objects.filter(person=twin)} == {TODAY}
    assert holds(fresh(cast.sam), Role.SUPERVISOR, TODAY, at=cast.bristol.pk)
    assert Affiliation.objects.filter(person=cast.sam, organisation=cast.leeds).count() == 1
    told = Message.objects.filter(kind="organisations.merged").order_by("pk")
    assert [message.addressee.email for message in told] == ["sam@example.org", "sam.patel@example.org"]
    assert all("you sign in with sam@example.org" in message.text for message in told)
    events = AuditEvent.objects.filter(action="accounts.person.merged").order_by("seq")
    assert [event.after for event in events] == [{"into": cast.sam.pk}, {"duplicate": twin.pk}]


def test_C2_a_role_to_come_and_one_with_an_end_keep_their_days(cast, twin):
    later = {"starts_on": TODAY + timedelta(days=9), "ends_on": TODAY + timedelta(days=30)}
    actions.grant(by=cast.olive, now=NOW, person=twin, role=Role.TRAINER, organisation=cast.bristol, **later)
    merge(cast, twin)
    moved = Affiliation.objects.get(person=cast.sam, role=Role.TRAINER)
    assert {"starts_on": moved.starts_on, "ends_on": moved.ends_on} == later


def on(days):
    return TODAY + timedelta(days=days)


SPANS = {
    "one after the other": ([(0, 20)], [(40, None)], [(0, 20), (40, None)]),
    "the other way round": ([(40, None)], [(0, 20)], [(0, 20), (40, None)]),
    "the duplicate begins earlier": ([(40, None)], [(0, None)], [(0, 39), (40, None)]),
    "the duplicate goes on longer": ([(0, 20)], [(0, None)], [(0, 20), (21, None)]),
    "before, between and after": ([(5, 9), (20, 29)], [(0, None)], [(0, 4), (5, 9), (10, 19), (20, 29), (30, None)]),
    "held already": ([(0, None)], [(3, 9), (20, None)], [(0, None)]),
    "two of the duplicate": ([(5, 9)], [(0, 6), (8, 12)], [(0, 4), (5, 9), (10, 12)]),
    "nothing after its last day": ([(30, None)], [(3, 9)], [(3, 9), (30, None)]),
}


@pytest.mark.parametrize(("kept", "duplicate", "then"), SPANS.values(), ids=SPANS.keys())
def test_C2_the_account_that_stays_holds_a_role_on_all_days_of_both(cast, kept, duplicate, then):
    """Nobody loses a day by a merge, and the closed account holds nothing after today."""
    twin = person("dup", "Nora Body")
    for who, spans in ((cast.nobody, kept), (twin, duplicate)):
        for first, last in spans:
            days = {"starts_on": on(first), "ends_on": None if last is None else on(last)}
            given = {"person": who, "role": Role.TRAINER, "organisation": cast.leeds}
            actions.grant(by=cast.olive, now=NOW, **given, **days)
    merge(cast, twin, kept=cast.nobody)
    rows = Affiliation.objects.filter(person=cast.nobody, role=Role.TRAINER).order_by("starts_on")
    assert [(row.starts_on, row.ends_on) for row in rows] == [
        (on(first), None if last is None else on(last)) for first, last in then
    ]
    assert {row.ends_on for row in Affiliation.objects.filter(person=twin)} <= {TODAY}


def test_C2_a_course_done_under_the_duplicate_counts_for_the_account_that_stays(cast, twin):
    common = {"by": cast.olive, "now": NOW}
    for someone, day in ((twin, date(2025, 3, 1)), (twin, date(2026, 3, 1)), (cast.sam, date(2026, 3, 1))):
        actions.enter_training(**common, person=someone, key=uuid4(), attended_on=day)
    merge(cast, twin)
    days = [course.attended_on for course in queries.trainings_in_force(cast.sam)]
    assert days == [date(2025, 3, 1), date(2026, 3, 1)]


def test_A2_an_application_names_the_account_that_stays(cast, twin):
    application = world.filled(cast, "bristol")
    common = {"by": cast.abe, "now": NOW, "application_id": application.pk}
    applications.name_supervisor(**common, name=twin.full_name, email=twin.email)
    applications.ask_supervisor(**common)
    merge(cast, twin)
    application.refresh_from_db()
    assert (application.supervisor, application.state) == (cast.sam, ApplicationState.AWAITING_SUPERVISOR)
    [event] = AuditEvent.objects.filter(action="applications.application.supervisor_merged")
    assert (event.before, event.after) == ({"supervisor": twin.pk}, {"supervisor": cast.sam.pk})
    applications.withdraw(**common)
    with pytest.raises(TooLate, match="come to its end"):
        applications.hand_support_over(by=cast.olive, now=NOW, application_id=application.pk, to=twin)


def test_A2_a_draft_names_the_address_of_the_account_that_stays(cast, twin):
    application = world.filled(cast, "bristol")
    common = {"by": cast.abe, "now": NOW, "application_id": application.pk}
    applications.name_supervisor(**common, name=twin.full_name, email=twin.email)
    merge(cast, twin)
    assert applications.ask_supervisor(**common).supervisor == cast.sam


def test_A2_nobody_becomes_their_own_supervisor_by_a_merge(cast, twin):
    application = world.filled(cast, "bristol")
    common = {"by": cast.abe, "now": NOW, "application_id": application.pk}
    applications.name_supervisor(**common, name=twin.full_name, email=twin.email)
    applications.ask_supervisor(**common)
    with pytest.raises(Invalid, match="their own Training Supervisor"):
        merge(cast, twin, kept=cast.abe)
    assert User.objects.get(pk=twin.pk).is_active


# --- what is in the way ---


def test_C2_an_application_of_ones_own_is_settled_first(cast, twin):
    ann = person("ann.archer", "Ann Archer")
    applications.start_application(by=ann, now=NOW)
    with pytest.raises(Invalid, match="The application for October 2026 is not over"):
        merge(cast, ann, kept=cast.ann)
    assert User.objects.get(pk=ann.pk).is_active
    assert merge(cast, cast.ann, kept=ann).merged_into == ann


def test_E3_who_is_appointed_or_trains_or_moderates_is_settled_first(cast, enrolled):
    for someone, words in ((cast.sam, "Training Supervisor of Ann Archer"), (cast.ann, "has a training record")):
        [tie] = merging.ties_of(someone, clock.now().date())
        assert words in tie.words and tie.url == reverse("training:people", args=[enrolled.pk]) and tie.place
    scopes = [enrolled.scope]
    moderation.enter_moderator(by=cast.olive, now=NOW, person=cast.mia, scopes=scopes, region="", capacity=3)
    [tie] = merging.ties_of(cast.mia, TODAY)
    assert "in the pool of moderators" in tie.words


def test_C2_who_may_merge_whom(cast, twin):
    for by in (cast.sam, cast.cora, cast.mia):
        with pytest.raises(NotAllowed):
            merge(cast, twin, by=by)
    with pytest.raises(NotAllowed, match="Somebody else has to do this"):
        merge(cast, twin, kept=cast.olive)
    with pytest.raises(TooLate, match="with itself"):
        merge(cast, twin, kept=twin)
    with pytest.raises(Invalid, match="Say how you know"):
        merge(cast, twin, reason=" ")
    merge(cast, twin)
    for first, second in ((twin, cast.sam), (cast.sam, twin)):
        with pytest.raises(TooLate, match="merged with another of the same person, for good"):
            merge(cast, fresh(first), kept=fresh(second))
    page = signed_in(cast.olive).get(reverse("organisations:person", args=[twin.pk])).text
    assert "merged with another of the same person, for good" in page and "Give access again first" not in page
    assert "for good" in accounts_access.can_merge(cast.oscar, fresh(twin), cast.sam).reason
    assert "for good" in accounts_access.can_change_address(cast.olive, fresh(twin)).reason
    with pytest.raises(TooLate, match="merged with another"):
        accounts.reactivate(person=twin, reason="x", by=cast.olive, now=NOW)
    with pytest.raises(Invalid, match="invite that address"):
        accounts.invite(email=twin.email, full_name="Sam Patel", purpose="to train", by=cast.olive, now=NOW)


def test_the_database_keeps_a_merge_for_good(cast, twin):
    merge(cast, twin)
    third = person("sam.p", "Sam Patel")
    rows = User.objects.filter(pk=twin.pk)
    for values in ({"merged_into": third}, {"merged_into": None}, {"is_active": True}):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**values)
    with pytest.raises(DatabaseError, match="one that stays"), transaction.atomic():
        User.objects.filter(pk=third.pk).update(merged_into=twin, is_active=False)
    with pytest.raises(DatabaseError), transaction.atomic():
        User.objects.filter(pk=third.pk).update(merged_into=third, is_active=False)


# --- pages ---


def page(name, *args):
    return reverse(f"organisations:{name}", args=args)


def text(response):
    return " ".join(response.content.decode().split())


def test_the_office_finds_the_duplicate_reads_what_follows_and_merges(cast, twin):
    olive = signed_in(cast.olive)
    assert "Merge a duplicate into this account" in text(olive.get(page("person", cast.sam.pk)))
    found = text(olive.get(page("choose_duplicate", cast.sam.pk)))
    assert "sam.patel@example.org" in found and "sue@example.org" not in found
    assert "sue@example.org" in text(olive.get(page("choose_duplicate", cast.sam.pk), {"q": "sue"}))
    assert olive.get(page("choose_duplicate", cast.olive.pk)).status_code == 403
    assert "Nobody is found" in text(olive.get(page("choose_duplicate", cast.sam.pk), {"q": "xyz"}))
    address = page("merge", cast.sam.pk, twin.pk)
    shown = text(olive.get(address))
    assert f"Training Supervisor, {cast.bristol} (from 1 July 2026)" in shown.replace("\xa0", " ")
    assert "Your two accounts are one now" in shown
    assert "A mail goes to <strong>sam@example.org and sam.patel@example.org" in shown
    assert "The two names differ" not in shown
    assert olive.post(address, {"reason": ""}).status_code == 422
    assert olive.post(address, {"reason": WHY}).url == page("person", cast.sam.pk)
    assert olive.get(address).status_code == olive.post(address, {"reason": WHY}).status_code == 409
    assert olive.get(page("choose_duplicate", twin.pk)).status_code == 409
    assert "Merged into Sam Patel &lt;sam@example.org&gt;" in text(olive.get(page("person", twin.pk)))
    assert "Merged" in text(olive.get(page("people"), {"q": "sam.patel"}))


def test_of_a_duplicate_that_was_only_invited_the_link_and_the_courses_are_over(cast):
    given = {"role": Role.TRAINER, "organisation": cast.bristol}
    actions.invite_with_role(by=cast.olive, now=NOW, email="sam.j@example.org", full_name="Sam J Patel", **given)
    twin, olive = User.objects.get(email="sam.j@example.org"), signed_in(cast.olive)
    address, enter = page("person", twin.pk), page("enter_training", twin.pk)
    assert "The link opens until" in text(olive.get(address)) and enter in olive.get(address).text
    merge(cast, twin)
    shown = text(olive.get(address))
    assert "The account is closed, so that the link opens nothing." in shown and "The link opens until" not in shown
    assert enter not in shown and olive.get(enter).status_code == 409
    assert enter.replace(str(twin.pk), str(cast.sam.pk)) in olive.get(page("person", cast.sam.pk)).text


def test_what_is_in_the_way_leads_to_where_it_is_settled(cast, twin):
    application = applications.start_application(by=twin, now=NOW)
    olive, address = signed_in(cast.olive), page("merge", cast.sam.pk, twin.pk)
    shown = text(olive.get(address))
    assert "This has to be settled first" in shown and reverse("applications:review", args=[application.pk]) in shown
    refused = olive.post(address, {"reason": WHY})
    assert refused.status_code == 422 and User.objects.get(pk=twin.pk).is_active


@pytest.mark.parametrize("rows", [1, 3])
def test_the_search_for_a_duplicate_costs_the_same_for_every_number(cast, rows, django_assert_num_queries):
    for number in range(rows):
        person(f"sam{number}", "Sam Patel")
    olive, address = signed_in(cast.olive), reverse("organisations:choose_duplicate", args=[cast.sam.pk])
    assert len(olive.get(address).context["rows"]) == rows
    with django_assert_num_queries(9):
        olive.get(address)


def test_of_two_accounts_that_are_not_called_the_same_the_page_says_so(cast):
    other = person("trina.two", "Trina Doyle")
    shown = text(signed_in(cast.olive).get(page("merge", cast.sam.pk, other.pk)))
    assert "The two names differ" in shown and "Trina Doyle and Sam Patel" in shown


# --- an account that was never opened ---


def invited(cast, email="sam.new@example.org") -> User:
    return accounts.invite(email=email, full_name="Sam Patel", purpose="to the scheme", by=cast.olive, now=NOW).person


def test_C2_nobody_is_mailed_where_an_address_was_never_proved(cast):
    merge(cast, invited(cast))
    assert Message.objects.get(kind="organisations.merged").to == cast.sam


def test_the_list_says_of_whom_the_account_was_never_opened(cast):
    new, olive = invited(cast), signed_in(cast.olive)
    assert "Not opened yet" in text(olive.get(page("people"), {"q": new.email}))
    shown = text(olive.get(page("people"), {"q": "sue@example.org"}))
    assert "Active" in shown and "Not opened yet" not in shown


def test_C2_an_account_in_use_does_not_go_into_one_that_was_never_opened(cast, twin):
    """They would have no password any more, and a mail that tells them to sign in."""
    new = invited(cast)
    with pytest.raises(Invalid, match="was never opened, and that of sam"):
        merge(cast, twin, kept=new)
    olive = signed_in(cast.olive)
    page = olive.get(reverse("organisations:merge", args=[new.pk, twin.pk])).text
    other_way = reverse("organisations:merge", args=[twin.pk, new.pk])
    assert "Merge the other way round" in page and other_way in page
    assert olive.get(other_way).status_code == 200
    assert not merge(cast, new, kept=twin).is_active


def test_C2_of_two_that_were_never_opened_the_page_and_the_mail_say_how_they_come_in(cast):
    kept, other = invited(cast), invited(cast, "sam.newer@example.org")
    page = signed_in(cast.olive).get(reverse("organisations:merge", args=[kept.pk, other.pk])).text
    assert "The account that stays was never opened" in page
    assert page.count("you open it by the link of the invitation") == 1
    merge(cast, other, kept=kept)
    mail = Message.objects.get(kind="organisations.merged")
    assert "you open it by the link of the invitation that was mailed there" in mail.text


def test_C2_the_history_of_both_names_the_other_account(cast, twin):
    merge(cast, twin)
    olive = signed_in(cast.olive)
    said = {who.pk: olive.get(reverse("organisations:person", args=[who.pk])).text for who in (cast.sam, twin)}
    assert "the account sam.patel@example.org of Sam Patel into this one" in said[cast.sam.pk]
    assert "the account sam@example.org of Sam Patel that stays" in said[twin.pk]
