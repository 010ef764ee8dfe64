"""The office's pages over outcomes of all stages (F1): list, one outcome, confirming, querying, releasing, ending."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse

from assessments import access, actions, queries
from assessments.forms.outcomes import QueryForm, ResultsFilter, SeenForm
from assessments.queries import OutcomesWanted
from assessments.queries.sections import office_sections
from assessments.rules import appeal_until
from assessments.states import OutcomeState, Stage
from assessments.views import _shown as shown
from assessments.views._frame import outcome_or_404, pressed
from assessments.views._shown_made import made_of
from assessments.views._tables import ResultsTable
from ctts.common.confirming import confirm_page
from ctts.common.guards import guarded
from ctts.common.letters import mail_preview
from ctts.common.parts import Confirm, Consequence, Pill, Tab
from ctts.common.posted import today_of
from ctts.common.templatetags.formats import day
from ctts.common.verdict import require
from ctts.organisations.access import OFFICE
from ctts.scheme.queries import numbers_of

ROWS = 50
STATES = ("", OutcomeState.AGREED, OutcomeState.CONFIRMED, OutcomeState.RELEASED, OutcomeState.SUPERSEDED)
WORDS = {"": "All", OutcomeState.AGREED: "To confirm", OutcomeState.CONFIRMED: "To release"}
# The template that shows what an outcome was made of: the first year has its own.
CONTENT = {Stage.FIRST_YEAR: "assessments/outcomes/_first_year.html"}
MADE = "assessments/outcomes/_made.html"


_AGAIN = "Its two markers agree the result anew, with reasons; where they cannot, an adjudicator settles it."
# Who hears of a query, and what they do then (F1).
QUERIED = {
    Stage.FIRST_YEAR: ("the External Moderator", "The External Moderator decides anew."),
    Stage.PRACTICAL: ("the External Moderator", "The External Moderator seals the sum anew, as it stands then."),
    Stage.PORTFOLIO: ("the two markers", _AGAIN),
    Stage.VIVA: ("the two markers", _AGAIN),
}


@guarded(OFFICE)
def results(request):
    """Outcomes that wait for confirmation or release, and those that were released; filters in the address."""
    today = today_of(request)
    form = ResultsFilter(request.GET or None)
    given = form.cleaned_data if form.is_valid() else {}
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    wanted = OutcomesWanted(state, given.get("stage", ""), given.get("name", ""))
    page = Paginator(queries.outcomes_wanted(request.user, today, wanted), ROWS).get_page(request.GET.get("page"))
    counts = queries.outcomes_by_state(request.user, today, wanted)
    rows = list(page.object_list)
    not_for = queries.not_for(request.user, rows, today)
    table = ResultsTable([{"outcome": row, "turn": shown.whose_turn(row, request.user, not_for)} for row in rows])
    context = {
        "table": table,
        "page": page,
        "form": form,
        "state": state,
        "sections": office_sections("assessments:results"),
    }
    context.update(tabs=_tabs(counts, wanted), pills=_pills(wanted))
    return render(request, "assessments/outcomes/list.html", context)


def _address(wanted, **changes):
    kept = {"state": wanted.state, "stage": wanted.stage, "name": wanted.words, **changes}
    return f"?{urlencode({name: value for name, value in kept.items() if value})}"


def _tabs(counts, wanted):
    every = sum(many for state, many in counts.items() if state != OutcomeState.SUPERSEDED)
    return [
        Tab(
            WORDS.get(state) or OutcomeState(state).label,
            _address(wanted, state=state),
            state == wanted.state,
            counts.get(state, 0) if state else every,
        )
        for state in STATES
    ]


def _pills(wanted):
    pills = [Pill(f"Trainee: {wanted.words}", _address(wanted, name=""))] if wanted.words else []
    if wanted.stage:
        pills.append(Pill(f"Stage: {Stage(wanted.stage).label}", _address(wanted, stage="")))
    return pills


@guarded(OFFICE)
def outcome(request, pk):
    """One outcome: what it was made of, what happened to it, and the one next step of this reader."""
    found, today = outcome_or_404(request, pk), today_of(request)
    none_left = queries.none_left(found, today) if found.state == OutcomeState.RELEASED else False
    decision = queries.decided(found) if found.stage == Stage.FIRST_YEAR else None
    attempt = _before_release(found) if decision else None
    context = {
        "outcome": found,
        "badge": shown.outcome_badge(found),
        "result": shown.result_badge(found.result),
        "facts": shown.outcome_facts(found),
        "step": shown.outcome_step(request.user, found, none_left, today, attempt),
        "can_query": access.can_query(request.user, found, today),
        "entries": shown.outcome_entries(found),
        "none_left": none_left,
        "content": CONTENT.get(found.stage, MADE),
        "decision": decision,
        "lines": queries.frozen_lines(decision.put_forward, attempt) if decision else [],
        "made": made_of(found, request.user, today),
    }
    return render(request, "assessments/outcomes/one.html", context)


def _before_release(outcome):
    """The attempt as it is today, to show what changed; None once it was released, when the next one counts."""
    return None if outcome.state == OutcomeState.RELEASED else queries.attempt_of(outcome.record)


def _decision(request, found, make, act, what):
    """A confirm page over an outcome as it is seen; `what` are the fields of `Confirm`."""

    def seen():
        return queries.outcome_digest(outcome_or_404(request, found.pk))

    result = pressed(request, make, seen, act)
    if result.done:
        return redirect("assessments:outcome", found.pk)
    back = reverse("assessments:outcome", args=[found.pk])
    kicker = f"{found.record.trainee}, {found}"
    confirm = Confirm(form=result.form, cancel_url=back, kicker=kicker, lede=result.stale, **what)
    return confirm_page(request, confirm, status=result.status)


def _seen_form(data, first):
    return SeenForm(data, initial=first)


@guarded(OFFICE, methods="GET POST", effect="confirms an agreed outcome")
def confirm_outcome(request, pk):
    """One member of the office confirms (F1)."""
    found = outcome_or_404(request, pk)
    require(access.can_confirm(request.user, found, today_of(request)))
    require(queries.gate_still_open(found))

    def act(given, _form):
        actions.confirm_outcome(by=request.user, now=request.now, outcome_id=pk, seen=given["seen"])
        messages.success(request, "It is confirmed. A colleague releases it.")

    steps = [
        Consequence("The outcome is made anew from its facts and compared with what was agreed."),
        Consequence("It then waits for another member of the office to release it; they are told by mail."),
        Consequence("Nobody around the trainee sees anything of it before."),
    ]
    what = {"title": "Confirm this outcome", "action": "Confirm it", "consequences": steps}
    return _decision(request, found, _seen_form, act, what)


@guarded(OFFICE, methods="GET POST", effect="gives an outcome back to its moderator before release", asks=(QueryForm,))
def query_outcome(request, pk):
    """A member of the office gives an outcome back with a reason (F1)."""
    found = outcome_or_404(request, pk)
    require(access.can_query(request.user, found, today_of(request)))

    def act(given, _form):
        actions.query_outcome(by=request.user, now=request.now, outcome_id=pk, **given)
        messages.success(request, f"It is queried. Your reason goes to {who}.")

    who, then = QUERIED[Stage(found.stage)]
    steps = [
        Consequence(f"This outcome is superseded. {then}"),
        Consequence(f"A mail with your reason goes to {who}, and to nobody else."),
        Consequence("Trainee and supervisor see nothing of it."),
    ]
    what = {"title": "Query this outcome", "action": "Query it", "consequences": steps}
    return _decision(request, found, lambda data, first: QueryForm(data, initial=first), act, what)


@guarded(OFFICE, methods="GET POST", effect="releases a confirmed outcome to the trainee")
def release_outcome(request, pk):
    """Another member of the office releases: who hears, what opens, and the mails in full (F1, screens 18)."""
    found, today = outcome_or_404(request, pk), today_of(request)
    require(access.can_release(request.user, found, today))
    require(queries.gate_still_open(found))

    def act(given, _form):
        actions.release_outcome(by=request.user, now=request.now, outcome_id=pk, seen=given["seen"])
        messages.success(request, "It is released. The trainee has been told.")

    people = queries.told_on_release(found, today)
    results = queries.released_results(found.record)[found.stage]
    what = {
        "title": "Release this outcome",
        "action": "Release it",
        "consequences": shown.release_steps(found, people, results, request.now),
        "mails": _release_mails(found, people, request.now),
    }
    return _decision(request, found, _seen_form, act, what)


def _release_mails(found, people, now):
    """The mails of a release as they would be sent now."""
    until = appeal_until(now, numbers_of(found.record.rules))
    context = {"record": found.record, "outcome": found, "appeal_until": until}
    told = [("assessments.released", found.record.trainee), *(("assessments.released_around", p) for p in people)]
    return [mail_preview(key, person, **context) for key, person in told]


@guarded(OFFICE, methods="GET POST", effect="ends a training record as not completed")
def end_record(request, pk):
    """The office ends a record of which no attempt is left (F6)."""
    found, today = outcome_or_404(request, pk), today_of(request)
    require(access.can_end(request.user, found, none_left=queries.none_left(found, today), today=today))

    def act(given, _form):
        actions.end_record(by=request.user, now=request.now, outcome_id=pk, seen=given["seen"])
        messages.success(request, "The record is ended as not completed.")

    until = appeal_until(found.released_at, numbers_of(found.record.rules))
    steps = [
        Consequence("The record ends today as not completed; nothing is added to it any more."),
        Consequence("Associate Membership ends today."),
        Consequence("A mail goes to the trainee, the Training Supervisor and the Training Co-ordinator."),
        Consequence(f"The trainee can appeal until {day(until)}."),
    ]
    what = {"title": "End the record", "action": "End it as not completed", "consequences": steps, "danger": True}
    return _decision(request, found, _seen_form, act, what)
