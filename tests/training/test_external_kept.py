"""What of an external person can never be false, and twenty at once on a one-time link (T5, quality rules 2, 14)."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta

import psycopg2
import pytest
from django.db import DatabaseError, IntegrityError, transaction

from ctts.embedded import ADMIN
from ctts.home.invariants import INVARIANTS
from tests.at_once import MANY, at_once
from tests.kept import kept_world
from tests.training import dops as d
from tests.training import outside as o
from tests.training import practice as p
from training import actions, queries
from training.models import Dops, DopsSignature, ExternalAssessor
from training.states import AssessorKind, DopsState, ExternalStanding

pytestmark = pytest.mark.django_db(transaction=True)

kept = kept_world(p.make_scene)


def external_of(kept):
    return o.asked(kept.tara, kept.cast.sam)


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"email": "other@elsewhere.example"}, "Cannot update"),
        ({"nonce": "x"}, "Cannot update"),
        ({"approved_at": p.NOW + timedelta(days=1)}, "approved once"),
        ({"expires_at": p.NOW + timedelta(days=99)}, "approved once"),
        ({"wrong_codes": 5}, "five_wrong_codes_close"),
        ({"ended_as": "signed", "ended_at": p.NOW}, "signs_after_the_code"),
        ({"ended_as": "declined", "ended_at": p.NOW}, "declines_with_words"),
        ({"ended_as": "gone", "ended_at": p.NOW}, "ends_somehow"),
        ({"ended_at": p.NOW}, "ends_somehow"),
    ],
)
def test_a_request_reads_as_it_was_named_and_ends_once(kept, values, what):
    external = external_of(kept)
    with pytest.raises(DatabaseError, match=what), transaction.atomic():
        ExternalAssessor.objects.filter(pk=external.pk).update(**values)


def test_what_has_ended_stays_and_one_stands_at_a_time(kept):
    external = external_of(kept)
    same = {"name": "Pia", "post": "x", "organisation": "x", "email": "pia@elsewhere.example"}
    given = {"dops": external.dops, "named_at": p.NOW, "named_by": kept.cast.sam, **same}
    with pytest.raises(IntegrityError, match="one_external_at_a_time"), transaction.atomic():
        ExternalAssessor.objects.create(**given)
    with pytest.raises(DatabaseError), transaction.atomic():
        external.delete()
    actions.take_back_link(by=kept.cast.sam, now=p.NOW, external_id=external.pk)
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        ExternalAssessor.objects.filter(pk=external.pk).update(ended_at=None, ended_as="")
    for changed, what in (({"named_by": None}, "named_by_somebody"), ({"name": ""}, "is_somebody")):
        with pytest.raises(IntegrityError, match=what), transaction.atomic():
            ExternalAssessor.objects.create(**given | changed)
    with pytest.raises(DatabaseError, match="not open for an external"), transaction.atomic():
        ExternalAssessor.objects.create(**given | {"dops": p.asked_dops(kept.tara, kept.cast.sam)})


def test_an_external_dops_has_a_name_and_no_account(kept):
    dops = external_of(kept).dops
    for changed in ({"assessor": kept.cast.sam}, {"assessor_name": ""}, {"assessor_kind": AssessorKind.COLLEAGUE}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Dops.objects.filter(pk=dops.pk).update(**changed)


def test_what_is_written_waits_for_the_countersignature_and_keeps_its_words(kept):
    dops = o.signed(kept.tara, kept.cast.sam)
    for changed in ({"done_well": "Else"}, {"assessor_organisation": "Else"}, {"state": DopsState.COMPLETE}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Dops.objects.filter(pk=dops.pk).update(**changed)


@pytest.mark.parametrize("wrong", ["nobody", "acknowledged", "twice"])
def test_a_signature_is_somebodys(kept, wrong):
    dops = o.signed(kept.tara, kept.cast.sam)
    one = DopsSignature.objects.get(dops=dops, meaning="assessed")
    columns = {field.name: getattr(one, field.name) for field in one._meta.fields if field.name != "id"}
    changes = {
        "nobody": {"meaning": "countersigned"},
        "acknowledged": {"meaning": "acknowledged", "signer": kept.cast.tara},
        "twice": {"signer": kept.cast.sam},
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        DopsSignature.objects.create(**columns | changes[wrong])


BREAKS = {
    "delete from training_dopssignature where meaning = 'countersigned'": True,
    "update training_externalassessor set ended_as = 'not_me'": True,
    "update training_externalassessor set email = upper(email)": False,
}


def test_T5_the_check_finds_what_was_not_approved_or_not_countersigned(servers, kept):
    o.countersign(o.signed(kept.tara, kept.cast.sam), kept.cast.sam)
    check = next(one for one in INVARIANTS if one.rule == "T5" and "countersigned" in one.sentence)
    found = {}
    with closing(psycopg2.connect(servers.url(ADMIN, servers.database))) as outside, outside.cursor() as cursor:
        for statement in BREAKS:
            cursor.execute("set session_replication_role = replica")
            cursor.execute(statement)
            cursor.execute(check.exceptions)
            found[statement] = bool(cursor.fetchall())
            outside.rollback()
    assert found == BREAKS


def ends_of(act):
    """How often each end came of twenty presses at the same moment."""
    ends = at_once(lambda _number: act())
    return sum(not isinstance(end, Exception) for end in ends)


def test_rule_14_one_of_twenty_signs(kept):
    external = external_of(kept)
    o.filled(external)
    seen = queries.dops_digest(d.again(external.dops))
    assert ends_of(lambda: o.sign(external, seen)) == 1
    assert DopsSignature.objects.filter(dops=external.dops, meaning="assessed").count() == 1
    seen = queries.dops_digest(d.again(external.dops))
    assert ends_of(lambda: o.countersign(external.dops, kept.cast.sam, seen)) == 1


def test_rule_14_twenty_wrong_codes_at_once_are_five(kept):
    external, wrong = external_of(kept), "x"
    assert ends_of(lambda: actions.give_code(by=external, now=p.NOW, code=wrong)) == 5
    external.refresh_from_db()
    assert (external.wrong_codes, external.standing(p.NOW)) == (5, ExternalStanding.LOCKED)


def test_T5_signing_against_taking_back_against_passing_on_has_one_winner(kept):
    external = external_of(kept)
    o.filled(external)
    seen = queries.dops_digest(d.again(external.dops))
    acts = [
        lambda: o.sign(external, seen),
        lambda: actions.take_back_link(by=kept.cast.sam, now=p.NOW, external_id=external.pk),
        lambda: actions.pass_on_link(by=external, now=p.NOW, person=o.PIA),
        lambda: actions.decline_by_link(by=external, now=p.NOW, reason="Late."),
        lambda: actions.not_for_me(by=external, now=p.NOW),
    ]
    ends = at_once(lambda number: acts[number % len(acts)](), MANY)
    assert sum(not isinstance(end, Exception) for end in ends) == 1


def test_T5_one_of_twenty_new_links_is_sent(kept):
    external = external_of(kept)
    assert ends_of(lambda: actions.renew_link(by=kept.cast.sam, now=p.NOW, external_id=external.pk)) == 1
    assert ExternalAssessor.objects.filter(dops=external.dops, ended_at=None).count() == 1
    after = str(o.last(external.dops).pk)
    assert ends_of(lambda: o.named(external.dops, kept.cast.sam, o.PIA, after)) == 1
