"""Take it with you (quality rule 18): the trainee orders the whole record as one archive, and downloads it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from ctts.common.confirming import confirmed
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.parts import Confirm, Consequence, FileLink, LongWork
from ctts.common.posted import tried
from ctts.common.states_shown import badge_for
from ctts.common.templatetags.formats import day
from ctts.common.verdict import require
from ctts.documents.rules import safe_name
from ctts.documents.serving import Sent, serve_stored
from ctts.documents.states import MediaType
from ctts.scheme.queries import numbers_of
from training import access, actions, queries
from training.forms import OrderCopyForm
from training.states import CopyState
from training.views._frame import frame


def _own_record_or_404(request, pk):
    """The only way these views get a record: one's own; nobody else has such a page."""
    return get_object_or_404(queries.own_records(request.user), pk=pk)


def _copy_or_404(request, pk):
    """The only way these views get a copy: one's own."""
    return get_object_or_404(queries.copies_visible_to(request.user), pk=pk)


@guarded(SIGNED_IN)
def copies(request, pk):
    """What a copy holds, the one that can be downloaded or is being made, and what became of those before."""
    return _page(request, _own_record_or_404(request, pk), OrderCopyForm(), 200)


def _page(request, record, form, status):
    found = queries.copies_of(record)
    ready = next((copy for copy in found if copy.state == CopyState.READY), None)
    making = next((copy for copy in found if copy.state == CopyState.REQUESTED), None)
    context = {
        "form": form,
        "can_order": access.can_order_copy(request.user, record),
        "work": _work(making) if making else None,
        "ready": ready,
        "given_out": ready and access.can_have_copy(request.user, ready, request.now),
        "link": ready and _link(ready),
        "earlier": [_row(copy) for copy in found if copy not in (ready, making)],
        "days": numbers_of(record.rules).record_copy_days,
    }
    page = frame(request, record, "", **context)
    return render(request, "training/copies/page.html", page, status=status)


def _work(copy):
    """A copy while the worker puts it together, and how it ended (screens 25)."""
    states = {
        CopyState.REQUESTED: "running" if copy.total else "waiting",
        CopyState.FAILED: "failed",
        CopyState.CANCELLED: "cancelled",
    }
    over = copy.state != CopyState.REQUESTED
    return LongWork(
        title="Putting your record together",
        done=copy.done,
        total=copy.total,
        state=states.get(copy.state, "finished"),
        poll_url=reverse("training:copy_progress", args=[copy.pk]),
        message=copy.error,
        cancel_url=reverse("training:copy_cancel", args=[copy.pk]),
        result_url=reverse("training:copies", args=[copy.record_id]) if over else "",
        result_label="See your copy",
    )


def _link(copy):
    url = reverse("training:copy_file", args=[copy.pk])
    return FileLink("Your whole record", url, MediaType.ZIP, copy.size)


def _row(copy):
    return copy, badge_for(copy.state, copy.get_state_display(), "recordcopy")


@guarded(
    SIGNED_IN, methods="POST", effect="has one's own whole record put together as an archive", asks=(OrderCopyForm,)
)
def order(request, pk):
    """The trainee orders a copy; the worker makes it."""
    record = _own_record_or_404(request, pk)
    form = OrderCopyForm(request.POST)
    given = {"by": request.user, "now": request.now, "record_id": pk}
    if tried(form, lambda: actions.order_copy(**given, **form.cleaned_data)):
        messages.success(request, "Your record is being put together. You are told by mail when it is ready.")
        return redirect("training:copies", pk)
    return _page(request, record, form, 422)


@guarded(SIGNED_IN)
def progress(request, pk):
    """How far a copy is, for the page that asks again by itself."""
    return render(request, "training/copies/_work.html", {"work": _work(_copy_or_404(request, pk))})


@guarded(SIGNED_IN, methods="GET POST", effect="cancels one's own order of a copy of one's record")
def cancel(request, pk):
    """What cancelling does; then the worker stops."""
    copy = _copy_or_404(request, pk)
    require(access.can_cancel_copy(request.user, copy))
    back = reverse("training:copies", args=[copy.record_id])
    words = "What was put together so far is thrown away. Nothing of your record is changed; you can order it again."
    confirm = Confirm("Cancel the order", "Cancel it", back, [Consequence(words)], danger=True)

    def act():
        actions.cancel_copy(by=request.user, now=request.now, copy_id=pk)

    return confirmed(request, confirm, act, "training:copies", copy.record_id, said="The order is cancelled.")


@guarded(SIGNED_IN, methods="GET POST", effect="has a copy of one's own record deleted before its days are over")
def delete(request, pk):
    """What deleting does; then the copy is gone."""
    copy = _copy_or_404(request, pk)
    require(access.can_delete_copy(request.user, copy))
    back = reverse("training:copies", args=[copy.record_id])
    words = f"It could be downloaded until {day(copy.expires_at)}. Your record itself stays as it is."
    confirm = Confirm("Delete this copy", "Delete it", back, [Consequence(words)], danger=True)

    def act():
        actions.delete_copy(by=request.user, now=request.now, copy_id=pk)

    return confirmed(request, confirm, act, "training:copies", copy.record_id, said="The copy is deleted.")


@guarded(SIGNED_IN)
def file(request, pk):
    """The archive itself, for the trainee alone; each download is noted (quality rule 1's reading log)."""
    copy = _copy_or_404(request, pk)
    require(access.can_have_copy(request.user, copy, request.now))
    if request.method == "GET":
        actions.note_download(by=request.user, now=request.now, copy_id=pk)
    name = safe_name(f"Record of {copy.record.trainee.full_name} {copy.made_at:%Y-%m-%d}.zip", MediaType.ZIP)
    sent = Sent(copy.sha256, copy.size, MediaType.ZIP, name)
    return serve_stored(sent, headers=request.headers, method=request.method)
