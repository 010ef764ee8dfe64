"""What forms of moderation accept."""

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

__all__ = [
    "FindForm",
    "HolderForm",
    "IssueForm",
    "NameForm",
    "NumberForm",
    "PackPartForm",
    "ReissueForm",
    "RevokeForm",
    "SureForm",
]
