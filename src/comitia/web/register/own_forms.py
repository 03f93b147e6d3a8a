"""The forms of a member's own page."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext, gettext_lazy

from comitia.record.kinds.register import CorrectDetails, LeaveMembership
from comitia.web.acts.forms import ActForm, form_class
from comitia.web.register.forms import PlainField

_LONGEST = 2000


class LeaveForm(ActForm):
    """Asks for the last day; the rule book says how soon that can be."""

    earliest: date

    def clean_last_day(self) -> date:
        """Refuse a day before the notice is over."""
        day: date = self.cleaned_data["last_day"]
        if day < self.earliest:
            raise forms.ValidationError(gettext("The rule book asks for a later day."))
        return day


def leave_form(earliest: date) -> type[LeaveForm]:
    """Return the form of leaving."""
    asked = form_class(LeaveMembership, without={"declared_on"})
    asked.base_fields["last_day"].initial = earliest
    return type("LeaveOwnForm", (LeaveForm, asked), {"earliest": earliest})


def details_form() -> type[ActForm]:
    """Return the form in which one's own address is put right, or confirmed."""
    asked = form_class(CorrectDetails, without={"name", "birth_date"})
    asked.base_fields["address"].help_text = gettext_lazy(
        "Leave it empty to confirm that everything is right as it is held."
    )
    return asked


class RequestForm(forms.Form):
    """Says what is wrong."""

    wrong = PlainField(
        label=gettext_lazy("What is wrong, and what is right?"),
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AnswerForm(forms.Form):
    """Answers a request, or puts the answer off with a reason.

    entries: those by which it can have been put right, each with its sentence.
    """

    outcome = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=[
            ("granted", gettext_lazy("It is put right")),
            ("refused", gettext_lazy("It stays as it is")),
            ("extend", gettext_lazy("It takes longer: two more months")),
        ],
        widget=forms.RadioSelect,
    )
    entry = forms.ChoiceField(
        label=gettext_lazy("By which entry it was put right"),
        help_text=gettext_lazy("Only where it is put right: the entries since the request."),
        required=False,
    )
    reasons = PlainField(
        label=gettext_lazy("Reasons"),
        help_text=gettext_lazy("The person reads them."),
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, entries: list[tuple[str, str]], *args: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*args)
        self.fields["entry"].choices = [("", "—"), *entries]  # type: ignore[attr-defined] # a choice field

    def clean(self) -> dict[str, Any]:
        """Let nothing be said to be right that no entry put right."""
        found = dict(self.cleaned_data)
        if found.get("outcome") == "granted" and "entry" in found and not found["entry"]:
            text = gettext("Put it right on the register first, then say by which entry.")
            self.add_error("entry", text)
        return found


class LanguageForm(forms.Form):
    """Chooses the language in which somebody is written to."""

    language = forms.ChoiceField(
        label=gettext_lazy("Language of messages"), choices=lambda: settings.LANGUAGES
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*args, **kwargs)
        self.fields["language"].required = True
