"""Steps with an external person that several actions share: name, approve, send, end, begin anew (T5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ctts.accounts.models import User
from ctts.accounts.rules import mailbox_of
from ctts.accounts.states import AuthenticationEvent
from ctts.common.clock import london_date
from ctts.common.digest import sha256
from ctts.common.letters import Addressee
from ctts.common.races import taken_means
from ctts.common.verdict import Invalid, TooLate
from ctts.notifications.actions import notify
from ctts.notifications.notices import Notice
from training import notices
from training.actions._practice import note, step, want
from training.actions._steps import holders, lock_with_record, proof, tell
from training.models import Dops, DopsSignature, ExternalAssessor, ExternalDraft, TrainingRecord
from training.models.external import OPEN_FOR
from training.queries.external import approval_words, has_account
from training.states import DOPS_MOVES, AppointmentKind, DopsState, ExternalEnd

BLANK = {"observed_on": None, "complexity": "", "setting": "", "overall": ""}
BLANK |= {"done_well": "", "to_improve": "", "agreed_action": ""}
# How a request ends after which the same person may get a new link.
RENEWABLE = frozenset({ExternalEnd.LOCKED, ExternalEnd.REPLACED, ExternalEnd.TAKEN_BACK})
ACCOUNT = "Somebody with this address has an account here, and a link is for people without one. Ask them as a "
ACCOUNT += "suitable person of the centre, or name somebody else."


@dataclass(frozen=True, slots=True)
class Outsider:
    """Somebody without an account, as whoever names them says it; the registration number may be added at signing."""

    name: str
    post: str
    organisation: str
    email: str
    registration: str = ""

    def columns(self) -> dict[str, str]:
        """The columns of the row. Raises Invalid beside the field that is empty."""
        return {
            "name": want(self.name, "name", "Give the full name of the assessor."),
            "post": want(self.post, "post", "Give their post: it stands on the DOPS."),
            "organisation": want(self.organisation, "organisation", "Say where they work."),
            "email": want(self.email, "email", "Give their e-mail address: the link goes to it."),
            "registration": self.registration.strip(),
        }


def lock_dops(dops_id: int) -> Dops:
    """A DOPS of a locked record, as it is now; whatever is done about its external person waits for the same lock."""
    return lock_with_record(Dops, dops_id, "assessor", "asked_by", "item__item")


def lock_external(external_id: int) -> ExternalAssessor:
    """An external person as they stand now, with their DOPS of a locked record. Raises DoesNotExist."""
    dops = lock_dops(ExternalAssessor.objects.values_list("dops", flat=True).get(pk=external_id))
    found = ExternalAssessor.objects.select_related("passed_from").get(pk=external_id)
    found.dops = dops
    return found


def open_external(dops: Dops) -> ExternalAssessor | None:
    """Whoever is named for a locked DOPS and has not answered; None where nobody is."""
    found = ExternalAssessor.objects.filter(dops=dops, ended_at__isnull=True).first()
    if found is not None:
        found.dops = dops
    return found


def name_one(
    dops: Dops, person: Outsider, *, by: User | ExternalAssessor, now: datetime, **columns: Any
) -> ExternalAssessor:
    """Name somebody for a locked DOPS, who is not approved by it. Raises Invalid, TooLate while another is named."""
    passed = isinstance(by, ExternalAssessor)
    whom = {"passed_from": by} if passed else {"named_by": by}
    with taken_means(TooLate("Somebody else was named for this DOPS in this moment. Open it again.")):
        made = ExternalAssessor.objects.create(dops=dops, named_at=now, **whom, **person.columns(), **columns)
    say_who(dops, made)
    note("dops.external_named", dops.record, made, by=by, now=now, dops=dops.pk)
    return made


def say_who(dops: Dops, external: ExternalAssessor) -> None:
    """Let a locked DOPS say who is named for it now, and whether the supervisor approved them."""
    dops.assessor_name, dops.assessor_post = external.name, external.post
    dops.assessor_registration, dops.assessor_organisation = external.registration, external.organisation
    dops.approved_at, dops.approved_by = external.approved_at, external.approved_by
    names = ["assessor_name", "assessor_post", "assessor_registration", "assessor_organisation"]
    dops.save(update_fields=[*names, "approved_at", "approved_by"])


def approve_one(
    external: ExternalAssessor, *, by: User, now: datetime, authentication: AuthenticationEvent
) -> ExternalAssessor:
    """The supervisor signs that this person is suitable; their link is sent. Raises Invalid for one with an account and
    for the trainee's own mailbox."""
    refuse_own_mailbox(external.dops.record, external.email)
    refuse_account(external.dops.record, external.email, now)
    dops = external.dops
    external.approved_at, external.approved_by, external.expires_at = now, by, now + OPEN_FOR
    external.save(update_fields=["approved_at", "approved_by", "expires_at"])
    say_who(dops, external)
    seen = {"dops": dops.pk, "external": external.pk, "email": external.email, "procedure": dops.procedure}
    DopsSignature.objects.create(
        dops=dops,
        external=external,
        meaning="approved",
        statement=approval_words(external),
        **proof(by, now, authentication, "Training Supervisor", sha256(seen)),
    )
    note("dops.approved", dops.record, dops, by=by, now=now, external=external.pk)
    send_link(external, now)
    return external


def refuse_own_mailbox(record: TrainingRecord, email: str) -> None:
    """Raises Invalid for an address that leads to the trainee: nobody assesses their own training (T5)."""
    if mailbox_of(email) == mailbox_of(record.trainee.email):
        raise Invalid("This leads to the trainee's own mailbox. Nobody assesses their own training.", "email")


def refuse_account(record: TrainingRecord, email: str, now: datetime) -> None:
    """Raises Invalid for the address of an account, and for any spelling of the mailbox of somebody around (T5)."""
    if has_account(email, record, london_date(now)):
        raise Invalid(ACCOUNT, "email")


def send_link(external: ExternalAssessor, now: datetime) -> None:
    """Mail the link; the code is told by mouth and stands in no mail (quality rule 14)."""
    write_to(external, notices.DOPS_LINK, now, link=str(external.pk))


def write_to(external: ExternalAssessor, notice: Notice, now: datetime, link: str = "", **context: Any) -> None:
    """One mail to somebody without an account, about the DOPS for which they were named."""
    dops = external.dops
    notify(
        notice,
        to=Addressee(external.name, external.email),
        key=f"{notice.key}:{external.pk}",
        about=external,
        within=dops.record.trainee_id,
        now=now,
        context={"record": dops.record, "dops": dops, "external": external, **context},
        link=link,
    )


def end_one(external: ExternalAssessor, end: ExternalEnd, now: datetime, because: str = "") -> None:
    """A request ends, and its link opens nothing any more; unless it was signed, the approval is over too.

    What was typed and not saved waits where the same person may get a new link; else it is over with it.
    """
    external.ended_at, external.ended_as, external.ended_because = now, end, because
    external.save(update_fields=["ended_at", "ended_as", "ended_because", "wrong_codes"])
    dops = external.dops
    if end not in RENEWABLE:
        forget_typed(dops)
    if end != ExternalEnd.SIGNED:
        dops.approved_at = dops.approved_by = None
        dops.save(update_fields=["approved_at", "approved_by"])


def forget_typed(dops: Dops) -> None:
    """What whoever was named for a DOPS typed and did not save is over: it was answered, or is somebody else's now."""
    ExternalDraft.objects.filter(owner__dops=dops).delete()


def hand_on_typed(before: ExternalAssessor | None, after: ExternalAssessor) -> None:
    """What the same person typed by the link before, and did not save, stands there by their new one (screens 13)."""
    ExternalDraft.objects.filter(owner=before).update(owner=after)


def begin_anew(dops: Dops, *, by: User | ExternalAssessor, now: datetime) -> None:
    """Another person judges for themselves: what the one before chose and wrote on a locked DOPS is taken out."""
    forget_typed(dops)
    dops.scores.all().delete()
    blank: Mapping[str, Any] = BLANK
    if dops.state == DopsState.STARTED:
        step(dops, DOPS_MOVES, "ask_another", what="dops.began_anew", by=by, now=now, columns=blank)


def tell_supervisors(dops: Dops, notice: Notice, now: datetime, key: str, **context: Any) -> None:
    """The trainee's Training Supervisors hear of something about a DOPS; `key` names the event."""
    for supervisor in holders(dops.record, now, AppointmentKind.SUPERVISOR):
        tell(notice, dops.record, supervisor, about=dops, now=now, key=key, dops=dops, **context)
