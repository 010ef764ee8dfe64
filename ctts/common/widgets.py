"""How form widgets are drawn: Django's templates, but the options of a select in one go.

Django includes two templates for every option, and a filter over all centres has hundreds of them: they were a fifth of
the cost of the office's list of trainees. What is drawn is the same but for white space; a test compares both ways.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

SELECT = "django/forms/widgets/select.html"
Widget = Mapping[str, Any]


class Renderer(TemplatesSetting):
    """The renderer of all forms (FORM_RENDERER)."""

    def render(self, template_name: str, context: Any, request: Any = None) -> str:
        """A widget, a form or a list of errors; a select without its templates.

        Without `maxlength`: a browser cuts what is pasted and says nothing. The field says so, and nothing is lost.
        """
        widget = context.get("widget") if isinstance(context, dict) else None
        if widget:
            widget["attrs"].pop("maxlength", None)
        if template_name == SELECT:
            return select(context["widget"])
        return super().render(template_name, context, request)


def select(widget: Widget) -> SafeString:
    """A select with its options, grouped where their choices are."""
    parts = format_html_join("", "{}", ((_group(name, options),) for name, options, _ in widget["optgroups"]))
    return format_html('<select name="{}"{}>{}\n</select>', widget["name"], _attributes(widget["attrs"]), parts)


def _group(name: Any, options: Iterable[Widget]) -> SafeString:
    rows = ((str(one["value"]), _attributes(one["attrs"]), one["label"]) for one in options)
    drawn = format_html_join("", '\n  <option value="{}"{}>{}</option>', rows)
    return format_html('\n  <optgroup label="{}">{}\n  </optgroup>', name, drawn) if name else drawn


def _attributes(attrs: Mapping[str, Any]) -> SafeString:
    given = [(name, value) for name, value in attrs.items() if value is not False]
    return format_html_join("", "{}", ((_attribute(name, value),) for name, value in given)) if given else NOTHING


def _attribute(name: str, value: Any) -> SafeString:
    return format_html(" {}", name) if value is True else format_html(' {}="{}"', name, str(value))


NOTHING = SafeString("")
