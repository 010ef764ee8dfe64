"""The enrolment of a cohort as its pages show it: what will happen, the mail, how far a run is."""

from dataclasses import replace

from django.urls import reverse

from applications.states import ApplicationState
from ctts.common.clock import london_date
from ctts.common.letters import mail_preview, public_address
from ctts.common.months import in_words
from ctts.common.parts import Confirm, Consequence
from ctts.common.run_pages import RunAddresses, RunWords, run_page, stopping
from ctts.common.runs import progress_of
from ctts.scheme import queries as scheme
from training import queries
from training.models import Appointment, TrainingRecord
from training.rules import expected_end

TO_COME = "(the address of the training record)"


def how_many(number):
    """ "1 applicant", "12 applicants"."""
    return f"{number} applicant{'' if number == 1 else 's'}"


def who(application, first_on):
    """Whom a run or a press enrols, as a line of what will happen."""
    words = f"{application.scope}, {application.centre}, training from {in_words(first_on)}:"
    return Consequence(words, str(application.applicant))


def noted(note, application):
    """What waits about order, accreditation or letter, which holds nobody up, as a line of what will happen (A3 f)."""
    return Consequence(f"Enrolled all the same ({note.rstrip('.')}):", str(application.applicant))


def what_follows(intake, number, now):
    """What enrolment does to each of so many of an intake."""
    each = "each of them" if number > 1 else "them"
    dates = ", with the dates to come as a calendar file" if queries.invited_to(intake, now).exists() else ""
    return [
        Consequence(f"A training record is opened for {each}, with the plan of the application and the milestones."),
        Consequence("Associate Membership begins with the first day of training."),
        Consequence("Training Supervisor and Training Co-ordinator are appointed, and told by mail."),
        Consequence(f"A welcome goes to {each}{dates}."),
    ]


ON_HOLD = (
    "A letter of acceptance is on hold. Send it first: else the welcome tells of the enrolment before any mail has "
    "told of the acceptance."
)


def looked_at_first(intake, today, held):
    """What to mind before somebody is enrolled: that nobody is invited to an Induction Day that is not entered (I3);
    where a letter of acceptance is on hold (`held`), that (A4)."""
    mind, ways = [], []
    if scheme.lacks_induction(intake, today):
        nobody = f"Nobody is invited to an Induction Day: none is entered for {intake}."
        mind.append(f"{nobody} Enter it first; it stands in the welcome and its calendar file then.")
        ways.append(("Enter the Induction Day", scheme.induction_entered_at(intake)))
    if held:
        mind.append(ON_HOLD)
        ways.append(("Letters on hold", reverse("applications:letters")))
    return {"mind": " ".join(mind), "ways": ways}


def what_enrolling_does(intake, rows, form, now):
    """The page before a cohort is enrolled: who, who not and why, what follows, the first of the mails."""
    ready = [row for row in rows if row.ready]
    blocked = [row for row in rows if row.blocker and row.record is None]
    title = f"Enrol {how_many(len(ready))}" if ready else "Enrol the cohort"
    return Confirm(
        title=title,
        action=title,
        kicker=str(intake),
        cancel_url=reverse("training:cohort", args=[intake.pk]),
        consequences=[
            *[who(row.application, row.first_on) for row in ready],
            *(what_follows(intake, len(ready), now) if ready else []),
            *[noted(row.note, row.application) for row in ready if row.note],
        ],
        apart=[Consequence(_why_not(row), str(row.application.applicant)) for row in blocked],
        apart_title="Who is not enrolled",
        **looked_at_first(intake, london_date(now), any(row.held for row in ready)),
        mails=[welcome(ready[0].application, now)] if ready else [],
        form=form,
        hold="" if ready else "Nobody of this intake can be enrolled now.",
    )


def _why_not(row):
    """In a few words why somebody is not enrolled: the state of the application, or what an accepted one waits for."""
    accepted = row.application.state == ApplicationState.ACCEPTED
    return row.blocker.rstrip(".") if accepted else f"“{row.application.get_state_display()}”"


def welcome(application, now):
    """The welcome as it will be mailed; only the address of the record is not known before there is one."""
    start_on = queries.training_starts(application)
    numbers = scheme.numbers_of(scheme.rules_on(start_on))
    record = TrainingRecord(
        pk=0,
        trainee=application.applicant,
        scope=application.scope,
        centre=application.centre,
        start_on=start_on,
        expected_end_on=expected_end(start_on, numbers=numbers),
        handbook=scheme.current_handbook(),
    )
    around = [Appointment(kind=kind, person=person) for kind, person in queries.people_appointed(application, now)]
    intake = queries.inducted_with(application.intake, start_on)
    events = list(queries.invited_to(intake, now, application.scope_id))
    given = {"record": record, "events": events, "appointments": around}
    mail = mail_preview("training.welcome", application.applicant, **given)
    return replace(mail, body=mail.body.replace(public_address(reverse("training:record", args=[0])), TO_COME))


def member(row):
    """A row of the file of Associate Members."""
    record = row.record
    whose = (record.pk, record.trainee.full_name, record.trainee.email)
    return (*whose, str(record.scope), str(record.centre), row.starts_on, row.ends_on)


# --- a run ---


def enrol_run_page(run, items):
    """A run that enrols a cohort, with its items as they are shown below it."""
    counts, pk = progress_of(items), run.pk
    words = RunWords(
        page="Enrolling the cohort",
        work=f"Enrolling {how_many(counts.total)}",
        done=f"{counts.done} of {counts.total} enrolled.",
        take_up="Take up again who was not enrolled",
        kicker=str(run.intake),
    )
    addresses = RunAddresses(
        progress=reverse("training:enrol_run_progress", args=[pk]),
        stop=reverse("training:cancel_enrol_run", args=[pk]),
        take_up=reverse("training:resume_enrol_run", args=[pk]),
        back=reverse("training:cohort", args=[run.intake_id]),
        back_label="The cohort",
    )
    return run_page(run, counts, words, addresses, "training/_enrol_run_rows.html")


def what_stopping_does(run, items):
    """The page before a run is stopped."""
    counts = progress_of(items)
    return stopping(
        reverse("training:enrol_run", args=[run.pk]),
        Consequence("Who is enrolled stays so:", how_many(counts.done)),
        Consequence("Left by this run, to be taken up again at any time:", how_many(counts.waiting)),
        Consequence("The system goes on to enrol by itself whoever is accepted, until the intake is finished."),
    )
