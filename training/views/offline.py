"""A DOPS without signal (T5, screens 11): the form that a phone keeps, what it is filled from, and what it sends.

The form itself holds nothing of anybody: a service worker keeps it, with the files it is drawn from, and nothing else.
"""

from hashlib import sha256

from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import never_cache

from ctts.common.guards import SIGNED_IN, guarded, public
from ctts.common.posted import data_of, today_of
from ctts.common.verdict import NotAllowed, TooLate
from training import actions, queries
from training.actions import Differs, Ended
from training.forms.offline import ParcelForm, parts_of
from training.queries.dops import HALF
from training.views import _shown_offline as shown
from training.views._doors import dops_or_404
from training.views._frame import record_or_404

# What the form is drawn from; the service worker keeps exactly these.
FILES = (
    "vendor/bootstrap/bootstrap.min.css",
    *("css/tokens.css", "css/base.css", "css/components.css", "css/training.css", "css/practice.css"),
    *("js/kept_dops.js", "js/dops_offline.js", "img/favicon.svg"),
    "vendor/fonts/source-sans-3-latin-normal.woff2",
    "vendor/fonts/source-serif-4-latin-normal.woff2",
)


@public("an empty form: what is kept on a phone never leaves it by this page")
def offline(request):
    """The five steps of a DOPS without anybody in it; what is filled in, and from what, the phone keeps."""
    return HttpResponse(_form())


def _form():
    return render_to_string("training/offline/_form.html", {"names": [*queries.DOPS_STEPS[:-1], "Send"]})


@public("the program that keeps the empty form on a phone")
def offline_worker(request):
    """The service worker: its cache is named by what it keeps, so that a new release takes the place of the old."""
    files = [static(name) for name in FILES]
    form = reverse("training:offline")
    version = sha256("\n".join([*files, _form()]).encode()).hexdigest()[:16]
    context = {"files": files, "form": form, "version": version}
    program = render_to_string("training/offline/worker.js", context)
    response = HttpResponse(program, content_type="text/javascript")
    response["Service-Worker-Allowed"] = form.removesuffix("offline/")
    response["Cache-Control"] = "no-cache"
    return response


@guarded(SIGNED_IN)
@never_cache
def offline_data(request):
    """What the phone of this person fills the form from: whom they may assess, and what they have begun."""
    today = today_of(request)
    begun = list(queries.dops_to_write(request.user, today))
    records = list(queries.records_to_start(request.user, today))
    newest = queries.forms_of([record.scope for record in records], request.now)
    items = queries.items_of_forms({*newest.values(), *(dops.form_id for dops in begun)})
    own = queries.competencies_of({*(record.pk for record in records), *(dops.record_id for dops in begun)})
    get_token(request)  # what the phone sends needs the cookie
    given = {"person": request.user.pk, "name": request.user.full_name}
    given["loaded_at"] = request.now.isoformat()
    given["trainees"] = [shown.trainee(record, newest.get(record.scope_id), own[record.pk]) for record in records]
    given["forms"] = {pk: [shown.item(one) for one in rows] for pk, rows in items.items()}
    standings = queries.steps_standing(request.user, begun, items)
    given["dops"] = [shown.begun(dops, own[dops.record_id], standings[dops.pk]) for dops in begun]
    given["recent"] = [shown.recent(dops) for dops in queries.recent_of(request.user)]
    return JsonResponse(given)


@guarded(SIGNED_IN, methods="POST", effect="takes in a DOPS that was filled in without signal", asks=(ParcelForm,))
@never_cache
def offline_send(request):
    """One sending of the phone; the answer says where it stands now, or what of it the server has newer."""
    form = ParcelForm(data_of(request))
    if not form.is_valid():
        return JsonResponse({"error": str(next(iter(form.errors.values()))[0])}, status=422)
    try:
        arrival = actions.take_in(by=request.user, now=request.now, parcel=_parcel(request, form.cleaned_data))
    except Differs as problem:
        return JsonResponse({"error": str(problem), "there": shown.there(problem.there)}, status=409)
    except Ended as problem:
        return JsonResponse({"error": str(problem), "over": True, "ended": True}, status=409)
    except (TooLate, NotAllowed) as problem:
        return JsonResponse({"error": str(problem), "over": True}, status=409)
    return JsonResponse(_answer(request, arrival))


def _parcel(request, given):
    begun = given["begun"] or given["key"]
    dops = dops_or_404(request, given["dops"]) if given["dops"] else queries.dops_begun(request.user, begun)
    record = dops.record if dops else record_or_404(request, given["record"])
    form = dops.form if dops else queries.form_filled_in(given["form"], record.scope, request.now)
    items = queries.form_items(dops) if dops else queries.items_of_forms([form.pk])[form.pk] if form else []
    parts = parts_of(given["parts"], items, HALF, queries.items_of(record), today_of(request))
    pk = dops.pk if given["dops"] else None
    return actions.Parcel(given["key"], record.pk, begun, pk, parts, form)


def _answer(request, arrival):
    dops = dops_or_404(request, arrival.dops_id)
    items = queries.items_of_forms([dops.form_id])
    missing, kept = queries.missing_of(dops), queries.steps_kept(request.user, dops)
    step = min([one.step for one in missing] + kept, default=len(queries.DOPS_STEPS))
    url = reverse("training:dops_step", args=[dops.pk, step])
    standing = shown.there(queries.steps_standing(request.user, [dops], items)[dops.pk])
    return {"dops": dops.pk, "url": url, "whole": not missing and not kept, "there": standing}
