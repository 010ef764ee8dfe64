"""Who gives a purchase order: the contact's name, and an issuer that is not the centre (A2, A3 f)."""

from __future__ import annotations

from uuid import uuid4

import pytest

from applications import actions, queries
from applications.models import OrderRequest
from ctts.common.verdict import Invalid
from ctts.organisations.models import Organisation
from tests.applications import world
from tests.applications.test_asking import FIN, TYPED, ask, come, upload, words
from tests.applications.test_office_views import url


def test_the_contact_is_named_as_people_are(browser_of, cast):
    begun = world.start(cast)
    ann = browser_of("ann")
    refused = ann.post(url("ask_for_order", begun.pk), {**FIN, "name": "Fin <b>"})
    assert refused.status_code == 422 and "A name does not have &lt; or &gt; in it." in refused.text
    with pytest.raises(Invalid, match="does not have < or >") as problem:
        ask(begun, name="Fin <b>")
    assert problem.value.field == "name" and not OrderRequest.objects.exists()


@pytest.mark.parametrize(
    ("issuer", "group", "told"),
    [
        ("Leeds Trust", "", True),
        ("LEEDS  Teaching-Hospital.", "", False),
        ("Leeds Trust", "Leeds TRUST", False),
    ],
)
def test_A3f_an_order_of_another_issuer_than_the_centre_is_taken_with_a_word(filled, issuer, group, told):
    Organisation.objects.filter(pk=filled.centre_id).update(employer_group=group)
    asked = ask(filled)
    given = {**TYPED, "issuer": issuer, "key": uuid4(), "document": upload()}
    sent = words(come(asked).post(url("give_order", asked.pk), given, follow=True))
    said = "The order is issued by Leeds Trust, the centre is Leeds Teaching Hospital: check that this is"
    assert (said in sent) == told and "Thank you" in sent
    assert queries.issuer_to_check(None, filled) == ""


def test_A3f_the_applicant_and_the_office_are_told_of_an_issuer_that_is_not_the_centre(cast, filled, browser_of):
    ann, address = browser_of("ann"), url("part", filled.pk, "purchase_order")
    page = ann.get(address).context["form"]
    given = {"number": "PO-1", "issuer": "Other Company Ltd", "net_pence": "2500", "vat_pence": "500"}
    given |= {"gross_pence": "3000", "key": page["key"].value(), "seen": page["seen"].value()}
    said = "The order is issued by Other Company Ltd, the centre is Leeds Teaching Hospital"
    saved = ann.post(address, {**given, "document": upload()}, follow=True)
    assert said in saved.text and said in ann.get(address).text
    world.confirm(actions.ask_supervisor(by=cast.ann, now=world.NOW, application_id=filled.pk))
    for name in ("review", "read"):
        assert said in browser_of("olive").get(url(name, filled.pk)).text, name
