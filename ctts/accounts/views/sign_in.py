"""The pages of django-allauth, each behind a declared door; what they change is one transaction with its audit."""

from allauth.account import views as library
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse

from ctts.common.guards import SIGNED_IN, guarded, public


class ConfirmEmail(library.ConfirmEmailView):
    """The page behind the link that proves an e-mail address: one that was used, replaced or is too old answers 410,
    pressed or only opened, and says what to do (quality rule 15)."""

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        """Prove the address, or say that the link opens nothing any more."""
        try:
            return super().post(request, key=key)
        except Http404:
            self.object = None
            return self.render_to_response(self.get_context_data())

    def render_to_response(self, context: dict, **kwargs) -> HttpResponse:
        """The page; Gone where there is nothing left to confirm."""
        return super().render_to_response(context, **kwargs, status=200 if self.object else 410)


sign_in = public("people sign in here", methods="GET POST", effect="opens a session")(library.login)
sign_out = public("anyone may leave", methods="GET POST", effect="ends the session")(library.logout)
deactivated = public("says why signing in failed")(library.account_inactive)

sign_up = public("anyone may make an account", methods="GET POST", effect="makes an account")(
    transaction.atomic(library.signup)
)
confirmation_sent = public("says that a mail was sent")(library.email_verification_sent)
confirm_email = public("the link in the mail is the proof", methods="GET POST", effect="proves an e-mail address")(
    transaction.atomic(ConfirmEmail.as_view())
)

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
