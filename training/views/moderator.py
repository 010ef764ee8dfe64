"""The External Moderator's meetings with a trainee (T11): the first with the plan beside it, and further ones."""

from django.contrib import messages
from django.shortcuts import redirect, render

from ctts.common.autosave import asks_for_autosave
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.posted import data_of, today_of
from ctts.common.verdict import require
from training import access, actions, queries
from training.forms.dops import StartDopsForm
from training.forms.meetings import MeetingForm
from training.views import _shown_practice as shown
from training.views._frame import frame, record_or_404
from training.views._kept import Kept, keep_typed


@guarded(SIGNED_IN)
def meetings(request, pk):
    """The meetings so far, and what the External Moderator does next: meeting, review of the year, DOPS."""
    record, today = record_or_404(request, pk), today_of(request)
    context = frame(
        request, record, "meetings", rows=queries.meetings_of(record), moderators=queries.moderators_of(record, today)
    )
    context["step"] = shown.meeting_step(request.user, record, today)
    context["milestone"] = queries.first_meeting_milestone(record)
    moderates = access.can_note_meeting(request.user, record, today)
    context["start"] = StartDopsForm() if moderates else None
    context["dops"] = [shown.dops_row(row) for row in queries.moderator_dops(record, request.user, today)]
    return render(request, "training/moderator/meetings.html", context)


@guarded(SIGNED_IN, methods="GET POST", effect="notes the first meeting as External Moderator, and keeps its text")
def meeting_first(request, pk):
    """The first meeting, with the training plan beside it."""
    record = record_or_404(request, pk)
    require(access.can_hold_first_meeting(request.user, record, today_of(request)))
    return _meeting(request, record, first=True)


@guarded(SIGNED_IN, methods="GET POST", effect="notes a further meeting as External Moderator, and keeps its text")
def meeting_new(request, pk):
    """A further meeting, such as the review of the year."""
    record = record_or_404(request, pk)
    require(access.can_note_meeting(request.user, record, today_of(request)))
    return _meeting(request, record, first=False)


def _meeting(request, record, *, first):
    key = queries.meeting_key(record.pk, first=first)
    if asks_for_autosave(request):
        return keep_typed(request, record, key)
    kept, today = Kept(request, key), today_of(request)
    initial = {"held_on": today, **kept.first}
    form = MeetingForm(data_of(request), initial=initial, today=today, first=first)

    def act():
        given = {"record_id": record.pk, **form.cleaned_data}
        write = actions.hold_first_meeting if first else actions.note_meeting
        write(by=request.user, now=request.now, **given)
        messages.success(request, "The meeting is noted.")

    if kept.tried(form, act):
        return redirect("training:meetings", record.pk)
    context = frame(request, record, "meetings", form=form, first=first, **kept.context())
    context["plan"] = queries.items_of(record) if first else []
    return render(request, "training/moderator/meeting.html", context, status=kept.status(form))
