"""What a signature is, wherever it stands (quality rule 8): a fact about exactly what was seen."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from ctts.common.parts import Signature
from ctts.common.rows import AppendOnly


class SignatureFacts(AppendOnly):
    """One signature: under which printed name and role, meaning what, over which content, when, how proved.

    Each app's table adds a foreign key to what is signed. `content_sha256` is `digest.sha256` of what the form showed.
    `statement` is the sentence above the button. `authenticated_at` is when the signer last proved who they are,
    `authenticated_with` by what ("password", "totp", "recovery_code", "link_and_code").
    """

    printed_name = models.CharField(max_length=160)
    role = models.CharField(max_length=40)
    meaning = models.CharField(max_length=40)
    statement = models.TextField()
    content_sha256 = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    authenticated_at = models.DateTimeField()
    authenticated_with = models.CharField(max_length=20)

    class Meta(AppendOnly.Meta):
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_sha256", condition=Q(content_sha256__regex="^[0-9a-f]{64}$")
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_proved_before",
                condition=Q(authenticated_at__lte=F("signed_at")),
            ),
        ]


class SignatureBase(SignatureFacts):
    """A signature of somebody with an account, as all are but those of external assessors of a DOPS (T5)."""

    signer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta(SignatureFacts.Meta):
        abstract = True


def shown_signature(row: SignatureFacts, struck: Any = None, **more: Any) -> Signature:
    """A signature as it is shown: struck, with the reason, where `struck` (else its own `withdrawn_by`) took it back.

    `more` is what else the component shows: what has `changed` since, and the `difference_url`.
    """
    struck = struck or getattr(row, "withdrawn_by", None)
    return Signature(
        statement=row.statement,
        name=row.printed_name,
        role=row.role,
        at=row.signed_at,
        version=row.content_sha256[:12],
        withdrawn_at=struck.signed_at if struck else None,
        withdrawn_by=f"{struck.printed_name}, {struck.role}" if struck else "",
        withdrawn_reason=getattr(struck, "reason", ""),
        **more,
    )
