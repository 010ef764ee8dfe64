"""What forms of moderation accept."""

from moderation.forms._fields import ReasonForm
from moderation.forms.agreeing import AcceptForm, AdjudicateForm, ProposeForm
from moderation.forms.appointing import AppointForm, EndForm
from moderation.forms.boards import AddForm, BoardForm, DecideForm
from moderation.forms.diplomas import (
    FindForm,
    HolderForm,
    IssueForm,
    NameForm,
    NumberForm,
    ReissueForm,
    RevokeForm,
    SureForm,
)
from moderation.forms.packs import PackPartForm
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
    "FindForm",
    "HolderForm",
    "InviteForm",
    "IssueForm",
    "NameForm",
    "NumberForm",
    "PackPartForm",
    "PoolFilterForm",
    "ProposeForm",
    "ReasonForm",
    "ReissueForm",
    "RevokeForm",
    "SureForm",
    "TakeBackForm",
    "TraineeInterestForm",
]
