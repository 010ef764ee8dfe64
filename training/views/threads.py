"""Messages tied to a record (T11): the threads one reads, a new one, one with its messages and the answer."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse

from ctts.common.autosave import asks_for_autosave
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.parts import NextStep
from ctts.common.posted import data_of, today_of
from ctts.common.verdict import require
from training import access, actions, queries
from training.forms.threads import MessageForm, ThreadForm
from training.views import _shown as shown
from training.views._doors import thread_or_404
from training.views._frame import frame, record_or_404
from training.views._kept import Kept, keep_typed

A_PAGE = 25


@guarded(SIGNED_IN)
def threads(request, pk):
    """The threads of a record that this person reads, the newest first."""
    record, today = record_or_404(request, pk), today_of(request)
    page = Paginator(queries.threads_of(record, request.user, today), A_PAGE).get_page(request.GET.get("page"))
    may = access.can_begin_thread(request.user, record, today)
    step = NextStep("Write a message", reverse("training:thread_new", args=[pk]), may.reason)
    context = frame(request, record, "threads", page=page, step=step if may or may.kind == "late" else None)
    return render(request, "training/threads/list.html", context)


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="begins a thread of messages, and keeps its text while it is typed",
    asks=(ThreadForm,),
)
def thread_new(request, pk):
    """A new thread: who reads it stands beside each function before it is sent."""
    record, today = record_or_404(request, pk), today_of(request)
    require(access.can_begin_thread(request.user, record, today))
    key = queries.new_thread_key(pk)
    if asks_for_autosave(request):
        return keep_typed(request, record, key)
    kept, around = Kept(request, key), queries.people_by_function(record, today)
    mine = request.user.pk == record.trainee_id
    own = set() if mine else access.addressed_as(request.user, record, today)
    form = ThreadForm(data_of(request), initial=kept.first, around=around, own=own)
    made = []

    def act():
        made.append(actions.begin_thread(by=request.user, now=request.now, record_id=pk, **form.cleaned_data))

    if kept.tried(form, act):
        messages.success(request, shown.sent_words(request.user, record))
        return redirect("training:thread", made[0].pk)
    context = frame(request, record, "threads", form=form, back_url=reverse("training:threads", args=[pk]))
    context["readers"] = queries.readers_shown(sorted(own), record, request.user, around)
    return render(request, "training/threads/new.html", {**context, **kept.context()}, status=kept.status(form))


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="writes in a thread of messages, and keeps the text while it is typed",
    asks=(MessageForm,),
)
def thread(request, pk):
    """One thread with who reads it now; whoever reads it answers, while training goes on."""
    today = today_of(request)
    found = thread_or_404(request, pk)
    may, key = access.can_write_in(request.user, found, today), queries.thread_key(pk)
    if request.method == "POST":
        require(may)
    if asks_for_autosave(request):
        return keep_typed(request, found.record, key)
    kept = Kept(request, key)
    form = MessageForm(data_of(request), initial=kept.first) if may else None

    def act():
        actions.write_message(by=request.user, now=request.now, thread_id=pk, **form.cleaned_data)
        messages.success(request, shown.sent_words(request.user, found.record))

    if form is not None and kept.tried(form, act):
        return redirect("training:thread", pk)
    around = queries.people_by_function(found.record, today)
    readers = queries.readers_shown(queries.addressed_to(found), found.record, request.user, around)
    context = frame(request, found.record, "threads", thread=found, form=form, readers=readers, may=may)
    context["rows"] = queries.messages_of(found)
    context["back_url"] = reverse("training:threads", args=[found.record_id])
    return render(request, "training/threads/one.html", {**context, **kept.context()}, status=kept.status(form))
