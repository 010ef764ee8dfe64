"""Centres, consortia and employers are entered and changed; their sites added, changed, closed, opened again (C2)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from ctts.accounts.models import User
from ctts.audit.actions import record
from ctts.common.clock import london_date
from ctts.common.races import taken_means
from ctts.common.verdict import Invalid, TooLate, require
from ctts.organisations import access, queries
from ctts.organisations.actions._steps import usable_name
from ctts.organisations.models import Organisation, Site, SiteStep
from ctts.organisations.states import Kind, Nation, SiteStepKind

ODS_TAKEN = "Another organisation has this ODS code."
NAME_TAKEN = "Another organisation has this name. Add what tells them apart, such as the town."
SITE_TAKEN = "The organisation has or had a site of this name. Choose another name."
CHANGED_SINCE = "Somebody else has changed it since you opened this page."


class ChangedSince(TooLate):
    """What the page showed is not what is there any more; it shows both."""


@transaction.atomic
def open_organisation(
    *,
    by: User | None,
    now: datetime,
    code: str,
    name: str,
    kind: Kind,
    nation: Nation,
    site_name: str,
    postcode: str = "",
    ods_code: str = "",
    employer_group: str = "",
    consortium: Organisation | None = None,
) -> Organisation:
    """Enter a centre, consortium or employer with its first site (C2). `by` None is the set-up of a new system.

    Names are kept with single spaces inside: two that read alike are one. Raises NotAllowed unless the office does it,
    Invalid for a code, name or ODS code that is taken, and for a name with markup.
    """
    if by is not None:
        require(access.is_office(by, london_date(now)))
    if Organisation.objects.filter(code=code).exists():
        raise Invalid("Another organisation has this code.", "code")
    name, site_name = usable_name(name), usable_name(site_name, "site_name")
    employer_group = usable_name(employer_group, "employer_group")
    with taken_means(lambda: _taken(name)):
        organisation = Organisation.objects.create(
            code=code,
            name=name,
            kind=kind,
            ods_code=ods_code,
            employer_group=employer_group,
            consortium=consortium,
        )
    Site.objects.create(organisation=organisation, name=site_name, postcode=postcode, nation=nation)
    record("organisations.organisation.opened", by=by, at=now, about=organisation, after={"code": code, "kind": kind})
    return organisation


def _taken(name: str, pk: int = 0) -> Invalid:
    """What is taken, once the database has refused: the name, whatever its capitals, else the ODS code."""
    named = Organisation.objects.filter(name__iexact=name).exclude(pk=pk).exists()
    return Invalid(NAME_TAKEN, "name") if named else Invalid(ODS_TAKEN, "ods_code")


@transaction.atomic
def change_organisation(
    *,
    by: User,
    now: datetime,
    organisation_id: int,
    name: str,
    ods_code: str,
    employer_group: str,
    consortium: Organisation | None,
    seen: str,
) -> Organisation:
    """Change what an organisation is called and where it belongs; its code and kind stay (C2).

    `seen` is `queries.organisation_version` of what the page showed; the same form sent twice changes nothing more.
    Raises NotAllowed outside the office, TooLate where somebody changed it since, Invalid for a name or ODS code that
    is taken or a membership that cannot be.
    """
    require(access.is_office(by, london_date(now)))
    found = Organisation.objects.select_for_update(no_key=True).get(pk=organisation_id)
    name, employer_group = usable_name(name), usable_name(employer_group, "employer_group")
    wanted = {"name": name, "ods_code": ods_code, "employer_group": employer_group, "consortium": consortium}
    if all(getattr(found, column) == value for column, value in wanted.items()):
        return found
    if seen != queries.organisation_version(found):
        raise ChangedSince(CHANGED_SINCE)
    _require_membership(found, consortium)
    before = _facts(found)
    for column, value in wanted.items():
        setattr(found, column, value)
    with taken_means(lambda: _taken(name, found.pk)):
        found.save(update_fields=list(wanted))
    words, after = {"name": name, "employer_group": employer_group}, _facts(found)
    record("organisations.organisation.changed", by=by, at=now, about=found, before=before, after=after, words=words)
    return found


@transaction.atomic
def add_site(*, by: User, now: datetime, organisation_id: int, name: str, postcode: str, nation: Nation) -> Site:
    """Add a site; the same one sent twice is there once (C2). Raises NotAllowed, Invalid for a name that is taken."""
    require(access.is_office(by, london_date(now)))
    found = Organisation.objects.select_for_update(no_key=True).get(pk=organisation_id)
    name = usable_name(name)
    there = found.sites.filter(name=name, postcode=postcode, nation=nation, closed_on__isnull=True).first()
    if there is not None:
        return there
    with taken_means(Invalid(SITE_TAKEN, "name")):
        site = Site.objects.create(organisation=found, name=name, postcode=postcode, nation=nation)
    record("organisations.site.added", by=by, at=now, about=site, after=_site_facts(site), words={"name": name})
    return site


@transaction.atomic
def change_site(*, by: User, now: datetime, site_id: int, name: str, postcode: str, nation: Nation, seen: str) -> Site:
    """Change name, postcode or nation of an open site; `seen` is `queries.site_version` of what the page showed (C2).

    Raises NotAllowed, TooLate for a closed one and where somebody changed it since, Invalid for a name that is taken.
    """
    site = _locked_site(site_id, by, now)
    require(access.can_close_site(by, site, london_date(now)))
    name = usable_name(name)
    wanted = {"name": name, "postcode": postcode, "nation": nation}
    if all(getattr(site, column) == value for column, value in wanted.items()):
        return site
    if seen != queries.site_version(site):
        raise ChangedSince(CHANGED_SINCE)
    before = _site_facts(site)
    for column, value in wanted.items():
        setattr(site, column, value)
    with taken_means(Invalid(SITE_TAKEN, "name")):
        site.save(update_fields=list(wanted))
    words, after = {"name": name, "postcode": postcode}, _site_facts(site)
    record("organisations.site.changed", by=by, at=now, about=site, before=before, after=after, words=words)
    return site


@transaction.atomic
def close_site(*, by: User, now: datetime, site_id: int, key: UUID, closed_on: date) -> Site:
    """Close a site with its last day; it stays in the history (C2). `key` is the form's: sent twice it is closed once.

    Raises NotAllowed, TooLate for one that is closed, Invalid for the last open one.
    """
    site = _locked_site(site_id, by, now)
    if SiteStep.objects.filter(key=key).exists():
        return site
    require(access.can_close_site(by, site, london_date(now)))
    if not site.organisation.sites.filter(closed_on__isnull=True).exclude(pk=site.pk).exists():
        raise Invalid("An organisation keeps one open site: add the new one first.", "closed_on")
    before = _site_facts(site)
    site.closed_on = closed_on
    site.save(update_fields=["closed_on"])
    SiteStep.objects.create(site=site, kind=SiteStepKind.CLOSED, closed_on=closed_on, key=key, at=now, by=by)
    record("organisations.site.closed", by=by, at=now, about=site, before=before, after=_site_facts(site))
    return site


@transaction.atomic
def reopen_site(*, by: User, now: datetime, site_id: int, key: UUID, words: str, seen: str) -> Site:
    """Open a closed site again, with the reason; that it was closed stays in the history (C2).

    `seen` is `queries.site_version` of what the page showed, `key` the form's: sent twice it is opened once. Raises
    NotAllowed for whoever may not close it, TooLate for an open one and where somebody changed it since, Invalid
    without a reason.
    """
    site = _locked_site(site_id, by, now)
    if SiteStep.objects.filter(key=key).exists():
        return site
    require(access.can_reopen_site(by, site, london_date(now)))
    if seen != queries.site_version(site):
        raise ChangedSince(f"{CHANGED_SINCE} Look at its last day again.")
    if not words.strip():
        raise Invalid("Say why it is opened again.", "words")
    before, said = _site_facts(site), words.strip()
    site.closed_on = None
    site.save(update_fields=["closed_on"])
    SiteStep.objects.create(site=site, kind=SiteStepKind.REOPENED, words=said, key=key, at=now, by=by)
    after = _site_facts(site)
    record("organisations.site.reopened", by=by, at=now, about=site, before=before, after=after, words={"reason": said})
    return site


def _locked_site(site_id: int, by: User, now: datetime) -> Site:
    """The site, with its organisation locked: of two that are closed at once the second sees the first."""
    require(access.is_office(by, london_date(now)))
    organisation_id = Site.objects.values_list("organisation_id", flat=True).get(pk=site_id)
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation_id)
    return Site.objects.select_related("organisation").get(pk=site_id)


def _require_membership(organisation: Organisation, consortium: Organisation | None) -> None:
    if consortium is None:
        return
    if organisation.kind == Kind.CONSORTIUM:
        raise Invalid("A consortium is no member of another one.", "consortium")
    if consortium.kind != Kind.CONSORTIUM:
        raise Invalid("Choose a consortium.", "consortium")


def _facts(organisation: Organisation) -> dict[str, object]:
    return {"ods_code": organisation.ods_code, "consortium": organisation.consortium_id}


def _site_facts(site: Site) -> dict[str, object]:
    closed = site.closed_on.isoformat() if site.closed_on else None
    return {"organisation": site.organisation_id, "nation": str(site.nation), "closed_on": closed}
