"""The minimal view."""

from django.shortcuts import render

from tests.performance.minimal.models import Row

COLUMNS = ("pk", "code", "title", "state", "signed_on", "changed_at")


def table(request):
    """Three indexed queries (session, person, fifty rows) and one template of 24 kB."""
    rows = Row.objects.filter(owner=int(request.user.last_name)).order_by("place").values(*COLUMNS)[:50]
    return render(request, "table.html", {"rows": rows, "user": request.user})
