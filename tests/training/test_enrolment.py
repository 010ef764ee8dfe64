"""Enrolment: all of E1, once, from the enrolment date on, by the calendar or by the office (E1, E2, I5, M)."""

from __future__ import annotations

from datetime import date

import pytest

from applications.models import Application
from applications.states import ApplicationState
from ctts.audit.models import AuditEvent
from ctts.common.verdict import NotAllowed, TooLate
from ctts.notifications.models import Message
from tests.cast import at, make_cast
from tests.make import published_framework
from tests.training.world import ENROLLED, accepted, april
from training import actions, periodic
from training.models import AssociateMembership, Attendance, PlanItem, TrainingRecord
from training.states import AppointmentKind, MilestoneKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db):
    return make_cast()


@pytest.fixture
def application(cast):
    april()
    return accepted(cast, cast.tara, cast.sam, published_framework("NM"))


def test_e1_the_record_keeps_scope_framework_rules_centre_and_dates(cast, application):
    record = actions.enrol(by=None, now=ENROLLED, application_id=application.pk)
    assert (record.trainee, record.scope.code, record.centre) == (cast.tara, "NM", cast.leeds)
    assert record.framework == application.competency_list.framework
    assert record.rules.version == 1
    assert (record.start_on, record.expected_end_on) == (date(2026, 4, 1), date(2028, 3, 31))
    application.refresh_from_db()
    assert application.state == ApplicationState.ENROLLED
