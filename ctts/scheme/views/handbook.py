"""The handbook: versions for the office, the current one for everybody who is signed in (E1)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from ctts.common.confirming import confirmed
from ctts.common.forms import with_value
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.letters import mail_preview
from ctts.common.parts import Confirm, Consequence, NextStep
from ctts.common.posted import data_of, status_of
from ctts.documents.serving import serve
from ctts.organisations.access import OFFICE
from ctts.scheme import actions, queries
from ctts.scheme.forms.calendar import HandbookForm, ReadForm
from ctts.scheme.models import Handbook

PUBLISHED = "It is published; people can read it once the file is checked. Whoever is asked to is mailed next morning."
FOR_GOOD = "A wrong one cannot be taken back: the right one, published with a version of its own, then takes its place."


@guarded(OFFICE)
def versions(request):
    """All versions, and the way to the next one."""
    step = NextStep("Publish a version", reverse("scheme:publish_handbook"))
    return render(request, "scheme/handbooks.html", {"handbooks": queries.handbooks(), "step": step})


@guarded(OFFICE, methods="GET POST", effect="publishes a version of the handbook; the calendar mails who is to read it")
def publish(request):
    """The next version: its file, who is asked to read it, and the mail to them, before it is published (E1)."""
    readers, current = queries.readers_of_next(), queries.current_handbook()
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = HandbookForm(*sent, initial={"seen": queries.version_of(current)})
    confirm = Confirm(
        title="Publish a version of the handbook",
        lede=f"It takes the place of the version before at once. {FOR_GOOD}",
        action="Publish it",
        cancel_url=reverse("scheme:handbooks"),
        consequences=_consequences(readers, current),
        mails=[_mail(request)] if readers else [],
        form=form,
    )

    def act():
        try:
            return actions.upload_handbook(by=request.user, now=request.now, **form.cleaned_data)
        except actions.PublishedSince:
            # The page comes back with the version that there is now: the next press has looked at it.
            form.data = with_value(form.data, "seen", queries.version_of(queries.current_handbook()))
            raise

    return confirmed(request, confirm, act, "scheme:handbooks", said=PUBLISHED)


def _consequences(readers, current):
    many, rest = len(readers), sum(one.in_peace for one in readers)
    trainees = f"{many} trainee{'' if many == 1 else 's'}" if many else "nobody, since nobody is in training"
    later = f" {rest} of them, whose training is interrupted, only when they are back." if rest else ""
    mailed = Consequence(f"Each of them is mailed once, on the morning after the file can be opened.{later}")
    return [
        Consequence("Asked to read it, by a row that waits for them:", trainees),
        *([mailed] if many else []),
        *([Consequence("No longer asked for, and still on the list:", str(current))] if current else []),
        Consequence("Everybody else who signs in can read it, and say that they have. Nobody else is mailed."),
    ]


def _mail(request):
    """The mail as one of them gets it; the reader stands for them, and the version is still to be written."""
    return mail_preview(
        "scheme.handbook_published", request.user, handbook=Handbook(version="(the one you write below)")
    )


@guarded(SIGNED_IN, methods="GET POST", effect="notes that one has read the handbook", asks=(ReadForm,))
def current(request):
    """The current version: its file, and saying that one has read it."""
    handbook = queries.handbook_for(request.user)
    if request.method == "POST" and handbook is None:
        raise Http404
    form = ReadForm(data_of(request), initial={"handbook": handbook and handbook.pk})
    if request.method == "POST" and form.is_valid():
        read = get_object_or_404(queries.handbooks(), pk=form.cleaned_data["handbook"])
        actions.acknowledge_handbook(by=request.user, now=request.now, handbook_id=read.pk)
        messages.success(request, f"Noted: you have read version {read.version}.")
        return redirect("scheme:handbook")
    file_url = reverse("scheme:handbook_file", args=[handbook.pk]) if handbook else ""
    context = {"handbook": handbook, "form": form, "file_url": file_url}
    return render(request, "scheme/handbook.html", context, status=status_of(form))


@guarded(SIGNED_IN)
def file(request, pk):
    """The file of a version; its state decides whether it is shown yet."""
    handbook = get_object_or_404(queries.handbooks(), pk=pk)
    return serve(handbook.document, reader=request.user, headers=request.headers, method=request.method, inline=True)
