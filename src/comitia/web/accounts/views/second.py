"""allauth's views of passkeys, apps and recovery codes, with our forms and templates."""

from __future__ import annotations

from typing import Any

from allauth.mfa.base.views import AuthenticateView, ReauthenticateView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.internal.auth import begin_registration
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    EditWebAuthnView,
    LoginWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from django.urls import reverse_lazy

from comitia.web.accounts.forms import AppForm, SecondAgainForm, SecondForm
from comitia.web.accounts.fresh import needs_fresh_login
from comitia.web.accounts.passkey_forms import (
    PasskeyAgainForm,
    PasskeyForm,
    PasskeyLoginForm,
    PasskeyNameForm,
    PasskeySecondForm,
)


class _AddPasskey(AddWebAuthnView):  # type: ignore[misc] # allauth's views are untyped
    form_class = PasskeyForm
    template_name = "accounts/passkey_add.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401 - Django's
        """Ask for a key that knows its owner by itself: it is a whole login, not half of one."""
        facts: dict[str, Any] = super().get_context_data(**kwargs)
        facts["js_data"] = {"creation_options": begin_registration(self.request.user, True)}  # noqa: FBT003 - allauth's
        return facts


second = AuthenticateView.as_view(
    form_class=SecondForm,
    webauthn_form_class=PasskeySecondForm,
    template_name="accounts/second.html",
)
second_again = ReauthenticateView.as_view(
    form_class=SecondAgainForm, template_name="accounts/second_again.html"
)
passkey_login = LoginWebAuthnView.as_view(form_class=PasskeyLoginForm)
passkey_again = ReauthenticateWebAuthnView.as_view(
    form_class=PasskeyAgainForm, template_name="accounts/passkey_again.html"
)
passkey_add = needs_fresh_login(_AddPasskey.as_view())
passkey_rename = needs_fresh_login(
    EditWebAuthnView.as_view(
        form_class=PasskeyNameForm,
        template_name="accounts/passkey_rename.html",
        success_url=reverse_lazy("mfa_index"),
    )
)
passkey_remove = needs_fresh_login(
    RemoveWebAuthnView.as_view(
        template_name="accounts/passkey_remove.html", success_url=reverse_lazy("mfa_index")
    )
)
app_add = needs_fresh_login(
    ActivateTOTPView.as_view(form_class=AppForm, template_name="accounts/app_add.html")
)
app_remove = needs_fresh_login(DeactivateTOTPView.as_view(template_name="accounts/app_remove.html"))
recovery_codes = needs_fresh_login(
    ViewRecoveryCodesView.as_view(template_name="accounts/recovery_codes.html")
)
recovery_codes_new = needs_fresh_login(
    GenerateRecoveryCodesView.as_view(template_name="accounts/recovery_codes_new.html")
)
