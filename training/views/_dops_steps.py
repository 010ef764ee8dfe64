"""The steps of a DOPS that its assessor writes (screens 11), with an account or by a one-time link.

Each gives the form, what saves it, and its template: `kept` are first values that were typed and not saved, `by` is who
writes.
"""

from ctts.common.posted import data_of, today_of
from ctts.common.whole_numbers import number_in
from training import actions, queries
from training.forms.dops import ScoresForm, WhatForm, WordsForm
from training.views import _shown_practice as shown

LAST = 5


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

    return form, act, "training/dops/what.html"


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

        return form, act, "training/dops/scores.html"

    return build


def words(request, dops, kept, by):
    """Step 4: the overall judgement and the words."""
    first = {name: getattr(dops, name) for name in ("overall", "done_well", "to_improve", "agreed_action")}
    form = WordsForm(data_of(request), initial={**first, **kept, "seen": queries.step_digest(dops, 4)})

    def act():
        values = dict(form.cleaned_data)
        given = {"dops_id": dops.pk, "seen": values.pop("seen"), "values": values}
        actions.save_words(by=by, now=request.now, **given)

    return form, act, "training/dops/words.html"


WRITING = {1: what, 2: scores(2), 3: scores(3), 4: words}
