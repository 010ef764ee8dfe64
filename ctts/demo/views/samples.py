"""The invented content of the catalogue: six trainees, one gate, one course, a supervisor's morning."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import django_tables2 as tables
from django import forms
from django.urls import reverse

from ctts.common import parts, strips
from ctts.common.forms import CrispyForm
from ctts.common.helping import Help, Point, Reader
from ctts.common.states_shown import badge_for
from ctts.common.templatetags.components import badge, time_of


class SampleForm(CrispyForm):
    """One field of each kind that the product uses."""

    full_name = forms.CharField(label="Full name", max_length=80, help_text="As it should stand on the Diploma.")
    email = forms.EmailField(label="E-mail address")
    observed_on = forms.DateField(label="Observed on", widget=forms.DateInput(attrs={"type": "date"}))
    scope = forms.ChoiceField(
        label="Scope of practice",
        choices=[("", "Choose one"), ("nm", "Nuclear Medicine"), ("rt", "Radiotherapy Physics")],
    )
    route = forms.ChoiceField(
        label="How will the assessor sign?",
        widget=forms.RadioSelect,
        choices=[
            ("own", "On their own device\nThey have an account and find the task under Waiting for me."),
            ("link", "By a one-time link\nFor somebody without an account. The link opens this one task only."),
            ("hand", "On this telephone\nEverything else is locked until you unlock it again."),
        ],
    )
    kind = forms.ChoiceField(
        label="The procedure was", widget=forms.RadioSelect, choices=[("r", "Routine"), ("c", "Complex")]
    )
    modules = forms.MultipleChoiceField(
        label="Competencies shown",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("1", "NM-04 Quality control of the gamma camera"), ("2", "NM-11 Dispensing under supervision")],
    )
    evidence = forms.FileField(label="Evidence", required=False, help_text="PDF, JPEG or PNG, at most 25 MB.")
    note = forms.CharField(label="What you would do differently", required=False, widget=forms.Textarea)
    declared = forms.BooleanField(label="No patient can be identified in this.")


class DraftForm(CrispyForm):
    """A text that saves itself."""

    title = forms.CharField(label="Title", max_length=120, required=False)
    what = forms.CharField(label="What happened", required=False, widget=forms.Textarea(attrs={"rows": 5}))


class TraineeTable(tables.Table):
    """A list as pages have it: caption, sorting that says so, cards on phones."""

    name = tables.Column(linkify=lambda record: f"?trainee={record['number']}", verbose_name="Trainee")
    centre = tables.Column()
    state = tables.Column(verbose_name="Competencies")
    signed = tables.Column(attrs={"th": {"class": "number"}, "td": {"class": "number"}})
    due = tables.Column(verbose_name="Next review")

    caption = "Trainees at your centre"
    exports = (("Excel", "?export=xlsx"), ("CSV", "?export=csv"))
    row_header = "name"

    def render_state(self, value):
        return badge(badge_for(*value))

    def render_due(self, value):
        return time_of(value)


def sample_rows(today: date) -> list[dict[str, object]]:
    """Six trainees in different states."""
    people = [
        ("Žofia Łukasiewicz", "St Brigid's, Leeds", ("in_progress", "In progress"), "20 of 47", 4),
        ("Daniel Okafor", "Harbour Hospital, Bristol", ("submitted", "Waiting for S. Patel 6 days"), "31 of 52", 11),
        ("Mei-Ling Tan", "St Brigid's, Leeds", ("returned", "Returned"), "9 of 44", 18),
        ("Owain Llewellyn", "Cambrian Infirmary, Swansea", ("signed", "Signed"), "48 of 48", 25),
        ("Nguyễn Thị Hương", "Harbour Hospital, Bristol", ("not_started", "Not started"), "0 of 50", 32),
        ("Fiona MacAulay", "Northern Isles Hospital", ("overdue", "Overdue"), "14 of 46", -3),
    ]
    return [
        {
            "number": number,
            "name": name,
            "centre": centre,
            "state": state,
            "signed": signed,
            "due": today + timedelta(days),
        }
        for number, (name, centre, state, signed, days) in enumerate(people)
    ]


def sample_strip() -> list[strips.Requirement]:
    """The first-year gate of a trainee who is nearly there."""
    reviews = [
        strips.Counted("Review of 4 September 2026", counts=True, url="#"),
        strips.Counted("Review of 2 October 2026", counts=True, url="#"),
        strips.Counted(
            "Review of 6 November 2026",
            counts=False,
            url="#",
            why="Signed by the supervisor, not acknowledged by you yet.",
            who="You",
            fix="acknowledge it",
            fix_url="#",
        ),
    ]
    return [
        strips.Requirement("External Moderator DOPS", needed=1, counted=1, rule="Y1"),
        strips.Requirement(
            "Patient-safety confirmation", needed=1, counted=0, rule="Y2", closed="S. Patel has not confirmed it yet."
        ),
        strips.Requirement(
            "Competencies signed", 15, 11, 3, rule="Y3", closed="30 % of 47 is 15.", waits_for="S. Patel since 2 May"
        ),
        strips.Requirement("Supervisor Reviews", 6, 5, 1, rule="Y4", waits_for="you", items=reviews),
        strips.Requirement("Reflective pieces", needed=10, counted=12, rule="Y6"),
    ]


def sample_course(today: date) -> parts.Course:
    """A trainee in the eleventh month, with an interruption in the spring."""
    start = (today - timedelta(days=320)).replace(day=1)

    def after(days: int) -> date:
        return start + timedelta(days=days)

    milestones = [
        parts.Milestone("Enrolment", start, "done"),
        parts.Milestone("Induction Day", after(38), "done", "online"),
        parts.Milestone("First moderator meeting", after(92), "done", url="#"),
        parts.Milestone("Yearly review", after(300), "late", "Dr Lee"),
        parts.Milestone("First-year decision", after(365), "due", url="#"),
        parts.Milestone("2nd-year workshop", after(425), "waiting"),
        parts.Milestone("Portfolio", after(608), "waiting"),
        parts.Milestone("Practical", after(639), "waiting"),
        parts.Milestone("Viva", after(700), "waiting"),
        parts.Milestone("Diploma", after(729), "waiting"),
    ]
    months = []
    for number in range(24):
        first = date(start.year + (start.month + number - 1) // 12, (start.month + number - 1) % 12 + 1, 1)
        over = first + timedelta(days=31) < today
        months.append(parts.Month(first, (number != 7) if over else None))
    pause = parts.Pause(after(200), after(228))
    return parts.Course(start, after(729), today, milestones, months, [pause])


def sample_signatures(now: datetime) -> list[parts.Signature]:
    """One that stands, one changed since, one withdrawn."""
    words = "I have seen the evidence and observed the trainee. In my judgement this competency is met."
    one = {"statement": words, "name": "Sunita Patel", "role": "Training Supervisor", "at": now - timedelta(days=40)}
    return [
        parts.Signature(**one, version="a41f 09c2"),
        parts.Signature(**one, version="77be 1d30", changed="one file was added.", difference_url="#"),
        parts.Signature(
            **one,
            withdrawn_at=now - timedelta(days=3),
            withdrawn_by="Sunita Patel",
            withdrawn_reason="The image shows a patient's name. It was removed and the evidence must be sent again.",
        ),
    ]


def sample_waiting(today: date) -> list[parts.WaitingGroup]:
    """A supervisor's morning."""

    def on(days: int) -> date:
        return today + timedelta(days=days)

    row = parts.WaitingRow
    return [
        parts.WaitingGroup(
            "Overdue",
            [row("Hold the review of October", "#", "Fiona MacAulay", "Training Supervisor", on(-31), on(-8), "Start")],
            "risk",
        ),
        parts.WaitingGroup(
            "This week",
            [
                row("Sign 4 competencies", "#", "Žofia Łukasiewicz", "Training Supervisor", on(-6), on(2), "Sign"),
                row("Confirm support for an application", "#", "Daniel Okafor", "Training Supervisor", on(-2), on(5)),
            ],
        ),
        parts.WaitingGroup(
            "Waiting for others",
            [
                row("Yearly review by Dr Lee", "#", "Žofia Łukasiewicz", since=on(-9), due=on(3), nudge_url="#"),
                row("Acknowledge a DOPS", "#", "Mei-Ling Tan", since=on(-1), nudged="Nudged yesterday"),
            ],
        ),
    ]


def sample_history(now: datetime) -> list[parts.HistoryEntry]:
    """Three days of one competency."""
    entry = parts.HistoryEntry
    return [
        entry(
            now - timedelta(hours=2),
            "Sunita Patel",
            "Signed NM-04",
            "Training Supervisor",
            "",
            "done",
            "check-circle-fill",
        ),
        entry(
            now - timedelta(hours=3), "Žofia Łukasiewicz", "Sent NM-04 again", "trainee", tone="waiting", icon="send"
        ),
        entry(
            now - timedelta(days=4),
            "Sunita Patel",
            "Returned NM-04",
            "Training Supervisor",
            "Please add the uniformity plot of the second detector.",
            "returned",
            "arrow-return-left",
        ),
        entry(now - timedelta(days=9), "Žofia Łukasiewicz", "Attached “QC log, week 31”", "trainee", icon="paperclip"),
    ]


def sample_confirm(cancel_url: str) -> parts.Confirm:
    """Releasing a first-year decision."""
    mail = parts.MailPreview(
        "Žofia Łukasiewicz",
        "Your End of First Year Assessment",
        "Dear Žofia,\n\nYour End of First Year Assessment is decided: pass. Year two is open from today.",
    )
    return parts.Confirm(
        title="Release the first-year decision?",
        kicker="Žofia Łukasiewicz, Nuclear Medicine",
        action="Release it",
        cancel_url=cancel_url,
        consequences=[
            parts.Consequence("The decision can no longer be changed; a correction is a new entry."),
            parts.Consequence("Year two opens for", "Žofia Łukasiewicz"),
            parts.Consequence("One mail goes to", "the trainee, S. Patel and Dr Lee"),
        ],
        mails=[mail],
    )


def sample_work(state: str) -> parts.LongWork:
    """Compiling a portfolio, at the asked stage."""
    here = reverse("demo:component-work")
    more = {
        "running": {"cancel_url": "#"},
        "finished": {"result_url": "#", "result_label": "Open the portfolio", "message": "212 pages, 38 bookmarks."},
        "failed": {"message": "The file “QC log, week 31” could not be opened. Replace it and start again."},
    }
    return parts.LongWork("Compile the portfolio", 87, 212, state, poll_url=here, **more[state])


def sample_documents() -> list[parts.FileLink]:
    """Three files of three kinds."""
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return [
        parts.FileLink("Degree certificate", "#", "application/pdf", 212_400, "3 pages"),
        parts.FileLink("QC log, week 31", "#", sheet, 1_430_000),
        parts.FileLink("Photograph of the phantom", "#", "image/jpeg", 840_000),
    ]


def sample_readers() -> list[parts.Readers]:
    """Private, and shared with one person now and another later."""
    return [parts.Readers(["You"]), parts.Readers(["You", "A. Khan"], ["moderator at submission"])]


FACTS = [
    ("Scope of practice", "Nuclear Medicine"),
    ("Employer", "St Brigid's, Leeds"),
    ("Training Supervisor", "Sunita Patel"),
    ("Telephone", ""),
]
BEFORE_AND_AFTER = (
    "Daily uniformity on the old camera, with Sunita Patel, by month 4.",
    "Daily uniformity on the new camera, with Sunita Patel and the physicist on duty, by month 4.",
)
# (code, title, why it is held back; empty when it can be chosen)
ROWS_TO_SIGN = [
    ("NM-04", "Quality control of the gamma camera", ""),
    ("NM-05", "Planar bone imaging", ""),
    ("NM-11", "Dispensing under supervision", "held: you have not opened its evidence yet"),
    ("NM-12", "Waste and contamination", "held: no evidence is attached"),
]


def sample_help() -> Help:
    """Two points with a number of the scheme in its place."""
    points = (
        Point(
            "The ring", "The share of competencies that are signed; the mark stands at {first_year_percent} per cent."
        ),
        Point("Submitted", "It waits for the Training Supervisor, and its badge says since when."),
    )
    text = Help(
        ("training:mine",), "My training", "The ring", points, frozenset({Reader.TRAINEE}), "T2", ("3.2", "4.1")
    )
    return text.with_numbers({"first_year_percent": 30})
