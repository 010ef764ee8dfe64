"""The External Moderator's meetings with a trainee (T11): the first with the plan beside it, further ones, and the
review of each year with its DOPS."""

from django.contrib import messages
from django.shortcuts import redirect, render

from ctts.common.autosave import asks_for_autosave
from ctts.common.forms import with_value
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.posted import data_of, today_of
from ctts.common.verdict import require
from training import access, actions, queries
from training.actions import StaleText
from training.forms.dops import StartDopsForm
from training.forms.meetings import MeetingForm, YearReviewForm
from training.views import _shown_moderator as shown
from training.views._frame import frame, record_or_404
from training.views._kept import Kept, keep_typed
from training.views._shown_practice import dops_row


@guarded(SIGNED_IN)
def meetings(request, pk):
    """The meetings so far, and what the External Moderator does next: meeting, review of the year, DOPS."""
    record, today = record_or_404(request, pk), today_of(request)
    context = frame(
        request, record, "meetings", rows=queries.meetings_of(record), moderators=queries.moderators_of(record, today)
    )
    context["reviews"] = list(queries.year_reviews_of(record))
    context["milestone"] = queries.first_meeting_milestone(record)
    context["parts"] = queries.moderator_parts(request.user, record, today, "training:meetings")
    moderates = access.can_note_meeting(request.user, record, today)
    context.update(shown.moderator_steps(request.user, record, context["reviews"], today))
    context["start"] = StartDopsForm() if moderates else None
    context["dops"] = [dops_row(row) for row in queries.moderator_dops(record, request.user, today)]
    return render(request, "training/moderator/meetings.html", context)


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="notes the first meeting as External Moderator, and keeps its text",
    asks=(MeetingForm,),
)
def meeting_first(request, pk):
    """The first meeting, with the training plan beside it."""
    record = record_or_404(request, pk)
    require(access.can_hold_first_meeting(request.user, record, today_of(request)))
    return _meeting(request, record, first=True)


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="notes a further meeting as External Moderator, and keeps its text",
    asks=(MeetingForm,),
)
def meeting_new(request, pk):
    """A further meeting; the plan stands beside it as well, for whoever reviews it again."""
    record = record_or_404(request, pk)
    require(access.can_note_meeting(request.user, record, today_of(request)))
    return _meeting(request, record, first=False)


def _meeting(request, record, *, first):
    key = queries.meeting_key(record.pk, first=first)
    if asks_for_autosave(request):
        return keep_typed(request, record, key)
    kept, today, plan = Kept(request, key), today_of(request), queries.plan_standing(record)
    initial = {"held_on": today, **kept.first, "plan_seen": plan.digest}
    form = MeetingForm(data_of(request), initial=initial, today=today, first=first)

    def act():
        given = {"record_id": record.pk, **form.cleaned_data}
        write = actions.hold_first_meeting if first else actions.note_meeting
        write(by=request.user, now=request.now, **given)
        messages.success(request, "The meeting is noted.")

    status = None
    try:
        if kept.tried(form, act):
            return redirect("training:meetings", record.pk)
    except StaleText:
        form.add_error(None, shown.PLAN_CHANGED)
        status, form.data = 409, with_value(form.data, "plan_seen", plan.digest)
    context = frame(
        request, record, "meetings", form=form, first=first, plan=queries.items_of(record), **kept.context()
    )
    context.update(standing=plan, standing_badge=shown.plan_badge(plan))
    return render(request, "training/moderator/meeting.html", context, status=status or kept.status(form))


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="writes the review of a year as External Moderator, and keeps its text",
    asks=(YearReviewForm,),
)
def year_review_new(request, pk):
    """The review of the year that is next, with the DOPS observed for it."""
    record, today = record_or_404(request, pk), today_of(request)
    require(access.can_note_meeting(request.user, record, today))
    year = queries.next_review_year(record, today)
    require(access.can_review_year(request.user, record, today, year))
    key = queries.year_review_key(pk)
    if asks_for_autosave(request):
        return keep_typed(request, record, key)
    kept, dops = Kept(request, key), queries.dops_for_review(record, year)
    form = YearReviewForm(data_of(request), initial={"held_on": today, **kept.first}, today=today, dops=dops)

    def act():
        given = {"record_id": pk, "key": form.cleaned_data["key"], "values": form.cleaned_data}
        actions.review_year(by=request.user, now=request.now, **given)
        messages.success(request, f"The review of year {year} is saved. Trainee and supervisor are told.")

    if kept.tried(form, act):
        return redirect("training:meetings", pk)
    context = frame(request, record, "meetings", form=form, year=year, offered=dops.exists(), **kept.context())
    return render(request, "training/moderator/year_review.html", context, status=kept.status(form))
