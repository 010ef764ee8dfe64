"""The office's boards: a list of awards, proposed by one, approved by another (F7)."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from assessments.queries.sections import office_sections
from ctts.common.confirming import confirmed
from ctts.common.guards import guarded
from ctts.common.parts import Confirm, Consequence, NextStep
from ctts.common.posted import data_of, status_of, today_of, tried
from ctts.common.states_shown import badge_for
from ctts.common.verdict import require
from ctts.organisations.access import OFFICE
from moderation import access, actions, queries
from moderation.forms import AddForm, BoardForm, DecideForm, ReasonForm
from moderation.views import _shown_boards as shown

ON_A_PAGE = 25


def board_or_404(request, pk):
    """The only way a page gets a board."""
    return get_object_or_404(queries.boards_for_office(request.user, today_of(request)), pk=pk)


@guarded(OFFICE)
def boards(request):
    """Every board, the newest first, and how many trainees wait for one."""
    rows = queries.boards_for_office(request.user, today_of(request))
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "waiting": queries.awardable_records().count(),
        "step": NextStep("Make a board", reverse("moderation:board_new")),
        "tabs": office_sections("moderation:boards"),
    }
    return render(request, "moderation/boards.html", context)


@guarded(OFFICE, methods="GET POST", effect="makes a board", asks=(BoardForm,))
def board_new(request):
    """A board with its name and its day; the list comes next."""
    form = BoardForm(data_of(request), today=today_of(request))
    made = []
    if tried(form, lambda: made.append(actions.make_board(by=request.user, now=request.now, **form.cleaned_data))):
        messages.success(request, f"“{made[0]}” is made. Put trainees on its list.")
        return redirect("moderation:board_add", made[0].pk)
    return render(request, "moderation/board_new.html", {"form": form}, status=status_of(form))


@guarded(OFFICE)
def board(request, pk):
    """One board: its list with stages and results, where it stands, what happened, and what comes next."""
    found, today = board_or_404(request, pk), today_of(request)
    rows = queries.listed_on(found)
    step = shown.next_step(request.user, found, rows, today)
    context = {
        "board": found,
        "badge": badge_for(found.state, found.get_state_display(), "board"),
        "rows": rows,
        "can_change": access.can_change_list(request.user, found, today),
        "step": step,
        "others": shown.other_steps(request.user, found, today),
        "acts": shown.acts_of(request.user, found, step),
        "history": queries.history_of(found),
    }
    return render(request, "moderation/board.html", context)


@guarded(OFFICE, methods="GET POST", effect="puts trainees on a board's list", asks=(AddForm,))
def board_add(request, pk):
    """Who can be put on the list, and who lacks what."""
    found = board_or_404(request, pk)
    require(access.can_change_list(request.user, found, today_of(request)))
    form = AddForm(data_of(request), records=queries.awardable_records())

    def act():
        ids = [record.pk for record in form.cleaned_data["records"]]
        made = actions.add_candidates(by=request.user, now=request.now, board_id=pk, record_ids=ids)
        messages.success(request, f"{len(made)} put on the list.")

    if tried(form, act):
        return redirect("moderation:board", pk)
    page = Paginator(queries.not_yet_awardable(), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"board": found, "form": form, "page": page, "others": queries.listed(page.object_list)}
    context["anybody"] = form.fields["records"].queryset.exists()
    return render(request, "moderation/board_add.html", context, status=status_of(form))


@guarded(OFFICE, methods="POST", effect="takes a trainee off a board's list")
def board_remove(request, pk, candidate):
    """A trainee comes off the list while it is a draft."""
    found = board_or_404(request, pk)
    row = get_object_or_404(queries.candidates_of(found), pk=candidate)
    actions.remove_candidate(by=request.user, now=request.now, candidate_id=row.pk)
    messages.success(request, f"{row.record.trainee} is off the list.")
    return redirect("moderation:board", pk)


def _decide(request, found, rows, confirm, act, done):
    """A page with the whole list, what deciding about it does, and the button."""
    form = confirm.form

    def decided():
        act(by=request.user, now=request.now, board_id=found.pk, **form.cleaned_data)
        messages.success(request, done)

    if tried(form, decided):
        return redirect("moderation:board", found.pk)
    context = {"board": found, "rows": rows, "confirm": confirm}
    return render(request, "moderation/board_decide.html", context, status=status_of(form))


@guarded(OFFICE, methods="GET POST", effect="proposes a board's list of awards", asks=(DecideForm,))
def board_propose(request, pk):
    """The whole list, and what proposing it does."""
    found = board_or_404(request, pk)
    rows = queries.listed_on(found)
    ties = queries.ties_of([row.record for row in rows], {request.user.pk})
    require(access.can_propose(request.user, found, ties.values(), today_of(request)))
    form = DecideForm(data_of(request), initial={"seen": queries.board_digest(found)})
    confirm = shown.propose_confirm(found, rows, form)
    return _decide(request, found, rows, confirm, actions.propose_board, "Proposed. Your colleagues are asked.")


@guarded(
    OFFICE,
    methods="GET POST",
    effect="approves a board's list, ratifies the awards and mails the trainees",
    asks=(DecideForm,),
)
def board_approve(request, pk):
    """The whole list, and what approving it does to whom."""
    found = board_or_404(request, pk)
    rows = queries.listed_on(found)
    ties = queries.ties_of([row.record for row in rows], {request.user.pk, found.proposed_by_id or 0})
    require(access.can_approve(request.user, found, ties.values(), today_of(request)))
    form = DecideForm(data_of(request), initial={"seen": queries.board_digest(found)})
    confirm = shown.approve_confirm(found, rows, form)
    return _decide(request, found, rows, confirm, actions.approve_board, "The awards are ratified.")


def _with_reason(request, found, act, title, action, what, done, danger=False):
    form = ReasonForm(data_of(request), told="The proposer and your colleagues read this.")
    back = reverse("moderation:board", args=[found.pk])
    lines = [Consequence(line) for line in what]
    confirm = Confirm(title, action, back, lines, form=form, kicker=str(found), danger=danger)

    def decided():
        act(by=request.user, now=request.now, board_id=found.pk, **form.cleaned_data)
        messages.success(request, done)

    return confirmed(request, confirm, decided, "moderation:board", found.pk)


@guarded(OFFICE, methods="GET POST", effect="sends a board's proposed list back", asks=(ReasonForm,))
def board_send_back(request, pk):
    """A proposed list goes back to be changed."""
    found = board_or_404(request, pk)
    require(access.can_send_back(request.user, found, today_of(request)))
    what = ["The list is a draft again and can be changed.", "A mail with your words goes to its proposer."]
    act = actions.send_back_board
    return _with_reason(request, found, act, "Send the list back", "Send it back", what, "The list is a draft again.")


@guarded(OFFICE, methods="GET POST", effect="cancels a board", asks=(ReasonForm,))
def board_cancel(request, pk):
    """A board that is not held."""
    found = board_or_404(request, pk)
    require(access.can_cancel(request.user, found, today_of(request)))
    what = ["The board stays on record as cancelled.", "Its trainees can be put on another list."]
    words = ("Cancel this board", "Cancel the board", what, "The board is cancelled.")
    return _with_reason(request, found, actions.cancel_board, *words, danger=True)
