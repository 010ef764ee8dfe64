"""Pages of a Training Co-ordinator about the accreditation of their centre: what is held, applying, renewing (C3)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from ctts.common.clock import london_date
from ctts.common.confirming import confirmed
from ctts.common.forms import with_value
from ctts.common.guards import guarded
from ctts.common.letters import mail_preview
from ctts.common.parts import Acts, Confirm, Consequence, NextStep
from ctts.common.posted import data_of, require_for, status_of, today_of, tried
from ctts.common.states_shown import badge_for
from ctts.common.templatetags.formats import day
from ctts.common.verdict import require
from ctts.organisations import queries as organisations
from ctts.organisations.access import COORDINATOR
from ctts.organisations.states import Role
from ctts.scheme import access, actions, queries
from ctts.scheme.forms.applying import BeginForm, CentreDocumentForm, ChecklistForm, TakeBackForm
from ctts.scheme.states import CentreApplicationState, ChecklistReply
from ctts.scheme.views._applications import history_of, lights_of, shown_application

NOTHING = ("", "")


@guarded(COORDINATOR)
def my_centres(request):
    """The centres of a Training Co-ordinator; whoever has one is led to it."""
    rows = list(organisations.centres_co_ordinated_by(request.user, today_of(request)))
    if len(rows) == 1:
        return redirect("scheme:my_centre", rows[0].pk)
    return render(request, "scheme/my_centres.html", {"rows": rows})


def _centre(request, pk):
    return get_object_or_404(organisations.centres_co_ordinated_by(request.user, today_of(request)), pk=pk)


@guarded(COORDINATOR)
def my_centre(request, pk):
    """Accreditation of one centre: what is held until when, what is applied for, what can be applied for (C1, C3)."""
    found, today = _centre(request, pk), today_of(request)
    rows = queries.scopes_of_centre(found, today)
    visible = queries.centre_applications_visible_to(request.user, today)
    lights = lights_of(rows, today, queries.conditions_stand(found, today))
    context = {
        "centre": found,
        "rows": [(row, light, _step(found, row)) for row, light in zip(rows, lights, strict=True)],
        "conditions": queries.conditions_visible_to(request.user, today).filter(accreditation__organisation=found),
        "earlier": visible.filter(organisation=found),
        "supervisors": organisations.supervisors_of(found, today),
        "reader": request.user,
    }
    return render(request, "scheme/my_centre.html", context)


def _step(found, row):
    """What the co-ordinator can do about a scope: go on with a draft, renew, apply, or why not."""
    if row.application is not None and row.waiting is None:
        return NextStep("Go on with the draft", reverse("scheme:application", args=[row.application.pk]))
    url = f"{reverse('scheme:begin_application', args=[found.pk])}?scope={row.scope.pk}"
    return NextStep("Renew" if row.renews else "Apply", url, row.closed)


@guarded(
    COORDINATOR,
    methods="GET POST",
    effect="begins an application for accreditation; nobody is mailed",
    asks=(BeginForm,),
)
def begin(request, pk):
    """Choose the scope; a draft is begun that nobody else sees but the co-ordinators of the centre (C3)."""
    found, today = _centre(request, pk), today_of(request)
    open_ones = [row.scope.pk for row in queries.scopes_of_centre(found, today) if not row.closed]
    form = BeginForm(data_of(request), scope_ids=open_ones, initial={"scope": request.GET.get("scope", "")})
    if request.method == "POST" and form.is_valid():
        common = {"by": request.user, "now": request.now, "organisation": found}
        made = actions.begin_application(**common, scope=form.cleaned_data["scope"])
        return redirect("scheme:application", made.pk)
    context = {"form": form, "centre": found, "any_open": bool(open_ones)}
    return render(request, "scheme/begin_application.html", context, status=status_of(form))


def _application(request, pk):
    found = queries.centre_application_for(request.user, today_of(request), pk)
    if found is None:
        raise Http404
    return found


@guarded(COORDINATOR)
def application(request, pk):
    """One application: what is answered, the documents, what is missing, and what can be done now (C3)."""
    found, today = _application(request, pk), today_of(request)
    editable = bool(access.can_edit_application(request.user, found, today))
    missing = queries.missing_in(found) if editable else []
    held = _held(found, today)
    send_url = reverse("scheme:send_application", args=[pk])
    context = {
        **shown_application(found, request.user, today),
        "editable": editable,
        "missing": missing,
        "can_withdraw": bool(access.can_withdraw_application(request.user, found, today)),
        "history": history_of(found),
        "badge": badge_for(found.state, found.get_state_display(), "centreapplication"),
        "acts": _acts(found),
        "lede": _lede(found, today),
        "held": held,
        "waits": held == WAITS,
        "step": NextStep("Send it to the office", send_url, held or ("Something is missing." if missing else ""))
        if editable
        else None,
    }
    return render(request, "scheme/application.html", context)


WAITS = "The scheme office has entered an application for this scope; this one can be sent once that is decided."


def _held(found, today):
    """Why a draft cannot be sent now, whatever it says (C1, C3)."""
    return WAITS if queries.waits_already(found) else queries.not_renewable_yet(found, today)


def _lede(found, today):
    if found.renews is None:
        return "For a first accreditation in this scope."
    if found.renews.ends_on < today:
        return f"To renew what was valid through {day(found.renews.ends_on)}; it would count from the decision on."
    return f"To renew what is valid through {day(found.renews.ends_on)}; it would count from the day after."


def _acts(found):
    """Who has the next move (screens 7); nobody once it is decided or withdrawn."""
    if found.state == CentreApplicationState.DRAFT:
        return Acts("the Training Co-ordinator", london_date(found.begun_at), then=["the scheme office"])
    if found.state == CentreApplicationState.SENT:
        return Acts("the scheme office", london_date(found.sent_at), then=["the decision"])
    return None


def _draft(request, pk):
    found = _application(request, pk)
    require(access.can_edit_application(request.user, found, today_of(request)))
    return found


@guarded(COORDINATOR, methods="GET POST", effect="saves the answers to the checklist", asks=(ChecklistForm,))
def checklist(request, pk):
    """The checklist; it can be saved half done, and two co-ordinators do not write over each other."""
    found = _application(request, pk)
    form = ChecklistForm(data_of(request), application=found)
    require_for(form, access.can_edit_application(request.user, found, today_of(request)))

    def act():
        common = {"by": request.user, "now": request.now, "application_id": pk}
        return actions.save_checklist(**common, replies=form.replies(), seen=form.cleaned_data["seen"])

    try:
        if tried(form, act):
            messages.success(request, "The answers are saved. Nobody is told until you send the application.")
            return redirect("scheme:application", pk)
    except actions.StaleAnswers as problem:
        return _both_answers(request, found, form, str(problem))
    supervisors = organisations.supervisors_of(found.organisation, today_of(request))
    lede = f"Version {found.checklist}. {queries.checklist_stands(found)}"
    return _ask(request, found, form, "Checklist", lede, supervisors)


def _both_answers(request, found, form, problem):
    """What somebody else saved stands above, what was sent still in the form: saved now, it takes its place."""
    found.refresh_from_db()
    there, mine = queries.replies_of(found), form.replies()
    other = [item for item in form.items if there.get(item.key, NOTHING) != mine[item.key]]
    said = [f"{item.title}: {_in_words(there.get(item.key, NOTHING))}" for item in other]
    form.data = with_value(form.data, "seen", str(found.version))
    messages.error(request, problem)
    lede = f"Saved meanwhile: {'; '.join(said)}. What you sent stands below; saving it replaces this."
    context = {"form": form, "application": found, "title": "Checklist", "lede": lede, "supervisors": ()}
    return render(request, "scheme/application_form.html", context, status=409)


def _in_words(answer):
    """ "Yes, Dr Lee", or that nothing was said."""
    reply, words = answer
    label = dict(ChecklistReply.choices).get(reply, "not answered")
    return f"{label}, {words}" if words else label


@guarded(COORDINATOR, methods="GET POST", effect="adds a file to an application", asks=(CentreDocumentForm,))
def add_document(request, pk):
    """A file, and what it is."""
    found = _draft(request, pk)
    form = CentreDocumentForm(data_of(request), request.FILES or None)
    common = {"by": request.user, "now": request.now, "application_id": pk}
    if tried(form, lambda: actions.add_centre_document(**common, **form.cleaned_data)):
        messages.success(request, "The file is added. The office can open it once it is checked and you have sent all.")
        return redirect("scheme:application", pk)
    return _ask(request, found, form, "Add a document", "One file at a time, each with what it is.")


@guarded(COORDINATOR, methods="POST", effect="takes a file out of an application that is not sent")
def remove_document(request, pk, row_id):
    """Take a file out of a draft."""
    found = _draft(request, pk)
    row = get_object_or_404(found.documents, pk=row_id)
    actions.remove_centre_document(by=request.user, now=request.now, row_id=row.pk)
    messages.success(request, f"“{row.document.original_name}” is taken out.")
    return redirect("scheme:application", pk)


def _ask(request, found, form, title, lede, supervisors=()):
    context = {"form": form, "application": found, "title": title, "lede": lede, "supervisors": supervisors}
    return render(request, "scheme/application_form.html", context, status=status_of(form))


@guarded(COORDINATOR, methods="GET POST", effect="sends an application to the office, which is mailed")
def send(request, pk):
    """What sending does, with the mail to the office; held while something is missing (C3, screens 18)."""
    found = _draft(request, pk)
    confirm = _confirm(
        found,
        title="Send it to the office",
        action="Send it",
        consequences=[
            Consequence("The application goes to the scheme office and can no longer be changed."),
            Consequence("The office may visit the centre. You hear by mail what it decides."),
            _mailed(),
        ],
        mails=_mails(request, "scheme.centre_application_sent", found),
        hold=_held(found, today_of(request)) or " ".join(queries.missing_in(found)),
    )
    common = {"by": request.user, "now": request.now, "application_id": pk}
    said = "It is sent. It waits for the office's decision."
    return confirmed(request, confirm, lambda: actions.send_application(**common), "scheme:application", pk, said=said)


@guarded(COORDINATOR, methods="GET POST", effect="takes an application for accreditation back", asks=(TakeBackForm,))
def take_back(request, pk):
    """Take it back before the decision; of one that lay with the office, the office is told (C3)."""
    found = _application(request, pk)
    require(access.can_withdraw_application(request.user, found, today_of(request)))
    was_sent, form = found.sent_at is not None, TakeBackForm(data_of(request), initial={"seen": found.state})
    confirm = _confirm(
        found,
        title="Withdraw the application",
        action="Withdraw it",
        consequences=[
            Consequence("Nothing is decided. The application stays in the history; you can begin another one."),
            _mailed() if was_sent else Consequence("Nobody is mailed: the office has not seen it."),
        ],
        mails=_mails(request, "scheme.centre_application_withdrawn", found) if was_sent else [],
        form=form,
        danger=True,
    )
    common = {"by": request.user, "now": request.now, "application_id": pk}

    def act():
        return actions.withdraw_application(**common, **form.cleaned_data)

    return confirmed(request, confirm, act, "scheme:my_centre", found.organisation_id, said="It is withdrawn.")


def _confirm(found, **more):
    back = reverse("scheme:application", args=[found.pk])
    return Confirm(kicker=str(found), cancel_url=back, **more)


def _mailed():
    return Consequence("This mail goes to everybody of", "the scheme office")


def _mails(request, kind, found):
    """The mail to the office, by the first of them: it is the same for each but for the name."""
    office = organisations.people_with(Role.OFFICE, today_of(request))[:1]
    return [mail_preview(kind, person, application=found) for person in office]
