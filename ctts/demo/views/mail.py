"""The mail of the demonstration, as it arrived at its SMTP server."""

from __future__ import annotations

import email
from email import policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
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
    """One mail: its headers, its text and its attachments' names."""
    found = next((file for file in _folder().glob("*.eml") if file.stem.replace(".", "_") == name), None)
    if found is None:
        raise Http404
    mail = _read(found)
    body = mail.get_body(preferencelist=("plain",))
    attachments = [part.get_filename() for part in mail.iter_attachments()]
    text = body.get_content() if body else ""
    return render(
        request,
        "demo/message.html",
        {"mail": mail, "subject": mail["subject"], "text": text, "attachments": attachments},
    )
