"""The log of DOPS as charts and as a file (T5; screens 21, 24, 26). No rule is decided here."""

from fractions import Fraction

from ctts.common.clock import london_date
from ctts.common.templatetags.formats import day
from training import queries
from training.states import DOPS_WRITTEN

WIDE, HIGH, STEP, EDGE, MOST = 220, 48, 10, 6, 4
HEADINGS = ["Procedure", "Observed on", "Written on", "Days later", "Competency", "Assessed by", "In which function"]
HEADINGS += ["How demanding", "Real or simulated", "Points", "Of", "Overall judgement", "State"]


def trend(rows):
    """Charts and table of the trend by item; None under two signed DOPS, for one is no trend."""
    signed = queries.signed_first_to_last(rows)
    if len(signed) < 2:
        return None
    ends = f"{day(signed[0].observed_on)} to {day(signed[-1].observed_on)}"
    return {"count": len(signed), "ends": ends, "items": [_item(one) for one in queries.trend_by_item(signed)]}


def _item(one):
    known = [(place, score) for place, score in enumerate(one.scores) if score is not None]
    apart = (WIDE - 2 * EDGE) / max(len(one.scores) - 1, 1)
    dots = [(f"{EDGE + place * apart:.1f}", EDGE / 2 + 1 + (MOST - score) * STEP) for place, score in known]
    words = ", ".join("N/A" if score is None else str(score) for score in one.scores)
    mean = _mean([score for _place, score in known])
    said = f"{one.title}: {words}, oldest first" + (f"; mean {mean}" if mean else "")
    line = " ".join(f"{x},{y:g}" for x, y in dots)
    shape = {"dots": dots, "line": line, "said": said, "wide": WIDE, "high": HIGH, "lines": LINES}
    return {"number": one.number, "title": one.title, "scores": words, "mean": mean, **shape}


LINES = [(score, EDGE / 2 + 1 + (MOST - score) * STEP) for score in range(MOST + 1)]


def _mean(scores):
    """The plain mean, one decimal, half up; empty where nothing is scored."""
    if not scores:
        return ""
    tenths = int(Fraction(sum(scores), len(scores)) * 10 + Fraction(1, 2))
    return f"{tenths // 10}.{tenths % 10}"


def headings(rows):
    """The columns of the file: those of the list, and one for each item that was judged in any of the rows."""
    return [*HEADINGS, *(f"Item {number}" for number in _numbers(rows))]


def _numbers(scores):
    return sorted({number for row in scores.values() for number in row})


def file_rows(rows, scores):
    """The rows of the list as a file: observed and written are apart, scores are blank until they are signed."""
    numbers = _numbers(scores)
    return [_file_row(row, scores.get(row.pk, {}), numbers) for row in rows]


def _file_row(row, scores, numbers):
    written = london_date(row.written_at) if row.written_at else None
    later = (written - row.observed_on).days if written and row.observed_on else None
    total = queries.sum_of(row) if row.written_at else None
    return [
        row.procedure,
        row.observed_on,
        written,
        later,
        str(row.item.item) if row.item else "",
        row.assessor_name,
        row.get_assessor_kind_display(),
        row.get_complexity_display(),
        row.get_setting_display(),
        total.points if total else None,
        total.most if total else None,
        row.get_overall_display() if written else "",
        row.get_state_display(),
        *(_score(scores, number) for number in numbers),
    ]


def _score(scores, number):
    if number not in scores:
        return None
    return "N/A" if scores[number] is None else scores[number]


def readable(rows):
    """Those of the rows whose scores everybody around the trainee reads: the signed ones."""
    return [row for row in rows if row.state in DOPS_WRITTEN or row.written_at]
