"""The office's pages of centres: sites, people, accreditation for each scope (C1–C3)."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from ctts.common.confirming import ask_page, confirmed
from ctts.common.guards import guarded
from ctts.common.letters import mail_preview
from ctts.common.moves import can_move
from ctts.common.parts import Confirm, Consequence, HistoryEntry, NextStep
from ctts.common.posted import data_of, in_words_of, made, paged, require_for, status_of, today_of, tried
from ctts.common.templatetags.formats import day
from ctts.common.verdict import TooLate, both
from ctts.organisations import queries as organisations
from ctts.organisations.access import OFFICE, workplaces_of
from ctts.organisations.states import Kind, Role
from ctts.scheme import access, actions, queries
from ctts.scheme.forms.centres import ACCREDIT, CONDITIONS, DAYS, DECLINE, ApplyForm, DecideForm, EndForm
from ctts.scheme.models import Accreditation
from ctts.scheme.states import ACCREDITATION_MOVES, AccreditationState
from ctts.scheme.views._applications import light_of
from ctts.scheme.views.tables import CentreTable

A_PAGE = 25
YOUR_WORDS = "(the reason you write below)"
ENDINGS = {
    "suspend": ("Suspend", "New applicants cannot choose the centre for this scope until it is accredited again."),
    "withdraw": ("Withdraw", "New applicants cannot choose the centre for this scope. This cannot be taken back."),
}


@guarded(OFFICE)
def listed(request):
    """Every centre with its accreditations."""
    table = CentreTable(queries.centres_for_office(), today=today_of(request))
    paged(table, request, A_PAGE)
    step = NextStep("Enter a centre", reverse("organisations:enter_centre"))
    return render(request, "scheme/centres.html", {"table": table, "step": step})


@guarded(OFFICE)
def centre(request, pk):
    """One centre: its facts, sites, accreditations with lights, and the people by role."""
    found, today = get_object_or_404(queries.centres_for_office(), pk=pk), today_of(request)
    numbers, late = queries.numbers_on(today), queries.conditions_stand(found, today)
    people = list(organisations.people_at(found, today))
    own = found.pk in workplaces_of(request.user, today)  # another member of the office decides
    shown = [
        (row, light_of(row, today, late, _beside(row, found), numbers), [] if own else _open_moves(row))
        for row in found.shown_accreditations
    ]
    context = {
        "centre": found,
        "facts": _facts(found),
        "accreditations": shown,
        "people": people,
        "contacts": _contacts(found, people, today),
        "site_history": _site_history(found),
        "is_consortium": found.kind == Kind.CONSORTIUM,
        "is_employer": found.kind == Kind.EMPLOYER,
        "members": organisations.members_of(found) if found.kind == Kind.CONSORTIUM else [],
        "supervisors": organisations.supervisors_of(found, today),
        "reader": request.user,
        "step": _apply_step(found),
    }
    return render(request, "scheme/centre.html", context)


def _contacts(found, people, today):
    """Whether somebody with access co-ordinates training there, or in the consortium it is a member of (C2)."""
    return any(held.role == Role.COORDINATOR for held in people) or organisations.coordinators_of(found, today)


def _facts(found):
    return [
        ("Code", found.code),
        ("Kind", found.get_kind_display()),
        ("ODS code", found.ods_code),
        ("Trust, health board or company", found.employer_group),
        ("Member of", found.consortium.name if found.consortium else "No consortium"),
    ]


def _site_history(found):
    """Each site that was closed or opened again, the newest first (C2)."""
    rows = organisations.site_steps_of(found)
    return [HistoryEntry(row.at, row.by.full_name, _step_in_words(row), note=row.words) for row in rows]


def _step_in_words(row):
    last = f", open through {day(row.closed_on)}" if row.closed_on else ""
    return f"{row.site.name}: {row.get_kind_display().lower()}{last}"


def _beside(row, found):
    """The days of the other valid accreditations of a centre for the scope of one."""
    return queries.valid_days_of(
        other for other in found.shown_accreditations if other.scope_id == row.scope_id and other.pk != row.pk
    )


def _open_moves(row):
    """The addresses of the steps that are open: deciding, suspending, withdrawing."""
    steps = [("Decide", "decide", _can_decide(row))]
    steps += [(verb, how, can_move(row, ACCREDITATION_MOVES, how)) for how, (verb, _) in ENDINGS.items()]
    return [(label, reverse(f"scheme:{name}", args=[row.pk])) for label, name, is_open in steps if is_open]


def _apply_step(found):
    reason = "An employer is not accredited; its centres are." if found.kind == Kind.EMPLOYER else ""
    return NextStep("Enter an application", reverse("scheme:apply", args=[found.pk]), reason)


@guarded(OFFICE, methods="GET POST", effect="enters a centre's application for accreditation", asks=(ApplyForm,))
def apply(request, pk):
    """A centre asks to be accredited for a scope; the office enters it for them (C3)."""
    found = get_object_or_404(organisations.centres(), pk=pk)
    form, common = ApplyForm(data_of(request)), {"by": request.user, "now": request.now, "organisation": found}
    applied = made(form, lambda: actions.apply_for_accreditation(**common, **form.cleaned_data))
    if applied is not None:
        messages.success(request, f"The application for {applied.scope} is entered and waits for a decision.")
        return redirect("scheme:centre", pk)
    back = reverse("scheme:centre", args=[pk])
    return ask_page(request, form, title="Enter an application", kicker=found, back_url=back)


def _can_decide(row):
    granted = can_move(row, ACCREDITATION_MOVES, "accredit")
    return granted or can_move(row, ACCREDITATION_MOVES, "accredit_with_conditions")


@guarded(
    OFFICE,
    methods="GET POST",
    effect="decides an accreditation; the Training Co-ordinators are mailed",
    asks=(DecideForm,),
)
def decide(request, pk):
    """Accredit, with conditions or without, or decline (C1); the mails stand on the page first."""
    row, today = get_object_or_404(queries.accreditations_for_office(), pk=pk), today_of(request)
    conditions = list(queries.conditions_of(row))
    form = DecideForm(data_of(request), accreditation=row, conditions=conditions, today=today)
    require_for(form, both(access.can_decide_accreditation(request.user, row, today), _can_decide(row)))
    _require_as_shown(form, row)
    if tried(form, lambda: _decided(request, pk, form)):
        messages.success(request, f"{row.scope}: {'its days are put right' if form.days() else 'it is decided'}.")
        return redirect("scheme:accreditation", pk)
    title = f"Decide the accreditation for {row.scope}"
    lede = f"At present: {row.get_state_display()}. Trainees already enrolled keep training whatever is decided."
    told = organisations.coordinators_of(row.organisation, today)
    context = {"form": form, "centre": row.organisation, "title": title, "lede": lede, "told": told}
    context |= {"conditions": conditions, "accreditation": row}
    context["mails"] = _decided_mails(row, told[:1], form)
    return render(request, "scheme/decide.html", context, status=status_of(form))


def _decided(request, pk, form):
    """Decide it, or put its days right (C1)."""
    common, days = {"by": request.user, "now": request.now, "accreditation_id": pk}, form.days()
    if days is not None:
        return actions.correct_accreditation_days(**common, **days)
    return actions.decide_accreditation(**common, **form.values())


def _require_as_shown(form, row):
    """Raise TooLate when a form is sent that was made while the accreditation stood otherwise; all that was typed is
    shown (quality rule 2)."""
    seen = form.data.get("seen", "")
    if seen and seen != queries.accreditation_version(row):
        raise in_words_of(form, TooLate(f"{actions.DECIDED_MEANWHILE} It is: {row.get_state_display()}."))


def _decided_mails(row, told, form):
    """The mail of each decision that is open, by the words of the decision."""
    days = {"starts_on": form.initial["starts_on"], "ends_on": form.initial["ends_on"]}
    days["draft_from"] = queries.draft_can_be_sent_from(row, form.initial["ends_on"], form.today)
    becomes = {
        ACCREDIT: (AccreditationState.ACCREDITED, ""),
        CONDITIONS: (AccreditationState.CONDITIONS, ""),
        DAYS: (AccreditationState.ACCREDITED, f"{actions.DAYS_PUT_RIGHT} (those you give). {YOUR_WORDS}"),
        DECLINE: (AccreditationState.DECLINED, YOUR_WORDS),
    }
    return [
        (str(label).partition("\n")[0], _mail("scheme.accreditation_decided", row, person, *becomes[key], **days))
        for key, label in form.fields["decision"].choices
        for person in told
    ]


def _mail(kind, row, person, state, reason, **more):
    """A mail about an accreditation as it will be; words still to be typed are named."""
    what = {"organisation": row.organisation, "scope": row.scope, "state": state}
    draft_from = more.pop("draft_from", None)
    shown = Accreditation(**what, conditions="(the conditions you name below)", **more)
    return mail_preview(kind, person, accreditation=shown, reason=reason, draft_from=draft_from)


@guarded(
    OFFICE,
    methods="GET POST",
    effect="suspends an accreditation; the Training Co-ordinators are mailed",
    asks=(EndForm,),
)
def suspend(request, pk):
    """Suspend an accreditation (C1)."""
    return _end(request, pk, "suspend", AccreditationState.SUSPENDED)


@guarded(
    OFFICE,
    methods="GET POST",
    effect="withdraws an accreditation; the Training Co-ordinators are mailed",
    asks=(EndForm,),
)
def withdraw(request, pk):
    """Withdraw an accreditation for good (C1)."""
    return _end(request, pk, "withdraw", AccreditationState.WITHDRAWN)


def _end(request, pk, how, state):
    row = get_object_or_404(queries.accreditations_for_office(), pk=pk)
    may = access.can_decide_accreditation(request.user, row, today_of(request))
    form = EndForm(data_of(request), initial={"seen": queries.accreditation_version(row)})
    require_for(form, both(may, can_move(row, ACCREDITATION_MOVES, how)))
    _require_as_shown(form, row)
    verb, meaning = ENDINGS[how]
    told = organisations.coordinators_of(row.organisation, today_of(request))
    stopped = queries.stopped_by(row, state, today_of(request))
    confirm = Confirm(
        title=f"{verb} {row.scope}",
        kicker=row.organisation.name,
        action=f"{verb} it",
        cancel_url=reverse("scheme:centre", args=[row.organisation_id]),
        consequences=[
            Consequence(meaning),
            Consequence("Trainees already enrolled keep training, and their records stay."),
            *_stops(stopped),
            _who_is_mailed(told),
        ],
        mails=[
            *(_mail("scheme.accreditation_ended", row, person, state, YOUR_WORDS) for person in told),
            *(one.mail for one in stopped),
        ],
        form=form,
        danger=True,
    )

    def act():
        common = {"by": request.user, "now": request.now, "accreditation_id": pk}
        return actions.end_accreditation(**common, how=how, **form.cleaned_data)

    said = f"{row.scope} is {state.label.lower()}; the Training Co-ordinators are mailed." if told else ""
    return confirmed(request, confirm, act, "scheme:centre", row.organisation_id, said=said or f"{row.scope}: done.")


def _stops(stopped):
    """Who applies from the centre for the scope and is not decided yet (C1)."""
    names = ", ".join(one.name for one in stopped)
    words = "They apply and cannot be accepted while that stands; each is mailed:"
    return [Consequence(words, names)] if names else []


def _who_is_mailed(told):
    if not told:
        return Consequence("Nobody is mailed at the centre: it has no Training Co-ordinator. Tell the centre yourself.")
    return Consequence("A mail with your reason goes to", ", ".join(person.full_name for person in told))
