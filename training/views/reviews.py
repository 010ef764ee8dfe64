"""Supervisor Reviews (T4): the list, writing, signing, acknowledging, sending back, submitting, and its PDF."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from ctts.common.autosave import asks_for_autosave
from ctts.common.confirming import ask_page, confirmed
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.parts import Confirm, Consequence
from ctts.common.posted import data_of, require_for, signing, status_of, today_of, tried
from ctts.common.verdict import require
from training import access, actions, queries
from training.actions import Agreed, StaleText
from training.forms.reviews import (
    AcknowledgeForm,
    ActionForm,
    ActionFormSet,
    DiscardForm,
    ReviewForm,
    SendBackForm,
    SettleConcernForm,
    SignReviewForm,
    TakeOverForm,
)
from training.states import EarlierKind, RecordState, ReviewState
from training.views import _shown_practice as shown
from training.views._doors import action_or_404, review_or_404
from training.views._earlier import earlier_left
from training.views._frame import frame, record_or_404
from training.views._kept import Kept, first_of, is_changed, keep_typed, rows_of
from training.views._papers import being_made, paper_served
from training.views._shown import nudge_step
from training.views._shown_concerns import concern_settled


@guarded(SIGNED_IN)
def reviews(request, pk):
    """The reviews of a record, the months without one, and the actions carried on."""
    record, today = record_or_404(request, pk), today_of(request)
    rows = list(queries.reviews_of(record, request.user, today))
    gaps = queries.months_without_review([record], today)[record.pk]
    context = frame(request, record, "reviews", rows=[shown.review_row(row) for row in rows])
    context.update(gaps=shown.month_words(gaps), open_actions=queries.open_actions(record), today=today)
    context["earlier"] = earlier_left(request, record, EarlierKind.REVIEW)
    context["step"] = shown.review_list_step(request.user, record, rows, today)
    context["can_close"] = context["mine"] or bool(access.is_supervisor(request.user, record, today))
    context["beside"] = any(row.state == ReviewState.DRAFT for row in rows)  # the button of the page goes on with that
    context["to_ask"] = queries.supervisors_of(record, today) if gaps and not context["can_close"] else []
    context["writes"] = gaps and access.can_write_review(request.user, record, today)
    if context["to_ask"]:
        context["step"] = nudge_step(request.user, record, f"months:{record.pk}", today)
        context["can_message"] = access.can_begin_thread(request.user, record, today)
    return render(request, "training/reviews/list.html", context)


# --- writing ---


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="writes down a Supervisor Review, and keeps its text while it is typed",
    asks=(ReviewForm, ActionForm),
)
def review_new(request, pk):
    """A new review, begun with what changed since the last one (screens 23)."""
    record, today = record_or_404(request, pk), today_of(request)
    require(access.can_write_review(request.user, record, today))
    key, agenda = queries.new_review_key(record.pk), queries.agenda(record, today)
    if asks_for_autosave(request):
        return keep_typed(request, record, key)
    kept = Kept(request, key)
    pair = _pair(request, record, kept.fields, *shown.first_fields(record, agenda, today))
    made = []

    def act():
        given = {"record_id": pk, "key": pair[0].cleaned_data["key"], **_given(*pair)}
        made.append(actions.write_review(by=request.user, now=request.now, **given))

    if _tried(pair, act, kept):
        messages.success(request, "The review is saved. Sign it when it is complete.")
        return redirect("training:review", made[0].pk)
    return _form_page(request, record, pair, agenda, kept)


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="changes a Supervisor Review that is not signed, and keeps its text",
    asks=(ReviewForm, ActionForm),
)
def review_edit(request, pk):
    """A review that is not signed yet, or was sent back."""
    review, today = review_or_404(request, pk), today_of(request)
    record = review.record
    _require_change(request, review, today)
    key, agenda = queries.review_key(pk), queries.agenda(record, today, review)
    if asks_for_autosave(request):
        form, rows = _pair(request, record, {}, *shown.stored_fields(review))
        return keep_typed(request, record, key, unsaved=is_changed(form, *rows))
    kept = Kept(request, key)
    pair = _pair(request, record, kept.fields, *shown.stored_fields(review))

    def act():
        given = {"review_id": pk, "seen": pair[0].cleaned_data["seen"], **_given(*pair)}
        actions.change_review(by=request.user, now=request.now, **given)

    try:
        if _tried(pair, act, kept):
            return redirect("training:review", pk)
    except StaleText as stale:
        return _form_page(request, record, pair, agenda, kept, review, stale)
    return _form_page(request, record, pair, agenda, kept, review)


def _require_change(request, review, today):
    """As `require`: who comes too late finds what they typed under the words of the form, that of each action too."""
    verdict = access.can_change_review(request.user, review, today)
    if not verdict:
        form, rows = _pair(request, review.record, {}, *shown.stored_fields(review))
        require_for(form, verdict, rows, "Action")


def _pair(request, record, kept, first, rows):
    """The form of the meeting and the rows of its actions, filled with what was typed, kept, or is there."""
    if kept:
        seen = {"seen": first.get("seen", "")}
        first, rows = {**first_of(kept), **seen}, rows_of(kept, "actions")
    items = queries.items_of(record)
    form = ReviewForm(data_of(request), initial=first, items=items, today=today_of(request))
    return form, ActionFormSet(data_of(request), initial=rows, prefix="actions")


def _tried(pair, act, kept):
    """Whether meeting and actions are in order and were accepted."""
    form, rows = pair
    if not form.is_bound or not all([form.is_valid(), rows.is_valid()]):
        return False
    return rows.follow(form.cleaned_data["held_on"]) and kept.tried(form, act, rows)


def _given(form, rows):
    """What the action is told: the columns, the competencies, the actions that were filled in."""
    given = form.cleaned_data
    agreed = [row.cleaned_data for row in rows if row.cleaned_data.get("text")]
    return {
        "values": {name: given[name] for name in queries.REVIEW_FIELDS},
        "items": list(given["items"]),
        "actions": [Agreed(row["text"], row["owner"], row["due_on"]) for row in agreed],
    }


def _form_page(request, record, pair, agenda, kept, review=None, stale=None):
    form, rows = pair
    context = frame(request, record, "reviews", form=form, action_rows=rows, agenda=agenda, review=review, stale=stale)
    context.update(kept.context(), owners=shown.owners_of(record, today_of(request)))
    context["back_url"] = (
        reverse("training:review", args=[review.pk]) if review else reverse("training:reviews", args=[record.pk])
    )
    context["current"] = queries.review_facts(review) if stale else []
    status = 409 if stale else kept.status(form)
    return render(request, "training/reviews/form.html", context, status=status)


# --- reading and deciding ---


@guarded(SIGNED_IN)
def review(request, pk):
    """One review: what was written, its actions and signatures, and the one next step of this reader."""
    found, today = review_or_404(request, pk), today_of(request)
    context = frame(request, found.record, "reviews", review=found, facts=queries.review_facts(found))
    context.update(items=queries.discussed_in(found), today=today)
    context.update(actions=queries.agreed_in(found), signatures=shown.review_signatures(found))
    context.update(
        step=shown.review_step(request.user, found, today), acts=shown.review_acts(request.user, found, today)
    )
    context.update(badge=shown.review_badge(found, returned=shown.was_sent_back(context["signatures"])))
    context["can_change"] = access.can_change_review(request.user, found, today)
    context["to_raise"] = queries.is_unraised(found) and access.is_to_raise(request.user, found.record, today)
    context["can_settle"] = context["to_raise"] and access.can_settle_concern(request.user, found, today)
    is_left = found.state == ReviewState.DRAFT and not context["can_change"]
    context["settled"] = concern_settled(found, request.user, today)
    context["can_discard"] = context["can_change"] or (
        is_left and access.can_discard_review(request.user, found, today)
    )
    context["can_send_back"] = access.can_send_back_review(request.user, found)
    prints = access.can_print_review(found)
    context.update(prints=prints, paper=queries.review_on_paper(found) if prints else None)
    context["can_close"] = context["mine"] or bool(access.is_supervisor(request.user, found.record, today))
    return render(request, "training/reviews/one.html", context)


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="notes what became of the patient-safety concern of a review",
    asks=(SettleConcernForm,),
)
def review_concern(request, pk):
    """The concern of which a signed review speaks is raised already, or is none: then nobody is asked to raise it."""
    found = review_or_404(request, pk)
    form = SettleConcernForm(data_of(request))
    require_for(form, access.can_settle_concern(request.user, found, today_of(request)))

    def act():
        given = {name: form.cleaned_data[name] for name in ("reference", "reason")}
        actions.settle_review_concern(by=request.user, now=request.now, review_id=pk, **given)
        messages.success(request, "Noted. It stands beside the review, and nobody is asked to raise it any more.")

    if tried(form, act):
        return redirect("training:review", pk)
    title = f"The patient-safety concern {found.patient_safety_reference}"
    back, lede = reverse("training:review", args=[pk]), "The review was signed and keeps its words."
    return ask_page(request, form, title=title, kicker=found.record.trainee, back_url=back, lede=lede)


@guarded(SIGNED_IN, methods="GET POST", effect="asks for the PDF of a Supervisor Review that both have signed")
def review_paper(request, pk):
    """The PDF of a review: a press has it made by the worker, once for everybody; then this address gives it."""
    found = review_or_404(request, pk)
    require(access.can_print_review(found))
    if request.method == "POST":
        actions.ask_review_paper(by=request.user, now=request.now, review_id=pk)
        return being_made(request, "training:review", pk)
    return paper_served(request, queries.review_on_paper(found))


def _decide(request, review, form, template, act, **more):
    """A page that shows the whole review with a form under it, and sends it."""
    context = frame(request, review.record, "reviews", review=review, form=form, facts=queries.review_facts(review))
    context.update(items=queries.discussed_in(review), actions=queries.agreed_in(review))
    context.update(more)
    if tried(form, act):
        return redirect("training:review", review.pk)
    return render(request, template, context, status=status_of(form))


@guarded(SIGNED_IN, methods="GET POST", effect="signs a Supervisor Review as its supervisor", asks=(SignReviewForm,))
def review_sign(request, pk):
    """The supervisor signs what the page shows; the trainee is asked to acknowledge it."""
    found = review_or_404(request, pk)
    require(access.can_sign_review(request.user, found, today_of(request)))
    seen = {"seen": queries.review_digest(found)}
    form = SignReviewForm(data_of(request), initial=seen, **signing(request))

    def act():
        given = {"review_id": pk, "seen": form.cleaned_data["seen"], "authentication": form.authentication}
        actions.sign_review(by=request.user, now=request.now, **given)
        asked = "is asked to acknowledge it"
        when = ", when training goes on" if found.record.state == RecordState.INTERRUPTED else ""
        messages.success(request, f"Signed. {found.record.trainee} {asked}{when}.")

    return _decide(request, found, form, "training/reviews/sign.html", act, statement=actions.REVIEW_SIGNED_WORDS)


def _about(found, **words):
    """The page before a step with a draft: it names the review and leads back to it."""
    kicker = f"Review {found.number}, {found.record.trainee}"
    return Confirm(cancel_url=reverse("training:review", args=[found.pk]), kicker=kicker, **words)


@guarded(SIGNED_IN, methods="GET POST", effect="makes the draft of a former supervisor one's own", asks=(TakeOverForm,))
def review_take_over(request, pk):
    """A new supervisor takes over what a former one wrote and did not sign."""
    found = review_or_404(request, pk)
    require(access.can_take_over_review(request.user, found, today_of(request)))
    form = TakeOverForm(data_of(request), initial={"seen": queries.review_digest(found)})
    consequences = shown.take_over_consequences(found)
    confirm = _about(found, title="Take this draft over", action=form.submit_text, consequences=consequences, form=form)

    def act():
        seen = form.cleaned_data["seen"]
        actions.take_over_review(by=request.user, now=request.now, review_id=pk, seen=seen)

    return confirmed(request, confirm, act, "training:review", pk, said="The draft is yours now.")


@guarded(
    SIGNED_IN, methods="GET POST", effect="discards a draft of a Supervisor Review with a reason", asks=(DiscardForm,)
)
def review_discard(request, pk):
    """The supervisor discards a draft that nobody will sign; its words stay."""
    found = review_or_404(request, pk)
    require(access.can_discard_review(request.user, found, today_of(request)))
    form = DiscardForm(data_of(request), initial={"seen": queries.review_digest(found)})
    words = {"title": "Discard this draft", "action": form.submit_text, "danger": True, "form": form}
    confirm = _about(found, consequences=shown.discard_consequences(found), **words)

    def act():
        actions.discard_review(by=request.user, now=request.now, review_id=pk, **form.cleaned_data)

    return confirmed(request, confirm, act, "training:reviews", found.record_id, said="The draft is discarded.")


@guarded(
    SIGNED_IN, methods="GET POST", effect="acknowledges a Supervisor Review as the trainee", asks=(AcknowledgeForm,)
)
def review_acknowledge(request, pk):
    """The trainee acknowledges what the supervisor signed."""
    found = review_or_404(request, pk)
    require(access.can_acknowledge_review(request.user, found))
    seen = {"seen": queries.review_digest(found)}
    form = AcknowledgeForm(data_of(request), initial=seen, **signing(request))

    def act():
        given = {"seen": form.cleaned_data["seen"], "comment": form.cleaned_data["comment"]}
        given.update(review_id=pk, authentication=form.authentication)
        actions.acknowledge_review(by=request.user, now=request.now, **given)
        messages.success(request, "Acknowledged. Your supervisor submits it to the office.")

    words = actions.REVIEW_ACKNOWLEDGED_WORDS
    return _decide(request, found, form, "training/reviews/acknowledge.html", act, statement=words)


@guarded(
    SIGNED_IN, methods="GET POST", effect="sends a signed Supervisor Review back as the trainee", asks=(SendBackForm,)
)
def review_send_back(request, pk):
    """The trainee sends back what the supervisor signed, with a reason."""
    found = review_or_404(request, pk)
    require(access.can_send_back_review(request.user, found))
    seen = {"seen": queries.review_digest(found)}
    form = SendBackForm(data_of(request), initial=seen, **signing(request))

    def act():
        given = {"seen": form.cleaned_data["seen"], "reason": form.cleaned_data["reason"]}
        given.update(review_id=pk, authentication=form.authentication)
        actions.send_back_review(by=request.user, now=request.now, **given)
        messages.success(request, "Sent back. Your supervisor changes it and signs it anew.")

    return _decide(request, found, form, "training/reviews/send_back.html", act)


@guarded(SIGNED_IN, methods="GET POST", effect="submits a Supervisor Review to the office")
def review_submit(request, pk):
    """The supervisor submits to the office what both have signed."""
    found = review_or_404(request, pk)
    require(access.can_submit_review(request.user, found, today_of(request)))
    confirm = Confirm(
        title="Submit to the office",
        action="Submit it",
        cancel_url=reverse("training:review", args=[pk]),
        kicker=f"Review {found.number}, {found.record.trainee}",
        consequences=[
            Consequence("The review counts for the End of First Year Assessment."),
            Consequence("It can no longer be changed by anybody."),
        ],
    )

    def act():
        actions.submit_review(by=request.user, now=request.now, review_id=pk)
        messages.success(request, "Submitted to the office.")

    return confirmed(request, confirm, act, "training:review", pk)


@guarded(SIGNED_IN, methods="POST", effect="closes an agreed action of a Supervisor Review")
def action_close(request, pk):
    """An agreed action is done and no longer carried on."""
    found = action_or_404(request, pk)
    actions.close_action(by=request.user, now=request.now, action_id=pk)
    messages.success(request, "The action is closed.")
    return redirect("training:reviews", found.review.record_id)
