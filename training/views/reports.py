"""Progress reports (T7): the list with what is due, writing, signing and sending, acknowledging."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from ctts.common.autosave import asks_for_autosave
from ctts.common.confirming import confirmed
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.parts import Confirm
from ctts.common.posted import data_of, require_for, signing, status_of, today_of, tried
from ctts.common.verdict import require
from training import access, actions, queries
from training.actions import StaleText
from training.forms.reports import AcknowledgeReportForm, ReportForm, SendReportForm
from training.forms.reviews import DiscardForm, TakeOverForm
from training.states import ReportState
from training.views import _shown_reports as shown
from training.views._doors import report_or_404
from training.views._frame import frame, record_or_404
from training.views._kept import Kept, is_changed, keep_typed
from training.views._shown import nudge_step


@guarded(SIGNED_IN)
def reports(request, pk):
    """The progress reports of a record, and when the next one is due."""
    record, today = record_or_404(request, pk), today_of(request)
    rows = list(queries.reports_of(record, request.user, today))
    context = frame(request, record, "reports", rows=[(row, shown.report_badge(row)) for row in rows])
    context["next"] = queries.reports_due([record], today)[record.pk]
    context["reads"] = bool(rows) or queries.reads_reports(record, request.user, today)
    context["step"] = shown.list_step(request.user, record, rows, today) or nudge_step(
        request.user, record, f"report_due:{pk}", today
    )
    return render(request, "training/reports/list.html", context)


# --- writing ---


def _page(request, record, form, kept, back_url, begun=None, status=None):
    context = frame(request, record, "reports", form=form, back_url=back_url, begun=begun, **kept.context())
    return render(request, "training/reports/form.html", context, status=status or kept.status(form))


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="writes a progress report, and keeps its text while it is typed",
    asks=(ReportForm,),
)
def report_new(request, pk):
    """A new report, about the time since the last one."""
    record, today = record_or_404(request, pk), today_of(request)
    require(access.can_write_report(request.user, record, today))
    key = queries.new_report_key(record.pk)
    if asks_for_autosave(request):
        return keep_typed(request, record, key)
    kept = Kept(request, key)
    starts_on, ends_on = queries.report_period(record, today)
    first = {"period_starts_on": starts_on, "period_ends_on": ends_on, **kept.first}
    form = ReportForm(data_of(request), initial=first, today=today)
    made = []

    def act():
        given = {"record_id": pk, "key": form.cleaned_data["key"], "values": form.cleaned_data}
        made.append(actions.write_report(by=request.user, now=request.now, **given))

    if kept.tried(form, act):
        messages.success(request, "The report is saved. Sign and send it when it is complete.")
        return redirect("training:report", made[0].pk)
    return _page(request, record, form, kept, reverse("training:reports", args=[pk]), queries.report_begun(record))


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="changes a progress report that is not sent, and keeps its text",
    asks=(ReportForm,),
)
def report_edit(request, pk):
    """A report that is not sent."""
    report, today = report_or_404(request, pk), today_of(request)
    require_for(ReportForm(today=today), access.can_change_report(request.user, report, today))
    stored = {name: getattr(report, name) for name in queries.REPORT_FIELDS}
    stored["seen"], key = queries.report_digest(report), queries.report_key(pk)
    if asks_for_autosave(request):
        form = ReportForm(data_of(request), initial=stored, today=today)
        return keep_typed(request, report.record, key, unsaved=is_changed(form))
    kept = Kept(request, key)
    form = ReportForm(data_of(request), initial={**stored, **kept.first, "seen": stored["seen"]}, today=today)

    def act():
        given = {"report_id": pk, "seen": form.cleaned_data["seen"], "values": form.cleaned_data}
        actions.change_report(by=request.user, now=request.now, **given)

    back_url = reverse("training:report", args=[pk])
    try:
        if kept.tried(form, act):
            messages.success(request, "The report is saved.")
            return redirect("training:report", pk)
    except StaleText as problem:
        form.add_error(None, str(problem))
        return _page(request, report.record, form, kept, back_url, status=409)
    return _page(request, report.record, form, kept, back_url)


# --- reading and deciding ---


@guarded(SIGNED_IN)
def report(request, pk):
    """One report: what was written, its signatures, and the one next step of this reader."""
    found, today = report_or_404(request, pk), today_of(request)
    context = frame(request, found.record, "reports", report=found, facts=shown.report_facts(found))
    context.update(signatures=shown.signatures(found), badge=shown.report_badge(found))
    context["comments"] = [row for row in queries.report_signatures(found) if row.comment]
    context["step"] = shown.report_step(request.user, found, today)
    context["acts"] = shown.report_acts(request.user, found, today)
    context["can_change"] = access.can_change_report(request.user, found, today)
    is_draft = found.state == ReportState.DRAFT
    context["can_discard"] = is_draft and access.can_discard_report(request.user, found, today)
    return render(request, "training/reports/one.html", context)


def _signed(request, report, form, act, title, statement, role):
    """A page that shows the whole report with a signature under it, and signs it."""
    if tried(form, act):
        return redirect("training:report", report.pk)
    context = frame(request, report.record, "reports", report=report, form=form, title=title, role=role)
    context.update(facts=shown.report_facts(report), statement=statement)
    return render(request, "training/reports/sign.html", context, status=status_of(form))


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="signs a progress report and sends it to the Training Co-ordinator",
    asks=(SendReportForm,),
)
def report_send(request, pk):
    """The supervisor signs what the page shows; co-ordinator and trainee are told."""
    found = report_or_404(request, pk)
    require(access.can_change_report(request.user, found, today_of(request)))
    form = SendReportForm(data_of(request), initial={"seen": queries.report_digest(found)}, **signing(request))

    def act():
        given = {"report_id": pk, "seen": form.cleaned_data["seen"], "authentication": form.authentication}
        actions.send_report(by=request.user, now=request.now, **given)
        messages.success(request, shown.sent_words(found.record, today_of(request)))

    words = actions.REPORT_SENT_WORDS
    return _signed(request, found, form, act, "Sign and send this report", words, "Training Supervisor")


def _about(found, **words):
    """The page before a step with a draft: it names the report and leads back to it."""
    kicker = f"Progress report {found.number}, {found.record.trainee}"
    return Confirm(cancel_url=reverse("training:report", args=[found.pk]), kicker=kicker, **words)


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="makes the draft report of a former supervisor one's own",
    asks=(TakeOverForm,),
)
def report_take_over(request, pk):
    """A new supervisor takes over what a former one wrote and did not send."""
    found = report_or_404(request, pk)
    require(access.can_take_over_report(request.user, found, today_of(request)))
    form = TakeOverForm(data_of(request), initial={"seen": queries.report_digest(found)})
    consequences = shown.take_over_consequences(found)
    confirm = _about(found, title="Take this draft over", action=form.submit_text, consequences=consequences, form=form)

    def act():
        seen = form.cleaned_data["seen"]
        actions.take_over_report(by=request.user, now=request.now, report_id=pk, seen=seen)

    return confirmed(request, confirm, act, "training:report", pk, said="The draft is yours now.")


@guarded(
    SIGNED_IN, methods="GET POST", effect="discards a draft of a progress report with a reason", asks=(DiscardForm,)
)
def report_discard(request, pk):
    """The supervisor discards a draft that nobody will send; its words stay."""
    found = report_or_404(request, pk)
    require(access.can_discard_report(request.user, found, today_of(request)))
    form = DiscardForm(data_of(request), initial={"seen": queries.report_digest(found)})
    words = {"title": "Discard this draft", "action": form.submit_text, "danger": True, "form": form}
    confirm = _about(found, consequences=shown.discard_consequences(found), **words)

    def act():
        actions.discard_report(by=request.user, now=request.now, report_id=pk, **form.cleaned_data)

    return confirmed(request, confirm, act, "training:reports", found.record_id, said="The draft is discarded.")


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="acknowledges a progress report as Training Co-ordinator",
    asks=(AcknowledgeReportForm,),
)
def report_acknowledge(request, pk):
    """The Training Co-ordinator acknowledges what was sent."""
    found = report_or_404(request, pk)
    require(access.can_acknowledge_report(request.user, found, today_of(request)))
    form = AcknowledgeReportForm(data_of(request), initial={"seen": queries.report_digest(found)}, **signing(request))

    def act():
        given = {"seen": form.cleaned_data["seen"], "comment": form.cleaned_data["comment"]}
        given.update(report_id=pk, authentication=form.authentication)
        actions.acknowledge_report(by=request.user, now=request.now, **given)
        messages.success(request, "Acknowledged. The supervisor is told.")

    words = actions.REPORT_ACKNOWLEDGED_WORDS
    return _signed(request, found, form, act, "Acknowledge this report", words, "Training Co-ordinator")
