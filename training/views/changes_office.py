"""Changes of circumstances for the scheme office (E5): the list, going on without a supervisor, the decision."""

import django_tables2 as tables
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from ctts.common.confirming import confirmed
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.parts import Confirm, Consequence
from ctts.common.posted import data_of, paged, status_of, today_of, tried
from ctts.common.templatetags.components import badge, time_of
from ctts.common.verdict import TooLate, require
from ctts.organisations.access import OFFICE
from ctts.organisations.queries import centres
from training import access, actions, queries
from training.actions import StaleText
from training.forms.changes import (
    ChangesFilterForm,
    DecideChangeForm,
    GoOnForm,
    NoteReturnForm,
    ReturnDayForm,
    TermsForm,
)
from training.queries import ChangesWanted
from training.views import _shown
from training.views import _shown_changes as shown
from training.views._doors import change_or_404, require_open
from training.views._frame import frame, record_or_404
from training.views.changes import sent_form

ON_A_PAGE = 25
GRANTED = "Granted. Everybody it concerns is told."
DECLINED = "Declined. The trainee reads your reasons."


class ChangeTable(tables.Table):
    """The office's list of requests: who asks for what, from when, where it stands."""

    name = tables.Column(
        accessor="record__trainee__full_name",
        order_by=("record__trainee__sort_name", "pk"),
        verbose_name="Trainee",
        linkify=lambda record: reverse("training:change", args=[record.pk]),
    )
    kind = tables.Column(order_by=("kind", "pk"), verbose_name="Change")
    centre = tables.Column(
        accessor="record__centre__name", order_by=("record__centre__name", "pk"), verbose_name="Training Centre"
    )
    from_on = tables.Column(order_by=("from_on", "pk"), verbose_name="From", default="")
    sent = tables.Column(accessor="sent_at", order_by=("sent_at", "pk"), verbose_name="Asked")
    state = tables.Column(orderable=False)

    caption = "Changes of circumstances"
    row_header = "name"

    class Meta:
        empty_text = "No request fits these filters"

    def render_from_on(self, value):
        return time_of(value)

    def render_sent(self, value):
        return time_of(value)

    def render_state(self, record):
        return badge(shown.change_badge(record))


@guarded(OFFICE)
def office_changes(request):
    """All requests that were sent: search, filter, sort, twenty-five a page."""
    form = ChangesFilterForm(request.GET or None, centres=centres())
    given = form.cleaned_data if form.is_valid() else {}
    centre = given.get("centre")
    wanted = ChangesWanted(given.get("q", ""), given.get("state", ""), given.get("kind", ""), centre and centre.pk)
    table = ChangeTable(queries.office_changes(request.user, today_of(request), wanted), order_by="-sent")
    paged(table, request, ON_A_PAGE)
    context = {"table": table, "form": form, "pills": _shown.office_pills(form)}
    return render(request, "training/changes/office.html", context)


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="goes on with a request without the supervisor's answer",
    asks=(GoOnForm,),
)
def change_go_on(request, pk):
    """The supervisor is away or has left: the office goes on, and says why."""
    found = change_or_404(request, pk)
    require_open(access.can_go_on_without(request.user, found, today_of(request)), found)
    form = GoOnForm(data_of(request))

    def act():
        actions.go_on_without(by=request.user, now=request.now, change_id=pk, words=form.cleaned_data["words"])
        messages.success(request, "It waits for the decision now.")

    supervisors = queries.supervisors_of(found.record, today_of(request))
    confirm = Confirm(
        title="Go on without the supervisor",
        action=form.submit_text,
        cancel_url=reverse("training:change", args=[pk]),
        kicker=f"{found.get_kind_display()}, {found.record.trainee}",
        consequences=[Consequence("The request waits for the office to decide, and asks the supervisor no more.")],
        mails=shown.not_needed_mails(found, supervisors, request.user),
        form=form,
    )
    return confirmed(request, confirm, act, "training:change", pk)


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="notes that training goes on before an interruption was to end",
    asks=(NoteReturnForm,),
)
def return_note(request, pk):
    """The office notes an early return: first the day, then what it does, then why."""
    record, today = record_or_404(request, pk), today_of(request)
    require(access.can_note_return(request.user, record, today))
    pause = queries.pause_to_shorten(record, today)
    if pause is None:
        raise TooLate("No interruption is granted that could end earlier.")
    terms = ReturnDayForm(request.GET or None, first=pause.starts_on, last=pause.ends_on, today=today)
    chosen = terms.cleaned_data["from_on"] if terms.is_valid() else None
    shows = shown.return_shown(record, chosen, today) if chosen else {"effect": None}
    form = NoteReturnForm(data_of(request), initial={"from_on": chosen, "seen": shows.get("seen", "")})

    def act():
        actions.note_return(by=request.user, now=request.now, record_id=pk, **form.cleaned_data)
        messages.success(request, "The early return is noted. Everybody it concerns is told.")

    stale = False
    try:
        if tried(form, act):
            return redirect("training:record_changes", pk)
    except StaleText:
        stale = True
    context = frame(request, record, "record_changes", form=form, terms=terms, pause=pause, stale=stale, **shows)
    return render(request, "training/changes/return.html", context, status=409 if stale else status_of(form))


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="grants or declines a change of circumstances",
    asks=(DecideChangeForm,),
)
def change_decide(request, pk):
    """What is asked for and what granting does on the office's terms; then it is granted, or declined with reasons."""
    found, today = change_or_404(request, pk), today_of(request)
    require_open(access.can_decide_change(request.user, found, today), found)
    latest = queries.latest_end_of(found.record)
    terms = TermsForm(request.GET or None, kind=found.kind, latest=latest)
    chosen = {name: day for name, day in terms.cleaned_data.items() if day} if terms.is_valid() else {}
    effect = queries.effect_of(found, today, **chosen)
    seen = queries.change_digest(found, effect)
    form = DecideChangeForm(data_of(request), initial={"seen": seen, **chosen})

    def act():
        given = {name: form.cleaned_data[name] for name in ("seen", "words", "from_on", "end_on")}
        granted = form.cleaned_data["granted"]
        decide = actions.grant_change if granted else actions.decline_change
        decide(by=request.user, now=request.now, change_id=pk, **given)
        messages.success(request, GRANTED if granted else DECLINED)

    more = {"terms": terms if terms.fields else None, "effect": effect}
    return sent_form(request, form, act, found, "training/changes/decide.html", **more)
