"""Nothing of the Final Assessment before the first year is passed and released (F1 to F4)."""

import pytest

from assessments import actions
from assessments.queries import duties_for, others_for
from assessments.states import Result, Stage
from ctts.common.verdict import TooLate
from tests.assessments.final_stages import world as f
from tests.worlds import made_once


@pytest.fixture(scope="module")
def module_scene(django_db_setup, django_db_blocker):
    """Both records in their first year."""
    with made_once(django_db_blocker, f.make_scene, at=f.NOW) as ground:
        yield ground


@pytest.fixture
def scene(module_scene, request):
    with module_scene.lent(request) as world:
        yield world


def test_F2_the_practical_is_not_sealed(scene):
    f.log_of_two(scene.tara, scene.cast.sam)
    given = {"record_id": scene.tara.pk, "seen": "0" * 64, "authentication": f.proof(f.NOW)}
    with pytest.raises(TooLate, match="End of First Year Assessment has not been passed and released"):
        actions.seal_practical(by=scene.cast.mia, now=f.NOW, **given)
    f.agreed(scene.tara, Stage.FIRST_YEAR, 1, Result.PASS, f.PASSED)
    with pytest.raises(TooLate, match="not been passed and released"):
        actions.seal_practical(by=scene.cast.mia, now=f.NOW, **given)


def test_F3_no_portfolio_is_compiled_or_uploaded(scene):
    for act in (lambda: f.compiled(scene.tara), lambda: f.uploaded(scene.tara)):
        with pytest.raises(TooLate, match="First Year"):
            act()


def test_F4_no_viva_is_booked(scene):
    f.appoint(scene, scene.tara, scene.cast.max)
    given = {"starts_at": f.LATER, "joining": "https://meet.example.org", "record_id": scene.tara.pk}
    with pytest.raises(TooLate, match="First Year"):
        actions.book_viva(by=scene.cast.olive, now=f.NOW, **given)


def test_rule_n_nobody_is_asked_for_anything_but_the_first_year(scene):
    f.appoint(scene, scene.tara, scene.cast.max)
    for who in ("tara", "mia", "max", "olive", "sam"):
        person = getattr(scene.cast, who)
        asked = [row.what for row in duties_for(person, f.TODAY)]
        assert asked == (["Complete what the first year needs"] if who == "tara" else [])
        assert others_for(person, f.TODAY) == []
