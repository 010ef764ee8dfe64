"""The rules of application and entry: pure functions over plain facts. `intake_for` is the scheme's, named here too."""

from applications.rules.adjusting import effects_in_words, extra_minutes
from applications.rules.check import Checked, TypedParts
from applications.rules.completeness import (
    MissingPart,
    completeness,
    left_words,
    missing_before_supervisor,
    received_after_reply,
    reply_keeps_received,
)
from applications.rules.english import (
    english_met,
    english_shortfalls,
    gcse_grade_number,
    grade_in_words,
    on_scale,
)
from applications.rules.entry import (
    Coverage,
    a_level_rule,
    acceptance_blocked_by,
    centre_rule,
    coverage,
    eligibility,
    english_rule,
    entry_rules,
    higher_education_rule,
    level_rule,
    overseas_rule,
    pounds,
    purchase_order_covers,
    purchase_order_rule,
    scope_rule,
    shortfall,
)
from applications.rules.facts import (
    ENTRY_RULES,
    ApplicationFacts,
    CentreFacts,
    EnglishFacts,
    ListItem,
    QualificationFacts,
    RuleResult,
    Score,
)
from applications.rules.late import digest_of
from applications.rules.levels import below_higher_education, fheq_level_of
from ctts.scheme.rules import intake_for
from ctts.scheme.rules import next_intake as intake_after_cutoff

__all__ = [
    "ENTRY_RULES",
    "ApplicationFacts",
    "CentreFacts",
    "Checked",
    "Coverage",
    "EnglishFacts",
    "ListItem",
    "MissingPart",
    "QualificationFacts",
    "RuleResult",
    "Score",
    "TypedParts",
    "a_level_rule",
    "acceptance_blocked_by",
    "below_higher_education",
    "centre_rule",
    "completeness",
    "coverage",
    "digest_of",
    "effects_in_words",
    "eligibility",
    "english_met",
    "english_rule",
    "english_shortfalls",
    "entry_rules",
    "extra_minutes",
    "fheq_level_of",
    "gcse_grade_number",
    "grade_in_words",
    "higher_education_rule",
    "intake_after_cutoff",
    "intake_for",
    "left_words",
    "level_rule",
    "missing_before_supervisor",
    "on_scale",
    "overseas_rule",
    "pounds",
    "purchase_order_covers",
    "purchase_order_rule",
    "received_after_reply",
    "reply_keeps_received",
    "scope_rule",
    "shortfall",
]
