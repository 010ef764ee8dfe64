"""Every page of reviews, DOPS, pieces, meetings and concerns asks the database as often with three rows as with one."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.urls import reverse

from tests.training import moderating as m
from tests.training import outside as o
from tests.training import practice as p
from tests.worlds import built_once
from training import actions, queries
from training.actions import Agreed


def draft_review(scene, rows):
    """A review that is written and not signed, with so many competencies and actions."""
    agreed = [Agreed(f"Read rule {number}", "Tara Quinn", date(2026, 6, 30)) for number in range(rows)]
    given = {"values": p.meeting(), "items": p.items_of(scene.tara)[:rows], "actions": agreed}
    return actions.write_review(by=scene.cast.sam, now=p.NOW, record_id=scene.tara.pk, key=uuid4(), **given)


def reviews(scene, rows):
    """So many submitted reviews, and one in each state before."""
    for _ in range(rows):
        p.submitted_review(scene.tara, scene.cast.sam)
    draft, signed = draft_review(scene, rows), draft_review(scene, rows)
    given = {"seen": queries.review_digest(signed), "authentication": p.proof()}
    actions.sign_review(by=scene.cast.sam, now=p.NOW, review_id=signed.pk, **given)
    both = p.acknowledged_review(scene.tara, scene.cast.sam)
    return {"draft": draft.pk, "signed": signed.pk, "both": both.pk}


def dops(scene, rows):
    """So many DOPS in the log, by supervisor and moderator, and one in each state before."""
    tara, sam, mia, trina = scene.tara, scene.cast.sam, scene.cast.mia, scene.cast.trina
    for number in range(rows):
        done = p.complete_dops(tara, sam, procedure=f"Procedure {number}", item=p.items_of(tara)[number])
        p.complete_dops(tara, mia, procedure=f"Review {number}")
    begun = p.filled_dops(p.started_dops(tara, sam), sam)
    return {
        "done": done.pk,
        "begun": begun.pk,
        "asked": p.asked_dops(tara, trina).pk,
        "assessed": p.signed_dops(tara, sam).pk,
        "by_link": [o.signed(tara, sam).pk for _number in range(rows)][-1],
    }


def piece(scene, rows, kind, words):
    """A piece of the trainee with words in it; a case study in so many sections."""
    given = {"by": scene.cast.tara, "now": p.NOW}
    if kind == "reflection":
        made = actions.start_reflection(record_id=scene.tara.pk, key=uuid4(), model="what", title=words, **given)
        more = {"title": words, "happened_on": None, "parts": {"what": words}}
        return actions.save_reflection(reflection_id=made.pk, seen=queries.piece_version(made), **more, **given)
    made = actions.start_case(record_id=scene.tara.pk, key=uuid4(), title=words, **given)
    more = {"title": words, "sections": [(f"Part {number}", words) for number in range(rows)]}
    return actions.save_case(case_id=made.pk, seen=queries.piece_version(made), **more, **given)


def pieces(scene, rows, kind):
    """So many pieces that are submitted, so many comments on the last of them, and so many drafts."""
    for number in range(rows):
        draft, read = piece(scene, rows, kind, f"Draft {number}"), piece(scene, rows, kind, f"Piece {number}")
        given = {"piece": read, "seen": queries.piece_version(read), "declared": True}
        actions.submit_piece(by=scene.cast.tara, now=p.NOW, **given)
    for number in range(rows):
        given = {"piece": read, "text": f"Comment {number}", "quote": "Piece"}
        said = actions.comment_on(by=scene.cast.sam, now=p.NOW, key=uuid4(), **given)
    return {f"{kind}_draft": draft.pk, kind: read.pk, "comment": said.pk}


def around(scene, rows):
    """So many meetings of the moderator and concerns of the supervisor."""
    for number in range(rows):
        given = {"held_on": date(2026, 6, 8), "mode": "online", "plan_reviewed": False, "notes": f"Notes {number}"}
        actions.note_meeting(by=scene.cast.mia, now=p.NOW, record_id=scene.tara.pk, key=uuid4(), **given)
        given = {"patient_safety": False, "text": f"Concern {number}"}
        raised = actions.raise_concern(by=scene.cast.sam, now=p.NOW, record_id=scene.tara.pk, key=uuid4(), **given)
        question = m.asked(scene.tara, scene.cast.tara, topic=f"Topic {number}")
    for number in range(rows):
        m.answered(question, scene.cast.mia, text=f"Answer {number}")
    return {"concern": raised.pk, "question": question.pk}


@built_once
def made(scene, rows):
    """So many rows of everything that a page lists."""
    found = {"record": scene.tara.pk, **reviews(scene, rows), **dops(scene, rows), **around(scene, rows)}
    found |= {**pieces(scene, rows, "reflection"), **pieces(scene, rows, "case")}
    return SimpleNamespace(**found)


def warm(scene, who):
    """A browser whose session has begun: its first page also writes when that was."""
    browser = p.client_of(getattr(scene.cast, who))
    browser.get(reverse("accounts:profile"))
    return browser


# Address → who opens it, which thing it is about, and how many statements that costs.
PAGES = {
    "training:reviews": ("sam", "record", 15),
    "training:review_new": ("sam", "record", 23),
    "training:review": ("sam", "draft", 14),
    "training:review_edit": ("sam", "draft", 26),
    "training:review_sign": ("sam", "draft", 11),
    "training:review_acknowledge": ("tara", "signed", 10),
    "training:review_send_back": ("tara", "signed", 10),
    "training:review_submit": ("sam", "both", 7),
    "training:dops_log": ("sam", "record", 12),
    "training:dops_request": ("tara", "record", 9),
    "training:dops": ("sam", "done", 19),
    "training:dops_approve": ("sam", "asked", 8),
    "training:dops_acknowledge": ("tara", "assessed", 12),
    "training:dops_external": ("sam", "record", 9),
    "training:dops_countersign": ("sam", "by_link", 13),
    "training:dops_decline": ("sam", "begun", 6),
    "training:dops_void": ("sam", "assessed", 9),
    "training:writing": ("sam", "record", 9),
    "training:reflection": ("sam", "reflection", 14),
    "training:reflection_version": ("sam", "reflection", 12),
    "training:reflection_edit": ("tara", "reflection_draft", 10),
    "training:reflection_submit": ("tara", "reflection_draft", 8),
    "training:comment_answer": ("tara", "comment", 7),
    "training:case": ("sam", "case", 15),
    "training:case_version": ("sam", "case", 12),
    "training:case_edit": ("tara", "case_draft", 13),
    "training:case_submit": ("tara", "case_draft", 10),
    "training:meetings": ("mia", "record", 16),
    "training:meeting_first": ("mia", "record", 12),
    "training:meeting_new": ("mia", "record", 11),
    "training:year_review_new": ("mia", "record", 14),
    "training:advice": ("tara", "record", 9),
    "training:advice_ask": ("tara", "record", 9),
    "training:advice_one": ("mia", "question", 9),
    "training:concerns": ("sam", "record", 8),
    "training:concern_raise": ("sam", "record", 9),
    "training:concern": ("cora", "concern", 12),
}
# What else an address names: the latest version, which is compared with the one before.
MORE = {"training:reflection_version": [1], "training:case_version": [1]}
# The five steps of a DOPS as its assessor opens them.
STEPS = {1: 13, 2: 13, 3: 13, 4: 10, 5: 16}


@pytest.mark.parametrize("rows", [1, 3], scope="module")
def test_the_cost_of_a_page_does_not_grow_with_its_rows(scene, made, rows, django_assert_num_queries):
    browsers = {who: warm(scene, who) for who in ("tara", "sam", "mia", "cora")}
    for name, (who, thing, count) in PAGES.items():
        with django_assert_num_queries(count, info=name):
            response = browsers[who].get(reverse(name, args=[getattr(made, thing), *MORE.get(name, ())]))
        assert response.status_code == 200, name


@pytest.mark.parametrize("rows", [1, 3], scope="module")
def test_the_cost_of_a_step_does_not_grow_with_the_log(scene, made, rows, django_assert_num_queries):
    sam = warm(scene, "sam")
    for step, count in STEPS.items():
        with django_assert_num_queries(count, info=f"step {step}"):
            response = sam.get(reverse("training:dops_step", args=[made.begun, step]))
        assert response.status_code == 200


@pytest.mark.parametrize("rows", [1, 3], scope="module")
def test_the_pages_show_as_many_rows_as_there_are(scene, made, rows):
    sam, mia = warm(scene, "sam"), warm(scene, "mia")

    def shown(browser, name, pk=made.record):
        return browser.get(reverse(name, args=[pk])).context

    assert len(shown(sam, "training:reviews")["rows"]) == rows + 3
    assert len(shown(sam, "training:review", made.draft)["actions"]) == rows
    assert len(shown(sam, "training:dops_log")["rows"]) == 3 * rows + 3
    assert len(shown(sam, "training:writing")["cases"]) == 2 * rows
    assert len(shown(sam, "training:reflection", made.reflection)["comments"]) == rows
    assert len(shown(mia, "training:meetings")["rows"]) == len(shown(mia, "training:advice")["rows"]) == rows
    assert len(shown(sam, "training:concerns")["rows"]) == rows
