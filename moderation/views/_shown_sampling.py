"""From samples to the parts of pages (T11). No rule is decided here."""

from django.urls import reverse

from ctts.common.clock import london_date
from ctts.common.parts import Acts, Badge
from ctts.common.templatetags.formats import day, instant
from ctts.organisations.access import holds
from ctts.organisations.states import Role
from moderation import access, queries
from moderation.states import SampleVerdict
from training.access import is_external_moderator, is_supervisor
from training.queries import moderated_since, moderator_parts, record_tabs

JUDGED = "The verdict is recorded. Supervisor and trainee are told."
REPLIED = "Your answer is sent. The External Moderator is told."
BADGES = {
    SampleVerdict.AGREED: ("done", "check-circle-fill"),
    SampleVerdict.ADVICE: ("active", "chat-left-text"),
    SampleVerdict.NOT_AGREED: ("risk", "exclamation-triangle"),
}


def sample_badge(sample, *, stands=True):
    """Where a sampled thing stands: its verdict, or that it waits for one."""
    judgement = getattr(sample, "judgement", None)
    if judgement is not None:
        return Badge(judgement.get_verdict_display(), *BADGES[SampleVerdict(judgement.verdict)])
    if not stands:
        return Badge("Withdrawn since", "neutral", "slash-circle")
    return Badge("Waiting for a verdict", "waiting", "hourglass-split")


def sample_title(sample):
    """What was sampled, in a line."""
    if sample.sign_off is not None:
        return f"Competency {sample.sign_off.item.item.code}"
    return f"DOPS “{sample.dops.procedure}”"


def sample_facts(sample):
    """A sampled thing as term and value, with the address of the thing itself."""
    if sample.sign_off is not None:
        signed = sample.sign_off
        item = signed.item
        facts = [("Competency", str(item.item)), ("Signed", f"{instant(signed.signed_at)} by {signed.printed_name}")]
        return facts, ("See the competency and its evidence", reverse("training:item", args=[item.pk]))
    dops = sample.dops
    facts = [("Procedure", dops.procedure), ("Observed", day(dops.observed_on)), ("Assessor", dops.assessor_name)]
    return facts, ("See the DOPS", reverse("training:dops", args=[dops.pk]))


def frame(user, record, today):
    """What both pages of sampling have of the record."""
    return {
        "record": record,
        "tabs": record_tabs(record, "training:meetings"),
        "parts": moderator_parts(user, record, today, "moderation:samples"),
    }


def samples_context(user, record, today):
    """The page of a record's samples: rows, how much is to be sampled, and the drawings with their seeds."""
    rows = [
        (row, sample_title(row), sample_badge(row, stands=row.stands))
        for row in queries.samples_of(record, user, today)
    ]
    moderates = bool(is_external_moderator(user, record, today))
    return {
        **frame(user, record, today),
        "rows": rows,
        "wanted": queries.samples_wanted_of([record])[record.pk],
        "draws": list(queries.draws_of(record)) if moderates or holds(user, Role.OFFICE, today) else [],
        "moderates": moderates,
    }


def sample_context(user, sample, today):
    """The page of one sampled thing."""
    record = sample.draw.record
    facts, link = sample_facts(sample)
    stands = queries.open_samples([record.pk]).filter(pk=sample.pk).exists() or hasattr(sample, "judgement")
    judgement = getattr(sample, "judgement", None)
    return {
        **frame(user, record, today),
        "sample": sample,
        "title": sample_title(sample),
        "facts": facts,
        "link": link,
        "badge": sample_badge(sample, stands=stands),
        "judgement": judgement,
        "reply": getattr(judgement, "reply", None) if judgement else None,
        "acts": sample_acts(user, sample, judgement, today) if stands else None,
    }


def sample_acts(user, sample, judgement, today):
    """With whom a sample lies: the External Moderator, then where it is not agreed the supervisor."""
    record = sample.draw.record
    if judgement is None:
        who = "you" if access.can_judge_sample(user, sample, today) else "the External Moderator"
        drawn_on, held = london_date(sample.draw.drawn_at), moderated_since(record, today)
        return Acts(who, max(drawn_on, held) if held else drawn_on)
    if judgement.verdict != SampleVerdict.NOT_AGREED or hasattr(judgement, "reply"):
        return None
    who = "you" if is_supervisor(user, record, today) else "the Training Supervisor"
    return Acts(who, london_date(judgement.judged_at))
