"""What the pages of a DOPS show of an external person: who it is, where the link stands, the code, the mail (T5)."""

from django.urls import reverse

from ctts.common.letters import Addressee, mail_preview
from ctts.common.parts import Badge, Consequence
from ctts.common.posted import today_of
from training import access, actions, queries
from training.models import ExternalAssessor
from training.states import AssessorKind, ExternalStanding

LINK = "(a link that opens this one assessment and nothing else)"
SHAPES = {
    ExternalStanding.PROPOSED: ("waiting", "hourglass-split"),
    ExternalStanding.OPEN: ("active", "send"),
    ExternalStanding.SIGNED: ("done", "check-circle-fill"),
}


def badge_of(external, now):
    """Where the request to an external person stands."""
    standing = external.standing(now)
    return Badge(standing.label, *SHAPES.get(standing, ("returned", "slash-circle")))


def panel(request, dops):
    """The part of a DOPS's page about its external person; None for a DOPS of somebody with an account."""
    if dops.assessor_kind != AssessorKind.EXTERNAL:
        return None
    user, now = request.user, request.now
    rows = queries.externals_of(dops)
    last = rows[0] if rows else None
    if last is None:
        return {"last": None, "name_url": _name_url(user, dops, request)}
    sees_address = user.pk == dops.record.trainee_id or bool(access.is_supervisor(user, dops.record, today_of(request)))
    return {
        "last": last,
        "badge": badge_of(last, now),
        "standing": last.standing(now),
        "is_open": bool(access.can_come_by_link(last, now)),
        "address": last.email if sees_address else "",
        "code": queries.code_of(last) if access.can_see_code(user, last, now) else "",
        "renew_url": _url("dops_renew_link", last.pk) if access.can_renew_link(user, last, now) else "",
        "take_back_url": _url("dops_take_back_link", last.pk) if access.can_take_back_link(user, last, now) else "",
        "name_url": _name_url(user, dops, request),
        "earlier": [(row, badge_of(row, now)) for row in rows[1:]],
    }


def ends_with(request, dops):
    """What else happens when a DOPS is declined or voided whose external person has a link."""
    last = queries.last_external(dops) if dops.assessor_kind == AssessorKind.EXTERNAL else None
    if last is None or last.standing(request.now) != ExternalStanding.OPEN:
        return []
    return [Consequence("The link opens nothing any more, and a mail says so to", f"{last.name} <{last.email}>")]


def _url(name, pk):
    return reverse(f"training:{name}", args=[pk])


def _name_url(user, dops, request):
    return _url("dops_name_another", dops.pk) if access.can_name_another(user, dops, today_of(request)) else ""


def approval(request, dops):
    """What the page of an approval shows: the statement, and of an external person the address and the mail."""
    named = queries.last_external(dops) if dops.assessor_kind == AssessorKind.EXTERNAL else None
    if named is None:
        return {"statement": actions.DOPS_APPROVED_WORDS, "named": None, "mails": []}
    return {"statement": queries.approval_words(named), "named": named, "mails": [link_mail(request, dops, named)]}


def link_mail(request, dops, named=None):
    """The mail with the link as it will be, to whoever is named, or to somebody who is not named yet."""
    to = Addressee(named.name, named.email) if named else Addressee("(the person you name)", "their address")
    external = ExternalAssessor(name=to.full_name, email=to.email, approved_by=request.user)
    given = {"record": dops.record, "dops": dops, "external": external, "link": LINK}
    return mail_preview("training.dops_link", to, **given)
