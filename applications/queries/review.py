"""What supervisor and office said about an application, for its pages (A2, A4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from applications.access import can_be_named, reviewer_of
from applications.models import (
    Application,
    ApplicationNote,
    Chase,
    Decision,
    Finding,
    SupervisorAnswer,
)
from applications.queries.facts import entry_results, facts_of, findings_of, findings_that_count
from applications.queries.given import Given
from applications.queries.parts import shown_digest
from applications.rules import ENTRY_RULES, MissingPart, RuleResult, missing_before_supervisor
from applications.states import APPLICATION_MOVES, ApplicationState, DecisionKind, RuleOutcome
from ctts.accounts.models import User
from ctts.accounts.queries import person_by_email
from ctts.common.clock import london_date
from ctts.common.moves import can_move
from ctts.common.parts import Signature
from ctts.common.verdict import YES, Verdict
from ctts.organisations.queries import people_with
from ctts.organisations.states import Role


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One entry rule on the review page: what the system computes, the finding that counts, older findings."""

    rule: str
    title: str
    result: RuleResult
    finding: Finding | None
    earlier: tuple[Finding, ...]

    @property
    def outcome(self) -> str:
        """What counts now: the finding, else what the system computed."""
        return self.finding.outcome if self.finding else str(self.result.outcome)

    @property
    def newest(self) -> Finding | None:
        """The finding that was set last, whether or not it still counts."""
        return self.finding or next(iter(self.earlier), None)

    @property
    def stands(self) -> bool:
        """Whether the rule stands against acceptance (A4)."""
        overridden = bool(self.finding and self.finding.override_reason)
        return self.outcome != RuleOutcome.MET and not overridden


def rule_rows(application: Application, today: date, given: Given | None = None) -> list[RuleRow]:
    """Every entry rule, a to h, with its findings; a fixed number of queries (A3, A4)."""
    results, findings = entry_results(application, today, given), findings_of(application)
    counting = findings_that_count(findings, results)
    return [
        RuleRow(
            result.rule,
            ENTRY_RULES[result.rule][0],
            result,
            counting.get(result.rule),
            tuple(row for row in reversed(findings) if row.rule == result.rule and row != counting.get(result.rule)),
        )
        for result in results
    ]


def newest_finding(application: Application, rule: str) -> Finding | None:
    """The finding that was set last for a rule, whether or not it still counts (A4)."""
    return application.findings.filter(rule=rule).order_by("found_at", "pk").last()


def finding_version(finding: Finding | None) -> str:
    """What a page sends back of the newest finding that it showed; empty where there was none (quality rule 2)."""
    return str(finding.pk) if finding else ""


def missing_before_hand_over(application: Application, today: date) -> tuple[MissingPart, ...]:
    """What the applicant still has to do before the supervisor is asked, in the order of the form (A2)."""
    return missing_before_supervisor(facts_of(application, today))


def supervisor_reachable(application: Application, today: date) -> Verdict:
    """Whether the person with the supervisor's address can be asked; who has no account is invited (A2)."""
    person = person_by_email(application.supervisor_address)
    return can_be_named(person, today) if person is not None else YES


def decisions_of(application: Application) -> Sequence[Decision]:
    """Every decision with its letter, the newest first."""
    return list(application.decisions.select_related("letter__document", "decided_by", "intake"))


def deferred_on(application: Application) -> date | None:
    """The London day on which an application was deferred last; None for one that is not deferred (A6)."""
    if application.state != ApplicationState.DEFERRED:
        return None
    decided = application.decisions.filter(kind=DecisionKind.DEFER).values_list("decided_at", flat=True).first()
    return london_date(decided) if decided else None


def hears_of_withdrawal(application: Application, by: User, today: date) -> list[User]:
    """Who hears that an application is withdrawn: everybody who is part of it and, once it was handed over, the
    Training Co-ordinators who were told of it then; not whoever does it (A2, A6)."""
    part = {application.applicant, application.supervisor, reviewer_of(application, today, by)}
    if application.supervisor_id is not None:
        part |= set(people_with(Role.COORDINATOR, today, application.centre_id))
    return sorted((person for person in part - {by} if person is not None), key=lambda person: person.pk)


def can_be_deferred(application: Application) -> bool:
    """Whether the office can put it off to the next intake in the state in which it is (A6)."""
    return bool(can_move(application, APPLICATION_MOVES, "defer"))


def notes_of(application: Application) -> list[ApplicationNote]:
    """The office's notes about an application, the newest first."""
    return list(application.notes.select_related("written_by"))


def chases_of(application: Application) -> list[Chase]:
    """Who was reminded by the office, the newest first."""
    return list(application.chases.select_related("to", "chased_by"))


def is_chased(application: Application, person: User, now: datetime) -> bool:
    """Whether somebody was reminded on this London day."""
    return application.chases.filter(to=person, chased_on=london_date(now)).exists()


def signatures_of(application: Application, given: Given | None = None) -> list[tuple[SupervisorAnswer, Signature]]:
    """The supervisor's signatures as they are shown, the newest first; one whose content changed since, or in whose
    place another supervisor has confirmed, says so."""
    given = given or Given(application)
    present = shown_digest(application, given) if given.answers else ""
    newest = given.answers[0] if given.answers else None
    return [(answer, _signature(answer, present, newest)) for answer in given.answers]


def _signature(answer: SupervisorAnswer, present: str, newest: SupervisorAnswer | None) -> Signature:
    changed = ""
    if answer.meaning == "confirmed" and newest is not None:
        if answer == newest and answer.content_sha256 != present:
            changed = "the applicant has changed parts of the application since."
        elif newest.meaning == "confirmed" and newest.signer_id != answer.signer_id:
            changed = f"{newest.printed_name} has confirmed in their place since; this one counts no more."
    return Signature(
        statement=answer.statement,
        name=answer.printed_name,
        role=answer.role,
        at=answer.signed_at,
        version=answer.content_sha256[:12],
        changed=changed,
    )


def last_return(application: Application) -> SupervisorAnswer | None:
    """The return that a draft is being worked on for; None for a first draft and once it is handed over again."""
    if application.state != ApplicationState.DRAFT:
        return None
    return application.supervisor_answers.filter(meaning="returned").first()
