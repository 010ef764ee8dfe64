"""Templates as text: nothing inline, forms protected, every page grown from the one base, mails whole (screens.md)."""

import ast
import re
from collections.abc import Iterator

from .places import in_layers
from .tree import Tree, Violation

TAGS = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.S)
COMMENT = re.compile(r"\{% comment.*?endcomment %\}|\{#.*?#\}|<!--.*?-->", re.S)
ELEMENT = re.compile(r"<[a-zA-Z][^<>]*>", re.S)
EVENT = re.compile(r"\son[a-z]+\s*=", re.I)
STYLE = re.compile(r"\sstyle\s*=", re.I)
SCRIPT = re.compile(r"<script\b(?![^>]*\ssrc\s*=)(?![^>]*type=\"application/json\")", re.I)
POST_FORM = re.compile(r"<form\b[^>]*method=[\"']?post[^>]*>(.*?)</form>", re.I | re.S)
EXTENDS = re.compile(r"\{%\s*extends\s+[\"']([^\"']+)[\"']\s*%\}")
UNSAFE = re.compile(r"\|\s*safe\b|\{%\s*autoescape\s+off|\|\s*safeseq\b")
# The second is what is left when neither request nor database can be asked.
BASES = ("base.html", "errors/bare.html")
PARTS = ("components/", "mail/", "pdf/", "allauth/", "bootstrap5/", "django_tables2/")
# Named by libraries, by the key of a notice, or (letters of accounts) by django-allauth's own scheme.
REPLACED = ("account/", "mfa/", "allauth/", "bootstrap5/", "django_tables2/", "django/", "mail/", "socialaccount/")
BUILT_NAME = re.compile(r"f\"([\w-]+/[\w/-]*/|[\w-]+/)\{\w+\}\.html")
TEMPLATE_NAME = re.compile(r"[\w./-]+\.(?:html|txt|svg|xml)")
MAIL_PARTS = ("subject.txt", "body.txt", "body.html")
FORM_TOKENS = ("csrf_token", "csrf_field", "form_token")


def _templates(tree: Tree) -> Iterator[tuple[str, str]]:
    """(path below templates/, text) of every template, comments blanked."""
    for file in tree.files("templates", ""):
        if file.suffix in (".html", ".txt", ".svg", ".xml"):
            text = COMMENT.sub(lambda match: "\n" * match[0].count("\n"), file.read_text(encoding="utf-8"))
            yield file.relative_to(tree.root / "templates").as_posix(), text


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def check_nothing_inline(tree: Tree) -> list[Violation]:
    """No style attribute, no style or script element with content, no on… attribute: the policy allows 'self' only.
    Mails are read outside our pages and PDFs are made from files: there only scripts are refused."""
    found = []
    for path, text in _templates(tree):
        bare = TAGS.sub(lambda match: "\n" * match[0].count("\n"), text)
        outside = path.startswith(("mail/", "pdf/"))
        for match in ELEMENT.finditer(bare):
            message = _inline_message(match[0], outside)
            if message:
                found.append(Violation(f"templates/{path}", _line(bare, match.start()), message))
    return found


def _inline_message(element: str, outside: bool) -> str:
    if SCRIPT.search(element):
        return "inline script; put it into static/ and load it by src, data goes into json_script"
    if EVENT.search(element):
        return "event attribute; listen from a file in static/, find the element by a data- attribute"
    if not outside and (STYLE.search(element) or element.lower().startswith("<style")):
        return "inline style; name a class of the stylesheet"
    return ""


def check_unsafe_filters(tree: Tree) -> list[Violation]:
    """Text from people is escaped: no |safe, no autoescape off; plain-text mail parts have nothing to escape."""
    found = []
    for path, text in _templates(tree):
        if path.endswith(".txt"):
            continue
        for match in UNSAFE.finditer(text):
            message = f"{match[0].strip()} lets text become markup; use format_html or a component"
            found.append(Violation(f"templates/{path}", _line(text, match.start()), message))
    return found


def check_forms_protected(tree: Tree) -> list[Violation]:
    """Every form that posts carries the token."""
    found = []
    for path, text in _templates(tree):
        for match in POST_FORM.finditer(text):
            if not any(token in match[1] for token in FORM_TOKENS):
                message = "a form that posts has no token; add {% csrf_token %}"
                found.append(Violation(f"templates/{path}", _line(text, match.start()), message))
    return found


def check_pages_have_base(tree: Tree) -> list[Violation]:
    """Every page extends base.html, itself or by another page; else it is a component, a fragment (its name begins
    with an underscore), a mail or a PDF."""
    texts = dict(_templates(tree))
    found = []
    for path, text in texts.items():
        if not path.endswith(".html") or path in BASES or is_part(path):
            continue
        if not _reaches_base(text, texts):
            message = "neither extends base.html nor is a part; extend it, or name it _fragment.html"
            found.append(Violation(f"templates/{path}", 1, message))
    return found


def is_part(path: str) -> bool:
    """Whether a template is a piece of pages, a mail or a PDF: by its folder, or by an underscore before its name."""
    return path.startswith(PARTS) or "/components/" in path or path.rsplit("/", 1)[-1].startswith("_")


def _reaches_base(text: str, texts: dict[str, str]) -> bool:
    for _ in range(10):
        match = EXTENDS.search(text)
        if not match:
            return False
        if match[1] in BASES:
            return True
        text = texts.get(match[1], "")
    return False


def check_templates_shown(tree: Tree) -> list[Violation]:
    """Every template is named by some code or by another template; those that replace a library's are named by it."""
    named = {name for module in tree.source for name in TEMPLATE_NAME.findall(module.source)}
    named |= {name for _, text in _templates(tree) for name in TEMPLATE_NAME.findall(text)}
    folders = tuple({folder for module in tree.source for folder in BUILT_NAME.findall(module.source)})
    found = []
    for path, _ in _templates(tree):
        of_library = path.startswith((*REPLACED, *folders)) or ("/" not in path and path[:3].isdigit())
        if not of_library and path not in named:
            found.append(Violation(f"templates/{path}", 1, "nothing shows this template; use it or delete it"))
    return found


def check_notices_paired(tree: Tree) -> list[Violation]:
    """A kind of message is one declaration and three templates; both ways (practices 16)."""
    declared = dict(_declared_notices(tree))
    folders = {
        file.parent.relative_to(tree.root / "templates/mail").as_posix() for file in tree.files("templates/mail", "")
    }
    folders = {name for name in folders if not name.startswith(("_", "."))}
    found = []
    for key, (path, line) in declared.items():
        missing = [part for part in MAIL_PARTS if not (tree.root / "templates/mail" / key / part).is_file()]
        if missing:
            message = f"notice {key} has no {', '.join(missing)}; write it under templates/mail/{key}/"
            found.append(Violation(path, line, message, key))
    for key in sorted(folders - declared.keys()):
        message = "mail templates without a Notice; declare one in notices.py, or delete them"
        found.append(Violation(f"templates/mail/{key}", 1, message, key))
    return found


def _declared_notices(tree: Tree) -> Iterator[tuple[str, tuple[str, int]]]:
    for module in in_layers(tree, "notices"):
        for hit in module.of(ast.Call):
            call = hit.node
            assert isinstance(call, ast.Call)
            if not (module.dotted(call.func) or "").endswith("Notice"):
                continue
            keys = [keyword.value for keyword in call.keywords if keyword.arg == "key"] or call.args[:1]
            for key in keys:
                if isinstance(key, ast.Constant):
                    yield str(key.value), (module.path, hit.line)
