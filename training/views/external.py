"""An external person for a DOPS: named by trainee or supervisor, link sent anew or taken back, countersigned (T5)."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from ctts.common.confirming import confirmed
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.letters import Addressee, mail_preview
from ctts.common.parts import Confirm, Consequence
from ctts.common.posted import data_of, signing, status_of, today_of, tried
from ctts.common.verdict import require
from training import access, actions, queries
from training.actions import StaleText
from training.forms.external import AskExternalForm, CountersignForm, NameAnotherForm, ProposeExternalForm
from training.models import Dops
from training.views import _outside as outside
from training.views import _shown_practice as shown
from training.views._doors import dops_or_404, wide_frame
from training.views._frame import frame, record_or_404

SENT = "The link is on its way to {email}. Tell {name} the code {code}, in person or by telephone."


def external_or_404(request, pk):
    """The only way a view gets an external person's request."""
    return get_object_or_404(queries.externals_visible_to(request.user, today_of(request)), pk=pk)


def _sent_words(external):
    code = queries.code_of(external)
    return SENT.format(email=external.email, name=external.name, code=f"{code[:3]} {code[3:]}")


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="asks somebody without an account for a DOPS",
    asks=(ProposeExternalForm, AskExternalForm),
)
def dops_external(request, pk):
    """The trainee names somebody for the supervisor to approve; the supervisor names somebody and a link goes out."""
    record = record_or_404(request, pk)
    own = request.user.pk == record.trainee_id
    may = access.can_request_dops(request.user, record)
    require(may if own else access.can_name_external(request.user, record, today_of(request)))
    given = {"items": queries.items_of(record)}
    data = data_of(request)
    form = ProposeExternalForm(data, **given) if own else AskExternalForm(data, **given, **signing(request))
    made = []

    def act():
        who = {"authentication": getattr(form, "authentication", None), "person": form.outsider()}
        who.update(record_id=pk, key=form.cleaned_data["key"], values=form.values())
        made.append(actions.ask_external(by=request.user, now=request.now, **who))

    if tried(form, act):
        dops, today = made[0], today_of(request)
        said = shown.asked_words(dops, today) if own else _sent_words(queries.last_external(dops))
        messages.success(request, said)
        return redirect("training:dops", dops.pk)
    context = frame(request, record, "dops_log", form=form, own=own, statement=queries.approval_words())
    context["supervisors"] = shown.supervisors_with_access(record, today_of(request))
    context["mails"] = [] if own else [outside.link_mail(request, Dops(record=record))]
    return render(request, "training/dops/external.html", context, status=status_of(form))


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="names another external assessor of a DOPS and sends them a link",
    asks=(NameAnotherForm,),
)
def dops_name_another(request, pk):
    """The supervisor names who shall assess; the link of whoever was named before opens nothing any more."""
    found = dops_or_404(request, pk)
    require(access.can_name_another(request.user, found, today_of(request)))
    last = queries.last_external(found)
    names = ("name", "post", "organisation", "registration", "email")
    first = {name: getattr(last, name) for name in names} if last else {}
    first["after"] = str(last.pk) if last else ""
    form, stale, made = NameAnotherForm(data_of(request), initial=first, **signing(request)), None, []

    def act():
        given = {"after": form.cleaned_data["after"], "person": form.outsider()}
        given.update(dops_id=pk, authentication=form.authentication)
        made.append(actions.name_another(by=request.user, now=request.now, **given))

    try:
        if tried(form, act):
            messages.success(request, _sent_words(made[0]))
            return redirect("training:dops", pk)
    except StaleText as problem:
        stale = problem
    context = _frame(request, found, form=form, last=last, stale=stale, mails=[outside.link_mail(request, found)])
    context["statement"] = queries.approval_words()
    return render(request, "training/dops/name_another.html", context, status=409 if stale else status_of(form))


def _frame(request, dops, **more):
    context = wide_frame(request, dops.record, "dops_log", dops=dops, facts=shown.dops_facts(dops), **more)
    context["badge"] = shown.dops_badge(dops)
    return context


@guarded(SIGNED_IN, methods="GET POST", effect="sends the external assessor of a DOPS a new link with a new code")
def dops_renew_link(request, pk):
    """A new link and a new code to the same person; the one before opens nothing any more."""
    external = external_or_404(request, pk)
    require(access.can_renew_link(request.user, external, request.now))
    made = []

    def act():
        made.append(actions.renew_link(by=request.user, now=request.now, external_id=pk))
        messages.success(request, _sent_words(made[0]))

    confirm = Confirm(
        title="Send a new link",
        kicker=f"DOPS, {external.dops.record.trainee}",
        action="Send a new link",
        cancel_url=reverse("training:dops", args=[external.dops_id]),
        consequences=[
            Consequence("A new link, which opens for 28 days, is mailed to", f"{external.name} <{external.email}>"),
            Consequence("The link before and its code open nothing any more; what was typed with it stays."),
            Consequence("There is a new code. Tell it in person or by telephone."),
        ],
        mails=[outside.link_mail(request, external.dops, external)],
    )
    return confirmed(request, confirm, act, "training:dops", external.dops_id)


@guarded(SIGNED_IN, methods="GET POST", effect="takes back the link of the external assessor of a DOPS")
def dops_take_back_link(request, pk):
    """The link opens nothing any more; the DOPS waits for the supervisor to name somebody."""
    external = external_or_404(request, pk)
    require(access.can_take_back_link(request.user, external, request.now))
    dops = external.dops

    def act():
        actions.take_back_link(by=request.user, now=request.now, external_id=pk)

    to = Addressee(external.name, external.email)
    given = {"record": dops.record, "dops": dops, "external": external, "link": "", "by": request.user}
    confirm = Confirm(
        title="Take the link back",
        kicker=f"DOPS, {dops.record.trainee}",
        action="Take it back",
        cancel_url=reverse("training:dops", args=[dops.pk]),
        consequences=[
            Consequence("The link opens nothing any more for", f"{external.name} <{external.email}>"),
            Consequence("The DOPS stays open: name somebody else, send a new link, or void it."),
        ],
        mails=[mail_preview("training.dops_link_taken_back", to, **given)],
    )
    return confirmed(request, confirm, act, "training:dops", dops.pk, said="The link is taken back.")


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="countersigns what an external person assessed for the first time",
    asks=(CountersignForm,),
)
def dops_countersign(request, pk):
    """The supervisor countersigns the first DOPS of an external person; then the trainee is asked."""
    found = dops_or_404(request, pk)
    require(access.can_countersign(request.user, found, today_of(request)))
    form = CountersignForm(data_of(request), initial={"seen": queries.dops_digest(found)}, **signing(request))

    def act():
        given = {"dops_id": pk, "seen": form.cleaned_data["seen"], "authentication": form.authentication}
        actions.countersign_dops(by=request.user, now=request.now, **given)
        messages.success(request, f"Countersigned. {found.record.trainee} is asked to acknowledge it.")

    if tried(form, act):
        return redirect("training:dops", pk)
    context = _frame(request, found, form=form, statement=actions.COUNTERSIGNED_WORDS)
    context.update(scores=queries.judged(found), words=shown.dops_said(found))
    context["when"] = shown.written_words(found.observed_on, queries.written_at(found))
    return render(request, "training/dops/countersign.html", context, status=status_of(form))
