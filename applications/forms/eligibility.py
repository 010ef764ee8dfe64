"""The public check of the entry rules a to e, without an account (A1)."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms

from applications.forms.fields import UNLESS_ANOTHER, ScoreField, TypedDayField, YesNoField
from applications.rules import (
    CentreFacts,
    Checked,
    EnglishFacts,
    QualificationFacts,
    RuleResult,
    cited,
    eligibility,
    on_scale,
)
from applications.states import EnglishElement, EnglishTest, Part, QualificationKind
from ctts.common.fields import needed_later
from ctts.common.forms import CrispyForm, offer
from ctts.organisations.models import Organisation
from ctts.scheme.queries import accredited_centres, is_accredited, numbers_of, rules_on, scopes_open_to_apply
from ctts.scheme.states import AccreditationState

COUNTS = [(str(number), str(number)) for number in range(7)]
LEVELS = [
    ("", "Choose the level"),
    ("0", "None, or below level 4"),
    ("4", "Level 4, for example a Certificate of Higher Education or HNC"),
    ("5", "Level 5, for example a Foundation Degree or HND"),
    ("6", "Level 6, for example a bachelor's degree"),
    ("7", "Level 7 or above"),
]
WITH_ONE = "with a qualification of level 4 or above"
GRADES = [("", "Choose the grade"), *((grade, grade) for grade in ("9", "8", "7", "6", "5", "4", "3", "2", "1"))]


# The questions about English, which the form of an application asks by the same names.
ENGLISH = ("first_language_english", "gcse_grade", "test", "overall", *EnglishElement.values, "taken_on")


class EligibilityForm(CrispyForm):
    """Some questions whose answers say what the entry rules will say."""

    submit_label = "Check"

    employed = YesNoField(
        label="Are you employed in a department that trains clinical technologists?", yes="Yes", no="No, or not yet"
    )
    scope: Any = forms.ModelChoiceField(
        queryset=None,
        label="Scope of practice",
        empty_label="Choose the scope",
        error_messages={"required": "Choose the scope."},
    )
    centre: Any = forms.ModelChoiceField(
        queryset=None,
        label="Training Centre",
        required=False,
        empty_label="It is not in this list",
        help_text="The centres accredited today for at least one scope of practice.",
    )
    a_levels = forms.ChoiceField(label="How many A levels do you have?", choices=COUNTS)
    equivalents = forms.ChoiceField(
        label="How many more have you the equivalent of?",
        choices=COUNTS,
        required=False,
        help_text="For example a BTEC or an access course. A person judges what is equivalent.",
    )
    science = needed_later(YesNoField(label="Is one of them a science?", required=False), "if you have one")
    level = forms.ChoiceField(
        label="Your highest higher education qualification",
        choices=LEVELS,
        error_messages={"required": "Choose the level."},
    )
    complete = needed_later(YesNoField(label="Is it complete?", required=False), WITH_ONE)
    relevant = needed_later(
        forms.ChoiceField(
            label="Is its subject relevant to the scope?",
            required=False,
            widget=forms.RadioSelect,
            choices=[("yes", "Yes"), ("no", "No"), ("unsure", "I am not sure")],
        ),
        WITH_ONE,
    )
    overseas = YesNoField(label="Is any of your qualifications from outside the UK?")
    enic = needed_later(
        YesNoField(label="Do you have a UK ENIC statement of comparison?", required=False),
        "if one is from outside the UK",
    )
    first_language_english = YesNoField(label="Is English your first language?")
    gcse_grade = needed_later(
        forms.ChoiceField(
            label="Your grade in GCSE English, or its equivalent",
            choices=GRADES,
            required=False,
            help_text="Letters count as C = 4, B = 5, A = 7.",
        ),
        "if English is your first language",
    )
    test = needed_later(
        forms.ChoiceField(label="The test you took", required=False, choices=[("", "None yet"), *EnglishTest.choices]),
        "if it is not your first language",
    )
    overall = needed_later(ScoreField(label="Overall score", required=False), "for IELTS, TOEFL and PTE")
    listening = needed_later(ScoreField(label="Listening", required=False), UNLESS_ANOTHER)
    reading = needed_later(ScoreField(label="Reading", required=False), UNLESS_ANOTHER)
    writing = needed_later(ScoreField(label="Writing", required=False), UNLESS_ANOTHER)
    speaking = needed_later(ScoreField(label="Speaking", required=False), UNLESS_ANOTHER)
    taken_on = needed_later(TypedDayField(label="Taken on", required=False), "with a test")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)
        offer(self, "scope", scopes_open_to_apply())
        offer(self, "centre", accredited_centres(None, today))

    def clean(self) -> dict[str, Any]:
        """What an answer opens is answered too; scores lie on the scale of their test."""
        cleaned = super().clean() or {}
        self._answers_what_is_open(cleaned)
        test = cleaned.get("test")
        for name in ("overall", *EnglishElement.values) if test else ():
            score = cleaned.get(name)
            try:
                if score is not None:
                    on_scale(test or "", score, "" if name == "overall" else name)
            except ValueError as problem:
                self.add_error(name, str(problem))
        return cleaned

    def _answers_what_is_open(self, given: dict[str, Any]) -> None:
        """A rule that would answer for somebody who has not is no check."""
        higher = (given.get("level") or "0") != "0"
        school = any((given.get(name) or "0") != "0" for name in ("a_levels", "equivalents"))
        for name, asked, message in (
            ("science", school, "Say whether one of them is a science."),
            ("complete", higher, "Say whether it is complete."),
            ("relevant", higher, "Say whether its subject is relevant, or that you are not sure."),
            ("enic", given.get("overseas"), "Say whether you have a statement of comparison."),
        ):
            if asked and given.get(name) in (None, "") and name not in self.errors:
                self.add_error(name, message)

    def results(self) -> tuple[RuleResult, ...]:
        """What the entry rules a to e say of these answers, by the same functions that judge applications (A3)."""
        given = self.cleaned_data
        version = rules_on(self.today)
        numbers, centre = numbers_of(version), self._centre(given)
        results = eligibility(centre, self._qualifications(given), self._english(given), self.today, numbers)
        return cited(results, numbers, version.version)

    def clean_taken_on(self) -> date | None:
        """A test has been taken: its day is not to come."""
        taken_on: date | None = self.cleaned_data["taken_on"]
        if taken_on is not None and taken_on > self.today:
            raise forms.ValidationError("This day has not come yet.")
        return taken_on

    def answers(self) -> str:
        """What was answered, and nothing else that was sent, as the query of an address."""
        return urlencode({name: self.data.get(name, "") for name in self.fields})

    def kept(self) -> Checked:
        """What an application begun with these answers takes over: the results, and the text of the parts they fill."""
        results = [
            {"rule": one.rule, "outcome": str(one.outcome), "reason": one.reason, "section": one.section}
            for one in self.results()
        ]
        raw = {name: [str(self.data.get(name) or "")] for name in self.fields}
        scope, centre = {"scope": raw["scope"]}, {"centre": raw["centre"]}
        if self.cleaned_data["centre"] is not None:  # only then it is the same question
            centre["employed_there"] = raw["employed"]
        english = {name: raw[name] for name in ENGLISH}
        return Checked(results, {Part.SCOPE: scope, Part.EMPLOYMENT: centre, Part.ENGLISH: english})

    def _centre(self, given: dict[str, Any]) -> CentreFacts:
        centre: Organisation | None = given["centre"]
        if centre is None:
            return CentreFacts(name="A centre outside this list", employed=given["employed"])
        if not is_accredited(centre.pk, given["scope"].pk, self.today):
            return CentreFacts(name=centre.name, employed=given["employed"])
        return CentreFacts(
            name=centre.name,
            employed=given["employed"],
            status=AccreditationState.ACCREDITED,
            starts_on=self.today,
            ends_on=self.today,
        )

    @staticmethod
    def _qualifications(given: dict[str, Any]) -> list[QualificationFacts]:
        overseas, enic = given["overseas"], bool(given["enic"])
        sure, more = int(given["a_levels"]), int(given["equivalents"] or 0)
        kinds = [(QualificationKind.A_LEVEL, sure), (QualificationKind.A_LEVEL_EQUIVALENT, more)]
        counted = [kind for kind, number in kinds for _ in range(number)]
        found = [
            QualificationFacts(
                title=kind.label, kind=kind, complete=True, a_levels=1, science=bool(given["science"]) and place == 0
            )
            for place, kind in enumerate(counted)
        ]
        level = int(given["level"] or 0)
        higher = QualificationFacts(
            title="Your qualification",
            kind=QualificationKind.HIGHER_EDUCATION,
            complete=bool(given["complete"]),
            fheq_level=level or None,
            relevant={"yes": True, "no": False}.get(given["relevant"]),
            overseas=overseas,
            enic_attached=enic,
        )
        return [*found, higher] if level or overseas else found

    @staticmethod
    def _english(given: dict[str, Any]) -> EnglishFacts:
        test = given["test"] or None
        return EnglishFacts(
            first_language_english=given["first_language_english"],
            gcse_grade=given["gcse_grade"] or None,
            test=test,
            overall=given["overall"],
            elements={name: given[name] for name in EnglishElement.values} if test else {},
            taken_on=given["taken_on"],
        )
