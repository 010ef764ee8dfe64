"""Five hundred made-up texts as trainees write them: half name an invented patient, half only look as if they might.

Forms that the scan is known to miss stand among them on purpose, so that its recall is a measure and no boast.
"""

from __future__ import annotations

import random
from collections.abc import Callable

SENTENCES = (
    "The gamma camera was set up for a bone scan and the daily uniformity check had passed.",
    "I drew up 600 MBq under supervision and recorded the activity, the time and the batch 240611-B.",
    "The infusion pump alarmed twice on the ward; the occlusion pressure was 52 kPa at 1200 mL/h.",
    "We positioned the patient supine with a knee support and explained every step.",
    "What I would do differently is to check the request form before the patient is called.",
    "The treatment couch moved 3 mm during the test, within the tolerance of IPEM Report 81.",
    "My supervisor asked about the half-life, and I worked it out as 6.01 hours.",
    "The wheelchair was measured again because the seat depth of 43 cm was too long.",
    "Consent was taken by the radiographer, and the patient asked two questions about the injection.",
    "The electrical safety test followed the local protocol QP-12 and took forty minutes.",
)
FIRST = ("John", "Mary", "Ahmed", "Zofia", "Siân", "Priya", "Oluwaseun", "Grace", "Liam", "Mei")
LAST = ("Smith", "O’Neill", "Khan", "Kowalska", "Evans", "Patel", "Adeyemi", "Brown", "Murphy", "Chen")
STREETS = ("High Street", "Mill Lane", "Park Road", "The Crescent", "Station Road")
TOWNS = ("Leeds LS1 3EX", "Bristol BS2 8HW", "Cardiff CF14 4XW", "Glasgow G4 0SF", "York YO31 8HE")
MONTHS = ("January", "March", "Jun", "Sept", "November")
WARDS = ("Ward 12", "Clinic 3", "Room 104", "Bay 6", "Level 2")
Chance = random.Random
Part = Callable[[Chance], str]


def nhs_number(chance: Chance) -> str:
    """Ten digits that pass the check, 4… to 7… as they are given out; plain or 3-3-4."""
    while True:
        nine = f"{chance.randrange(400_000_000, 799_999_999)}"
        check = 11 - sum((10 - place) * int(digit) for place, digit in enumerate(nine)) % 11
        if check != 10:
            whole, form = f"{nine}{check % 11}", chance.choice(("{0}{1}{2}", "{0} {1} {2}", "{0}-{1}-{2}"))
            return form.format(whole[:3], whole[3:6], whole[6:])


def name(chance: Chance) -> str:
    """An invented name."""
    return f"{chance.choice(FIRST)} {chance.choice(LAST)}"


def birth(chance: Chance) -> str:
    """A day of birth in one of the ways people write it."""
    day, year = chance.randrange(1, 29), chance.randrange(1931, 2012)
    return chance.choice((f"{day:02}/05/{year}", f"{day}.5.{year % 100:02}", f"{day} {chance.choice(MONTHS)} {year}"))


NAMING: tuple[Part, ...] = (
    lambda c: f"NHS number {nhs_number(c)}.",
    lambda c: f"The request ({nhs_number(c)}) was checked.",
    lambda c: f"NHS No: {nhs_number(c)}, seen at nine.",
    lambda c: f"DOB {birth(c)}.",
    lambda c: f"The date of birth, {birth(c)}, was confirmed with the patient.",
    lambda c: f"She was born on {birth(c)} and lives alone.",
    lambda c: f"MRN {c.randrange(1_000_000, 9_999_999)} was on the wristband.",
    lambda c: f"The hospital number is RWM{c.randrange(100_000, 999_999)}.",
    lambda c: f"Patient ID: {c.choice('KTX')}{c.randrange(10_000, 99_999)}.",
    lambda c: f"The patient {name(c)} was anxious.",
    lambda c: f"The patient, Mr {c.choice(LAST)}, had not fasted.",
    lambda c: f"Mrs {c.choice(LAST)}, a patient from the ward, needed a hoist.",
    lambda c: f"Patient name: {name(c)}.",
    lambda c: f"We visited {c.randrange(1, 99)} {c.choice(STREETS)}, {c.choice(TOWNS)} for the wheelchair.",
    lambda c: f"Address: Flat 2, {c.randrange(1, 99)} {c.choice(STREETS)}\n{c.choice(TOWNS)}.",
    # What it is known to miss: a name without the word beside it, a bare date, a name in small letters.
    lambda c: f"I then called {name(c)} from the waiting room.",
    lambda c: f"the patient {name(c).lower()} was called.",
)
KNOWN_MISSES = 2  # of these forms, at their end
HARMLESS: tuple[Part, ...] = (
    lambda c: f"The serial number of the pump was {c.randrange(10**11, 10**12)}.",
    lambda c: f"Telephone the workshop on 0113 496 {c.randrange(1000, 9999)}.",
    lambda c: f"We checked it on {c.randrange(1, 29)}/05/2026 and again a week later.",
    lambda c: f"{name(c)}, my supervisor, watched the whole procedure.",
    lambda c: "The Patient Safety Incident Response Framework was explained to me.",
    lambda c: f"Great George Street, {c.choice(TOWNS)} is where the course was held.",
    lambda c: f"{c.choice(WARDS)}, {c.choice(TOWNS)}: the scanner stands there.",
    lambda c: f"Patient {c.choice('ABC')} was scanned before patient {c.choice('DEF')}.",
    lambda c: f"The count rate was {c.randrange(1_000, 99_999)} per second with patient and couch in place.",
    lambda c: f"Asset {c.randrange(10_000, 99_999)}, version {c.randrange(1, 9)}.{c.randrange(10)}, Siemens Symbia.",
    lambda c: f"{c.choice(WARDS)}: twelve patients were booked and {c.randrange(2, 11)} came.",
    lambda c: f"The phantom weighs {c.randrange(4, 20)}.{c.randrange(10)} kg and is called QA-{c.randrange(100, 999)}.",
    # What it is known to ask about for nothing: one in eleven ten-digit numbers, and a name with a patient's something.
    lambda c: f"Order {c.randrange(10**9, 10**10)} arrived on Monday.",
    lambda c: f"{name(c)} is the patient liaison officer.",
)


def texts(seed: int, many: int) -> list[tuple[str, bool]]:
    """So many texts, every other one with an invented identifier in the middle; whether it has one."""
    chance = random.Random(seed)  # noqa: S311 — a repeatable draw, nothing secret
    made = []
    for number in range(many):
        parts = NAMING if number % 2 else HARMLESS
        told = parts[number // 2 % len(parts)](chance)
        made.append((" ".join([*chance.sample(SENTENCES, 2), told, *chance.sample(SENTENCES, 2)]), bool(number % 2)))
    return made
