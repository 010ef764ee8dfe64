"""The mail of the demonstration, as it arrived at its SMTP server."""

from __future__ import annotations

import email
from email import policy
from email.message import EmailMessage
from io import BytesIO
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ctts.common.guards import public

PER_PAGE = 50


def _folder() -> Path:
    return Path(settings.STATE_DIR) / "mail"


def _read(file: Path) -> EmailMessage:
    return email.message_from_bytes(file.read_bytes(), policy=policy.default)


def _row(file: Path) -> dict[str, str]:
    message = _read(file)
    return {
        "name": file.stem.replace(".", "_"),
        "to": message["to"],
        "subject": message["subject"],
        "at": message["date"],
    }


@public("the mail of a demonstration is nobody's secret")
def inbox(request: HttpRequest) -> HttpResponse:
    """All mails, newest first; `to` in the address narrows them to one person."""
    wanted = request.GET.get("to", "")
    files = sorted(_folder().glob("*.eml"), reverse=True)
    if wanted:
        files = [file for file in files if wanted in str(_read(file)["to"])]
    page = Paginator(files, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "demo/mail.html", {"page": page, "rows": [_row(file) for file in page], "wanted": wanted})


@public("the mail of a demonstration is nobody's secret")
def message(request: HttpRequest, name: str) -> HttpResponse:
    """One mail: its headers, its text and its attachments."""
    mail = _mail_or_404(name)
    body = mail.get_body(preferencelist=("plain",))
    attachments = [(part.get_filename(), number) for number, part in enumerate(mail.iter_attachments(), 1)]
    text = body.get_content() if body else ""
    return render(
        request,
        "demo/message.html",
        {"mail": mail, "subject": mail["subject"], "text": text, "attachments": attachments, "name": name},
    )


@public("the mail of a demonstration is nobody's secret")
def attachment(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """One attachment of a mail, to be kept or opened elsewhere: nothing of a mail runs in a page of ours."""
    part = next(islice(_mail_or_404(name).iter_attachments(), number - 1, None), None) if number else None
    if part is None:
        raise Http404
    content = part.get_payload(decode=True)
    kind = part.get_content_type()
    return FileResponse(BytesIO(content), as_attachment=True, filename=part.get_filename(), content_type=kind)


def _mail_or_404(name: str) -> EmailMessage:
    found = next((file for file in _folder().glob("*.eml") if file.stem.replace(".", "_") == name), None)
    if found is None:
        raise Http404
    return _read(found)
