"""Style sheets and fonts of paper are read once a process, and given back at its end."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pikepdf

from ctts.common import pdf
from ctts.common.pdf import forget_styles, render_pdf
from ctts.state import ROOT

ONCE = """
import django
django.setup()
from ctts.common.pdf import render_pdf
assert render_pdf("pdf/base.html", {}).startswith(b"%PDF")
"""


def what_is_drawn(content):
    """The instructions of the first page."""
    with pikepdf.open(BytesIO(content)) as written:
        return written.pages[0].Contents.read_bytes()


def test_the_same_sheets_serve_the_next_page_and_read_again_they_print_the_same():
    forget_styles()
    first = render_pdf("pdf/base.html", {})
    again = render_pdf("pdf/base.html", {})
    assert pdf._read.cache_info().misses == 1
    forget_styles()
    anew = render_pdf("pdf/base.html", {})
    assert what_is_drawn(first) == what_is_drawn(again) == what_is_drawn(anew)


def test_two_threads_have_sheets_of_their_own():
    forget_styles()
    render_pdf("pdf/base.html", {})
    with ThreadPoolExecutor(1) as other:
        assert other.submit(render_pdf, "pdf/base.html", {}).result().startswith(b"%PDF")
    assert pdf._read.cache_info().misses == 2


def test_a_process_leaves_no_copies_of_fonts_behind_and_complains_of_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    ended = subprocess.run([sys.executable, "-c", ONCE], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert list(tmp_path.iterdir()) == []
