"""The form of an appointment: an office or a body, and a person found by the name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy

from comitia.law.permissions import Act, Object
from comitia.record.kinds.organisation import MakeAppointment
from comitia.record.kinds.values import Identifier
from comitia.record.kinds.values import Pseudonym as PseudonymValue
from comitia.web.accounts.models import Context, Pseudonym
from comitia.web.acts.forms import ActForm, form_class
from comitia.web.acts.reading import registered
from comitia.web.acts.wiring import wired
from comitia.web.database.prefixes import fold
from comitia.web.organisation.asking import Reader
from comitia.web.organisation.models import Branch
from comitia.web.organisation.offices import offices_of

_MOST_NAMESAKES: Final = 20


class AppointForm(ActForm):
    """Asks for an appointment in a branch.

    Only members there or below whom the reader could appoint are found, so that the form tells
    nobody who else belongs to the organisation.
    """

    kind = MakeAppointment
    reader: Reader
    branch: Branch

    who = forms.CharField(
        label=gettext_lazy("Whole name"),
        help_text=gettext_lazy("A member of this branch, or of one below it."),
        max_length=200,
    )
    born = forms.DateField(
        label=gettext_lazy("Date of birth"),
        help_text=gettext_lazy("Only where two people have the same name."),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        """Add the fields of the kind, with the bodies and offices of the branch to choose from."""
        super().__init__(*args, **kwargs)
        organs = offices_of(self.branch, self.reader.book, self.reader.day)
        options = [(str(one.organ), one.name) for one in organs]
        asked = form_class(MakeAppointment, {"organ": options}, without={"holder"})
        asked.base_fields["as_deputy"].label = gettext("As deputy")
        asked.base_fields["as_deputy"].help_text = gettext(
            "With the same tasks, for whoever holds the office. It stays vacant if nobody does."
        )
        self.fields = {"organ": asked.base_fields["organ"], **self.fields, **asked.base_fields}

    def clean(self) -> dict[str, Any]:
        """Find the person, and see that the time does not end before it begins."""
        values = super().clean() or {}
        since, until = values.get("since"), values.get("until")
        if since and until and until < since:
            self.add_error("until", gettext("The last day is before the first."))
        if name := values.get("who"):
            try:
                values["holder"] = self._find(name, values.get("born"))
            except ValidationError as error:
                self.add_error("who", error)
        return values

    def _find(self, name: str, born: date | None) -> PseudonymValue:
        found = list(self._namesakes(name, born))
        if not found:
            raise ValidationError(
                gettext("No member there has this name. Write it as it stands on the register.")
            )
        if len(found) > 1:
            raise ValidationError(
                gettext("More than one member has this name. Enter the date of birth, too.")
            )
        return found[0]

    def _namesakes(self, name: str, born: date | None) -> Iterator[PseudonymValue]:
        persons = Pseudonym.objects.filter(
            context=Context.MEMBERSHIP, person__name_folded=fold(name), person__erased_at=None
        )
        if born is not None:
            persons = persons.filter(person__birth_date=born)
        for value in persons.values_list("value", flat=True)[:_MOST_NAMESAKES]:
            if self._can_be_appointed(Identifier(value)):
                yield PseudonymValue(value)

    def _can_be_appointed(self, membership: Identifier) -> bool:
        known = registered(membership)
        if known is None or not known.membership.counts or known.membership.branch is None:
            return False
        path = wired().path_of(Identifier(known.membership.branch))
        if path[: len(self.branch.steps)] != self.branch.steps:
            return False
        return self.reader.roles.may(Act.APPOINTMENT_MAKE, Object(path, membership))

    def act(self, **given: Any) -> MakeAppointment:  # noqa: ANN401 - as that of all forms
        """Return the appointment."""
        asked = {k: v for k, v in self.cleaned_data.items() if k not in {"who", "born"}}
        return MakeAppointment(**asked, **given)
