"""Who hears that an application is withdrawn (A6)."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from ctts.accounts.models import User
from ctts.organisations import actions as organisations
from ctts.organisations.states import Role
from tests.applications.test_office_views import text
from tests.applications.world import NOW


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_before_withdrawing_costs_the_same_however_many_hear_of_it(
    cast, in_review, browser_of, rows, django_assert_num_queries
):
    give = {"by": None, "now": NOW, "role": Role.COORDINATOR, "organisation": cast.leeds}
    for number in range(rows - 1):
        person = User.objects.enter(email=f"co{number}@example.org", full_name=f"Co Number {number}", now=NOW)
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
        organisations.grant(person=person, **give)
    ann, address = browser_of("ann"), reverse("applications:withdraw", args=[in_review.pk])
    ann.get(address)
    with django_assert_num_queries(11):
        assert "Cora Whitfield" in text(ann.get(address))
