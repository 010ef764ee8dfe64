"""Content is kept once, durably and privately, in a folder or a bucket; nothing leads out of it."""

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from ctts.documents import storage
from ctts.documents.proving import digest
from ctts.documents.storage import FolderStorage, Missing, StorageAway

CONTENT = b"some content " * 50_000
ADDRESS = digest(CONTENT)


def whole(place, start=0, length=None):
    return b"".join(place.pieces(ADDRESS, start, len(CONTENT) if length is None else length))


def test_what_is_put_comes_back_whole_and_in_parts(place):
    place.put(ADDRESS, CONTENT)
    assert whole(place) == CONTENT
    assert whole(place, start=5, length=7) == CONTENT[5:12]
    assert whole(place, start=len(CONTENT) - 3, length=3) == CONTENT[-3:]


def test_putting_twice_keeps_one(place):
    place.put(ADDRESS, CONTENT)
    place.put(ADDRESS, CONTENT)
    found = list(place.addresses())
    assert [address for address, _ in found] == [ADDRESS]
    assert abs(datetime.now(UTC) - found[0][1]) < timedelta(minutes=2)


def test_what_is_deleted_is_missing_at_once_and_deleting_again_does_nothing(place):
    place.put(ADDRESS, CONTENT)
    place.delete(ADDRESS)
    place.delete(ADDRESS)
    with pytest.raises(Missing):
        place.pieces(ADDRESS, 0, 1)
    assert list(place.addresses()) == []


@pytest.mark.parametrize("address", ["", "x", "../../etc/passwd", ADDRESS.upper(), f"{ADDRESS}/..", f"{ADDRESS}0"])
def test_only_an_address_reaches_the_storage(place, address):
    for attempt in (
        lambda: place.put(address, b"x"),
        lambda: place.pieces(address, 0, 1),
        lambda: place.delete(address),
    ):
        with pytest.raises(ValueError, match="addressed by its SHA-256"):
            attempt()


def test_a_folder_and_its_files_are_private(files_folder):
    storage.current().put(ADDRESS, CONTENT)
    file = files_folder / ADDRESS[:2] / ADDRESS[2:4] / ADDRESS
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (file, file.parent, file.parent.parent, files_folder)]
    assert modes == [0o600, 0o700, 0o700, 0o700]


def test_a_crash_while_writing_leaves_nothing_that_counts(files_folder, monkeypatch):
    def full(handle):
        raise OSError(28, "No space left on device")

    (files_folder / ADDRESS[:2] / ADDRESS[2:4]).mkdir(parents=True)
    with monkeypatch.context() as edge:
        edge.setattr(os, "fsync", full)
        with pytest.raises(StorageAway, match="No space left on device"):
            storage.current().put(ADDRESS, CONTENT)
    assert list(storage.current().addresses()) == []
    assert [path for path in files_folder.rglob("*") if path.is_file()] == []


def test_content_is_on_disk_before_its_name_and_the_name_before_the_answer(monkeypatch, files_folder):
    storage.current().put(digest(b"first"), b"first")
    (files_folder / ADDRESS[:2] / ADDRESS[2:4]).mkdir(parents=True)
    steps = []
    sync, rename = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda handle: steps.append(_synced(handle)) or sync(handle))
    monkeypatch.setattr(Path, "replace", lambda path, to: steps.append("renamed") or rename(path, to))
    storage.current().put(ADDRESS, CONTENT)
    assert steps == ["file", "renamed", "folder"]


def _synced(handle: int) -> str:
    return "folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file"


def test_half_written_files_are_not_content(files_folder):
    storage.current().put(ADDRESS, CONTENT)
    (files_folder / ADDRESS[:2] / ADDRESS[2:4] / ".new-abc").write_bytes(b"half")
    assert [address for address, _ in storage.current().addresses()] == [ADDRESS]


def test_content_that_is_not_read_to_its_end_lets_go_of_the_file():
    place = storage.current()
    place.put(ADDRESS, CONTENT)
    place.pieces(ADDRESS, 0, len(CONTENT))
    pieces = place.pieces(ADDRESS, 0, len(CONTENT))
    assert len(next(pieces)) == storage.CHUNK
    pieces.close()
    assert list(pieces) == []


def test_a_folder_that_cannot_be_used_is_said_to_be_away(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    place = FolderStorage(tmp_path / "file")
    for attempt in (
        lambda: place.put(ADDRESS, b"x"),
        lambda: place.pieces(ADDRESS, 0, 1),
        lambda: place.delete(ADDRESS),
    ):
        with pytest.raises(StorageAway):
            attempt()


def test_a_server_that_does_not_answer_or_refuses_is_said_to_be_away(settings, bucket_url):
    for url in (
        "s3://key:secret@127.0.0.1:1/files?tls=no",
        bucket_url.partition("?")[0].rsplit("/", 1)[0] + "/no-such-bucket?tls=no",
    ):
        settings.STORAGE_URL = url
        place = storage.current()
        with pytest.raises(StorageAway):
            place.put(ADDRESS, b"x")
        with pytest.raises(StorageAway):
            list(place.addresses())


@pytest.mark.parametrize("url", ["", "ftp://somewhere/files", "/srv/files"])
def test_an_address_of_another_kind_is_refused_loudly(settings, url):
    settings.STORAGE_URL = url
    with pytest.raises(ImproperlyConfigured, match="STORAGE_URL begins with"):
        storage.current()


def test_the_address_says_whether_the_server_speaks_tls(settings):
    settings.STORAGE_URL = "s3://key:secret@objects.example/files"
    assert storage.current().client.meta.endpoint_url == "https://objects.example"
