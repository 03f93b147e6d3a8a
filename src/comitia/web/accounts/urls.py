"""The addresses of this room. Where allauth knows a page by name, it has allauth's name.

allauth's other pages (passwords, signing up, addresses, connections) have no address at all.
"""

from __future__ import annotations

from typing import Final

from django.urls import URLPattern, path

from comitia.web.accounts.views import calendar, claim, login, second, security

urlpatterns: Final[list[URLPattern]] = [
    path("login", login.log_in, name="account_login"),
    path("login/code", login.enter_code, name="login_code"),
    path("login/second", second.second, name="mfa_authenticate"),
    path("login/passkey", second.passkey_login, name="mfa_login_webauthn"),
    path("login/by/<slug:provider_id>", login.leave_for_other_login, name="openid_connect_login"),
    path(
        "login/by/<slug:provider_id>/back",
        login.come_back_from_other_login,
        name="openid_connect_callback",
    ),
    path("login/cancelled", login.other_login_cancelled, name="socialaccount_login_cancelled"),
    path("logout", login.log_out, name="account_logout"),
    path("claim", claim.claim, name="claim"),
    path("install", claim.install, name="install"),
    path("recovery/<slug:word>", claim.stop, name="stop_recovery"),
    path("former-address/<slug:word>", claim.undo_address, name="undo_address"),
    path("security", security.security, name="mfa_index"),
    path("security/confirm", security.confirm, name="confirm"),
    path("security/confirm/code", second.second_again, name="mfa_reauthenticate"),
    path("security/confirm/passkey", second.passkey_again, name="mfa_reauthenticate_webauthn"),
    path("security/address", security.change_address, name="address"),
    path("security/address/code", security.confirm_address, name="address_code"),
    path("security/calendar", calendar.calendar_address, name="calendar_address"),
    path("security/sessions", security.end_other_sessions, name="end_sessions"),
    path("security/other", security.untie_other_login, name="untie_other_login"),
    path("security/passkeys/new", second.passkey_add, name="mfa_add_webauthn"),
    path("security/passkeys/<int:pk>", second.passkey_rename, name="mfa_edit_webauthn"),
    path("security/passkeys/<int:pk>/remove", second.passkey_remove, name="mfa_remove_webauthn"),
    path("security/app", second.app_add, name="mfa_activate_totp"),
    path("security/app/remove", second.app_remove, name="mfa_deactivate_totp"),
    path("security/codes", second.recovery_codes, name="mfa_view_recovery_codes"),
    path("security/codes/new", second.recovery_codes_new, name="mfa_generate_recovery_codes"),
]
