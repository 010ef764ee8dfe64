"""Plants for what is written about the house: links, app pages, machine paths, dependencies, test options, rule ids."""

from tests.architecture.checks.rules_cited import IDS

from .plant import Plant

PROJECT = '[project]\ndependencies = ["django-csp==4.0", "celery[redis]==5.7"]\n'
REASONS = (
    "| package | why |\n|---|---|\n"
    "| `django-csp` | the strict policy in one dict |\n| `celery[redis]` | the fixed choice for jobs |\n"
)
DECISION = "docs/decisions/0002-dependencies.md"
OPTIONS = (
    "[tool.pytest.ini_options]\n"
    'addopts = "-p tests.architecture.coverage_gate --strict-markers --fail-on-template-vars"\n'
    'filterwarnings = ["error"]\n'
)
MACHINE_PATH = "Look in /wo" + "rk/main for it.\n"
WAITING = dict.fromkeys(IDS, "later: waits for its own step")
CODE = 'def first_year_gate():\n    """The gate (Y1–Y6, M)."""\n'
TESTS = (
    'def test_y1_is_indicative(): pass\n\ndef test_Y2_too(): pass\n\ndef test_gate():\n    """Y3 to Y6 and (M)."""\n'
)
GATE = dict.fromkeys(("Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "M"), "built")

PLANTS: dict[str, list[Plant]] = {
    "links": [
        Plant(
            bad={"README.md": "See [this](docs/gone.md).\n"},
            clean={
                "README.md": "See [this](docs/here.md#part) and [that](https://example.org).\n",
                "docs/here.md": "x\n",
            },
            says="the link to docs/gone.md leads nowhere",
        ),
        Plant(
            bad={"docs/a.md": "![shot](shot.png)\n"},
            clean={"docs/a.md": "[up](../README.md)\n", "README.md": "x\n"},
            says="mend it",
        ),
    ],
    "app_pages": [
        Plant(
            bad={"training/models.py": ""}, clean={"training/README.md": "# Training\n"}, says="this app has no page"
        ),
        Plant(
            bad={"training/README.md": "x\n" * 61}, clean={"training/README.md": "x\n" * 60}, says="more than one page"
        ),
    ],
    "machine_paths": [
        Plant(
            bad={"docs/a.md": MACHINE_PATH},
            clean={"docs/a.md": "Look in var/ for it.\n"},
            says="belongs to one machine",
        ),
        Plant(
            bad={"training/rules.py": f"# {MACHINE_PATH}"},
            clean={"training/rules.py": 'URL = "/dev/mail/"\n'},
            says="name it relative to the tree",
        ),
    ],
    "dependencies": [
        Plant(
            bad={"pyproject.toml": PROJECT, DECISION: REASONS.replace("| `django-csp`", "| django")},
            clean={"pyproject.toml": PROJECT, DECISION: REASONS},
            says="dependency django-csp has no reason",
        ),
        Plant(
            bad={"pyproject.toml": PROJECT, DECISION: REASONS + "- `left-pad`: pads on the left side\n"},
            clean={"pyproject.toml": PROJECT, DECISION: REASONS.replace("| `django", "- `Django").replace("_", "-")},
            says="left-pad is no dependency any more",
        ),
        Plant(
            bad={"pyproject.toml": PROJECT, DECISION: REASONS.replace("the strict policy in one dict", "good")},
            clean={"pyproject.toml": PROJECT, DECISION: REASONS},
            says="the reason for django-csp is no sentence",
        ),
    ],
    "test_options": [
        Plant(
            bad={"pyproject.toml": OPTIONS.replace("--fail-on-template-vars", "")},
            clean={"pyproject.toml": OPTIONS},
            says="lost --fail-on-template-vars",
        ),
        Plant(
            bad={"pyproject.toml": OPTIONS.replace('["error"]', '["default"]')},
            clean={"pyproject.toml": OPTIONS},
            says="does not begin with error",
        ),
        Plant(
            bad={"pyproject.toml": OPTIONS.replace("-p tests.architecture.coverage_gate ", "")},
            clean={"pyproject.toml": OPTIONS},
            says="lost the coverage gate",
        ),
    ],
}

# (table, files, what the check must say); None: it must say nothing.
RULE_PLANTS: list[tuple[dict[str, str], dict[str, str], str | None]] = [
    (WAITING | GATE, {"assessments/rules.py": CODE, "tests/test_gate.py": TESTS}, None),
    (WAITING, {}, None),
    (WAITING | GATE, {"assessments/rules.py": CODE}, "Y1 is built but cited in no test"),
    (WAITING | GATE, {"tests/test_gate.py": TESTS}, "M is built but cited in no docstring of the code"),
    (WAITING, {"assessments/rules.py": CODE, "tests/test_gate.py": TESTS}, "Y4 waits"),
    (WAITING | dict.fromkeys(GATE, "begun: its pages wait for the moderator's"), {"assessments/rules.py": CODE}, None),
    (WAITING | {"Y1": "begun: its pages wait for the moderator's"}, {}, "Y1 is begun but the code does not cite it"),
    (WAITING, {"assessments/rules.py": CODE}, "Y6 waits (later: waits for its own step) but is cited in the code"),
    (WAITING | {"T12": "built"}, {}, "T12 is no rule of the scheme"),
    ({name: WAITING[name] for name in IDS if name != "N"}, {}, "N is not in the table"),
    (WAITING | {"N": "later:"}, {}, "N has no standing"),
]
