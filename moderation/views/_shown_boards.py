"""From boards and their lists to the parts of pages. No rule is decided here."""

from django.urls import reverse

from ctts.common.clock import london_date
from ctts.common.letters import mail_preview
from ctts.common.parts import Acts, Confirm, Consequence, NextStep, who_is
from ctts.common.templatetags.formats import day
from moderation import access, queries
from moderation.states import BoardState


def next_step(user, board, rows, today):
    """Propose a draft that is ready, approve a proposed list; the reason where it is closed."""
    if board.state == BoardState.DRAFT:
        reason = "" if rows else "Nobody is on this list yet."
        reason = reason or _lacking(rows) or access.can_propose(user, board, _ties(rows, user), today).reason
        return NextStep("Propose this list", reverse("moderation:board_propose", args=[board.pk]), reason)
    if board.state == BoardState.PROPOSED:
        ties = _ties(rows, user, board.proposed_by_id)
        reason = access.can_approve(user, board, ties, today).reason
        return NextStep("Approve this list", reverse("moderation:board_approve", args=[board.pk]), reason)
    return None


def _ties(rows, user, *more):
    return queries.ties_of([row.record for row in rows], {user.pk, *more}).values()


def _lacking(rows):
    names = [str(row.record.trainee) for row in rows if row.missing]
    return f"Something is missing for {', '.join(names)}." if names else ""


def other_steps(user, board, today):
    """What else can be done with a board that is not over."""
    steps = [
        ("Put trainees on the list", "moderation:board_add", access.can_change_list),
        ("Send the list back", "moderation:board_send_back", access.can_send_back),
        ("Cancel the board", "moderation:board_cancel", access.can_cancel),
    ]
    return [
        NextStep(label, reverse(name, args=[board.pk]), secondary=True)
        for label, name, may in steps
        if may(user, board, today)
    ]


def acts_of(reader, board, step):
    """With whom a board lies: whoever made it while it is a draft, another than the proposer once it is proposed.

    `step`: the next step of this reader, who is told when it is theirs.
    """
    if board.state == BoardState.DRAFT:
        return Acts(
            who_is(board.made_by, "scheme office", reader), due=board.held_on, then=["another member of the office"]
        )
    if board.state == BoardState.PROPOSED:
        since = london_date(board.proposed_at)
        who = "you, or another member of the office" if step and not step.reason else "another member of the office"
        return Acts(who, since=since, due=board.held_on, then=["the trainees"])
    return None


def propose_confirm(board, rows, form):
    """The page before a list is proposed."""
    return Confirm(
        title="Propose this list",
        action="Propose it",
        cancel_url=reverse("moderation:board", args=[board.pk]),
        kicker=f"{board}, {day(board.held_on)}",
        consequences=[
            Consequence("The list stays as it is until it is approved or sent back:", _many(rows)),
            Consequence("Another member of the office approves exactly this list; they are mailed."),
        ],
        form=form,
    )


def approve_confirm(board, rows, form):
    """The page before a list is approved: what becomes of whom, and the mail to each."""
    return Confirm(
        title="Approve this list",
        action="Approve and ratify",
        cancel_url=reverse("moderation:board", args=[board.pk]),
        kicker=f"{board}, {day(board.held_on)}; proposed by {board.proposed_by}",
        consequences=[
            Consequence("The award of the Diploma is ratified, for ever, for", _many(rows)),
            Consequence("Their training records are completed, and Associate Membership ends."),
            Consequence("Diplomas can be issued to them."),
            Consequence("A mail goes to each of them at once."),
        ],
        mails=[_mail(row, board) for row in rows[:1]],
        form=form,
    )


def _many(rows):
    return "1 trainee" if len(rows) == 1 else f"{len(rows)} trainees"


def _mail(row, board):
    """The mail to a trainee as it will be sent; the others differ by name and scope."""
    trainee = row.record.trainee
    return mail_preview("moderation.ratified", trainee, record=row.record, board=board)
