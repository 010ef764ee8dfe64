"""The End of First Year Assessment (Y): its page in a record, and what supervisor and External Moderator do there."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from assessments import access, actions, queries
from assessments.forms.first_year import (
    ConfirmSafetyForm,
    DecideForm,
    PutForwardForm,
    SendBackForm,
    WithdrawSafetyForm,
)
from assessments.states import Result, Stage
from assessments.views import _shown as shown
from assessments.views._final import final_parts
from assessments.views._frame import first_year_or_404, frame, pressed, record_or_404
from ctts.common.confirming import confirm_page
from ctts.common.digest import sha256
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.letters import mail_preview
from ctts.common.parts import Confirm, Consequence
from ctts.common.posted import signing, today_of
from ctts.common.verdict import require
from training import queries as training
from training.states import AppointmentKind


@guarded(SIGNED_IN)
def record(request, pk):
    """The assessments of a record: what was released, and the gate of the attempt that is open (screens 2)."""
    found, today = record_or_404(request, pk), today_of(request)
    attempt, judges = queries.attempt_of(found), training.judges_of(found, today)
    who, knows = access.prepares(request.user, attempt, today), access.may_know(request.user, found, today)
    outcome = queries.standing_outcome(found, Stage.FIRST_YEAR, request.user, today) if knows else None
    released = queries.released_outcomes(found, request.user, today)
    context = frame(request, found, attempt=attempt, knows=knows, rows=attempt.rows)
    passed = any(row.stage == Stage.FIRST_YEAR and row.result == Result.PASS for row in released)
    context["final_parts"] = final_parts(found) if passed else []
    context["released"] = [shown.released(row, attempt, request.now) for row in released]
    context["strip"] = _strip(request.user, attempt, today, judges) if attempt.may else []
    context["signatures"] = shown.signatures(list(attempt.signed))
    context["returns"] = queries.returns_of(attempt.row, with_office=knows)[:1] if attempt.row else []
    context["can_withdraw"] = bool(access.withdraws_safety(who, attempt))
    context["step"] = shown.attempt_step(request.user, attempt, outcome, today, who, judges)
    context["badge"] = shown.attempt_badge(attempt, knows)
    context["acts"] = shown.attempt_acts(request.user, attempt, knows, today, judges)
    return render(request, "assessments/record.html", context)


def _strip(reader, attempt, today, judges):
    people = judges[AppointmentKind.SUPERVISOR], judges[AppointmentKind.EXTERNAL_MODERATOR]
    return queries.strip_of(attempt, reader, today, *people)


# --- the Training Supervisor ---


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="signs that no patient-safety concern about a trainee is open",
    asks=(ConfirmSafetyForm,),
)
def confirm_safety(request, pk):
    """The supervisor signs the confirmation of patient safety (Y2)."""
    found, today = record_or_404(request, pk), today_of(request)
    attempt = queries.attempt_of(found)
    require(access.can_confirm_safety(request.user, attempt, today))

    def act(given, form):
        proof = {"seen": given["seen"], "authentication": form.authentication}
        actions.confirm_safety(by=request.user, now=request.now, record_id=pk, **proof)
        messages.success(request, "Patient safety is confirmed.")

    result = pressed(
        request,
        lambda data, first: ConfirmSafetyForm(data, initial=first, **signing(request)),
        lambda: queries.safety_digest(attempt, actions.SAFETY_WORDS),
        act,
    )
    if result.done:
        return redirect("assessments:record", pk)
    concerns = training.concerns_of(found, request.user, today).filter(patient_safety=True)
    context = frame(request, found, form=result.form, stale=result.stale, statement=actions.SAFETY_WORDS)
    context.update(attempt=attempt, concerns=concerns)
    return render(request, "assessments/first_year/safety.html", context, status=result.status)


@guarded(SIGNED_IN, methods="GET POST", effect="withdraws a confirmation of patient safety", asks=(WithdrawSafetyForm,))
def withdraw_safety(request, pk):
    """The supervisor takes the confirmation back, with a reason (Y2)."""
    found = record_or_404(request, pk)
    attempt = queries.attempt_of(found)
    require(access.can_withdraw_safety(request.user, attempt, today_of(request)))

    def act(given, form):
        more = {"reason": given["reason"], "authentication": form.authentication}
        actions.withdraw_safety(by=request.user, now=request.now, record_id=pk, **more)
        messages.success(request, "The confirmation is withdrawn.")

    result = pressed(
        request,
        lambda data, first: WithdrawSafetyForm(data, **signing(request)),
        lambda: "",
        act,
    )
    if result.done:
        return redirect("assessments:record", pk)
    steps = [Consequence("Your signature is struck; it stays in the record with your reason.")]
    steps += [Consequence(words) for words in shown.withdrawn_words(attempt)]
    confirm = _confirm("Withdraw the confirmation of patient safety", found, result.form, steps)
    return confirm_page(request, confirm, status=result.status)


def _confirm(title, record, form, steps, **more):
    back = reverse("assessments:record", args=[record.pk])
    more.setdefault("cancel_url", back)
    return Confirm(
        title=title, action=form.submit_text, consequences=steps, form=form, kicker=str(record.trainee), **more
    )


@guarded(
    SIGNED_IN, methods="GET POST", effect="puts a first year forward to the External Moderator", asks=(PutForwardForm,)
)
def put_forward(request, pk):
    """The supervisor puts the attempt forward: what is frozen, and who hears of it (screens 18)."""
    found = record_or_404(request, pk)
    attempt = queries.attempt_of(found)
    require(access.can_put_forward(request.user, attempt, today_of(request)))

    def act(given, _form):
        actions.put_forward(by=request.user, now=request.now, record_id=pk, seen=given["seen"])
        messages.success(request, "It is put forward. The External Moderator has been told.")

    def seen():
        return sha256(queries.put_forward_content(attempt))

    result = pressed(request, lambda data, first: PutForwardForm(data, initial=first), seen, act)
    if result.done:
        return redirect("assessments:record", pk)
    moderators = training.moderators_of(found, today_of(request))
    steps = shown.put_forward_steps(attempt, moderators)
    mails = [mail_preview("assessments.put_forward", person, record=found, row=attempt.row) for person in moderators]
    confirm = _confirm("Put the first year forward", found, result.form, steps, mails=mails, lede=result.stale)
    return confirm_page(request, confirm, status=result.status)


# --- what was put forward, and the External Moderator ---


@guarded(SIGNED_IN)
def first_year(request, pk):
    """One attempt: what was put forward, frozen, with the External Moderator's DOPS beside it; the decision for
    whoever may know of it."""
    row, today = first_year_or_404(request, pk), today_of(request)
    knows, attempt = access.may_know(request.user, row.record, today), queries.attempt_of(row.record)
    context = _attempt_context(request, row, attempt, knows)
    decide = attempt.row == row and access.can_decide(request.user, attempt, today)
    context["step"] = shown.decide_step(attempt) if decide else None
    context["can_send_back"] = bool(decide)
    decisions = queries.decisions_read(row, request.user, today, knows=knows)
    context["decisions"] = [shown.decision_shown(one) for one in decisions]
    context["returns"] = queries.returns_of(row, with_office=knows)
    return render(request, "assessments/first_year/one.html", context)


def _attempt_context(request, row, attempt, knows):
    """What the pages about one attempt show of it: the frozen lines, safety, DOPS, and its state.

    `attempt` is where the record stands now: the one that a form's digest is of, so that both say the same.
    """
    record, today = row.record, today_of(request)
    forwards = queries.put_forwards_of(row)
    is_open = attempt.row == row
    lines = queries.frozen_lines(forwards[0], attempt if is_open else None) if forwards else []
    dops = shown.moderator_dops(record, request.user, today)
    context = frame(request, record, row=row, attempt=attempt, lines=lines, forwards=forwards, dops=dops)
    context["signatures"] = shown.signatures(queries.confirmations_of(row))
    context["badge"] = shown.attempt_badge(attempt, knows) if is_open else None
    judges = training.judges_of(record, today) if is_open else {}
    context["acts"] = shown.attempt_acts(request.user, attempt, knows, today, judges) if is_open else None
    context["hindrance"] = access.can_pass(attempt).reason if is_open else ""
    return context


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="decides an End of First Year Assessment as External Moderator",
    asks=(DecideForm,),
)
def decide(request, pk):
    """The External Moderator signs pass or refer, with what was put forward beside it (Y)."""
    row = first_year_or_404(request, pk)
    attempt = queries.attempt_of(row.record)
    require(access.can_decide(request.user, attempt, today_of(request)))
    more = {"words_of": actions.DECISION_WORDS, "last": attempt.last, **signing(request)}

    def act(given, form):
        names = ("seen", "words", "actions", "actions_by_on")
        what = {name: given[name] for name in names if name in given}
        signed = {"result": Result(given["result"]), "authentication": form.authentication}
        actions.decide(by=request.user, now=request.now, first_year_id=pk, **what, **signed)
        messages.success(request, "Your decision is signed. The office confirms and releases the outcome.")

    earlier = _words_again(queries.decisions_of(row)) if attempt.queried_at else {}
    result = pressed(
        request, lambda data, first: DecideForm(data, initial={**earlier, **(first or {})}, **more), _seen(attempt), act
    )
    if result.done:
        return redirect("assessments:first_year", pk)
    context = _attempt_context(request, row, attempt, knows=True)
    context.update(form=result.form, stale=result.stale)
    context["queried"] = queries.returns_of(row, with_office=True)[:1] if attempt.queried_at else []
    return render(request, "assessments/first_year/decide.html", context, status=result.status)


def _words_again(decisions):
    """What the moderator wrote last, to be gone over and not typed again; the result is chosen anew."""
    return {name: getattr(one, name) for one in decisions[:1] for name in ("words", "actions", "actions_by_on")}


def _seen(attempt):
    return lambda: queries.decision_digest(attempt)


@guarded(SIGNED_IN, methods="GET POST", effect="sends a first year back as External Moderator", asks=(SendBackForm,))
def send_back(request, pk):
    """The External Moderator gives an attempt back with a reason; it uses no attempt (Y)."""
    row = first_year_or_404(request, pk)
    attempt = queries.attempt_of(row.record)
    require(access.can_decide(request.user, attempt, today_of(request)))

    def act(given, _form):
        actions.send_back(by=request.user, now=request.now, first_year_id=pk, **given)
        messages.success(request, "It is sent back. Supervisor and trainee read your reason.")

    result = pressed(request, lambda data, first: SendBackForm(data, initial=first), _seen(attempt), act)
    if result.done:
        return redirect("assessments:record", row.record_id)
    steps = [
        Consequence("The attempt is prepared again; none is used up. The confirmation of patient safety stands."),
        Consequence("A mail with your reason goes to", f"{row.record.trainee} and their Training Supervisor"),
    ]
    back = reverse("assessments:first_year", args=[pk])
    confirm = _confirm("Send it back", row.record, result.form, steps, cancel_url=back, lede=result.stale)
    return confirm_page(request, confirm, status=result.status)
