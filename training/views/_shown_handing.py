"""What pages show of handing a device over for a DOPS (T5). No rule is decided here."""

from django.urls import reverse

from ctts.common.parts import NextStep
from training import access


def hands_over(user, dops, today):
    """The step of handing one's own device to the assessor, where the reader is one who may; closed with its reason."""
    if user.pk == dops.assessor_id or dops.assessor_id is None or dops.state not in access.OPEN:
        return None
    verdict = access.can_hand_over(user, dops, today)
    if verdict.kind == "no":
        return None
    label = f"Hand this device to {dops.assessor}"
    return NextStep(label, reverse("training:dops_hand_over", args=[dops.pk]), verdict.reason, secondary=True)


def why_locked(form, owner):
    """Why a device that was handed over stays locked: the password is wrong, or was tried too often."""
    codes = {problem.code for problem in form.errors.as_data().get("__all__", [])}
    if "too_many_login_attempts" in codes:
        return "Too many wrong tries. Wait five minutes and try again."
    return f"This is not the password of {owner}. Type it again."
