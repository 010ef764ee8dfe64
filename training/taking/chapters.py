"""The chapters that training tells itself, each at its place; `training/ties.py` declares them."""

from __future__ import annotations

from training.queries.copies import Tell
from training.taking import about_me, my_work, talks, with_others

OWN_CHAPTERS: tuple[tuple[int, Tell], ...] = (
    (10, about_me.person),
    (11, about_me.application),
    (12, about_me.people),
    (20, my_work.plan),
    (21, my_work.competencies),
    (22, my_work.evidence),
    (23, my_work.reflections),
    (24, my_work.case_studies),
    (30, with_others.reviews),
    (31, with_others.reports),
    (32, with_others.dops),
    (33, about_me.moderator),
    (34, with_others.earlier),
    (35, talks.year_reviews),
    (36, talks.advice),
    (37, talks.messages),
    (38, talks.cpd),
    (40, about_me.changes),
    (41, about_me.adjustments),
    (42, with_others.concerns),
    (90, with_others.history),
)
