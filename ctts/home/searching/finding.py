"""Search: pages, trainees, people, applications, centres and numbers, each asked by the query that its list asks; and
the help that is written for the person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import lru_cache
from urllib.parse import urlencode

from django.urls import reverse

from applications import queries as application_queries
from applications.states import EVERY
from ctts.accounts.models import User
from ctts.accounts.rules import sort_key
from ctts.common.clock import london_date
from ctts.home import helping, queries
from ctts.home.searching.pages import pages_for
from ctts.home.searching.parts import Found, FoundGroup
from ctts.organisations import queries as organisation_queries
from ctts.organisations.access import holds
from ctts.organisations.states import Role
from moderation import queries as moderation_queries
from training import queries as training_queries
from training.models import TrainingRecord

IN_PALETTE, A_PAGE = 5, 25  # how many of a kind
WITHOUT_WORDS = 12  # how many pages stand there before a word is typed


def found_for(user: User, now: datetime, text: str, most: int) -> list[FoundGroup]:
    """What a person finds by `text`, `most` of each kind; empty groups are left out (pattern 28).

    Without a word: the first pages they may reach. What they may not see is not found: every kind is asked as its own
    list asks it, on their behalf.
    """
    pages = pages_for(user, now)
    words = sort_key(text).split()
    if not words:
        return [FoundGroup("pages", "Pages and steps", "arrow-right", pages[:WITHOUT_WORDS])]
    named = [page for page in pages if page.answers(words)]
    today = london_date(now)
    groups = [
        FoundGroup("pages", "Pages and steps", "arrow-right", named[:most]),
        _own(user, today, text, most),
        *_of_training(user, today, text, words, most),
        _people(user, today, text, most),
        _applications(user, today, text, most),
        _centres(user, today, words, most),
        *_numbers(user, today, text, most),
        _help(user, today, words, most),
    ]
    return [group for group in groups if group.rows]


def _cut(rows: Iterable[Found], most: int, more: str) -> tuple[list[Found], str]:
    """The first rows, and the address of the rest where more than these were found."""
    found = list(rows)
    return found[:most], more if len(found) > most else ""


def _list(user: User, today: date, name: str, /, **given: str) -> str:
    """The office's list of a kind, narrowed as was searched; nobody else has a list that can be."""
    return f"{reverse(name)}?{urlencode(given)}" if holds(user, Role.OFFICE, today) else ""


def _of_training(user: User, today: date, text: str, words: list[str], most: int) -> Iterator[FoundGroup]:
    """Trainees by name; and where words name a part of a record ("quinn dops"), that part of it."""
    parts = [word for word in words if any(_tab_answers(label, word) for label, _ in training_queries.TABS)]
    names = " ".join(word for word in words if word not in parts)
    if parts and names:
        rows = [page for page in _record_parts(user, today, names, most) if page.answers(parts)]
        yield FoundGroup("parts", "In the records of trainees", "journal-text", rows[:most])
    found = training_queries.trainees_named(user, today, text)[: most + 1]
    rows, more = _cut((_trainee(row) for row in found), most, _list(user, today, "training:office", q=text))
    yield FoundGroup("trainees", "Trainees", "mortarboard", rows, more)


def _own(user: User, today: date, text: str, most: int) -> FoundGroup:
    """One's own training record by one's name, and what stands in it by these words: nobody else's is asked."""
    if training_queries.TRAINEE not in queries.stands_of(user, today):
        return FoundGroup("own", "In my training", "journal-text", [])
    rows = [Found(one.label, one.url, one.kind) for one in training_queries.own_things(user, text, most)]
    if _begins_all(sort_key(text).split(), _folded(user.full_name)):
        rows.insert(0, Found(user.full_name, reverse("training:mine"), "My training record"))
    return FoundGroup("own", "In my training", "journal-text", rows[:most])


def _tab_answers(label: str, word: str) -> bool:
    return any(one.startswith(word) for one in sort_key(label).split())


def _record_parts(user: User, today: date, names: str, most: int) -> Iterator[Found]:
    for record in training_queries.trainees_named(user, today, names)[:most]:
        for tab in training_queries.record_tabs(record, ""):
            yield Found(f"{tab.label}: {record.trainee}", tab.url, f"{record.scope} · {record.centre}")


def _trainee(record: TrainingRecord) -> Found:
    about = f"{record.scope} · {record.centre} · {record.get_state_display()}"
    return Found(record.trainee.full_name, reverse("training:record", args=[record.pk]), about)


def _people(user: User, today: date, text: str, most: int) -> FoundGroup:
    found = organisation_queries.people_found(user, today, text)[: most + 1]
    named = (Found(row.full_name, reverse("organisations:person", args=[row.pk]), row.email) for row in found)
    rows, more = _cut(named, most, _list(user, today, "organisations:people", q=text))
    return FoundGroup("people", "People", "person", rows, more)


def _applications(user: User, today: date, text: str, most: int) -> FoundGroup:
    name = "applications:review" if holds(user, Role.OFFICE, today) else "applications:read"
    found = application_queries.applications_named(user, today, text)[: most + 1]
    named = (
        Found(
            row.applicant.full_name,
            reverse(name, args=[row.pk]),
            f"{row.intake} · {row.scope or 'no scope yet'} · {row.get_state_display()}",
        )
        for row in found
    )
    rows, more = _cut(named, most, _list(user, today, "applications:desk", name=text, state=EVERY))
    return FoundGroup("applications", "Applications", "file-earmark-text", rows, more)


def _centres(user: User, today: date, words: list[str], most: int) -> FoundGroup:
    """Centres by words of their names or by code; there are some hundred of them, so their names are folded here."""
    name = "scheme:centre" if holds(user, Role.OFFICE, today) else "scheme:my_centre"
    rows = organisation_queries.centres_of_reader(user, today).values_list("pk", "name", "code", "ods_code")
    known = (Found(label, reverse(name, args=[pk]), code, f"{code} {ods}") for pk, label, code, ods in rows)
    found, more = _cut((one for one in known if one.answers(words)), most, reverse("scheme:centres"))
    return FoundGroup("centres", "Centres", "geo-alt", found, more)


def _numbers(user: User, today: date, text: str, most: int) -> Iterator[FoundGroup]:
    """Diplomas and purchase orders by number; a text without a digit is none (D1, A3 f)."""
    number = text.strip()
    if any(character.isdigit() for character in number):
        yield _diplomas(user, today, number, most)
        yield _orders(user, today, number, most)


def _diplomas(user: User, today: date, number: str, most: int) -> FoundGroup:
    office = holds(user, Role.OFFICE, today)
    found = moderation_queries.diplomas_with(user, today, number)[: most + 1]
    issued = (
        Found(
            row.number,
            _diploma_page(office, row.pk, row.award_id),
            f"{row.award.record.trainee} · {row.get_state_display()}",
        )
        for row in found
    )
    rows, more = _cut(issued, most, _list(user, today, "moderation:diplomas", q=number))
    return FoundGroup("diplomas", "Diplomas", "award", rows, more)


def _diploma_page(office: bool, diploma_id: int, record_id: int) -> str:
    """The office has a page for each diploma, its holder one for all of theirs."""
    if office:
        return reverse("moderation:office_diploma", args=[diploma_id])
    return reverse("moderation:diploma", args=[record_id])


def _orders(user: User, today: date, number: str, most: int) -> FoundGroup:
    found = application_queries.orders_numbered(user, today, number)[: most + 1]
    given = (
        Found(
            row.number,
            reverse("applications:review", args=[row.application_id]),
            f"{row.application.applicant} · {row.application.intake} · {row.get_state_display()}",
        )
        for row in found
    )
    rows, more = _cut(given, most, _list(user, today, "applications:orders", name=number))
    return FoundGroup("orders", "Purchase orders", "file-earmark", rows, more)


def _help(user: User, today: date, words: list[str], most: int) -> FoundGroup:
    """Points of the help texts for a person's functions that have all the words; those with them in the title first."""
    page = reverse("home:help")
    named, spoken_of = [], []
    for one in helping.helps_for(user, today):
        for number, point in enumerate(one.points, start=1):
            row = Found(point.title, f"{page}#help-{one.key}-{number}", f"Help: {one.title}")
            if _begins_all(words, _folded(f"{point.title} {one.title}")):
                named.append(row)
            elif _begins_all(words, _folded(f"{point.title} {one.title} {point.text}")):
                spoken_of.append(row)
    rows, more = _cut([*named, *spoken_of], most, page)
    return FoundGroup("help", "Help", "question-circle", rows, more)


@lru_cache(maxsize=512)
def _folded(text: str) -> frozenset[str]:
    """The words of a text as names are compared: a text is longer than a name may be, so word by word."""
    return frozenset(part for word in text.split() for part in sort_key(word).split())


def _begins_all(words: Iterable[str], among: Iterable[str]) -> bool:
    return all(any(own.startswith(word) for own in among) for word in words)
