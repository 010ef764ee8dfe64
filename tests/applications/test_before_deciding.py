"""What is said before what cannot be taken back: another account, an intake in which somebody waits (A1, I5)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from applications import actions
from applications.models import Application
from ctts.scheme.models import Intake
from tests.applications import world
from tests.applications.test_office_views import text, url
from tests.applications.world import NOW
from tests.office import NAVIGATION


def test_A1_what_looks_like_a_second_account_of_the_applicant_is_said_before_the_decision(cast, in_review, browser_of):
    olive, address = browser_of("olive"), url("review", in_review.pk)
    assert "Another account applies" not in text(olive.get(address))
    other = world.received(cast, "bristol")
    same = {"legal_name": in_review.legal_name.upper(), "date_of_birth_on": in_review.date_of_birth_on}
    Application.objects.filter(pk=other.pk).update(**same)
    page = text(olive.get(address))
    assert "Another account applies with the same name and date of birth: abe@example.org" in page
    assert "stands in the application of Abe Lawal" in page
    assert "Another account applies" in text(olive.get(url("review", other.pk)))
    actions.withdraw(by=cast.abe, now=NOW, application_id=other.pk)
    assert "Another account applies" not in text(olive.get(address))


def test_I5_an_intake_in_which_somebody_waits_is_not_finished(in_review, browser_of):
    intake, olive = in_review.intake, browser_of("olive")
    Intake.objects.filter(pk=intake.pk).update(state="closed")
    address = reverse("scheme:finish_intake", args=[intake.pk])
    assert "Ann Archer: In review. Settle this first" in text(olive.get(address))
    assert olive.post(address).status_code == 409
    actions.withdraw(by=in_review.applicant, now=NOW, application_id=in_review.pk)
    assert olive.post(address).status_code == 303


def test_A6_an_intake_to_which_somebody_was_put_off_is_not_finished(cast, in_review, browser_of):
    actions.defer(by=cast.olive, now=NOW, application_id=in_review.pk)
    intake, olive = world.refresh(in_review).intake, browser_of("olive")
    for state in ("open", "closed"):
        Intake.objects.filter(pk=intake.pk).update(state=state, fee_net_pence=1, vat_basis_points=0, fee_gross_pence=1)
    address = reverse("scheme:finish_intake", args=[intake.pk])
    assert "Ann Archer: Deferred. Settle this first" in text(olive.get(address))
    assert olive.post(address).status_code == 409


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_before_finishing_costs_the_same_for_every_number(cast, browser_of, rows, django_assert_num_queries):
    olive = browser_of("olive")
    made = [world.received(cast, place) for place in ("leeds", "bristol")[:rows]]  # two people apply in this cast
    Intake.objects.filter(pk=made[0].intake_id).update(state="closed")
    olive.get(reverse("accounts:profile"))
    with django_assert_num_queries(6 + NAVIGATION):
        olive.get(reverse("scheme:finish_intake", args=[made[0].intake_id]))
