"""Who trains or applies is not made a moderator or a member of the office without a word about it (E4, A4)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from applications import actions as applications
from ctts.audit.models import AuditEvent
from ctts.common import clock
from ctts.common.verdict import Invalid
from ctts.organisations import actions, merging
from ctts.organisations.access import forget_held, holds
from ctts.organisations.conflicts import beside_training, conflicts_by_role
from ctts.organisations.models import Affiliation, RoleProposal
from ctts.organisations.states import Role
from tests.applications import world
from tests.applications.world import NOW, signed_in
from tests.cast import person
from training import actions as training

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
WHY = "Helps with the handbook only, until the intake is decided."
CONFIRMED = "organisations.role.conflict_confirmed"


@pytest.fixture
def cast(settings, tmp_path):
    settings.STORAGE_URL = f"file://{tmp_path}"
    return world.open_world()


@pytest.fixture
def application(cast):
    """Ann applies to train."""
    return world.in_review(cast, "leeds")


@pytest.fixture
def record(cast, application):
    """Ann is in training."""
    for rule in ("A3c", "A3h"):
        world.find(application, cast.olive, rule)
    applications.accept(by=cast.olive, now=NOW, application_id=application.pk)
    start = clock.london_midnight(application.intake.enrolment_on) + timedelta(hours=9)
    clock.set_offset(at=start)
    return training.enrol(by=None, now=start, application_id=application.pk)


def page(name, *args):
    return reverse(f"organisations:{name}", args=args)


def text(response):
    return " ".join(response.content.decode().split())


def reasons():
    rows = AuditEvent.objects.filter(action="organisations.role.conflict_confirmed").order_by("seq")
    return [(row.object, row.words.text["reason"]) for row in rows]


def test_E4_a_trainee_is_not_made_a_moderator_whatever_the_reason(cast, record):
    ann = record.trainee
    with pytest.raises(Invalid, match=r"a trainee never assesses a trainee\. The training ends first") as refused:
        actions.grant(by=cast.olive, now=clock.now(), person=ann, role=Role.MODERATOR, despite=WHY)
    assert refused.value.field == "role"
    given = {"email": ann.email, "full_name": ann.full_name, "role": Role.MODERATOR}
    with pytest.raises(Invalid, match="never assesses a trainee"):
        actions.invite_with_role(by=cast.olive, now=clock.now(), **given)
    assert not Affiliation.objects.filter(person=ann, role=Role.MODERATOR).exists()


def test_A4_an_applicant_is_made_a_moderator_only_with_a_reason_which_is_audited(cast, application):
    ann = application.applicant
    common = {"by": cast.olive, "now": NOW, "person": ann, "role": Role.MODERATOR}
    with pytest.raises(Invalid, match="application that is not over") as refused:
        actions.grant(**common, despite=" ")
    assert refused.value.field == "despite"
    actions.grant(**common, despite=WHY)
    [event] = AuditEvent.objects.filter(action=CONFIRMED)
    assert (event.after, event.words.text["reason"]) == ({"person": ann.pk}, WHY)
    assert "application that is not over" in event.words.text["conflict"]


def test_E4_proposer_and_second_member_each_say_why_a_trainee_joins_the_office(cast, record):
    ann, now = record.trainee, clock.now()
    common = {"by": cast.olive, "now": now}
    with pytest.raises(Invalid, match="They are in training"):
        actions.propose_for_office(**common, person=ann)
    with pytest.raises(Invalid, match="They are in training"):
        actions.invite_to_office(**common, email=ann.email, full_name=ann.full_name)
    made = actions.propose_for_office(**common, person=ann, despite=WHY)
    page = signed_in(cast.oscar).get(reverse("organisations:proposal", args=[made.pk]))
    assert WHY in text(page) and "Why all the same, by Olive Ong:" in text(page)
    with pytest.raises(Invalid, match="They are in training"):
        actions.confirm_proposal(by=cast.oscar, now=now, proposal_id=made.pk)
    actions.confirm_proposal(by=cast.oscar, now=now, proposal_id=made.pk, despite="Agreed with the chair.")
    forget_held(ann)
    assert holds(ann, Role.OFFICE, now.date())
    about = "organisations.roleproposal"
    assert reasons() == [(about, WHY), (about, "Agreed with the chair.")]


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.TRAINER])
def test_E4_a_trainee_is_made_to_supervise_or_train_only_with_a_reason(cast, record, role):
    ann, olive, url = record.trainee, signed_in(cast.olive), page("grant", record.trainee.pk)
    assert f"{role.label}: only with a reason.</strong> They are in training" in text(olive.get(url))
    given = {"role": role, "organisation": cast.leeds.pk, "starts_on": clock.now().date().isoformat()}
    without = olive.post(url, given)
    assert without.status_code == 422 and "despite" in without.context["form"].errors
    assert not Affiliation.objects.filter(person=ann, role=role).exists()
    assert olive.post(url, {**given, "despite": "Her own training ends in a month."}).status_code == 303
    [event] = AuditEvent.objects.filter(action=CONFIRMED)
    assert "a trainee never assesses a trainee" in event.words.text["conflict"]


def test_E4_nothing_speaks_against_other_roles_and_other_people_or_what_is_over(cast, application):
    ann = application.applicant
    actions.grant(by=cast.olive, now=NOW, person=ann, role=Role.TRAINER, organisation=cast.leeds)
    actions.grant(by=cast.olive, now=NOW, person=cast.nobody, role=Role.MODERATOR)
    assert set(conflicts_by_role(ann, TODAY)) == {Role.MODERATOR, Role.OFFICE, Role.ADJUSTMENTS}
    applications.withdraw(by=ann, now=NOW, application_id=application.pk, reason="Moving abroad.")
    assert conflicts_by_role(ann, TODAY) == {}
    assert reasons() == []


# --- pages ---


def test_E4_the_page_of_a_trainee_and_the_form_say_the_conflict_before_anything_is_done(cast, record):
    ann, olive = record.trainee, signed_in(cast.olive)
    told = text(olive.get(page("person", ann.pk)))
    assert "Moderator: cannot be given." in told and "Scheme office: only with a reason." in told
    assert "Before you give a role" not in text(olive.get(page("person", cast.nobody.pk)))
    url = page("grant", ann.pk)
    assert "Moderator: cannot be given." in text(olive.get(url))
    given = {"starts_on": clock.now().date().isoformat(), "despite": WHY}
    refused = olive.post(url, {**given, "role": "moderator"})
    assert refused.status_code == 422 and "role" in refused.context["form"].errors
    without = olive.post(url, {**given, "role": "office", "despite": ""})
    assert without.status_code == 422 and "Say why the role is given" in without.context["form"].errors["despite"][0]
    assert olive.post(url, {**given, "role": "office"}).status_code == 303
    made, oscar = RoleProposal.objects.get(), signed_in(cast.oscar)
    shown = oscar.get(page("proposal", made.pk))
    assert "Known to speak against it:" in text(shown) and "They are in training" in text(shown)
    assert oscar.post(page("proposal", made.pk), {}).status_code == 422
    assert oscar.post(page("proposal", made.pk), {"despite": "Agreed."}).status_code == 303
    assert [reason for _, reason in reasons()] == [WHY, "Agreed."]


def test_A4_the_form_for_an_applicant_asks_for_the_reason_only_where_it_is_needed(cast, application):
    ann, olive = application.applicant, signed_in(cast.olive)
    url = page("grant", ann.pk)
    assert "needed for: Moderator, Scheme office" in text(olive.get(url))
    assert "despite" not in olive.get(page("grant", cast.nobody.pk)).context["form"].fields
    given = {"role": "moderator", "starts_on": TODAY.isoformat()}
    assert olive.post(url, given).status_code == 422
    assert olive.post(url, {**given, "despite": WHY}).status_code == 303
    trainer = {**given, "role": "trainer", "organisation": cast.leeds.pk}
    assert olive.post(url, trainer).status_code == 303
    assert len(reasons()) == 1


# --- the other way round: who applies is something already ---


def moderator(cast, person):
    actions.grant(by=cast.olive, now=NOW, person=person, role=Role.MODERATOR)
    forget_held(person)


def test_E4_a_moderator_who_applies_is_told_and_so_is_the_office(cast):
    moderator(cast, cast.ann)
    application = world.in_review(cast, "leeds")
    for rule in ("A3c", "A3h"):
        world.find(application, cast.olive, rule)
    said = "a trainee never assesses a trainee"
    assert said in text(signed_in(cast.ann).get(reverse("applications:mine")))
    for name in ("review", "accept"):
        assert said in text(signed_in(cast.olive).get(reverse(f"applications:{name}", args=[application.pk])))
    assert beside_training(cast.sam, TODAY) == []


def test_A4_a_member_of_the_office_does_not_read_what_colleagues_note_of_their_own_application(cast, application):
    Affiliation.objects.create(person=cast.ann, role=Role.OFFICE, starts_on=TODAY, granted_at=NOW)
    forget_held(cast.ann)
    applications.write_note(by=cast.olive, now=NOW, application_id=application.pk, key=uuid4(), text="Ask the centre.")
    ann = signed_in(cast.ann)
    for name in ("review", "history", "decisions"):
        answer = ann.get(reverse(f"applications:{name}", args=[application.pk]))
        assert answer.status_code == 403 and "colleagues work on it" in text(answer)
    assert "the office sees and decides" in text(ann.get(reverse("applications:mine")))


# --- and when two accounts become one ---


@pytest.fixture
def twin(cast):
    """Ann again, as a moderator."""
    other = person("ann.archer", "Ann Archer")
    moderator(cast, other)
    return other


def merge(cast, twin, **more):
    given = {"by": cast.olive, "now": NOW, "duplicate": twin, "kept": cast.ann, "reason": "Asked on the telephone."}
    return merging.merge(**given, **more)


def test_E4_a_merge_gives_an_applicant_a_moderators_role_only_for_a_reason(cast, application, twin):
    olive, address = signed_in(cast.olive), page("merge", cast.ann.pk, twin.pk)
    assert "Known to speak against it:" in text(olive.get(address))
    with pytest.raises(Invalid, match="Say why the role moves") as refused:
        merge(cast, twin)
    assert refused.value.field == "despite"
    assert olive.post(address, {"reason": "Asked."}).status_code == 422
    assert olive.post(address, {"reason": "Asked.", "despite": WHY}).status_code == 303
    assert holds(cast.ann, Role.MODERATOR, TODAY) and reasons()[-1][1] == WHY


def test_E4_a_merge_makes_no_trainee_a_moderator_and_says_so_before(cast, record, twin):
    shown = text(signed_in(cast.olive).get(page("merge", cast.ann.pk, twin.pk)))
    assert "This has to be settled first" in shown and "They are in training" in shown
    with pytest.raises(Invalid, match="never assesses a trainee"):
        merge(cast, twin, despite=WHY)
