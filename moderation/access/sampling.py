"""Who draws samples of local work, judges and answers them, and who reads the verdicts (T11)."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q

from ctts.accounts.models import User
from ctts.common.verdict import YES, Verdict, both, late, no
from ctts.organisations.access import holds, on_day
from ctts.organisations.states import Role
from moderation.models import Sample, SampleJudgement, SampleReply
from moderation.states import SampleVerdict
from training.access import appointed, is_external_moderator, is_running, is_supervisor
from training.models import Appointment, SignOff, TrainingRecord
from training.states import AppointmentKind, DopsState

READS_SAMPLES = frozenset({AppointmentKind.SUPERVISOR, AppointmentKind.EXTERNAL_MODERATOR})
STANDS = Q(sign_off__isnull=False) & ~Q(Exists(SignOff.objects.filter(withdraws=OuterRef("sign_off"))))
STANDS |= Q(dops__state=DopsState.COMPLETE)
"""The condition for sampled things that stand: the signature is not withdrawn, the DOPS is not voided."""


def can_read_samples(user: User, record: TrainingRecord, today: date) -> Verdict:
    """Trainee, supervisor, External Moderator and office open the page of samples of a record (T11)."""
    held = READS_SAMPLES & appointed(user, record, today)
    if user.pk == record.trainee_id or held or holds(user, Role.OFFICE, today):
        return YES
    return no("Samples are read by the trainee, the Training Supervisor, the External Moderator and the office.")


def visible_samples(user: User, today: date) -> Q:
    """The condition for samples that a person reads: the External Moderator and the office all, trainee and supervisor
    once the verdict is recorded (T11)."""
    if holds(user, Role.OFFICE, today):
        return Q(pk__isnull=False)
    held = Appointment.objects.filter(on_day(today), person=user)
    moderated = held.filter(kind=AppointmentKind.EXTERNAL_MODERATOR).values("record")
    supervised = held.filter(kind=AppointmentKind.SUPERVISOR).values("record")
    around = Q(draw__record__trainee=user) | Q(draw__record__in=supervised)
    return Q(draw__record__in=moderated) | (around & Q(judgement__isnull=False))


def can_draw_samples(user: User, record: TrainingRecord, today: date) -> Verdict:
    """The External Moderator draws samples while training goes on (T11)."""
    return both(is_external_moderator(user, record, today), is_running(record))


def writes_verdict(user: User, sample: Sample, today: date) -> bool:
    """Whether what somebody writes about a sampled thing is its verdict: of the External Moderator always, of others
    until there is one; after that it is the answer (T11)."""
    return bool(is_external_moderator(user, sample.draw.record, today)) or not hasattr(sample, "judgement")


def can_judge_sample(user: User, sample: Sample, today: date) -> Verdict:
    """The External Moderator judges a sampled thing, once, as long as it stands (T11)."""
    may = can_draw_samples(user, sample.draw.record, today)
    made = SampleJudgement.objects.filter(sample=sample).select_related("judged_by").first() if may else None
    if made is not None:
        who = "you" if made.judged_by_id == user.pk else made.judged_by
        return late(f"A verdict is recorded already ({made.get_verdict_display()}, by {who}). It stays as it is.")
    if may and not Sample.objects.filter(STANDS, pk=sample.pk).exists():
        return late("It was withdrawn since it was drawn, so there is nothing to judge.")
    return may


def can_reply_to_sample(user: User, sample: Sample, today: date) -> Verdict:
    """The current Training Supervisor answers a verdict of “not agreed”, once (T11)."""
    record = sample.draw.record
    may = both(is_supervisor(user, record, today), is_running(record))
    if not may:
        return may
    if not SampleJudgement.objects.filter(sample=sample, verdict=SampleVerdict.NOT_AGREED).exists():
        return late("Only a verdict of “not agreed” asks for an answer.")
    answered = SampleReply.objects.filter(judgement__sample=sample).exists()
    return late("It was answered already.") if answered else YES
