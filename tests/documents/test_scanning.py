"""The malware hook over clamd's protocol, and what happens while the scanner is away."""

import pytest

from ctts.documents.scanning import PIECE, ScannerAway, scan
from ctts.documents.states import MalwareResult
from tests.documents.conftest import EICAR


def test_without_a_scanner_a_file_is_marked_not_scanned():
    assert scan(b"anything") == MalwareResult.NOT_SCANNED


def test_a_clean_file_arrives_whole_and_is_clean(scanner):
    content = bytes(range(256)) * (PIECE // 100)
    assert scan(content) == MalwareResult.CLEAN
    assert scanner.received == [content]


def test_malware_is_found(scanner):
    assert scan(b"before " + EICAR + b" after") == MalwareResult.INFECTED


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR", b"", b"stream: OK maybe", b"FOUND"])
def test_an_answer_that_is_no_verdict_leaves_the_file_unchecked(scanner, answer):
    scanner.answer = answer
    with pytest.raises(ScannerAway):
        scan(b"content")


@pytest.mark.parametrize("address", ["127.0.0.1:1", "127.0.0.1:no-port", "127.0.0.1"])
def test_a_scanner_that_is_away_leaves_the_file_unchecked(settings, address, caplog):
    settings.CLAMD_ADDRESS = address
    with pytest.raises(ScannerAway):
        scan(b"content")
    assert "The malware scanner did not answer" in caplog.text


def test_a_scanner_that_hangs_up_leaves_the_file_unchecked(scanner):
    scanner.hangs_up = True
    with pytest.raises(ScannerAway):
        scan(b"content")
