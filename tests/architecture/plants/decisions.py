"""Plants for budgets, save overrides, states by hand, requests below views, the shape of actions, silenced tools."""

from .plant import Plant

LONG = "def {name}({args}):\n" + "    x = 1\n"
VIEW = "from django.http import HttpResponse\n\ndef page(request):\n" + "    x = 1\n"
ACTION = "from django.db import transaction\n\n@transaction.atomic\ndef sign(*, item_id, by, now):\n    x = 1\n"
GOOD = '"""Doc."""\n\ndef can_sign(user):\n    """Whether a supervisor may sign (T2)."""\n    return user\n'
READS = (
    "from ctts.common.guards import guarded\nfrom training import actions, queries\n\n"
    "@guarded(DOOR)\ndef page(request):\n    actions.sign()\n"
)
RECORDS = "from ctts.audit.actions import record\n\ndef sign():\n    record('training.item.signed')\n"
LATER_NOTE = "x = 1  # TO" + "DO write it\n"
SKIP_MARK = "@pytest.mark." + "skip"


def _lines(head: str, count: int) -> str:
    return head + "    x = 1\n" * count


PLANTS: dict[str, list[Plant]] = {
    "module_length": [
        Plant(
            bad={"training/actions.py": "x = 1\n" * 401},
            clean={"training/actions.py": "x = 1\n" * 400, "training/migrations/0001_initial.py": "x = 1\n" * 900},
            says="401 lines, 400 allowed",
        ),
        Plant(
            bad={
                "training/queries/__init__.py": '"""What it offers."""\n'
                + "from training.queries.dops import x\n" * 400
                + "y = 1\n"
            },
            clean={
                "training/queries/__init__.py": '"""What it offers."""\n'
                + "from training.queries.dops import x\n" * 400
                + "__all__ = []\n"
            },
            says="402 lines, 400 allowed",
        ),
    ],
    "function_length": [
        Plant(
            bad={"training/actions.py": _lines("def sign():\n", 40)},
            clean={"training/actions.py": "@x(\n    1,\n)\n" + _lines("def sign():\n", 39)},
            says="function sign has 41 lines, 40 allowed",
        ),
        Plant(
            bad={"training/views/trainee.py": _lines("def page(request):\n", 25)},
            clean={
                "training/views/trainee.py": _lines("def page(request):\n", 24) + _lines("def _step(request):\n", 39)
            },
            says="view page has 26 lines, 25 allowed",
        ),
        Plant(
            bad={"tests/test_x.py": _lines("def test_x():\n", 30)},
            clean={"tests/test_x.py": _lines("def test_x():\n", 29) + _lines("def helper():\n", 39)},
            says="test test_x has 31 lines, 30 allowed",
        ),
    ],
    "overrides": [
        Plant(
            bad={"training/models.py": "class Item:\n    def save(self, *args): super().save(*args)\n"},
            clean={"ctts/documents/storage.py": "class Folder:\n    def delete(self, name): pass\n"},
            says="save() is overridden",
        )
    ],
    "states_by_hand": [
        Plant(
            bad={"training/actions.py": "def sign(item):\n    item.state = 'signed'\n"},
            clean={"ctts/common/moves.py": "def change_state(item):\n    item.state = 'signed'\n"},
            says="use ctts.common.moves.change_state",
        ),
        Plant(
            bad={"training/queries.py": "def f(items):\n    items.filter(x=1).update(status='x', y=2)\n"},
            clean={"training/queries.py": "def f(items):\n    items.filter(status='x').update(y=2)\n"},
            says="status is set by hand",
        ),
        Plant(
            bad={"training/tasks.py": "setattr(item, 'review_state', 1)\n"},
            clean={"training/tasks.py": "setattr(item, 'seen', 1)\n"},
            says="review_state is set by hand",
        ),
    ],
    "requests_below": [
        Plant(
            bad={"training/access.py": "def can_sign(request): return request.user\n"},
            clean={"training/views.py": "def page(request): return request.user\n"},
            says="can_sign takes a request",
        ),
        Plant(
            bad={"training/actions.py": "from django.http import HttpRequest\ndef sign(*, asked: HttpRequest): pass\n"},
            clean={"ctts/accounts/middleware.py": "def gate(request): return request\n"},
            says="take the person (`by`)",
        ),
    ],
    "whole_saves": [
        Plant(
            bad={"training/actions.py": "def f(item):\n    item.save()\n"},
            clean={"training/actions.py": "def f(item):\n    item.save(update_fields=['note'])\n"},
            says="save() writes the whole row",
        )
    ],
    "row_locks": [
        Plant(
            bad={"training/actions.py": "def f(items):\n    items.select_for_update(of=('self',)).get()\n"},
            clean={"training/actions.py": "def f(items):\n    items.select_for_update(no_key=True).get()\n"},
            says="give no_key=True",
        )
    ],
    "one_domain_call": [
        Plant(
            bad={
                "training/views.py": (
                    "from training import actions\ndef page(request):\n    actions.a()\n    actions.b()\n"
                )
            },
            clean={"training/views.py": "from training import actions\ndef page(request):\n    actions.a()\n"},
            says="view page calls 2 actions",
        ),
        Plant(
            bad={
                "training/views/x.py": (
                    "from training.actions import dops\nfrom training.actions.plan import agree\ndef page(request):\n"
                    "    dops.a()\n    agree()\n"
                )
            },
            clean={
                "training/views/x.py": (
                    "from training.actions import dops\ndef page(request):\n    dops.a()\n    print()\n"
                )
            },
            says="make them one action",
        ),
    ],
    "reading": [
        Plant(
            bad={"training/views.py": READS},
            clean={
                "training/views.py": READS.replace("guarded(DOOR)", "guarded(DOOR, methods='GET POST', effect='x')")
            },
            says="view page takes GET only but calls an action",
        ),
        Plant(
            bad={"training/views.py": READS.replace("(DOOR)", "(DOOR, methods='GET HEAD')")},
            clean={"training/views.py": READS.replace("actions.sign()", "queries.items()")},
            says="let a POST do it",
        ),
    ],
    "action_shape": [
        Plant(
            bad={"training/actions.py": ACTION.replace("@transaction.atomic\n", "")},
            clean={"training/actions/x.py": ACTION, "training/actions/_steps.py": "def lock(item): pass\n"},
            says="is not @transaction.atomic",
        ),
        Plant(
            bad={"training/actions/dops.py": ACTION.replace("*, item_id", "item_id, *")},
            clean={"training/actions/dops.py": ACTION},
            says="put `*` first",
        ),
        Plant(
            bad={"training/actions.py": ACTION.replace("by, now", "today")},
            clean={"training/actions.py": ACTION.replace("atomic", "atomic(durable=True)")},
            says="does not take `by`; does not take `now`",
        ),
    ],
    "audit_kinds": [
        Plant(
            bad={"training/actions.py": RECORDS, "tests/test_x.py": "KIND = 'training.item.returned'\n"},
            clean={"training/actions.py": RECORDS, "tests/test_x.py": "KIND = 'training.item.signed'\n"},
            says="no test asserts the audit kind training.item.signed",
        )
    ],
    "docstrings": [
        Plant(
            bad={"training/access.py": "def can_sign(user): return user\n"},
            clean={"training/access.py": GOOD},
            says="can_sign has no docstring",
        ),
        Plant(
            bad={"training/models.py": 'class Item:\n    """A row."""\n    def is_late(self): return 1\n'},
            clean={
                "training/models.py": (
                    'class Item:\n    """A row."""\n    class Meta: pass\n    def __str__(self): return ""\n'
                )
            },
            says="Item.is_late has no docstring",
        ),
        Plant(
            bad={"training/models.py": "class Item: pass\n"},
            clean={"training/forms.py": "class F: pass\n"},
            says="Item has no",
        ),
    ],
    "silencers": [
        Plant(
            bad={"training/tasks.py": "import os  # noqa: F401\n"},
            clean={"training/tasks.py": "import os  # noqa: F401 — kept for the doctest above\n"},
            says="write `# noqa: X123 — the reason in words`",
        ),
        Plant(
            bad={"training/tasks.py": "x = 1  # type: ignore\n"},
            clean={"training/tasks.py": "x = 1  # type: ignore[attr-defined]  # functions carry their declaration\n"},
            says="type: ignore",
        ),
        Plant(
            bad={"training/tasks.py": "x = 1  # type: ignore[attr-defined] — the type checker cannot read this\n"},
            clean={"training/tasks.py": 'x = "# noqa and # type: ignore in a text are no comments"\n'},
            says="the reason in words",
        ),
        Plant(
            bad={"training/rules.py": "if x:  # pragma: no cover\n    pass\n"},
            clean={"training/rules.py": "if x:\n    pass\n"},
            says="write the test instead",
        ),
        Plant(
            bad={"training/rules.py": "# ruff: noqa\n# mypy: ignore-errors\n"},
            clean={"training/rules.py": "# Nothing is silenced here.\n"},
            says="silence one line",
        ),
    ],
    "postponed": [
        Plant(bad={"training/tasks.py": LATER_NOTE}, clean={"training/tasks.py": "x = 1  # done\n"}, says="finish it"),
        Plant(
            bad={"training/tasks.py": '"""FIX' + 'ME: wrong."""\n'},
            clean={"training/tasks.py": '"""Right."""\n'},
            says="postponed work",
        ),
        Plant(
            bad={"templates/training/item.html": "<p></p>\n<!-- TO" + "DO -->"},
            clean={"templates/training/item.html": "<p></p>"},
            says="postponed work",
        ),
    ],
    "skips": [
        Plant(
            bad={"tests/test_x.py": f"import pytest\n{SKIP_MARK}\ndef test_x(): pass\n"},
            clean={"tests/test_x.py": "import pytest\n@pytest.mark.slow\ndef test_x(): pass\n"},
            says="make the test pass",
        ),
        Plant(
            bad={"tests/test_x.py": "import pytest\ndef test_x(): pytest.importorskip('x')\n"},
            clean={"tests/test_x.py": "import pytest\ndef test_x(): pytest.raises(ValueError)\n"},
            says="pytest.importorskip",
        ),
    ],
}
