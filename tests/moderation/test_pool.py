"""The pool of moderators: entered, joined by signing, changed, paused, taken back, left (E3, E4)."""

from __future__ import annotations

from datetime import date

import pytest

from ctts.audit.models import AuditEvent
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.notifications.models import Message
from ctts.organisations import actions as organisations
from ctts.organisations.states import Role
from ctts.scheme.models import Scope
from moderation import actions, declaration, queries
from moderation.models import Declaration, Interest, Moderator
from moderation.queries import PoolWanted
from tests.cast import at, person
from tests.moderation.world import (
    ENTERED,
    EXTERNAL,
    NOW,
    SUPPORTING,
    TODAY,
    entered,
    moderator_of,
    proof,
    stands,
)
from training.actions import StaleText


@pytest.fixture
def mel(world):
    """Somebody who holds the role of moderator and is in no pool."""
    made = person("mel", "Mel Newcome")
    organisations.grant(by=None, now=ENTERED, person=made, role=Role.MODERATOR)
    return made


def scopes(*codes):
    return list(Scope.objects.filter(code__in=codes))


def sign(who, now=NOW, seen=declaration.SHA256):
    return actions.sign_declaration(by=who, now=now, seen=seen, authentication=proof(now))


def told(who, kind):
    return Message.objects.filter(to=who, kind=kind)


def test_e3_the_office_enters_a_moderator_who_joins_by_signing(world, mel):
    place = entered(world.cast, mel, ("NM", "RT"), now=NOW)
    assert (place.state, place.capacity, place.entered_by) == ("invited", 6, world.cast.olive)
    assert told(mel, "moderation.entered").count() == 1
    event = AuditEvent.objects.get(action="moderation.pool.entered", object_id=place.pk)
    assert event.after == {"person": mel.pk, "scopes": ["NM", "RT"], "capacity": 6}
    made = sign(mel)
    assert (made.version, made.statement, made.printed_name) == ("2026-1", declaration.SIGNED, "Mel Newcome")
    assert moderator_of(mel).state == "active"
    kinds = ["moderation.declaration.signed", "moderation.pool.join"]
    assert list(AuditEvent.objects.filter(actor_id=mel.pk).values_list("action", flat=True)) == kinds


def test_e3_somebody_new_is_invited_and_entered_in_one_step_and_mailed_once(world):
    given = {"email": "nell@example.org", "full_name": "Nell Frost", "scopes": scopes("NM")}
    made = actions.invite_moderator(by=world.cast.olive, now=NOW, region=" Wales ", capacity=3, **given)
    assert (made.person.full_name, made.region, made.state) == ("Nell Frost", "Wales", "invited")
    assert list(Message.objects.filter(to=made.person).values_list("kind", flat=True)) == ["organisations.invited"]
    assert made.person.affiliations.get().role == Role.MODERATOR


@pytest.mark.parametrize("by", ["sam", "cora", "mia", "tara", "nobody"])
def test_e3_only_the_office_keeps_the_pool(world, mel, by):
    me, mia = getattr(world.cast, by), moderator_of(world.cast.max)
    given = {"by": me, "now": NOW}
    place = {"scopes": scopes("NM"), "region": "", "capacity": 6}
    with pytest.raises(NotAllowed):
        actions.enter_moderator(person=mel, **given, **place)
    with pytest.raises(NotAllowed):
        actions.invite_moderator(email="x@example.org", full_name="X Y", **given, **place)
    with pytest.raises(NotAllowed):
        actions.change_moderator(moderator_id=mia.pk, seen="", **given, **place)
    for step in (actions.pause_moderator, actions.bring_back_moderator, actions.retire_moderator):
        with pytest.raises(NotAllowed):
            step(moderator_id=mia.pk, reason="Because.", **given)


def test_e3_nobody_keeps_their_own_place(world):
    oscar = world.cast.oscar
    organisations.grant(by=None, now=ENTERED, person=oscar, role=Role.MODERATOR)
    given = {"by": oscar, "now": NOW}
    with pytest.raises(NotAllowed, match="A colleague enters you"):
        actions.enter_moderator(person=oscar, scopes=scopes("NM"), region="", capacity=6, **given)
    place = entered(world.cast, oscar, ("NM",), now=NOW)
    with pytest.raises(NotAllowed, match="your own place"):
        actions.retire_moderator(moderator_id=place.pk, reason="I go.", **given)


def test_e3_who_cannot_be_entered(world, mel):
    given = {"by": world.cast.olive, "now": NOW, "region": ""}
    with pytest.raises(Invalid, match="does not hold the role"):
        actions.enter_moderator(person=world.cast.sam, scopes=scopes("NM"), capacity=6, **given)
    with pytest.raises(Invalid, match="at least one scope"):
        actions.enter_moderator(person=mel, scopes=[], capacity=6, **given)
    with pytest.raises(Invalid, match="at least one trainee"):
        actions.enter_moderator(person=mel, scopes=scopes("NM"), capacity=0, **given)
    with pytest.raises(TooLate, match="in the pool already"):
        actions.enter_moderator(person=world.cast.mia, scopes=scopes("NM"), capacity=6, **given)
    assert not Moderator.objects.filter(person=mel).exists()


def test_e3_scopes_and_capacity_change_as_they_were_seen(world):
    place = moderator_of(world.cast.mia)
    seen = queries.moderator_version(place)
    given = {"by": world.cast.olive, "now": NOW, "moderator_id": place.pk, "region": "Kent"}
    actions.change_moderator(scopes=scopes("RT"), capacity=2, seen=seen, **given)
    place.refresh_from_db()
    assert (place.region, place.capacity, [row.code for row in place.scopes.all()]) == ("Kent", 2, ["RT"])
    event = AuditEvent.objects.get(action="moderation.pool.changed")
    assert (event.before["scopes"], event.after["scopes"]) == (["NM"], ["RT"])
    with pytest.raises(StaleText, match="changed since"):
        actions.change_moderator(scopes=scopes("ME"), capacity=9, seen=seen, **given)


def test_e3_a_pause_a_return_and_an_end_with_their_reasons(world):
    place = moderator_of(world.cast.mia)
    given = {"by": world.cast.olive, "now": NOW, "moderator_id": place.pk}
    with pytest.raises(Invalid, match="Say why"):
        actions.pause_moderator(reason="  ", **given)
    assert actions.pause_moderator(reason="Parental leave.", **given).state == "paused"
    with pytest.raises(TooLate):
        actions.pause_moderator(reason="Again.", **given)
    assert actions.bring_back_moderator(reason="Back.", **given).state == "active"
    assert actions.retire_moderator(reason="Retired.", **given).state == "retired"
    assert told(world.cast.mia, "moderation.pool_changed").count() == 3
    lines = [(line.what, line.note) for line in queries.history_of(place)]
    assert lines[:3] == [
        ("Left the pool", "Retired."),
        ("Takes trainees again", "Back."),
        ("Paused", "Parental leave."),
    ]
    for action in ("moderation.pool.pause", "moderation.pool.return", "moderation.pool.retire"):
        assert AuditEvent.objects.filter(action=action, object_id=place.pk).count() == 1
    with pytest.raises(TooLate, match="has left"):
        actions.retire_moderator(reason="Again.", **given)


@pytest.mark.parametrize(("kinds", "words"), [((EXTERNAL,), "1 trainee"), ((EXTERNAL, SUPPORTING), "2 trainees")])
def test_e3_nobody_leaves_while_trainees_have_them(world, kinds, words):
    for record, kind in zip((world.tara, world.tom), kinds, strict=False):
        stands(record, world.cast.mia, kind)
    stands(world.tom, world.cast.max, EXTERNAL, ends_on=date(2026, 6, 1))
    given = {"by": world.cast.olive, "now": NOW, "reason": "Leaves."}
    with pytest.raises(TooLate, match=words):
        actions.retire_moderator(moderator_id=moderator_of(world.cast.mia).pk, **given)
    assert actions.retire_moderator(moderator_id=moderator_of(world.cast.max).pk, **given).state == "retired"


def test_e4_a_declaration_is_renewed_in_the_weeks_before_it_ends(world):
    mia = world.cast.mia
    with pytest.raises(TooLate, match="in date until 1 March 2027"):
        sign(mia, at(2027, 1, 31, 9))
    sign(mia, at(2027, 2, 1, 9))
    assert Declaration.objects.filter(moderator__person=mia).count() == 2
    sign(world.cast.max, at(2028, 1, 1, 9))


def test_e4_a_declaration_is_signed_by_those_in_the_pool_as_its_words_are(world, mel):
    with pytest.raises(NotAllowed, match="not in the pool"):
        sign(mel)
    entered(world.cast, mel, ("NM",), now=NOW)
    with pytest.raises(StaleText):
        sign(mel, seen="0" * 64)
    assert not Declaration.objects.filter(signer=mel).exists()
    actions.retire_moderator(by=world.cast.olive, now=NOW, moderator_id=moderator_of(mel).pk, reason="No.")
    with pytest.raises(TooLate, match="left the pool"):
        sign(mel)
    with pytest.raises(TooLate, match="left the pool"):
        actions.declare_interest(by=mel, now=NOW, words="A friend.", organisation=world.cast.leeds)


def test_e4_interests_are_declared_once_and_taken_back_once(world):
    mia, tom = world.cast.mia, world.cast.tom
    first = actions.declare_interest(by=mia, now=NOW, words="My sister works there.", organisation=world.cast.bristol)
    second = actions.declare_interest(by=mia, now=NOW, words="My nephew.", trainee=tom)
    with pytest.raises(TooLate, match="already"):
        actions.declare_interest(by=mia, now=NOW, words="Again.", trainee=tom)
    with pytest.raises(Invalid, match="what ties you"):
        actions.declare_interest(by=mia, now=NOW, words=" ", organisation=world.cast.leeds)
    assert AuditEvent.objects.filter(action="moderation.interest.declared", actor_id=mia.pk).count() == 2
    assert [told(who, "moderation.interest_declared").count() for who in (world.cast.olive, world.cast.oscar)] == [2, 2]
    with pytest.raises(NotAllowed, match="Only whoever"):
        actions.end_interest(by=world.cast.max, now=NOW, interest_id=first.pk, words="No.")
    with pytest.raises(Invalid, match="no longer stands"):
        actions.end_interest(by=mia, now=NOW, interest_id=first.pk, words="")
    ended = actions.end_interest(by=mia, now=NOW, interest_id=first.pk, words="She left.")
    assert AuditEvent.objects.get(action="moderation.interest.ended").after == {"ends": first.pk}
    for row in (first, ended):
        with pytest.raises(TooLate, match="taken back"):
            actions.end_interest(by=mia, now=NOW, interest_id=row.pk, words="Again.")
    assert list(queries.interests_of(moderator_of(mia))) == [second]
    assert Interest.objects.count() == 3
    actions.declare_interest(by=mia, now=NOW, words="She is back.", organisation=world.cast.bristol)


def test_e4_an_interest_needs_a_place_in_the_pool(world, mel):
    with pytest.raises(NotAllowed, match="not in the pool"):
        actions.declare_interest(by=mel, now=NOW, words="A friend.", organisation=world.cast.leeds)


def test_e3_the_office_alone_sees_the_pool_narrowed_as_wanted(world, mel):
    entered(world.cast, mel, ("RT",), now=NOW)
    olive = world.cast.olive

    def names(**wanted):
        rows = queries.pool_for_office(olive, TODAY, PoolWanted(**wanted))
        return [row.person.full_name.split()[0] for row in rows]

    assert names() == ["Max", "Mel", "Mia", "Mona"]
    assert names(words="ferr") == ["Mia"]
    assert names(state="invited") == ["Mel"]
    assert sorted(names(scope_id=Scope.objects.get(code="ME").pk)) == ["Max", "Mona"]
    for who in ("mia", "sam", "nobody"):
        assert list(queries.pool_for_office(getattr(world.cast, who), TODAY, PoolWanted())) == []


def test_e3_load_counts_trainees_in_training_once_each(world):
    mia = world.cast.mia
    stands(world.tara, mia, EXTERNAL, ends_on=TODAY)
    stands(world.tara, mia, SUPPORTING)
    stands(world.tom, mia, EXTERNAL, ends_on=date(2026, 6, 9))
    assert queries.place_of(mia, TODAY).load == 1
    assert queries.place_of(mia, date(2026, 6, 9)).load == 2
    assert queries.place_of(world.cast.max, TODAY).load == 0
    assert queries.place_of(world.cast.sam, TODAY) is None


def test_e4_trainees_are_named_by_name_and_centre(world):
    cast = world.cast
    assert queries.trainees_named("  tom ERIKSEN ", cast.bristol) == [cast.tom]
    assert queries.trainees_named("Tom Eriksen", cast.leeds) == []
    assert queries.trainees_named("Tom", cast.bristol) == []
    assert queries.trainees_named("...", cast.bristol) == []
