"""Templates as Django compiles them: they compile, name addresses and parts that exist, and show one h1 a page."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from django.template import Engine, TemplateDoesNotExist, TemplateSyntaxError
from django.template.base import Node, NodeList, TextNode
from django.template.defaulttags import IfNode, URLNode
from django.template.library import InclusionNode
from django.template.loader_tags import BlockNode, ExtendsNode, IncludeNode

from .pages import BASES, is_part
from .tree import Violation

HEADING = re.compile(r"<h1[\s>]", re.I)
Blocks = dict[str, BlockNode]


class Templates:
    """The templates of one folder, compiled by `engine`; those that do not compile are in `broken`."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine, self.folder = engine, folder
        self.lists: dict[str, NodeList] = {}
        self.broken: dict[str, str] = {}
        for file in sorted(folder.rglob("*")):
            if file.suffix in (".html", ".txt"):
                self._compile(file.relative_to(folder).as_posix())

    def _compile(self, name: str) -> None:
        try:
            self.lists[name] = self.engine.get_template(name).nodelist
        except TemplateSyntaxError as problem:
            self.broken[name] = str(problem)

    def of(self, name: str) -> NodeList:
        """The nodes of a template, ours or another package's; empty when there is none."""
        if name not in self.lists:
            try:
                self.lists[name] = self.engine.get_template(name).nodelist
            except (TemplateDoesNotExist, TemplateSyntaxError):
                self.lists[name] = NodeList()
        return self.lists[name]

    def exists(self, name: str) -> bool:
        return bool(self.of(name)) or (self.folder / name).is_file()


def constant(expression: object) -> str | None:
    """The text of a filter expression that is a plain string in the template; None for a variable."""
    value = getattr(expression, "var", None)
    return str(value) if isinstance(value, str) and not getattr(expression, "filters", None) else None


def check_compiles(templates: Templates) -> list[Violation]:
    """Every template compiles."""
    return [Violation(f"templates/{name}", 1, f"does not compile: {why}") for name, why in templates.broken.items()]


def check_names_in_templates(templates: Templates, is_address: Callable[[str], bool]) -> list[Violation]:
    """Every `{% url %}`, `{% include %}` and `{% extends %}` with a fixed name leads somewhere."""
    found = []
    for name, nodes in list(templates.lists.items()):
        if not (templates.folder / name).is_file():
            continue
        for node in _every(nodes):
            message = _name_message(node, templates, is_address)
            if message:
                line = getattr(getattr(node, "token", None), "lineno", None) or 1
                found.append(Violation(f"templates/{name}", line, message))
    return found


def _name_message(node: Node, templates: Templates, is_address: Callable[[str], bool]) -> str:
    if isinstance(node, URLNode):
        address = constant(node.view_name)
        return f"{{% url %}} names {address}, which is no address" if address and not is_address(address) else ""
    part = None
    if isinstance(node, IncludeNode):
        part = constant(node.template)
    elif isinstance(node, ExtendsNode):
        part = constant(node.parent_name)
    part = part.split("#")[0] if part else part
    return f"{part} is no template; mend the name" if part and not templates.exists(part) else ""


def _every(nodes: NodeList) -> Iterator[Node]:
    for node in nodes:
        yield from node.get_nodes_by_type(Node)


def check_headings(templates: Templates) -> list[Violation]:
    """A page shows exactly one h1, whoever of template, ancestors and parts brings it (screens.md)."""
    found = []
    for name, nodes in list(templates.lists.items()):
        ours = (templates.folder / name).is_file() and name.endswith(".html")
        if not ours or name in BASES or is_part(name):
            continue
        if not any(isinstance(node, ExtendsNode) for node in nodes):
            continue
        least, most = _page_headings(nodes, templates)
        if most == 0 or least > 1:
            found.append(Violation(f"templates/{name}", 1, f"shows {most or least} h1; a page has exactly one"))
    return found


def _page_headings(nodes: NodeList, templates: Templates) -> tuple[int, int]:
    blocks: Blocks = {}
    for _ in range(10):
        extends = next((node for node in nodes if isinstance(node, ExtendsNode)), None)
        for block in nodes.get_nodes_by_type(BlockNode) if extends is None else extends.blocks.values():
            blocks.setdefault(block.name, block)
        if extends is None:
            break
        nodes = templates.of(constant(extends.parent_name) or "")
    return _count(nodes, blocks, templates, depth=0)


def _count(nodes: NodeList, blocks: Blocks, templates: Templates, depth: int) -> tuple[int, int]:
    least = most = 0
    for node in nodes if depth < 12 else ():
        low, high = _count_node(node, blocks, templates, depth)
        least, most = least + low, most + high
    return least, most


def _count_node(node: Node, blocks: Blocks, templates: Templates, depth: int) -> tuple[int, int]:
    if isinstance(node, TextNode):
        hits = len(HEADING.findall(node.s))
        return hits, hits
    if isinstance(node, IfNode):
        branches = [_count(nodes, blocks, templates, depth + 1) for _, nodes in node.conditions_nodelists]
        least = min(low for low, _ in branches) if any(test is None for test, _ in node.conditions_nodelists) else 0
        return least, max(high for _, high in branches)
    if isinstance(node, BlockNode):
        return _count(blocks.get(node.name, node).nodelist, blocks, templates, depth + 1)
    inner = None
    if isinstance(node, IncludeNode):
        inner = constant(node.template)
    elif isinstance(node, InclusionNode):
        inner = node.filename if isinstance(node.filename, str) else None
    if inner:
        return _count(templates.of(inner.split("#")[0]), {}, templates, depth + 1)
    children = [getattr(node, name, None) for name in node.child_nodelists]
    totals = [_count(child, blocks, templates, depth + 1) for child in children if isinstance(child, NodeList)]
    return sum(low for low, _ in totals), sum(high for _, high in totals)
