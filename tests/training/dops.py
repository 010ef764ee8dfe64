"""Steps with a DOPS as its tests take them, each with the digest that the page would show."""

from __future__ import annotations

from tests.training import practice as p
from training import actions, queries
from training.models import Dops


def again(dops):
    return Dops.objects.select_related("record__rules", "record__trainee", "assessor").get(pk=dops.pk)


def acknowledge(dops, by, seen=None):
    given = {"seen": seen or queries.dops_digest(again(dops)), "comment": " Fair. ", "authentication": p.proof()}
    return actions.acknowledge_dops(by=by, now=p.NOW, dops_id=dops.pk, **given)


def approve(dops, by):
    return actions.approve_assessor(by=by, now=p.NOW, dops_id=dops.pk, authentication=p.proof())


def scores(dops, by, step, value, seen=None):
    items = queries.items_of_step(dops, step)
    given = {"scores": {item.pk: value for item in items}, "seen": seen or p.step(dops, step)}
    return actions.save_scores(by=by, now=p.NOW, dops_id=dops.pk, step_number=step, **given)


def head(dops, by, seen=None, **changes):
    given = {"values": p.header(dops.record, **changes), "seen": seen or p.step(dops, 1)}
    return actions.save_header(by=by, now=p.NOW, dops_id=dops.pk, **given)
