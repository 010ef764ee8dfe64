"""Step 5: evidence, competencies returned and signed, reviews, DOPS, reflective pieces and a long case study."""

from __future__ import annotations

import re
from typing import Any

from tests.journeys.story import Story
from tests.journeys.visitor import Visitor, a_file

PIECES = 10
REFLECTED = "The second operator waited for my signal. I now say each step aloud before I begin it. "


def record_of(story: Story) -> str:
    """The address of the record, as the trainee's own page leads to it."""
    if not story.record:
        zofia = story.zofia.open("/training/mine/")
        tabs = [re.match(r"/training/\d+/", a.get("href") or "") for a in zofia.page.iter("a")]
        story.record = next(found.group() for found in tabs if found)
    return story.record


def options(visitor: Visitor, prefix: str = "") -> list[str]:
    """The values of the tick boxes called `items`, whose labels begin so, in the order of the page."""
    boxes = visitor.page.xpath("//input[@name='items']")
    return [box.get("value") for box in boxes]


def agree_plan(story: Story) -> None:
    """Trainee and supervisor sign the plan as it came from the application (T1)."""
    record = record_of(story)
    for who in (story.zofia, story.petra):
        who.open(f"{record}plan/").press("Sign this version")
    story.zofia.open(f"{record}plan/").sees("Petra Holt")


def collect_evidence(story: Story) -> None:
    """A PDF, a picture with its place stripped, an office file, a text and a link; mapped, declared, shared."""
    zofia, record = story.zofia, record_of(story)
    zofia.open(f"{record}evidence/new/file/")
    every = options(zofia)
    for name, items in (
        ("training-plan.pdf", every[:4]),
        ("certificate-photo.jpg", every[4:8]),
        ("uptake-chart.png", every[8:]),
        ("reflective-piece.docx", every[:1]),
    ):
        zofia.open(f"{record}evidence/new/file/")
        zofia.press("Keep this file", upload=a_file(name), items=items, declared="on")
    text = {"title": "What I saw at the camera", "text": "We checked uniformity before the first injection."}
    zofia.open(f"{record}evidence/new/text/").press("Keep this text", **text, items=every, declared="on")
    link = {"title": "Local rules", "url": "https://leeds.example/rules"}
    zofia.open(f"{record}evidence/new/link/").press("Keep this link", **link, items=every[:2], declared="on")
    story.settle()
    zofia.open(f"{record}evidence/").sees("training plan", "What I saw at the camera", "Shared")


def answer_the_scan(story: Story) -> None:
    """A text that looks like an NHS number is held for her answer, and shared with it (T3)."""
    zofia, record = story.zofia, record_of(story)
    zofia.open(f"{record}evidence/new/text/")
    text = {"title": "Serial numbers", "text": "The phantom carries the number 943 476 5919 on its lid."}
    zofia.press("Keep this text", **text, items=options(zofia)[:1], declared="on")
    zofia.sees("may identify a patient")
    zofia.press("Send this answer", answer="It is the serial number of a phantom.")
    zofia.sees("Shared")


def competency_urls(story: Story) -> list[str]:
    """The pages of all competencies, in the order of the matrix."""
    zofia = story.zofia.open(f"{record_of(story)}competencies/")
    found = [a.get("href") for a in zofia.page.iter("a") if "/training/competencies/" in (a.get("href") or "")]
    return list(dict.fromkeys(found))


def submit(zofia: Visitor, url: str) -> None:
    """She submits one competency."""
    zofia.open(url)
    if any("Begin it now" in (button.text_content() or "") for button in zofia.page.iter("button")):
        zofia.press("Begin it now")
    zofia.open(url).follow("Submit").press("Submit for signature", note="The file first, please.")


def return_and_sign_one(story: Story) -> None:
    """The first competency is returned with feedback, submitted again, and signed on its own page."""
    zofia, petra, first = story.zofia, story.petra, competency_urls(story)[0]
    submit(zofia, first)
    petra.open("/").sees("Sign 1 competency")
    petra.open(first).follow("Return").press("Return it", reason="Name the phantom and the date.")
    zofia.open("/").sees("Returned with feedback")
    zofia.open(first).sees("Name the phantom and the date.")
    submit(zofia, first)
    petra.open(f"{first}sign/")
    _open_all(petra)
    petra.press("Sign", comment="Well done.")
    zofia.open(first).sees("Petra Holt", "Well done.")


def _open_all(signer: Visitor, inside: str = "") -> None:
    """Open every piece of evidence on the page that was not opened yet."""
    place = signer.page.get_element_by_id(inside) if inside else signer.page
    actions = [b.get("formaction") for b in place.iter("button") if b.get("formaction")]
    page = signer.url
    for action in dict.fromkeys(actions):
        signer.open_piece(action)
    signer.open(page)


def sign_several(story: Story, urls: list[str]) -> None:
    """The others are signed in one press, each with a signature of its own; an unopened row is held back."""
    petra, record = story.petra, record_of(story)
    with story.again():
        for url in urls:
            submit(story.zofia, url)
    petra.open(f"{record}sign/").sees("Held: ")
    _open_all(petra)
    rows = [box.get("value") for box in petra.page.xpath("//input[@name='rows']") if box.get("disabled") is None]
    assert len(rows) == len(urls)
    petra.press("Sign", rows=rows).sees(f"{len(urls)} ")


def hold_review(story: Story, held_on: str, period: tuple[str, str]) -> None:
    """A Supervisor Review: written and signed by the supervisor, acknowledged by the trainee, submitted (T4)."""
    zofia, petra, record = story.zofia, story.petra, record_of(story)
    petra.open(f"{record}reviews/new/")
    words = {"attendees": "Zofia, Petra", "progress": "Two rotations are done.", "patient_safety_concern": "no"}
    days = {"held_on": held_on, "period_starts_on": period[0], "period_ends_on": period[1]}
    petra.press("Save the review", mode="in_person", **words, **days)
    review = petra.url
    petra.open(f"{review}sign/").press("Sign this review")
    zofia.open("/").sees("review")
    zofia.open(f"{review}acknowledge/").press("Acknowledge", comment="I agree.")
    petra.open(review).follow("Submit to the office").press("Submit").sees("Submitted")


def one_month(story: Story, month: int) -> None:
    """Towards its end a Supervisor Review is held and a DOPS is done."""
    story.on(2026, month, 28)
    hold_review(story, f"2026-{month:02}-27", (f"2026-{month:02}-01", f"2026-{month:02}-27"))
    do_dops(story)


def assess(assessor: Visitor, dops: str, *, score: int = 3, day: str = "") -> None:
    """The five short steps of a DOPS, on a telephone (T5)."""
    assessor.open(f"{dops}step/1/")
    item = assessor.page.xpath("//select[@name='item']/option[@value!='']")[0].get("value")
    given: dict[str, Any] = {"procedure": "Uniformity of the gamma camera", "item": item, "place": "Room 3"}
    assessor.press("Save and go on", **given, **({"observed_on": day} if day else {}))
    for _ in range(2):
        names = {one.get("name") for one in assessor.page.xpath("//input[@type='radio']")}
        assessor.press("Save and go on", **dict.fromkeys(names, str(score)))
    assessor.press("Save and go on", overall="competent", done_well="Calm and safe.", agreed_action="Teach it.")
    assessor.press("Sign this DOPS", post="Principal technologist")


def do_dops(story: Story, *, by: Visitor | None = None, score: int = 3) -> None:
    """The supervisor starts a DOPS and assesses; the trainee acknowledges; it stands in the log."""
    assessor, record = by or story.petra, record_of(story)
    assessor.open(f"{record}dops/").press("Start a DOPS")
    dops = assessor.url.split("step/")[0]
    assess(assessor, dops, score=score)
    story.zofia.open(dops).follow("Acknowledge").press("Acknowledge", comment="Thank you.").sees("Complete")


def colleague_assesses(story: Story) -> None:
    """The trainee asks a colleague; the supervisor approves the person; then it counts like any other (T5)."""
    zofia, petra, trina, record = story.zofia, story.petra, story.trina, record_of(story)
    zofia.open(f"{record}dops/ask/")
    given = {"assessor": story.cast.trina.pk, "procedure": "Dose calibrator constancy", "place": "Hot lab"}
    zofia.press("Ask for this DOPS", **given)
    dops = zofia.url
    petra.open(dops).follow("Approve this assessor").press("Approve this person")
    trina.open("/").sees("Zofia Łukasiewicz")
    assess(trina, dops)
    zofia.open(dops).follow("Acknowledge").press("Acknowledge").sees("Complete")


def reflect(story: Story) -> None:
    """Ten reflective pieces, submitted; the supervisor comments on one (T6)."""
    first = write_piece(story, 1)
    with story.again():
        for number in range(2, PIECES + 1):
            write_piece(story, number)
    story.petra.open(first).press("Send this comment", text="What would you do differently?")


def write_piece(story: Story, number: int) -> str:
    """One reflective piece, written and submitted; its address."""
    zofia = story.zofia.open(f"{record_of(story)}writing/").follow("Write a reflective piece")
    zofia.press("Begin to write", model="what", title=f"Day {number}")
    zofia.press("Save", **dict.fromkeys(_parts(zofia), REFLECTED * 3))
    return zofia.follow("Submit").press("Submit it", declared="on").url


def _parts(visitor: Visitor) -> list[str]:
    return [one.get("name") for one in visitor.page.xpath("//textarea[starts-with(@name, 'part_')]")]


def write_case_study(story: Story) -> None:
    """A long case study of more than 1500 words, in sections, in progress and then submitted (T6, Y5)."""
    zofia, record = story.zofia, record_of(story)
    zofia.open(f"{record}writing/").follow("Begin a case study")
    zofia.press("Begin to write", title="Commissioning a SPECT camera")
    texts = {f"sections_DASH_{number}_DASH_text": REFLECTED * 25 for number in range(5)}
    zofia.press("Save", **texts).open(f"{record}writing/").sees("Commissioning a SPECT camera")
