"""What may never be, whatever the table says: read by a person who knows the scheme, checked apart from the table."""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatch

from tests.architecture.checks.addresses import Address

from .matrix import ANONYMOUS, People, Question, World, ask
from .table import EVERYBODY, OFFICE
from .table_moderation import GUARDS as MODERATION_GUARDS

MODERATORS = MODERATION_GUARDS["role: moderator"]


@dataclass(frozen=True)
class Never:
    """`who` never gets in at addresses whose name matches `where`, or whose guard does when it begins with "guard:".

    `place` narrows it to one centre's things.
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
            if never.place and place and place != never.place:
                continue
            found += [str(question) for question in _asked(never, address, place) if ask(question, world).word == "in"]
    return found


def _asked(never: Never, address: Address, place: str) -> list[Question]:
    return [
        Question(address, persona, method, place) for persona in sorted(never.who) for method in address.view.methods
    ]


NEVERS: list[Never] = [
    Never(frozenset({ANONYMOUS}), "guard:signed-in", "a page for somebody opens for nobody else"),
    Never(
        EVERYBODY - OFFICE | {ANONYMOUS},
        "guard:role: office",
        "no applicant, trainee, supervisor, co-ordinator or moderator reaches a page of the office",
    ),
    Never(
        EVERYBODY - OFFICE - MODERATORS | {ANONYMOUS},
        "moderation:disagreement",
        "nobody around a trainee learns that two markers differ (F5)",
    ),
    Never(OFFICE | {ANONYMOUS}, "moderation:propose", "the office has no part in what two markers agree (F5)"),
]
