"""Who does what when: the intakes with their days, the rules that held, and the people of each cohort."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from applications import actions as applications
from applications.models import Enquiry
from ctts.common.clock import london_date, london_midnight
from ctts.common.months import month_after
from ctts.demo.world.adjusting import adjusted_of, asked_about
from ctts.demo.world.applying import Newcomer, apply, key_of
from ctts.demo.world.machine import CLOSES, run_calendar
from ctts.demo.world.moderators import join
from ctts.demo.world.newcomers import APPLICANTS, COHORTS
from ctts.demo.world.people import MODERATORS_OF, SIDES, Town, enter
from ctts.demo.world.training import train
from ctts.demo.world.ways import Way, Ways
from ctts.organisations.states import Role
from ctts.scheme import actions as scheme
from ctts.scheme.models import Intake, RuleSet
from ctts.scheme.states import EventKind

NET_PENCE, VAT = 250_000, 2_000
PILOT = {"first_year_reviews": 1, "first_year_dops": 1, "first_year_reflections": 1}
PILOT_COHORTS = 3  # the later ones are under the numbers of the scheme as they stand


@dataclass(frozen=True)
class Plan:
    """The world between its beginning and `now`; `first` is the month of its first intake."""

    town: Town
    begin: datetime
    now: datetime
    first: tuple[int, int]

    def intake(self, place: int) -> Intake:
        """The intake of a cohort; after the last of them comes the one that is open today."""
        year, month = month_after(self.first, 6 * place)
        return Intake.objects.get(year=year, month=month)

    def pilot(self) -> Way:
        """The office tries smaller numbers with the first cohorts, and goes back to those of the scheme."""
        for number, at, effective_on, changes, reason in (
            (0, self.begin, london_date(self.begin), PILOT, "A pilot with fewer pieces in the first year."),
            (1, self._returns_at(), self.intake(PILOT_COHORTS).opens_on, self._usual(), "The pilot has ended."),
        ):
            yield at
            given: dict[str, Any] = {"changes": changes, "effective_on": effective_on, "reason": reason}
            seen = RuleSet.objects.latest("version").version
            scheme.change_rules(by=self.town.people[("olive", "oscar")[number]], now=at, seen_version=seen, **given)

    def _returns_at(self) -> datetime:
        return london_midnight(self.intake(PILOT_COHORTS).opens_on) - timedelta(days=20)

    def _usual(self) -> dict[str, object]:
        numbers = RuleSet.objects.earliest("version").numbers
        return {name: numbers[name] for name in PILOT}

    def opening(self) -> Iterator[Way]:
        """Every intake up to today's, entered and opened on its first day."""
        return (self._open(self.intake(place)) for place in range(len(COHORTS) + 1))

    def _open(self, intake: Intake) -> Way:
        now = london_midnight(intake.opens_on) + timedelta(hours=9)
        yield now
        office = self.town.people["olive"]
        scheme.set_fee(by=office, now=now, intake_id=intake.pk, net_pence=NET_PENCE, vat_basis_points=VAT)
        scheme.open_intake(by=office, now=now, intake_id=intake.pk)
        for kind, hour in ((EventKind.INDUCTION, 9), (EventKind.SOFT_SKILLS, 14)):
            starts_at = london_midnight(intake.induction_on) + timedelta(hours=hour)
            scheme.add_event(
                by=office,
                now=now,
                kind=kind,
                title=f"{kind.label}, {intake}",
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=3),
                joining="Online; the link comes the day before.",
                intake=intake,
            )

    def closing(self) -> Iterator[Way]:
        """The past intakes, closed by the calendar on the day after their cut-off; to one somebody might come late."""
        yield from (self._close(self.intake(place)) for place in range(len(COHORTS)))
        yield self._late_entry(self.intake(len(COHORTS) - 2))
        yield self._questions()
        yield asked_about(self.town, self.now)

    def _close(self, intake: Intake) -> Way:
        yield (at := london_midnight(intake.cutoff_on + timedelta(days=1)) + timedelta(hours=8))
        run_calendar(at, CLOSES)

    def _late_entry(self, intake: Intake) -> Way:
        """The office gives somebody a code, who never uses it."""
        yield (at := london_midnight(intake.cutoff_on + timedelta(days=5)) + timedelta(hours=10))
        applications.give_late_code(
            by=self.town.people["oscar"],
            now=at,
            intake_id=intake.pk,
            name="Nadia Brook",
            email="nadia.brook@example.org",
            until_on=intake.cutoff_on + timedelta(days=12),
            reason="Her employer issued the purchase order a day after the cut-off.",
        )

    def _questions(self) -> Way:
        """Two people ask the scheme; one has the answer, the other waits for it."""
        yield (at := self.now - timedelta(days=9))
        asked = self._ask("Yusuf Demir", "yusuf.demir@example.org", "Does an HNC in electronics count?", at)
        yield (at := at + timedelta(days=1))
        answer = "Yes, an HNC is at level 4. Whether its subject is relevant, a person judges with your application."
        applications.answer_enquiry(by=self.town.people["olive"], now=at, enquiry_id=asked.pk, answer=answer)
        yield (at := self.now - timedelta(days=2))
        self._ask("Petra Lang", "petra.lang@example.org", "Can I train part-time, three days a week?", at)

    def _ask(self, name: str, email: str, text: str, at: datetime) -> Enquiry:
        values = {"name": name, "email": email, "text": text, "scope": None, "centre": None}
        return applications.make_enquiry(by=None, now=at, key=key_of(0, email), values=values)

    def newcomers(self) -> Iterator[tuple[Newcomer, int, datetime]]:
        """Everybody who applies, with the place of their cohort and the instant at which they begin."""
        for place, cohort in enumerate(COHORTS):
            opens = london_midnight(self.intake(place).opens_on)
            for number, who in enumerate(cohort):
                yield who, place, opens + timedelta(days=20 + 9 * number, hours=10)
        place = len(COHORTS)
        opens_on = self.intake(place).opens_on
        days, start = max((london_date(self.now) - opens_on).days, 1), london_midnight(opens_on)
        for number, who in enumerate(APPLICANTS):
            at = start + timedelta(days=days * number // len(APPLICANTS), hours=9, minutes=10)
            yield who, place, min(at, self.now - timedelta(days=6))

    def arrivals(self) -> Iterator[Way]:
        """Everybody opens their account an hour before they apply."""
        return (self._arrive(who, at - timedelta(hours=1)) for who, _, at in self.newcomers())

    def _arrive(self, who: Newcomer, at: datetime) -> Way:
        yield at
        words = f"Applicant, {who.scope}" if who in APPLICANTS else f"Trainee, {who.scope}, {who.reaches}"
        enter(self.town, who.first, who.name, words.replace("_", " "), [(Role.EMPLOYEE, who.centre)], at)

    def ways_of(self, side: frozenset[str]) -> list[Way]:
        """What goes on at the centres of one side: its moderators and trainees."""
        moderators = [join(self.town, first, self.begin) for first in MODERATORS_OF[SIDES.index(side)]]
        trainees = [row for row in self.newcomers() if row[1] < len(COHORTS) and row[0].centre in side]
        adjusted = adjusted_of(self.town, [who.first for who, _, _ in trainees], self.now)
        trained = [train(self.town, who, self.intake(place), at, self.now) for who, place, at in trainees]
        return [*moderators, *trained, *adjusted]

    def applicants(self) -> list[Ways]:
        """Each applicant of today; no moderator has to do with them, so they belong to no side."""
        return [partial(self._applies, who, at) for who, place, at in self.newcomers() if place == len(COHORTS)]

    def _applies(self, who: Newcomer, at: datetime) -> list[Way]:
        return [apply(self.town, who, at)]
