"""Every list page has an exact query count, the same with one row and with three (practices 22)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from applications import actions, queries
from applications.models import AdjustmentRequest, Application, PurchaseOrder
from applications.states import DocumentVerdict, Part
from ctts.common import vault
from tests.applications import world
from tests.applications.world import NOW, a_levels
from tests.cast import START, person


def copies(application, rows):
    """`rows` applications in all: the given one, and others like it of other people."""
    columns = {
        field.attname: getattr(application, field.attname)
        for field in application._meta.fields
        if field.name not in {"id", "applicant"}
    }
    for number in range(rows - 1):
        other = person(f"copy{number}", f"Copy Number{number}")
        Application.objects.create(applicant=other, **columns)
    return application


def counted(django_assert_num_queries, client, number, name, *args):
    """The page, asked for the second time so that nothing is counted that only a first page costs."""
    address = reverse(name, args=args)
    assert client.get(address).status_code == 200
    with django_assert_num_queries(number):
        return client.get(address)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_desk(received, browser_of, rows, django_assert_num_queries):
    copies(received, rows)
    page = counted(django_assert_num_queries, browser_of("olive"), 21, "applications:desk")
    assert len(page.context["page"].object_list) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_applications_to_support(handed_over, browser_of, rows, django_assert_num_queries):
    copies(handed_over, rows)
    page = counted(django_assert_num_queries, browser_of("sam"), 6, "applications:to_support")
    assert len(page.context["rows"]) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_applications_of_my_centres(received, browser_of, rows, django_assert_num_queries):
    copies(received, rows)
    page = counted(django_assert_num_queries, browser_of("cora"), 6, "applications:of_my_centres")
    assert len(page.context["rows"]) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_my_applications(cast, browser_of, rows, django_assert_num_queries):
    for _ in range(rows - 1):
        application = world.start(cast)
        actions.withdraw(by=cast.ann, now=NOW, application_id=application.pk)
    world.start(cast)
    page = counted(django_assert_num_queries, browser_of("ann"), 7, "applications:mine")
    assert len(page.context["rows"]) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_adjustments(cast, browser_of, rows, django_assert_num_queries):
    world.start(cast)
    for _ in range(rows):
        AdjustmentRequest.objects.create(person=cast.ann, sealed=b"x", asked_at=START, key=uuid4())
    page = counted(django_assert_num_queries, browser_of("ada"), 7, "applications:adjustments")
    assert len(page.context["page"].object_list) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_one_adjustment_with_its_readings(cast, browser_of, rows, django_assert_num_queries):
    application = world.start(cast)
    common = {"by": cast.ann, "now": NOW, "application_id": application.pk}
    actions.save_adjustments(**common, key=uuid4(), wanted=True, reason="Dyslexia")
    asked = AdjustmentRequest.objects.get()
    for _ in range(rows):
        actions.read_adjustment(by=cast.ada, now=NOW, request_id=asked.pk)
    page = counted(django_assert_num_queries, browser_of("ann"), 12, "applications:adjustment", asked.pk)
    assert len(page.context["readings"]) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_the_qualifications_of_the_form(cast, browser_of, rows, django_assert_num_queries):
    application = world.start(cast)
    for _ in range(rows):
        add(application, a_levels(None))
    page = counted(django_assert_num_queries, browser_of("ann"), 13, "applications:qualifications", application.pk)
    assert len(page.context["rows"]) == rows


def add(application, values):
    common = {"by": application.applicant, "now": NOW, "application_id": application.pk}
    actions.add_qualification(**common, key=uuid4(), values=values)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("applications:form", 23),
        ("applications:competencies", 19),
        ("applications:plan", 12),
        ("applications:hand_over", 21),
    ],
)
def test_the_form_costs_the_same_however_long_the_list_is(
    cast, filled, browser_of, name, number, rows, django_assert_num_queries
):
    application = filled
    few = application.competency_list.items.values_list("competency_id", flat=True)[:rows]
    common = {"by": cast.ann, "now": NOW, "application_id": application.pk}
    actions.choose_competencies(**common, competency_ids=list(few))
    counted(django_assert_num_queries, browser_of("ann"), number, name, application.pk)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("applications:review", 34),
        ("applications:decisions", 9),
        ("applications:history", 16),
        ("applications:accept", 26),
        ("applications:read", 20),
    ],
)
def test_the_office_pages_cost_the_same_however_much_was_found(
    cast, ready, browser_of, name, number, rows, django_assert_num_queries
):
    application = ready
    for _ in range(rows - 1):
        world.find(application, cast.olive, "A3c")
    counted(django_assert_num_queries, browser_of("olive"), number, name, application.pk)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("name", "number"), [("applications:status", 31), ("applications:answer", 19)])
def test_the_applicants_pages_cost_the_same_however_much_was_asked(
    cast, in_review, browser_of, name, number, rows, django_assert_num_queries
):
    application = in_review
    points = [(Part.PLAN, f"Question {number}") for number in range(rows)]
    actions.ask_information(by=cast.olive, now=NOW, application_id=application.pk, points=points)
    counted(django_assert_num_queries, browser_of("ann"), number, name, application.pk)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("name", "number"), [("applications:review", 36), ("applications:decisions", 17)])
def test_the_office_pages_cost_the_same_however_often_was_asked(
    cast, in_review, browser_of, name, number, rows, django_assert_num_queries
):
    for minute in range(rows):
        now = NOW + timedelta(minutes=minute)
        asked = world.ask(cast, in_review, now)
        answers = {point.pk: "Changed" for point in asked.information_requests.latest("pk").points.all()}
        actions.answer_information(by=cast.ann, now=now, application_id=asked.pk, answers=answers)
    page = counted(django_assert_num_queries, browser_of("olive"), number, name, in_review.pk)
    assert len(page.context["requests"]) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_confirming_costs_the_same_however_much_was_changed(
    cast, handed_over, browser_of, rows, django_assert_num_queries
):
    pk, seen = handed_over.pk, queries.shown_digest(handed_over)
    back = {"reason": "Please look again.", "seen": seen, "authentication": world.proof()}
    actions.return_to_applicant(by=cast.sam, now=NOW, application_id=pk, **back)
    changed = dict([("legal_name", "Ann Bell"), ("telephone", "0113 496 0001"), ("postcode", "LS2 2BB")][:rows])
    personal = {"legal_name": cast.ann.full_name, **world.PERSONAL, **changed}
    actions.save_details(by=cast.ann, now=NOW, application_id=pk, part=Part.PERSONAL, values=personal)
    actions.ask_supervisor(by=cast.ann, now=NOW, application_id=pk)
    page = counted(django_assert_num_queries, browser_of("sam"), 27, "applications:confirm", pk)
    assert sum(len(row.changes) for row in page.context["returned"].changes) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_a_refused_finding_comes_back_with_the_whole_review(
    cast, in_review, browser_of, rows, django_assert_num_queries
):
    application = in_review
    for _ in range(rows):
        world.find(application, cast.olive, "A3h")
    refused(django_assert_num_queries, browser_of("olive"), 34, "applications:find", application.pk, "A3c")


@pytest.mark.parametrize("rows", [1, 3])
def test_a_refused_note_comes_back_with_the_whole_review(cast, in_review, browser_of, rows, django_assert_num_queries):
    for number in range(rows):
        note = {"key": uuid4(), "text": f"Note {number}"}
        actions.write_note(by=cast.olive, now=NOW, application_id=in_review.pk, **note)
    refused(django_assert_num_queries, browser_of("olive"), 34, "applications:write_note", in_review.pk)


@pytest.mark.parametrize("rows", [1, 3])
def test_a_refused_check_of_a_file_comes_back_with_the_whole_review(
    cast, in_review, browser_of, rows, django_assert_num_queries
):
    [place, *_] = queries.slots_of(queries.Given(in_review))
    of_file = {"slot": place.name, "document_id": place.document.pk, "verdict": DocumentVerdict.REJECTED}
    common = {"by": cast.olive, "now": NOW, "application_id": in_review.pk}
    newest = None
    for _ in range(rows):
        seen = queries.check_version(newest)
        newest = actions.check_document(**common, **of_file, key=uuid4(), seen=seen, reason="Blurred.")
    args = (in_review.pk, place.name, place.document.pk)
    refused(django_assert_num_queries, browser_of("olive"), 35, "applications:check_document", *args)


@pytest.mark.parametrize("rows", [1, 3])
def test_asking_costs_the_same_however_many_files_were_rejected(
    cast, in_review, browser_of, rows, django_assert_num_queries
):
    places = queries.slots_of(queries.Given(in_review))
    common = {"by": cast.olive, "now": NOW, "application_id": in_review.pk, "seen": "", "reason": "Blurred."}
    for place in places[:rows]:
        of_file = {"slot": place.name, "document_id": place.document.pk, "verdict": DocumentVerdict.REJECTED}
        actions.check_document(**common, **of_file, key=uuid4())
    page = counted(django_assert_num_queries, browser_of("olive"), 13, "applications:ask", in_review.pk)
    assert page.context["ready"] == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_a_refused_filter_comes_back_with_the_desk(cast, received, browser_of, rows, django_assert_num_queries):
    copies(received, rows)
    refused(django_assert_num_queries, browser_of("olive"), 21, "applications:save_filter")


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("name", "args", "number"),
    [
        ("applications:export", ["csv"], 15),
        ("applications:orders", [], 8),
        ("applications:export_orders", ["csv"], 5),
    ],
)
def test_lists_of_the_office_and_their_files(received, browser_of, rows, name, args, number, django_assert_num_queries):
    copies(received, rows)
    order = received.purchase_orders.get()
    for other in Application.objects.exclude(pk=received.pk):
        columns = {field.attname: getattr(order, field.attname) for field in order._meta.fields if field.name != "id"}
        PurchaseOrder.objects.create(**{**columns, "application_id": other.pk, "key": uuid4()})
    page = counted(django_assert_num_queries, browser_of("olive"), number, name, *args)
    assert page.content.count(order.number.encode() if "orders" in name else b"Received") >= rows


def refused(django_assert_num_queries, client, number, name, *args):
    """An empty form, sent for the second time."""
    address = reverse(name, args=args)
    client.post(address, {})
    with django_assert_num_queries(number):
        assert client.post(address, {}).status_code == 422


@pytest.mark.parametrize("rows", [1, 3])
def test_a_refused_agreement_comes_back_with_the_readings(cast, browser_of, rows, django_assert_num_queries):
    asked = AdjustmentRequest.objects.create(person=cast.ann, sealed=vault.seal("x"), asked_at=START, key=uuid4())
    for _ in range(rows):
        actions.read_adjustment(by=cast.ada, now=NOW, request_id=asked.pk)
    refused(django_assert_num_queries, browser_of("ada"), 10, "applications:agree_adjustment", asked.pk)
