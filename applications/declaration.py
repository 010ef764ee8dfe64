"""The words that people declare and sign (A2). Other words are a new version, which goes below the others; none is ever
changed or taken away, so that what somebody declared stays readable, and keeps its digest."""

from __future__ import annotations

from ctts.common.digest import sha256

VERSIONS: dict[str, tuple[str, ...]] = {
    "2026-1": (
        "What I have written is true and complete, and the files are copies of my own certificates.",
        "I am employed in the Training Centre named, and my employer supports my training.",
        "I know that I must keep the scheme informed of changes of my circumstances.",
        "No patient can be identified in anything I have attached or will attach.",
        "The scheme may check my qualifications with those who awarded them.",
    ),
}
"""The statements of each version, the one in force last."""

SUPPORT = (
    "I support this application as the applicant's Training Supervisor, I have read the training plan, and my "
    "department will give the time and supervision it needs."
)
TO_CONFIRM = "to confirm their application"  # completes "… invites you …"
RETURN = "I return this application to the applicant."


def version_in_force() -> str:
    """The version that is declared today."""
    return next(reversed(VERSIONS))


def digest_of(version: str) -> str:
    """The SHA-256 of a version's words, in hex; raises KeyError for a version that never was."""
    return sha256({"version": version, "statements": list(VERSIONS[version])})
