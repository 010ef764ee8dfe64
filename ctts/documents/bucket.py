"""The storage on an S3-compatible server. Needs boto3 (the `server` extra); imported only when STORAGE_URL says s3."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import boto3
from boto3.exceptions import S3UploadFailedError
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from ctts.documents.storage import CHUNK, Missing, StorageAway, checked

FOLDER = "files/"
ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})


class BucketStorage:
    """A private bucket: `s3://key:secret@host:port/bucket?region=…&tls=no`; keys are `files/<sha256>`.

    The server keeps an object only when the checksum sent with it fits, so a torn upload is never stored.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        asked = parse_qs(parts.query)
        scheme = "http" if asked.get("tls", ["yes"])[0] == "no" else "https"
        self.bucket = parts.path.strip("/")
        self.client = boto3.client(
            "s3",
            endpoint_url=f"{scheme}://{parts.hostname}:{parts.port}" if parts.port else f"{scheme}://{parts.hostname}",
            aws_access_key_id=unquote(parts.username or ""),
            aws_secret_access_key=unquote(parts.password or ""),
            region_name=asked.get("region", ["eu-west-2"])[0],
            config=Config(
                s3={"addressing_style": "path"}, connect_timeout=5, read_timeout=30, retries={"max_attempts": 3}
            ),
        )

    def put(self, sha256: str, content: bytes) -> None:
        """Keep content; written again when it is there already, which changes nothing but its age."""
        with _answering(sha256):
            self.client.put_object(Bucket=self.bucket, Key=_key(sha256), Body=content, ChecksumAlgorithm="SHA256")

    def put_file(self, sha256: str, path: Path) -> None:
        """Keep the content of a file, sent in parts as it is read."""
        with _answering(sha256):
            more = {"ChecksumAlgorithm": "SHA256"}
            self.client.upload_file(str(path), self.bucket, _key(sha256), ExtraArgs=more)

    def pieces(self, sha256: str, start: int, length: int) -> Iterator[bytes]:
        """Bytes of content, passed on as they arrive."""
        span = f"bytes={start}-{start + length - 1}"
        with _answering(sha256):
            found = self.client.get_object(Bucket=self.bucket, Key=_key(sha256), Range=span)
        pieces: Iterator[bytes] = found["Body"].iter_chunks(CHUNK)
        return pieces

    def delete(self, sha256: str) -> None:
        """Forget content."""
        with _answering(sha256):
            self.client.delete_object(Bucket=self.bucket, Key=_key(sha256))

    def addresses(self) -> Iterator[tuple[str, datetime]]:
        """Every content of the bucket."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=FOLDER)
        with _answering(self.bucket):
            for page in pages:
                for found in page.get("Contents", []):
                    yield found["Key"].removeprefix(FOLDER), found["LastModified"]


def _key(sha256: str) -> str:
    return f"{FOLDER}{checked(sha256)}"


@contextmanager
def _answering(what: str) -> Iterator[None]:
    """Say Missing for absent content and StorageAway for every other trouble with the server."""
    try:
        yield
    except ClientError as problem:
        if problem.response.get("Error", {}).get("Code") in ABSENT:
            raise Missing(what) from problem
        raise StorageAway(type(problem).__name__) from problem
    except (BotoCoreError, S3UploadFailedError) as problem:
        raise StorageAway(type(problem).__name__) from problem
