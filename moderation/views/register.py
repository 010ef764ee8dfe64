"""A trainee's Diploma, the pack for the register, and what comes next (D1, D2, D4)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from ctts.common.guards import SIGNED_IN, guarded, public
from ctts.common.parts import FileLink, LongWork, NextStep
from ctts.common.posted import data_of, status_of, today_of, tried
from ctts.common.states_shown import badge_for
from ctts.common.verdict import require
from ctts.documents.serving import serve
from moderation import access, actions, queries
from moderation.forms import PackPartForm
from moderation.states import PackPart, PackState
from moderation.views._frame import diploma_or_404, own_record_or_404, record_or_404


@guarded(SIGNED_IN)
def diploma(request, pk):
    """Where the Diploma of a trainee stands, for everybody who sees the record; the file for its holder."""
    record = record_or_404(request, pk)
    mine = request.user.pk == record.trainee_id
    award = queries.award_of(record)
    issued = list(queries.diplomas_of(record))
    current = issued[0] if issued else None
    pack = NextStep("Put together what the register asks for", reverse("moderation:pack", args=[pk]))
    context = {
        "record": record,
        "mine": mine,
        "award": award,
        "diploma": current,
        "badge": current and badge_for(current.state, current.get_state_display(), "diploma"),
        "earlier": issued[1:],
        "file": _file_link(current) if mine else None,
        "step": pack if mine and award and (current is None or access.diploma_in_force(current)) else None,
    }
    return render(request, "moderation/diploma.html", context)


def _file_link(found):
    """The file of a diploma in force; None while it is being made, and once it is over."""
    file = getattr(found, "file", None)
    if file is None or not access.diploma_in_force(found):
        return None
    url = reverse("moderation:diploma_file", args=[found.pk])
    return FileLink(f"Diploma {found.number}", url, file.document.media_type, file.document.size)


@guarded(SIGNED_IN)
def diploma_file(request, pk):
    """The sealed file, byte for byte, for its holder while it is in force, and for the office."""
    found = diploma_or_404(request, pk)
    file = getattr(found, "file", None)
    if file is None:
        raise Http404
    require(access.can_have_diploma_file(request.user, found, today_of(request)))
    return serve(file.document, reader=request.user, headers=request.headers, method=request.method)


@guarded(SIGNED_IN)
def pack(request, pk):
    """What the register's primary route asks for: what is there, what is missing, and the pack itself."""
    record = own_record_or_404(request, pk)
    lines = queries.pack_lines(record)
    made = queries.last_pack(record)
    given_out = access.can_have_pack(made) if made else None
    context = {
        "record": record,
        "lines": lines,
        "parts": PackPart.values,
        "missing": sum(not line.there for line in lines),
        "can_use": access.can_use_pack(request.user, record),
        "can_ask": access.can_ask_pack(request.user, record),
        "pack": made,
        "work": _work(made) if made and made.state == PackState.REQUESTED else None,
        "files": _pack_files(made) if made and made.state == PackState.READY else [],
        "given_out": given_out,
        "outdated": bool(made) and queries.is_outdated(made, record),
    }
    return render(request, "moderation/pack.html", context)


def _work(made):
    """The pack while the worker puts it together (screens 25)."""
    states = {PackState.REQUESTED: "running", PackState.READY: "finished", PackState.FAILED: "failed"}
    here = reverse("moderation:pack", args=[made.record_id])
    return LongWork(
        title="Putting the pack together",
        done=0,
        total=0,
        state=states[made.state],
        poll_url=reverse("moderation:pack_progress", args=[made.record_id]),
        message=made.error,
        result_url="" if made.state == PackState.REQUESTED else here,
        result_label="See the pack",
    )


def _pack_files(made):
    names = (("archive", "Everything in one archive"), ("printable", "One PDF to print"))
    found = []
    for which, title in names:
        document = getattr(made, which)
        url = reverse("moderation:pack_file", args=[made.record_id, which])
        found.append(FileLink(title, url, document.media_type, document.size))
    return found


@guarded(SIGNED_IN)
def pack_progress(request, pk):
    """Whether the pack is there, for the page that asks again by itself."""
    made = queries.last_pack(own_record_or_404(request, pk))
    if made is None:
        raise Http404
    return render(request, "moderation/_work.html", {"work": _work(made)})


@guarded(
    SIGNED_IN, methods="GET POST", effect="adds a CV or an organisation chart to one's own pack", asks=(PackPartForm,)
)
def give_part(request, pk, part):
    """The CV or the organisation chart, as PDF; a newer one replaces it."""
    record = own_record_or_404(request, pk)
    if part not in PackPart.values:
        raise Http404
    require(access.can_use_pack(request.user, record))
    form = PackPartForm(data_of(request), request.FILES or None)

    def act():
        given = {"record_id": pk, "part": PackPart(part), "upload": form.cleaned_data["file"]}
        actions.give_pack_part(by=request.user, now=request.now, **given)

    if tried(form, act):
        messages.success(request, f"{PackPart(part).label}: it is added, and being checked.")
        return redirect("moderation:pack", pk)
    context = {"record": record, "form": form, "title": PackPart(part).label}
    return render(request, "moderation/pack_part.html", context, status=status_of(form))


@guarded(SIGNED_IN)
def part_file(request, pk, part):
    """The file that the trainee has added."""
    row = queries.pack_files(own_record_or_404(request, pk)).get(part)
    if row is None:
        raise Http404
    return serve(row.document, reader=request.user, headers=request.headers, method=request.method, inline=True)


@guarded(SIGNED_IN, methods="POST", effect="has one's own pack for the register put together")
def ask_pack(request, pk):
    """The trainee asks for the pack; the worker makes it."""
    record = own_record_or_404(request, pk)
    actions.ask_pack(by=request.user, now=request.now, record_id=record.pk)
    messages.success(request, "The pack is being put together. You are told by mail when it is ready.")
    return redirect("moderation:pack", pk)


@guarded(SIGNED_IN)
def pack_file(request, pk, which):
    """One of the two files of the pack that was made last."""
    made = queries.last_pack(own_record_or_404(request, pk))
    if made is None or which not in ("archive", "printable") or made.state != PackState.READY:
        raise Http404
    require(access.can_have_pack(made))
    document = getattr(made, which)
    return serve(document, reader=request.user, headers=request.headers, method=request.method)


@public("a guide with nothing personal in it, for whoever finishes or thinks of joining")
def next_steps(request):
    """After the Diploma: the register, continuing development, professional registration, membership (D4)."""
    return render(request, "moderation/next_steps.html")
