"""Twenty at once in the Final Assessment: the database judges, one wins, the others read what happened (rule 2)."""

import pytest

from assessments import actions
from assessments.models import MarkSheet, Outcome, Portfolio, PortfolioReceipt, PortfolioRun, PracticalSeal, Viva
from assessments.queries.marking import sheet_digest
from assessments.queries.portfolio import seal_digest
from assessments.queries.practical import practical_sum
from assessments.states import Stage
from ctts.common.verdict import Refused
from ctts.notifications.models import Message
from tests.assessments.final_stages import world as f
from tests.at_once import MANY, at_once
from tests.kept import kept_world

pytestmark = pytest.mark.django_db(transaction=True)


final = kept_world(f.make_final_now)


def ends_of(*acts):
    """What became of each act, all let go at the same moment: whether it was done, or its refusal."""
    ends = at_once(lambda number: acts[number](), len(acts))
    return [str(end) if isinstance(end, Refused) else "done" for end in ends]


def once(act):
    """Twenty times the same act: it is done once."""
    assert ends_of(*[act] * MANY).count("done") == 1


def test_F2_one_of_twenty_presses_seals_the_practical(final):
    f.log_of_two(final.tara, final.cast.sam)
    f.final_dops(final.tara, final.cast.mia)
    given = {"record_id": final.tara.pk, "seen": practical_sum(final.tara).digest, "authentication": f.proof(f.NOW)}
    once(lambda: actions.seal_practical(by=final.cast.mia, now=f.NOW, **given))
    assert (PracticalSeal.objects.count(), Outcome.objects.filter(stage=Stage.PRACTICAL).count()) == (1, 1)


def test_F3_one_of_twenty_presses_compiles_and_one_seals(final):
    tara = final.cast.tara
    once(lambda: actions.compile_portfolio(by=tara, now=f.NOW, record_id=final.tara.pk))
    assert (Portfolio.objects.count(), PortfolioRun.objects.count()) == (1, 1)
    once(lambda: actions.stop_compiling(by=tara, now=f.NOW, record_id=final.tara.pk))
    f.sign_everything(final.tara, final.cast.sam)
    found = f.uploaded(final.tara)
    given = {"record_id": final.tara.pk, "seen": seal_digest(found), "authentication": f.proof(f.NOW)}
    once(lambda: actions.seal_portfolio(by=tara, now=f.NOW, **given))
    assert PortfolioReceipt.objects.count() == 1


def test_F3_one_of_twenty_presses_starts_a_sheet(final):
    attempt = f.to_mark(final)
    once(lambda: actions.start_sheet(by=final.cast.mia, now=f.NOW, attempt_id=attempt.pk))
    assert MarkSheet.objects.count() == 1


@pytest.mark.parametrize("other", ["pass", "refer"])
def test_F3_both_submit_at_the_same_instant_and_there_is_one_outcome(final, other):
    attempt = f.to_mark(final)
    pair = {final.cast.mia: "pass", final.cast.max: other}
    sheets = [f.filled(f.started(attempt, who), result) for who, result in pair.items()]

    def submit(sheet):
        given = {"sheet_id": sheet.pk, "seen": sheet_digest(sheet), "authentication": f.proof(f.NOW)}
        return lambda: actions.submit_sheet(by=sheet.marker, now=f.NOW, **given)

    ends = ends_of(*[submit(sheet) for sheet in sheets] * 5)
    assert ends.count("done") == 2
    attempt.refresh_from_db()
    many = Outcome.objects.filter(stage=Stage.PORTFOLIO).count()
    assert (attempt.state, many) == (("agreed", 1) if other == "pass" else ("disagreed", 0))
    both_in = Message.objects.filter(kind="assessments.marks_in")
    assert both_in.count() == both_in.values("to").distinct().count()


def test_F4_one_of_twenty_presses_books_a_viva_and_everybody_hears_once(final):
    for stage in (Stage.PRACTICAL, Stage.PORTFOLIO):
        f.released(final.cast, final.tara, stage)
    once(lambda: f.booked(final, final.tara, starts_at=f.LATER))
    assert Viva.objects.count() == 1
    assert Message.objects.filter(kind="assessments.viva_booked").count() == 3


def test_F4_of_two_vivas_booked_at_once_for_the_same_hour_and_moderators_there_is_one(final):
    for record in (final.tara, final.tom):
        for stage in (Stage.PRACTICAL, Stage.PORTFOLIO):
            f.released(final.cast, record, stage)
    ends = ends_of(*[lambda one=record: f.booked(final, one, starts_at=f.LATER) for record in (final.tara, final.tom)])
    assert sorted(ends)[1] == "done" and "has the viva of" in sorted(ends)[0]
    assert Viva.objects.filter(state="booked").count() == 1
