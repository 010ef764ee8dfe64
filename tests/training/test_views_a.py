"""The pages of record, competencies, evidence and office, each by the people it is for (T1–T3, E1, M)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.training.world import browser_of, signed, submitted, text_evidence


def page(client, name, *args, status=200, **query):
    response = client.get(reverse(f"training:{name}", args=args), query)
    assert response.status_code == status, response.content.decode()[:2000]
    return response


@pytest.mark.parametrize("who", ["tara", "sam", "cora", "olive"])
def test_every_page_of_a_record_opens_for_those_around_it(world, who):
    signed(world.cast.sam, world.tara, 0)
    item = submitted(world.tara, 1)
    evidence = text_evidence(world.tara, item)
    client = browser_of(getattr(world.cast, who))
    for name in ("record", "people", "history", "plan", "competencies", "evidence"):
        page(client, name, world.tara.pk)
    page(client, "item", item.pk)
    page(client, "evidence_one", evidence.pk)


def test_the_pages_of_the_trainee(world):
    client = browser_of(world.cast.tara)
    item = submitted(world.tara, 1)
    evidence = text_evidence(world.tara, item, declared=False)
    page(client, "mine")
    for kind in ("file", "text", "link"):
        page(client, "evidence_new", world.tara.pk, kind)
    page(client, "evidence_edit", evidence.pk)
    page(client, "evidence_quarantine", evidence.pk)
    page(client, "tailor", item.pk)
    page(client, "submit", item.pk, status=409)


def test_the_pages_of_the_supervisor(world):
    client = browser_of(world.cast.sam)
    done = signed(world.cast.sam, world.tara, 0)
    item = submitted(world.tara, 1)
    page(client, "trainees")
    page(client, "sign_off", world.tara.pk)
    page(client, "sign", item.pk)
    page(client, "return", item.pk)
    page(client, "withdraw", done.pk)
    page(client, "changes", done.pk)
    page(client, "signed", world.tara.pk, at=done.signed_at.isoformat(), left=item.pk)


def test_the_pages_of_the_office(world):
    client = browser_of(world.cast.olive)
    page(client, "office")
    page(client, "office", q="tara", state="active", sort="-signed")
    page(client, "cohort", world.intake.pk)
