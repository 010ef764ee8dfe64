"""An intake as its people go through it: returned and corrected, asked, held, deferred, declined, late (A2–A6, I5)."""

from __future__ import annotations

import re
from datetime import timedelta

from applications import actions
from applications.models import Application
from ctts.accounts.actions import give_second_factor
from ctts.accounts.models import User
from ctts.common import clock
from ctts.common.clock import london_midnight
from tests.applications import world
from tests.cast import START
from tests.journeys.story import SECRET, Story
from tests.journeys.visitor import Visitor, a_file, words

ELEMENTS = dict.fromkeys(("listening", "reading", "writing", "speaking"), "6.5")
DEGREE = {
    "kind": "higher_education",
    "title": "BSc",
    "subject": "Medical Physics",
    "institution": "University of Ghana",
    "complete": "yes",
    "framework": "overseas",
    "framework_level": "6",
}


def supervisor(story: Story, first: str) -> Visitor:
    """A Training Supervisor at their browser, signed in with the second factor that their role needs."""
    person = User.objects.get(pk=getattr(story.cast, first).pk)
    give_second_factor(person=person, secret=SECRET, by=None, now=START)
    story.visitors[first] = story.sits(person.full_name, person.email).sign_in(SECRET)
    return story.visitors[first]


def prove_english(ann: Visitor, form: str) -> None:
    """IELTS in half bands only: what cannot be is told at its field, and nothing else of the form is lost."""
    given = {"first_language_english": "no", "test": "ielts", "taken_on": "10.1.2026", **ELEMENTS}
    certificate = a_file("certificate-photo.jpg")
    ann.open(f"{form}english/").press("Save and go on", wrong=True, **given, overall="6.75", certificate=certificate)
    ann.does_not_see("never saved")  # the file that has arrived is no text that this browser kept
    for score in ("10", "7,0"):
        ann.press("Save and go on", wrong=True, overall=score)
    ann.sees("Write it with a point: 7.0.").press("Save and go on", overall="7.0")


def apply_from_overseas(story: Story) -> str:
    """Ann's degree is from Ghana, compared by UK ENIC; everything else of her form is there. The form's address."""
    application = world.filled(story.cast, "leeds", clock.now())
    form = f"/applications/{application.pk}/form/"
    prove_english(story.ann, form)
    files = {"certificate": a_file("degree-certificate.pdf"), "enic": a_file("training-plan.pdf")}
    story.ann.open(f"{form}qualifications/add/").press("Save the qualification", **DEGREE, **files)
    story.settle()
    return form


def hand_over(story: Story, form: str) -> None:
    """She hands it to her supervisor."""
    story.ann.open(form).follow("Hand it to your supervisor").press("Hand it").sees("Sam Patel")


def return_and_correct(story: Story, form: str) -> None:
    """Sam returns it with a reason; she corrects that part; he sees what was changed, and confirms."""
    sam = supervisor(story, "sam")
    sam.open("/applications/to-support/").follow("Ann Archer").follow("Return")
    sam.press("Return to the applicant", reason="Write the post as the contract has it.")
    story.ann.open(form).sees("Write the post as the contract has it.")
    story.ann.open(f"{form}employment/").press("Save and go on", job_title="Clinical Technologist, Band 4")
    hand_over(story, form)
    sam.open("/applications/to-support/").follow("Ann Archer").sees("Clinical Technologist, Band 4")
    sam.press("Confirm and sign", level_six="The project reaches level 6.", agreed="on")


def reject_and_ask(story: Story) -> str:
    """Olive rejects the UK ENIC statement and asks: the reason stands ready as a point. The review's address."""
    olive = story.olive
    review = olive.open("/applications/desk/").follow("Ann Archer").press("Claim it").url
    enic = next(one for one in olive.fold("file-enic-"))
    olive.press("Reject it", inside=enic, reason="This is the training plan.")
    olive.follow("Ask the applicant").sees("stands below as a point").press("Ask the applicant")
    return review


def answer(story: Story, form: str) -> None:
    """Ann reads which file was rejected and why, puts another into its place and answers."""
    application = Application.objects.get(applicant=story.cast.ann)
    row = application.qualifications.get(overseas=True)
    story.ann.open("/application/").follow("Open my application").sees("This is the training plan.", "Rejected")
    story.ann.open(f"{form}qualifications/{row.pk}/")
    story.ann.press("Save the qualification", enic=a_file("degree-certificate.pdf"))
    point = application.information_requests.get().points.get()
    story.ann.open(f"/applications/{application.pk}/answer/")
    story.ann.press("Send the answers", **{f"point_{point.number}": "It is the right file now."})
    story.settle()


def accept_on_hold(story: Story, review: str) -> None:
    """Olive accepts the new version, sets her findings and accepts; the letter waits, is changed and sent."""
    olive = story.olive
    enic = next(one for one in olive.open(review).fold("file-enic-"))
    olive.sees("Version 2").press("Accept it", inside=enic)
    for rule in ("A3c", "A3e", "A3h"):
        olive.open(review).press("Save the finding", inside=rule, outcome="met", remark="Read and judged.")
    olive.open(review).follow("Accept").press("Accept", words="Welcome, Anne.", hold="on").sees("On hold")
    story.settle()
    story.ann.open(review.replace("review/", "")).sees("Accepted").does_not_see("Decision on your application")
    olive.open("/applications/desk/letters/").follow("Change").press("Change the letter", words="Welcome, Ann.")
    story.settle()
    olive.open("/applications/desk/letters/").follow("Send").press("Send it")
    story.settle()
    story.ann.open(review.replace("review/", "")).sees("Decision on your application")


def defer_and_decline(story: Story) -> None:
    """Abe's application is deferred to October; taken up again there it is declined, and he reads why."""
    application = world.received(story.cast, "bristol", clock.now())
    olive = story.olive
    review = olive.open("/applications/desk/").follow("Abe Lawal").press("Claim it").url
    olive.follow("Defer").press("Defer", reasons="The post begins in autumn.")
    story.settle()
    status = f"/applications/{application.pk}/"
    story.abe.open(status).sees("Deferred", "The post begins in autumn.")
    olive.open(review).follow("Back into review").press("Take it back")
    olive.open(review).follow("Decline").press("Decline", reasons="The post was not filled.")
    story.settle()
    story.abe.open(status).sees("Declined", "The post was not filled.", "Decision on your application")


def come_late(story: Story) -> None:
    """Tom's draft has rolled over; with a code for his address it joins the closed intake after all."""
    tom = actions.start_application(by=story.cast.tom, now=clock.now())
    cutoff = story.intake.cutoff_on
    story.move(london_midnight(cutoff + timedelta(days=2)) + timedelta(hours=9))
    olive = story.olive.open("/applications/desk/late/give/")
    until = cutoff + timedelta(days=10)
    given = {"name": "Tom Eriksen", "email": story.cast.tom.email, "reason": "The order came a day late."}
    olive.press("Give a code", **given, intake=story.intake.pk, until_on=until.isoformat())
    code = _code_on(olive)
    story.tom.open(f"/applications/{tom.pk}/form/").sees("October 2026")
    story.tom.open(f"/applications/{tom.pk}/late/").press(
        "Use the code", wrong=True, **{"secret-code": "ABCD-EFGH-JKLM"}
    )
    story.tom.press("Use the code", **{"secret-code": code}).sees("April 2026")


def _code_on(olive: Visitor) -> str:
    """The code, which is shown once."""
    found = re.search(r"The code for Tom Eriksen is (\S+)\.", words(olive.page))
    assert found is not None
    return found[1]
