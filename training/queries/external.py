"""External persons who assess by a one-time link: for the people around the trainee, and for the one who comes (T5)."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import QuerySet
from django.urls import reverse

from ctts.accounts import sealing
from ctts.accounts.models import User
from ctts.accounts.queries import behind_door
from ctts.accounts.rules import mailbox_of
from ctts.common.clock import london_date
from ctts.organisations.queries import coordinators_of
from training import access
from training.models import Dops, DopsSignature, ExternalAssessor, ExternalDraft, TrainingDraft, TrainingRecord
from training.queries.dops import dops_visible_to
from training.queries.records import people_around

DOOR = b"ctts.training.external_assessor"
OF_THE_DOPS = (
    *("dops__record__trainee", "dops__record__centre", "dops__record__scope", "dops__record__rules"),
    *("dops__item__item", "dops__asked_by"),
)


def externals_of(dops: Dops) -> list[ExternalAssessor]:
    """Whoever was named for a DOPS, the last one first; whoever is named now is the first of them."""
    rows = ExternalAssessor.objects.filter(dops=dops).select_related("named_by", "approved_by", "passed_from")
    found = list(rows.order_by("-named_at", "-pk"))
    for row in found:
        row.dops = dops
    return found


def last_external(dops: Dops) -> ExternalAssessor | None:
    """Whoever was named for a DOPS last; None where nobody was."""
    return next(iter(externals_of(dops)), None)


def link_over_since(dops: Dops, now: datetime) -> date | None:
    """Since when nobody can come by a link for a DOPS, so that the supervisor names somebody or sends it anew: the last
    one was declined, taken back or has expired; None while one opens (T5)."""
    last = last_external(dops)
    if last is None or last.expires_at is None:
        return None
    ended = london_date(last.ended_at) if last.ended_at else None
    return ended or (london_date(last.expires_at) if last.expires_at <= now else None)


def externals_visible_to(user: User, today: date) -> QuerySet[ExternalAssessor]:
    """External persons of the DOPS that somebody sees; what of them may be read or done, `access` decides."""
    rows = ExternalAssessor.objects.select_related(*OF_THE_DOPS)
    return rows.filter(dops__in=dops_visible_to(user, today).order_by().values("pk"))


def external_path(external: ExternalAssessor) -> str:
    """The path of the link in the mail; made anew each time, stored nowhere."""
    token = sealing.door_token(DOOR, external.pk, external.nonce)
    return reverse("training:external_opened", kwargs={"pk": external.pk, "token": token})


def external_for(external_id: int, token: str) -> ExternalAssessor | None:
    """The external person a link leads to, ended or not; None for a wrong link."""
    rows = ExternalAssessor.objects.select_related(*OF_THE_DOPS, "named_by", "approved_by")
    return behind_door(rows, DOOR, external_id, token)


def external_door(reference: str, now: datetime) -> str | None:
    """For `Notice(link=…)`: the path that opens the link with this id; None when it opens nothing any more."""
    found = ExternalAssessor.objects.select_related("dops__record").filter(pk=int(reference)).first()
    return external_path(found) if found and access.can_come_by_link(found, now) else None


def code_of(external: ExternalAssessor) -> str:
    """The six digits of a link, for whoever tells them in person or by telephone (quality rule 14)."""
    return sealing.door_code(DOOR, external.pk, external.nonce)


def code_is_right(external: ExternalAssessor, code: str) -> bool:
    """Whether these are the six digits of a link."""
    return sealing.code_fits(DOOR, external.pk, external.nonce, code)


def signs_first_time(external: ExternalAssessor) -> bool:
    """Whether the supervisor countersigns: this address has no countersigned DOPS in this training record yet (T5)."""
    rows = DopsSignature.objects.filter(meaning="countersigned", dops__record=external.dops.record_id)
    return not rows.filter(external__email__iexact=external.email).exists()


def approval_words(external: ExternalAssessor | None = None) -> str:
    """What the supervisor signs by approving an external person; before one is named, of whoever will be (T5)."""
    who = f"{external.name} ({external.post}, {external.organisation})" if external else "the person named here"
    return f"I approve {who} as suitable to assess this DOPS: they are competent in the procedure."


def has_account(email: str, record: TrainingRecord, today: date) -> bool:
    """Whether an address belongs to an account, or leads to the mailbox of somebody around this trainee: a link is for
    people without an account, and a tag behind a plus makes nobody an outside assessor (T5)."""
    if User.objects.filter(email__iexact=email.strip()).exists():
        return True
    appointed = people_around(record).order_by().values_list("person__email", flat=True)
    around = [*appointed, *(person.email for person in coordinators_of(record.centre, today))]
    return mailbox_of(email) in {mailbox_of(one) for one in around}


def kept_by(owner: access.Doer, form_key: str) -> TrainingDraft | ExternalDraft | None:
    """What somebody, with or without an account, typed into a form; `unsaved` as everywhere."""
    writer = access.writer_of(owner)
    if isinstance(writer, ExternalAssessor):
        return ExternalDraft.objects.filter(owner=writer, form_key=form_key).first()
    return TrainingDraft.objects.filter(owner=writer, form_key=form_key).first()
