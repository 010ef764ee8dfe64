"""Letters of decisions: which are owed, which wait on hold, and the mail that carries each (A4, screens 20)."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from applications.models import Decision, DecisionLetter
from applications.states import ApplicationState, DecisionKind
from ctts.accounts.models import User
from ctts.notifications.models import Message


def letters_owed() -> list[Decision]:
    """Decisions whose letter is not made yet, oldest first, at most fifty at a look (A4)."""
    rows = Decision.objects.filter(letter__document__isnull=True).order_by("decided_at", "pk")
    return list(
        rows.select_related("application__applicant", "application__scope", "application__centre", "intake", "letter")[
            :50
        ]
    )


def held_letters() -> QuerySet[DecisionLetter]:
    """Letters that wait for the office to send them, the oldest first; who may see them the caller has asked.

    One whose application was withdrawn or decided anew since is not sent any more, and waits for nobody.
    """
    later = Decision.objects.filter(application=OuterRef("decision__application"), pk__gt=OuterRef("decision_id"))
    rows = DecisionLetter.objects.filter(hold=True).exclude(decision__application__state=ApplicationState.WITHDRAWN)
    rows = rows.exclude(Exists(later)).order_by("decision__decided_at", "pk")
    return rows.select_related("document", "decision__decided_by", "decision__intake", "decision__application__scope")


def held_letters_of_others(reader: User) -> QuerySet[DecisionLetter]:
    """The same for a member of the office, without a letter of their own: they read it once it is sent (A4)."""
    return held_letters().exclude(decision__application__applicant=reader)


def acceptances_on_hold(intake_id: int) -> dict[int, int]:
    """The decisions of an intake whose letter of acceptance waits for the office, by application; one query (A4)."""
    rows = held_letters().filter(decision__kind=DecisionKind.ACCEPT, decision__application__intake=intake_id)
    return dict(rows.order_by().values_list("decision__application", "decision"))


def letter_key(letter: DecisionLetter) -> str:
    """What tells the mail of this revision of a letter from every other about the application."""
    again = f":{letter.revision}" if letter.revision > 1 else ""
    return f"decision{letter.decision_id}{again}"


def letter_mail(letter: DecisionLetter) -> Message | None:
    """The mail that carries a letter; None while its PDF is being made."""
    if letter.document_id is None:
        return None
    return Message.objects.filter(attachment=letter.document_id).order_by("pk").last()
