"""Who applied when: five cohorts of trainees, and today's applicants in every state."""

from __future__ import annotations

from ctts.demo.world.applying import Newcomer

# Oldest first; with today's half-year they cover every stage of the two years. Twenty-four trainees.
COHORTS = [
    [
        Newcomer("tess", "Tess Appleby", "AIR", "NM", "diploma"),
        Newcomer("theo", "Theo Brandt", "SEV", "ME", "diploma"),
        Newcomer("tilda", "Tilda Łukasiewicz", "CLY", "RT", "passed"),
        Newcomer("tomas", "Tomás Ó Briain", "LAG", "RH", "begun"),
    ],
    [
        Newcomer("tara", "Tara Quinn", "AIR", "NM", "marking"),
        Newcomer("tobi", "Tobi Adeyemi", "SEV", "RE", "differing"),
        Newcomer("tegan", "Tegan Pugh", "TAF", "RP", "sealed"),
        Newcomer("tyler", "Tyler Marsh", "TYN", "RH", "second_year"),
        Newcomer("talia", "Talia Stone", "CLY", "NM", "viva_booked"),
    ],
    [
        Newcomer("tom", "Tom Eriksen", "AIR", "RP", "confirmed"),
        Newcomer("trudy", "Trudy Lam", "SEV", "ME", "decided"),
        Newcomer("tanvi", "Tanvi Rao", "TYN", "NM", "begun"),
        Newcomer("terry", "Terry Boyle", "LAG", "ME", "put_forward"),
        Newcomer("tonya", "Tonya Petrova", "CLY", "RT", "training"),
    ],
    [
        Newcomer("tamsin", "Tamsin Lloyd", "AIR", "NM", "training", whole=True),
        Newcomer("toby", "Toby Hassan", "SEV", "RE", "training"),
        Newcomer("thea", "Thea Vaughan", "TAF", "RT", "gate_open"),
        Newcomer("tate", "Tate Gallagher", "LAG", "RH", "begun"),
        Newcomer("tina", "Tina Castellanos", "TYN", "NM", "training"),
    ],
    [
        Newcomer("tabitha", "Tabitha Nwosu", "AIR", "RP", "begun"),
        Newcomer("ted", "Ted Kowalczyk", "SEV", "ME", "begun"),
        Newcomer("tally", "Tally Fraser", "CLY", "NM", "enrolled"),
        Newcomer("tudor", "Tudor Prosser", "TAF", "RP", "begun"),
        Newcomer("tyra", "Tyra Benson", "TYN", "RH", "enrolled"),
    ],
]
CONCERNED = {"toby": "words", "tina": "safety"}
LEFT = {"tomas": 9}  # whose training ended without the diploma, and after how many months


def place_in_cohort(newcomer: Newcomer) -> int:
    """Where somebody stands in the list of their cohort, from 0 on: the same in every world, unlike the ids of rows,
    which several processes take from one sequence. Raises StopIteration for whoever is of no cohort."""
    return next(cohort.index(newcomer) for cohort in COHORTS if newcomer in cohort)


APPLICANTS = [
    Newcomer("ann", "Ann Archer", "AIR", "NM", "draft"),
    Newcomer("abe", "Abe Lawal", "SEV", "ME", "awaiting_supervisor"),
    Newcomer("amy", "Amy Sorensen", "CLY", "RT", "received"),
    Newcomer("ari", "Ari Goldman", "TAF", "RP", "in_review"),
    Newcomer("asha", "Asha Verma", "TYN", "NM", "information_requested"),
    Newcomer("alan", "Alan Pike", "LAG", "RH", "accepted"),
    Newcomer("ava", "Ava Mensah", "SEV", "RE", "declined"),
    Newcomer("axel", "Axel Brandon", "AIR", "RP", "deferred"),
    Newcomer("aled", "Aled Rhys", "TAF", "RT", "withdrawn"),
    Newcomer("agnes", "Agnes Fountain", "AIR", "NM", "started"),
]
