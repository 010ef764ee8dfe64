"""What a supervisor asked when returning a competency, and what the trainee did about each point (T2, screens 17)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from ctts.notifications.models import Message
from tests.training.world import (
    NOW,
    authentication,
    browser_of,
    edited,
    item_of,
    opened,
    sign,
    submitted,
    text_evidence,
)
from training import actions, queries
from training.models import ItemReturn, ItemSubmission
from training.rules import points_of

ASKED = "1. Say which phantom you used.\n\n- And on which day."
LATER = NOW + timedelta(days=1)


def returned(world, number=0, reason=ASKED):
    """A competency of Tara's that Sam returned."""
    item = submitted(world.tara, number)
    given = {"item_id": item.pk, "seen": queries.shown_digest(item), "reason": reason}
    actions.return_item(by=world.cast.sam, now=NOW, **given)
    return item_of(world.tara, number)


def again(world, item, *answers, now=LATER):
    """Tara submits it again with these answers."""
    given = {"item_id": item.pk, "seen": queries.shown_digest(item), "answers": answers}
    return actions.submit_item(by=world.cast.tara, now=now, **given)


def address(name, item):
    return reverse(f"training:{name}", args=[item.pk])


@pytest.mark.parametrize(
    ("feedback", "points"),
    [
        (ASKED, ["Say which phantom you used.", "And on which day."]),
        ("One long sentence. And another.", ["One long sentence. And another."]),
        ("(1) First\n2) Second\n• Third", ["First", "Second", "Third"]),
        ("10 mm are too much.\n3.5 as well.", ["10 mm are too much.", "3.5 as well."]),
        ("-\n \n", ["-"]),
    ],
)
def test_screens_17_feedback_is_read_as_points(feedback, points):
    assert points_of(feedback) == points


def test_screens_17_the_trainee_answers_point_by_point_and_the_supervisor_reads_both(world):
    item, tara, sam = returned(world), browser_of(world.cast.tara), browser_of(world.cast.sam)
    assert "What your supervisor asked" in tara.get(address("item", item)).text
    page = tara.get(address("submit", item))
    assert "1. Say which phantom you used." in page.text and "2. And on which day." in page.text
    sent = {"seen": page.context["form"]["seen"].value(), "answer-1": "The Jaszczak phantom.", "answer-2": ""}
    assert tara.post(address("submit", item), {**sent, "answer-1": "x" * 2001}).status_code == 422
    assert tara.post(address("submit", item), sent).status_code == 303
    made = ItemSubmission.objects.first()
    assert (made.answers, made.returned) == (["The Jaszczak phantom.", ""], ItemReturn.objects.get())
    signing = sam.get(reverse("training:sign_off", args=[world.tara.pk])).text
    for text in (signing, sam.get(address("item", item)).text):
        assert text.index("Say which phantom you used.") < text.index("The Jaszczak phantom.")
        assert "Not answered" in text and "Evidence since: as it was." in text
    message = Message.objects.filter(kind="training.submitted").latest("pk")
    for text in (message.text, message.html):
        assert "The Jaszczak phantom." in text and "Not answered." in text


def test_screens_17_what_became_of_the_evidence_since_is_said(world):
    item = returned(world)
    [evidence] = queries.judged_evidence([item])[item.pk]
    edited(world, evidence)
    text_evidence(world.tara, item, title="The phantom")
    found = queries.taken_up(again(world, item), queries.judged_evidence([item])[item.pk])
    assert "“The phantom” added" in found.evidence and "changed" in found.evidence
    given = queries.taken_up(ItemSubmission.objects.first(), [])
    assert given.evidence == "1 piece no longer shared"


def test_screens_17_a_first_submission_and_one_after_a_withdrawn_signature_answer_nothing(world):
    item = returned(world)
    assert ItemSubmission.objects.get().returned is None
    again(world, item, "Done.", "Yesterday.")
    item = item_of(world.tara)
    opened(world.cast.sam, item)
    done = sign(world.cast.sam, item)
    given = {"sign_off_id": done.pk, "reason": "Signed by mistake.", "authentication": authentication(LATER)}
    actions.withdraw_sign_off(by=world.cast.sam, now=LATER, **given)
    item = item_of(world.tara)
    assert queries.asked_of(item) is None
    assert (again(world, item, "Nothing to answer.").returned, ItemSubmission.objects.first().answers) == (None, [])


def test_screens_17_a_return_that_was_not_answered_point_by_point_stays_so(world):
    item = returned(world)
    ItemSubmission.objects.create(item=item, submitted_at=LATER, submitted_by=world.cast.tara)
    assert queries.asked_of(item) is None


def test_screens_17_returns_of_before_say_nothing_of_their_evidence(world):
    item = submitted(world.tara)
    old = ItemReturn.objects.create(item=item, reason="More.", returned_at=NOW, returned_by=world.cast.sam)
    made = ItemSubmission(item=item, returned=old, answers=["Done."], submitted_at=LATER)
    assert queries.taken_up(made, []).evidence == ""


def test_screens_17_the_database_keeps_answers_to_their_own_return_once(world):
    item, other = returned(world, 0), returned(world, 1)
    own, theirs = ItemReturn.objects.get(item=item), ItemReturn.objects.get(item=other)
    facts = {"item": item, "submitted_at": LATER, "submitted_by": world.cast.tara}
    again(world, item)
    wrong = ({"returned": theirs}, {"returned": own}, {"answers": ["Done."]})
    for given in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            ItemSubmission.objects.create(**facts, **given)
