"""Names and sentences of the populated world: plainly invented, short, and the same for the same random numbers."""

from __future__ import annotations

from random import Random


def _each(names: str) -> list[str]:
    return names.split()


FIRST = _each(
    "Ada Aled Amara Anil Beatriz Bryn Callum Chidi Clara Dafydd Daria Dev Elena Ewan Farah Femi Gareth Grace Hana Hugo "
    "Ines Iwan Jaya Jonas Kira Kofi Lena Liam Mairi Mateo Nadia Niall Oona Owen Petra Priya Quentin Rhian Rosa Sanjay "
    "Seren Tariq Teresa Uma Viktor Wanda Xenia Yusuf Zara Zofia"
)
LAST = _each(
    "Abbot Adeyemi Alder Bakshi Barlow Bevan Carrick Castell Clough Cordero Dalgleish Danso Demir Eastwood Ekwueme "
    "Fairley Farooq Fenwick Gallego Garside Gethin Hallam Haruna Hessle Ibarra Inglis Jardine Jespersen Kaczmarek Kerr "
    "Khalid Lacey Lindholm Llewelyn Macrae Marsden Mehta Nairn Novak Oduya Ormsby Pardoe Petrov Quayle Rahimi Redfern "
    "Rossi Sandhu Selby Sorrell Tanaka Thorne Tran Ulrich Underhill Vasquez Vickers Wadham Whelan Wren Xavier Yardley "
    "Yilmaz Zielinski"
)
PLACES = _each(
    "Arden Bramley Calder Derwent Eskdale Farnley Garth Harewood Irwell Keld Lune Medway Nidd Orwell Pendle Ribble "
    "Severn Teesdale Ullswater Wharfe Yare"
)
KINDS = ("Infirmary", "General Hospital", "Royal Hospital", "University Hospital", "Cross Hospital")
TASKS = (
    "Receive and prepare equipment",
    "Carry out quality control",
    "Acquire and process measurements",
    "Keep radiation and electrical safety",
    "Maintain and repair devices",
    "Report and advise",
)
VERBS = (
    "Calibrate",
    "Check",
    "Commission",
    "Document",
    "Inspect",
    "Measure",
    "Optimise",
    "Prepare",
    "Report",
    "Verify",
)
THINGS = (
    "the dose calibrator",
    "a gamma camera's uniformity",
    "an infusion pump",
    "a patient monitor",
    "the linear accelerator's output",
    "a survey meter",
    "leakage currents",
    "an ultrasound probe",
    "a wheelchair's controls",
    "the image archive",
    "a ventilator",
    "shielding of a room",
    "a phantom's images",
    "the treatment planning data",
    "a defibrillator",
)
SENTENCES = (
    "I prepared the room, checked the instrument against its reference and noted the reading before anything else.",
    "The first result lay outside the tolerance, so I repeated the measurement and asked for the baseline of the year.",
    "I compared three methods in the literature and chose the one whose uncertainty we can show here.",
    "My supervisor watched the first run; the second and the third I did alone and wrote up myself.",
    "What surprised me was how much depends on the order of the steps, which the local procedure does not say.",
    "I entered the values in the log, explained the difference to the user and agreed a date for the next check.",
    "With hindsight I would have stopped earlier and looked at the cable first.",
    "The audit of the last six months showed the same drift twice, each time after the same kind of repair.",
    "I learned to tell the user what the result means for the next patient and not only what the number is.",
    "Next time I will plan the session with a colleague of the ward, because the room was needed in between.",
)
WORDS = (
    "Methodical and careful throughout.",
    "Explains each step and its reason without being asked.",
    "Kept to the procedure and noticed the one value that did not fit.",
    "Works quickly once the plan is clear.",
)
TO_IMPROVE = (
    "Write the result down before touching the next control.",
    "Say aloud which limit applies.",
    "Plan the session with the user of the room.",
)


def name_of(rng: Random) -> str:
    """A full name; some have two family names."""
    last = rng.choice(LAST)
    more = f"-{rng.choice(LAST)}" if rng.random() < 0.12 else ""
    return f"{rng.choice(FIRST)} {last}{more}"


def centre_name(rng: Random, number: str) -> str:
    """The name of a training centre; the number keeps names apart."""
    return f"{rng.choice(PLACES)} {rng.choice(KINDS)} {number}"


def paragraph(rng: Random, sentences: int) -> str:
    """So many sentences of somebody who trains."""
    return " ".join(rng.choices(SENTENCES, k=sentences))


def deed(rng: Random) -> str:
    """What was done, as a title."""
    return f"{rng.choice(VERBS)} {rng.choice(THINGS)}"
