"""The words that people declare and sign (A2). Other words are a new version; what was declared keeps its digest."""

from __future__ import annotations

from ctts.common.digest import sha256

VERSION = "2026-1"
STATEMENTS = (
    "What I have written is true and complete, and the files are copies of my own certificates.",
    "I am employed in the Training Centre named, and my employer supports my training.",
    "I know that I must keep the scheme informed of changes of my circumstances.",
    "No patient can be identified in anything I have attached or will attach.",
    "The scheme may check my qualifications with those who awarded them.",
)
SHA256 = sha256({"version": VERSION, "statements": list(STATEMENTS)})

SUPPORT = (
    "I support this application as the applicant's Training Supervisor, I have read the training plan, and my "
    "department will give the time and supervision it needs."
)
TO_CONFIRM = "to confirm their application"  # completes "… invites you …"
RETURN = "I return this application to the applicant."
