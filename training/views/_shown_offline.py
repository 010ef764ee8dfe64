"""What a phone is told for when there is no signal: names, competencies and items, as its form draws them (T5)."""

from ctts.scheme.queries import numbers_of
from training.rules import NOT_COME, began_words, not_applicable_words


def trainee(record, form, items):
    """Somebody whom the reader may assess; without a form nothing can be begun. `bounds` is what the rules that were in
    force at enrolment refuse, each with the words in which the server says it."""
    numbers = numbers_of(record.rules)
    return {
        "record": record.pk,
        "name": record.trainee.full_name,
        "scope": str(record.scope),
        "bounds": {
            "start_on": record.start_on.isoformat(),
            "before_start": began_words(record.start_on),
            "not_come": NOT_COME,
            "not_applicable_most": numbers.dops_not_applicable_most,
            "too_many": not_applicable_words(numbers),
        },
        "form": form,
        "competencies": [[str(item.pk), str(item.item)] for item in items],
    }


def item(one):
    """An item of a DOPS form with what each score looks like."""
    words = {"pk": one.pk, "number": one.number, "title": one.title, "observed": one.observed}
    return {**words, "anchors": list(one.anchors)}


def begun(dops, items, standings):
    """A DOPS that waits for the reader, each step as it stands on the server."""
    return {
        **trainee(dops.record, dops.form_id, items),
        "dops": dops.pk,
        "procedure": dops.procedure,
        "steps": there(standings),
    }


def there(standings):
    """Steps by their number: the fields, and which text that is."""
    rows = standings.items()
    return {step: {"fields": _texts(one.fields), "seen": one.seen, "version": one.version} for step, one in rows}


def _texts(fields):
    return {name: texts[-1] for name, texts in fields.items()}


def recent(dops):
    """A procedure that may be taken over with one press; the competency by its words, for it is another's list."""
    return {
        "procedure": dops.procedure,
        "place": dops.place,
        "complexity": dops.complexity,
        "setting": dops.setting,
        "competency": str(dops.item.item) if dops.item else "",
    }
