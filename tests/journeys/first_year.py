"""Step 6: moderators join the pool, the External Moderator is appointed, the first-year gate closes and opens."""

from __future__ import annotations

from tests.journeys.story import Story
from tests.journeys.training import do_dops, record_of


def fill_the_pool(story: Story) -> None:
    """The office enters two moderators; each joins by signing the confidentiality declaration (E4)."""
    olive = story.olive
    for first in ("mia", "max"):
        person = getattr(story.cast, first)
        olive.open("/moderation/moderators/enter/")
        scope = olive.value_of("Nuclear Medicine")
        olive.press("Enter them into the pool", person=person.pk, scopes=[scope], capacity="4")
        moderator = getattr(story, first)
        moderator.open("/home/").sees("Sign the confidentiality declaration")
        moderator.open("/moderation/mine/declaration/").press("Sign the declaration")


def appoint(story: Story, kind: str, first: str) -> None:
    """The office picks somebody who is clear; Mona, who works at the trainee's centre, cannot be chosen (E4)."""
    olive, person = story.olive, getattr(story.cast, first)
    record = record_of(story).rstrip("/").rsplit("/", 1)[-1]
    pick = f"/moderation/records/{record}/appoint/{kind}/"
    olive.open(pick).sees(person.full_name)
    olive.open(f"{pick}{person.pk}/").press("Appoint them")
    getattr(story, first).open("/home/")


def meet(story: Story, held_on: str) -> None:
    """The first meeting, with the plan beside the notes (T11)."""
    mia, record = story.mia, record_of(story)
    mia.open("/home/").sees("Zofia Łukasiewicz")
    mia.open(f"{record}meetings/first/")
    mia.press("Save these notes", held_on=held_on, mode="online", notes="We went through the plan.", plan_reviewed="on")


def see_the_gate_closed(story: Story) -> None:
    """Each line says its number and why it is not met; nothing can be put forward (Y1 to Y6)."""
    petra = story.petra.open(assessments_of(story))
    petra.sees("External Moderator DOPS", "Supervisor Reviews submitted")


def assessments_of(story: Story) -> str:
    """The record's page of assessments."""
    number = record_of(story).rstrip("/").rsplit("/", 1)[-1]
    return f"/assessments/records/{number}/"


def put_forward(story: Story) -> None:
    """The moderator's DOPS is done, patient safety is confirmed; the gate is open and the attempt is put forward."""
    do_dops(story, by=story.mia)
    petra = story.petra
    petra.open("/home/").sees("Zofia Łukasiewicz")
    petra.open(f"{assessments_of(story)}safety/").press("Sign this confirmation")
    petra.open(f"{assessments_of(story)}put-forward/").press("Put it forward")


def decide(story: Story) -> None:
    """The External Moderator decides; one of the office confirms, another releases; until then nobody else knows."""
    mia = story.mia
    mia.open("/home/").follow("Decide").follow("Decide")
    mia.press("Sign this decision", result="pass", words="Solid evidence, and a calm practice.")
    story.zofia.open(assessments_of(story)).does_not_see("Solid evidence")
    release(story)
    story.zofia.open(assessments_of(story)).sees("Pass", "Solid evidence")


def release(story: Story) -> None:
    """One member of the office confirms the outcome that waits, another releases it (F1)."""
    for visitor, step, button in ((story.olive, "confirm", "Confirm"), (story.oscar, "release", "Release")):
        visitor.open("/assessments/results/").follow("Zofia Łukasiewicz")
        outcome = visitor.url
        visitor.open(f"{outcome}{step}/").press(button)
    story.settle()
