"""Letters of decisions on hold: read, changed, sent (A4, screens 20)."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from applications import access, actions, queries
from applications.forms.office import LetterWordsForm, SendLetterForm
from applications.models import Application, DecisionLetter
from applications.notices import LETTER_MAILS
from applications.states import DecisionKind
from applications.views._shared import file_link, for_office_or_refuse
from ctts.common.confirming import confirm_page, confirmed
from ctts.common.forms import with_value
from ctts.common.guards import guarded
from ctts.common.letters import mail_preview
from ctts.common.parts import Confirm, Consequence, MailPreview
from ctts.common.posted import data_of, today_of
from ctts.common.verdict import require
from ctts.organisations.access import OFFICE

ROWS = 25
CHANGED = "(your own words, if you write any)"


@guarded(OFFICE)
def letters(request: HttpRequest) -> HttpResponse:
    """Every letter that waits for the office, the oldest first."""
    page = Paginator(queries.held_letters_of_others(request.user), ROWS).get_page(request.GET.get("page"))
    rows = [(letter, _link(letter)) for letter in page]
    return render(request, "applications/letters.html", {"page": page, "rows": rows})


def _link(letter: DecisionLetter) -> object:
    return file_link(letter.decision.application, letter.document) if letter.document else None


def _held_or_404(request: HttpRequest, pk: int, decision_id: int) -> tuple[Application, DecisionLetter]:
    """A letter of this application while it is on hold. Raises Http404, NotAllowed, TooLate once it was sent."""
    application = for_office_or_refuse(request, pk)
    found = [row for row in queries.decisions_of(application) if row.pk == decision_id]
    if not found:
        raise Http404
    require(access.can_send_letter(request.user, found[0].letter, application, today_of(request)))
    return application, found[0].letter


def _mail(application: Application, letter: DecisionLetter, words: str) -> MailPreview:
    key = LETTER_MAILS[DecisionKind(letter.decision.kind)].key
    given = {"application": application, "decision": letter.decision, "words": words}
    return mail_preview(key, application.applicant, **given)


def _confirm(application: Application, title: str, action: str, **more: object) -> Confirm:
    return Confirm(
        title=title,
        action=action,
        kicker=f"{application.legal_name}, intake {application.intake}",
        cancel_url=reverse("applications:decisions", args=[application.pk]),
        **more,
    )


@guarded(OFFICE, methods="GET POST", effect="sends a letter that was on hold", asks=(SendLetterForm,))
def send_letter(request: HttpRequest, pk: int, decision_id: int) -> HttpResponse:
    """The letter goes out as it is; its mail stands on the page first."""
    application, letter = _held_or_404(request, pk, decision_id)
    page = _confirm(
        application,
        "Send this letter?",
        "Send it",
        consequences=[Consequence("This mail, with the letter as PDF, goes to", application.applicant.full_name)],
        mails=[_mail(application, letter, letter.words)],
        form=SendLetterForm(data_of(request), initial={"seen": letter.revision}),
    )
    common = {"by": request.user, "now": request.now, "application_id": pk, "decision_id": decision_id}

    def act() -> object:
        return actions.send_letter(**common, **page.form.cleaned_data)

    return confirmed(request, page, act, "applications:decisions", pk, said="The letter is on its way.")


@guarded(
    OFFICE, methods="GET POST", effect="changes the office's own words in a letter on hold", asks=(LetterWordsForm,)
)
def change_letter(request: HttpRequest, pk: int, decision_id: int) -> HttpResponse:
    """Other words; the PDF and the mail are made anew and wait again."""
    application, letter = _held_or_404(request, pk, decision_id)
    page = _confirm(
        application,
        "Change this letter",
        "Change the letter",
        consequences=[
            Consequence("The PDF is made anew with your words, and waits until somebody sends it."),
            Consequence("The decision and its reasons stay as they are: they were recorded."),
        ],
        mails=[_mail(application, letter, CHANGED)],
        form=LetterWordsForm(data_of(request), initial={"words": letter.words, "seen": letter.revision}),
    )
    common = {"by": request.user, "now": request.now, "application_id": pk, "decision_id": decision_id}

    def act() -> object:
        return actions.change_letter(**common, **page.form.cleaned_data)

    try:
        return confirmed(request, page, act, "applications:decisions", pk, said="Changed. It is being made anew.")
    except actions.StalePart as problem:
        return _both_texts(request, page, letter, str(problem))


def _both_texts(request: HttpRequest, page: Confirm, letter: DecisionLetter, problem: str) -> HttpResponse:
    """What a colleague saved above, what was typed still in the form: sent now, it takes the other's place."""
    letter.refresh_from_db()
    messages.error(request, problem)
    lede = f"A colleague's words: {letter.words or '(none)'}\n\nYours stand in the form; sent, they replace these."
    page.form.data = with_value(page.form.data, "seen", str(letter.revision))
    return confirm_page(request, replace(page, lede=lede), 409)
