"""Forms of this room that are not derived from a kind: they ask for what no entry holds."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy

from comitia.law import rules
from comitia.law.applications import is_old_enough
from comitia.law.rulebook import RuleBook
from comitia.record.kinds.register import APPLIED_FOR, Category
from comitia.record.kinds.values import Identifier
from comitia.web.acts.words import name_of_choice
from comitia.web.organisation.models import Branch
from comitia.web.register.applying import Applicant
from comitia.web.register.likeness import Described
from comitia.web.register.purposes import PURPOSES

LONGEST_NAME: Final = 200
LONGEST_ADDRESS: Final = 1000
LONGEST_SEARCH: Final = 100
_EARLIEST: Final = date(1900, 1, 1)
_NOT_IN_NAMES: Final = frozenset("@/\\<>{}[]|:;=#%0123456789")
"""What no name has, and every message of a swindler who writes it into ours."""


class PlainField(forms.CharField):
    """A text as an entry takes it: in composed form, without characters of control."""

    def to_python(self, value: Any) -> Any:  # noqa: ANN401 - Django's own
        text = super().to_python(value) or ""
        return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))

    def validate(self, value: Any) -> None:  # noqa: ANN401 - Django's own
        super().validate(value)
        if any(unicodedata.category(letter) == "Cc" and letter != "\n" for letter in value):
            raise ValidationError(
                gettext("This holds characters that cannot be entered. Type it in anew.")
            )


def _validate_name(name: str) -> None:
    if _NOT_IN_NAMES & set(name) or not any(letter.isalpha() for letter in name):
        raise ValidationError(gettext_lazy("Write a name, in letters."))


def date_field(label: Any, help_text: Any = "", *, required: bool = True) -> forms.DateField:  # noqa: ANN401 - lazy
    """Return a field that asks for a day, as browsers do."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        widget=widget,
        input_formats=["%Y-%m-%d"],
    )


def _why(field: str) -> dict[str, Any]:
    return {"label": PURPOSES[field].label, "help_text": PURPOSES[field].why}


class ApplicationForm(forms.Form):
    """What is asked of an applicant; each field says why."""

    branch = forms.ChoiceField(**_why("branch"))
    category = forms.ChoiceField(**_why("category"))
    name = PlainField(max_length=LONGEST_NAME, validators=[_validate_name], **_why("name"))
    birth_date = date_field(
        PURPOSES["birth_date"].label, PURPOSES["birth_date"].why, required=False
    )
    address = PlainField(
        max_length=LONGEST_ADDRESS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
        **_why("address"),
    )
    email = forms.EmailField(max_length=254, required=False, **_why("email"))

    def __init__(
        self,
        data: Any,  # noqa: ANN401 - Django's own
        branches: Iterable[Branch],
        book: RuleBook,
        today: date,
        *,
        is_own: bool,
    ) -> None:
        """Ask for a branch among some; is_own: whether the applicant fills it in."""
        super().__init__(data)
        self._book, self._today = book, today
        options = [(one.pk, one.name) for one in branches]
        self.fields["branch"].choices = [("", gettext("Please choose")), *options]  # type: ignore[attr-defined] # a ChoiceField
        self.fields["category"].choices = [(one.value, name_of_choice(one)) for one in APPLIED_FOR]  # type: ignore[attr-defined] # as above
        self.fields["birth_date"].required = book.value(rules.MINIMUM_AGE) is not None
        self.fields["email"].required = is_own
        if is_own:
            for name, token in _AUTOCOMPLETE.items():
                self.fields[name].widget.attrs["autocomplete"] = token

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_birth_date(self) -> date | None:
        """Refuse a day that nobody living was born on, and an age below the rule's minimum."""
        born: date | None = self.cleaned_data["birth_date"]
        if born is None:
            return None
        if not _EARLIEST <= born <= self._today:
            raise ValidationError(gettext("Nobody who can apply was born on this day."))
        if not is_old_enough(born, self._today, self._book):
            text = gettext("By the rule book in force a member is at least %(years)d years old.")
            raise ValidationError(text % {"years": self._book.value(rules.MINIMUM_AGE)})
        return born

    @property
    def described(self) -> Described:
        """What is compared with others, once the form is valid."""
        said = self.cleaned_data
        return Described(said["name"], said["birth_date"], said["address"])

    def applicant(self, language: str = "") -> Applicant:
        """Return what was said, once the form is valid."""
        said = self.cleaned_data
        return Applicant(
            said["name"],
            Identifier(said["branch"]),
            Category(said["category"]),
            said["birth_date"],
            said["address"],
            said["email"],
            language,
        )


_AUTOCOMPLETE: Final = {"name": "name", "birth_date": "bday", "email": "email"}
