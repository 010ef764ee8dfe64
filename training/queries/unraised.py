"""Patient-safety concerns of which a signed review speaks and which nobody has raised (T4, T8)."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from ctts.accounts.models import User
from training.models import Concern, SupervisorReview, TrainingRecord
from training.queries.reviews import reviews_visible_to
from training.states import REVIEW_UNSIGNED


def unraised_reviews() -> QuerySet[SupervisorReview]:
    """Signed reviews that say yes to a patient-safety concern, where the record has no concern of that reference.

    A review raises none by itself: it goes to External Moderator and office at once only when it is raised (T8).
    """
    raised = Concern.objects.filter(
        record=OuterRef("record"), patient_safety=True, reference__iexact=OuterRef("patient_safety_reference")
    )
    rows = SupervisorReview.objects.filter(patient_safety_concern=True).exclude(state__in=REVIEW_UNSIGNED)
    return rows.filter(~Exists(raised))


def is_unraised(review: SupervisorReview) -> bool:
    """Whether this review speaks of a patient-safety concern that nobody has raised, once it is signed (T8)."""
    return bool(review.patient_safety_concern) and unraised_reviews().filter(pk=review.pk).exists()


def reference_in(review_id: int, record: TrainingRecord, user: User, today: date) -> str:
    """The reference under which a review that this person reads keeps its patient-safety concern; else nothing."""
    rows = reviews_visible_to(user, today).filter(pk=review_id, record=record, patient_safety_concern=True)
    return rows.values_list("patient_safety_reference", flat=True).first() or ""
