"""What the pages of log, reviews and writing say of earlier entries: how many are imported and unsigned."""

from django.urls import reverse

from ctts.common.posted import today_of
from training import access, queries


def earlier_left(request, record, kind):
    """How many entries of a kind are imported, unsigned; where they are; whether this reader may import some."""
    today = today_of(request)
    return {
        "many": queries.entries_left(record, request.user, today, kind),
        "url": f"{reverse('training:earlier', args=[record.pk])}?kind={kind}",
        "may": access.can_import(request.user, record, today),
    }
