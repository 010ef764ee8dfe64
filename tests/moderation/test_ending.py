"""The end of a diploma and the next one in its place (D1): reasons, one mail, the history kept, nothing given twice."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from ctts.audit.models import AuditWords
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.notifications.models import Message
from ctts.organisations import actions as organisations
from ctts.organisations.states import Role
from moderation import access, actions, queries
from moderation.models import Diploma
from moderation.rules import gaps_in_year
from moderation.states import DiplomaState
from tests.cast import START
from tests.moderation.awarding import NOW, issued, job
from tests.training.world import audit_of

TODAY = NOW.date()
REASON = "The award was withdrawn on appeal."


def revoke(awarded, diploma, by=None, reason=REASON):
    """Olive revokes it."""
    return actions.revoke_diploma(by=by or awarded.cast.olive, now=NOW, diploma_id=diploma.pk, reason=reason)


def reissue(awarded, diploma, by=None, name="Tara Whitfield", reason="Married; certificate seen."):
    """Olive issues another in its place."""
    given = {"diploma_id": diploma.pk, "name": name, "reason": reason}
    return actions.reissue_diploma(by=by or awarded.cast.olive, now=NOW, **given)


def test_D1_a_revoked_diploma_says_so_with_the_reason_and_its_holder_is_told_once(awarded):
    made = issued(awarded)
    ended = revoke(awarded, made, reason=f"  {REASON} ")
    assert (ended.state, ended.revoked_at, ended.revoked_by, ended.revoked_reason) == (
        DiplomaState.REVOKED,
        NOW,
        awarded.cast.olive,
        REASON,
    )
    assert audit_of(made) == ["moderation.diploma.issued", "moderation.diploma.revoked"]
    assert AuditWords.objects.get(event__action="moderation.diploma.revoked").text == {"reason": REASON}
    [told] = Message.objects.filter(kind="moderation.diploma_revoked")
    assert told.to == awarded.cast.tara and REASON in told.text and made.number in told.subject
    with pytest.raises(TooLate, match="is “Revoked”"):
        revoke(awarded, made)


def test_D1_another_takes_its_place_with_the_next_number_and_a_code_of_its_own(awarded):
    made, toms = issued(awarded), issued(awarded, "tom")
    job("make_diplomas")
    newer = reissue(awarded, made)
    made.refresh_from_db()
    assert (newer.number, newer.name, newer.supersedes) == ("CTD-2028-00003", "Tara Whitfield", made)
    assert made.state == DiplomaState.SUPERSEDED and newer.code != made.code
    assert audit_of(made)[-1] == "moderation.diploma.superseded"
    assert audit_of(newer) == ["moderation.diploma.issued"]
    assert list(queries.files_owed()) == [newer]
    job("make_diplomas")
    told = Message.objects.filter(kind="moderation.diploma_ready", to=awarded.cast.tara).order_by("pk")
    assert [made.number in message.text for message in told] == [True, True]
    assert f"takes the place of {made.number}" in told[1].text
    assert gaps_in_year(Diploma.objects.values_list("n", flat=True)) == ()
    assert toms.state == DiplomaState.ISSUED


def test_D1_after_a_revocation_one_more_can_be_issued_and_its_reason_stays(awarded):
    made = revoke(awarded, issued(awarded))
    newer = reissue(awarded, made, name="Tara Quinn")
    made.refresh_from_db()
    assert (made.state, made.revoked_reason) == (DiplomaState.SUPERSEDED, REASON)
    assert queries.diploma_in_force(awarded.tara) == newer
    assert list(queries.diplomas_of(awarded.tara)) == [newer, made]
    with pytest.raises(TooLate, match="is “Superseded”"):
        reissue(awarded, made)
    with pytest.raises(TooLate, match="is “Superseded”"):
        revoke(awarded, made)


@pytest.mark.parametrize("who", ["tara", "tom", "sam", "cora", "mia"])
def test_D1_only_the_office_ends_or_renews_a_diploma(awarded, who):
    made = issued(awarded)
    for act in (revoke, reissue):
        with pytest.raises(NotAllowed):
            act(awarded, made, by=getattr(awarded.cast, who))
    assert Diploma.objects.get().state == DiplomaState.ISSUED


def test_D1_nobody_of_the_office_decides_about_their_own(awarded):
    made, tara = issued(awarded), awarded.cast.tara
    organisations.grant(by=None, now=START, person=tara, role=Role.OFFICE)
    for act in (revoke, reissue):
        with pytest.raises(NotAllowed, match="your own Diploma"):
            act(awarded, made, by=tara)
    assert access.can_revoke_diploma(tara, issued(awarded, "tom"), TODAY)


def test_D1_no_reason_no_end(awarded):
    made = issued(awarded)
    for act in (revoke, reissue):
        with pytest.raises(Invalid, match="Give the reason") as refused:
            act(awarded, made, reason="  \n")
        assert refused.value.field == "reason"
    with pytest.raises(Invalid, match="cannot print"):
        reissue(awarded, made, name="山田")
    assert (Diploma.objects.get().state, Diploma.objects.count()) == (DiplomaState.ISSUED, 1)


def test_D1_what_was_issued_is_never_changed_or_removed_in_the_database(awarded):
    made = issued(awarded)
    for change in ({"name": "Somebody Else"}, {"number": "CTD-2028-00002"}, {"audit_head": "0" * 64}, {"n": 9}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Diploma.objects.filter(pk=made.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        made.delete()
    revoke(awarded, made)
    with pytest.raises(DatabaseError), transaction.atomic():
        Diploma.objects.filter(pk=made.pk).update(state=DiplomaState.ISSUED)


def test_D1_the_file_of_one_that_is_over_is_the_offices_only(awarded):
    made = issued(awarded)
    assert access.can_have_diploma_file(awarded.cast.tara, made, TODAY)
    ended = revoke(awarded, made)
    assert not access.can_have_diploma_file(awarded.cast.tara, ended, TODAY)
    assert "no longer in force" in access.can_have_diploma_file(awarded.cast.tara, ended, TODAY).reason
    assert access.can_have_diploma_file(awarded.cast.olive, ended, TODAY)


def test_D1_the_office_reads_the_history_with_its_reasons(awarded):
    made = issued(awarded)
    job("make_diplomas")
    reissue(awarded, revoke(awarded, made))
    lines = [(entry.what, entry.who, entry.note) for entry in queries.history_of_diploma(made)]
    assert lines == [
        ("Another was issued in its place", "Olive Ong", "Married; certificate seen."),
        ("It was revoked", "Olive Ong", REASON),
        ("Its sealed file was made", "The calendar", ""),
        ("It was issued", "Olive Ong", ""),
    ]
