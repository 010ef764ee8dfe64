"""The portfolio (F3): its state and problems, compiling with live progress, uploading, sealing, its file."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from assessments import access, actions
from assessments.compiling import changed_since, left_out
from assessments.forms.final import SealPortfolioForm, UploadForm
from assessments.queries import portfolio as queries
from assessments.queries.stages import attempt_shown, released_rows
from assessments.states import PortfolioSource, PortfolioState, Stage
from assessments.views import _shown_final as shown
from assessments.views._final import final_record_or_404, frame, portfolio_or_404, record_or_404
from ctts.common.confirming import confirm_page
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.parts import Confirm
from ctts.common.posted import data_of, signing, status_of, today_of, tried
from ctts.common.verdict import require
from ctts.documents.serving import serve
from training.actions import StaleText


@guarded(SIGNED_IN)
def portfolio(request, pk):
    """State, page budget, problems, chapters, receipt; for a moderator the sealed portfolio and nothing else."""
    record = final_record_or_404(request, pk)
    today, earlier = today_of(request), released_rows(record, Stage.PORTFOLIO)
    found = queries.portfolio_of_attempt(record, attempt_shown(record, Stage.PORTFOLIO))
    context = frame(request, record, "portfolio", portfolio=found, today=today)
    if context["sees_record"]:
        standing = queries.standing_of(record, found, _changed(found))
        context.update(standing=standing, meter=shown.page_meter(standing), trimming=shown.trimming(standing))
    context["may"] = access.can_prepare_portfolio(request.user, record, found)
    context.update(step=shown.portfolio_step(request.user, record, found, context), work=shown.work_of(found))
    context["opens"] = found is not None and access.can_open_portfolio(request.user, found, today)
    context.update(shown.sealed_facts(request.user, record, found, today))
    context["left_out"] = left_out(record) if context["mine"] and not context["sealed"] else []
    context["badge"] = shown.portfolio_badge(found, record, context)
    context["earlier"] = shown.earlier_results(request.user, record, earlier, today)
    return render(request, "assessments/portfolio/one.html", context)


def _changed(found):
    if found is None or found.source != PortfolioSource.COMPILED or found.state != PortfolioState.READY:
        return []
    return changed_since(found)


@guarded(SIGNED_IN, methods="POST", effect="has the portfolio compiled as the trainee")
def portfolio_compile(request, pk):
    """The worker compiles it; the page shows how far it is and may be left."""
    record_or_404(request, pk)
    actions.compile_portfolio(by=request.user, now=request.now, record_id=pk)
    return redirect("assessments:portfolio", pk)


@guarded(SIGNED_IN, methods="POST", effect="stops the compiling of the portfolio as the trainee")
def portfolio_stop(request, pk):
    """The trainee stops the compiling."""
    record_or_404(request, pk)
    actions.stop_compiling(by=request.user, now=request.now, record_id=pk)
    messages.info(request, "Stopped. You can compile it again at any time.")
    return redirect("assessments:portfolio", pk)


@guarded(SIGNED_IN)
def portfolio_progress(request, pk):
    """How far the compiling is; asked again and again by the page. When it is over, the whole page is loaded anew."""
    record = record_or_404(request, pk)
    work = shown.work_of(queries.portfolio_of(record))
    response = render(request, "assessments/portfolio/_work.html", {"work": work})
    if work is None or work.over:
        response["HX-Refresh"] = "true"
    return response


@guarded(SIGNED_IN, methods="GET POST", effect="uploads the portfolio as one PDF as the trainee", asks=(UploadForm,))
def portfolio_upload(request, pk):
    """One PDF of the trainee's own making instead of the compiled one."""
    record = record_or_404(request, pk)
    require(access.can_prepare_portfolio(request.user, record, queries.portfolio_of(record)))
    form = UploadForm(data_of(request), request.FILES or None)

    def act():
        given = {"record_id": pk, "upload": form.cleaned_data["file"]}
        actions.upload_portfolio(by=request.user, now=request.now, **given)
        messages.success(request, "Uploaded. It is checked now; then you can seal it.")

    if tried(form, act):
        return redirect("assessments:portfolio", pk)
    context = frame(request, record, "portfolio", form=form)
    return render(request, "assessments/portfolio/upload.html", context, status=status_of(form))


@guarded(SIGNED_IN, methods="GET POST", effect="seals the portfolio as the trainee", asks=(SealPortfolioForm,))
def portfolio_seal(request, pk):
    """What sealing does and to whom it opens; then the signature."""
    record = record_or_404(request, pk)
    found = queries.portfolio_of(record)
    require(access.can_seal_portfolio(request.user, record, found))
    form = SealPortfolioForm(data_of(request), initial={"seen": queries.seal_digest(found)}, **signing(request))

    def act():
        given = {"record_id": pk, "seen": form.cleaned_data["seen"], "authentication": form.authentication}
        actions.seal_portfolio(by=request.user, now=request.now, **given)
        messages.success(request, "Sealed. The receipt stands below and is on its way to you by mail.")

    try:
        if tried(form, act):
            return redirect("assessments:portfolio", pk)
    except StaleText as stale:
        fresh = {"seen": queries.seal_digest(found)}
        form = SealPortfolioForm(initial=fresh, **signing(request))
        return _seal_page(request, record, found, form, 409, str(stale))
    return _seal_page(request, record, found, form, status_of(form))


def _seal_page(request, record, found, form, status, stale=""):
    problems = queries.standing_of(record, found, _changed(found)).problems
    confirm = Confirm(
        title="Seal the portfolio",
        action="Seal it",
        cancel_url=reverse("assessments:portfolio", args=[record.pk]),
        kicker=f"Portfolio, attempt {found.attempt.attempt}",
        consequences=shown.seal_consequences(record, found, today_of(request)),
        mails=shown.seal_mails(record, found, request.now),
        form=form,
        lede=stale or actions.PORTFOLIO_SEALED_WORDS,
        hold=" ".join(problems),
    )
    return confirm_page(request, confirm, status=status)


@guarded(SIGNED_IN)
def portfolio_file(request, pk):
    """The PDF itself. Whoever opens a sealed one that is not their own is noted, whatever part of it they ask for
    (quality rule 1)."""
    found = portfolio_or_404(request, pk)
    require(access.can_open_portfolio(request.user, found, today_of(request)))
    if request.method == "GET":
        actions.note_reading(by=request.user, now=request.now, portfolio=found)
    inline = "download" not in request.GET
    return serve(found.document, reader=request.user, headers=request.headers, method=request.method, inline=inline)


@guarded(SIGNED_IN)
def portfolio_readings(request, pk):
    """Who opened the sealed portfolio and when: for the trainee and the office."""
    found = portfolio_or_404(request, pk)
    record = found.attempt.record
    require(access.can_see_readings(request.user, record, today_of(request)))
    rows = list(queries.readings_of(found))
    context = frame(request, record, "portfolio", portfolio=found, rows=rows)
    return render(request, "assessments/portfolio/readings.html", context)
