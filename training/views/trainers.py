"""The Training Supervisor allocates trainers with what they may do, changes that, and ends their appointments (E3)."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse

from ctts.common.confirming import ask_page, confirmed
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.parts import Confirm
from ctts.common.posted import data_of, today_of, tried
from ctts.common.verdict import require
from training import access, actions, queries
from training.forms.trainers import AllocateTrainerForm, ChangeRightsForm
from training.rules import last_first_day, rights_key
from training.views import _shown_trainers as shown
from training.views._frame import one_or_404, record_or_404

LEDE = "They see this record from that day on. A trainer never signs a competency; you end the appointment."
CHANGED = "It holds at once. What they might do before stays in the record. No mail goes."


def _trainer_or_404(request, pk):
    """The only way a view gets the appointment of a trainer."""
    return one_or_404(request, queries.trainers_visible_to(request.user, today_of(request)), pk)


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="allocates a trainer to a trainee as Training Supervisor",
    asks=(AllocateTrainerForm,),
)
def trainer_add(request, pk):
    """Who, from which day, and what they may do."""
    record, today = record_or_404(request, pk), today_of(request)
    require(access.can_allocate(request.user, record, today))
    offered = {"people": queries.trainers_to_choose(record, today), "open_dops": queries.dops_of_colleagues(record)}
    days = {"today": today, "last": last_first_day(today, record.expected_end_on)}
    form = AllocateTrainerForm(data_of(request), initial={"starts_on": today}, **offered, **days)

    def act():
        given = {"person": form.cleaned_data["person"], "starts_on": form.cleaned_data["starts_on"]}
        actions.allocate_trainer(by=request.user, now=request.now, record_id=pk, rights=form.rights(), **given)
        messages.success(request, f"{given['person']} is allocated, and has been told.")

    if tried(form, act):
        return redirect("training:people", pk)
    back_url = reverse("training:people", args=[pk])
    return ask_page(
        request, form, title="Allocate a trainer", kicker=record.trainee.full_name, back_url=back_url, lede=LEDE
    )


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="changes what a trainer may do as Training Supervisor",
    asks=(ChangeRightsForm,),
)
def trainer_rights(request, pk):
    """What a trainer may do from now on, in one step."""
    found = _trainer_or_404(request, pk)
    require(access.can_change_rights(request.user, found, today_of(request)))
    may = shown.may_do(found)
    theirs = {"person": found.person, "open_dops": queries.dops_of_colleagues(found.record, found.person)}
    form = ChangeRightsForm(data_of(request), initial={**may, "seen": rights_key(may)}, **theirs)

    def act():
        given = {"rights": form.rights(), "seen": form.cleaned_data["seen"]}
        actions.change_rights(by=request.user, now=request.now, appointment_id=pk, **given)
        messages.success(request, f"What {found.person} may do is changed.")

    if tried(form, act):
        return redirect("training:people", found.record_id)
    about = {"title": f"What {found.person} may do", "kicker": found.record.trainee.full_name}
    back_url = reverse("training:people", args=[found.record_id])
    return ask_page(request, form, back_url=back_url, lede=CHANGED, **about)


@guarded(SIGNED_IN, methods="GET POST", effect="ends the appointment of a trainer as Training Supervisor")
def trainer_end(request, pk):
    """What ending does, or calling off what has not begun; then it is done."""
    found, today = _trainer_or_404(request, pk), today_of(request)
    require(access.can_end_trainer(request.user, found, today))
    theirs = queries.dops_of_colleagues(found.record, found.person).get(found.person_id, [])
    title, action, consequences, said = shown.end_words(found, theirs, today)
    cancel_url = reverse("training:people", args=[found.record_id])
    kicker = found.record.trainee.full_name
    confirm = Confirm(title=title, action=action, cancel_url=cancel_url, kicker=kicker, consequences=consequences)

    def act():
        actions.end_trainer(by=request.user, now=request.now, appointment_id=pk)

    return confirmed(request, confirm, act, "training:people", found.record_id, said=said)
