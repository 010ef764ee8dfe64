"""The versions of the scheme's numbers: which holds on a day, changing, taking back, confirming (S1)."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from ctts.audit.models import AuditEvent
from ctts.common.verdict import DoneAlready, Invalid, NotAllowed, TooLate
from ctts.scheme import actions, queries
from ctts.scheme.models import RuleSet, RuleWithdrawal
from tests.cast import at
from tests.scheme.calendar import NOW

pytestmark = pytest.mark.usefixtures("cast")
TODAY = date(2026, 5, 4)


def test_the_numbers_in_force_are_those_of_the_day(cast):
    rules = queries.rules_on(TODAY)
    made = actions.change_rules(
        by=cast.olive,
        now=NOW,
        changes={"portfolio_pages": 400},
        effective_on=date(2026, 6, 1),
        reason="Fewer pages are enough.",
        seen_version=rules.version,
    )
    assert made.version == rules.version + 1
    assert queries.numbers_on(TODAY).portfolio_pages == 500
    assert queries.numbers_on(date(2026, 6, 1)).portfolio_pages == 400
    with pytest.raises(RuleSet.DoesNotExist):
        queries.rules_on(date(2019, 1, 1))


def test_S1_a_version_takes_effect_no_earlier_than_the_one_it_starts_from(cast):
    """In force earlier, it would hold until that one's day, and be undone by it."""
    planned = change(cast, effective_on=date(2026, 9, 1))
    with pytest.raises(Invalid, match="Version 2 takes effect on 1 September 2026") as refused:
        change(cast, effective_on=date(2026, 8, 31), seen_version=planned.version)
    assert refused.value.field == "effective_on"
    with pytest.raises(DatabaseError, match="before an earlier one"), transaction.atomic():
        RuleSet.objects.create(
            version=3, effective_on=TODAY, numbers=planned.numbers, reason="By hand.", made_at=NOW, made_by=cast.olive
        )
    assert change(cast, effective_on=date(2026, 9, 1), seen_version=2).version == 3


def change(cast, **given):
    asked = {"changes": {"portfolio_pages": 400}, "effective_on": TODAY, "reason": "Why.", "seen_version": 1}
    return actions.change_rules(by=cast.olive, now=NOW, **{**asked, **given})


def test_S1_a_planned_version_is_taken_back_and_the_one_before_it_goes_on(cast):
    planned = change(cast, effective_on=date(2026, 9, 1))
    given = {"by": cast.oscar, "now": NOW, "version": planned.version, "reason": " Too early. "}
    withdrawal = actions.withdraw_rules(**given)
    assert (withdrawal.rules, withdrawal.reason, withdrawal.withdrawn_by) == (planned, "Too early.", cast.oscar)
    entry = AuditEvent.objects.get(action="scheme.rules.withdrawn")
    assert (entry.before, entry.actor_id) == ({"effective_on": "2026-09-01"}, cast.oscar.pk)
    for day in (TODAY, date(2026, 9, 1)):
        assert queries.rules_on(day).version == 1
    assert queries.numbers_by_day([date(2026, 9, 2)])[date(2026, 9, 2)].portfolio_pages == 500
    with pytest.raises(actions.Superseded, match="taken back"):
        change(cast, seen_version=planned.version)
    nearer = change(cast, effective_on=date(2026, 8, 1), changes={"portfolio_pages": 450})
    assert (nearer.version, queries.numbers_on(date(2026, 9, 1)).portfolio_pages) == (3, 450)
    with pytest.raises(DoneAlready):
        actions.withdraw_rules(**given)
    with pytest.raises(TooLate, match="taken back already"):
        actions.withdraw_rules(**{**given, "by": cast.olive})
    with pytest.raises(NotAllowed):
        actions.withdraw_rules(**{**given, "by": cast.carl})


def test_S1_what_is_in_force_or_what_a_newer_version_rests_on_is_not_taken_back(cast):
    first, planned = queries.newest_rules(), change(cast, effective_on=date(2026, 9, 1))
    newer = change(cast, effective_on=date(2026, 10, 1), changes={"portfolio_pages": 300}, seen_version=planned.version)
    given = {"by": cast.olive, "now": NOW, "reason": "Why."}
    with pytest.raises(TooLate, match="in force"):
        actions.withdraw_rules(**given, version=first.version)
    with pytest.raises(TooLate, match="Take that back first"):
        actions.withdraw_rules(**given, version=planned.version)
    with pytest.raises(TooLate, match="in force"):  # its first day in London, which begins an hour before that of UTC
        actions.withdraw_rules(**{**given, "now": at(2026, 9, 30, 23)}, version=newer.version)
    with pytest.raises(Invalid, match="Say why"):
        actions.withdraw_rules(**{**given, "reason": " "}, version=newer.version)
    with pytest.raises(NotAllowed):
        actions.withdraw_rules(**{**given, "by": cast.sam}, version=newer.version)
    for rules, now, words in ((planned, NOW, "rests"), (newer, at(2026, 9, 30, 23), "in force")):
        with pytest.raises(DatabaseError, match=words), transaction.atomic():
            RuleWithdrawal.objects.create(rules=rules, reason="By hand.", withdrawn_at=now, withdrawn_by=cast.olive)
    actions.withdraw_rules(**given, version=newer.version)
    actions.withdraw_rules(**given, version=planned.version)
    assert queries.newest_rules() == first


def test_numbers_change_with_a_reason_not_in_the_past_within_bounds_and_knowingly(cast):
    with pytest.raises(Invalid, match="in the past"):
        change(cast, effective_on=date(2026, 5, 3))
    with pytest.raises(Invalid, match="Say why"):
        change(cast, reason=" ")
    with pytest.raises(Invalid) as refused:
        change(cast, changes={"portfolio_pages": -1})
    assert refused.value.field == "portfolio_pages"
    for name, other in (
        ("dops_item_most", 10),
        ("viva_domains", 6),
        ("viva_domain_most", 5),
        ("intake_months", [1, 7]),
    ):
        with pytest.raises(Invalid, match=r"needs? a new") as refused:
            change(cast, changes={name: other})
        assert refused.value.field == name
    assert change(cast, changes={"viva_domains": 5, "portfolio_pages": 450}).version == 2
    with pytest.raises(TooLate, match="newer version was made"):
        change(cast)


def test_a_default_stays_unconfirmed_until_the_office_confirms_it(cast):
    rules = queries.rules_on(TODAY)
    names = {spec.name for spec in queries.unconfirmed(rules)}
    assert "accreditation_years" in names
    assert "intake_months" not in names
    actions.confirm_default(by=cast.olive, now=NOW, name="accreditation_years", seen_version=1)
    assert "accreditation_years" not in {spec.name for spec in queries.unconfirmed(rules)}
    with pytest.raises(DoneAlready, match="You confirmed it already"):
        actions.confirm_default(by=cast.olive, now=NOW, name="accreditation_years", seen_version=1)
    with pytest.raises(Invalid, match="no such number"):
        actions.confirm_default(by=cast.olive, now=NOW, name="nothing", seen_version=1)


def test_nobody_confirms_a_number_that_was_changed_since_they_looked(cast):
    change(cast, changes={"viva_minutes": 75})
    common = {"by": cast.oscar, "now": NOW}
    for seen in (1, 0):
        with pytest.raises(actions.Superseded, match="changed since you opened the page"):
            actions.confirm_default(**common, name="viva_minutes", seen_version=seen)
    assert actions.confirm_default(**common, name="accreditation_years", seen_version=1).confirmed_by == cast.oscar
