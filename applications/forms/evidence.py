"""Qualifications, English and the purchase order, each with its file (A2, A3 b to f)."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from applications.forms.base import FilesPartForm, certificate_field
from applications.forms.fields import UNLESS_ANOTHER, ScoreField, TypedDayField, YesNoField
from applications.models import Qualification
from applications.queries import current_order, english_of, english_shortfalls_of, numbers_for
from applications.queries.wording import score_in_words
from applications.rules import (
    below_higher_education,
    fheq_level_of,
    gcse_grade_number,
    grade_in_words,
    on_scale,
    pounds,
    shortfall,
)
from applications.states import EnglishElement, EnglishTest, Part, QualificationFramework, QualificationKind
from ctts.common.fields import PoundsField, needed_later
from ctts.common.forms import KeyField
from ctts.documents.forms import DocumentField
from ctts.documents.states import MediaType

SHORT = {"class": "form-control--short", "inputmode": "numeric"}


def number_for_some(label: str, when: str, *, bounds: tuple[int, int], help_text: str = "") -> forms.Field:
    """A short whole number that only some answers ask for; `when` says which, `bounds` are the least and the most."""
    words = f"Write a whole number from {bounds[0]} to {bounds[1]}."
    field = forms.IntegerField(
        label=label,
        required=False,
        min_value=bounds[0],
        max_value=bounds[1],
        widget=forms.TextInput(attrs=SHORT),
        help_text=help_text,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), words),
    )
    return needed_later(field, when)


class QualificationForm(FilesPartForm):
    """One qualification with its certificate; `fheq_level` is worked out from the framework it stands on (A3 c)."""

    part = Part.QUALIFICATIONS
    submit_label = "Save the qualification"
    needed_in_the_end: ClassVar = ("certificate",)
    kept_files: ClassVar = {
        "certificate": ("applications.certificate", "certificate"),
        "enic": ("applications.enic_statement", "enic_statement"),
    }

    kind = forms.ChoiceField(label="What is it?", choices=QualificationKind.choices, widget=forms.RadioSelect)
    title = forms.CharField(label="Title", max_length=200, help_text="For example BSc (Hons), HNC, A levels.")
    subject = forms.CharField(label="Subject or subjects", max_length=160)
    institution = forms.CharField(label="School, college or university", max_length=200)
    complete = YesNoField(
        label="Is it complete?",
        yes="Yes, it was awarded",
        no="No, it is still going on\nOnly complete qualifications count for the entry rules.",
    )
    grade = forms.CharField(label="Grade", max_length=60, required=False)
    awarded_on = TypedDayField(label="Awarded on", required=False)
    framework = forms.ChoiceField(label="On which framework was it awarded?", choices=QualificationFramework.choices)
    framework_level = number_for_some(
        "Level on that framework",
        "for higher education",
        bounds=(1, 12),
        help_text="For an overseas qualification: the level that UK ENIC compares it with.",
    )
    a_levels = number_for_some(
        "How many A levels is it?",
        "for A levels and their equivalent",
        bounds=(0, 6),
        help_text="For A levels, or what you offer as equivalent to them; else leave it empty.",
    )
    science = forms.BooleanField(label="A science subject is part of it", required=False)
    certificate = certificate_field("Certificate")
    enic = certificate_field("UK ENIC statement of comparison")
    key = KeyField()

    def __init__(self, *args: Any, row: Qualification | None = None, **kwargs: Any) -> None:
        self.row, self.qualification_id = row, row.pk if row else None
        super().__init__(*args, **kwargs)

    def stored(self) -> dict[str, Any]:
        """The saved row when one is edited."""
        if self.row is None:
            return {"kind": QualificationKind.HIGHER_EDUCATION}
        names = set(self.base_fields) - {"seen", "certificate", "enic", "key"}
        return {**{name: getattr(self.row, name) for name in names}, **self.stored_files(self.row)}

    def clean_awarded_on(self) -> Any:
        """Not a day to come."""
        awarded_on = self.cleaned_data["awarded_on"]
        if awarded_on is not None and awarded_on > self.today:
            raise ValidationError("This day has not come yet. If it is not awarded, it is not complete.", code="future")
        return awarded_on

    def clean(self) -> dict[str, Any]:
        """A levels are counted, a level of higher education is known, and it lies on its framework."""
        cleaned = super().clean() or {}
        kind, framework = cleaned.get("kind"), cleaned.get("framework")
        counted = {QualificationKind.A_LEVEL, QualificationKind.A_LEVEL_EQUIVALENT}
        if kind in counted and not cleaned.get("a_levels") and "a_levels" not in self.errors:
            self.add_error("a_levels", "Say how many A levels it is, or is equivalent to.")
        level = cleaned.get("framework_level")
        if kind == QualificationKind.HIGHER_EDUCATION and level is None and "framework_level" not in self.errors:
            self.add_error("framework_level", "Give the level; it stands on the certificate or the course page.")
        elif framework and level is not None:
            self._place_on_framework(cleaned, framework, level)
            if kind == QualificationKind.HIGHER_EDUCATION and (words := below_higher_education(framework, level)):
                self.add_error("framework_level", f"{words} Choose it under “What is it?”.")
        return cleaned

    def _place_on_framework(self, cleaned: dict[str, Any], framework: str, level: int) -> None:
        try:
            cleaned["fheq_level"] = fheq_level_of(framework, level)
        except ValueError as problem:
            self.add_error("framework_level", str(problem))

    def values(self) -> dict[str, Any]:
        """The columns of the row."""
        found = {k: v for k, v in super().values().items() if k not in {"certificate", "enic", "key"}}
        return {
            **found,
            **self.documents(),
            "a_levels": found["a_levels"] or 0,
            "fheq_level": self.cleaned_data.get("fheq_level"),
            "overseas": found["framework"] == QualificationFramework.OVERSEAS,
        }


class EnglishForm(FilesPartForm):
    """English in its two branches: a level 2 qualification, or a test (A3 d). Only the branch chosen is looked at."""

    part = Part.ENGLISH
    needed_in_the_end: ClassVar = ("certificate",)
    kept_files: ClassVar = {
        "certificate": ("applications.english_certificate", "certificate"),
        "equivalence": ("applications.english_equivalence", "equivalence"),
    }
    FIRST = ("gcse_grade", "qualification_title", "qualification_level")
    TESTED = ("test", "test_name", "overall", *EnglishElement.values, "taken_on")

    first_language_english = YesNoField(label="Is English your first language?", yes="Yes", no="No, another language")
    gcse_grade = needed_later(
        forms.CharField(
            label="Grade in GCSE English",
            required=False,
            max_length=3,
            widget=forms.TextInput(attrs={"class": "form-control--short"}),
        ),
        "unless you give another qualification",
    )
    qualification_title = forms.CharField(label="Or another qualification in English", required=False, max_length=160)
    qualification_level = number_for_some("Its level on the RQF", "for another qualification", bounds=(1, 8))
    test = needed_later(
        forms.ChoiceField(label="Test", required=False, choices=[("", "Choose the test"), *EnglishTest.choices]),
        "if your first language is another",
    )
    test_name = needed_later(
        forms.CharField(label="Name of the other test", required=False, max_length=120), "for another test"
    )
    overall = needed_later(ScoreField(label="Overall score", required=False), "for IELTS, TOEFL and PTE")
    listening = needed_later(ScoreField(label="Listening", required=False), UNLESS_ANOTHER)
    reading = needed_later(ScoreField(label="Reading", required=False), UNLESS_ANOTHER)
    writing = needed_later(ScoreField(label="Writing", required=False), UNLESS_ANOTHER)
    speaking = needed_later(ScoreField(label="Speaking", required=False), UNLESS_ANOTHER)
    taken_on = needed_later(TypedDayField(label="Taken on", required=False), "with a test")
    certificate = certificate_field("Certificate")
    equivalence = needed_later(
        certificate_field("Evidence of equivalence, if it is another qualification or test"), "for another test"
    )

    def arrange(self) -> None:
        """What the entry rules need stands beside the fields, in the numbers that count for this application."""
        super().arrange()
        self.needed = numbers_for(self.application, self.today)
        self.grade_needed = grade_in_words(self.needed.gcse_grade_needed)
        self.fields["gcse_grade"].help_text = f"9 to 1 or A* to G. Grade {self.grade_needed} is needed."
        self.fields["qualification_level"].help_text = f"Level {self.needed.english_level_needed} is needed."
        self.fields["taken_on"].help_text = f"At most {self.needed.english_test_years} years before you apply."

    def stored(self) -> dict[str, Any]:
        """The saved evidence."""
        row = english_of(self.application)
        if row is None:
            return {}
        names = ("first_language_english", *self.FIRST, *self.TESTED)
        scores = {name: score_in_words(getattr(row, name)) for name in ("overall", *EnglishElement.values)}
        return {**{name: getattr(row, name) for name in names}, **scores, **self.stored_files(row)}

    def shortfalls(self) -> dict[str, str]:
        """A score or grade too low, a test too old, evidence that another test lacks (A3 d)."""
        return english_shortfalls_of(self.application, self.today)

    def clean_gcse_grade(self) -> str:
        """In capital letters."""
        return str(self.cleaned_data["gcse_grade"]).strip().upper()

    def clean(self) -> dict[str, Any]:
        """Looks at the chosen branch only; the fields of the other are empty afterwards."""
        cleaned = super().clean() or {}
        first = cleaned.get("first_language_english")
        for name in self.TESTED if first else self.FIRST:
            self.errors.pop(name, None)
            cleaned[name] = None if name in {"qualification_level", "taken_on"} else ""
        if first:
            cleaned.update(dict.fromkeys(("overall", *EnglishElement.values)))
            self._check_first(cleaned)
        elif first is False:
            self._check_test(cleaned)
        return cleaned

    def _check_first(self, cleaned: dict[str, Any]) -> None:
        grade = cleaned.get("gcse_grade", "")
        if grade:
            try:
                gcse_grade_number(grade)
            except ValueError:
                self.add_error("gcse_grade", "Write a GCSE grade: 9 to 1, A* to G, or U.")
        elif cleaned.get("qualification_title") and cleaned.get("qualification_level") is None:
            if "qualification_level" not in self.errors:
                self.add_error("qualification_level", "Give its level on the RQF.")
        elif cleaned.get("qualification_level") is None and "gcse_grade" not in self.errors:
            self.add_error("gcse_grade", "Give your grade in GCSE English, or another qualification and its level.")
        cleaned["gcse_grade"] = grade

    def _check_test(self, cleaned: dict[str, Any]) -> None:
        test = cleaned.get("test")
        if not test:
            if "test" not in self.errors:
                self.add_error("test", "Choose the test you took.")
            return
        if cleaned.get("taken_on") is None and "taken_on" not in self.errors:
            self.add_error("taken_on", "Give the day of the test; it stands on the certificate.")
        elif cleaned.get("taken_on") and cleaned["taken_on"] > self.today:
            self.add_error("taken_on", "This day has not come yet.")
        if test == EnglishTest.OTHER and not cleaned.get("test_name", "").strip():
            self.add_error("test_name", "Say which test it is.")
        for name in ("overall", *EnglishElement.values):
            self._check_score(cleaned, test, name)

    def _check_score(self, cleaned: dict[str, Any], test: str, name: str) -> None:
        score = cleaned.get(name)
        optional = test == EnglishTest.OTHER or (test == EnglishTest.OET and name == "overall")
        if score is None:
            if not optional and name not in self.errors:
                self.add_error(name, "Give the score; the certificate reports it.")
            return
        try:
            on_scale(test, score, "" if name == "overall" else name)
        except ValueError as problem:
            self.add_error(name, str(problem))

    def values(self) -> dict[str, Any]:
        """The columns of the row."""
        names = ("first_language_english", *self.FIRST, *self.TESTED)
        return {**{name: self.cleaned_data[name] for name in names}, **self.documents()}


def too_little(gross_pence: int, fee_pence: int | None) -> str:
    """What is said of an amount that does not cover the fee; empty where it does, and while there is none (A3 f)."""
    short = shortfall(gross_pence, fee_pence)
    return f"The fee is {pounds(fee_pence)}: this is {pounds(short)} short." if fee_pence is not None and short else ""


class OrderFields(forms.Form):
    """What a purchase order says, whoever enters it; amounts typed in pounds, kept in pence (A3 f)."""

    number = forms.CharField(label="Number of the purchase order", max_length=60)
    issuer = forms.CharField(label="Issued by", max_length=200, help_text="Your employer, as it stands on the order.")
    net_pence = PoundsField(label="Net amount in pounds")
    vat_pence = PoundsField(label="VAT in pounds", help_text="0 if there is none.")
    gross_pence = PoundsField(label="Gross amount in pounds", help_text="Net and VAT together.")
    document = DocumentField(
        label="The purchase order",
        required=False,
        kinds=frozenset({MediaType.PDF, MediaType.JPEG, MediaType.PNG}),
    )
    key = KeyField()

    def clean(self) -> dict[str, Any]:
        """Net and VAT make the gross amount."""
        cleaned = super().clean() or {}
        net, vat, gross = (cleaned.get(name) for name in ("net_pence", "vat_pence", "gross_pence"))
        if net is not None and vat is not None and gross is not None and net + vat != gross:
            self.add_error("gross_pence", f"Net and VAT make {pounds(net + vat)}, not {pounds(gross)}.")
        return cleaned


class PurchaseOrderForm(OrderFields, FilesPartForm):
    """The employer's purchase order as the applicant enters it (A3 f)."""

    part = Part.PURCHASE_ORDER
    needed_in_the_end: ClassVar = ("document",)
    kept_files: ClassVar = {"document": ("applications.purchase_order", "document")}

    def stored(self) -> dict[str, Any]:
        """The order that counts now: a changed one takes its place."""
        order = current_order(self.application)
        if order is None:
            return {}
        names = ("number", "issuer", "net_pence", "vat_pence", "gross_pence")
        return {**{name: getattr(order, name) for name in names}, **self.stored_files(order)}

    def shortfalls(self) -> dict[str, str]:
        """How much the order that counts lacks of the fee (A3 f)."""
        order = current_order(self.application)
        words = too_little(order.gross_pence, self.application.intake.fee_gross_pence) if order else ""
        return {"gross_pence": words} if words else {}

    def clean(self) -> dict[str, Any]:
        """The order itself is attached."""
        cleaned = super().clean()
        if not cleaned.get("document") and not cleaned.get("document_kept") and "document" not in self.errors:
            self.add_error("document", "Attach the purchase order.")
        return cleaned

    def values(self) -> dict[str, Any]:
        """The columns of the row, its file apart."""
        return {name: value for name, value in super().values().items() if name not in {"document", "key"}}


class ReplacingOrderForm(PurchaseOrderForm):
    """Another purchase order after acceptance: nothing of the one that fell is filled in (A3 f)."""

    submit_label = "Give it to the office"

    def stored(self) -> dict[str, Any]:
        """It begins empty."""
        return {}
