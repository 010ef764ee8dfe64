"""Asks every address as every persona and says where the answer is not the written one (quality rule 1).

An answer is one word: `in` (the door was passed; the page, a redirect, or a complaint about the input), `login`, `403`,
`404`, `405`, or a number for anything else. `expected` reads the word from the table; `problems_of` compares.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests.architecture.checks.addresses import Address

ANONYMOUS = "anonymous"
PLACES = ("leeds", "bristol")
METHODS = ("GET", "POST", "PUT", "DELETE")
# Refusals are asked for as data, without a page around the reason: there are thousands. Their pages are read apart.
PAGES, DATA = "text/html", "application/json"
FORM = "application/x-www-form-urlencoded"
PASSED_BY_POST = {400, 409, 410, 413, 415, 422, 429}
WRITES = re.compile(r"^\s*(?:insert into|update|delete from)\s+\"?(\w+)\"?", re.I)
ANSWER_TYPES = ("text/", "application/json", "application/javascript")

People = frozenset[str]


def people(names: str) -> People:
    """A set of personas from their first names in one string."""
    return frozenset(names.split())


@dataclass(frozen=True)
class Table:
    """What is written: who gets in where. All names are personas.

    `guards`: guard's name → who passes it. `readers`: kind of thing → place → who sees that thing. `opens`: address →
    place → who of them may GET; the others get 403. `acts`: address → place ("" without a thing) → who of them may
    POST; the others get 403. `unnamed`: persona → whose names no page of theirs may show. `named`:
    address → (whom it may name nevertheless, why). `words`: words that stand in
    a thing → who alone may read them. `also`: address → (another word it may answer, why), such as 409 for the state
    the things are in. `logs`: tables a GET may add to (reading logs), beside the session.
    """

    guards: Mapping[str, People]
    readers: Mapping[str, Mapping[str, People]] = field(default_factory=dict)
    opens: Mapping[str, Mapping[str, People]] = field(default_factory=dict)
    acts: Mapping[str, Mapping[str, People]] = field(default_factory=dict)
    unnamed: Mapping[str, People] = field(default_factory=dict)
    words: Mapping[str, People] = field(default_factory=dict)
    named: Mapping[str, tuple[People, str]] = field(default_factory=dict)
    also: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    logs: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Needs:
    """What an address with placeholders is about: a kind of thing, and how its placeholders are read from it."""

    kind: str
    read: Callable[[Any], dict[str, Any]] = lambda thing: {"pk": thing.pk}


class Browser(Client):
    """A browser that keeps its cookies and nothing else: the test client's copies of contexts cost more than a page."""

    def request(self, **request: Any) -> HttpResponseBase:
        """The answer to a request; a fault of ours is the answer 500."""
        response = self.handler(self._base_environ(**request))
        self.cookies.update(response.cookies)
        return response


class Undo:
    """Undoes what a request wrote. Most write nothing, so one savepoint serves for many."""

    def __init__(self) -> None:
        self.point = ""

    @contextmanager
    def __call__(self) -> Iterator[set[str]]:
        """The names of the tables that are written inside; whatever was written or failed is rolled back."""
        self.point = self.point or transaction.savepoint()
        failed = True
        with tables_written() as written:
            try:
                yield written
                failed = False
            finally:
                if written or failed or transaction.get_rollback():
                    transaction.set_rollback(False)
                    transaction.savepoint_rollback(self.point)


@dataclass(frozen=True)
class World:
    """The personas with a signed-in browser each, their full names, and the things of both places.

    `words` are the answers so far: nobody is asked twice. `settle` ends the moment of the question before.
    """

    clients: Mapping[str, Client]
    names: Mapping[str, str]
    things: Mapping[tuple[str, str], Any]
    needs: Mapping[str, Needs]
    undo: Undo = field(default_factory=Undo)
    words: dict[str, str] = field(default_factory=dict)
    settle: Callable[[], None] = lambda: None

    def places_of(self, address: Address) -> tuple[str, ...]:
        """Own and other's thing for an address with placeholders; one empty place for an address without."""
        return PLACES if "<" in address.route else ("",)

    def for_url(self, address: Address, place: str) -> dict[str, Any]:
        """The placeholders of an address for the thing of a place. Raises KeyError when nobody registered it."""
        if not place:
            self.settle()
            return {}
        needs = self.needs[address.name]
        return needs.read(self.things[needs.kind, place])


@dataclass(frozen=True)
class Question:
    """One request: who asks what, how, about whose thing."""

    address: Address
    persona: str
    method: str
    place: str

    def __str__(self) -> str:
        whose = f" of {self.place}" if self.place else ""
        return f"{self.persona}: {self.method} {self.address.name}{whose}"


@dataclass(frozen=True)
class Answer:
    """What came back: the word, the text when there is any, and the tables that were written."""

    word: str
    text: str
    written: frozenset[str]


def expected(question: Question, table: Table, needs: Mapping[str, Needs]) -> set[str]:
    """The words that the table allows for a question."""
    address, persona = question.address, question.persona
    guard, methods = address.view.guard, address.view.methods
    if guard.startswith("public"):
        return {"in", "404", *table.also.get(address.name, ())[:1]} if question.method in methods else {"405"}
    if persona == ANONYMOUS:
        return {"login"}
    if persona not in table.guards[guard]:
        return {"403"}
    if question.method not in methods:
        return {"405"}
    if question.place and persona not in table.readers[needs[address.name].kind][question.place]:
        return {"404"}
    return _expected_inside(question, table)


def _expected_inside(question: Question, table: Table) -> set[str]:
    name, persona, place = question.address.name, question.persona, question.place
    doers = table.acts.get(name, {}).get(place)
    may_act = doers is None or persona in doers
    inside = {"in", *table.also.get(name, ())[:1]}
    if question.method != "GET":
        return inside if may_act else {"403"}
    if name in table.opens:
        return inside if persona in table.opens[name][place] else {"403"}
    return inside if may_act else {*inside, "403"}


def questions(address: Address, world: World, passes: People) -> Iterator[Question]:
    """Every persona, for own and other's thing, by every declared method.

    What is refused before anything is looked up is asked less: whoever does not pass the guard (`passes`) about the
    thing of one place; a method that is not declared, and what anyone may send to a public address, by the anonymous,
    the first and the last persona.
    """
    declared = [method for method in METHODS if method in address.view.methods]
    stranger = next(method for method in METHODS if method not in declared)
    public = address.view.guard.startswith("public")
    some = (ANONYMOUS, *list(world.clients)[:1], *list(world.clients)[-1:])
    for persona in (ANONYMOUS, *world.clients):
        places = world.places_of(address)
        for place in places if public or persona in passes else places[:1]:
            for method in (*declared, stranger):
                if persona in some or not (method == stranger or (public and method != "GET")):
                    yield Question(address, persona, method, place)


def ask(question: Question, world: World, accept: str = "") -> Answer:
    """Send the request and undo whatever it did; the browser's cookies are put back too."""
    accept = accept or (DATA if _refuses_with_data(question.address) else PAGES)
    browser = world.clients.get(question.persona) or Browser()
    kept = browser.cookies
    browser.cookies = SimpleCookie({name: morsel.value for name, morsel in kept.items()})
    url = reverse(question.address.name, kwargs=world.for_url(question.address, question.place))
    try:
        with world.undo() as written:
            response = browser.generic(question.method, url, content_type=FORM, headers={"accept": accept})
            text = _text(response)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        world.words[str(question)] = word = _word(response, question.method)
        return Answer(word, text, frozenset(written))
    finally:
        browser.cookies = kept


def _refuses_with_data(address: Address) -> bool:
    """Our own views do, where a refusal is likely; another package's answer otherwise than with a page at all."""
    return ":" in address.name and not address.view.guard.startswith("public")


def word_for(question: Question, world: World) -> str:
    """The word of the answer, asked for unless it is known."""
    return world.words.get(str(question)) or ask(question, world).word


@contextmanager
def tables_written() -> Iterator[set[str]]:
    """The names of tables that statements inside insert into, update or delete from."""
    written: set[str] = set()

    def look(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        # A statement of our own may be put together by psycopg, which makes it text when it is sent.
        match = WRITES.match(sql if isinstance(sql, str) else sql.as_string(context["connection"].connection))
        if match:
            written.add(match[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield written


def _word(response: HttpResponseBase, method: str) -> str:
    status = response.status_code
    if status in (301, 302, 303, 307):
        to_login = response.headers.get("Location", "").startswith(resolve_url(settings.LOGIN_URL))
        return "login" if to_login else "in"
    if status < 300 or (method == "POST" and status in PASSED_BY_POST):
        return "in"
    return str(status)


def _text(response: HttpResponseBase) -> str:
    if not response.headers.get("Content-Type", "").startswith(ANSWER_TYPES):
        return ""
    content = b"".join(response) if response.streaming else response.content
    return content.decode(errors="replace")


def undeclared(address: Address, table: Table, world: World) -> str:
    """What the written table lacks for this address; empty when it is complete."""
    guard = address.view.guard
    if not guard.startswith("public") and guard not in table.guards:
        return f"table.GUARDS does not say who passes the guard {guard!r}"
    if "<" in address.route and address.name not in world.needs:
        return f"objects.URLS does not say what {address.route} is about"
    if "<" not in address.route or guard.startswith("public"):
        return ""
    kind = world.needs[address.name].kind
    if kind not in table.readers:
        return f"table.READERS does not say who sees a {kind}"
    acts = set(address.view.methods) - {"GET", "HEAD", "OPTIONS"}
    return f"table.ACTS does not say who may {address.view.effect}" if acts and address.name not in table.acts else ""


def problems_of(address: Address, table: Table, world: World) -> list[str]:
    """Every answer of this address that is not the written one, tells a name it should not, or writes on reading."""
    lacking = undeclared(address, table, world)
    if lacking:
        return [f"{address.name}: {lacking}"]
    found = []
    for question in questions(address, world, table.guards.get(address.view.guard, frozenset())):
        try:
            answer = ask(question, world)
        except NoReverseMatch as problem:
            return [f"{address.name}: objects.URLS gives the wrong placeholders ({problem})"]
        allowed = expected(question, table, world.needs)
        if answer.word not in allowed:
            found.append(f"{question} → {answer.word}, written is {' or '.join(sorted(allowed))}")
        found += [f"{question} {fault}" for fault in faults_of(question, answer, table, world)]
    return found


def faults_of(question: Question, answer: Answer, table: Table, world: World) -> Iterator[str]:
    """What is wrong with an answer whatever its word: a name or words that leaked, a write without a passed POST."""
    if not question.address.view.guard.startswith("public"):
        named = table.named.get(question.address.name, (frozenset(), ""))[0]
        hidden = table.unnamed.get(question.persona, frozenset()) - named
        if answer.word != "in":
            hidden = frozenset(world.names) - {question.persona}
        yield from (f"shows {world.names[name]}" for name in sorted(hidden) if world.names[name] in answer.text)
    for words, readers in table.words.items():
        if question.persona not in readers and words in answer.text:
            yield f"tells “{words}”"
    if question.method != "GET" and answer.word == "in":
        return
    harmless = {"django_session", *(table.logs if answer.word == "in" else ())}
    yield from (f"writes to {name}" for name in sorted(answer.written - harmless))
