"""What people hear about training."""

from __future__ import annotations

from ctts.notifications.notices import Notice
from training.queries import still
from training.queries.external import external_door

WELCOME = Notice(key="training.welcome", title="Welcome to the Clinical Technologist Training Scheme")
APPOINTED = Notice(key="training.appointed", title="You are appointed to a trainee")
APPOINTMENT_CALLED_OFF = Notice(key="training.appointment_called_off", title="An appointment is called off")
ADJUSTED = Notice(key="training.adjusted", title="A reasonable adjustment of a trainee is agreed")
EVENT_INVITED = Notice(key="training.event_invited", title="You are invited to an event of the scheme")
EVENT_PLACE = Notice(key="training.event_place", title="You have a place at an event of the scheme")
EVENT_CHANGED = Notice(key="training.event_changed", title="An event of the scheme has changed")
EVENT_CALLED_OFF = Notice(key="training.event_called_off", title="An event of the scheme is called off", urgent=True)
MESSAGE = Notice(key="training.message", title="Somebody wrote to you about a training")
PLAN_SIGNED = Notice(
    key="training.plan_signed", title="A training plan waits for your signature", asks=still.plan_unsigned
)
SUBMITTED = Notice(key="training.submitted", title="A trainee submitted a competency", asks=still.item_submitted)
SIGN_WAITS = Notice(
    key="training.sign_waits", title="Competencies wait for a signature", chases=True, asks=still.signatures_wait
)
RETURNED = Notice(key="training.returned", title="Your supervisor returned a competency", asks=still.item_returned)
SIGNED = Notice(key="training.signed", title="Your supervisor signed competencies", can_mute=True, hears=("trainee",))
SIGN_OFF_WITHDRAWN = Notice(key="training.sign_off_withdrawn", title="A signature was withdrawn")
EVIDENCE_HELD = Notice(
    key="training.evidence_held", title="Your evidence waits for your answer", asks=still.evidence_held
)
EVIDENCE_CHANGED = Notice(key="training.evidence_changed", title="Evidence changed after you signed")
EVIDENCE_QUARANTINED = Notice(key="training.evidence_quarantined", title="Evidence was withdrawn", urgent=True)
EVIDENCE_VERSION_CLOSED = Notice(
    key="training.evidence_version_closed", title="An earlier version of evidence was closed", urgent=True
)
REVIEW_SIGNED = Notice(
    key="training.review_signed", title="A Supervisor Review waits for you", asks=still.review_signed
)
REVIEW_MISSING = Notice(
    key="training.review_missing", title="A month has no Supervisor Review", chases=True, asks=still.month_unreviewed
)
REVIEW_SENT_BACK = Notice(
    key="training.review_sent_back", title="Your trainee sent a Supervisor Review back", asks=still.review_sent_back
)
REVIEW_ACKNOWLEDGED = Notice(
    key="training.review_acknowledged", title="A Supervisor Review can be submitted", asks=still.review_acknowledged
)
DOPS_ASKED = Notice(key="training.dops_asked", title="You are asked for a DOPS", asks=still.dops_asked)
DOPS_APPROVAL = Notice(
    key="training.dops_approval", title="An assessor waits for your approval", asks=still.dops_unapproved
)
DOPS_SIGNED = Notice(key="training.dops_signed", title="A DOPS waits for your acknowledgement", asks=still.dops_signed)
DOPS_ENDED = Notice(key="training.dops_ended", title="A DOPS was declined or voided")
DOPS_LINK = Notice(key="training.dops_link", title="You are asked to assess a trainee", link=external_door)
DOPS_LINK_TAKEN_BACK = Notice(key="training.dops_link_taken_back", title="An assessment is not needed any more")
DOPS_LINK_CLOSED = Notice(key="training.dops_link_closed", title="The link of an external assessor is closed")
DOPS_COUNTERSIGN = Notice(
    key="training.dops_countersign", title="A DOPS waits for your countersignature", asks=still.dops_to_countersign
)
DOPS_COPY = Notice(key="training.dops_copy", title="A copy of the assessment you signed")
PIECE_SUBMITTED = Notice(
    key="training.piece_submitted", title="A trainee submitted a piece of writing", asks=still.piece_uncommented
)
PIECE_WITHDRAWN = Notice(key="training.piece_withdrawn", title="Writing was withdrawn", urgent=True)
PIECE_VERSION_CLOSED = Notice(
    key="training.piece_version_closed", title="An earlier version of writing was closed", urgent=True
)
PIECE_COMMENTED = Notice(key="training.piece_commented", title="There is a comment on your writing")
MEETING_NOTED = Notice(
    key="training.meeting_noted",
    title="The External Moderator noted a meeting",
    can_mute=True,
    hears=("trainee", "supervisor"),
)
ADVICE_ASKED = Notice(
    key="training.advice_asked", title="A question waits for you as External Moderator", asks=still.question_waits
)
ADVICE_ANSWERED = Notice(key="training.advice_answered", title="The External Moderator answered a question")
ADVICE_WAITS = Notice(
    key="training.advice_waits",
    title="A question to the External Moderator is not answered",
    chases=True,
    asks=still.question_waits,
)
YEAR_REVIEWED = Notice(
    key="training.year_reviewed",
    title="The External Moderator reviewed a year",
    can_mute=True,
    hears=("trainee", "supervisor"),
)
INTERRUPTION_SHORTENED = Notice(
    key="training.interruption_shortened", title="An interruption ends earlier", always=True
)
SUPERVISOR_LOST = Notice(key="training.supervisor_lost", title="A trainee has no Training Supervisor", chases=True)
REPORT_DUE = Notice(key="training.report_due", title="A progress report is due", chases=True, asks=still.report_unsent)
MILESTONE_MOVED = Notice(key="training.milestone_moved", title="A milestone of a training was moved")
CONCERN_RAISED = Notice(key="training.concern_raised", title="A concern lies with you", asks=still.concern_open)
SAFETY_CONCERN = Notice(key="training.safety_concern", title="A patient-safety concern was raised", urgent=True)
CONCERN_ESCALATED = Notice(
    key="training.concern_escalated",
    title="A concern was not answered in time",
    chases=True,
    asks=still.concern_unanswered,
)
CONCERN_ANSWERED = Notice(key="training.concern_answered", title="A concern you raised is answered and stays open")
CONCERN_PASSED_ON = Notice(
    key="training.concern_passed_on", title="A concern went on to the next level", asks=still.concern_unanswered
)
CONCERN_CLOSED = Notice(key="training.concern_closed", title="A concern you raised is closed")
MILESTONE = Notice(
    key="training.milestone", title="A milestone of a training comes or is late", chases=True, asks=still.milestone_open
)
NOT_COMPLETED = Notice(key="training.not_completed", title="A training has ended as not completed", always=True)
CHANGE_ASKED = Notice(
    key="training.change_asked", title="A trainee asks for a change of circumstances", asks=still.change_asked
)
CHANGE_NOT_NEEDED = Notice(key="training.change_not_needed", title="Your answer to a request is not needed any more")
CHANGE_ANSWERED = Notice(
    key="training.change_answered",
    title="Your supervisor answered your request",
    can_mute=True,
    always=True,
    hears=("trainee",),
)
CHANGE_TO_DECIDE = Notice(
    key="training.change_to_decide", title="A change of circumstances waits for a decision", asks=still.change_to_decide
)
CHANGE_WITHDRAWN = Notice(key="training.change_withdrawn", title="A request that you spoke to or decide was withdrawn")
CHANGE_DECIDED = Notice(key="training.change_decided", title="A change of circumstances is decided", always=True)
REPORT_SENT = Notice(key="training.report_sent", title="A progress report was sent", asks=still.report_unacknowledged)
REPORT_ACKNOWLEDGED = Notice(
    key="training.report_acknowledged",
    title="Your progress report is acknowledged",
    can_mute=True,
    hears=("supervisor",),
)
COPY_READY = Notice(key="training.copy_ready", title="Your copy of your record is ready", always=True)
COPY_FAILED = Notice(key="training.copy_failed", title="Your record could not be put together", always=True)
EARLIER_IMPORTED = Notice(key="training.earlier_imported", title="Earlier entries were imported for you")
