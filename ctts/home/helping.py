"""Help in place: the text of a page with the scheme's numbers in it, and all texts that concern a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from django.urls import NoReverseMatch, resolve, reverse

from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.guards import lets_in
from ctts.common.helping import Help, Reader, every_help
from ctts.home import queries
from ctts.organisations.access import held_by, holds
from ctts.organisations.states import Role
from ctts.scheme.models import RuleSet
from ctts.scheme.queries import numbers_of, rules_on
from ctts.scheme.rules import to_json
from training import queries as training_queries
from training.models import TrainingRecord
from training.states import AppointmentKind

# As what somebody stands in training, or the role they hold → the texts that are written for them. Supervisor,
# co-ordinator and trainer are called alike in both.
READS: Mapping[str, Reader] = {
    training_queries.TRAINEE: Reader.TRAINEE,
    AppointmentKind.EXTERNAL_MODERATOR: Reader.MODERATOR,
    AppointmentKind.SUPPORTING_MODERATOR: Reader.MODERATOR,
    AppointmentKind.ADJUDICATOR: Reader.MODERATOR,
    Role.SUPERVISOR: Reader.SUPERVISOR,
    Role.TRAINER: Reader.TRAINER,
    Role.COORDINATOR: Reader.COORDINATOR,
    Role.MODERATOR: Reader.MODERATOR,
    Role.OFFICE: Reader.OFFICE,
}
WORDS = {
    Reader.APPLICANT: "applicant",
    Reader.TRAINEE: "trainee",
    Reader.SUPERVISOR: "Training Supervisor",
    Reader.TRAINER: "trainer",
    Reader.COORDINATOR: "Training Co-ordinator",
    Reader.MODERATOR: "moderator",
    Reader.OFFICE: "scheme office",
}


PARTS = {name for _, name in training_queries.TABS}


@dataclass(frozen=True, slots=True)
class HelpEntry:
    """A text of the page of all help, and where its own page opens for the reader (empty: nowhere without a thing)."""

    text: Help
    url: str


@cache
def _by_page() -> dict[str, Help]:
    return {page: one for one in every_help() for page in one.pages}


def help_on(page: str, record: object, today: date) -> Help | None:
    """The text of a page by its address, with the numbers that hold there; None where a page has none.

    A trainee keeps the version of the scheme rules of their enrolment, so with a `record` its numbers stand in it, else
    those in force. Nothing is asked of the database for a text that has no number in it.
    """
    found = _by_page().get(page)
    if found is None or not found.numbers:
        return found
    rules = record.rules if isinstance(record, TrainingRecord) else rules_on(today)
    return _filled(found, rules)


def _filled(found: Help, rules: RuleSet) -> Help:
    return found.with_numbers(to_json(numbers_of(rules)))


def readers_of_help(user: User, today: date) -> list[Reader]:
    """What a person is, as far as help is written for it, in the order of the scheme; whoever is nothing may apply."""
    roles = {role for role, _ in held_by(user, today)}
    found = {READS[one] for one in queries.stands_of(user, today) | roles if one in READS}
    return [reader for reader in Reader if reader in (found or {Reader.APPLICANT})]


def helps_for(user: User, today: date) -> list[Help]:
    """The texts that concern a person's functions, numbers not yet in their places; the office reads all of them, since
    it is asked about all of them."""
    if holds(user, Role.OFFICE, today):
        return every_help()
    wanted = {*readers_of_help(user, today), Reader.EVERYBODY}
    return [one for one in every_help() if one.readers & wanted]


def help_page(user: User, now: datetime) -> dict[str, object]:
    """What the page of all help shows a person: for which functions, and each text with where its page opens for them.
    A trainee's own numbers stand in it, for everybody else those in force."""
    today = london_date(now)
    trains = training_queries.TRAINEE in queries.stands_of(user, today)
    own = training_queries.own_record(user) if trains else None
    rules = own.rules if own else rules_on(today)
    entries = [HelpEntry(_filled(one, rules), _page_of(one, user, own, now)) for one in helps_for(user, today)]
    return {"entries": entries, "functions": _functions(user, today), "rules": _whose(rules, own)}


def _functions(user: User, today: date) -> str:
    """For whom the texts on the page are written: "trainee", "Training Supervisor and moderator"."""
    if holds(user, Role.OFFICE, today):
        return "everybody: the scheme office reads all of it"
    words = [WORDS[reader] for reader in readers_of_help(user, today)]
    return f"you as {' and '.join(words)}"


def _whose(rules: RuleSet, own: TrainingRecord | None) -> str:
    """Whose numbers they are: those of a trainee's enrolment, or those in force."""
    return f"version {rules.version} of the scheme rules, {'kept from your enrolment' if own else 'in force today'}"


def _page_of(one: Help, user: User, own: TrainingRecord | None, now: datetime) -> str:
    """Where the page of a text opens for a person: by itself, or as a part of their own record; else nowhere."""
    name = one.pages[0]
    try:
        url = reverse(name, args=[own.pk] if own and name in PARTS else None)
    except NoReverseMatch:
        return ""
    opens = name != "training:mine" or own is not None
    return url if opens and lets_in(resolve(url).func, user, now) else ""
