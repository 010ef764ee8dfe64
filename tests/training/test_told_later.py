"""What is said of a mail to a trainee whose training is interrupted: that it goes when training goes on (N)."""

from __future__ import annotations

from tests.training import moderating as m
from tests.training import practice as p
from tests.training.pages import address, press, words
from tests.training.test_threads import begun
from tests.training.world import browser_of
from training.models import TrainingRecord

LATER = "Tara Quinn is told when training goes on, whoever else reads it by mail now."
BY_MAIL = "Whoever else reads it is told by mail."


def interrupt(scene):
    TrainingRecord.objects.filter(pk=scene.tara.pk).update(state="interrupted")


def said(client, url, **sent):
    """The page that stands after a form was sent."""
    return words(client.get(press(client, url, **sent).url))


def test_N_a_message_to_an_interrupted_trainee_is_not_said_to_go_by_mail(scene):
    sam, thread = browser_of(scene.cast.sam), address("thread", begun(scene).pk)
    new = address("thread_new", scene.tara.pk)
    message = {"subject": "Rota", "text": "Tuesday.", "to": ["to_moderator"]}
    assert BY_MAIL in said(sam, thread, text="I am on it.") and BY_MAIL in said(sam, new, **message)
    interrupt(scene)
    assert LATER in said(sam, thread, text="And another.") and LATER in said(sam, new, **message)
    assert BY_MAIL in said(browser_of(scene.cast.tara), thread, text="I read it.")


def test_N_a_signed_review_and_an_answer_say_when_the_trainee_hears(scene):
    review, question = p.written_review(scene.tara, scene.cast.sam), m.asked(scene.tara, scene.cast.sam)
    interrupt(scene)
    sam, mia = (browser_of(person, proved=True) for person in (scene.cast.sam, scene.cast.mia))
    assert "is asked to acknowledge it, when training goes on." in said(sam, address("review_sign", review.pk))
    answered = said(mia, address("advice_one", question.pk), text="Yes.")
    assert "The supervisor is told; the trainee when training goes on." in answered
