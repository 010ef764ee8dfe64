"""Silenced tools and postponed work: none without a written reason, none of the second kind at all."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator

from .tree import Module, Tree, Violation

REASON = r"(?:—|–|-|#)\s+(?:as above|\S+(?:\s+\S+){2,})"
NOQA = re.compile(rf"#\s*noqa:\s*[A-Z]+[0-9]*(?:,\s*[A-Z]+[0-9]*)*\s+{REASON}")
# mypy itself refuses a reason that does not begin with a second number sign.
TYPE_IGNORE = re.compile(r"#\s*type:\s*ignore\[[a-z, -]+\]\s+#\s+(?:— )?(?:as above|\S+(?:\s+\S+){2,})")
SILENCERS = (
    (re.compile(r"#\s*noqa", re.I), NOQA, "write `# noqa: X123 — the reason in words`"),
    (re.compile(r"#\s*type:\s*ignore", re.I), TYPE_IGNORE, "write `# type: ignore[code]  # the reason in words`"),
    (re.compile(r"#\s*pragma:\s*no\s*(cover|branch)", re.I), None, "write the test instead"),
    (re.compile(r"#\s*(ruff:\s*noqa|mypy:\s*ignore|flake8:)", re.I), None, "silence one line with its reason, no file"),
)
LATER = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
MENTIONS = re.compile(rf"noqa|type:\s*ignore|pragma|ruff:|mypy:|flake8:|{LATER.pattern}", re.I)
SKIPS = (
    "pytest.mark.skip",
    "pytest.mark.skipif",
    "pytest.mark.xfail",
    "pytest.skip",
    "pytest.xfail",
    "pytest.importorskip",
    "unittest.skip",
    "unittest.skipIf",
    "unittest.skipUnless",
    "unittest.expectedFailure",
)


def check_silencers(tree: Tree) -> list[Violation]:
    """`noqa` and `type: ignore` name their code and a reason; coverage is never told to look away."""
    found = []
    for module in tree.modules:
        for line, comment in _comments(module):
            for spotted, proper, instead in SILENCERS:
                if spotted.search(comment) and not (proper and proper.search(comment)):
                    found.append(Violation(module.path, line, f"{comment.strip()!r}: {instead}"))
    return found


def check_postponed(tree: Tree) -> list[Violation]:
    """No note of work left for later: finish it, or open an issue; comments, docstrings, templates, own assets."""
    found = []
    for module in tree.modules:
        texts = [*_comments(module), *_docstrings(module)]
        found += [_postponed(module.path, line) for line, text in texts if LATER.search(text)]
    for folder, suffix in (("templates", ".html"), ("templates", ".txt"), ("static", ".css"), ("static", ".js")):
        for file in tree.files(folder, suffix):
            path = file.relative_to(tree.root).as_posix()
            lines = (
                file.read_text(encoding="utf-8").splitlines() if not file.name.endswith((".min.js", ".min.css")) else []
            )
            found += [_postponed(path, number) for number, text in enumerate(lines, 1) if LATER.search(text)]
    return found


def _postponed(path: str, line: int) -> Violation:
    return Violation(path, line, "postponed work in the tree; finish it, or open an issue and say nothing here")


def check_skips(tree: Tree) -> list[Violation]:
    """No test is skipped or expected to fail: what cannot pass is not done."""
    found = []
    for module in tree.tests:
        seen: set[int] = set()
        for dotted, line in module.uses():
            if dotted in SKIPS and line not in seen:
                seen.add(line)
                found.append(
                    Violation(module.path, line, f"{dotted}: make the test pass, or take the promise back", dotted)
                )
    return found


def _comments(module: Module) -> Iterator[tuple[int, str]]:
    if not MENTIONS.search(module.source):
        return
    for token in tokenize.generate_tokens(io.StringIO(module.source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def _docstrings(module: Module) -> Iterator[tuple[int, str]]:
    for hit in module.of(ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef):
        assert isinstance(hit.node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        text = ast.get_docstring(hit.node, clean=False)
        if text:
            yield hit.line, text
