"""What is asked of whoever gives somebody a way in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from comitia.web.accounts.models import Channel
from comitia.web.register.access_listing import CHANNELS, with_accounts, without_account
from comitia.web.register.finding import search
from comitia.web.register.forms import LONGEST_SEARCH
from comitia.web.register.models import Membership

WITHOUT: Final = "without"
ALL: Final = "all"


class FindForm(forms.Form):
    """Of whom the list is; sent by POST, as names are in it."""

    words = forms.CharField(
        label=gettext_lazy("Name"),
        required=False,
        max_length=LONGEST_SEARCH,
        help_text=gettext_lazy("The beginning of any name, or of several."),
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    who = forms.ChoiceField(
        label=gettext_lazy("Who"),
        required=False,
        choices=[
            (WITHOUT, gettext_lazy("those who have not claimed their account")),
            (ALL, gettext_lazy("everybody")),
        ],
    )
    page = forms.IntegerField(
        min_value=1, max_value=10**6, required=False, widget=forms.HiddenInput
    )

    def chosen(self, rows: QuerySet[Membership]) -> QuerySet[Membership]:
        """Return who was asked for; nobody where what was asked makes no sense."""
        if not self.is_valid():
            return rows.none()
        found = with_accounts(rows)
        if self.cleaned_data["who"] != ALL:
            found = found.filter(without_account())
        return search(found, self.cleaned_data["words"])


class ChannelForm(forms.Form):
    """How a code goes out."""

    channel = forms.ChoiceField(
        label=gettext_lazy("How the code goes out"), widget=forms.RadioSelect
    )

    def __init__(self, data: Any, channels: Sequence[Channel]) -> None:  # noqa: ANN401 - Django's own
        super().__init__(data)
        self.ways = tuple(channels)
        choices = [(one.value, CHANNELS[one]) for one in channels]
        self.fields["channel"].choices = choices  # type: ignore[attr-defined] # a ChoiceField
