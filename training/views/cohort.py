"""The office enrols the cohort of an intake: who is ready, what will happen, the run as it goes (E1; screens 18)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from applications import queries as applications
from ctts.common import runs
from ctts.common.confirming import confirm_page, confirmed
from ctts.common.exporting import KINDS, as_file, export_links
from ctts.common.guards import guarded
from ctts.common.parts import Confirm, Consequence, NextStep
from ctts.common.posted import data_of, made, status_of, today_of
from ctts.common.verdict import require
from ctts.organisations.access import OFFICE
from ctts.scheme import queries as scheme
from training import access, actions, queries
from training.forms import CohortForm
from training.views import _shown_cohort as shown

MEMBERS = ("Record", "Name", "E-mail", "Scope of practice", "Training Centre", "Associate Member from", "until")


def _intake_or_404(pk):
    intake = queries.intake_or_none(pk)
    if intake is None:
        raise Http404
    return intake


@guarded(OFFICE)
def cohort(request, pk):
    """Who of an intake is enrolled, who can be, and who not with the blocker (I5); runs; the memberships as a file."""
    intake = _intake_or_404(pk)
    rows = queries.cohort(request.user, intake, request.now)
    ready = sum(row.ready for row in rows)
    made_runs = list(queries.enrol_runs_visible_to(request.user, today_of(request)).filter(intake=intake))
    address = reverse("training:enrol_cohort", args=[pk])
    step = NextStep(f"Enrol {shown.how_many(ready)}", address) if ready else None
    going_on = next((run for run in made_runs if runs.can_stop(run)), None)
    if going_on is not None:
        step = NextStep("See how far the enrolment is", reverse("training:enrol_run", args=[going_on.pk]))
    members = export_links(lambda kind: reverse("training:memberships", args=[pk, kind]), "")
    enrolled = any(row.record for row in rows)
    context = {"intake": intake, "rows": rows, "ready": ready, "runs": made_runs, "step": step, "enrolled": enrolled}
    lacking = scheme.lacks_induction(intake, today_of(request))
    context |= {"members": members, "enter_induction": scheme.induction_entered_at(intake) if lacking else ""}
    return render(request, "training/cohort.html", context)


@guarded(OFFICE, methods="GET POST", effect="enrols every applicant of an intake who is ready", asks=(CohortForm,))
def enrol_cohort(request, pk):
    """Who will be enrolled and who not, what follows, the mail; then a run that the worker works off (screens 18)."""
    intake = _intake_or_404(pk)
    rows = queries.cohort(request.user, intake, request.now)
    ready = [row.application for row in rows if row.ready]
    visible = applications.applications_visible_to(request.user, today_of(request)).filter(intake=intake)
    initial = {"application": [one.pk for one in ready]}
    form = CohortForm(data_of(request), initial=initial, applications=visible)
    given = {"by": request.user, "now": request.now, "intake_id": pk}
    run = made(form, lambda: actions.start_enrol_run(**given, application_ids=form.chosen()))
    if run is not None:
        return redirect("training:enrol_run", run.pk)
    status = status_of(form)
    for problem in form.errors.get("application", []):
        messages.error(request, problem)  # the list is shown as it is now, to be pressed as it stands
        form = CohortForm(initial=initial, applications=visible)
    return confirm_page(request, shown.what_enrolling_does(intake, rows, form, request.now), status)


@guarded(OFFICE, methods="GET POST", effect="enrols an accepted applicant")
def enrol(request, pk):
    """What enrolment does, to whom, with the mail; then all of E1 in one press (screens 18)."""
    visible = applications.applications_visible_to(request.user, today_of(request))
    application = get_object_or_404(visible, pk=pk)
    if request.method == "POST":
        actions.enrol(by=request.user, now=request.now, application_id=application.pk)
        messages.success(request, f"{application.applicant} is enrolled.")
        return redirect("training:cohort", application.intake_id)
    require(access.can_be_enrolled(application, today_of(request)))
    first_on = queries.training_starts(application)
    notes = queries.NotesOnEnrolment(application.intake, today_of(request))
    note = notes.of(application)
    confirm = Confirm(
        title=f"Enrol {application.applicant}",
        action="Enrol",
        cancel_url=reverse("training:cohort", args=[application.intake_id]),
        consequences=[
            shown.who(application, first_on),
            *([shown.noted(note, application)] if note else []),
            *shown.what_follows(application.intake, 1, request.now),
        ],
        mails=[shown.welcome(application, request.now)],
        **shown.looked_at_first(application.intake, today_of(request), application.pk in notes.held),
    )
    return confirm_page(request, confirm)


@guarded(OFFICE)
def memberships(request, pk, kind):
    """The Associate Memberships of an intake as a file, for whoever keeps the members (G 1.1, D3)."""
    if kind not in KINDS:
        raise Http404
    intake = _intake_or_404(pk)
    rows = queries.memberships_of(request.user, intake, today_of(request))
    return as_file(kind, f"Associate Members {intake}", MEMBERS, map(shown.member, rows))


# --- a run ---


def _run_or_404(request, pk):
    return get_object_or_404(queries.enrol_runs_visible_to(request.user, today_of(request)), pk=pk)


@guarded(OFFICE)
def enrol_run(request, pk):
    """A run: how far it is, and each applicant of it."""
    return render(request, "runs/run.html", _run_parts(request, pk))


@guarded(OFFICE)
def enrol_run_progress(request, pk):
    """How far a run is, with its rows and its next step, for the page that asks again by itself."""
    return render(request, "runs/_goes_on.html", _run_parts(request, pk))


def _run_parts(request, pk):
    found = _run_or_404(request, pk)
    items = list(queries.enrol_items(found))
    return {"page": shown.enrol_run_page(found, items), "items": items}


@guarded(OFFICE, methods="GET POST", effect="stops the enrolment of a cohort; who is enrolled stays so")
def cancel_enrol_run(request, pk):
    """What stopping a run does; then it stops."""
    found = _run_or_404(request, pk)
    require(runs.can_stop(found))
    confirm = shown.what_stopping_does(found, queries.enrol_items(found))

    def act():
        actions.cancel_enrol_run(by=request.user, now=request.now, run_id=pk)

    return confirmed(request, confirm, act, "training:enrol_run", pk, said="The run is stopped.")


@guarded(OFFICE, methods="GET POST", effect="takes up whom the enrolment of a cohort left")
def resume_enrol_run(request, pk):
    """Who is taken up again; then the run goes on."""
    found = _run_or_404(request, pk)
    require(runs.can_take_up(queries.enrol_items(found)))
    words = "Whoever was stopped or refused is tried again. Who is enrolled is not touched."
    back = reverse("training:enrol_run", args=[pk])
    confirm = Confirm("Take up again who was not enrolled", "Take it up", back, [Consequence(words)])

    def act():
        actions.resume_enrol_run(by=request.user, now=request.now, run_id=pk)

    return confirmed(request, confirm, act, "training:enrol_run", pk, said="The run goes on.")
