"""The handbook: versions for the office, the current one for everybody who is signed in (E1)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.posted import data_of, made, status_of
from ctts.documents.serving import serve
from ctts.organisations.access import OFFICE
from ctts.scheme import actions, queries
from ctts.scheme.forms.calendar import HandbookForm, ReadForm


@guarded(OFFICE, methods="GET POST", effect="publishes a version of the handbook")
def versions(request):
    """All versions, and the form for the next one."""
    form = HandbookForm(request.POST, request.FILES) if request.method == "POST" else HandbookForm()
    published = made(form, lambda: actions.upload_handbook(by=request.user, now=request.now, **form.cleaned_data))
    if published is not None:
        messages.success(request, f"{published} is published; people can read it once the file is checked.")
        return redirect("scheme:handbooks")
    context = {"form": form, "handbooks": queries.handbooks()}
    return render(request, "scheme/handbooks.html", context, status=status_of(form))


@guarded(SIGNED_IN, methods="GET POST", effect="notes that one has read the handbook")
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
