"""Step 7: Practical, Portfolio and Viva, each passed and released before the next is marked; then the board."""

from __future__ import annotations

import hashlib
import re
from io import BytesIO

import pikepdf
import pypdfium2

from tests.journeys import first_year
from tests.journeys.story import Story
from tests.journeys.training import competency_urls, do_dops, record_of, sign_several
from tests.journeys.visitor import Visitor, words
from tests.journeys.waiting import TRAINEE, has_to, waits

POINTS = {
    "portfolio": ("competencies", "scope", "level", "authenticity", "confidentiality"),
    "viva": ("knowledge", "application", "safety", "judgement", "communication"),
}


def part_of(story: Story, part: str) -> str:
    """The address of a part of the Final Assessment."""
    number = record_of(story).rstrip("/").rsplit("/", 1)[-1]
    return f"/assessments/{number}/{part}/"


def renew_declarations(story: Story) -> None:
    """A year later both moderators sign the confidentiality declaration again (E4)."""
    for moderator in (story.mia, story.max):
        with has_to(moderator, "Sign the confidentiality declaration"):
            moderator.open("/moderation/mine/declaration/").press("Sign the declaration")


# --- the Practical ---


def do_final_dops(story: Story) -> None:
    """The External Moderator observes the final DOPS in the second year (T11, F2)."""
    with has_to(story.mia, "Do the final DOPS", TRAINEE):
        do_dops(story, by=story.mia)


def seal_practical(story: Story) -> None:
    """Computed on the page, sealed by the External Moderator; the score is nobody else's before it is released (F2)."""
    mia, page = story.mia, part_of(story, "practical")
    mia.open(page).sees("The log: the plain mean of 7 DOPS", "75.0", "Passed")
    story.petra.open(page).does_not_see("The log: the plain mean", "Passed")
    with has_to(mia, "Seal the Practical", TRAINEE):
        mia.open(page).follow("Seal the Practical").press("Seal the Practical").sees("Sealed")
    release(story)
    story.zofia.open(page).sees("Pass", "75.0")


def release(story: Story) -> None:
    """One of the office confirms the outcome, another releases it; each has it waiting until then (F1)."""
    results = "/assessments/results/"
    for visitor, what, button in ((story.olive, "Confirm", "Confirm it"), (story.oscar, "Release", "Release it")):
        with has_to(visitor, what, TRAINEE):
            visitor.open(f"{results}?state={'agreed' if what == 'Confirm' else 'confirmed'}").follow(TRAINEE)
            visitor.follow(button).press(button)
    story.settle()


# --- the Portfolio ---


def appoint_supporting(story: Story) -> None:
    """The office appoints the Supporting Moderator from those who are clear (E4)."""
    with has_to(story.olive, "Appoint a Supporting Moderator", TRAINEE):
        first_year.appoint(story, "supporting", "max")


def sign_the_rest(story: Story) -> None:
    """Every competency is signed before the portfolio is sealed."""
    sign_several(story, competency_urls(story)[4:])


def compile_portfolio(story: Story) -> None:
    """The worker compiles it while she may leave the page; it is hers alone until she seals it (F3)."""
    zofia, page = story.zofia, part_of(story, "portfolio")
    with has_to(zofia, "Compile your portfolio"):
        zofia.open(page).press("Compile from my record").sees("Being compiled")
        story.settle()
    zofia.open(page).sees("Ready to seal", "Nothing keeps it from being sealed")
    file = file_on(zofia)
    for other in (story.mia, story.petra, story.olive):
        other.hears_no(file, 403)


def seal_portfolio(story: Story) -> None:
    """She seals it as her own work; the hash on the receipt is that of the file, and it never changes again (F3)."""
    zofia, page = story.zofia, part_of(story, "portfolio")
    with has_to(zofia, "Seal your portfolio"):
        zofia.open(page).follow("Seal the portfolio").press("Seal it", own_work="on").sees("Sealed")
    zofia.open(page)
    [digest] = [words(one) for one in zofia.page.find_class("hash")]
    content = zofia.open(file_on(zofia)).content
    assert hashlib.sha256(content).hexdigest() == digest
    check_portfolio(content, [url.rstrip("/").rsplit("/", 1)[-1] for url in competency_urls(story)])
    receipt = [mail for mail in story.mails_to(zofia.email) if "eceipt" in mail["Subject"]]
    assert digest in receipt[-1].get_body(("plain",)).get_content()


def file_on(reader: Visitor) -> str:
    """The address of the portfolio to which the page leads where somebody stands."""
    links = {a.get("href") or "" for a in reader.page.iter("a")}
    [found] = [link for link in links if re.fullmatch(r"/assessments/portfolio/\d+/file/", link)]
    return found


def check_portfolio(content: bytes, competencies: list[str]) -> None:
    """One PDF with contents, bookmarks, a number on each page, and every competency in its index (F3)."""
    drawn = pypdfium2.PdfDocument(content)
    texts = [" ".join(page.get_textpage().get_text_range().split()) for page in drawn]
    assert all(f"Page {place} of {len(texts)}" in text for place, text in enumerate(texts, 1))
    with pikepdf.open(BytesIO(content)) as pdf, pdf.open_outline() as outline:
        titles = [root.title for root in outline.root]
        codes = [entry.title.split()[0] for entry in outline.root[4].children]
    assert titles[:3] == ["Cover", "Contents", "Competency index"]
    assert len(codes) == len(competencies)
    index = next(text for text in texts if text.startswith("Competency index"))
    assert all(code in index for code in codes)


# --- marking ---


def mark(marker: Visitor, stage: str, answer: str) -> str:
    """From the list through the sheet to the signature; the address where both sheets will be read (F3, F4)."""
    with has_to(marker, f"Mark the {stage}", TRAINEE):
        marker.open("/assessments/marking/").follow(TRAINEE).press("Start marking")
        marker.press("Save and look it over", **filled(stage, answer, marker))
        return marker.press("Submit my marks").url


def filled(stage: str, answer: str, marker: Visitor) -> dict[str, str]:
    """A sheet with the same answer at each point."""
    name = "result" if stage == "portfolio" else "score"
    fields = {f"{point}_{name}": answer for point in POINTS[stage]}
    fields |= {f"{point}_words": f"{marker.name} on {point}." for point in POINTS[stage]}
    if stage == "portfolio":
        fields |= {f"{point}_pages": "4-5" for point in POINTS[stage]} | {"result": answer}
    return {**fields, "words": f"{marker.name} sums up."}


def mark_independently(story: Story, stage: str, answers: tuple[str, str]) -> None:
    """Both mark; neither reads the other's sheet before both are in, and nobody else does before the release (F3)."""
    mia, max_ = story.mia, story.max
    agree = answers[0] == answers[1]
    sheets = mark(mia, stage, answers[0])
    mia.open(sheets).sees("You will see both when both are in")
    max_.open(sheets).does_not_see("Mia Ferreira on", "Mia Ferreira sums up.")
    mark(max_, stage, answers[1])
    for marker in (mia, max_):
        marker.open(sheets).sees(
            "They agree" if agree else "They disagree", "Mia Ferreira sums up.", "Max Holloway sums up."
        )
    for other in (story.zofia, story.petra, story.olive):
        other.hears_no(sheets, 404)


def mark_portfolio(story: Story) -> None:
    """Both moderators pass it; she reads both sheets once the outcome is released, and who opened the file."""
    max_ = story.max.open(part_of(story, "portfolio"))
    max_.open(file_on(max_))
    mark_independently(story, "portfolio", ("pass", "pass"))
    release(story)
    zofia = story.zofia.open(part_of(story, "portfolio")).sees("Pass")
    zofia.follow("Read both markers").sees("Mia Ferreira sums up.", "Max Holloway sums up.")
    zofia.open(part_of(story, "portfolio")).follow("Who opened it").sees("Max Holloway")


# --- the Viva ---


def book_viva(story: Story, day: str) -> None:
    """The office books it; trainee and both moderators are told, with a calendar file (F4)."""
    olive = story.olive
    with has_to(olive, "Book the viva", TRAINEE):
        olive.open(part_of(story, "viva")).follow("Book the viva")
        joining = "https://meet.example/viva-17"
        olive.press("Book it", starts_on=day, starts_time="14:30", joining=joining, extra_minutes="15").sees("Booked")
    for person, what in ((story.zofia, "Attend your viva"), (story.mia, "Hold the viva"), (story.max, "Hold the viva")):
        assert len(waits(person, what)) == 1
        person.open(part_of(story, "viva")).sees("https://meet.example/viva-17")
        [mail] = [mail for mail in story.mails_to(person.email) if mail["Subject"].startswith("Viva booked")]
        assert [part.get_content_type() for part in mail.iter_attachments()] == ["text/calendar"]
    story.petra.open(part_of(story, "viva")).does_not_see("https://meet.example/viva-17")


def hold_viva(story: Story) -> None:
    """Both score it, and differ by 25 points; they agree a mark, which the office releases (F4, F5)."""
    mark_independently(story, "viva", ("3", "2"))
    max_, mia = story.max, story.mia
    with has_to(max_, "Agree a result", TRAINEE):
        max_.follow("Agree a result").follow("Propose a result")
        max_.press("Propose this result", percent="70", reasons="We went through each case again.")
    with has_to(mia, "Answer a proposed result", TRAINEE):
        mia.follow("Answer a proposed result").follow("Agree to what is proposed").press("Agree to this result")
    release(story)
    zofia = story.zofia.open(part_of(story, "viva")).sees("Outcome", "70.0 %")
    zofia.open(part_of(story, "final")).sees("Passed", "70.0 %")


# --- the board ---


def hold_board(story: Story, held_on: str) -> None:
    """Olive makes the list and proposes it, Oscar approves it; the trainee is told (F7)."""
    olive, oscar = story.olive, story.oscar
    olive.open("/moderation/boards/new/").press("Make the board", name="Board of spring 2028", held_on=held_on)
    olive.press("Put them on the list", records=[olive.value_of(TRAINEE)])
    board = olive.url
    with has_to(olive, "Propose the list", "Board of spring 2028"):
        olive.open(f"{board}propose/").press("Propose")
    assert waits(olive, "Approve the list") == []
    with has_to(oscar, "Approve the list", "Board of spring 2028"):
        oscar.open(f"{board}approve/").press("Approve")
    story.zofia.open("/training/mine/").sees("Completed")
