"""A storage of its own for each test; a bucket on moto's server; a malware scanner that speaks clamd's protocol."""

from __future__ import annotations

import socket
import struct
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import boto3
import pytest

from ctts.accounts.models import User
from ctts.documents import storage
from ctts.processes import free_port
from tests.documents.samples import NOW

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@pytest.fixture(autouse=True)
def files_folder(settings, tmp_path: Path) -> Path:
    """Each test keeps its files in an empty folder."""
    folder = tmp_path / "files"
    settings.STORAGE_URL = f"file://{folder}"
    return folder


@pytest.fixture
def people(db) -> SimpleNamespace:
    """Two who upload, one who uploads for others, two of the office."""
    names = ("tara", "tom", "sam", "olive", "oscar")
    made = {n: User.objects.enter(email=f"{n}@example.org", full_name=n.title(), now=NOW) for n in names}
    return SimpleNamespace(**made)


@pytest.fixture(scope="session")
def object_server(tmp_path_factory) -> Iterator[int]:
    """moto's server in a process of its own; yields its port."""
    port = free_port()
    log = (tmp_path_factory.mktemp("moto") / "log").open("wb")
    program = f"from moto.server import main; main(['-H', '127.0.0.1', '-p', '{port}'])"
    process = subprocess.Popen([sys.executable, "-c", program], stdout=log, stderr=log)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/moto-api/", timeout=2).close()
            break
        except OSError:
            time.sleep(0.2)
    yield port
    process.terminate()
    process.wait(20)
    log.close()


@pytest.fixture
def bucket_url(object_server: int) -> str:
    """The STORAGE_URL of an empty bucket."""
    name = f"files-{time.monotonic_ns()}"
    client = boto3.client(
        "s3",
        endpoint_url=f"http://127.0.0.1:{object_server}",
        aws_access_key_id="key",
        aws_secret_access_key="secret/with+signs",
        region_name="eu-west-2",
    )
    client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
    client.close()
    return f"s3://key:secret%2Fwith%2Bsigns@127.0.0.1:{object_server}/{name}?region=eu-west-2&tls=no"


@pytest.fixture(params=["folder", "bucket"])
def place(request, settings) -> storage.Storage:
    """The storage as the settings choose it, once a folder and once a bucket."""
    if request.param == "bucket":
        settings.STORAGE_URL = request.getfixturevalue("bucket_url")
    return storage.current()


class Scanner:
    """clamd's INSTREAM on a real socket: says what it is told, or finds the EICAR test file."""

    def __init__(self) -> None:
        self.answer: bytes | None = None
        self.hangs_up = False
        self.received: list[bytes] = []
        self.server = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.server.getsockname()[1]}"
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self) -> None:
        while True:
            try:
                line, _ = self.server.accept()
            except OSError:
                return
            with line, line.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                content = b""
                while length := struct.unpack("!I", stream.read(4))[0]:
                    content += stream.read(length)
                self.received.append(content)
                if self.hangs_up:
                    continue
                found = b"stream: Eicar-Test-Signature FOUND" if EICAR in content else b"stream: OK"
                line.sendall((found if self.answer is None else self.answer) + b"\0")

    def stop(self) -> None:
        if self.server.fileno() >= 0:
            self.server.shutdown(socket.SHUT_RDWR)
            self.server.close()
        self.thread.join(5)


@pytest.fixture
def scanner(settings) -> Iterator[Scanner]:
    """A configured malware scanner."""
    running = Scanner()
    settings.CLAMD_ADDRESS = running.address
    yield running
    running.stop()
