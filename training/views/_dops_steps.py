"""The five steps of a DOPS that its assessor writes and signs (screens 11), however they came to it.

Each step gives the form and what saves it: `kept` are first values that were typed and not saved, `by` is who writes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from applications import queries as applications
from ctts.common.autosave import asks_for_autosave
from ctts.common.posted import data_of, today_of
from ctts.common.whole_numbers import number_in
from training import actions, queries
from training.actions import StaleText
from training.forms.dops import ScoresForm, WhatForm, WordsForm
from training.views import _shown_practice as shown
from training.views._kept import Kept, is_changed, keep_typed

LAST = 5
STEP_FORMS = (WhatForm, ScoresForm, WordsForm)  # of the steps before the last


@dataclass(frozen=True, slots=True)
class Way:
    """How its assessor came to a DOPS: with an account, by a one-time link, on a device handed over.

    `by` writes, `address(step)` is where a step stands, `sign` builds the last one, whose words are `statement`;
    `signed()` answers once it is done; `pages` show a step and the last one, in what `frame(step)` gives.
    """

    by: Any
    address: Callable[[int], str]
    sign: Callable
    statement: str
    signed: Callable[[], HttpResponse]
    pages: tuple[str, str]
    frame: Callable[[int], dict]


def step_page(request, dops, step, way):
    """One step: kept as it is typed, saved when it is left by its button, signed at the last.

    Raises Http404 for a step that there is not, TooLate where the assessor may write no more.
    """
    if step not in range(1, LAST + 1):
        raise Http404
    build, key = WRITING.get(step, way.sign), queries.dops_step_key(dops.pk, step)
    if step < LAST and asks_for_autosave(request):
        first = build(request, dops, {}, way.by)[0]
        return keep_typed(request, dops.record, key, unsaved=is_changed(first), by=way.by)
    kept, stale = Kept(request, key, by=way.by), None
    form, act = build(request, dops, kept.first, way.by)
    try:
        if kept.tried(form, act):
            return redirect(way.address(step + 1)) if step < LAST else way.signed()
    except StaleText as problem:
        stale = problem
    context = {**way.frame(step), "form": form, "number": step, "names": queries.DOPS_STEPS, "stale": stale}
    context["back_step"] = way.address(step - 1) if step > 1 else ""
    context.update(_writing(dops, step, kept) if step < LAST else _signing(request, dops, way))
    context["refused"] = _refused(request, dops, step, way) if kept.fields and not form.is_bound else ""
    return render(request, way.pages[step == LAST], context, status=409 if stale else kept.status(form))


def _writing(dops, step, kept):
    """What steps 1 to 4 need: the text that is kept, and before the first score what is agreed for the trainee (A5)."""
    agreed = applications.agreed_adjustments(dops.record.trainee_id) if step == 1 else []
    return {**kept.context(), "adjustments": agreed}


def _refused(request, dops, step, way):
    """Why what is kept of this step cannot be saved as it stands; empty where its button saves it."""
    return queries.refused_steps(way.by, dops, today_of(request)).get(step, "")


def _signing(request, dops, way):
    """What the last step shows: all that is signed, and what is missing or typed and not saved, with where it is.

    A step that is missing because what was typed of it cannot be is named with that reason.
    """
    steps = queries.steps_kept(way.by, dops)
    refused = queries.refused_steps(way.by, dops, today_of(request)) if steps else {}
    return {
        "elsewhere": None,
        "keep_key": "",
        "missing": [(refused.get(one.step, one.words), way.address(one.step)) for one in queries.missing_of(dops)],
        "unsaved": [(_kept_words(one, refused), way.address(one)) for one in steps],
        "findings": shown.kinds_found(queries.identifiers_in_dops(dops)),
        "mend": [(queries.DOPS_STEPS[number - 1], way.address(number)) for number in (1, 4)],
        "statement": way.statement,
        "facts": shown.dops_facts(dops),
        "scores": queries.judged(dops),
        "words": shown.dops_words(dops),
        "when": shown.written_words(dops.observed_on, request.now),
    }


def _kept_words(step, refused):
    name = queries.DOPS_STEPS[step - 1]
    return f"{name}: {refused[step]}" if step in refused else name


def what(request, dops, kept, by):
    """Step 1: what was observed."""
    names = ("observed_on", "place", "procedure", "complexity", "setting")
    first = {name: getattr(dops, name) for name in names}
    first.update(item=dops.item_id, observed_on=dops.observed_on or today_of(request))
    first.update(complexity=dops.complexity or "routine", setting=dops.setting or "real")
    first.update(kept)
    like = number_in(request.GET.get("like", ""))
    first.update(shown.taken_over(dops, like) if like is not None else {})
    first["seen"] = queries.step_digest(dops, 1)
    form = WhatForm(data_of(request), initial=first, items=queries.items_of(dops.record), today=today_of(request))

    def act():
        values = dict(form.cleaned_data)
        given = {"dops_id": dops.pk, "seen": values.pop("seen"), "values": values}
        actions.save_header(by=by, now=request.now, **given)

    return form, act


def scores(step):
    """Step 2 or 3: the scores of half of the items."""

    def build(request, dops, kept, by):
        items, known = queries.items_of_step(dops, step), queries.scores_of(dops)
        first = {f"item_{pk}": "na" if score is None else str(score) for pk, score in known.items()}
        first.update(kept, seen=queries.step_digest(dops, step))
        form = ScoresForm(data_of(request), initial=first, items=items)

        def act():
            given = {"dops_id": dops.pk, "step_number": step, "scores": form.scores()}
            actions.save_scores(by=by, now=request.now, seen=form.cleaned_data["seen"], **given)

        return form, act

    return build


def words(request, dops, kept, by):
    """Step 4: the overall judgement and the words."""
    first = {name: getattr(dops, name) for name in ("overall", "done_well", "to_improve", "agreed_action")}
    form = WordsForm(data_of(request), initial={**first, **kept, "seen": queries.step_digest(dops, 4)})

    def act():
        values = dict(form.cleaned_data)
        given = {"dops_id": dops.pk, "seen": values.pop("seen"), "values": values}
        actions.save_words(by=by, now=request.now, **given)

    return form, act


WRITING = {1: what, 2: scores(2), 3: scores(3), 4: words}
