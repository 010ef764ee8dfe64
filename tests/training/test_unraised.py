"""A review that speaks of a patient-safety concern raises none: what it says of that, and whose row it is (T4, T8)."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from ctts.accounts.actions import deactivate
from ctts.audit.models import AuditEvent
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from tests.training import practice as p
from tests.training.pages import address, words
from tests.training.world import browser_of
from training import actions, queries
from training.models import ReviewConcern, SupervisorReview
from training.queries.duties_practice import PRACTICE_DUTIES
from training.queries.part import part_of
from training.taking.with_others import reviews

SPOKEN_OF = {"patient_safety_concern": True, "patient_safety_reference": "INC-9"}


def asked(scene, first):
    part = part_of(getattr(scene.cast, first), p.TODAY)
    rows = [row for duty in PRACTICE_DUTIES for row in duty(part)]
    return [row for row in rows if row.what.startswith("Raise the patient-safety concern")]


def raised(record, by, reference):
    given = {"record_id": record.pk, "key": uuid4(), "patient_safety": True, "reference": reference}
    return actions.raise_concern(by=by, now=p.NOW, **given)


def test_T8_a_signed_review_that_says_yes_asks_its_supervisor_to_raise_the_concern(scene):
    draft = p.written_review(scene.tara, scene.cast.sam, **SPOKEN_OF)
    assert asked(scene, "sam") == [] and not queries.is_unraised(draft)
    signed = p.signed_review(scene.tara, scene.cast.sam, **SPOKEN_OF)
    p.submitted_review(scene.tara, scene.cast.sam, **{**SPOKEN_OF, "patient_safety_reference": "inc-9"})
    p.submitted_review(scene.tara, scene.cast.sam)
    [row] = asked(scene, "sam")
    assert (row.what, row.about, row.role) == (
        "Raise the patient-safety concern INC-9",
        "Tara Quinn",
        "Training Supervisor",
    )
    assert row.url == f"{address('concern_raise', scene.tara.pk)}?review={signed.pk}"
    for other in ("tara", "cora", "mia", "olive", "sue", "trina"):
        assert asked(scene, other) == []


def test_T8_while_nobody_supervises_the_co_ordinator_raises_it_at_once(scene):
    signed = p.submitted_review(scene.tara, scene.cast.sam, **SPOKEN_OF)
    page = address("review", signed.pk)
    assert "not raised yet" not in words(browser_of(scene.cast.cora).get(page)) and asked(scene, "cora") == []
    deactivate(person=scene.cast.sam, reason="Left the trust.", by=scene.cast.olive, now=p.NOW)
    [row] = asked(scene, "cora")
    assert (row.role, row.due) == ("Training Co-ordinator", signed.held_on)
    shown = words(browser_of(scene.cast.cora).get(page))
    assert "The patient-safety concern is not raised yet" in shown and "is none after all" not in shown
    for other in ("tara", "mia", "olive", "carl"):
        assert asked(scene, other) == []
    raised(scene.tara, scene.cast.cora, "INC-9")
    assert asked(scene, "cora") == []


def test_T8_the_row_goes_once_a_concern_of_that_reference_is_raised_and_Y2_counts_it(scene):
    review = p.submitted_review(scene.tara, scene.cast.sam, **SPOKEN_OF)
    assert queries.open_patient_safety_concerns(scene.tara) == 0
    raised(scene.tara, scene.cast.sam, "INC-10")
    raised(scene.tom, scene.cast.sue, "INC-9")
    assert len(asked(scene, "sam")) == 1
    found = raised(scene.tara, scene.cast.tara, "inc-9")
    assert asked(scene, "sam") == [] and not queries.is_unraised(review)
    actions.close_concern(by=scene.cast.olive, now=p.NOW, concern_id=found.pk, outcome="It was looked into.")
    assert asked(scene, "sam") == []


def test_T8_review_and_form_say_that_nothing_is_raised_and_lead_to_it(scene):
    review = p.submitted_review(scene.tara, scene.cast.sam, **SPOKEN_OF)
    sam, raise_url = browser_of(scene.cast.sam), address("concern_raise", scene.tara.pk)
    assert "Answering yes raises no concern by itself" in words(sam.get(address("review_new", scene.tara.pk)))
    page = sam.get(address("review", review.pk))
    assert "The patient-safety concern is not raised yet" in words(page)
    assert f'href="{raise_url}?review={review.pk}"' in page.content.decode()
    assert "not raised yet" not in words(browser_of(scene.cast.mia).get(address("review", review.pk)))
    form = sam.get(f"{raise_url}?review={review.pk}").context["form"]
    assert form.initial == {"patient_safety": True, "reference": "INC-9"}
    sent = sam.post(
        f"{raise_url}?review={review.pk}", {"key": str(uuid4()), "patient_safety": "yes", "reference": "INC-9"}
    )
    assert sent.status_code == 303
    assert "not raised yet" not in words(sam.get(address("review", review.pk)))


@pytest.mark.parametrize("given", ["", "x", "0", "99999"])
def test_T8_what_is_no_review_of_this_record_fills_nothing_in(scene, given):
    other = p.submitted_review(scene.tom, scene.cast.sue, **SPOKEN_OF)
    sam, url = browser_of(scene.cast.sam), address("concern_raise", scene.tara.pk)
    for review in (given, str(other.pk)):
        assert sam.get(f"{url}?review={review}").context["form"].initial == {}


# --- raised already, or none after all ---


def settle(scene, review, by=None, **said):
    given = {"by": by or scene.cast.sam, "now": p.NOW, "review_id": review.pk, **said}
    return actions.settle_review_concern(**given)


def test_T8_one_that_the_trainee_raised_under_another_reference_is_named_and_asks_nobody_any_more(scene):
    review = p.submitted_review(scene.tara, scene.cast.sam, **SPOKEN_OF)
    p.submitted_review(scene.tara, scene.cast.sam, **{**SPOKEN_OF, "patient_safety_reference": "inc-9"})
    raised(scene.tom, scene.cast.sue, "Datix 9")
    with pytest.raises(Invalid, match="Check it, or raise it") as refused:
        settle(scene, review, reference="Datix 9")  # of another training
    assert refused.value.field == "reference"
    found = raised(scene.tara, scene.cast.tara, "Datix 9")
    made = settle(scene, review, reference=" datix 9 ")
    assert (made.concern, made.spoken_of, made.reason) == (found, "INC-9", "")
    assert settle(scene, review, reference="Datix 9") == made
    assert asked(scene, "sam") == [] and not queries.is_unraised(review)
    event = AuditEvent.objects.get(action="training.review.concern_settled")
    assert (event.after["concern"], event.role) == (found.pk, "Training Supervisor")
    assert str(made.concern) and ReviewConcern.objects.count() == 1


def test_T8_one_that_is_none_after_all_is_settled_with_a_reason_that_names_no_patient(scene):
    review = p.submitted_review(scene.tara, scene.cast.sam, **SPOKEN_OF)
    for said in (" ", "It was NHS 943 476 5919."):
        with pytest.raises(Invalid) as refused:
            settle(scene, review, reason=said)
        assert refused.value.field == "reason"
    made = settle(scene, review, reason="The alarm was a drill.")
    assert (made.concern, made.reason, asked(scene, "sam")) == (None, "The alarm was a drill.", [])
    with pytest.raises(TooLate, match="meanwhile"):
        settle(scene, review, reason="Another reason.")
    for refused_by in (scene.cast.tara, scene.cast.cora, scene.cast.sue, scene.cast.olive):
        with pytest.raises(NotAllowed):
            settle(scene, review, refused_by, reason="The alarm was a drill.")


def test_T8_only_what_a_signed_review_speaks_of_is_settled(scene):
    silent, draft = (
        p.submitted_review(scene.tara, scene.cast.sam),
        p.written_review(scene.tara, scene.cast.sam, **SPOKEN_OF),
    )
    for review in (silent, draft):
        with pytest.raises(TooLate, match="No signed"):
            settle(scene, review, reason="The alarm was a drill.")
    assert queries.concern_settled(silent) is None


def test_T8_another_reference_in_a_review_that_was_sent_back_is_asked_for_anew(scene):
    review = p.signed_review(scene.tara, scene.cast.sam, **SPOKEN_OF)
    settle(scene, review, reason="The alarm was a drill.")
    SupervisorReview.objects.filter(pk=review.pk).update(state="draft")
    SupervisorReview.objects.filter(pk=review.pk).update(patient_safety_reference="INC-10")
    SupervisorReview.objects.filter(pk=review.pk).update(state="signed")
    assert [row.what for row in asked(scene, "sam")] == ["Raise the patient-safety concern INC-10"]


def test_T8_the_database_takes_no_concern_of_another_training(scene):
    review = p.submitted_review(scene.tara, scene.cast.sam, **SPOKEN_OF)
    given = {"review": review, "spoken_of": "INC-9", "settled_at": p.NOW, "settled_by": scene.cast.sam}
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewConcern.objects.create(**given, concern=raised(scene.tom, scene.cast.sue, "Datix 9"))
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewConcern.objects.create(**given)


def test_T8_its_pages_lead_from_the_row_and_the_review_to_it_and_back(scene):
    review = p.submitted_review(scene.tara, scene.cast.sam, **SPOKEN_OF)
    sam, url = browser_of(scene.cast.sam), address("review_concern", review.pk)
    [row] = asked(scene, "sam")
    for page in (address("review", review.pk), row.url):
        assert f'href="{url}"' in sam.get(page).content.decode()
    assert f'href="{url}"' not in browser_of(scene.cast.mia).get(row.url).content.decode()
    for sent, says in (
        ({}, "What became of it?"),
        ({"became": "raised"}, "Give the reference"),
        ({"became": "none", "reference": "Datix 9"}, "Say why it is none"),
    ):
        refused = sam.post(url, sent)
        assert (refused.status_code, says in words(refused)) == (422, True)
    raised(scene.tara, scene.cast.tara, "Datix 9")
    assert sam.post(url, {"became": "raised", "reference": "Datix 9"}).url == address("review", review.pk)
    own, hers = (words(browser_of(one).get(address("review", review.pk))) for one in (scene.cast.sam, scene.cast.tara))
    assert "It is raised already, as Datix 9." in own and "not raised yet" not in own
    assert "It is raised already, as Datix 9." in hers  # her own concern
    cora = words(browser_of(scene.cast.cora).get(address("review", review.pk)))
    assert "It is raised already, under another reference." in cora and "Datix 9" not in cora
    assert sam.post(url, {"became": "none", "reason": "A drill."}).status_code == 409


def test_T8_a_reason_stands_beside_the_review_and_in_the_copy_of_the_record(scene):
    review = p.submitted_review(scene.tara, scene.cast.sam, **SPOKEN_OF)
    url = address("review_concern", review.pk)
    browser_of(scene.cast.sam).post(url, {"became": "none", "reason": "The alarm was a drill."})
    assert "The alarm was a drill." in words(browser_of(scene.cast.olive).get(address("review", review.pk)))
    [piece] = reviews(scene.tara, p.TODAY).pieces
    told = {fact.key: fact.value for fact in piece.facts}
    assert told["concern_settled"] == "It is no concern after all: Sam Patel"
    assert told["reason"] == "The alarm was a drill."
