"""Plants for templates: inline style and script, unescaped text, forms without a token, pages without base, mails."""

from .plant import Plant

BASE = {"templates/base.html": "<html><body>{% block page %}{% endblock %}</body></html>"}
NOTICE = 'from ctts.notifications.kinds import Notice\nX = Notice(key="training.signed", title="Signed")\n'
MAIL = {f"templates/mail/training.signed/{part}": "x" for part in ("subject.txt", "body.txt", "body.html")}
QUERIES = "def items_visible_to(user) -> QuerySet[Item]: pass\n"
LISTS = "from training import queries\n\ndef queue(request):\n    return queries.items_visible_to(request.user)\n"
FINDS_ONE = LISTS.replace("queries.items", "get_object_or_404(queries.items").replace("user)", "user), pk=1)")
ASKS_BESIDE = (
    LISTS.replace("def queue(request)", "def _rows(request)") + "\ndef queue(request):\n    return _rows(request)\n"
)
LIST = {
    "training/queries.py": QUERIES,
    "training/views/office.py": LISTS,
    "training/urls.py": (
        "from django.urls import path\nfrom training.views import office\n"
        'app_name = "training"\nurlpatterns = [path("queue/", office.queue, name="queue")]\n'
    ),
}
COUNTED = (
    "import pytest\n\n@pytest.mark.parametrize('rows', [1, 3])\n"
    "def test_queue(client, rows, django_assert_num_queries):\n    reverse('training:queue')\n"
)
CHILD = "{% extends 'training/frame.html' %}"

GUARDED = "from ctts.common.guards import guarded\n"
ENDED = GUARDED + "@guarded(X, methods='GET POST'{})\ndef end(request):\n    form = ReasonForm(data_of(request))\n"
BY_STEP = (
    GUARDED + "@guarded(X, methods='POST'{})\ndef end(request): return _ask(request, EndForm)\n"
    "def _ask(request, kind): return page(kind, NoteForm(request.POST, today=1))\n"
)
SHARED = (
    GUARDED + "from training.views._steps import step\n"
    "@guarded(X, methods='POST'{})\ndef end(request): return step(request) if isinstance(request, AnyForm) else 0\n"
)
STEP = "def step(request): return NoteForm(data=data_of(request))\n"

PLANTS: dict[str, list[Plant]] = {
    "asked": [
        Plant(
            bad={"training/views/ends.py": ENDED.format("")},
            clean={"training/views/ends.py": ENDED.format(", asks=(ReasonForm,)")},
            says="view end makes ReasonForm of what was posted; name it in asks=",
        ),
        Plant(
            bad={"training/views/ends.py": BY_STEP.format(", asks=(EndForm,)")},
            clean={"training/views/ends.py": BY_STEP.format(", asks=(EndForm, NoteForm)")},
            says="view end makes NoteForm of what was posted",
        ),
        Plant(
            bad={"training/views/ends.py": SHARED.format(""), "training/views/_steps.py": STEP},
            clean={"training/views/ends.py": SHARED.format(", asks=(NoteForm,)"), "training/views/_steps.py": STEP},
            says="view end makes NoteForm of what was posted",
        ),
        Plant(
            bad={"training/views/ends.py": BY_STEP.format("")},
            clean={"training/views/ends.py": BY_STEP.format(", asks=tuple(FORMS.values())")},
            says="view end makes EndForm, NoteForm of what was posted",
        ),
    ],
    "nothing_inline": [
        Plant(
            bad={"templates/training/a.html": '<p>\n<b style="color: red">x</b>'},
            clean={"templates/training/a.html": '<p class="late">style="x"</p>'},
            says="inline style",
        ),
        Plant(
            bad={"templates/training/a.html": "<script>alert(1)</script>"},
            clean={"templates/training/a.html": "<script src=\"{% static 'a.js' %}\" defer></script>"},
            says="inline script",
        ),
        Plant(
            bad={"templates/training/a.html": '<button {% if a > b %}disabled{% endif %}\n onclick="go()">x</button>'},
            clean={"templates/training/a.html": '<button data-once="1" {% if a > b %}disabled{% endif %}>x</button>'},
            says="event attribute",
        ),
        Plant(
            bad={"templates/mail/x/body.html": "<style>p {}</style><img onerror='x'>"},
            clean={"templates/mail/x/body.html": "<style>p {}</style><p style='x'>x</p>"},
            says="event attribute",
        ),
    ],
    "unsafe_filters": [
        Plant(
            bad={"templates/training/a.html": "{{ item.note|safe }}"},
            clean={"templates/training/a.html": "{{ item.note }}", "templates/mail/a/body.txt": "{% autoescape off %}"},
            says="lets text become markup",
        ),
        Plant(
            bad={"templates/training/a.html": "{% autoescape off %}{{ x }}{% endautoescape %}"},
            clean={"templates/training/a.html": "{# never |safe #}{{ x|linebreaks }}"},
            says="use format_html",
        ),
    ],
    "forms_protected": [
        Plant(
            bad={"templates/training/a.html": '<form method="post"><button>x</button></form>'},
            clean={
                "templates/training/a.html": '<form method="post">{% csrf_token %}</form><form method="get"></form>'
            },
            says="add {% csrf_token %}",
        )
    ],
    "pages_have_base": [
        Plant(
            bad={**BASE, "templates/training/a.html": "<h1>x</h1>"},
            clean={**BASE, "templates/training/_row.html": "<td>", "templates/components/badge.html": "<b>"},
            says="neither extends base.html",
        ),
        Plant(
            bad={**BASE, "templates/training/a.html": CHILD, "templates/training/frame.html": "{% extends 'x.html' %}"},
            clean={
                **BASE,
                "templates/training/a.html": CHILD,
                "templates/training/frame.html": "{% extends 'base.html' %}",
            },
            says="name it _fragment.html",
        ),
    ],
    "list_pages": [
        Plant(
            bad=LIST,
            clean={**LIST, "tests/training/test_queue.py": COUNTED},
            says="list page training:queue has no query",
        ),
        Plant(
            bad={**LIST, "tests/training/test_queue.py": COUNTED.replace("[1, 3]", "[1, 2]")},
            clean={**LIST, "training/views/office.py": FINDS_ONE},
            says="test it with rows [1, 3]",
        ),
        Plant(
            bad={**LIST, "training/views/office.py": ASKS_BESIDE},
            clean={**LIST, "training/queries.py": QUERIES.replace("QuerySet[Item]", "Item")},
            says="list page training:queue has no query",
        ),
        Plant(
            bad={"tests/test_x.py": "def test_x(client, django_assert_max_num_queries): pass\n"},
            clean={"tests/test_x.py": "def test_x(client, django_assert_num_queries): pass\n"},
            says="hides a growing page",
        ),
    ],
    "templates_shown": [
        Plant(
            bad={"templates/training/a.html": "<p>", "training/views.py": "X = 'training/b.html'\n"},
            clean={"templates/training/a.html": "<p>", "training/views.py": "X = 'training/a.html'\n"},
            says="nothing shows this template",
        ),
        Plant(
            bad={"templates/training/_row.html": "<td>"},
            clean={
                "templates/training/_row.html": "<td>",
                "templates/mfa/x.html": "{% include 'training/_row.html' %}",
            },
            says="use it or delete it",
        ),
    ],
    "notices_paired": [
        Plant(
            bad={"training/notices.py": NOTICE},
            clean={"training/notices.py": NOTICE, **MAIL},
            says="notice training.signed has no subject.txt, body.txt, body.html",
        ),
        Plant(bad=MAIL, clean={"training/notices/dops.py": NOTICE, **MAIL}, says="mail templates without a Notice"),
    ],
}
