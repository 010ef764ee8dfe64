"""A first start that was interrupted while it made the demo world is thrown away, never shown."""

from __future__ import annotations

import socket

import pytest

from ctts.embedded_stack import EmbeddedStack
from ctts.state import StateFolder


@pytest.fixture
def stack(tmp_path):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        said = []
        found = EmbeddedStack(
            StateFolder(tmp_path), listener=listener, host="127.0.0.1", say=said.append, loads_demo=True
        )
        yield found, said


def test_half_a_world_is_thrown_away_with_its_cluster(stack):
    found, said = stack
    found.postgres.data.mkdir(parents=True)
    (found.postgres.data / "PG_VERSION").write_text("18")
    found.half_made.touch()
    found.throw_away_half_a_world()
    assert not found.postgres.data.exists() and not found.half_made.exists()
    assert said == ["An earlier start was interrupted; beginning anew"]


def test_the_mark_stands_only_while_the_first_world_is_made(stack, monkeypatch):
    found, _ = stack
    seen = []
    found.loading = object()
    monkeypatch.setattr(found, "finish", lambda *_, **__: seen.append(found.half_made.exists()) or "[]")
    found.load()
    found.load()  # the code has changed: nothing is to be thrown away
    assert seen == [True, False] and not found.half_made.exists()
