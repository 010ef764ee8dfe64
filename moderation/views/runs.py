"""The office issues diplomas: what will happen first, then the run as it goes (D1; screens 18 and 25)."""

from types import SimpleNamespace

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from ctts.common.confirming import confirm_page, confirmed
from ctts.common.guards import guarded
from ctts.common.letters import mail_preview
from ctts.common.parts import Confirm, Consequence
from ctts.common.posted import data_of, made, today_of
from ctts.common.run_pages import RunAddresses, RunWords, run_page, stopping
from ctts.common.runs import can_stop, can_take_up
from ctts.common.verdict import require
from ctts.organisations.access import OFFICE
from moderation import actions, queries
from moderation.forms import IssueForm, NameForm
from moderation.views._frame import run_or_404

LIST = "moderation:diplomas"
MAILED = "Each is made as a sealed PDF; once its file is there, this mail goes to"


@guarded(OFFICE, methods="GET POST", effect="issues diplomas for the chosen awards")
def issue(request):
    """What issuing does, to whom; then a run that the worker works off. Of what is under way already, nothing."""
    awards = queries.awards_visible_to(request.user, today_of(request))
    form = IssueForm(request.POST or request.GET or None, awards=awards)
    chosen = list(form.cleaned_data["award"]) if form.is_valid() else []
    if not chosen:
        return confirm_page(request, _nothing_chosen(form), 422 if form.errors or request.method == "POST" else 200)
    require(queries.none_under_way([award.pk for award in chosen]))
    if request.method == "POST":
        given = {"award_ids": [award.pk for award in chosen]}
        run = made(form, lambda: actions.start_issue_run(by=request.user, now=request.now, **given))
        if run is not None:
            return redirect("moderation:run", run.pk)
    return confirm_page(request, _what_issuing_does(chosen, _next(request), form))


def _nothing_chosen(form):
    problem = form.errors["award"][0] if form.errors else "Choose at least one award in the list."
    return Confirm("Issue diplomas", "Issue them", reverse(LIST), [], hold=problem)


def _what_issuing_does(chosen, number, form):
    many, record = len(chosen), chosen[0].record
    title = f"Issue {many} {'diploma' if many == 1 else 'diplomas'}"
    rows = [Consequence(f"Diploma in {award.record.scope}, to", award.record.certificate_name) for award in chosen]
    start = f"Each gets the next number of the year, in the order of ratification, from {number} on."
    return Confirm(
        title=title,
        action=title,
        cancel_url=reverse(LIST),
        consequences=[
            Consequence(start),
            *rows,
            Consequence(MAILED, str(record.trainee) if many == 1 else "each of them"),
        ],
        mails=[_preview(record, record.certificate_name, number)],
        form=form,
    )


def _next(request):
    return queries.next_number(today_of(request).year)


def _preview(record, name, number):
    """The mail as it will be, with the number that is next now."""
    shown = SimpleNamespace(number=number, scope_name=record.scope.name, name=name, supersedes=None)
    return mail_preview("moderation.diploma_ready", record.trainee, diploma=shown, record=record)


@guarded(OFFICE, methods="GET POST", effect="issues one diploma to a name the office gives", asks=(NameForm,))
def issue_one(request, pk):
    """One diploma, to the name as it should be printed; for names that the others' way cannot print."""
    record = get_object_or_404(queries.awards_visible_to(request.user, today_of(request)), pk=pk).record
    require(queries.no_diploma_yet(record))
    form = NameForm(data_of(request), initial={"name": record.certificate_name})
    number = _next(request)
    confirm = Confirm(
        title=f"Issue the Diploma of {record.trainee}",
        action="Issue it",
        cancel_url=reverse(LIST),
        consequences=[
            Consequence(f"It gets the next number of the year, {number}, in {record.scope}."),
            Consequence(MAILED, str(record.trainee)),
        ],
        mails=[_preview(record, "(the name you write below)", number)],
        form=form,
    )

    def act():
        actions.issue_diploma(by=request.user, now=request.now, award_id=pk, name=form.cleaned_data["name"])

    return confirmed(request, confirm, act, LIST, said=f"The Diploma of {record.trainee} is issued.")


@guarded(OFFICE)
def run(request, pk):
    """A run: how far it is, and each diploma of it."""
    return render(request, "runs/run.html", _run_parts(request, pk))


def _run_parts(request, pk):
    """The parts of the page of a run that change while it goes on."""
    found = run_or_404(request, pk)
    items = queries.run_items(found)
    return {"page": _run_page(queries.run_standing(found, items)), "items": items}


@guarded(OFFICE)
def progress(request, pk):
    """How far a run is, with its rows and its next step, for the page that asks again by itself."""
    return render(request, "runs/_goes_on.html", _run_parts(request, pk))


def _run_page(standing):
    """A run of diplomas: through with an item once its file is sealed or it could not be done (D1)."""
    counts, pk = standing.items, standing.run.pk
    words = RunWords(
        page="Issuing diplomas",
        work=f"Issuing {counts.total} {'diploma' if counts.total == 1 else 'diplomas'}",
        done=f"{counts.done} of {counts.total} have their number, {standing.sealed} their sealed file.",
        take_up="Take up again what was not issued",
    )
    addresses = RunAddresses(
        progress=reverse("moderation:run_progress", args=[pk]),
        stop=reverse("moderation:cancel_run", args=[pk]),
        take_up=reverse("moderation:resume_run", args=[pk]),
        back=reverse(LIST),
        back_label="Diplomas",
    )
    through = standing.sealed + counts.failed + counts.cancelled
    return run_page(standing.run, counts, words, addresses, "moderation/_issue_run_rows.html", through=through)


@guarded(OFFICE, methods="GET POST", effect="stops a run of diplomas; what is issued stays issued")
def cancel(request, pk):
    """What stopping a run does; then it stops."""
    found = run_or_404(request, pk)
    back = reverse("moderation:run", args=[pk])
    require(can_stop(found))
    items = queries.run_standing(found).items
    confirm = stopping(
        back,
        Consequence(f"{items.done} diplomas are issued and stay so; their files are made."),
        Consequence(f"{items.waiting} are left; they can be taken up again at any time."),
    )

    def act():
        actions.cancel_issue_run(by=request.user, now=request.now, run_id=pk)

    return confirmed(request, confirm, act, "moderation:run", pk, said="The run is stopped.")


@guarded(OFFICE, methods="GET POST", effect="takes up what a run of diplomas left")
def resume(request, pk):
    """What is taken up again; then the run goes on."""
    found = run_or_404(request, pk)
    rows = queries.run_items(found)
    require(can_take_up(rows))
    items = queries.run_standing(found, rows).items
    left = items.failed + items.cancelled
    words = f"{left} that were stopped or refused are tried again, in their order. What is issued is not touched."
    back = reverse("moderation:run", args=[pk])
    confirm = Confirm("Take up again what was not issued", "Take it up", back, [Consequence(words)])

    def act():
        actions.resume_issue_run(by=request.user, now=request.now, run_id=pk)

    return confirmed(request, confirm, act, "moderation:run", pk, said="The run goes on.")
