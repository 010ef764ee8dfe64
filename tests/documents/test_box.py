"""A box ends, whatever is in it: too much memory, too much time, broken content; the process outside goes on."""

import os
import signal
import subprocess
import sys
import threading
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ctts.common.verdict import Invalid
from ctts.documents import proving
from ctts.documents.boxed import box
from ctts.processes import children_of
from ctts.state import ROOT
from tests.conftest import wait_until
from tests.documents.samples import FILES, sample
from tests.infra.running import gone


def swollen_pdf(megabytes: int) -> bytes:
    """A PDF whose packed list of objects unpacks to that many megabytes."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b"0" * 1024 * 1024) for _ in range(megabytes)) + packer.flush()
    head = b"%PDF-1.5\n"
    objects = b"1 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n" % len(packed)
    body = head + objects + packed + b"\nendstream endobj\n"
    table = zlib.compress(
        b"\x00\x00\x00\x00\x00" + b"\x01" + len(head).to_bytes(3, "big") + b"\x00" + b"\x02\x00\x00\x01\x00"
    )
    start = len(body)
    body += b"3 0 obj<</Type/XRef/Size 3/W[1 3 1]/Root 2 0 R/Filter/FlateDecode/Length %d>>stream\n" % len(table)
    return body + table + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF\n" % start


def test_content_that_swells_is_refused_and_the_process_goes_on():
    with pytest.raises(Invalid) as refusal:
        proving.prove(name="x.pdf", chunks=[swollen_pdf(300)])
    assert "damaged" in str(refusal.value)


def test_a_program_that_takes_too_long_is_stopped(caplog):
    with pytest.raises(box.BoxFailed):
        box.run("read_pdf", sample("good/training-plan.pdf"), seconds=0)
    assert "Box read_pdf ended with" in caplog.text


def test_a_program_that_sleeps_is_stopped_by_the_clock(monkeypatch, caplog):
    monkeypatch.setattr(subprocess, "run", _out_of_time)
    with pytest.raises(box.BoxFailed):
        box.run("read_pdf", b"%PDF-")
    assert "was stopped after 80 seconds" in caplog.text


def _out_of_time(*args, **kwargs):
    raise subprocess.TimeoutExpired(args[0], kwargs["timeout"])


def test_a_box_ends_with_the_process_that_waits_for_it():
    program = "import sys; from ctts.documents.boxed import box; box.run('read_pdf', sys.stdin.buffer.read())"
    asking = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, cwd=ROOT)
    asking.stdin.write(sample("good/training-plan.pdf"))
    asking.stdin.close()
    wait_until(lambda: boxes_of(asking.pid), seconds=60, what="No box.")
    boxes = boxes_of(asking.pid)
    os.kill(boxes[0], signal.SIGSTOP)  # in the middle of its work it notices nothing by itself
    asking.kill()
    asking.wait()
    gone(boxes, seconds=10)


def boxes_of(pid):
    """Boxes whose interpreter has begun."""
    return [child for child in children_of(pid) if b"setpriv" not in Path(f"/proc/{child}/cmdline").read_bytes()]


def test_content_that_makes_a_program_fail_is_refused_in_words(caplog):
    with pytest.raises(box.BoxFailed):
        box.run("read_pdf", b"no pdf at all")
    assert "PdfiumError" in caplog.text and "no pdf at all" not in caplog.text


def test_a_person_is_not_kept_waiting_when_every_box_is_taken():
    held = [box.AT_ONCE.acquire(timeout=1) for _ in range(2)]
    try:
        with pytest.raises(box.BoxBusy):
            box.run("read_pdf", b"", wait=0.01)
        with pytest.raises(Invalid) as refusal:
            proving.prove(name="x.pdf", chunks=[b"%PDF-1.7"], wait=0.01)
    finally:
        for _ in held:
            box.AT_ONCE.release()
    assert str(refusal.value) == proving.BUSY


def test_many_files_at_once_take_turns():
    found: list[str] = []

    def prove_one() -> None:
        found.append(proving.prove(name="x.pdf", chunks=[sample("good/purchase-order.pdf")]).sha256)

    threads = [threading.Thread(target=prove_one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6 and len(set(found)) == 1


def test_a_box_that_dies_is_a_sentence_beside_the_field(caplog):
    with pytest.raises(Invalid) as refusal:
        proving.prove(name="x.pdf", chunks=[sample("good/training-plan.pdf")], seconds=0)
    assert (str(refusal.value), refusal.value.field) == (proving.UNREADABLE, "file")


SEEDS = [path.read_bytes() for path in sorted((FILES / "good").iterdir())]
BEGINNINGS = [
    b"%PDF-1.7\n",
    b"\xff\xd8\xff\xe0",
    b"\x89PNG\r\n\x1a\n",
    b"RIFF\x00\x00\x00\x00WEBPVP8 ",
    b"PK\x03\x04",
    b"",
]


@st.composite
def mutilated(draw) -> bytes:
    """A real file with some bytes changed, cut short, or doubled in part."""
    content = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 12))):
        place = draw(st.integers(0, len(content) - 1))
        content[place : place + draw(st.integers(0, 4))] = draw(st.binary(max_size=6))
    return bytes(content[: draw(st.integers(1, len(content)))])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutilated() | st.builds(bytes.__add__, st.sampled_from(BEGINNINGS), st.binary(max_size=400)))
def test_whatever_comes_in_is_accepted_or_refused_in_words(content):
    try:
        found = proving.prove(name="x", chunks=[content])
    except Invalid as problem:
        assert str(problem).endswith(".")
    else:
        assert found.size > 0
