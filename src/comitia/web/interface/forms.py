"""The form by which somebody makes a token."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext, gettext_lazy

from comitia.law.permissions import Act
from comitia.record.kinds.values import Identifier
from comitia.web.acts.models import Aggregate
from comitia.web.acts.wiring import wired
from comitia.web.interface.models import LONGEST_NAME
from comitia.web.interface.scopes import Area, Scope
from comitia.web.interface.tokens import LONGEST_LIFE
from comitia.web.interface.words import ACTS, AREAS

_USUAL_LIFE: Final = timedelta(days=90)


class TokenForm(forms.Form):
    """Asks what a token is for, and how far it is to reach."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=LONGEST_NAME,
        help_text=gettext_lazy("What it is for, so that you know it again."),
    )
    reads = forms.MultipleChoiceField(
        label=gettext_lazy("What it may read"),
        choices=list(AREAS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    acts = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do in your place"),
        choices=list(ACTS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Nothing that you may not do yourself at that moment."),
    )
    branch = forms.ChoiceField(
        label=gettext_lazy("Only in this branch and those below"), required=False
    )
    last_day = forms.DateField(
        label=gettext_lazy("Last day"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
        help_text=gettext_lazy("A year ahead at most."),
    )

    def __init__(self, today: date, data: Any = None) -> None:  # noqa: ANN401 - Django's own
        super().__init__(data, initial={"last_day": today + _USUAL_LIFE})
        branch, last_day = self.fields["branch"], self.fields["last_day"]
        assert isinstance(branch, forms.ChoiceField)  # noqa: S101 - declared above
        branch.choices = _branches
        last_day.validators += [MinValueValidator(today), MaxValueValidator(today + LONGEST_LIFE)]

    def scope(self) -> Scope:
        """Return the reach that was asked for, once the form is valid."""
        given = self.cleaned_data
        return Scope(
            frozenset(Area(one) for one in given["reads"]),
            frozenset(Act(one) for one in given["acts"]),
            Identifier(given["branch"]) if given["branch"] else None,
        )


def _branches() -> list[tuple[str, str]]:
    ids = list(Aggregate.objects.filter(kind="branch").values_list("pk", flat=True))
    named = sorted(wired().names_of(ids).items(), key=lambda one: (one[1], one[0]))
    return [("", gettext("Everywhere")), *named]
