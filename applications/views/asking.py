"""The purchase order by a link: the applicant asks; whoever was asked gives it without an account (A2, screens 12)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from applications import access, actions, queries
from applications.forms.asking import AskForOrderForm, DeclineOrderForm, GiveOrderForm
from applications.models import Application, OrderRequest
from applications.views._shared import own_or_refuse
from ctts.common.confirming import confirm_page, confirmed
from ctts.common.doors import keep_token, token_of
from ctts.common.guards import SIGNED_IN, guarded, public
from ctts.common.letters import Addressee, mail_preview
from ctts.common.parts import Confirm, Consequence
from ctts.common.posted import data_of, status_of, tried
from ctts.common.refusals import typed_words
from ctts.common.verdict import DoneAlready, Invalid, TooLate, require

DOOR = "applications_order_requests"  # in the session: the links with which this browser came
LINK = "(a link that opens the upload and nothing else)"


# --- the applicant ---


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="asks somebody at the employer for the purchase order by a link",
    asks=(AskForOrderForm,),
)
def ask_for_order(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom to ask, with the mail as it will be; then a link goes out."""
    application = own_or_refuse(request, pk)
    last = queries.last_order_request(application)
    require(access.can_ask_for_order(request.user, application, last, request.now))
    form = AskForOrderForm(data_of(request))
    common = {"by": request.user, "now": request.now, "application_id": pk}

    def act() -> object:
        return actions.ask_for_order(**common, **form.cleaned_data)

    said = "They are asked. The link opens for 28 days."
    page = _what_asking_does(application, form)
    return confirmed(request, page, act, queries.order_page(application), said=said)


def _what_asking_does(application: Application, form: AskForOrderForm) -> Confirm:
    shown = OrderRequest(name="(the person you name)", words="(your own words, if you write any)")
    given = {"application": application, "asked": shown, "link": LINK}
    return Confirm(
        title="Ask your employer for the purchase order",
        kicker=f"Intake {application.intake}",
        action="Ask them",
        cancel_url=queries.order_page(application),
        consequences=[
            Consequence("Somebody at your employer gets a link by mail. It opens this upload and nothing else."),
            Consequence(
                "They read your name, the intake, your scope of practice, the Training Centre and the fee, and over "
                "how much an order stands already; nothing more of you."
            ),
            Consequence("What they send stands in your application at once, and you are told."),
        ],
        mails=[mail_preview("applications.order_asked", Addressee(shown.name, "their address"), **given)],
        form=form,
    )


@guarded(SIGNED_IN, methods="GET POST", effect="takes back the request for the purchase order")
def withdraw_order_request(request: HttpRequest, pk: int) -> HttpResponse:
    """What taking it back does; then the link opens nothing any more."""
    asked = queries.own_order_request(request.user.pk, pk)
    if asked is None:
        raise Http404
    require(access.can_withdraw_order_request(request.user, asked, request.now))
    back = queries.order_page(asked.application)
    if request.method == "POST":
        actions.withdraw_order_request(by=request.user, now=request.now, request_id=pk)
        messages.success(request, "The request is taken back.")
        return redirect(back)
    confirm = Confirm(
        title="Take this request back?",
        action="Take it back",
        cancel_url=back,
        consequences=[
            Consequence("The link opens nothing any more for", f"{asked.name} <{asked.email}>"),
            Consequence("Nobody is mailed. You can ask somebody else at once, or enter the purchase order yourself."),
        ],
    )
    return confirm_page(request, confirm)


# --- whoever was asked ---


@public("the link in the mail is the proof")
@never_cache
def asked_for_order(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """Keep the token in the session and go on without it in the address, so that no Referer header or form holds it."""
    asked = queries.order_request_for(pk, token)
    if asked is None:
        return _shut(request, "This link leads nowhere. Copy the whole link from the mail.")
    keep_token(request.session, DOOR, pk, token)
    response = redirect("applications:give_order", pk)
    response["Referrer-Policy"] = "no-referrer"
    return response


@public(
    "who came with a link from a mail",
    methods="GET POST",
    effect="gives the purchase order that was asked for",
    asks=(GiveOrderForm,),
)
@never_cache
def give_order(request: HttpRequest, pk: int) -> HttpResponse:
    """Who asks, for what and until when, what each side will see; then the order. The link opens nothing else."""
    asked = _asked_or_404(request, pk)
    try:
        require(access.can_give_order(asked, asked.application, request.now))
        form = GiveOrderForm(data_of(request), request.FILES or None, asked=asked)
        if _given(form, request):
            return redirect("applications:order_given", pk)
    except TooLate as problem:
        return _shut(request, str(problem), asked)
    form.dress()
    return render(request, "applications/give_order.html", {"asked": asked, "form": form}, status=status_of(form))


def _given(form: GiveOrderForm, request: HttpRequest) -> bool:
    """Whether the order was given. A file that came is kept first, whatever else is wrong."""
    if request.method != "POST":
        return False
    given = {"by": None, "now": request.now, "request_id": form.asked.pk}
    form.full_clean()
    upload = form.cleaned_data.get("document")
    if upload is not None:
        try:
            form.asked.document = actions.keep_order_file(**given, upload=upload)
        except Invalid as problem:
            form.refuse(problem)
    try:
        return tried(form, lambda: _give(form, given))
    except DoneAlready:
        return True


def _give(form: GiveOrderForm, given: dict) -> object:
    known = form.cleaned_data.get("smaller", False)
    return actions.give_order(**given, key=form.cleaned_data["key"], values=form.values(), smaller=known)


@public(
    "who came with a link from a mail",
    methods="GET POST",
    effect="declines to give the purchase order",
    asks=(DeclineOrderForm,),
)
@never_cache
def decline_order_request(request: HttpRequest, pk: int) -> HttpResponse:
    """Why not; the applicant reads it and asks somebody else."""
    asked = _asked_or_404(request, pk)
    form = DeclineOrderForm(data_of(request))
    given = {"by": None, "now": request.now, "request_id": asked.pk}
    try:
        require(access.can_give_order(asked, asked.application, request.now))
        if tried(form, lambda: actions.decline_order_request(**given, reason=form.cleaned_data["reason"])):
            return redirect("applications:order_given", pk)
    except TooLate as problem:
        return _shut(request, str(problem), asked)
    return render(request, "applications/decline_order.html", {"asked": asked, "form": form}, status=status_of(form))


@public("who came with a link from a mail")
@never_cache
def order_given(request: HttpRequest, pk: int) -> HttpResponse:
    """Thanks, and what was given; whoever has given nothing yet is led to where they can."""
    asked = _asked_or_404(request, pk)
    if not (asked.given_at or asked.declined_at):
        return redirect("applications:give_order", pk)
    order = asked.order if asked.given_at else None
    words = queries.issuer_to_check(order, asked.application)
    return render(request, "applications/order_given.html", {"asked": asked, "order": order, "issuer_words": words})


def _asked_or_404(request: HttpRequest, pk: int) -> OrderRequest:
    token = token_of(request.session, DOOR, pk)
    asked = queries.order_request_for(pk, token) if token else None
    if asked is None:
        raise Http404
    return asked


def _shut(request: HttpRequest, reason: str, asked: OrderRequest | None = None) -> HttpResponse:
    """410 with why the link opens nothing, and what came with it: nothing typed is lost (quality rule 2)."""
    typed = typed_words(request) if request.method == "POST" else []
    context = {"reason": reason, "asked": asked, "typed": typed}
    return render(request, "applications/order_link_shut.html", context, status=410)
