"""Who compiles, uploads and seals a portfolio, and who opens its file (F3)."""

from __future__ import annotations

from datetime import date

from assessments.access.stages import can_be_prepared, reads_sealed
from assessments.models import Portfolio
from assessments.states import PORTFOLIO_MOVES, PortfolioState, Stage
from ctts.accounts.models import User
from ctts.common.moves import can_move
from ctts.common.verdict import YES, Verdict, both, late, no
from ctts.organisations.access import holds
from ctts.organisations.states import Role
from training.access import is_running, is_trainee
from training.models import TrainingRecord

BEING_COMPILED = "It is being compiled. Wait until that is done, or stop it."
SEALED = "It is sealed and no longer changes."


def can_prepare_portfolio(user: User, record: TrainingRecord, portfolio: Portfolio | None) -> Verdict:
    """The trainee compiles or uploads the portfolio of the attempt that is open, until it is sealed (F3, F6).

    `portfolio` is that of this attempt, None before it was begun.
    """
    own = both(both(is_trainee(user, record), is_running(record)), can_be_prepared(record, Stage.PORTFOLIO))
    if not own or portfolio is None:
        return own
    if portfolio.state == PortfolioState.SEALED:
        return late(SEALED)
    return late(BEING_COMPILED) if portfolio.state == PortfolioState.COMPILING else YES


def can_stop_compiling(user: User, record: TrainingRecord, portfolio: Portfolio) -> Verdict:
    """The trainee stops the compiling while it goes on."""
    return both(is_trainee(user, record), can_move(portfolio, PORTFOLIO_MOVES, "fail"))


def can_seal_portfolio(user: User, record: TrainingRecord, portfolio: Portfolio | None) -> Verdict:
    """The trainee seals what is ready; whether it has problems, the action asks (F3)."""
    own = can_prepare_portfolio(user, record, portfolio)
    if own and (portfolio is None or portfolio.state != PortfolioState.READY):
        return late("Nothing is ready to be sealed. Compile it from your record, or upload it.")
    return own


def can_see_readings(user: User, record: TrainingRecord, today: date) -> Verdict:
    """Who opened a sealed portfolio, its trainee and the office see (quality rule 1)."""
    if user.pk == record.trainee_id or holds(user, Role.OFFICE, today):
        return YES
    return no("The trainee and the scheme office see who opened a portfolio.")


def can_open_portfolio(user: User, portfolio: Portfolio, today: date) -> Verdict:
    """A sealed portfolio opens to the trainee, its moderators and the office, nobody else; before, to the trainee."""
    record = portfolio.attempt.record
    if portfolio.state == PortfolioState.SEALED:
        who = "Only the trainee, the moderators who mark it and the scheme office open a sealed portfolio."
        return YES if reads_sealed(user, record, today) else no(who)
    if user.pk != record.trainee_id:
        return no("Until it is sealed, only the trainee opens it.")
    if portfolio.document_id is None:
        return late("There is no file yet.")
    return YES
