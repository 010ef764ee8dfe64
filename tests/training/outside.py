"""An external person and their one-time link, as tests take the steps: Dr Owen Vale of another hospital."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.test import Client

from ctts.accounts.models import User
from ctts.notifications.models import Message
from tests.training import practice as p
from tests.training.dops import again
from training import actions, queries
from training.models import Dops, ExternalAssessor, TrainingRecord

OWEN = actions.Outsider("Owen Vale", "Consultant physicist", "St Elsewhere", "owen@elsewhere.example", "CS12345")
PIA = actions.Outsider("Pia North", "Lead technologist", "St Elsewhere", "pia@elsewhere.example")
OBSERVED = {"procedure": "Daily uniformity check", "place": "", "item": None}


def proposed(record: TrainingRecord, person: actions.Outsider = OWEN, **more: Any) -> Dops:
    """The trainee names somebody, whom the supervisor has not approved."""
    given = {"by": record.trainee, "record_id": record.pk, "key": uuid4(), "person": person, "values": OBSERVED}
    return actions.ask_external(now=p.NOW, **given | more)


def asked(record: TrainingRecord, by: User, person: actions.Outsider = OWEN, **more: Any) -> ExternalAssessor:
    """The supervisor names somebody; the link is sent."""
    given = {"now": p.NOW, "record_id": record.pk, "key": uuid4(), "person": person, "values": OBSERVED}
    return last(actions.ask_external(by=by, authentication=p.proof(), **given | more))


def last(dops: Dops) -> ExternalAssessor:
    """Whoever is named for a DOPS now."""
    found = queries.last_external(again(dops))
    assert found is not None
    return found


def named(dops: Dops, by: User, person: actions.Outsider, after: str | None = None) -> ExternalAssessor:
    """The supervisor names somebody in the place of whoever was named last."""
    given = {"after": str(last(dops).pk) if after is None else after, "authentication": p.proof()}
    return actions.name_another(by=by, now=p.NOW, dops_id=dops.pk, person=person, **given)


def wrong_code(external: ExternalAssessor) -> str:
    """Six digits that are not those of a link."""
    return "000000" if queries.code_of(external) != "000000" else "111111"


def begun(external: ExternalAssessor) -> ExternalAssessor:
    """Whoever has the link gave its code."""
    assert actions.give_code(by=external, now=p.NOW, code=queries.code_of(external)) is None
    return last(external.dops)


def filled(external: ExternalAssessor) -> Dops:
    """The code was given and the first four steps are saved."""
    return p.filled_dops(again(external.dops), begun(external))


def sign(external: ExternalAssessor, seen: str = "", **changes: Any) -> Dops:
    """Whoever has the link signs what is there."""
    given = {"seen": seen or queries.dops_digest(again(external.dops)), "post": "Physicist", "registration": "CS12345"}
    return actions.sign_by_link(by=external, now=p.NOW, **given | changes)


def signed(record: TrainingRecord, by: User, person: actions.Outsider = OWEN) -> Dops:
    """A DOPS that an external person has signed."""
    external = asked(record, by, person)
    filled(external)
    return sign(external)


def countersign(dops: Dops, by: User, seen: str = "") -> Dops:
    """The supervisor countersigns what is there."""
    given = {"seen": seen or queries.dops_digest(again(dops)), "authentication": p.proof()}
    return actions.countersign_dops(by=by, now=p.NOW, dops_id=dops.pk, **given)


def mail(kind: str) -> Message:
    """The one message of this kind."""
    return Message.objects.get(kind=f"training.{kind}")


def come(external: ExternalAssessor, client: Client | None = None) -> Client:
    """A browser that came with the link."""
    client = client or Client()
    assert client.get(queries.external_path(external)).status_code == 302
    return client
