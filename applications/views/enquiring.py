"""Questions to the scheme: anyone asks, the office answers, the answer leads to an application (A1)."""

from __future__ import annotations

from allauth.core.ratelimit import consume
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from applications import access, actions, queries
from applications.forms.enquiring import AnswerForm, EnquiryForm
from applications.models import Enquiry
from applications.states import EnquiryStanding
from applications.views._shared import ENQUIRY
from ctts.common.brought import brought_by
from ctts.common.confirming import confirmed
from ctts.common.doors import keep_token, token_of
from ctts.common.guards import guarded, public
from ctts.common.letters import Addressee, mail_preview
from ctts.common.parts import Confirm, Consequence, Tab
from ctts.common.posted import data_of, status_of, today_of, tried
from ctts.common.refusals import too_often
from ctts.common.verdict import DoneAlready, require
from ctts.organisations.access import OFFICE

ROWS = 25
LONGEST_ID = 10  # digits of a number in an address
SECONDS = 3600  # the hour of the limit of "enquiry" in the settings
TOO_MANY = "From this network many questions were sent within an hour. Yours was not sent yet."


# --- whoever asks ---


@public(
    "anyone may ask the scheme a question",
    methods="GET POST",
    effect="sends a question to the scheme office",
    asks=(EnquiryForm,),
)
def enquire(request: HttpRequest) -> HttpResponse:
    """Who asks what; the answer comes by mail."""
    by = request.user if request.user.is_authenticated else None
    named = request.GET.get("about", "")
    about_id = int(named) if named.isdecimal() and len(named) < LONGEST_ID else None
    about = queries.application_asked_about(by, about_id) if by is not None else None
    known = {"name": by.full_name, "email": by.email} if by is not None else {}
    form = EnquiryForm(data_of(request), today=today_of(request), initial=known)
    if form.is_valid() and not consume(request, action="enquiry"):  # what is refused anyway is no try
        return too_often(request, TOO_MANY, seconds=SECONDS, brought=brought_by(form))

    def act() -> object:
        given = {"key": form.cleaned_data["key"], "values": form.values(), "about_id": about_id}
        return actions.make_enquiry(by=by, now=request.now, **given)

    try:
        done = tried(form, act)
    except DoneAlready:
        done = True
    if done and about is not None:
        messages.success(request, "Your question is with the scheme office, with the application.")
        return redirect("applications:status" if about.applicant_id == by.pk else "applications:read", about.pk)
    if done:
        return redirect("applications:enquired")
    return render(request, "applications/enquire.html", {"form": form, "about": about}, status=status_of(form))


@public("anyone who asked is told what happens next")
def enquired(request: HttpRequest) -> HttpResponse:
    """Thanks, and where the answer will come."""
    return render(request, "applications/enquired.html")


@public("the link in the mail is the proof")
@never_cache
def enquiry_answered(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """Keep the token in the session and go on without it in the address; nothing is begun by looking."""
    if queries.enquiry_for(pk, token) is None:
        return render(request, "applications/enquiry_link_wrong.html", status=410)
    keep_token(request.session, ENQUIRY, pk, token)
    response = redirect("applications:enquiry_answer", pk)
    response["Referrer-Policy"] = "no-referrer"
    return response


@public("who came with a link from a mail")
@never_cache
def enquiry_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The answer again, and the way to an application with what was asked."""
    token = token_of(request.session, ENQUIRY, pk)
    made = queries.enquiry_for(pk, token) if token else None
    if made is None:
        return render(request, "applications/enquiry_link_wrong.html", status=410)
    return render(request, "applications/enquiry_answered.html", {"enquiry": made})


# --- the office ---


@guarded(OFFICE)
def enquiries(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, what was answered, what was set aside."""
    wanted = request.GET.get("show", "")
    standing = EnquiryStanding(wanted) if wanted in EnquiryStanding.values else EnquiryStanding.OPEN
    rows = queries.enquiries_standing(request.user, today_of(request), standing)
    context = {
        "page": Paginator(rows, ROWS).get_page(request.GET.get("page")),
        "standing": standing,
        "tabs": [Tab(one.label, f"?show={one}", current=one == standing) for one in EnquiryStanding],
    }
    return render(request, "applications/enquiries.html", context)


@guarded(OFFICE, methods="GET POST", effect="answers an enquiry; a mail goes out", asks=(AnswerForm,))
def enquiry(request: HttpRequest, pk: int) -> HttpResponse:
    """One enquiry with its answer; while it waits, the form of the answer with the mail as it will be."""
    made = _or_404(request, pk)
    if request.method != "POST" and made.standing != EnquiryStanding.OPEN:
        return render(request, "applications/enquiry.html", {"enquiry": made})
    require(access.can_answer_enquiry(request.user, made, today_of(request)))
    form = AnswerForm(data_of(request))
    back = reverse("applications:enquiries")

    def act() -> object:
        return actions.answer_enquiry(
            by=request.user, now=request.now, enquiry_id=pk, answer=form.cleaned_data["answer"]
        )

    page = Confirm(
        title=f"Question of {made.name}",
        action=form.submit_label,
        cancel_url=back,
        kicker=made.email if made.about is None else f"{made.email}, about the application for {made.about.intake}",
        lede=made.text,
        consequences=[Consequence("Your answer goes by mail to", f"{made.name} <{made.email}>"), _leads_to(made)],
        mails=[_mail(made)],
        form=form,
    )
    return confirmed(request, page, act, "applications:enquiries", said=f"{made.name} has your answer.")


def _leads_to(made: Enquiry) -> Consequence:
    if made.about is not None:
        return Consequence("Its link leads to the application, which shows the question and your answer")
    kept = ", ".join(str(one) for one in (made.scope, made.centre) if one is not None)
    words = "Its link begins an application" + (f" in which stands already: {kept}" if kept else "")
    return Consequence(f"{words}. It needs no answer? Set it aside on the list instead.")


def _mail(made: Enquiry) -> object:
    known = {"name": made.name, "text": made.text, "made_at": made.made_at, "about": made.about}
    shown = Enquiry(**known, answer="(what you write below)")
    to = Addressee(made.name, made.email)
    return mail_preview("applications.enquiry_answered", to, enquiry=shown, link="(a link to the answer)")


@guarded(OFFICE, methods="POST", effect="sets an enquiry aside that needs no answer")
def set_aside_enquiry(request: HttpRequest, pk: int) -> HttpResponse:
    """What needs no answer leaves the list."""
    made = _or_404(request, pk)
    actions.set_aside_enquiry(by=request.user, now=request.now, enquiry_id=made.pk)
    messages.success(request, f"The question of {made.name} is set aside. On its page it can be taken up again.")
    return redirect("applications:enquiries")


@guarded(OFFICE, methods="POST", effect="takes an enquiry up again that was set aside")
def take_up_enquiry(request: HttpRequest, pk: int) -> HttpResponse:
    """It waits for an answer again."""
    made = _or_404(request, pk)
    actions.take_up_enquiry(by=request.user, now=request.now, enquiry_id=made.pk)
    messages.success(request, f"The question of {made.name} waits for an answer again.")
    return redirect("applications:enquiry", made.pk)


def _or_404(request: HttpRequest, pk: int) -> Enquiry:
    return get_object_or_404(queries.enquiries_visible_to(request.user, today_of(request)), pk=pk)
