"""What may never be, whatever the table says: read by a person who knows the scheme, checked apart from the table."""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatch

from tests.architecture.checks.addresses import Address

from .matrix import ANONYMOUS, People, Question, World, people, word_for
from .personas import BRISTOL, EVERYBODY, LEEDS, OFFICE
from .table_moderation import GUARDS as MODERATION_GUARDS

BY_LINK = "public: the link in the mail is the proof"
MODERATORS = MODERATION_GUARDS["role: moderator"]


@dataclass(frozen=True)
class Never:
    """`who` never gets in at addresses whose name matches `where`, or whose guard does when it begins with "guard:".

    `place` narrows it to one centre's things. What a guard says does not hang on the thing: it is asked about one.
    """

    who: People
    where: str
    why: str
    place: str = ""

    def covers(self, address: Address) -> bool:
        """Whether this address is meant; a page that is everybody's by its link never is."""
        if address.view.guard == BY_LINK:
            return False
        if self.where.startswith("guard:"):
            return fnmatch(address.view.guard, self.where.removeprefix("guard:"))
        return fnmatch(address.name, self.where)


def broken(never: Never, every: Iterable[Address], world: World) -> list[str]:
    """Where somebody gets in who never may. An entry that covers no address is stale, and told as such."""
    covered = [address for address in every if never.covers(address)]
    if not covered:
        return [f"{never.where}: no address is meant any more; take the entry out"]
    found = []
    for address in covered:
        for place in _places(never, address, world):
            asked = _asked(never, address, place)
            found += [str(question) for question in asked if word_for(question, world) == "in"]
    return found


def _places(never: Never, address: Address, world: World) -> tuple[str, ...]:
    places = world.places_of(address)
    if never.where.startswith("guard:"):
        return places[:1]
    return tuple(place for place in places if never.place in ("", place))


def _asked(never: Never, address: Address, place: str) -> list[Question]:
    return [
        Question(address, persona, method, place) for persona in sorted(never.who) for method in address.view.methods
    ]


def about_applications(place: str, *, applicant: str, supervisor: str, strangers: People) -> list[Never]:
    """What may never be with the application of a place."""
    others = EVERYBODY - {applicant} | {ANONYMOUS}
    fills_in = [f"applications:{name}" for name in FILLS_IN]
    return [
        Never(
            strangers | BYSTANDERS,
            "applications:*",
            "nobody of another centre, no trainer, moderator or other applicant sees an application (A4)",
            place,
        ),
        Never(
            others - {"ada"},
            "applications:adjustment",
            "only the applicant and the named readers open the reason of an adjustment (A5)",
            place,
        ),
        *(
            Never(others - {"ada"} | {applicant}, f"applications:{name}", "only a named reader decides (A5)", place)
            for name in ("ask_about_adjustment", "agree_adjustment", "decline_adjustment", "continue_adjustment")
        ),
        *(
            Never(others, f"applications:{name}", "only the person answers, or withdraws (E6)", place)
            for name in ("answer_about_adjustment", "withdraw_adjustment")
        ),
        *(Never(others, name, "only the applicant fills in an application (A1)", place) for name in fills_in),
        *(
            Never(
                others - {supervisor} | {applicant},
                name,
                "only the named supervisor confirms or returns it (A2)",
                place,
            )
            for name in ("applications:confirm", "applications:give_back")
        ),
    ]


BYSTANDERS = people("trina tara tom mia max mona nobody")
FILLS_IN = (
    *("form", "part", "draft", "qualifications", "add_qualification", "change_qualification", "remove_qualification"),
    *("competencies", "add_local", "remove_local", "plan", "hand_over", "answer", "status"),
)
# Where somebody puts their name under what a trainee did.
SIGNATURES = (
    *("sign", "sign_off", "return", "withdraw", "open_evidence", "review_sign", "review_submit"),
    *("dops_step", "dops_approve", "meeting_first", "meeting_new"),
)
NEVERS: list[Never] = [
    Never(frozenset({ANONYMOUS}), "guard:signed-in", "a page for somebody opens for nobody else"),
    Never(
        EVERYBODY - OFFICE | {ANONYMOUS},
        "guard:role: office",
        "no applicant, trainee, supervisor, co-ordinator or moderator reaches a page of the office",
    ),
    *about_applications("leeds", applicant="ann", supervisor="sam", strangers=BRISTOL),
    *about_applications("bristol", applicant="abe", supervisor="sue", strangers=LEEDS),
    Never(people("tara ann"), "training:*", "a trainee never opens another trainee's record", place="bristol"),
    Never(people("tom abe"), "training:*", "a trainee never opens another trainee's record", place="leeds"),
    Never(people("sue carl"), "training:*", "nobody of another centre gets in", place="leeds"),
    Never(people("sam sid cora trina"), "training:*", "nobody of another centre gets in", place="bristol"),
    Never(people("max"), "training:*", "a Supporting Moderator does not see the record", place="leeds"),
    Never(people("mia"), "training:*", "a Supporting Moderator does not see the record", place="bristol"),
    Never(people("sam sue"), "training:concern", "a supervisor never reads what the trainee raised about the training"),
    *(Never(people("tara tom"), f"training:{name}", "a trainee never signs") for name in SIGNATURES),
    *(Never(OFFICE, f"training:{name}", "the office never signs for the people around") for name in SIGNATURES),
    Never(
        EVERYBODY - OFFICE - MODERATORS | {ANONYMOUS},
        "moderation:disagreement",
        "nobody around a trainee learns that two markers differ (F5)",
    ),
    Never(OFFICE | {ANONYMOUS}, "moderation:propose", "the office has no part in what two markers agree (F5)"),
]
