"""The letter of a decision: once its PDF is there, it is kept and mailed (A4)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from applications import notices
from applications.actions._steps import tell
from applications.models import DecisionLetter
from applications.states import DecisionKind
from ctts.documents.actions import store_bytes
from ctts.documents.states import MediaType

NOTICES = {
    DecisionKind.ACCEPT: notices.ACCEPTED,
    DecisionKind.DECLINE: notices.DECLINED,
    DecisionKind.DEFER: notices.DEFERRED,
}


@transaction.atomic
def keep_letter(*, by: None, now: datetime, decision_id: int, pdf: bytes, pages: int) -> DecisionLetter:
    """Keep the PDF of a decision letter and mail it to the applicant; a second PDF of the same decision is dropped."""
    letter = (
        DecisionLetter.objects.select_for_update(of=("self",), no_key=True)
        .select_related("decision__application")
        .get(pk=decision_id)
    )
    if letter.document_id is not None:
        return letter
    application = letter.decision.application
    letter.document = store_bytes(
        content=pdf,
        name=f"Decision on your application, {application.intake}.pdf",
        media_type=MediaType.PDF,
        owner=application.applicant,
        by=by,
        now=now,
        purpose="applications.decision_letter",
        pages=pages,
    )
    letter.made_at = now
    letter.save(update_fields=["document", "made_at"])
    kind = DecisionKind(letter.decision.kind)
    context = {"decision": letter.decision}
    key = f"decision{decision_id}"
    tell(NOTICES[kind], application, application.applicant, now, key, context=context, attachment=letter.document)
    return letter
