"""Addresses of accounts. Ours are `accounts:…`; those of django-allauth keep the names by which it finds them."""

from django.urls import include, path, re_path

from ctts.accounts.views import invitation, profile, second_factor, sign_in

own = [
    path("profile/", profile.profile, name="profile"),
    path("sessions/end/", profile.sign_out_elsewhere, name="sign_out_elsewhere"),
    path("invitation/again/", invitation.ask_again, name="ask_again"),
    path("invitation/<int:pk>/accept/", invitation.accept, name="accept"),
    path("invitation/<int:pk>/<str:token>/", invitation.arrive, name="invitation"),
]
urlpatterns = [
    path("", include((own, "accounts"))),
    path("login/", sign_in.sign_in, name="account_login"),
    path("logout/", sign_in.sign_out, name="account_logout"),
    path("inactive/", sign_in.deactivated, name="account_inactive"),
    path("signup/", sign_in.sign_up, name="account_signup"),
    path("reauthenticate/", sign_in.prove_again, name="account_reauthenticate"),
    path("email/", sign_in.change_email, name="account_email"),
    path("confirm-email/", sign_in.confirmation_sent, name="account_email_verification_sent"),
    re_path(r"^confirm-email/(?P<key>[-:\w]+)/$", sign_in.confirm_email, name="account_confirm_email"),
    path("password/change/", sign_in.change_password, name="account_change_password"),
    path("password/set/", sign_in.first_password, name="account_set_password"),
    path("password/reset/", sign_in.forgotten_password, name="account_reset_password"),
    path("password/reset/done/", sign_in.forgotten_password_sent, name="account_reset_password_done"),
    path("password/reset/key/done/", sign_in.new_password_set, name="account_reset_password_from_key_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        sign_in.new_password,
        name="account_reset_password_from_key",
    ),
    path("2fa/", second_factor.overview, name="mfa_index"),
    path("2fa/authenticate/", second_factor.give_code, name="mfa_authenticate"),
    path("2fa/reauthenticate/", second_factor.prove_again, name="mfa_reauthenticate"),
    path("2fa/totp/activate/", second_factor.activate, name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", second_factor.deactivate, name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", second_factor.recovery_codes, name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/generate/", second_factor.new_codes, name="mfa_generate_recovery_codes"),
    path("2fa/recovery-codes/download/", second_factor.download_codes, name="mfa_download_recovery_codes"),
]
