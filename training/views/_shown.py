"""From rows to the parts of pages: next steps, signatures, histories, filters. No rule is decided here."""

from itertools import groupby
from urllib.parse import urlencode

from django.urls import reverse

from ctts.common.clock import london_date
from ctts.common.parts import Acts, Consequence, HistoryEntry, NextStep, Pill, who_is
from ctts.common.signatures import shown_signature
from ctts.common.states_shown import badge_for
from ctts.common.templatetags.formats import day
from ctts.notifications.queries import people_to_nudge
from training import access, queries
from training.forms import NOTE
from training.states import RECORD_ENDED, AppointmentKind, EvidenceState, ItemState, RecordState

STATES = [*ItemState.choices, ("changed", "Changed since signed")]


def next_step(duties, record, mine):
    """The one next step of this reader in a record: what waits longest, else adding evidence for the trainee."""
    if duties:
        return NextStep(duties[0].what, duties[0].url)
    if mine and access.is_running(record):
        return NextStep("Add evidence", reverse("training:evidence_new", args=[record.pk, "file"]))
    return None


def sign_step(user, record, today):
    """The button of the matrix: signing for the supervisor, adding evidence for the trainee."""
    if user.pk == record.trainee_id:
        return next_step([], record, mine=True)
    if not access.is_supervisor(user, record, today):
        return nudge_step(user, record, f"sign:{record.pk}", today)
    reason = access.is_running(record).reason
    if not reason and not queries.submitted_items(record).exists():
        reason = "Nothing is submitted at present."
    return NextStep("Sign competencies", reverse("training:sign_off", args=[record.pk]), reason)


def nudge_step(user, record, duty, today):
    """The press with which the co-ordinator asks the supervisor for what is missed; None for everybody else."""
    if user.pk == record.trainee_id or not access.is_coordinator(user, record, today):
        return None
    row = queries.waited_for_in(record, user, duty, today)
    if row is None:
        return None
    free = people_to_nudge(row.waits, user, today)
    reason = "" if free else "They were nudged in the last three days."
    return NextStep("Nudge the supervisor", reverse("home:nudge", args=[row.waits.duty]), reason)


def item_step(user, item, today, bare=None):
    """The one next step of this reader for a competency, with the reason when it is closed; `bare` as `bare_of`."""
    if user.pk == item.record.trainee_id:
        if bare:
            return bare
        if item.state == ItemState.NOT_STARTED and access.is_running(item.record):
            return NextStep("Add evidence", _add_evidence(item))
        if item.state == ItemState.SIGNED:
            return None
        reason = access.can_submit(user, item).reason
        if item.state == ItemState.SUBMITTED and item.record.ended_on is None:
            reason = f"It is with {queries.supervisor_of(item.record, today)}."
        return NextStep("Submit for signature", reverse("training:submit", args=[item.pk]), reason)
    if not access.is_supervisor(user, item.record, today):
        return None
    reason = access.can_sign(user, item, today).reason
    return NextStep("See the evidence and sign", reverse("training:sign", args=[item.pk]), reason)


def bare_of(item, pieces, shared):
    """What brings evidence back to a submitted competency that nobody can sign without it; None where there is some."""
    if item.state != ItemState.SUBMITTED or shared or item.record.ended_on is not None:
        return None
    if pieces:
        return NextStep("Share its evidence again", reverse("training:evidence_one", args=[pieces[0].pk]))
    return NextStep("Add evidence", _add_evidence(item))


def _add_evidence(item):
    return f"{reverse('training:evidence_new', args=[item.record_id, 'file'])}?for={item.pk}"


def item_acts(reader, item, submissions, supervisor, judges, bare=None):
    """With whom a competency lies, as one reader is told; `judges`: the reader is the supervisor."""
    trainee = who_is(item.record.trainee, "trainee", reader)
    supervisor = "you" if judges else supervisor
    if item.state == ItemState.SIGNED or item.record.ended_on is not None:
        return None
    if item.state == ItemState.SUBMITTED and submissions and not bare:
        return Acts(supervisor, london_date(submissions[0].submitted_at), then=[trainee])
    return Acts(trainee, then=[supervisor])


def item_badge(item, sign_offs, shared, confirmations=()):
    """The state of a competency, and whether its evidence changed since it was signed and was not looked at again."""
    standing = next((row for row in sign_offs if not withdrawal(row)), None)
    signed, now = standing.content["evidence"] if standing else None, _pieces(shared)
    if signed is not None and signed != now and not queries.holds_still(standing, now, confirmations):
        return badge_for("changed", "Changed since signed")
    return badge_for(item.state, item.get_state_display(), "planitem")


def withdrawal(sign_off):
    """The row that withdraws a signature; None while it stands."""
    return getattr(sign_off, "withdrawn_by", None)


def _pieces(shared):
    return {str(one.pk): one.content_sha256 for one in shared}


def signature(sign_off, shared, confirmations=()):
    """A signature as it is shown: struck with its reason, or with a band when the evidence changed since, and who
    looked at that."""
    struck = withdrawal(sign_off)
    found = [] if struck else queries.differences(sign_off.content["evidence"], shared)
    looked = queries.holds_still(sign_off, _pieces(shared), confirmations)
    said = f" {looked.confirmed_by} looked at it on {day(looked.confirmed_at)}: it still holds." if looked else ""
    return shown_signature(
        sign_off,
        changed="; ".join(f"{one.title} {one.what}" for one in found) + f".{said}" if found else "",
        difference_url=reverse("training:changes", args=[sign_off.pk]) if found else "",
    )


def item_entries(submissions, returns, sign_offs, ratings=(), confirmations=()):
    """Submissions, returns, signatures, withdrawals, what the supervisor said of changes since, and their ratings of a
    competency in one history, newest first."""
    role = AppointmentKind.SUPERVISOR.label
    found = [HistoryEntry(row.rated_at, str(row.rated_by), _rated(row), role, "", "neutral") for row in ratings]
    found += [HistoryEntry(row.confirmed_at, str(row.confirmed_by), HOLDS, role, "", "done") for row in confirmations]
    for row in sign_offs:
        found.append(HistoryEntry(row.signed_at, row.printed_name, "Signed", row.role, row.comment, "done"))
        struck = withdrawal(row)
        if struck:
            what = "Withdrew the signature"
            found.append(
                HistoryEntry(struck.signed_at, struck.printed_name, what, struck.role, struck.reason, "returned")
            )
    found += [
        HistoryEntry(row.returned_at, str(row.returned_by), "Returned with feedback", "", row.reason, "returned")
        for row in returns
    ]
    found += [
        HistoryEntry(row.submitted_at, str(row.submitted_by), "Submitted for signature", "Trainee", row.note, "waiting")
        for row in submissions
    ]
    return sorted(found, key=lambda entry: entry.at, reverse=True)


HOLDS = "Looked at what changed since signed: the signature still holds"


def _rated(row):
    return "Took the rating back" if row.rating is None else f"Rated it {row.rating} of 4"


def matrix_filters(state, late):
    """The filters of the matrix: links to add one, pills to take one away."""
    words = dict(STATES)
    now = {**({"state": state} if state in words else {}), **({"late": "yes"} if late else {})}

    def address(**changes):
        chosen = {name: value for name, value in {**now, **changes}.items() if value}
        return f"?{urlencode(chosen)}"

    pills = []
    if state in words:
        pills.append(Pill(f"State: {words[state]}", address(state="")))
    if late:
        pills.append(Pill("Past the planned day", address(late="")))
    links = [(word, address(state=key)) for key, word in STATES if key != state]
    return {"pills": pills, "links": [*links, *([] if late else [("Past the planned day", address(late="yes"))])]}


def office_pills(form):
    """The filters of a list of the office in force, each with the address without it."""
    if not form.is_valid():
        return []
    given = {name: value for name, value in form.cleaned_data.items() if value}
    raw = {name: form.data.get(name) for name in given}
    pills = []
    for name, value in given.items():
        rest = {key: one for key, one in raw.items() if key != name}
        word = dict(form.fields[name].choices).get(value, value) if name in ("state", "kind", "order") else value
        pills.append(Pill(f"{form.fields[name].label}: {word}", f"?{urlencode(rest)}"))
    return pills


def sent_words(writer, record):
    """What is said of a message that was sent: whoever else reads it is told by mail, but a trainee whose training is
    interrupted is left in peace until it goes on (N)."""
    if record.state != RecordState.INTERRUPTED or writer.pk == record.trainee_id:
        return "Sent. Whoever else reads it is told by mail."
    return f"Sent. {record.trainee} is told when training goes on, whoever else reads it by mail now."


def heard_of(record):
    """That the trainee hears of what was done, or when they do: in an interruption they are left in peace (N)."""
    if record.state == RecordState.INTERRUPTED:
        return f"{record.trainee} hears of it when training goes on."
    return f"{record.trainee} has been told."


def grouped(rows, form):
    """Rows of the sign-off page, each with the field for a note on it, by the group of their competency, in the order
    of the list."""
    names = {row.item.pk: f"{NOTE}{row.item.pk}" for row in rows}
    noted = ((row, form[name] if (name := names[row.item.pk]) in form.fields else None) for row in rows)
    return [(title, list(group)) for title, group in groupby(noted, key=lambda pair: pair[0].item.item.group)]


def withdraw_consequences(sign_off):
    """What withdrawing a signature does (screens 18)."""
    item = sign_off.item
    return [
        Consequence(f"The signature under {item.item} is struck; it stays in the record with your reason."),
        Consequence("The competency is returned and can be submitted and signed anew."),
        Consequence("A mail with the reason goes to", str(item.record.trainee)),
    ]


def quarantine_consequences(evidence, codes):
    """What withdrawing evidence from view does (screens 18)."""
    found = [Consequence("Nobody can open this evidence any more, and its file is locked away.")]
    ended = evidence.record.state in RECORD_ENDED
    if codes and ended:
        found.append(Consequence("The training has ended: the signatures that rest on it stand. The office is told."))
    elif codes:
        found.append(Consequence("The signatures that rest on it are struck:", ", ".join(codes)))
    found.append(Consequence("A mail without the content goes to", f"{evidence.record.trainee} and their supervisor"))
    found.append(Consequence("Your name and what you write here stand on its page for", str(evidence.author)))
    return found


def how_far(evidence):
    """How far the author is with evidence that was withdrawn from view, for those who were told."""
    if evidence.state == EvidenceState.QUARANTINED:
        return f"{evidence.author} has not replaced it yet."
    if evidence.state == EvidenceState.HELD:
        return f"{evidence.author} has replaced it; it waits for an answer to what the scan found before it is shared."
    return f"{evidence.author} has replaced it and has not shared it again yet."
