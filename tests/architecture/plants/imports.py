"""Plants for ranks, borders, circles, layers and imports in functions."""

from .plant import Plant

HELPER = {"training/scanner": ("rules", "reads text only, called by rules")}

PLANTS: dict[str, list[Plant]] = {
    "ranks": [
        Plant(
            bad={"ctts/scheme/queries.py": "from training.models import TrainingRecord\n", "training/models.py": ""},
            clean={"training/queries.py": "from ctts.scheme.models import Intake\n", "ctts/scheme/models.py": ""},
            says="ctts.scheme may not know training",
        ),
        Plant(
            bad={
                "ctts/common/clock.py": "def now():\n    from ctts import audit\n    return audit\n",
                "ctts/audit/__init__.py": "",
            },
            clean={"ctts/audit/rules.py": "from ctts.common import clock\n", "ctts/common/clock.py": ""},
            says="ctts.common may not know ctts.audit",
        ),
        Plant(
            bad={
                "applications/models.py": (
                    'from django.db import models\nx = models.ForeignKey("training.Record", models.PROTECT)\n'
                )
            },
            clean={
                "training/models.py": (
                    'from django.db import models\nx = models.ForeignKey("scheme.Scope", models.PROTECT)\n'
                )
            },
            says="applications may not know training",
        ),
        Plant(
            bad={
                "ctts/scheme/models.py": (
                    "from django.db.models import OneToOneField as One, ForeignKey\n"
                    'x = ForeignKey(to="moderation.Board")\n'
                )
            },
            clean={
                "moderation/models.py": 'from django.db.models import ForeignKey\nx = ForeignKey(to="scheme.Scope")\n'
            },
            says="ctts.scheme may not know moderation",
        ),
        Plant(
            bad={"ctts/audit/models.py": "from django.conf import settings\nwho = settings.AUTH_USER_MODEL\n"},
            clean={"ctts/documents/models.py": "from django.conf import settings\nwho = settings.AUTH_USER_MODEL\n"},
            says="ctts.audit may not know ctts.accounts",
        ),
        Plant(
            bad={"ctts/audit/queries.py": "from django.contrib.auth import get_user_model\nUser = get_user_model()\n"},
            clean={
                "ctts/scheme/queries.py": "from django.contrib.auth import get_user_model\nUser = get_user_model()\n"
            },
            says="ctts.audit may not know ctts.accounts",
        ),
        Plant(
            bad={
                "applications/migrations/0001_initial.py": (
                    'class Migration:\n    dependencies = [("training", "0001_initial")]\n'
                )
            },
            clean={
                "training/migrations/0001_initial.py": (
                    'class Migration:\n    dependencies = [("applications", "0001_initial")]\n'
                )
            },
            says="applications may not know training",
        ),
        Plant(
            bad={
                "ctts/scheme/tasks.py": (
                    'from importlib import import_module\nx = import_module("assessments.queries")\n'
                )
            },
            clean={
                "assessments/tasks.py": (
                    'from importlib import import_module\nx = import_module("ctts.scheme.queries")\n'
                )
            },
            says="ctts.scheme may not know assessments",
        ),
        Plant(
            bad={"training/tasks.py": 'from django.apps import apps\nx = apps.get_model("moderation", "Board")\n'},
            clean={"moderation/tasks.py": 'from django.apps import apps\nx = apps.get_model("training", "Record")\n'},
            says="training may not know moderation",
        ),
    ],
    "borders": [
        Plant(
            bad={"assessments/views.py": "from training.forms import PlanForm\n", "training/forms.py": ""},
            clean={"assessments/views.py": "from training.queries import plans\n", "training/queries.py": ""},
            says="between apps only",
        ),
        Plant(
            bad={"ctts/home/views.py": "import ctts.demo.people\n", "ctts/demo/people.py": ""},
            clean={"ctts/demo/people.py": "import ctts.home.queries\n", "ctts/home/queries.py": ""},
            says="nobody imports ctts.demo",
        ),
        Plant(
            bad={"ctts/demo/people.py": "from tests.cast import make\n", "tests/cast.py": ""},
            clean={"tests/cast.py": "from ctts.demo.people import PEOPLE\n", "ctts/demo/people.py": ""},
            says="never imports its tests",
        ),
    ],
    "composition_root": [
        Plant(
            bad={"ctts/documents/storage.py": "from ctts import settings\n", "ctts/settings.py": ""},
            clean={"ctts/documents/storage.py": "from django.conf import settings\n", "ctts/settings.py": ""},
            says="ctts.settings is composition root",
        ),
        Plant(
            bad={"training/tasks.py": "from ctts.celery import app\n", "ctts/celery.py": ""},
            clean={"ctts/home/management/commands/run.py": "from ctts import stack\n", "ctts/stack.py": ""},
            says="ctts.celery is composition root",
        ),
    ],
    "stand_alone": [
        Plant(
            bad={"ctts/bootstrap.py": "import django\n"},
            clean={"ctts/bootstrap.py": "import subprocess\nfrom pathlib import Path\n"},
            says="standard library only",
        ),
        Plant(
            bad={"ctts/__init__.py": "from ctts import settings\nfrom ctts.urls import urlpatterns\n"},
            clean={"ctts/__init__.py": "from ctts.celery import app\n"},
            says="ctts may not import ctts.urls",
        ),
    ],
    "circles": [
        Plant(
            bad={
                "training/actions/a.py": "from training.actions import b\n",
                "training/actions/b.py": "from . import a\n",
            },
            clean={"training/actions/a.py": "from training.actions import b\n", "training/actions/b.py": ""},
            says="training.actions.a → training.actions.b import one another",
        ),
        Plant(
            bad={
                "ctts/common/a.py": "from ctts.common import b\n",
                "ctts/common/b.py": "from ctts.common import c\n",
                "ctts/common/c.py": "def f():\n    from ctts.common.a import x\n    return x\n",
            },
            clean={
                "ctts/common/a.py": "from ctts.common import b, c\n",
                "ctts/common/b.py": "from . import c\n",
                "ctts/common/c.py": "",
            },
            says="ctts.common.a → ctts.common.b → ctts.common.c",
        ),
    ],
    "known_layers": [
        Plant(bad={"training/utils.py": ""}, clean={"training/rules.py": ""}, says="utils is no layer"),
        Plant(
            bad={"training/rules.py": ""},
            clean={"training/scanner.py": ""},
            says="registered helper is gone",
            helpers=HELPER,
        ),
        Plant(
            bad={"training/scanner.py": ""},
            clean={"training/actions/dops.py": "", "training/migrations/0001_initial.py": "", "training/apps.py": ""},
            says="scanner is no layer",
        ),
    ],
    "downwards": [
        Plant(
            bad={"training/queries.py": "from training.actions import sign\n", "training/actions.py": ""},
            clean={"training/actions.py": "from training.queries import items\n", "training/queries.py": ""},
            says="queries stands below actions",
        ),
        Plant(
            bad={
                "training/tasks.py": "def go():\n    from . import actions\n    return actions\n",
                "training/actions/dops.py": "",
            },
            clean={"training/actions/dops.py": "from .. import tasks\n", "training/tasks.py": ""},
            says="tasks stands below actions",
        ),
        Plant(
            bad={"training/__init__.py": "from training.models import Record\n", "training/models.py": ""},
            clean={"training/__init__.py": "", "training/models.py": ""},
            says="stays free of imports",
        ),
        Plant(
            bad={"training/scanner.py": "from training.models import Item\n", "training/models.py": ""},
            clean={"training/scanner.py": "", "training/rules.py": "from training.scanner import scan\n"},
            says="scanner stands below models",
            helpers=HELPER,
        ),
    ],
    "pure_rules": [
        Plant(
            bad={"training/rules.py": "from django.db import connection\n"},
            clean={"training/rules.py": "from fractions import Fraction\nfrom ctts.common.months import add_months\n"},
            says="rules knows no database",
        ),
        Plant(
            bad={"assessments/rules.py": "from training.models import Dops\n", "training/models.py": ""},
            clean={"assessments/rules.py": "from training.rules import expected_end\n", "training/rules.py": ""},
            says="rules may not know training.models",
        ),
        Plant(
            bad={"training/states.py": "from ctts.scheme.states import IntakeState\n", "ctts/scheme/states.py": ""},
            clean={
                "training/states/dops.py": "from django.db.models import TextChoices\n",
                "training/states/__init__.py": "from training.states.dops import DopsState\n",
            },
            says="states may not know ctts.scheme.states",
        ),
    ],
    "local_imports": [
        Plant(
            bad={"training/tasks.py": "def render():\n    import weasyprint\n    return weasyprint\n"},
            clean={"training/tasks.py": "import weasyprint\n\ndef render():\n    return weasyprint\n"},
            says="import of weasyprint inside a function",
        ),
        Plant(
            bad={"tests/training/test_x.py": "class TestX:\n    def test_y(self):\n        from ..cast import make\n"},
            clean={"tests/training/test_x.py": "class TestX:\n    from ..cast import make\n"},
            says="import of ..cast inside a function",
        ),
    ],
}
