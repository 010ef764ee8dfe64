"""What Training Co-ordinators hear about the accreditation of their centre (C1, C3), and trainees of the handbook."""

from __future__ import annotations

from ctts.notifications.notices import Notice
from ctts.scheme.queries.handbook import is_unread

DECIDED = Notice(key="scheme.accreditation_decided", title="The accreditation of your centre is decided")
ENDED = Notice(key="scheme.accreditation_ended", title="The accreditation of your centre is suspended or withdrawn")
ENDS = Notice(key="scheme.accreditation_ends", title="The accreditation of your centre ends soon")
EXPIRED = Notice(key="scheme.accreditation_expired", title="The accreditation of your centre is over")
APPLICATION_SENT = Notice(
    key="scheme.centre_application_sent",
    title="A centre applies for accreditation",
    can_mute=True,
    hears=("office",),
)
APPLICATION_WITHDRAWN = Notice(
    key="scheme.centre_application_withdrawn",
    title="A centre takes back its application",
    can_mute=True,
    hears=("office",),
)
CONDITION_ANSWERED = Notice(
    key="scheme.condition_answered",
    title="A centre answers a condition of its accreditation",
    can_mute=True,
    hears=("office",),
)
CONDITION_LATE = Notice(
    key="scheme.condition_late", title="A condition of your accreditation is past its day", chases=True
)
CONDITION_JUDGED = Notice(key="scheme.condition_judged", title="The office looked at a condition of your accreditation")
HANDBOOK_PUBLISHED = Notice(
    key="scheme.handbook_published", title="A new version of the scheme handbook", asks=is_unread
)
