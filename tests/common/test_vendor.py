"""Files taken from other projects are exactly those of the manifest, unchanged, with their licence beside them."""

from __future__ import annotations

import hashlib
import json

import pytest
from django.conf import settings

MANIFEST = json.loads((settings.BASE_DIR / "static/vendor/manifest.json").read_text())
FILES = {entry["path"]: entry for entry in MANIFEST["files"]}
LICENCES = {"MIT", "0BSD", "OFL-1.1", "MPL-2.0"}


def test_every_vendored_file_is_in_the_manifest_and_the_other_way_round():
    folders = [settings.BASE_DIR / "static/vendor", settings.BASE_DIR / "tests/browser/vendor"]
    found = {path for folder in folders for path in folder.rglob("*") if path.is_file()}
    names = {str(path.relative_to(settings.BASE_DIR)) for path in found} - {"static/vendor/manifest.json"}
    assert names == set(FILES)


@pytest.mark.parametrize("path", FILES)
def test_vendored_file_is_unchanged(path):
    entry = FILES[path]
    assert hashlib.sha256((settings.BASE_DIR / path).read_bytes()).hexdigest() == entry["sha256"]
    assert entry["licence"] in LICENCES
    assert entry["package"]
    assert entry["version"]


def test_every_package_comes_with_its_licence():
    packages = {entry["package"] for entry in FILES.values()}
    licensed = {entry["package"] for path, entry in FILES.items() if "LICENSE" in path}
    assert packages == licensed
