"""From progress reports to the parts of pages (T7). No rule is decided here."""

from django.urls import reverse

from ctts.common.clock import london_date
from ctts.common.parts import Acts, Consequence, NextStep, who_is
from ctts.common.signatures import shown_signature
from ctts.common.states_shown import badge_for
from ctts.common.templatetags.formats import day
from training import access, queries
from training.states import AppointmentKind, ReportState


def report_badge(report):
    """Where a report stands."""
    return badge_for(report.state, report.get_state_display(), "progressreport")


def report_facts(report):
    """The fields of a report as term and value, in the order of the form."""
    return [
        ("About the time", f"{day(report.period_starts_on)} to {day(report.period_ends_on)}"),
        ("How the training goes", report.progress),
        ("What needs attention", report.attention),
        ("What comes next", report.next_steps),
    ]


def signatures(report):
    """The signatures under a report as they are shown."""
    return [shown_signature(row) for row in queries.report_signatures(report)]


def list_step(user, record, rows, today):
    """The button of the list: for the supervisor a new report, or the one that is being written."""
    if not access.is_supervisor(user, record, today):
        return None
    open_one = next((row for row in rows if row.state == ReportState.DRAFT), None)
    if open_one is not None:
        return NextStep(f"Go on with report {open_one.number}", reverse("training:report", args=[open_one.pk]))
    reason = access.can_write_report(user, record, today).reason
    return NextStep("Write a progress report", reverse("training:report_new", args=[record.pk]), reason)


def report_step(user, report, today):
    """The one next step of this reader for a report; None where it is somebody else's turn."""
    if report.state == ReportState.DRAFT and access.can_take_over_report(user, report, today):
        return NextStep("Take it over", reverse("training:report_take_over", args=[report.pk]))
    if access.can_change_report(user, report, today):
        return NextStep("Sign and send it", reverse("training:report_send", args=[report.pk]))
    if access.can_acknowledge_report(user, report, today):
        return NextStep("Acknowledge", reverse("training:report_acknowledge", args=[report.pk]))
    return None


def take_over_consequences(report):
    """What taking over a draft does (screens 18)."""
    return [
        Consequence(f"You stand under it in place of {report.written_by}; the history keeps who wrote it."),
        Consequence("Only then can you change it, sign it and send it. Sign only what you can stand by."),
        Consequence("If you cannot, discard it instead and write a report of your own."),
    ]


def discard_consequences(report):
    """What discarding a draft does (screens 18)."""
    return [
        Consequence(f"The draft of report {report.number} is not sent any more and counts for nothing."),
        Consequence("What is written stays in the record with your reason; only the Training Supervisor reads it."),
        Consequence("A report that is due stays due until another is sent."),
    ]


def report_acts(reader, report, today):
    """With whom a report lies, as this reader is told; None once it is acknowledged or discarded.

    A draft lies with the present Training Supervisor, whoever wrote it, and only they read it.
    """
    if report.state == ReportState.DRAFT:
        since, left = london_date(report.written_at), report.written_by_id != reader.pk
        begins = queries.supervised_since(report.record, today) if left else None
        return Acts("you", max(since, begins or since), then=["the Training Co-ordinator"])
    if report.state != ReportState.SENT:
        return None
    held = queries.holder_on(report.record, AppointmentKind.COORDINATOR, today)
    if held is None or not held.person.is_active:
        return Acts("the scheme office, which names a Training Co-ordinator", then=["the Training Co-ordinator"])
    return Acts(who_is(held.person, "Training Co-ordinator", reader), london_date(report.sent_at))


def sent_words(record, today):
    """What happens now with a report that was sent: somebody acknowledges it, or is to be named first (C2, T7)."""
    held = queries.holder_on(record, AppointmentKind.COORDINATOR, today)
    if held is not None and held.person.is_active:
        return "Signed and sent. The Training Co-ordinator is asked to acknowledge it."
    return "Signed and sent. Nobody is Training Co-ordinator at present: the scheme office is asked to name somebody."
