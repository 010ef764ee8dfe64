"""Forms of moderation, by thing."""

from moderation.forms._fields import ReasonForm
from moderation.forms.agreeing import AcceptForm, AdjudicateForm, ProposeForm
from moderation.forms.appointing import AppointForm, EndForm
from moderation.forms.boards import AddForm, BoardForm, DecideForm
from moderation.forms.pool import (
    CentreInterestForm,
    ChangeForm,
    DeclarationForm,
    EnterForm,
    InviteForm,
    PoolFilterForm,
    TakeBackForm,
    TraineeInterestForm,
)

__all__ = [
    "AcceptForm",
    "AddForm",
    "AdjudicateForm",
    "AppointForm",
    "BoardForm",
    "CentreInterestForm",
    "ChangeForm",
    "DecideForm",
    "DeclarationForm",
    "EndForm",
    "EnterForm",
    "InviteForm",
    "PoolFilterForm",
    "ProposeForm",
    "ReasonForm",
    "TakeBackForm",
    "TraineeInterestForm",
]
