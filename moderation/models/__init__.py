"""Tables of moderation, by thing."""

from moderation.models.agreeing import Adjudication, AgreedMark, Disagreement
from moderation.models.boards import Award, Board, BoardCandidate
from moderation.models.diplomas import Diploma, DiplomaFile, DiplomaYear, IssueItem, IssueRun, Pack, PackFile
from moderation.models.pool import AppointmentCheck, Declaration, Interest, Moderator
from moderation.models.sampling import Sample, SampleDraw, SampleJudgement, SampleReply

__all__ = [
    "Adjudication",
    "AgreedMark",
    "AppointmentCheck",
    "Award",
    "Board",
    "BoardCandidate",
    "Declaration",
    "Diploma",
    "DiplomaFile",
    "DiplomaYear",
    "Disagreement",
    "Interest",
    "IssueItem",
    "IssueRun",
    "Moderator",
    "Pack",
    "PackFile",
    "Sample",
    "SampleDraw",
    "SampleJudgement",
    "SampleReply",
]
