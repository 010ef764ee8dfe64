"""The desk's lights agree with findings, overrides and checklist; it is narrowed in the address (A4, screens 19)."""

from uuid import uuid4

from django.urls import reverse

from applications import actions, queries
from applications.models import Application
from applications.queries.many import Many
from applications.rules import completeness, entry_rules
from applications.states import EVERY, DocumentVerdict, RuleOutcome
from ctts.scheme.models import CompetencyItem, CompetencyItemTask
from tests.applications import world
from tests.applications.world import NOW

TODAY = NOW.date()
MET, TO_JUDGE, NOT_MET = RuleOutcome.MET, RuleOutcome.NEEDS_PERSON, RuleOutcome.NOT_MET


def words(response):
    return response.content.decode()


def url(name, *args):
    return reverse(f"applications:{name}", args=args)


def lights(cast):
    """The blocker and the lights of every application on the desk, by the applicant's name."""
    rows = queries.with_lights(queries.desk(cast.olive, TODAY, state=EVERY), TODAY, reader=cast.olive)
    return {row.application.applicant.full_name: (row.blocker, dict(row.lights)) for row in rows}


def test_A4_the_lights_say_what_is_there_what_lacks_and_what_a_person_has_to_judge(cast):
    world.start(cast)
    world.received(cast, "bristol")
    shown = lights(cast)
    blocker, whole = shown["Abe Lawal"]
    assert [word for word, stands in whole.items() if stands != MET] == ["Eligibility and English", "Plan"]
    assert (whole["Plan"], blocker) == (TO_JUDGE, "Eligibility and English: to judge")
    blocker, empty = shown["Ann Archer"]
    assert blocker == "Form" and set(empty.values()) == {NOT_MET}


def test_A4_a_desk_without_rows_asks_nothing(cast, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert queries.with_lights([], TODAY, reader=cast.olive) == []


def test_A3_a_light_stands_as_the_finding_that_counts_and_its_override(cast, in_review):
    world.find(in_review, cast.olive, "A3h")
    world.find(in_review, cast.olive, "A3c")
    assert lights(cast)["Ann Archer"][0] == ""
    world.find(in_review, cast.olive, "A3d", "not_met", remark="The certificate is another person's.")
    blocker, shown = lights(cast)["Ann Archer"]
    assert (blocker, shown["Eligibility and English"]) == ("Eligibility and English", NOT_MET)
    world.find(in_review, cast.olive, "A3d", "not_met", override_reason="Taught in English for ten years.")
    assert lights(cast)["Ann Archer"][0] == ""


def test_S3_a_list_that_leaves_a_task_of_the_scope_uncovered_lacks(cast, handed_over):
    rows = CompetencyItem.objects.filter(list=handed_over.competency_list_id)
    assert lights(cast)["Ann Archer"][1]["Competencies"] == MET
    task = CompetencyItemTask.objects.filter(item__in=rows).first().task
    actions.return_to_applicant(
        by=cast.sam,
        now=NOW,
        application_id=handed_over.pk,
        reason="Look again.",
        seen=queries.shown_digest(handed_over),
        authentication=world.proof(),
    )
    CompetencyItemTask.objects.filter(item__list__person=cast.ann, item__list__frozen_at=None, task=task).delete()
    assert lights(cast)["Ann Archer"][1]["Competencies"] == NOT_MET


def test_A4_a_rejected_file_is_no_certificate_and_no_order(cast, ready):
    given = {"by": cast.olive, "now": NOW, "application_id": ready.pk, "seen": ""}
    rejected = {"verdict": DocumentVerdict.REJECTED, "reason": "Not legible."}
    slots = {slot.name: slot.document.pk for slot in queries.slots_of(queries.Given(ready))}
    assert lights(cast)["Ann Archer"][0] == ""
    for name in (next(name for name in slots if name.startswith("certificate")), "purchase-order"):
        actions.check_document(**given, **rejected, slot=name, document_id=slots[name], key=uuid4())
    blocker, shown = lights(cast)["Ann Archer"]
    assert (blocker, shown["Purchase order covers the fee"]) == ("Certificates", NOT_MET)
    actions.withdraw(by=cast.ann, now=NOW, application_id=ready.pk)
    assert lights(cast)["Ann Archer"][0] == "", "what has ended is blocked by nothing"


def test_A3_many_read_at_once_are_judged_as_each_by_itself(cast, in_review):
    world.start(cast, "bristol")
    rows = list(Application.objects.all())
    many = Many([row.pk for row in rows])
    for row in rows:
        one, at_once = queries.facts_of(row, TODAY), many.facts_of(row.pk, TODAY)
        assert [each.outcome for each in entry_rules(one)] == [each.outcome for each in entry_rules(at_once)]
        assert {each.part for each in completeness(one)} == {each.part for each in completeness(at_once)}


def test_screens_19_the_blocker_stands_on_the_row_as_in_the_file(cast, received, browser_of):
    olive = browser_of("olive")
    for address in (url("desk"), url("export", "csv")):
        assert "Eligibility and English: to judge" in words(olive.get(address)), address


def test_A4_the_desk_is_narrowed_to_an_intake_a_scope_and_a_centre_and_keeps_that(cast, in_review, browser_of):
    other = world.received(cast, "bristol")
    olive = browser_of("olive")
    query = f"?intake={other.intake_id}&scope={other.scope_id}&centre={other.centre_id}"
    page = olive.get(f"{url('desk')}{query}")
    assert "Abe Lawal" in words(page) and "Ann Archer" not in words(page)
    labels = [str(other.centre), str(other.intake), str(other.scope)]
    assert sorted(pill.label for pill in page.context["pills"]) == sorted(labels)
    assert page.context["table"].exports[0][1].endswith(query)
    assert "Ann Archer" not in words(olive.get(f"{url('export', 'csv')}{query}"))
    kept = olive.post(f"{url('save_filter')}{query}", {"label": "Bristol"})
    assert kept.url.endswith(query)
    assert len(olive.get(f"{url('desk')}?centre=0&scope=x").context["table"].rows) == 2
    assert olive.get(url("desk"), {"state": "nowhere", "page": "x"}).status_code == 200
