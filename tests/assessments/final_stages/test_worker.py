"""Compiling in the worker (F3): step by step, resumed after a crash, tried again, stopped; failures say why."""

import os
import signal

import pytest

from assessments import actions, compiling, periodic
from assessments.models import Portfolio, PortfolioPart, PortfolioRun
from assessments.periodic import Hands
from ctts.common.runs import TRIES
from ctts.common.verdict import TooLate
from ctts.documents import storage
from tests.assessments.final_stages import world as f
from tests.forking import in_a_copy
from tests.kept import kept_world
from training import actions as training

pytestmark = pytest.mark.django_db(transaction=True)


final = kept_world(f.make_final_now)


def asked(final):
    """Tara has pressed "Compile from my record"; there are a text, a file and three parts."""
    first, second = f.items_of(final.tara)[:2]
    f.text(final.tara, first)
    piece = f.evidence_file(final.tara, "certificate-photo.jpg", second)
    actions.compile_portfolio(by=final.cast.tara, now=f.NOW, record_id=final.tara.pk)
    return piece


def ended(final):
    found = f.latest(final.tara)
    return found.state, found.error


def test_F3_the_worker_compiles_it_and_tells_the_trainee(final):
    asked(final)
    assert periodic.compile_portfolios(f.NOW) == 3
    found = f.latest(final.tara)
    assert (found.state, found.progress, found.progress_total) == ("ready", 3, 3)
    with f.open_pdf(found) as pdf:
        assert len(pdf.pages) == found.pages
    assert found.document.is_ready or found.document.state == "received"
    assert f.told(final.cast.tara)[-1] == "assessments.portfolio_ready"
    assert f.kinds_audited(final.tara)[-1] == "assessments.portfolio.compiled"
    assert periodic.compile_portfolios(f.NOW) == 0
    assert PortfolioRun.objects.get().finished_at == f.NOW


def test_F3_the_file_is_named_after_the_trainee_with_every_letter(final):
    type(final.cast.tara).objects.filter(pk=final.cast.tara.pk).update(full_name="Zofia Łukasiewicz-Ó Briain")
    asked(final)
    periodic.compile_portfolios(f.NOW)
    assert f.latest(final.tara).document.original_name == "portfolio-zofia-lukasiewicz-o-briain-1.pdf"


def test_F3_a_worker_killed_in_the_middle_loses_nothing(final):
    asked(final)

    def die_at_second(part, now):
        if part.position == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        compiling.make_part(part, now)

    child = in_a_copy(lambda: periodic.compile_with(Hands(make_part=die_at_second), f.NOW))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert f.latest(final.tara).progress == 1
    first = PortfolioPart.objects.get(position=1)
    assert (first.state, bool(first.sha256)) == ("done", True)
    assert periodic.compile_portfolios(f.NOW) == 2
    assert PortfolioPart.objects.get(position=1).ended_at == first.ended_at
    assert (ended(final), f.latest(final.tara).progress) == (("ready", ""), 3)


def test_F3_a_worker_killed_while_it_puts_together_is_counted(final):
    asked(final)

    def die(*given, **more):
        os.kill(os.getpid(), signal.SIGKILL)

    hands = Hands(whole_of=lambda run, now: compiling.whole_of(run, now, joined=die))
    for _ in range(TRIES):
        child = in_a_copy(lambda: periodic.compile_with(hands, f.NOW))
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert ended(final)[0] == "compiling"
    # Once more would only kill the next worker: it ends, and the trainee reads so.
    assert periodic.compile_portfolios(f.NOW) == 0
    assert ended(final) == ("failed", compiling.FAULT.format(what="the one PDF"))
    actions.compile_portfolio(by=final.cast.tara, now=f.NOW, record_id=final.tara.pk)
    periodic.compile_portfolios(f.NOW)
    assert ended(final) == ("ready", "")


@pytest.mark.logs_errors
def test_F3_a_part_that_fails_three_times_is_named(final):
    asked(final)

    def breaks(part, now):
        raise ZeroDivisionError

    hands = Hands(make_part=breaks)
    assert [periodic.compile_with(hands, f.NOW) for _ in range(2)] == [2, 2]
    assert ended(final) == ("compiling", "")
    periodic.compile_with(hands, f.NOW)
    assert ended(final) == ("failed", compiling.FAULT.format(what="Training plan"))
    assert f.told(final.cast.tara)[-1] == "assessments.portfolio_failed"


def test_F3_a_part_that_is_refused_says_why(final):
    asked(final)

    def refuses(part, now):
        raise TooLate("This part has no pages.")

    periodic.compile_with(Hands(make_part=refuses), f.NOW)
    assert ended(final) == ("failed", "This part has no pages.")


def test_F3_evidence_that_changed_meanwhile_ends_it_with_the_reason(final):
    piece = asked(final)
    training.reopen_evidence(by=final.cast.tara, now=f.NOW, evidence_id=piece.pk)
    assert periodic.compile_portfolios(f.NOW) == 2
    assert ended(final) == (
        "failed",
        "Evidence changed or was withdrawn while the portfolio was compiled (E2). Compile it again.",
    )


def test_F3_one_that_was_stopped_is_left_alone(final):
    asked(final)

    def stop_meanwhile(run, now):
        whole = compiling.whole_of(run, now)
        actions.stop_compiling(by=final.cast.tara, now=f.NOW, record_id=final.tara.pk)
        return whole

    assert periodic.compile_with(Hands(whole_of=stop_meanwhile), f.NOW) == 2
    assert ended(final) == ("failed", "You stopped it. Nothing of your record was changed.")
    actions.compile_portfolio(by=final.cast.tara, now=f.NOW, record_id=final.tara.pk)
    actions.stop_compiling(by=final.cast.tara, now=f.NOW, record_id=final.tara.pk)
    assert periodic.compile_portfolios(f.NOW) == 0
    with pytest.raises(TooLate, match="was stopped"):
        actions.finish_compiling(by=None, now=f.NOW, run_id=PortfolioRun.objects.earliest("pk").pk, whole=None)


def test_F3_a_new_one_goes_on_when_the_worker_ends_the_one_that_was_stopped(final):
    asked(final)

    def stop_and_begin_again(run, now):
        whole = compiling.whole_of(run, now)
        actions.stop_compiling(by=final.cast.tara, now=f.NOW, record_id=final.tara.pk)
        actions.compile_portfolio(by=final.cast.tara, now=f.NOW, record_id=final.tara.pk)
        return whole

    periodic.compile_with(Hands(whole_of=stop_and_begin_again), f.NOW)
    assert ended(final)[0] == "compiling"
    assert "assessments.portfolio_failed" not in f.told(final.cast.tara)
    periodic.compile_portfolios(f.NOW)
    assert ended(final)[0] == "ready"


@pytest.mark.logs_errors
def test_F3_while_the_files_are_away_it_waits_and_goes_on(final, settings, tmp_path):
    asked(final)
    assert compiling.ready_runs().count() == 0
    settings.STORAGE_URL, kept = f"file://{tmp_path}/elsewhere", settings.STORAGE_URL
    (tmp_path / "elsewhere").write_text("Not a folder.")
    periodic.compile_portfolios(f.NOW)
    assert ended(final)[0] == "compiling"
    settings.STORAGE_URL = kept
    periodic.compile_portfolios(f.NOW)
    assert ended(final) == ("ready", "")
    assert storage.current() is not None


def test_F3_one_portfolio_that_takes_long_leaves_the_next_to_the_next_minute(final):
    asked(final)
    ticks = iter([0.0])
    assert periodic.compile_with(Hands(clock=lambda: next(ticks, 1000.0)), f.NOW) == 2
    assert ended(final)[0] == "compiling"
    assert periodic.compile_portfolios(f.NOW) == 1
    assert Portfolio.objects.get().state == "ready"


def test_F1_the_calendar_tells_both_moderators_once_that_a_portfolio_may_be_marked(final):
    f.sealed_portfolio(final.tara, final.cast.sam)
    assert periodic.tell_markers(f.NOW) == 0
    f.released(final.cast, final.tara, f.Stage.PRACTICAL)
    assert periodic.tell_markers(f.NOW) == 2
    assert periodic.tell_markers(f.NOW) == 0
    for person in (final.cast.mia, final.cast.max):
        assert f.told(person).count("assessments.portfolio_to_mark") == 1
