"""The pages of django-allauth, each behind a declared door; what they change is one transaction with its audit."""

from datetime import datetime

from allauth.account import views as library
from django.db import transaction
from django.http import Http404
from django.shortcuts import render

from ctts.accounts.adapter import PROOF_SENT
from ctts.accounts.rules import PROOF_EVERY
from ctts.common.guards import SIGNED_IN, guarded, public

sign_in = public("people sign in here", methods="GET POST", effect="opens a session")(library.login)
sign_out = public("anyone may leave", methods="GET POST", effect="ends the session")(library.logout)
deactivated = public("says why signing in failed")(library.account_inactive)

sign_up = public("anyone may make an account", methods="GET POST", effect="makes an account")(
    transaction.atomic(library.signup)
)


@public("says that a mail was sent")
def confirmation_sent(request):
    """That a mail with a link went to the address, now or minutes ago, and from when on signing in sends another."""
    if PROOF_SENT not in request.session:
        return render(request, "account/verification_sent.html", {"sent_at": None})
    noted, proves = request.session[PROOF_SENT]
    sent_at = datetime.fromisoformat(noted)
    again_at = sent_at + PROOF_EVERY
    context = {"sent_at": sent_at, "proves": proves, "again_at": again_at, "can_again": again_at <= request.now}
    return render(request, "account/verification_sent.html", context)


@public("the link in the mail is the proof", methods="GET POST", effect="proves an e-mail address")
@transaction.atomic
def confirm_email(request, key):
    """The page behind the link that proves an e-mail address; one that was used, replaced or is too old is gone,
    opened or pressed, and says what to do (quality rule 15)."""
    try:
        answer = library.confirm_email(request, key=key)
    except Http404:
        return render(request, "account/email_confirm.html", {"confirmation": None}, status=410)
    if not getattr(answer, "context_data", {"confirmation": True})["confirmation"]:
        answer.status_code = 410
    return answer


forgotten_password = public("people who cannot sign in", methods="GET POST", effect="mails a link")(
    transaction.atomic(library.password_reset)
)
forgotten_password_sent = public("says that a mail was sent")(library.password_reset_done)
new_password = public("the link in the mail is the proof", methods="GET POST", effect="sets a password")(
    transaction.atomic(library.password_reset_from_key)
)
new_password_set = public("says that the password was set")(library.password_reset_from_key_done)

prove_again = guarded(SIGNED_IN, methods="GET POST", effect="proves by password who is at the keyboard")(
    library.reauthenticate
)
change_password = guarded(SIGNED_IN, methods="GET POST", effect="sets one's own password")(
    transaction.atomic(library.password_change)
)
first_password = guarded(SIGNED_IN, methods="GET POST", effect="sets one's own first password")(
    transaction.atomic(library.password_set)
)
change_email = guarded(SIGNED_IN, methods="GET POST", effect="asks to change one's own e-mail address")(
    transaction.atomic(library.email)
)
