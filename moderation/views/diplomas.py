"""The office's diplomas: what is to be issued, what was, and the end or renewal of one (D1; screens 18, 21)."""

from types import SimpleNamespace

import django_tables2 as tables
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from assessments.queries.sections import office_sections
from ctts.common.confirming import confirm_page, confirmed
from ctts.common.guards import guarded
from ctts.common.letters import mail_preview
from ctts.common.parts import Confirm, Consequence, NextStep, Pill
from ctts.common.posted import data_of, paged, today_of, tried
from ctts.common.states_shown import badge_for
from ctts.common.templatetags.components import badge, time_of
from ctts.common.verdict import require
from ctts.organisations.access import OFFICE
from moderation import access, actions, queries
from moderation.forms import FindForm, ReissueForm, RevokeForm, SureForm
from moderation.paper import check_address
from moderation.states import DiplomaState
from moderation.views._frame import diploma_or_404

A_PAGE = 25
NO_FILE = {True: "It is being made", False: "None was made before it ended"}


class DiplomaTable(tables.Table):
    """Every diploma: number, holder, and where it stands."""

    number = tables.Column(
        order_by=("year", "n"),
        linkify=lambda record: reverse("moderation:office_diploma", args=[record.pk]),
    )
    name = tables.Column(verbose_name="Name on it", order_by=("award__record__trainee__sort_name", "year", "n"))
    scope_name = tables.Column(verbose_name="Scope")
    issued_at = tables.Column(verbose_name="Issued", order_by=("year", "n"))
    state = tables.Column(orderable=False)
    file = tables.Column(accessor="pk", verbose_name="File", orderable=False)

    caption = "Issued diplomas"
    row_header = "number"

    class Meta:
        empty_text = "No diploma is found"

    def render_issued_at(self, value):
        return time_of(value)

    def render_state(self, value, record):
        return badge(badge_for(record.state, value, "diploma"))

    def render_file(self, record):
        if hasattr(record, "file"):
            return badge(badge_for("sealed", "Sealed"))
        return badge(badge_for("waiting", "Being made")) if record.state == DiplomaState.ISSUED else "None"


@guarded(OFFICE)
def listed(request):
    """Awards without a diploma, and every diploma that was issued, found by number or name."""
    today = today_of(request)
    form = FindForm(request.GET or None)
    given = form.cleaned_data if form.is_valid() else {}
    words, state = given.get("q", ""), given.get("state", "")
    table = DiplomaTable(queries.diplomas_for_office(request.user, today, words, state))
    paged(table, request, A_PAGE)
    rows = queries.award_rows(request.user, today)
    context = {
        "rows": rows,
        "held": sum(bool(row.held) for row in rows),
        "runs": queries.runs_visible_to(request.user, today)[:3],
        "table": table,
        "form": form,
        "pills": _pills(words, state),
        "tabs": office_sections("moderation:diplomas"),
    }
    return render(request, "moderation/diplomas.html", context)


def _pills(words, state):
    pills = [Pill(f"Number or name: {words}", f"?state={state}")] if words else []
    return pills + ([Pill(f"State: {DiplomaState(state).label}", f"?q={words}")] if state else [])


@guarded(OFFICE)
def one(request, pk):
    """One diploma: what it says, its file, its seal, what came before and after it."""
    found = diploma_or_404(request, pk)
    today = today_of(request)
    newer = getattr(found, "superseded_by", None)
    context = {
        "diploma": found,
        "badge": badge_for(found.state, found.get_state_display(), "diploma"),
        "facts": _facts(found),
        "file": getattr(found, "file", None),
        "newer": newer,
        "check_url": check_address(found),
        "history": queries.history_of_diploma(found),
        "steps": [
            _step("Revoke it", "moderation:revoke", found, access.can_revoke_diploma(request.user, found, today)),
            _step("Issue another", "moderation:reissue", found, access.can_reissue_diploma(request.user, found, today)),
        ],
    }
    return render(request, "moderation/diploma_office.html", context)


def _step(label, name, diploma, verdict):
    return NextStep(label, reverse(name, args=[diploma.pk]), reason=verdict.reason, secondary=True)


def _facts(diploma):
    file = getattr(diploma, "file", None)
    return [
        ("Name on it", diploma.name),
        ("Scope of practice", diploma.scope_name),
        ("Award ratified", time_of(diploma.awarded_on)),
        ("Issued", time_of(diploma.issued_at, "instant")),
        ("Issued by", str(diploma.issued_by) if diploma.issued_by else "An operator's command"),
        ("Audit entry", f"{diploma.audit_number}, head {diploma.audit_head}"),
        ("SHA-256 of the file", file.pdf_sha256 if file else NO_FILE[access.diploma_in_force(diploma)]),
    ]


@guarded(OFFICE, methods="GET POST", effect="revokes a diploma with a reason that its holder reads", asks=(RevokeForm,))
def revoke(request, pk):
    """In two steps: the reason; then what will happen, the mail, and the number typed again."""
    found = diploma_or_404(request, pk)
    require(access.can_revoke_diploma(request.user, found, today_of(request)))
    reason = RevokeForm(data_of(request))
    last = "again" in request.POST
    if not last and not reason.is_valid():
        return confirm_page(request, _first_step(found, reason))
    sure = SureForm(request.POST if last else None, number=found.number, initial=reason.data)

    def act():
        given = {"diploma_id": pk, "reason": sure.cleaned_data["reason"]}
        actions.revoke_diploma(by=request.user, now=request.now, **given)

    if last and tried(sure, act):
        messages.success(request, f"{found.number} is revoked; {found.award.record.trainee} is told.")
        return redirect("moderation:office_diploma", pk)
    return confirm_page(request, _last_step(found, sure, reason.data["reason"]))


def _first_step(diploma, form):
    trainee = str(diploma.award.record.trainee)
    return Confirm(
        title=f"Revoke {diploma.number}",
        action=form.submit_text,
        cancel_url=reverse("moderation:office_diploma", args=[diploma.pk]),
        consequences=[
            Consequence("First the reason. Nothing happens before the next page is confirmed."),
            Consequence("It is about the Diploma of", trainee),
        ],
        form=form,
        kicker=f"Step 1 of 2 · {diploma.name}",
    )


def _last_step(diploma, form, reason):
    record = diploma.award.record
    shown = SimpleNamespace(number=diploma.number, revoked_reason=reason)
    return Confirm(
        title=f"Revoke {diploma.number}",
        action=form.submit_text,
        cancel_url=reverse("moderation:office_diploma", args=[diploma.pk]),
        consequences=[
            Consequence("Whoever checks it from now on, by code or by name, reads that it is not in force."),
            Consequence("Its file can no longer be downloaded by", str(record.trainee)),
            Consequence("The number is never given again; another diploma can be issued in its place."),
        ],
        mails=[mail_preview("moderation.diploma_revoked", record.trainee, diploma=shown, record=record)],
        form=form,
        kicker=f"Step 2 of 2 · {diploma.name}",
        danger=True,
    )


@guarded(OFFICE, methods="GET POST", effect="issues another diploma in the place of one", asks=(ReissueForm,))
def reissue(request, pk):
    """After a change of name or a revocation: a new number, to a name; the old one is superseded."""
    found = diploma_or_404(request, pk)
    require(access.can_reissue_diploma(request.user, found, today_of(request)))
    record = found.award.record
    form = ReissueForm(data_of(request), initial={"name": record.certificate_name}, number=found.number)

    def act():
        given = {name: form.cleaned_data[name] for name in ("name", "reason")}
        return actions.reissue_diploma(by=request.user, now=request.now, diploma_id=pk, **given)

    confirm = Confirm(
        title=f"Issue another in the place of {found.number}",
        action=form.submit_text,
        cancel_url=reverse("moderation:office_diploma", args=[pk]),
        consequences=_reissue_consequences(found, queries.next_number(today_of(request).year)),
        mails=[_reissue_mail(found, queries.next_number(today_of(request).year))],
        form=form,
    )
    return confirmed(request, confirm, act, "moderation:diplomas", said=f"{found.number} has its successor.")


def _reissue_consequences(diploma, number):
    return [
        Consequence(f"{diploma.number} is superseded: whoever checks it reads so, and its file is no longer offered."),
        Consequence(f"A new one is issued with the next number of the year, {number}, and a new code."),
        Consequence("Once its sealed file is there, this mail goes to", str(diploma.award.record.trainee)),
    ]


def _reissue_mail(diploma, number):
    record = diploma.award.record
    shown = SimpleNamespace(
        number=number, scope_name=record.scope.name, name="(the name you write below)", supersedes=diploma
    )
    return mail_preview("moderation.diploma_ready", record.trainee, diploma=shown, record=record)
