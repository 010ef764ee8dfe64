"""From attempts about which markers differ to the parts of pages. No rule is decided here."""

from django.urls import reverse

from assessments.queries import doubts_about
from assessments.queries.portfolio import portfolio_behind
from assessments.states import StageState
from ctts.common.clock import london_date
from ctts.common.parts import Acts, Confirm, Consequence, HistoryEntry, NextStep, who_is
from ctts.common.posted import today_of
from ctts.common.signatures import shown_signature
from ctts.common.states_shown import badge_for
from moderation import access, queries
from moderation.states import DisagreementState


def badge_of(attempt):
    """Where a difference stands: that of the markers, until something was written about it."""
    found = queries.round_of(attempt)
    if found is None or found.state == DisagreementState.OPEN:
        if attempt.queried_at is not None:
            return badge_for("returned", "Queried by the office", "outcome")
        return badge_for(attempt.state, attempt.get_state_display(), "stageattempt")
    return badge_for(found.state, found.get_state_display(), "disagreement")


def frame(request, attempt):
    """What every page of a difference has; the sheets only for those who read them."""
    today = today_of(request)
    reads = queries.reads_sheets(attempt)
    settled = queries.adjudication_of(attempt) if reads else None
    return {
        "attempt": attempt,
        "record": attempt.record,
        "badge": badge_of(attempt),
        "markers": queries.markers_of([attempt])[attempt.pk],
        "sheets": queries.side_by_side(attempt) if reads else None,
        "entries": entries_of(attempt) if reads else [],
        "portfolio_url": _portfolio_url(attempt) if reads else "",
        "settled": settled,
        "doubts": _doubts(attempt) if reads else [],
        "settled_words": queries.agreed_words(settled) if settled else "",
        "settled_signature": shown_signature(settled) if settled else None,
        "back": _back(request.user, attempt, today),
    }


def _doubts(attempt):
    """Why the office gave the result back, while it is to be agreed anew."""
    if attempt.queried_at is None or attempt.state != StageState.DISAGREED:
        return []
    return doubts_about(attempt.record_id, attempt.stage, attempt.attempt)


def _portfolio_url(attempt):
    """The sealed portfolio that was marked, or that the questions of the viva come from."""
    found = portfolio_behind(attempt)
    return reverse("assessments:portfolio_file", args=[found.pk]) if found else ""


def _back(user, attempt, today):
    """The list for the office; markers came from what waits for them."""
    if access.can_appoint_adjudicator(user, attempt, today).kind == "no":
        return reverse("home:dashboard"), "Waiting for me"
    return reverse("moderation:disagreements"), "Markers who differ"


def entries_of(attempt):
    """What the markers proposed and agreed, the newest first."""
    found = []
    for row in queries.proposals_of(attempt):
        words = queries.agreed_words(row)
        if row.accepts_id:
            found.append(HistoryEntry(row.made_at, str(row.made_by), f"Agreed to: {words}", tone="done"))
        else:
            found.append(
                HistoryEntry(row.made_at, str(row.made_by), f"Proposed: {words}", note=row.reasons, tone="waiting")
            )
    return found


def next_step(user, attempt, today):
    """The one next step of this reader: settle, agree, propose, or appoint an adjudicator."""
    if access.can_adjudicate(user, attempt, today):
        return NextStep("Settle this result", reverse("moderation:adjudicate", args=[attempt.pk]))
    if access.can_agree(user, attempt, today):
        proposal = queries.standing_proposal(attempt)
        if proposal is not None and access.can_accept(user, proposal):
            return NextStep("Agree to what is proposed", reverse("moderation:accept", args=[attempt.pk]))
        label = "Propose a result" if proposal is None else "Propose another result"
        return NextStep(label, reverse("moderation:propose", args=[attempt.pk]), secondary=proposal is not None)
    if access.can_appoint_adjudicator(user, attempt, today):
        address = reverse("moderation:adjudicators", args=[attempt.pk])
        return NextStep("Appoint an adjudicator", address, secondary=True)
    return None


def second_step(user, attempt, today):
    """Proposing otherwise, beside agreeing to what the other marker proposed."""
    proposal = queries.standing_proposal(attempt)
    if proposal is None or not access.can_agree(user, attempt, today) or not access.can_accept(user, proposal):
        return None
    return NextStep("Propose otherwise", reverse("moderation:propose", args=[attempt.pk]), secondary=True)


def acts_of(reader, attempt, today):
    """With whom the difference lies, as one reader is told."""
    if attempt.state != StageState.DISAGREED:
        return None
    markers = queries.markers_who_go_on([attempt], today)[attempt.pk]
    if queries.is_nobodys(attempt, markers, today):
        return Acts("the scheme office, which appoints an adjudicator", then=["the adjudicator"])
    found = queries.round_of(attempt)
    if found is not None and found.adjudicator is not None:
        made_on = london_date(found.adjudicator.made_at)
        return Acts(who_is(found.adjudicator.person, "adjudicator", reader), since=made_on, then=["scheme office"])
    proposal = queries.standing_proposal(attempt)
    waiting = [marker for marker in markers if proposal is None or marker.pk != proposal.made_by_id]
    since = london_date(proposal.made_at if proposal else attempt.differed_at)
    return Acts(
        " and ".join("you" if marker == reader else str(marker) for marker in waiting),
        since=since,
        then=["scheme office"],
    )


def accept_confirm(attempt, proposal, form):
    """The page before agreeing to a proposal: result, reasons, what follows."""
    return Confirm(
        title="Agree to this result",
        action=form.submit_text,
        cancel_url=reverse("moderation:disagreement", args=[attempt.pk]),
        kicker=f"{attempt}: {attempt.record.trainee}",
        lede=f"{proposal.made_by} proposes: {queries.agreed_words(proposal)}.",
        consequences=[
            Consequence("The reasons are kept with the outcome:", f"“{proposal.reasons}”"),
            Consequence("This is the outcome of both markers. It cannot be changed by either of you."),
            Consequence("The scheme office confirms and releases it; the trainee hears nothing before."),
        ],
        form=form,
    )
