"""What each address with placeholders is about, and the things themselves: one of Leeds, one of Bristol.

An address with placeholders that is not in URLS fails the matrix; so does an entry for an address that is gone.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from ctts.accounts.actions import invite, queue_mail
from ctts.accounts.models import AccountMail, Invitation, User
from ctts.accounts.sealing import INVITATION, door_token
from ctts.common import clock
from ctts.common.mail import MAIL_MOVES
from ctts.common.moves import change_state
from ctts.documents.actions import store_bytes
from ctts.documents.models import Document
from ctts.documents.rules import ATTEMPTS
from ctts.documents.states import MediaType
from ctts.notifications.models import Message
from ctts.organisations import actions as organisations
from ctts.organisations.models import Affiliation, RoleProposal
from ctts.organisations.states import Role
from ctts.scheme import actions as scheme
from ctts.scheme.models import (
    Accreditation,
    CraftGroup,
    DopsForm,
    Framework,
    Handbook,
    Intake,
    OwnEventKind,
    RuleSet,
    SchemeEvent,
    Scope,
)
from ctts.scheme.rules import CHECKLIST
from ctts.scheme.states import EventKind
from tests.cast import START, Cast, at
from tests.documents.samples import kept
from tests.make import sample_sheet

from . import objects_applications, objects_centres, objects_final, objects_first_year, objects_moderation
from .matrix import Needs
from .objects_diplomas import DIPLOMA_THINGS, DIPLOMA_URLS
from .objects_training import TRAINING_THINGS, TRAINING_URLS

# The day on which the matrix asks.
TODAY = at(2026, 6, 10, 10)


@dataclass(frozen=True)
class Plain:
    """A thing without a row: what somebody types into a public address."""

    word: str


def nora() -> User:
    """Somebody of the cast who has an account and no role."""
    return User.objects.get(full_name="Nora Body")


def planned_rules(cast: Cast, place: str) -> RuleSet:
    """The newest version of the scheme rules, which holds in some years; there is one for everybody."""
    newest = RuleSet.objects.latest("version")
    day = clock.now().date().replace(year=2031)
    if newest.effective_on == day:
        return newest
    given = {"changes": {"portfolio_pages": 400}, "reason": "Fewer are enough.", "effective_on": day}
    return scheme.change_rules(by=cast.olive, now=clock.now(), **given, seen_version=newest.version)


def invitation(cast: Cast, place: str) -> Invitation:
    """A new trainer of one centre, invited and not yet come."""
    full_name = {"leeds": "Nell Frost", "bristol": "Ned Stone"}[place]
    email = f"{place}.new@example.org"
    invited = invite(email=email, full_name=full_name, purpose="to train somebody", by=cast.olive, now=clock.now())
    assert invited.invitation is not None
    return invited.invitation


# --- the office's things ---


def intake(cast: Cast, place: str) -> Intake:
    """April or October 2027."""
    scheme.prefill_intakes(by=None, now=START)
    return Intake.objects.get(year=2027, month={"leeds": 4, "bristol": 10}[place])


def event(cast: Cast, place: str) -> SchemeEvent:
    """A workshop that is still to come."""
    starts_at = clock.now() + timedelta(days={"leeds": 20, "bristol": 30}[place])
    given = {"kind": EventKind.CPD, "title": f"Workshop at {place}", "starts_at": starts_at}
    return scheme.add_event(by=None, now=START, ends_at=starts_at + timedelta(hours=2), **given)


def event_over(cast: Cast, place: str) -> SchemeEvent:
    """A workshop that is over."""
    starts_at = clock.now() - timedelta(days={"leeds": 20, "bristol": 30}[place])
    given = {"kind": EventKind.CPD, "title": f"Past workshop at {place}", "starts_at": starts_at}
    return scheme.add_event(by=None, now=START, ends_at=starts_at + timedelta(hours=2), **given)


def event_kind(cast: Cast, place: str) -> OwnEventKind:
    """A kind of event that the office added."""
    return scheme.add_event_kind(by=cast.olive, now=START, name=f"Journal club of {place}")


def accreditation(cast: Cast, place: str) -> Accreditation:
    """The one that the centre has."""
    return Accreditation.objects.get(organisation=getattr(cast, place))


def accreditation_applied_for(cast: Cast, place: str) -> Accreditation:
    """One that the centre has applied for."""
    scope = Scope.objects.get(code="RT")
    return scheme.apply_for_accreditation(by=None, now=START, organisation=getattr(cast, place), scope=scope)


def draft_framework(cast: Cast, place: str) -> Framework:
    """An imported version that nobody published."""
    sheet = replace(sample_sheet({"leeds": "NM", "bristol": "ME"}[place]), version=f"draft {place}")
    return scheme.import_framework(by=None, now=START, sheet=sheet, file_sha256="0" * 64)


def dops_form(cast: Cast, place: str) -> DopsForm:
    """The DOPS form of a scope."""
    scope = Scope.objects.get(code={"leeds": "RH", "bristol": "RE"}[place])
    return scheme.import_dops_form(by=None, now=START, scope=scope, items=sample_sheet("NM").dops)


def scope_not_offered(cast: Cast, place: str) -> Scope:
    """One of the table that nobody can choose."""
    return Scope.objects.get(code={"leeds": "BD", "bristol": "CC"}[place])


def offered_scope(cast: Cast, place: str) -> Scope:
    """One that nobody has begun anything in."""
    return Scope.objects.get(code={"leeds": "RH", "bristol": "RE"}[place])


def craft_group(cast: Cast, place: str) -> CraftGroup:
    """One of the guidance's two."""
    return CraftGroup.objects.get(code={"leeds": "MP", "bristol": "CE"}[place])


def handbook(cast: Cast, place: str) -> Handbook:
    """A version of the handbook that is checked."""
    document = store_bytes(
        content=b"%PDF-1.7",
        name="handbook.pdf",
        media_type=MediaType.PDF,
        owner=None,
        by=None,
        now=START,
        purpose="scheme.handbook",
        pages=1,
    )
    return scheme.publish_handbook(by=None, now=START, version=place, document=document)


def message(cast: Cast, place: str) -> Message:
    """The mail to somebody who is invited."""
    given = organisations.invite_with_role(
        by=cast.olive,
        now=clock.now(),
        email=f"{place}.message@example.org",
        full_name="Wim Winter",
        role=Role.TRAINER,
        organisation=getattr(cast, place),
    )
    return Message.objects.get(to=given.person)


def dead_mail(cast: Cast, place: str) -> AccountMail:
    """A mail about an account that did not arrive."""
    words = {"subject": "Hello", "text": "Hello", "html": ""}
    mail = queue_mail(kind="tests", to=f"{place}.gone@example.org", **words, by=None, now=clock.now())
    change_state(mail, MAIL_MOVES, "claim")
    change_state(mail, MAIL_MOVES, "give_up")
    return mail


def file_given_up(cast: Cast, place: str) -> Document:
    """A file whose check was tried as often as it is tried."""
    document = kept("good/training-plan.pdf", by={"leeds": cast.tara, "bristol": cast.tom}[place])
    Document.objects.filter(pk=document.pk).update(check_attempts=ATTEMPTS)
    return document


def proposal(cast: Cast, place: str) -> RoleProposal:
    """Somebody of a place, proposed for the office by a member who is none of the matrix's."""
    third = User.objects.enter(email=f"third@{place}.example", full_name=f"Third of {place}", now=clock.now())
    organisations.grant(by=None, now=START, person=third, role=Role.OFFICE)
    person = {"leeds": cast.trina, "bristol": cast.tom}[place]
    return organisations.propose_for_office(by=third, now=clock.now(), person=person, despite="Known.")


def first_role(cast: Cast, place: str) -> Affiliation:
    """What the supervisor of a place is."""
    return {"leeds": cast.sam, "bristol": cast.sue}[place].affiliations.get()


def role_to_come(cast: Cast, place: str) -> Affiliation:
    """A role that the supervisor of a place is to hold from a later day on."""
    given = {"person": {"leeds": cast.sam, "bristol": cast.sue}[place], "organisation": getattr(cast, place)}
    later = clock.london_date(clock.now()) + timedelta(days=9)
    return organisations.grant(by=cast.olive, now=clock.now(), role=Role.TRAINER, starts_on=later, **given)


# Kind of thing → how the one of a place is made.
THINGS: dict[str, Callable[[Cast, str], Any]] = {
    **TRAINING_THINGS,
    "centre": lambda cast, place: getattr(cast, place),
    "person": lambda cast, place: {"leeds": cast.sam, "bristol": cast.sue}[place],
    "role": first_role,
    "intake": intake,
    "event": event,
    "event that is over": event_over,
    "kind of event": event_kind,
    "accreditation": accreditation,
    "accreditation applied for": accreditation_applied_for,
    "draft framework": draft_framework,
    "DOPS form": dops_form,
    "scope not offered": scope_not_offered,
    "offered scope": offered_scope,
    "craft group": craft_group,
    "handbook": handbook,
    "message": message,
    "dead mail": dead_mail,
    "file given up": file_given_up,
    "group of rules": lambda cast, place: Plain({"leeds": "C", "bristol": "F"}[place]),
    "planned version of the rules": planned_rules,
    "kind of file": lambda cast, place: Plain({"leeds": "xlsx", "bristol": "csv"}[place]),
    "version of the checklist": lambda cast, place: Plain(CHECKLIST),
    "default": lambda cast, place: Plain({"leeds": "viva_minutes", "bristol": "viva_domains"}[place]),
    "invitation": invitation,
    "word": lambda cast, place: Plain(place),
    **objects_centres.THINGS,
    **objects_applications.STAYING,
    **objects_first_year.THINGS,
    **objects_moderation.THINGS,
}
# What is there for a moment only: made of what stays when an address about its kind is asked.
MOMENTS: dict[str, Callable[[Cast, str], Any]] = {
    "proposal": proposal,
    "role to come": role_to_come,
    **objects_applications.MOMENTS,
    **objects_first_year.MOMENTS,
    **objects_final.THINGS,
    **DIPLOMA_THINGS,
}

URLS: dict[str, Needs] = {
    **TRAINING_URLS,
    **{
        f"organisations:{name}": Needs("person")
        for name in (
            *("person", "grant", "invite_again", "reset_second_factor", "deactivate", "reactivate"),
            *("choose_duplicate", "change_address"),
        )
    },
    **{f"organisations:{name}": Needs("proposal") for name in ("proposal", "refuse_proposal")},
    "organisations:merge": Needs("person", lambda person: {"pk": person.pk, "duplicate": nora().pk}),
    "organisations:end_role": Needs("role"),
    "organisations:call_off_role": Needs("role to come"),
    **{f"scheme:{name}": Needs("intake") for name in ("intake", "fee", "dates", "open_intake", "finish_intake")},
    **{f"training:event_{name}": Needs("event") for name in ("change", "invite", "call_off")},
    "training:office_event": Needs("event"),
    "training:event_people": Needs("event", lambda thing: {"pk": thing.pk, "kind": "csv"}),
    "training:event_attendance": Needs("event that is over"),
    "training:event_kind_retire": Needs("kind of event"),
    **{f"scheme:{name}": Needs("centre") for name in ("centre", "apply")},
    "scheme:decide": Needs("accreditation applied for"),
    **{f"scheme:{name}": Needs("accreditation") for name in ("suspend", "withdraw")},
    **{f"scheme:{name}": Needs("draft framework") for name in ("framework", "compare", "publish", "retire")},
    **{f"scheme:{name}": Needs("scope not offered") for name in ("scope", "change_scope", "offer_scope")},
    **{f"scheme:{name}": Needs("DOPS form") for name in ("dops_form", "dops_difference")},
    "scheme:change_dops": Needs("DOPS form", lambda form: {"pk": form.scope_id}),
    "scheme:close_scope": Needs("offered scope"),
    "scheme:change_group": Needs("craft group"),
    "scheme:withdraw_rules": Needs("planned version of the rules", lambda rules: {"version": rules.version}),
    "scheme:change_rules": Needs("group of rules", lambda thing: {"group": thing.word}),
    **{
        f"applications:{name}": Needs("kind of file", lambda thing: {"kind": thing.word})
        for name in ("export", "export_orders")
    },
    "scheme:confirm_checklist": Needs("version of the checklist", lambda thing: {"version": thing.word}),
    "scheme:confirm_default": Needs("default", lambda thing: {"name": thing.word}),
    "scheme:handbook_file": Needs("handbook"),
    "home:message": Needs("message"),
    "home:nudge": Needs("wait for a signature", lambda item: {"duty": f"training.sign:{item.record_id}"}),
    "home:send_account_mail": Needs("dead mail"),
    "home:check_file": Needs("file given up"),
    "accounts:accept": Needs("invitation"),
    "accounts:invitation": Needs(
        "invitation", lambda row: {"pk": row.pk, "token": door_token(INVITATION, row.pk, row.nonce)}
    ),
    "account_confirm_email": Needs("word", lambda thing: {"key": thing.word}),
    "account_reset_password_from_key": Needs("word", lambda thing: {"uidb36": "1", "key": thing.word}),
    "demo:message": Needs("word", lambda thing: {"name": thing.word}),
    "demo:attachment": Needs("word", lambda thing: {"name": thing.word, "number": 1}),
    "demo:component": Needs("word", lambda thing: {"slug": thing.word}),
    **objects_centres.URLS,
    **objects_applications.URLS,
    **objects_first_year.URLS,
    **objects_final.URLS,
    **objects_moderation.URLS,
    **DIPLOMA_URLS,
}
