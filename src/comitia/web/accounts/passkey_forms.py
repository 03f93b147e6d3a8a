"""The forms of passkeys: what a browser's key answers comes in a hidden field, and may be anything.

The parsers behind allauth's forms meet answers of other shapes with all kinds of errors. Here they
end in a sentence, like a wrong code.
"""

from __future__ import annotations

from typing import Any, Final

from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.db import DatabaseError
from django.utils.translation import gettext_lazy

_LONGEST: Final = 20_000
_LONGEST_NAME: Final = 60
_NOT_TAKEN: Final = gettext_lazy("The answer of the passkey was not understood. Try again.")


class _AnswerField(forms.JSONField):
    """What the browser's key answered, as JSON of bounded size."""

    widget = forms.HiddenInput

    def bound_data(self, data: Any, initial: Any) -> Any:  # noqa: ANN401 - Django's
        """Show no answer again: it is of no use a second time."""

    def prepare_value(self, value: Any) -> str:  # noqa: ANN401, ARG002 - the same
        return ""

    def to_python(self, value: Any) -> Any:  # noqa: ANN401 - Django's
        if isinstance(value, str) and len(value) > _LONGEST:
            raise forms.ValidationError(_NOT_TAKEN)
        try:
            found = super().to_python(value)
        except RecursionError:  # brackets within brackets
            raise forms.ValidationError(_NOT_TAKEN) from None
        if not isinstance(found, dict):
            raise forms.ValidationError(_NOT_TAKEN)
        return found


class _Answer(forms.Form):
    """Checks the answer, by allauth; whatever it makes of a strange one, the form is wrong."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - allauth's
        super().__init__(*args, **kwargs)
        self.fields["credential"] = _AnswerField()

    def clean_credential(self) -> Any:  # noqa: ANN401 - the same
        check = getattr(super(), "clean_credential", lambda: self.cleaned_data["credential"])
        return _guarded(check)

    def clean(self) -> Any:  # noqa: ANN401 - the same
        return _guarded(super().clean)


def _guarded(check: Any) -> Any:  # noqa: ANN401 - the same
    try:
        return check()
    except (forms.ValidationError, DatabaseError):
        raise
    except Exception:  # noqa: BLE001 - bytes of a stranger's in other people's parsers
        raise forms.ValidationError(_NOT_TAKEN) from None


class PasskeyLoginForm(_Answer, LoginWebAuthnForm):  # type: ignore[misc] # allauth is untyped
    """Logs in by a passkey."""


class PasskeySecondForm(_Answer, AuthenticateWebAuthnForm):  # type: ignore[misc] # the same
    """Takes a passkey after a code by mail."""


class PasskeyAgainForm(_Answer, ReauthenticateWebAuthnForm):  # type: ignore[misc] # the same
    """Takes a passkey once more."""


class PasskeyForm(_Answer, AddWebAuthnForm):  # type: ignore[misc] # the same
    """Adds a passkey: one that logs in by itself."""

    passwordless = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - allauth's
        super().__init__(*args, **kwargs)
        self.fields["name"] = _name_field()
        self.fields["name"].initial = self.initial["name"]


class PasskeyNameForm(EditWebAuthnForm):  # type: ignore[misc] # the same
    """Gives a passkey another name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - allauth's
        super().__init__(*args, **kwargs)
        self.fields["name"] = _name_field()


def _name_field() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Name of the passkey"),
        max_length=_LONGEST_NAME,
        help_text=gettext_lazy("By which you know it again, such as the device."),
    )
