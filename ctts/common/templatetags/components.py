"""The tags and filters that draw the parts of a page; built into every template (settings), so nothing is loaded.

What each takes is a shape of `ctts.common.parts`; what it looks like stands at /dev/components/ and in docs/design.md.
Badges and icons are made without a template, because lists print hundreds of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.core.paginator import Page
from django.db.models import Model
from django.forms import BaseForm, BoundField
from django.template.context import RequestContext
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from ctts.common import parts, strips, tables, timeline
from ctts.common.helping import Help
from ctts.common.states_shown import LIGHTS, badge_for
from ctts.common.templatetags import formats, icons

register = template.Library()
FILTERS = "day", "short_day", "month", "clock", "instant", "zoned", "money", "percent", "size", "kind", "kind_icon"
for _name in FILTERS:
    register.filter(_name, getattr(formats, _name))
register.filter("days_until", formats.days_between)
register.simple_tag(icons.icon, name="icon")

Context = dict[str, Any]


# --- small things printed many times ---


@lru_cache(maxsize=1024)
def badge(shown: parts.Badge) -> SafeString:
    """A badge from its shape; also for columns of tables."""
    return format_html('<span class="badge-state is-{}">{}{}</span>', shown.tone, icons.icon(shown.icon), shown.word)


@register.simple_tag
def state_badge(state: Any, word: str = "") -> SafeString:
    """The state of a thing: `{% state_badge review %}` for a row with a `state`, `{% state_badge "signed" "Signed" %}`
    for a key and its word, or a `Badge` made by the view. A `word` given with a row replaces the row's own."""
    if isinstance(state, parts.Badge):
        return badge(state)
    if isinstance(state, Model):
        word = word or state.get_state_display()  # type: ignore[attr-defined]  # made by the column's choices
        return badge(badge_for(state.state, word, state._meta.model_name or ""))  # type: ignore[attr-defined]  # rows with a state have that column
    return badge(badge_for(str(state), word or str(state)))


@register.simple_tag
def light(shown: parts.Light | str, because: str = "") -> SafeString:
    """One of the four lights: `{% light "on_track" "6 of 6 reviews are in" %}`, or a `Light`. KeyError for a fifth."""
    key = str(shown)
    if isinstance(shown, parts.Light):
        key, because = shown.key, shown.because
    tone, icon, word = LIGHTS[key]
    reason = format_html('<span class="light__because">because {}</span>', because) if because else ""
    lit = format_html('<span class="light__word is-{}">{}{}</span>', tone, icons.icon(icon), word)
    return format_html('<span class="light">{} {}</span>', lit, reason)


@register.simple_tag
@lru_cache(maxsize=4096)
def time_of(value: date | datetime | None, form: str = "day") -> SafeString | str:
    """A `<time>` element; `form` is day, short_day, instant or zoned. Empty for nothing."""
    if not value:
        return ""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), getattr(formats, form)(value))


@register.simple_tag
def readers(shown: parts.Readers) -> SafeString:
    """Who can read this: "You, A. Khan, + moderator at submission"; "Only you" while it is private."""
    alone = list(shown.names) in ([], ["You"]) and not shown.later
    words = ", ".join([*(shown.names or ["You"]), *(f"+ {later}" for later in shown.later)])
    return format_html(
        '<span class="readers">{}<span class="visually-hidden">Who can read this: </span>{}</span>',
        icons.icon("lock" if alone else "eye"),
        "Only you" if alone else words,
    )


@register.simple_tag
def document_link(link: parts.FileLink) -> SafeString:
    """A document to open, with its type and size in the link."""
    return format_html(
        '<a class="document" href="{}">{}<span><span class="document__title">{}</span> '
        '<span class="document__kind">({}, {}{})</span></span></a>',
        link.url,
        icons.icon(formats.kind_icon(link.media_type)),
        link.title,
        formats.kind(link.media_type),
        formats.size(link.size),
        f", {link.note}" if link.note else "",
    )


# --- head of a page ---


@register.inclusion_tag("components/page_head.html", takes_context=True)
def page_head(
    context: Context | RequestContext,
    title: str,
    *,
    kicker: str = "",
    badge: parts.Badge | None = None,
    acts: parts.Acts | None = None,
    step: parts.NextStep | None = None,
    back: str = "",
    back_label: str = "",
    lede: str = "",
    light: parts.Light | None = None,
) -> Context:
    """The head of every record page: name, state, who acts next, the one next step of this reader; and the help of the
    page, where it has one (`help_here` of the context, asked for the record that the page shows)."""
    shown = {name: value for name, value in locals().items() if name != "context"}
    ask = context.get("help_here")
    return {**shown, "help": ask(context.get("record")) if ask else None, "signed_in": _signed_in(context)}


def _signed_in(context: Context | RequestContext) -> bool:
    user = context.get("user")
    return bool(user and user.is_authenticated)


@register.inclusion_tag("components/help.html")
def page_help(text: Help, all_url: str = "") -> Context:
    """The help of a page, folded; `all_url` is where all of it stands. Works with a keyboard and without script."""
    return {"text": text, "all_url": all_url}


@register.inclusion_tag("components/help_points.html")
def help_points(text: Help, anchors: bool = False) -> Context:
    """What the help of a page says, point by point, and where that is laid down; with `anchors` each can be linked."""
    return {"text": text, "anchors": anchors}


@register.inclusion_tag("components/who_acts.html")
def who_acts(acts: parts.Acts) -> Context:
    """Now with whom, since when, due when; then whom."""
    return {"acts": acts}


@register.inclusion_tag("components/tabs.html")
def tabs(items: Sequence[parts.Tab], label: str) -> Context:
    """Pages of one thing, by address; `label` names the group for screen readers."""
    return {"items": items, "label": label}


@register.inclusion_tag("components/steps.html")
def steps(names: Sequence[str], current: int) -> Context:
    """ "Step 3 of 5": `current` counts from 1."""
    numbered = [(place, name, place < current, place == current) for place, name in enumerate(names, start=1)]
    return {"steps": numbered, "current": current, "total": len(names), "name": names[current - 1]}


# --- state of a thing ---


@register.inclusion_tag("components/requirement_strip.html")
def requirement_strip(rows: Sequence[strips.Requirement], label: str = "Requirements") -> Context:
    """One row per rule of the next gate; a closed one says why."""
    return {"rows": rows, "label": label}


@register.inclusion_tag("components/progress_ring.html")
def progress_ring(ring: parts.Ring) -> Context:
    """Signed share of competencies with the mark; the same as a sentence. 100 units round the ring."""
    return {"ring": ring, "rest": 100 - float(ring.share), "drawn": float(ring.share), "turn": ring.mark * 3.6}


@register.inclusion_tag("components/timeline.html")
def course_timeline(course: parts.Course, label: str = "The two years of training") -> Context:
    """The timeline: left to right from 768 px, a list on phones and for screen readers."""
    points = timeline.place(course.milestones, course)
    bands = timeline.bands(course.pauses, course)
    over = [month for month in course.months if month.reviewed is not None]
    return {
        "label": label,
        "course": course,
        "lines": timeline.lines(points, bands, course.today),
        "dots": timeline.dots(course.months, course),
        "bands": bands,
        "here": timeline.column_of(course.today, course),
        "here_leftwards": timeline.column_of(course.today, course) > timeline.COLUMNS // 2,
        "months_over": len(over),
        "months_reviewed": sum(1 for month in over if month.reviewed),
    }


@register.inclusion_tag("components/signature.html")
def signature(shown: parts.Signature) -> Context:
    """A signature in full; withdrawn ones stay, struck, with the reason."""
    return {"signature": shown}


@register.inclusion_tag("components/history.html")
def history(entries: Sequence[parts.HistoryEntry], empty: str = "Nothing has happened yet.") -> Context:
    """What happened, newest first, grouped by London day. `entries` are already in that order."""
    days: list[tuple[str, list[parts.HistoryEntry]]] = []
    for entry in entries:
        written = formats.day(entry.at)
        if not days or days[-1][0] != written:
            days.append((written, []))
        days[-1][1].append(entry)
    return {"days": days, "empty": empty}


@register.inclusion_tag("components/facts.html")
def facts(pairs: Sequence[tuple[str, Any]]) -> Context:
    """A definition list of (term, value); values may be safe HTML. Empty values read "Not given"."""
    return {"pairs": pairs}


@register.inclusion_tag("components/long_work.html")
def long_work(work: parts.LongWork) -> Context:
    """Progress of background work; asks again every two seconds while it goes on, has a link without script."""
    return {"work": work}


# --- lists ---


@register.inclusion_tag("components/waiting_list.html")
def waiting_list(groups: Sequence[parts.WaitingGroup]) -> Context:
    """Waiting for me; empty groups are left out."""
    return {"groups": [group for group in groups if group.rows]}


@register.inclusion_tag("components/filter_pills.html")
def filter_pills(pills: Sequence[parts.Pill], clear_url: str = "?") -> Context:
    """The filters in force, each removable, held in the address."""
    return {"pills": pills, "clear_url": clear_url}


@register.inclusion_tag("components/empty_state.html")
def empty_state(title: str, text: str = "", *, url: str = "", action: str = "", icon: str = "inbox") -> Context:
    """A list with nothing in it: says so, says why or what comes next, offers at most one thing to do."""
    return {"title": title, "text": text, "url": url, "action": action, "icon_name": icon}


def _address(context: Context | RequestContext, **changes: Any) -> str:
    request = context.get("request")
    query = request.GET.copy() if request is not None else None
    if query is None:
        return "?" + "&".join(f"{name}={value}" for name, value in changes.items())
    for name, value in changes.items():
        query[name] = value
    return f"?{query.urlencode()}"


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: RequestContext, page: Page[Any], field: str = "page", noun: str = "rows") -> Context:
    """Where in a long list we are; the other filters of the address are kept."""
    links: list[tuple[str, str, bool]] = []
    for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1):
        is_number = isinstance(number, int)
        links.append((str(number), _address(context, **{field: number}) if is_number else "", number == page.number))
    return {
        "page": page,
        "links": links,
        "noun": noun,
        "previous": _address(context, **{field: page.number - 1}) if page.has_previous() else "",
        "next": _address(context, **{field: page.number + 1}) if page.has_next() else "",
    }


register.simple_tag(tables.columns_of, name="table_columns")
register.simple_tag(tables.body_of, name="table_body")


# --- forms ---


def _anchor(bound: BoundField) -> str:
    return bound.id_for_label or f"{bound.auto_id}_0"


def problems_of(form: BaseForm) -> list[parts.Problem]:
    """Every error of a form in the order of its fields, each with the field it leads to."""
    found = [parts.Problem(str(message)) for message in form.non_field_errors()]
    for bound in form:
        label = str(bound.label).rstrip(" .:?")
        found += [
            parts.Problem(str(message), "" if bound.is_hidden else _anchor(bound), label) for message in bound.errors
        ]
    return found


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: Any) -> Context:
    """What must be corrected, at the top, each line leading to its field. Takes forms and formsets."""
    problems: list[parts.Problem] = []
    for form in forms:
        if not form.is_bound:
            continue
        if hasattr(form, "non_form_errors"):
            problems += [parts.Problem(str(message)) for message in form.non_form_errors()]
            for member in form:
                problems += problems_of(member)
        else:
            problems += problems_of(form)
    lone = problems[0].message if len(problems) == 1 and not problems[0].anchor else ""
    return {"problems": problems, "lone": lone}


@register.inclusion_tag("components/entry_form.html")
def entry_form(
    form: Any,
    *,
    submit: str = "",
    cancel: str = "",
    stay: str = "Cancel",
    action: str = "",
    danger: bool = False,
    name: str = "",
    value: str = "",
) -> Context:
    """A whole form: security token, summary of errors, fields, one primary button, a way back that says `stay`."""
    label = submit or getattr(form, "submit_text", "Save")
    return {
        "form": form,
        "submit": label,
        "cancel": cancel,
        "stay": stay,
        "action": action,
        "danger": danger,
        "name": name,
        "value": value,
    }


@register.filter
def title_line(label: Any) -> str:
    """The first line of a choice's label."""
    return str(label).partition("\n")[0]


@register.filter
def second_line(label: Any) -> str:
    """What stands under the first line of a choice's label: the description on a choice card."""
    return str(label).partition("\n")[2]


@register.inclusion_tag("components/autosave_line.html")
def autosave_line(saved_at: datetime | None = None) -> Context:
    """The line under the heading that says whether the text is safe; works with static/js/autosave.js."""
    return {"saved_at": saved_at}


# --- frames around content ---

NOTICES = {
    "info": ("active", "info-circle-fill"),
    "good": ("done", "check-circle-fill"),
    "warning": ("waiting", "exclamation-triangle-fill"),
    "problem": ("risk", "exclamation-circle-fill"),
    "returned": ("returned", "arrow-return-left"),
}


@register.simple_block_tag
def notice(content: str, kind: str = "info", title: str = "") -> SafeString:
    """A band in the flow of a page: `{% notice "warning" title="…" %}…{% endnotice %}`; kinds are NOTICES'."""
    tone, icon = NOTICES[kind]
    head = format_html('<p class="notice__title">{}</p>', title) if title else ""
    body = mark_safe(content)  # noqa: S308 — the content of a template block: escaped where it was written
    return format_html('<div class="notice is-{}">{}<div>{}{}</div></div>', tone, icons.icon(icon), head, body)


@register.simple_block_tag
def action_bar(content: str, label: str = "Chosen rows") -> SafeString:
    """A bar that stays at the bottom while rows are chosen; static/js/ctts.js keeps its counts."""
    body = mark_safe(content)  # noqa: S308 — the content of a template block: escaped where it was written
    return format_html('<div class="action-bar" role="region" aria-label="{}" data-action-bar>{}</div>', label, body)


@register.filter
def message_kind(message: Any) -> str:
    """The kind of notice for a message of Django's messages framework."""
    return {"success": "good", "warning": "warning", "error": "problem"}.get(message.level_tag, "info")
