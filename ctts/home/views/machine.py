"""Pages for machines: is the process alive, may it get traffic, what is it."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from ctts.common.guards import public
from ctts.home import readiness


@csrf_exempt  # a machine that posts is told 405
@public("load balancers ask whether the process lives")
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as this process answers; asks nothing of any server."""
    return JsonResponse({"status": "ok"})


@csrf_exempt  # a machine that posts is told 405
@public("load balancers ask whether to send traffic")
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when database, broker and migrations are as they should be, else 503; the state of the outbox and of beat."""
    report = readiness.look()
    return JsonResponse(report, status=200 if report["status"] == "ready" else 503)


@csrf_exempt  # a machine that posts is told 405
@public("operators ask what is deployed")
def version(request: HttpRequest) -> HttpResponse:
    """The version of the deployed code."""
    return JsonResponse({"version": settings.VERSION, "mode": settings.MODE})
