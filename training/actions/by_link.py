"""What whoever came with a one-time link does: give the code, sign, decline, pass it on, say it is not for them (T5).

The steps themselves are saved by the actions of every DOPS (`actions.dops`).
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ctts.accounts.rules import mailbox_of
from ctts.common.verdict import Invalid, TooLate, require
from training import access, notices
from training.actions._external import (
    Outsider,
    begin_anew,
    end_one,
    lock_external,
    name_one,
    tell_supervisors,
    write_to,
)
from training.actions._practice import answered, fresh, keep_answer, note, step, want
from training.actions._steps import tell
from training.models import Dops, DopsSignature, ExternalAssessor
from training.models.external import MOST_WRONG_CODES
from training.queries.dops import dops_digest, judged, missing_of
from training.queries.dops_scanned import identifiers_in_dops
from training.queries.external import code_is_right, signs_first_time
from training.states import DOPS_MOVES, ExternalEnd

NO_NUMBER = "none; "
PROFESSION_MOST = 40 - len(NO_NUMBER)  # it stands in the place of the number
EXTERNAL_SIGNED_WORDS = (
    "I am the person named here. I observed this procedure myself on the day given; these scores and words are my own "
    "judgement."
)


@transaction.atomic
def give_code(*, by: ExternalAssessor, now: datetime, code: str) -> int | None:
    """Whoever came with a link gives the six digits they were told: None when they are right, else the tries left.

    A wrong one is counted, and the fifth closes the link; the supervisor is told then (quality rule 14). Raises TooLate
    once the link opens nothing.
    """
    external = lock_external(by.pk)
    require(access.can_come_by_link(external, now))
    dops = external.dops
    if code_is_right(external, code):
        external.code_given_at = now
        external.save(update_fields=["code_given_at"])
        note("dops.code_given", dops.record, external, by=external, now=now, dops=dops.pk)
        return None
    external.wrong_codes += 1
    left = MOST_WRONG_CODES - external.wrong_codes
    note("dops.code_wrong", dops.record, external, by=external, now=now, dops=dops.pk, left=left)
    if left:
        external.save(update_fields=["wrong_codes"])
        return left
    end_one(external, ExternalEnd.LOCKED, now)
    note("dops.link_locked", dops.record, external, by=external, now=now, dops=dops.pk)
    tell_supervisors(dops, notices.DOPS_LINK_CLOSED, now, f"external{external.pk}", external=external)
    return left


@transaction.atomic
def sign_by_link(
    *,
    by: ExternalAssessor,
    now: datetime,
    seen: str,
    post: str,
    registration: str = "",
    profession: str = "",
    answer: str = "",
) -> Dops:
    """Step 5: whoever came with the link signs the DOPS as it was `seen`; the link is spent (T5, quality rule 8).

    The first one of this address in this training record goes to the supervisor to be countersigned, a later one to the
    trainee. Whoever is on no register states their profession in place of the number. A copy of what was signed is
    mailed to the signer. `answer` is what they say to the scan, as in `sign_dops`. Raises TooLate when the link is over
    or anything is missing, StaleText when it changed meanwhile, Invalid.
    """
    external = lock_external(by.pk)
    require(access.can_write_by_link(external, now))
    dops = external.dops
    fresh(seen, dops_digest(dops))
    missing = missing_of(dops)
    if missing:
        raise TooLate(f"This DOPS is not complete. {missing[0].words}")
    said = answered(identifiers_in_dops(dops), answer)
    dops.assessor_post = want(post, "post", "Give your post.")
    dops.assessor_registration = _registered_as(registration.strip(), profession)
    dops.save(update_fields=["assessor_post", "assessor_registration"])
    keep_answer(_signature(dops, external, now), said)
    first = signs_first_time(external)
    end_one(external, ExternalEnd.SIGNED, now)
    step(dops, DOPS_MOVES, "sign_first" if first else "sign", what="dops.signed", by=external, now=now)
    if first:
        tell_supervisors(dops, notices.DOPS_COUNTERSIGN, now, str(dops.pk))
    else:
        trainee = dops.record.trainee
        tell(notices.DOPS_SIGNED, dops.record, trainee, about=dops, now=now, key=str(dops.pk), dops=dops)
    write_to(external, notices.DOPS_COPY, now, scores=judged(dops), version=dops_digest(dops)[:12])
    return dops


def _registered_as(number: str, profession: str) -> str:
    """The number, or that there is none and what the signer's profession is (T5). Raises Invalid without either."""
    if number:
        return number
    said = want(
        profession, "registration", "Give your registration number, or your profession if you are on no register."
    )
    return f"{NO_NUMBER}{said[:PROFESSION_MOST]}"


def _signature(dops: Dops, external: ExternalAssessor, now: datetime) -> DopsSignature:
    given_at = external.code_given_at or now
    return DopsSignature.objects.create(
        dops=dops,
        external=external,
        meaning="assessed",
        statement=EXTERNAL_SIGNED_WORDS,
        printed_name=external.name,
        role=dops.get_assessor_kind_display(),
        content_sha256=dops_digest(dops),
        signed_at=now,
        authenticated_at=given_at,
        authenticated_with="link_and_code",
    )


@transaction.atomic
def decline_by_link(*, by: ExternalAssessor, now: datetime, reason: str) -> Dops:
    """Whoever came with the link declines to assess; trainee and supervisor read why (T5).

    Raises TooLate once the link is over, Invalid without a reason.
    """
    external = lock_external(by.pk)
    require(access.can_come_by_link(external, now))
    why = want(reason, "reason", "Say why in a few words; the trainee and the Training Supervisor read it.")
    dops = external.dops
    end_one(external, ExternalEnd.DECLINED, now, why)
    columns = {"reason": why}
    step(dops, DOPS_MOVES, "decline", what="dops.declined", by=external, now=now, words=why, columns=columns)
    tell_supervisors(dops, notices.DOPS_ENDED, now, str(dops.pk), by=external)
    trainee = dops.record.trainee
    tell(notices.DOPS_ENDED, dops.record, trainee, about=dops, now=now, key=str(dops.pk), dops=dops, by=external)
    return dops


@transaction.atomic
def pass_on_link(*, by: ExternalAssessor, now: datetime, person: Outsider) -> ExternalAssessor:
    """Whoever came with the link names a colleague in their place; the supervisor is asked to approve them (T5).

    The link opens nothing any more; the colleague gets one of their own once they are approved, and judges for
    themselves. Raises TooLate once the link is over, Invalid for one's own address.
    """
    external = lock_external(by.pk)
    require(access.can_come_by_link(external, now))
    dops = external.dops
    if mailbox_of(person.email) in {mailbox_of(external.email), mailbox_of(dops.record.trainee.email)}:
        raise Invalid("Give the address of the colleague who shall assess in your place.", "email")
    end_one(external, ExternalEnd.PASSED_ON, now)
    note("dops.link_passed_on", dops.record, external, by=external, now=now, dops=dops.pk)
    begin_anew(dops, by=external, now=now)
    made = name_one(dops, person, by=external, now=now)
    tell_supervisors(dops, notices.DOPS_APPROVAL, now, f"external{made.pk}", passed_by=external)
    return made


@transaction.atomic
def not_for_me(*, by: ExternalAssessor, now: datetime) -> ExternalAssessor:
    """Whoever came with the link is not the person named; it opens nothing any more, the supervisor is told (T5).

    Raises TooLate once the link is over.
    """
    external = lock_external(by.pk)
    require(access.can_come_by_link(external, now))
    end_one(external, ExternalEnd.NOT_ME, now)
    dops = external.dops
    note("dops.link_not_theirs", dops.record, external, by=external, now=now, dops=dops.pk)
    tell_supervisors(dops, notices.DOPS_LINK_CLOSED, now, f"external{external.pk}", external=external)
    return external
