"""The Training Supervisor allocates trainers with what they may do, and ends their appointments (E3)."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from ctts.common.confirming import ask_page, confirmed
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.parts import Confirm, Consequence
from ctts.common.posted import data_of, today_of, tried
from ctts.common.verdict import require
from training import access, actions, queries
from training.forms.trainers import AllocateTrainerForm
from training.views._frame import record_or_404

LEDE = "They see this record from that day on. A trainer never signs a competency; you end the appointment."


@guarded(SIGNED_IN, methods="GET POST", effect="allocates a trainer to a trainee as Training Supervisor")
def trainer_add(request, pk):
    """Who, from which day, and what they may do."""
    record, today = record_or_404(request, pk), today_of(request)
    require(access.can_allocate(request.user, record, today))
    people = queries.trainers_to_choose(record, today)
    form = AllocateTrainerForm(data_of(request), people=people, today=today, initial={"starts_on": today})

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


@guarded(SIGNED_IN, methods="GET POST", effect="ends the appointment of a trainer as Training Supervisor")
def trainer_end(request, pk):
    """What ending does; then it is ended."""
    found = get_object_or_404(queries.trainers_visible_to(request.user, today_of(request)), pk=pk)
    require(access.can_end_trainer(request.user, found, today_of(request)))
    confirm = Confirm(
        title=f"End the appointment of {found.person}",
        action="End it",
        cancel_url=reverse("training:people", args=[found.record_id]),
        kicker=found.record.trainee.full_name,
        consequences=[
            Consequence("Today is the last day on which they see this record:", str(found.person)),
            Consequence(
                "What they wrote and assessed stays. DOPS they were asked for are declined or taken over by you."
            ),
        ],
    )

    def act():
        actions.end_trainer(by=request.user, now=request.now, appointment_id=pk)

    said = f"The appointment of {found.person} ends today."
    return confirmed(request, confirm, act, "training:people", found.record_id, said=said)
