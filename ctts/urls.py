"""Every address of the product; each app's own in its `urls.py`."""

from django.conf import settings
from django.urls import include, path

handler400 = "ctts.common.refusals.bad_request"
handler403 = "ctts.common.refusals.forbidden"
handler404 = "ctts.common.refusals.not_found"
handler500 = "ctts.common.refusals.server_error"

urlpatterns = [
    path("", include("ctts.home.urls")),
    path("", include("applications.urls")),
    path("", include("ctts.organisations.urls")),
    path("", include("ctts.scheme.urls")),
    path("account/", include("ctts.accounts.urls")),
    path("training/", include("training.urls")),
    path("assessments/", include("assessments.urls")),
    path("", include("moderation.urls")),
]
if settings.EMBEDDED:
    urlpatterns += [path("dev/", include("ctts.demo.urls"))]
