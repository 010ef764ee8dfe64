"""Patient-safety concerns of which a signed review speaks and which nobody has raised (T4, T8)."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from ctts.accounts.models import User
from training.models import Concern, ReviewConcern, SupervisorReview, TrainingRecord
from training.queries.around import concerns_visible_to
from training.queries.reviews import reviews_visible_to
from training.states import REVIEW_UNSIGNED


def unraised_reviews() -> QuerySet[SupervisorReview]:
    """Signed reviews that say yes to a patient-safety concern, where the record has no concern of that reference and
    nobody has settled it (`ReviewConcern`).

    A review raises none by itself: it goes to External Moderator and office at once only when it is raised (T8).
    """
    raised = Concern.objects.filter(
        record=OuterRef("record"), patient_safety=True, reference__iexact=OuterRef("patient_safety_reference")
    )
    settled = ReviewConcern.objects.filter(
        review__record=OuterRef("record"), spoken_of__iexact=OuterRef("patient_safety_reference")
    )
    rows = SupervisorReview.objects.filter(patient_safety_concern=True).exclude(state__in=REVIEW_UNSIGNED)
    return rows.filter(~Exists(raised), ~Exists(settled))


def is_unraised(review: SupervisorReview) -> bool:
    """Whether this review speaks of a patient-safety concern that nobody has raised, once it is signed (T8)."""
    return bool(review.patient_safety_concern) and unraised_reviews().filter(pk=review.pk).exists()


def reference_in(review_id: int, record: TrainingRecord, user: User, today: date) -> str:
    """The reference under which a review that this person reads keeps its patient-safety concern; else nothing."""
    rows = reviews_visible_to(user, today).filter(pk=review_id, record=record, patient_safety_concern=True)
    return rows.values_list("patient_safety_reference", flat=True).first() or ""


# --- raised already, or none after all ---


def raised_as(record: TrainingRecord, reference: str) -> Concern | None:
    """The patient-safety concern about a trainee that was raised under a reference, the first where there are more."""
    rows = Concern.objects.filter(record=record, patient_safety=True, reference__iexact=reference.strip())
    return rows.order_by("raised_at", "pk").first()


def concern_settled(review: SupervisorReview) -> ReviewConcern | None:
    """What the supervisor said became of the concern that a review speaks of, in this review or in another one of the
    same reference; None where they said nothing (T8)."""
    if not review.patient_safety_concern:
        return None
    same = Q(spoken_of__iexact=review.patient_safety_reference)
    rows = ReviewConcern.objects.filter(same, review__record=review.record_id).select_related("concern", "settled_by")
    return rows.order_by("settled_at", "pk").first()


def reads_settled(settled: ReviewConcern, user: User, today: date) -> bool:
    """Whether somebody reads as what it was raised: whoever noted it knew, others if they read that concern (T8)."""
    if settled.concern_id is None or user.pk == settled.settled_by_id:
        return True
    return concerns_visible_to(user, today).filter(pk=settled.concern_id).exists()
