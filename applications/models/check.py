"""What the eligibility check said, kept with the application that was begun from it (A1)."""

from __future__ import annotations

from django.db import models

from applications.models.application import Application
from ctts.common.rows import Retention


class EligibilityCheck(models.Model):
    """The answers that the entry rules gave before the application was begun; for the applicant alone.

    `results` is a list of {"rule", "outcome", "reason", "section"} in the order of the rules. What the person answered
    went into the parts of the application as text still to be saved.
    """

    retention = Retention.DOSSIER

    application = models.OneToOneField(Application, models.PROTECT, primary_key=True, related_name="eligibility_check")
    results = models.JSONField()
    kept_at = models.DateTimeField()
