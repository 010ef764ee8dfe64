"""A review that speaks of a patient-safety concern raises none: what it says of that, and whose row it is (T4, T8)."""

from uuid import uuid4

import pytest

from tests.training import practice as p
from tests.training.pages import address, words
from tests.training.world import browser_of
from training import actions, queries
from training.queries.duties_practice import PRACTICE_DUTIES
from training.queries.part import part_of

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
