"""Plants for the names that may stand in few places: clock, queue, mail, signals, managers, settings, environment."""

from .plant import Plant

PLANTS: dict[str, list[Plant]] = {
    "clock": [
        Plant(
            bad={"training/actions.py": "from django.utils import timezone\nx = timezone.now()\n"},
            clean={"training/actions.py": "def sign(*, now): return now\n"},
            says="django.utils.timezone.now may not stand here; take `now`",
        ),
        Plant(
            bad={"ctts/home/tasks.py": "import datetime as dt\nx = dt.datetime.now(dt.UTC)\n"},
            clean={"ctts/common/clock.py": "import datetime as dt\nx = dt.datetime.now(dt.UTC)\n"},
            says="datetime.datetime.now may not stand here",
        ),
        Plant(
            bad={"training/rules.py": "from datetime import date\ndef f(): return date.today()\n"},
            clean={"training/rules.py": "from datetime import date\ndef f(today: date): return today\n"},
            says="datetime.date.today may not stand here",
        ),
        Plant(
            bad={"training/views.py": "from ctts.common import clock\ndef page(request): return clock.now()\n"},
            clean={"training/periodic.py": "from ctts.common import clock\ndef tick(): return clock.now()\n"},
            says="ctts.common.clock.now may not stand here",
        ),
        Plant(
            bad={"ctts/embedded.py": "from time import time\n"},
            clean={"ctts/embedded.py": "from time import monotonic\n"},
            says="time.time may not stand here",
        ),
    ],
    "queue": [
        Plant(
            bad={"training/actions.py": "from training.tasks import render\nrender.apply_async(kwargs={})\n"},
            clean={"ctts/common/queue.py": "def enqueue(task): task.apply_async(kwargs={})\n"},
            says="use ctts.common.queue.enqueue",
        ),
        Plant(
            bad={"training/actions.py": "from training import tasks\ntasks.jobs()[0].delay(1)\n"},
            clean={"training/actions.py": "from ctts.common.queue import enqueue\nenqueue(1)\n"},
            says="delay may not stand here",
        ),
        Plant(
            bad={"training/tasks.py": "from celery import shared_task\n\n@shared_task\ndef render(): pass\n"},
            clean={"training/tasks.py": "from ctts.common.queue import job\n\n@job('x')\ndef render(): pass\n"},
            says="use ctts.common.queue.job",
        ),
        Plant(
            bad={"training/actions.py": "from django.db import transaction\ntransaction.on_commit(print)\n"},
            clean={"ctts/common/queue.py": "from django.db import transaction\ntransaction.on_commit(print)\n"},
            says="django.db.transaction.on_commit may not stand here",
        ),
    ],
    "mail": [
        Plant(
            bad={"training/actions.py": "from django.core.mail import send_mail\n"},
            clean={"ctts/notifications/tasks.py": "from django.core.mail import EmailMessage\n"},
            says="use ctts.notifications.actions.notify",
        ),
        Plant(
            bad={"moderation/tasks.py": "from django.core import mail\nmail.EmailMessage()\n"},
            clean={"moderation/tasks.py": "from ctts.notifications.actions import notify\nnotify()\n"},
            says="django.core.mail.EmailMessage may not stand here",
        ),
    ],
    "signals": [
        Plant(
            bad={"training/models.py": "from django.db.models.signals import post_save\n"},
            clean={"ctts/common/rows.py": "from django.db.models.signals import post_save\n"},
            says="say it in an action",
        ),
        Plant(
            bad={"ctts/accounts/apps.py": "from django.dispatch import receiver\n"},
            clean={"ctts/accounts/apps.py": "from django.apps import AppConfig\n"},
            says="django.dispatch.receiver may not stand here",
        ),
    ],
    "class_views": [
        Plant(
            bad={"training/views.py": "from django.views.generic import ListView\nclass Items(ListView): pass\n"},
            clean={"training/views.py": "def items(request): return 1\n"},
            says="write a function view",
        ),
        Plant(
            bad={"training/urls.py": "from training.views import Items\nx = Items.as_view()\n"},
            clean={"training/urls.py": "from training import views\nx = views.items\n"},
            says="as_view may not stand here",
        ),
    ],
    "managers": [
        Plant(
            bad={
                "training/views/trainee.py": (
                    "from training.models import Item\ndef x(request): return Item.objects.all()\n"
                )
            },
            clean={"training/queries.py": "from training.models import Item\ndef items(): return Item.objects.all()\n"},
            says="never touch managers",
        ),
        Plant(
            bad={"training/forms.py": "from training.models import Item\nx = Item._default_manager\n"},
            clean={"training/forms.py": "def form(*, items): return items\n"},
            says="_default_manager may not stand here",
        ),
    ],
    "mark_safe": [
        Plant(
            bad={"training/templatetags/x.py": "from django.utils.safestring import mark_safe\n"},
            clean={"training/templatetags/x.py": "from django.utils.html import format_html\n"},
            says="use format_html",
        )
    ],
    "stock_user": [
        Plant(
            bad={"training/models.py": "from django.contrib.auth.models import User\n"},
            clean={"training/models.py": "from ctts.accounts.models import User\n"},
            says="use settings.AUTH_USER_MODEL",
        )
    ],
    "add_trigger": [
        Plant(
            bad={
                "training/migrations/0002_x.py": (
                    "import pgtrigger.migrations\noperations = [pgtrigger.migrations.AddTrigger(model_name='item')]\n"
                )
            },
            clean={
                "training/migrations/0002_x.py": (
                    "import ctts.common.triggers\noperations = [ctts.common.triggers.AddTrigger(model_name='item')]\n"
                )
            },
            says="use ctts.common.triggers.AddTrigger",
        ),
        Plant(
            bad={"training/migrations/0002_x.py": "from pgtrigger.migrations import AddTrigger as Add\n"},
            clean={
                "ctts/common/triggers.py": "from pgtrigger.migrations import AddTrigger as Base\n",
                "training/migrations/0002_x.py": "from pgtrigger.migrations import RemoveTrigger\n",
            },
            says="pgtrigger.migrations.AddTrigger may not stand here",
        ),
    ],
    "blind_excepts": [
        Plant(
            bad={"training/tasks.py": "try:\n    x = 1\nexcept Exception:\n    pass\n"},
            clean={"training/tasks.py": "try:\n    x = 1\nexcept ValueError:\n    pass\n"},
            says="name the exceptions",
        ),
        Plant(
            bad={"training/tasks.py": "try:\n    x = 1\nexcept:\n    pass\n"},
            clean={"training/tasks.py": "try:\n    x = 1\nexcept BaseException:\n    x = 2\n    raise\n"},
            says="blind except",
        ),
        Plant(
            bad={"tests/x.py": "try:\n    x = 1\nexcept (ValueError, BaseException):\n    pass\n"},
            clean={"tests/x.py": "import contextlib\nwith contextlib.suppress(ValueError): x = 1\n"},
            says="blind except",
        ),
        Plant(
            bad={"training/access.py": "from contextlib import suppress\nwith suppress(Exception): x = 1\n"},
            clean={"training/access.py": "from contextlib import suppress\nwith suppress(KeyError): x = 1\n"},
            says="blind except",
        ),
    ],
    "own_patches": [
        Plant(
            bad={"tests/test_x.py": 'from unittest import mock\nwith mock.patch("training.actions.sign"): pass\n'},
            clean={"tests/test_x.py": 'from unittest import mock\nwith mock.patch("smtplib.SMTP"): pass\n'},
            says="training.actions.sign is ours",
        ),
        Plant(
            bad={
                "tests/test_x.py": (
                    "from ctts.audit import actions\n"
                    "def test_x(monkeypatch): monkeypatch.setattr(actions, 'record', 1)\n"
                )
            },
            clean={
                "tests/test_x.py": "import socket\ndef test_x(monkeypatch): monkeypatch.setattr(socket, 'create', 1)\n"
            },
            says="ctts.audit.actions is ours",
        ),
        Plant(
            bad={
                "tests/test_x.py": (
                    "from unittest.mock import patch\nfrom training import access\n"
                    "@patch.object(access, 'can_sign')\ndef test_x(can): pass\n"
                )
            },
            clean={
                "tests/test_x.py": (
                    "from unittest.mock import patch\nimport os\n@patch.dict(os.environ, {})\ndef test_x(): pass\n"
                )
            },
            says="training.access is ours",
        ),
    ],
    "environment": [
        Plant(
            bad={"ctts/documents/storage.py": "import os\nx = os.environ['STORAGE_URL']\n"},
            clean={"ctts/settings.py": "import os\nx = os.environ['STORAGE_URL']\n"},
            says="declare a setting",
        ),
        Plant(
            bad={"training/tasks.py": "from os import getenv\n"},
            clean={"tests/plugin.py": "from os import getenv\n"},
            says="os.getenv may not stand here",
        ),
    ],
    "settings": [
        Plant(
            bad={"training/tasks.py": "from django.conf import settings\nx = settings.VAULT_KEY\n"},
            clean={"training/tasks.py": "from django.conf import settings\nx = settings.AUTH_USER_MODEL\n"},
            says="django.conf.settings.VAULT_KEY is read here",
        ),
        Plant(
            bad={"ctts/scheme/rules.py": "from django.conf import settings\nx = settings.MODE\n"},
            clean={"ctts/documents/tasks.py": "from django.conf import settings\nx = settings.CLAMD_ADDRESS\n"},
            says="take it as an argument",
        ),
    ],
}
