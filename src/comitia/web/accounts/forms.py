"""The forms of login and of one's account."""

from __future__ import annotations

from typing import Any, Final

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.utils.translation import gettext_lazy

from comitia.web.accounts.codes import LONGEST_TYPED

_CODE: Final = {
    "autocomplete": "one-time-code",
    "autocapitalize": "characters",
    "spellcheck": "false",
}


def _code_field(label: Any, help_text: Any = "") -> forms.CharField:  # noqa: ANN401 - texts to translate
    widget = forms.TextInput(attrs=_CODE)
    return forms.CharField(
        label=label, help_text=help_text, max_length=LONGEST_TYPED, widget=widget
    )


class AddressForm(forms.Form):
    """Asks for the address that codes are sent to."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        help_text=gettext_lazy("The one that your organisation knows."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class NewAddressForm(forms.Form):
    """Asks for a new address."""

    email = forms.EmailField(
        label=gettext_lazy("New e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class MailedCodeForm(forms.Form):
    """Asks for the code that came by mail."""

    code = _code_field(
        gettext_lazy("Code"), gettext_lazy("Eight letters and figures, as in 7K2M-Q0XW.")
    )


class LongCodeForm(forms.Form):
    """Asks for a code from a letter, or from the place where the application was started."""

    code = _code_field(
        gettext_lazy("Code"),
        gettext_lazy(
            "Five groups of five letters and figures. Strokes and capitals do not matter."
        ),
    )


class _CodeOfApp(forms.Form):
    """What allauth's forms have in common, in our words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - allauth's
        super().__init__(*args, **kwargs)
        self.fields["code"] = _code_field(gettext_lazy("Code"))


class SecondForm(_CodeOfApp, AuthenticateForm):  # type: ignore[misc] # allauth's forms are untyped
    """Asks for the second factor at login."""


class SecondAgainForm(_CodeOfApp, ReauthenticateForm):  # type: ignore[misc] # the same
    """Asks for it once more."""


class AppForm(_CodeOfApp, ActivateTOTPForm):  # type: ignore[misc] # the same
    """Asks for the first code of an app that is being set up."""
