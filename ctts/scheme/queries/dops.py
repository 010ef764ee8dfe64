"""The forms by which DOPS are assessed: their versions, which of them hold, and from which a change starts (T5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Exists, F, OuterRef, QuerySet, Subquery, When
from django.db.models.lookups import GreaterThan, LessThanOrEqual

from ctts.scheme.models import DopsForm, Framework, Scope
from ctts.scheme.queries.scopes import scopes_in_use
from ctts.scheme.spreadsheet import DOPS_ITEMS, DopsItemRow, dops_differences


def dops_forms() -> QuerySet[DopsForm]:
    """Every version with `since`, the moment from which it holds; none while the framework with which it came is not
    published (S2)."""
    came = Framework.objects.filter(dops_form=OuterRef("pk"))
    since = Case(
        When(starts_at__isnull=False, then="starts_at"),
        When(Exists(came), then=Subquery(came.order_by("published_at").values("published_at")[:1])),
        default="imported_at",
    )
    return DopsForm.objects.select_related("scope", "imported_by").annotate(since=since)


def held_since(form: DopsForm) -> datetime | None:
    """The moment from which a version of `dops_forms` holds; None while its framework is not published."""
    found: datetime | None = vars(form)["since"]
    return found


def dops_form_for(scope: Scope | None, now: datetime) -> DopsForm:
    """The DOPS form that holds for a scope, else the one that holds for any (T5): the one that began last.

    Raises DopsForm.DoesNotExist when there is neither.
    """
    rows = dops_forms().filter(LessThanOrEqual(F("since"), now)).order_by(F("since").desc(), "-version")
    own = rows.filter(scope=scope).first() if scope else None
    found = own or rows.filter(scope__isnull=True).first()
    if found is None:
        raise DopsForm.DoesNotExist(f"No DOPS form has been entered for {scope}.")
    return found


def dops_form_to_change(scope: Scope | None, now: datetime) -> DopsForm | None:
    """The version from which the next one of a scope starts: what is planned last, else what holds (T5); None where
    there is neither."""
    planned = (
        dops_forms().filter(GreaterThan(F("since"), now), scope=scope).order_by(F("since").desc(), "-version").first()
    )
    if planned is not None:
        return planned
    try:
        return dops_form_for(scope, now)
    except DopsForm.DoesNotExist:
        return None


def dops_rows(form: DopsForm | None) -> tuple[DopsItemRow, ...]:
    """The items of a version as a spreadsheet holds them; ten empty ones where there is no version yet."""
    if form is None:
        return tuple(DopsItemRow(number, "", "", ("", "", "", "", "")) for number in range(1, DOPS_ITEMS + 1))
    rows = form.items.order_by("number")
    return tuple(DopsItemRow(row.number, row.title, row.observed, tuple(row.anchors)) for row in rows)


@dataclass(frozen=True, slots=True)
class FormsOf:
    """The forms of one scope, or (None) the general one: the version that `holds` (of another where it has none of its
    own), those `planned`, those that are `waiting` for their framework, and all of its own, the newest first."""

    scope: Scope | None
    holds: DopsForm | None
    planned: Sequence[DopsForm]
    waiting: Sequence[DopsForm]
    versions: Sequence[DopsForm]

    @property
    def own(self) -> bool:
        """Whether what holds is its own form."""
        return self.holds is not None and self.holds.scope == self.scope


def dops_forms_for_office(now: datetime) -> list[FormsOf]:
    """The general form first, then each scope in which somebody may train or that has a form of its own, by name."""
    rows = list(dops_forms().order_by("-version"))
    general = _forms_of(None, [row for row in rows if row.scope_id is None], now, None)
    known = {scope.pk: scope for scope in scopes_in_use()}
    known |= {row.scope.pk: row.scope for row in rows if row.scope is not None}
    scopes = sorted(known.values(), key=lambda scope: scope.name)
    return [
        general,
        *(_forms_of(scope, [row for row in rows if row.scope_id == scope.pk], now, general.holds) for scope in scopes),
    ]


def _forms_of(scope: Scope | None, rows: list[DopsForm], now: datetime, general: DopsForm | None) -> FormsOf:
    begun = sorted((since, row.version, row) for row in rows if (since := held_since(row)) and since <= now)
    planned = sorted((since, row.version, row) for row in rows if (since := held_since(row)) and since > now)
    waiting = [row for row in rows if held_since(row) is None]
    holds = begun[-1][2] if begun else general
    return FormsOf(scope, holds, [row for *_, row in planned], waiting, rows)


def scopes_following(now: datetime) -> list[Scope]:
    """The scopes in which the general form holds, having none of their own (T5)."""
    return [row.scope for row in dops_forms_for_office(now) if row.scope is not None and not row.own]


def form_before(form: DopsForm) -> DopsForm | None:
    """The version before one; of the first of a scope the general form that held when it was made (T5)."""
    rows = dops_forms().filter(scope=form.scope_id, version__lt=form.version)
    before = rows.order_by("-version").first()
    if before is None and form.scope_id is not None:
        general = dops_forms().filter(LessThanOrEqual(F("since"), form.imported_at), scope__isnull=True)
        before = general.order_by(F("since").desc(), "-version").first()
    return before


def items_that_differ(form: DopsForm, now: datetime) -> list[int]:
    """The numbers of the items of a version that read otherwise than those that hold for its scope today; all of them
    where nothing holds (T5)."""
    rows = dops_rows(form)
    try:
        held = dops_rows(dops_form_for(form.scope, now))
    except DopsForm.DoesNotExist:
        return [row.number for row in rows]
    return sorted({int(one.code) for one in dops_differences(held, rows)})
