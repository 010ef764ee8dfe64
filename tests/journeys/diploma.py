"""Step 8: the Diploma, issued by the worker; its public check; the pack for the register."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zipfile import ZipFile

import pikepdf
from django.core.management import CommandError, call_command
from django.db import connection

from tests.journeys.story import Story
from tests.journeys.training import record_of
from tests.journeys.visitor import Visitor, a_file
from tests.journeys.waiting import TRAINEE, has_to

NUMBER = "CTD-2028-00001"
WHOLE = {"found": True, "valid": True, "covers_whole_file": True, "trusted": True, "signer": "", "signed_at": ""}
FOLDERS = ["0", "1", "2", "2", "2", "2", "3", "4"]


def issue(story: Story) -> None:
    """The office issues it in a run; the worker numbers it, renders it, seals it and keeps it with its hash (D1)."""
    olive = story.olive
    with has_to(olive, "Issue 1 diploma"):
        olive.open("/office/diplomas/").press("Issue", award=[olive.value_of(TRAINEE)])
        run = olive.press("Issue 1 diploma").url
        story.settle()
    olive.open(run).sees(NUMBER, "Sealed", "1 of 1 have their number, 1 their sealed file.")


def download(story: Story, folder: Path) -> bytes:
    """She downloads it: its hash is the stored one, it verifies, and one altered byte is found (D1)."""
    zofia = story.zofia.open(f"{record_of(story)}diploma/").sees(NUMBER, "Zofia Łukasiewicz", "Nuclear Medicine")
    content = zofia.follow(f"Diploma {NUMBER}").content
    story.olive.open("/office/diplomas/").follow(NUMBER).sees(hashlib.sha256(content).hexdigest())
    file = folder / "diploma.pdf"
    file.write_bytes(content)
    found = verified(file)
    assert (found["valid"], found["number"], found["hash_matches"]) == (True, NUMBER, True)
    assert found["signature"] | {"signed_at": "", "signer": ""} == WHOLE
    file.write_bytes(content[:5000] + bytes([content[5000] ^ 1]) + content[5001:])
    assert not verified(file)["genuine"]
    return content


def verified(file: Path) -> dict[str, Any]:
    """What the command says about a file. It runs in a thread of its own, as pyHanko runs a loop."""

    def run() -> dict[str, Any]:
        said = StringIO()
        with suppress(CommandError):
            call_command("verify_diploma", str(file), "--json", stdout=said)
        connection.close()
        return dict(json.loads(said.getvalue()))

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(run).result()


def check_in_public(story: Story, content: bytes, anybody: Visitor) -> None:
    """An archival sheet; its code leads to its page; a number alone says nothing before the name is typed (D1)."""
    with pikepdf.open(BytesIO(content)) as pdf, pdf.open_metadata() as about:
        assert (about["pdfaid:part"], len(pdf.pages)) == ("3", 1)
    links = [a.get("href") or "" for a in story.olive.open("/office/diplomas/").follow(NUMBER).page.iter("a")]
    [coded] = {urlsplit(link).path for link in links if f"/verify/{NUMBER}/" in link}
    anybody.open(coded).sees("Genuine and in force", "Zofia Łukasiewicz", "Nuclear Medicine", "20 March 2028")
    anybody.open(f"/verify/{NUMBER}").does_not_see("Łukasiewicz", "Genuine")
    anybody.press("Check it", name="Somebody Else").sees("Not confirmed").does_not_see("Łukasiewicz")
    anybody.open(f"/verify/{NUMBER}").press("Check it", name="zofia lukasiewicz").sees("Genuine", "Zofia Łukasiewicz")
    assert not anybody.cookies()


def pack_for_the_register(story: Story, diploma: bytes) -> None:
    """She adds what is missing; the archive holds every part, the Diploma byte for byte (D2)."""
    zofia, page = story.zofia, f"{record_of(story)}register/"
    zofia.open(page).sees("2 parts are missing")
    for part in ("cv", "chart"):
        zofia.open(f"{page}files/{part}/").press("Add this file", file=a_file("training-plan.pdf"))
    story.settle()
    zofia.open(page).does_not_see("missing").press("Put it together")
    story.settle()
    archive = ZipFile(BytesIO(zofia.open(page).follow("Everything in one archive").content))
    assert archive.testzip() is None and [name[0] for name in archive.namelist()] == FOLDERS
    [kept] = [name for name in archive.namelist() if NUMBER in name]
    assert archive.read(kept) == diploma
    assert "Nothing: every part is here." in archive.read("0 Read me.txt").decode()
