"""A form as it was sent: what was posted, whether the action took it, and the status with which its page comes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from django.http import HttpRequest, QueryDict
from django_tables2 import RequestConfig

from ctts.common.brought import brought_by
from ctts.common.clock import london_date
from ctts.common.forms import CrispyForm, CrispyModelForm
from ctts.common.requests import Request
from ctts.common.verdict import Invalid, NotAllowed, Refused, TooLate, Verdict, require
from ctts.common.whole_numbers import number_in

Made = TypeVar("Made")
Problem = TypeVar("Problem", bound=Refused)


def today_of(request: Request) -> date:
    """The London day of the request."""
    return london_date(request.now)


def paged(table: Any, request: HttpRequest, rows: int) -> Any:
    """A table sorted and turned to the page that the address asks for, `rows` on each; how many is ours to say.

    A page that does not exist is the last one; words that are no number are the first.
    """
    RequestConfig(request, paginate=False).configure(table)
    wanted = number_in(request.GET.get(table.prefixed_page_field, "")) or 1
    table.paginate(page=1, per_page=rows)
    table.page = table.paginator.page(min(wanted, table.paginator.num_pages))
    return table


def data_of(request: HttpRequest) -> QueryDict | None:
    """What was posted, for a form; None when the page is only looked at."""
    return request.POST if request.method == "POST" else None


def status_of(form: CrispyForm | CrispyModelForm | None) -> int:
    """422 for a form that was sent and is wrong, else 200 (also where there is no form)."""
    return 422 if form is not None and form.is_bound else 200


def made(form: CrispyForm | CrispyModelForm, act: Callable[[], Made]) -> Made | None:
    """What `act()` made of a form that was sent and is right; None when there is none, or it was refused.

    What an action says is wrong with the input is shown beside its field (quality rule 1). `act` returns what it
    made, never None. Raises all else that `act` raises; what is refused knows how the form calls its fields.
    """
    if not form.is_valid():
        return None
    try:
        return act()
    except Invalid as problem:
        form.refuse(problem)
        return None
    except (NotAllowed, TooLate) as problem:
        in_words_of(form, problem)
        raise


def require_for(form: CrispyForm | CrispyModelForm, verdict: Verdict, rows: Any = (), called: str = "") -> None:
    """As `require`, for a form that may have been sent: what is refused calls what was typed as the form does.

    `rows` are those of a formset that was sent with it, each `called` so with its number.
    """
    try:
        require(verdict)
    except (NotAllowed, TooLate) as problem:
        rows_in_words(rows, called, in_words_of(form, problem))
        raise


def in_words_of(form: CrispyForm | CrispyModelForm, problem: Problem) -> Problem:
    """The same refusal, which knows what was typed and chosen as the fields of `form` call it."""
    problem.brought = brought_by(form)
    return problem


def rows_in_words(rows: Any, called: str, problem: Problem) -> Problem:
    """The same refusal, which names too what was typed into the rows of a formset, each `called` so with its number."""
    for number, row in enumerate(rows, start=1):
        problem.brought |= brought_by(row, f"{called} {number}: ")
    return problem


def tried(form: CrispyForm | CrispyModelForm, act: Callable[[], Any]) -> bool:
    """Whether a form was sent, is right, and was taken by `act()`; as `made`, where nobody needs what was made."""

    def done() -> bool:
        act()
        return True

    return made(form, done) or False


def signing(request: Request) -> dict[str, Any]:
    """What every signing form is told: who signs, in which session, when."""
    now = request.now
    return {"signer": request.user, "session": request.session, "now": now}
