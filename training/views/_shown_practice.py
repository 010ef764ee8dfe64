"""From rows of reviews, DOPS, pieces and concerns to the parts of pages. No rule is decided here."""

from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from ctts.common.clock import london_date
from ctts.common.parts import Acts, Badge, Consequence, NextStep, Pill, Readers, who_is
from ctts.common.signatures import shown_signature
from ctts.common.states_shown import badge_for
from ctts.common.templatetags.formats import day, month, written_words
from training import access, queries
from training.models import Reflection
from training.rules import headings_of
from training.states import AssessorKind, DopsState, ReviewState, WritingState

# --- reviews (T4) ---


def month_words(gaps):
    """Months without a review as words: "April 2026"."""
    return [month(date(*gap, 1)) for gap in gaps]


def first_fields(record, agenda, today):
    """What the form of a new review begins with: the agenda has written down what changed (screens 23)."""
    people = [str(record.trainee), *(str(person) for person in queries.supervisors_of(record, today))]
    starts_on, ends_on = queries.period_of(record, today)
    return {
        "held_on": today,
        "period_starts_on": starts_on,
        "period_ends_on": ends_on,
        "attendees": ", ".join(people),
        "items": [item.pk for item in agenda.items],
        "dops_done": "\n".join(f"{row.procedure}, {day(row.observed_on)}" for row in agenda.dops),
        "writing_progress": "\n".join(f"“{piece}” submitted {day(piece.submitted_at)}" for piece in agenda.pieces),
    }, []


def stored_fields(review):
    """What the form of an existing review begins with."""
    names = [name for name in queries.REVIEW_FIELDS if name != "items"]
    fields = {name: getattr(review, name) for name in names}
    fields.update(items=[item.pk for item in review.items.all()], seen=queries.review_digest(review))
    rows = [{"text": row.text, "owner": row.owner, "due_on": row.due_on} for row in queries.agreed_in(review)]
    return fields, rows


def owners_of(record, today):
    """Who an action can be given to, for the list that the field offers."""
    return [str(record.trainee), *(str(person) for person in queries.supervisors_of(record, today))]


def review_badge(review, *, returned):
    """The state of a review; a draft that the trainee sent back says so."""
    if review.state == ReviewState.DRAFT and returned:
        return badge_for("returned", "Sent back")
    return badge_for(review.state, review.get_state_display(), "supervisorreview")


def was_sent_back(signatures):
    """Whether a withdrawn signature is among those shown."""
    return any(one.withdrawn_at for one in signatures)


def review_signatures(review):
    """The signatures under a review as they are shown, oldest first."""
    return [shown_signature(row) for row in queries.signatures_under(review)]


def review_row(review):
    """One line of the list: the review, its badge."""
    returned = any(row.withdraws_id for row in review.signatures.all())
    return {"review": review, "badge": review_badge(review, returned=returned)}


def review_list_step(user, record, rows, today):
    """The button of the list: for the supervisor a new review, or the one that is being written."""
    if not access.is_supervisor(user, record, today):
        return None
    open_one = next((row for row in rows if row.state == ReviewState.DRAFT), None)
    if open_one is not None:
        return NextStep(f"Go on with review {open_one.number}", reverse("training:review", args=[open_one.pk]))
    verdict = access.can_write_review(user, record, today)
    return NextStep("Write a review", reverse("training:review_new", args=[record.pk]), verdict.reason)


def review_step(user, review, today):
    """The one next step of this reader for a review."""
    if user.pk == review.record.trainee_id:
        if review.state == ReviewState.SIGNED:
            reason = access.can_acknowledge_review(user, review).reason
            return NextStep("Acknowledge", reverse("training:review_acknowledge", args=[review.pk]), reason)
        return None
    if not access.is_supervisor(user, review.record, today):
        return None
    sign = ("Sign this review", "training:review_sign", access.can_sign_review)
    if review.written_by_id != user.pk:
        sign = ("Take it over", "training:review_take_over", access.can_take_over_review)
    steps = {
        ReviewState.DRAFT: sign,
        ReviewState.ACKNOWLEDGED: ("Submit to the office", "training:review_submit", access.can_submit_review),
    }
    if review.state not in steps:
        return None
    label, name, verdict = steps[review.state]
    return NextStep(label, reverse(name, args=[review.pk]), verdict(user, review, today).reason)


def take_over_consequences(review):
    """What taking over a draft does (screens 18)."""
    return [
        Consequence(f"You stand under it in place of {review.written_by}; the history keeps who wrote it."),
        Consequence("Only then can you change it and sign it. Sign it only if you were at the meeting."),
        Consequence("If you were not there, discard it instead and write down a meeting of your own."),
    ]


def discard_consequences(review):
    """What discarding a draft does (screens 18)."""
    return [
        Consequence(f"The draft of {day(review.held_on)} is not signed any more and counts for nothing."),
        Consequence("What is written stays in the record with your reason, and nobody can change it."),
        Consequence("A month whose only review it is stays without one until another is written."),
    ]


def review_acts(reader, review, today):
    """With whom a review lies, and then with whom, as one reader is told."""
    supervisor = _supervisor(reader, review.record, today)
    trainee = who_is(review.record.trainee, "trainee", reader)
    if review.state == ReviewState.DRAFT:
        written = london_date(review.written_at)
        left = review.written_by_id != reader.pk and queries.supervised_since(review.record, today)
        since = max(written, left) if left else written
        return Acts(supervisor, since, then=[trainee, supervisor, "the office"])
    if review.state == ReviewState.SIGNED:
        signature = queries.standing_signature(review, "signed")
        since = london_date(signature.signed_at) if signature else None
        return Acts(trainee, since, then=[supervisor, "the office"])
    if review.state == ReviewState.ACKNOWLEDGED:
        return Acts(supervisor, then=["the office"])
    return None


# --- DOPS (T5) ---

SAID = "Why no patient can be identified"


def dops_row(row):
    """One line of the log: the DOPS, its sum, its badge."""
    total = queries.sum_of(row) if row.written_at else None
    when = written_words(row.observed_on, row.written_at)
    return {"dops": row, "name": queries.dops_called(row), "total": total, "badge": dops_badge(row), "when": when}


def _waits_for_approval(dops):
    """Whether the supervisor is to approve, or to name, whoever shall assess."""
    if dops.assessor_kind == AssessorKind.EXTERNAL:
        return dops.state in (DopsState.REQUESTED, DopsState.STARTED) and dops.approved_at is None
    return dops.state == DopsState.REQUESTED and dops.assessor_kind == AssessorKind.COLLEAGUE and not dops.approved_at


def _is_open_outside(dops):
    """Whether a DOPS waits for somebody outside the scheme, who comes by a link."""
    return dops.assessor_kind == AssessorKind.EXTERNAL and dops.state in (DopsState.REQUESTED, DopsState.STARTED)


def told_of_end(dops, by):
    """To whom the mail about its end goes, as a line of the page before it; none where nobody else hears."""
    names = [str(person) for person in queries.concerned_by_end(dops, by)]
    return [Consequence("A mail with your reason goes to", " and ".join(names))] if names else []


def dops_badge(dops):
    """The state of a DOPS; one that waits for the supervisor's approval says so."""
    if _waits_for_approval(dops):
        words = "With the supervisor" if dops.assessor_kind == AssessorKind.EXTERNAL else "Waiting for approval"
        return Badge(words, "waiting", "hourglass-split")
    return badge_for(dops.state, dops.get_state_display(), "dops")


def dops_waits_in_vain(dops):
    """Why nobody goes on with a DOPS that waits for somebody; empty where it waits for nobody, or training goes on."""
    verdict = access.is_running(dops.record)
    ended = not verdict and dops.state not in (DopsState.COMPLETE, DopsState.DECLINED, DopsState.VOIDED)
    return f"{verdict.reason} Nobody is asked for this DOPS any more." if ended else ""


def dops_facts(dops):
    """The header of a DOPS as term and value."""
    return [
        ("Procedure", dops.procedure),
        ("Competency", str(dops.item.item) if dops.item else ""),
        ("Day of the observation", day(dops.observed_on)),
        ("Place", dops.place),
        ("How demanding", dops.get_complexity_display()),
        ("Real or simulated", dops.get_setting_display()),
        ("Scope of practice", str(dops.record.scope)),
        ("Assessor", f"{dops.assessor_name}, {dops.get_assessor_kind_display()}"),
        ("Post", dops.assessor_post),
        ("Organisation", dops.assessor_organisation),
        ("Registration number", dops.assessor_registration),
    ]


def dops_words(dops):
    """The judgement and the words as term and value."""
    return [
        ("Overall judgement", dops.get_overall_display()),
        ("Done well", dops.done_well),
        ("To improve", dops.to_improve),
        ("Agreed action", dops.agreed_action),
    ]


def dops_said(dops):
    """The same for whoever reads what is signed, with what was answered to the scan, where it asked."""
    said = queries.dops_scan_answers(dops)
    return [*dops_words(dops), *((f"{SAID} ({one.signature.printed_name})", one.answer) for one in said)]


def _supervisor(reader, record, today):
    return "you" if access.is_supervisor(reader, record, today) else "the Training Supervisor"


def dops_acts(reader, dops, today, now):
    """With whom a DOPS lies, and then with whom, as one reader is told; with nobody once the training has ended."""
    trainee = who_is(dops.record.trainee, "trainee", reader)
    assessor = "you" if dops.assessor_id == reader.pk else f"{dops.assessor_name} (assessor)"
    if not access.is_running(dops.record):
        return None
    if _waits_for_approval(dops):
        supervisor = _supervisor(reader, dops.record, today)
        return Acts(supervisor, london_date(dops.asked_at), then=[assessor, trainee])
    over = queries.link_over_since(dops, now) if _is_open_outside(dops) else None
    if over is not None:
        then = ["whoever is named, or has a new link", trainee]
        return Acts(_supervisor(reader, dops.record, today), over, then=then)
    if access.is_outlived(dops, today):
        return Acts(trainee, then=["somebody else, who is asked anew"])
    if dops.state in (DopsState.REQUESTED, DopsState.STARTED):
        return Acts(assessor, london_date(dops.asked_at), then=[trainee])
    if dops.state == DopsState.AWAITING_COUNTERSIGNING:
        return Acts(_supervisor(reader, dops.record, today), then=[trainee, "the DOPS log"])
    if dops.state == DopsState.AWAITING_ACKNOWLEDGEMENT:
        return Acts(trainee, then=["the DOPS log"])
    return None


def dops_step(user, dops, today):
    """The one next step of this reader for a DOPS."""
    if user.pk == dops.assessor_id and dops.state in (DopsState.REQUESTED, DopsState.STARTED):
        verdict = access.can_write_dops(user, dops, today)
        label = "Begin" if dops.state == DopsState.REQUESTED else "Go on"
        return NextStep(label, reverse("training:dops_step", args=[dops.pk, 1]), verdict.reason)
    if user.pk == dops.record.trainee_id and access.is_outlived(dops, today):
        return NextStep("Take it back and ask somebody else", reverse("training:dops_void", args=[dops.pk]))
    if user.pk == dops.record.trainee_id and dops.state == DopsState.AWAITING_ACKNOWLEDGEMENT:
        reason = access.can_acknowledge_dops(user, dops).reason
        return NextStep("Acknowledge", reverse("training:dops_acknowledge", args=[dops.pk]), reason)
    if user.pk == dops.record.trainee_id and dops.state in (DopsState.VOIDED, DopsState.DECLINED):
        reason = access.can_request_dops(user, dops.record).reason
        url = f"{reverse('training:dops_request', args=[dops.record_id])}?like={dops.pk}"
        return NextStep("Ask for another DOPS", url, reason)
    if access.can_approve_assessor(user, dops, today):
        return NextStep("Approve this assessor", reverse("training:dops_approve", args=[dops.pk]))
    if dops.state == DopsState.AWAITING_COUNTERSIGNING and access.can_countersign(user, dops, today):
        return NextStep("Read and countersign", reverse("training:dops_countersign", args=[dops.pk]))
    return None


# --- pieces (T6) ---


def piece_url(piece, kind):
    """Where a piece is read."""
    return reverse(f"training:{kind}", args=[piece.pk])


def piece_row(piece, kind, readable):
    """One line of the list: a link for whoever may read it, else only that it is being written."""
    return {"piece": piece, "kind": kind, "url": piece_url(piece, kind) if piece.pk in readable else ""}


def piece_badge(piece):
    """The state of a piece."""
    return badge_for(piece.state, piece.get_state_display(), piece._meta.model_name)


def piece_step(user, piece, kind):
    """The one next step of the trainee for a piece."""
    if user.pk != piece.record.trainee_id or piece.state != WritingState.DRAFT:
        return None
    reason = access.can_change_piece(user, piece).reason
    return NextStep("Go on writing", reverse(f"training:{kind}_edit", args=[piece.pk]), reason)


def to_redact(piece, withdrawn):
    """The withdrawal after which a piece was not submitted again; None once it was."""
    open_now = piece.state == WritingState.DRAFT and withdrawn and withdrawn.withdrawn_at >= piece.submitted_at
    return withdrawn if open_now else None


def piece_readers(piece, mine):
    """Who reads a piece: only the trainee until it is submitted."""
    name = "You" if mine else str(piece.record.trainee)
    if piece.state == WritingState.DRAFT:
        return Readers([name])
    return Readers([name, "the people around you" if mine else "the people around the trainee", "the office"])


def errors_of(form):
    """The errors of a form or a formset by the name of the field in the page."""
    if hasattr(form, "non_form_errors"):
        return {name: problems for row in form for name, problems in errors_of(row).items()}
    return {form.add_prefix(name): [str(one) for one in problems] for name, problems in form.errors.items()}


def typed_fields(piece):
    """What a piece says now, by the names of the fields in the page that writes it."""
    if isinstance(piece, Reflection):
        piece.refresh_from_db()
        parts = {f"part_{heading.key}": piece.parts.get(heading.key, "") for heading in headings_of(piece.model)}
        happened_on = piece.happened_on.isoformat() if piece.happened_on else ""
        return {"title": piece.title, "happened_on": happened_on, **parts}
    piece.refresh_from_db()
    fields = {"title": piece.title}
    for number, row in enumerate(queries.sections_of(piece)):
        fields.update({f"sections-{number}-heading": row.heading, f"sections-{number}-text": row.text})
    return fields


def kinds_found(findings):
    """What the scan found, each kind once, in words."""
    return list(dict.fromkeys(finding.kind.label for finding in findings))


# --- the log of DOPS ---


def supervisors_with_access(record, today):
    """Who can approve an assessor or sign: the Training Supervisor, unless their access has ended."""
    return [person for person in queries.supervisors_of(record, today) if person.is_active]


def asked_words(dops, today):
    """What happens now with a DOPS that was asked for; an assessor waits where nobody is there to approve them."""
    if dops.assessor_kind in (AssessorKind.COLLEAGUE, AssessorKind.EXTERNAL):
        if not supervisors_with_access(dops.record, today):
            return f"Asked for. Your next Training Supervisor is asked to approve {dops.assessor_name}."
        return f"Your supervisor is asked to approve {dops.assessor_name}, who is then asked to assess."
    return f"{dops.assessor_name} is asked to assess."


def log_step(user, record):
    """The button of the log: the trainee asks."""
    if user.pk != record.trainee_id:
        return None
    verdict = access.can_request_dops(user, record)
    return NextStep("Ask for a DOPS", reverse("training:dops_request", args=[record.pk]), verdict.reason)


def log_pills(form, given):
    """The filters of the log in force, each with the address without it."""
    raw = {name: form.data.get(name) for name, value in given.items() if value}
    pills = []
    for name in raw:
        rest = {key: one for key, one in raw.items() if key != name}
        word = given[name].item.code if name == "item" else dict(form.fields[name].choices)[given[name]]
        pills.append(Pill(f"{form.fields[name].label}: {word}", f"?{urlencode(rest)}"))
    return pills


def taken_over(dops, other_pk):
    """The header of another DOPS as first values, when it is one of those offered."""
    other = next((row for row in queries.recent_procedures(dops) if row.pk == other_pk), None)
    if other is None:
        return {}
    names = ("procedure", "place", "complexity", "setting")
    return {**{name: getattr(other, name) for name in names}, "item": queries.same_competency(dops, other)}


def asked_like(record, other_pk):
    """What asking anew begins with: what was asked for before in the same record, but for who assesses it."""
    other = queries.dops_of_record(record, other_pk) if other_pk is not None else None
    return {name: getattr(other, name) for name in ("procedure", "place", "item")} if other else {}
