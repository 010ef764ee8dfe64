"""What forms of training accept."""

from training.forms.competencies import (
    NOTE,
    AgreePlanForm,
    RatingForm,
    ReturnForm,
    SignOneForm,
    SignSeveralForm,
    SubmitForm,
    SupervisorRatingForm,
    TailorForm,
    WithdrawForm,
)
from training.forms.copies import OrderCopyForm
from training.forms.evidence import (
    AnswerForm,
    EditFileForm,
    EditLinkForm,
    EditTextForm,
    LibraryFilterForm,
    MappingForm,
    NewFileForm,
    NewLinkForm,
    NewTextForm,
    QuarantineForm,
    ShareForm,
)
from training.forms.lists import CohortForm, OfficeFilterForm, PlanVersionsForm

__all__ = [
    "NOTE",
    "AgreePlanForm",
    "AnswerForm",
    "CohortForm",
    "EditFileForm",
    "EditLinkForm",
    "EditTextForm",
    "LibraryFilterForm",
    "MappingForm",
    "NewFileForm",
    "NewLinkForm",
    "NewTextForm",
    "OfficeFilterForm",
    "OrderCopyForm",
    "PlanVersionsForm",
    "QuarantineForm",
    "RatingForm",
    "ReturnForm",
    "ShareForm",
    "SignOneForm",
    "SignSeveralForm",
    "SubmitForm",
    "SupervisorRatingForm",
    "TailorForm",
    "WithdrawForm",
]
