"""Who applied when: five cohorts of trainees, and today's applicants in every state."""

from __future__ import annotations

from ctts.demo.world.applying import Newcomer

# Oldest first; with today's half-year they cover every stage of the two years. Twenty-four trainees.
COHORTS = [
    [
        Newcomer("tess", "Tess Appleby", "AIR", "NM"),
        Newcomer("theo", "Theo Brandt", "SEV", "ME"),
        Newcomer("tilda", "Tilda Łukasiewicz", "CLY", "RT"),
        Newcomer("tomas", "Tomás Ó Briain", "LAG", "RH"),
    ],
    [
        Newcomer("tara", "Tara Quinn", "AIR", "NM"),
        Newcomer("tobi", "Tobi Adeyemi", "SEV", "RE"),
        Newcomer("tegan", "Tegan Pugh", "TAF", "RP"),
        Newcomer("tyler", "Tyler Marsh", "TYN", "RH"),
        Newcomer("talia", "Talia Stone", "CLY", "NM"),
    ],
    [
        Newcomer("tom", "Tom Eriksen", "AIR", "RP"),
        Newcomer("trudy", "Trudy Lam", "SEV", "ME"),
        Newcomer("tanvi", "Tanvi Rao", "TYN", "NM"),
        Newcomer("terry", "Terry Boyle", "LAG", "ME"),
        Newcomer("thea", "Thea Vaughan", "TAF", "RT"),
    ],
    [
        Newcomer("tamsin", "Tamsin Lloyd", "AIR", "NM"),
        Newcomer("toby", "Toby Hassan", "SEV", "RE"),
        Newcomer("tonya", "Tonya Petrova", "CLY", "RT"),
        Newcomer("tate", "Tate Gallagher", "LAG", "RH"),
        Newcomer("tina", "Tina Castellanos", "TYN", "NM"),
    ],
    [
        Newcomer("tabitha", "Tabitha Nwosu", "AIR", "RP"),
        Newcomer("ted", "Ted Kowalczyk", "SEV", "ME"),
        Newcomer("tally", "Tally Fraser", "CLY", "NM"),
        Newcomer("tudor", "Tudor Prosser", "TAF", "RP"),
        Newcomer("tyra", "Tyra Benson", "TYN", "RH"),
    ],
]

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
