"""What must always be true across tables, and which no single constraint can say; each as a query of the exceptions;
and what was signed is compared with its digests (`ctts.home.signed`).

`manage.py check_invariants` runs them; a restored backup, a migration and a long simulation are judged by them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from ctts.home.signed import SIGNED, first_broken

MOST = 20  # ids that are named of each


@dataclass(frozen=True, slots=True)
class Invariant:
    """A sentence that must hold, with its rule, and the SQL that lists what breaks it (first column: an id)."""

    rule: str
    sentence: str
    exceptions: str


@dataclass(frozen=True, slots=True)
class Broken:
    """An invariant that does not hold, and up to twenty ids of what breaks it."""

    rule: str
    sentence: str
    ids: tuple[int, ...]


# A superseded outcome was never released; one that was stands for ever (F5).
ASSESSED: tuple[Invariant, ...] = (
    Invariant(
        "Y1",
        "Year two is open only after a released pass of the first year.",
        """select y.record_id from training_yeartwo y
           where not exists (select from assessments_outcome o
             where o.record_id = y.record_id and o.stage = 'first_year'
               and o.result = 'pass' and o.state = 'released')""",
    ),
    Invariant(
        "F1",
        "Every released outcome was confirmed by one person and released by another.",
        """select o.id from assessments_outcome o
           where o.state = 'released' and (o.confirmed_by_id is null or o.released_by_id is null
             or o.confirmed_by_id = o.released_by_id or o.released_at < o.confirmed_at)""",
    ),
    Invariant(
        "F3",
        "The sheets of an attempt are of different people, but for what was left unfinished; none is the trainee's.",
        """select a.id from assessments_stageattempt a
           join training_trainingrecord r on r.id = a.record_id
           join assessments_marksheet s on s.attempt_id = a.id
           group by a.id, r.trainee_id
           having count(*) filter (where s.state <> 'left')
                <> count(distinct s.marker_id) filter (where s.state <> 'left')
              or bool_or(s.marker_id = r.trainee_id)""",
    ),
    Invariant(
        "F7",
        "Every award rests on a released pass of each of the four stages, on a ratified board and on two people.",
        """select w.record_id from moderation_award w
           join moderation_board b on b.id = w.board_id
           where b.state <> 'ratified' or w.proposed_by_id = w.approved_by_id
              or (select count(distinct o.stage) from assessments_outcome o
                  where o.record_id = w.record_id and o.result = 'pass' and o.state = 'released') <> 4""",
    ),
    Invariant(
        "D1",
        "Every diploma is for an award, issued after its ratification.",
        """select d.id from moderation_diploma d
           left join moderation_award w on w.record_id = d.award_id
           where w.record_id is null or d.issued_at < w.ratified_at""",
    ),
    Invariant(
        "D1",
        "The numbers of diplomas run from 1 without a gap in each year, up to the last one given.",
        """select y.year from (select year from moderation_diplomayear union select year from moderation_diploma) y
           left join moderation_diplomayear l on l.year = y.year
           left join moderation_diploma d on d.year = y.year
           group by y.year, l.last
           having count(d.id) <> coalesce(l.last, 0) or coalesce(max(d.n), 0) <> count(d.id)
              or count(d.id) <> count(*) filter (
                where d.number = 'CTD-' || d.year || '-' || lpad(d.n::text, 5, '0'))""",
    ),
    Invariant(
        "D1",
        "Number and hash on a diploma are those of the audit entry of its issue.",
        """select d.id from moderation_diploma d
           join training_trainingrecord r on r.id = d.award_id
           where not exists (select from audit_auditevent e
             where e.chain = 'dossier:' || r.trainee_id and e.number = d.audit_number and e.hash = d.audit_head
               and e.action = 'moderation.diploma.issued' and e.object_id = d.id)""",
    ),
    Invariant(
        "D1",
        "The file of a diploma is kept with the hash of its content.",
        """select f.diploma_id from moderation_diplomafile f
           join documents_document c on c.id = f.document_id where c.sha256 <> f.pdf_sha256""",
    ),
)

CHANGED: tuple[Invariant, ...] = (
    Invariant(
        "E5",
        "A request for a change is granted or declined exactly when its decision says so.",
        """select c.id from training_changerequest c left join training_changedecision d on d.change_id = c.id
           where (c.state = 'approved') <> coalesce(d.granted, false)
              or (c.state = 'declined') <> (d.granted is not null and not d.granted)""",
    ),
    Invariant(
        "E5",
        "What changes training was granted or declined after the supervisor's word, or the office went on without.",
        """select c.id from training_changerequest c
           where c.state in ('approved', 'declined') and c.kind not in ('name', 'contact')
             and not exists (select from training_changeanswer a where a.change_id = c.id)
             and exists (select from training_appointment p
               where p.record_id = c.record_id and p.kind = 'supervisor' and p.made_at < c.sent_at
                 and p.called_off_at is null
                 and p.starts_on <= (c.sent_at at time zone 'Europe/London')::date
                 and coalesce(p.ends_on >= (c.sent_at at time zone 'Europe/London')::date, true))""",
    ),
    Invariant(
        "E5",
        "Every interruption that was granted stands with its days.",
        """select c.id from training_changerequest c
           where c.state = 'approved' and c.kind = 'interruption' and not exists (
             select from training_interruption i
             where i.record_id = c.record_id and i.starts_on = c.from_on and (i.ends_on = c.until_on
               or exists (select from training_interruptionend e
                 where e.interruption_id = i.id and e.was_on = c.until_on)))""",
    ),
    Invariant(
        "E5",
        "No training that goes on is expected to last longer than the scheme allows.",
        """select r.id from training_trainingrecord r join scheme_ruleset s on s.id = r.rules_id
           where r.ended_on is null
             and r.expected_end_on >= r.start_on + make_interval(months => (s.numbers ->> 'max_months')::int)""",
    ),
    Invariant(
        "E5",
        "Where training has ended, no request for a change is open, and who withdrew was granted it.",
        """select r.id from training_trainingrecord r
           where r.ended_on is not null and (
             exists (select from training_changerequest c where c.record_id = r.id
               and c.state in ('draft', 'awaiting_support', 'awaiting_decision'))
             or (r.state = 'withdrawn' and not exists (select from training_changerequest c
               where c.record_id = r.id and c.kind = 'withdrawal' and c.carried_out_at is not null)))""",
    ),
)

INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        "I1",
        "Every application that was received has the receipt that counts.",
        """select a.id from applications_application a
           where a.received_at is not null and not exists (
             select from applications_receipt r where r.application_id = a.id and r.received_at = a.counts_from)""",
    ),
    Invariant(
        "A2",
        "Every application that was received was confirmed by its supervisor.",
        """select a.id from applications_application a
           where a.received_at is not null and not exists (
             select from applications_supervisoranswer s where s.application_id = a.id and s.meaning = 'confirmed')""",
    ),
    Invariant(
        "A4",
        "Every decided application has its decision.",
        """select a.id from applications_application a
           where (a.state in ('accepted', 'enrolled') and not exists (
                    select from applications_decision d where d.application_id = a.id and d.kind = 'accept'))
              or (a.state = 'declined' and not exists (
                    select from applications_decision d where d.application_id = a.id and d.kind = 'decline'))""",
    ),
    Invariant(
        "E1",
        "Enrolled applications and training records belong together, one to one.",
        """select a.id from applications_application a
           where (a.state = 'enrolled')
              <> exists (select from training_trainingrecord r where r.application_id = a.id)""",
    ),
    Invariant(
        "E1",
        "Every training record has its competencies, milestones and membership.",
        """select r.id from training_trainingrecord r
           where not exists (select from training_planitem i where i.record_id = r.id)
              or not exists (select from training_milestone m where m.record_id = r.id)
              or not exists (select from training_associatemembership m where m.record_id = r.id)""",
    ),
    Invariant(
        "T2",
        "A competency is signed exactly when its newest signature stands.",
        """select i.id from training_planitem i
           where (i.state = 'signed') <> exists (
             select from training_signoff s where s.item_id = i.id and s.withdraws_id is null
               and not exists (select from training_signoff w where w.withdraws_id = s.id))""",
    ),
    Invariant(
        "T4",
        "Every submitted review was signed by a supervisor and acknowledged by the trainee.",
        """select v.id from training_supervisorreview v
           where v.state = 'submitted' and (
             not exists (select from training_reviewsignature s where s.review_id = v.id and s.meaning = 'signed')
             or not exists (
               select from training_reviewsignature s where s.review_id = v.id and s.meaning = 'acknowledged'))""",
    ),
    Invariant(
        "T7",
        "Every progress report that was sent was signed by a supervisor, and every acknowledged one by a co-ordinator.",
        """select p.id from training_progressreport p
           where p.state not in ('draft', 'discarded') and (
             not exists (select from training_reportsignature s where s.report_id = p.id and s.meaning = 'sent')
             or (p.state = 'acknowledged') <> exists (
               select from training_reportsignature s where s.report_id = p.id and s.meaning = 'acknowledged'))""",
    ),
    Invariant(
        "T5",
        "Every complete DOPS has ten scores and the signatures of assessor and trainee.",
        """select d.id from training_dops d
           where d.state = 'complete' and (
             (select count(*) from training_dopsscore s where s.dops_id = d.id) <> 10
             or (select count(*) from training_dopssignature s
                 where s.dops_id = d.id and s.meaning in ('assessed', 'acknowledged')) <> 2)""",
    ),
    Invariant(
        "T5",
        "What an external person signed spent their link, and the first of an address was countersigned.",
        """select s.dops_id from training_dopssignature s
           join training_externalassessor e on e.id = s.external_id
           join training_dops d on d.id = s.dops_id
           where s.meaning = 'assessed' and (
             e.ended_as <> 'signed'
             or (d.state in ('awaiting_acknowledgement', 'complete') and not exists (
               select from training_dopssignature c
               join training_externalassessor f on f.id = c.external_id join training_dops o on o.id = c.dops_id
               where c.meaning = 'countersigned' and o.record_id = d.record_id
                 and lower(f.email) = lower(e.email))))""",
    ),
    *CHANGED,
    *ASSESSED,
    Invariant(
        "N",
        "No sent message lacks the time it was sent.",
        "select m.id from notifications_message m where m.state = 'sent' and m.sent_at is null",
    ),
    Invariant(
        "E4",
        "Every appointment of a moderator was checked for independence.",
        """select a.id from training_appointment a
           where a.kind in ('external_moderator', 'supporting_moderator', 'adjudicator') and not exists (
             select from moderation_appointmentcheck c where c.appointment_id = a.id)""",
    ),
    Invariant(
        "F7",
        "Awards belong to ratified boards and completed records.",
        """select w.record_id from moderation_award w
           join moderation_board b on b.id = w.board_id join training_trainingrecord r on r.id = w.record_id
           where b.state <> 'ratified' or r.state <> 'completed'""",
    ),
)

CHECKED = len(INVARIANTS) + len(SIGNED)


def broken_invariants() -> list[Broken]:
    """The invariants that do not hold in the present database; empty when all do."""
    return [*broken_sentences(), *broken_signatures()]


def broken_sentences() -> list[Broken]:
    """Those of them that are one query each."""
    found = []
    with connection.cursor() as cursor:
        for invariant in INVARIANTS:
            cursor.execute(f"{invariant.exceptions} limit {MOST}")
            ids = tuple(row[0] for row in cursor.fetchall())
            if ids:
                found.append(Broken(invariant.rule, invariant.sentence, ids))
    return found


def broken_signatures() -> Iterator[Broken]:
    """Those that make the digest of each signature anew, which takes its time."""
    for entry in SIGNED:
        ids = first_broken(entry, MOST)
        if ids:
            yield Broken(entry.rule, entry.sentence, ids)
