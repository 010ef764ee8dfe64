"""What may never be, whatever the table says: read by a person who knows the scheme, checked apart from the table."""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatch

from tests.architecture.checks.addresses import Address

from .matrix import ANONYMOUS, People, Question, World, people, word_for
from .table import EVERYBODY, OFFICE


@dataclass(frozen=True)
class Never:
    """`who` never gets in at addresses whose name matches `where`, or whose guard does when it begins with "guard:".

    `place` narrows it to one centre's things; pages about no thing are not meant then.
    """

    who: People
    where: str
    why: str
    place: str = ""

    def covers(self, address: Address) -> bool:
        """Whether this address is meant."""
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
        for place in world.places_of(address):
            if never.place and place != never.place:
                continue
            found += [str(question) for question in _asked(never, address, place) if word_for(question, world) == "in"]
    return found


def _asked(never: Never, address: Address, place: str) -> list[Question]:
    return [
        Question(address, persona, method, place) for persona in sorted(never.who) for method in address.view.methods
    ]


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
    Never(people("tara ann"), "training:*", "a trainee never opens another trainee's record", place="bristol"),
    Never(people("tom abe"), "training:*", "a trainee never opens another trainee's record", place="leeds"),
    Never(people("sue carl"), "training:*", "nobody of another centre gets in", place="leeds"),
    Never(people("sam sid cora trina"), "training:*", "nobody of another centre gets in", place="bristol"),
    Never(people("max"), "training:*", "a Supporting Moderator does not see the record", place="leeds"),
    Never(people("mia"), "training:*", "a Supporting Moderator does not see the record", place="bristol"),
    Never(people("sam sue"), "training:concern", "a supervisor never reads what the trainee raised about the training"),
    *(Never(people("tara tom"), f"training:{name}", "a trainee never signs") for name in SIGNATURES),
    *(Never(OFFICE, f"training:{name}", "the office never signs for the people around") for name in SIGNATURES),
]
