"""Forms of acts, each derived from its kind: what an act consists of is declared once.

A form asks for every field of a kind but those that are left out. What only the database knows, the
options of a choice, is given by whoever makes the form; what it takes is what an entry takes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar, get_args, get_origin

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from comitia.errors import MalformedRecord
from comitia.law.values import Organ, OrganKind
from comitia.record.kinds import ActField, kind_of_class
from comitia.record.kinds.values import (
    LARGEST_COUNT,
    LONGEST_LINE,
    LONGEST_TEXT,
    Line,
    Text,
)
from comitia.web.acts.words import help_of, label_of, name_of_choice

Options = Iterable[tuple[str, str]]
Choices = Mapping[str, Options | Callable[[], Options]]
"""Of fields by their names: the values that can be chosen, with what a reader sees of them.

Of an organ the value is ``str(organ)``. A function is asked whenever a form is made.
"""


class ActForm(forms.Form):
    """A form of one kind of act."""

    kind: ClassVar[type[Any]]

    def act(self, **given: Any) -> Any:  # noqa: ANN401 - values of any type; an act of the form's kind
        """Return the act that was asked for, once the form is valid.

        given: the values of fields that the form left out.
        """
        return self.kind(**self.cleaned_data, **given)


def form_class(
    act: type[Any], choices: Choices | None = None, *, without: Collection[str] = ()
) -> type[ActForm]:
    """Return the form of a kind of act.

    without: fields that it does not ask for. Raises TypeError for a field that needs choices and
    has none, and for one that cannot be asked for in a form.
    """
    options = choices or {}
    asked = [field for field in kind_of_class(act).fields if field.name not in without]
    parts: dict[str, Any] = {field.name: _field(field, options.get(field.name)) for field in asked}
    return type(act.__name__ + "Form", (ActForm,), {**parts, "kind": act})


class _WrittenField(forms.CharField):
    """A text as an entry takes it: in composed form, lines ended by one character."""

    def to_python(self, value: Any) -> Any:  # noqa: ANN401 - Django's own
        text = super().to_python(value)
        if not text:
            return text
        return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def _field(field: ActField, options: Any) -> forms.Field:  # noqa: ANN401 - see ``Choices``
    made = _plain(field) if options is None else _choice(field, options)
    made.label, made.help_text = label_of(field.about), help_of(field.about)
    made.required = made.required and not field.is_optional
    return made


def _plain(field: ActField) -> forms.Field:
    """Return what asks for a value that is not chosen among the caller's."""
    match field.type:
        case _ if field.type == Line:
            return _written(field, LONGEST_LINE, forms.TextInput())
        case _ if field.type is Text:
            return _written(field, LONGEST_TEXT, forms.Textarea(attrs={"rows": 4}))
        case type() as of if issubclass(of, StrEnum):
            return _choice(field, lambda: _listed(of))
        case type() as of if of is bool:
            return forms.BooleanField(required=False)
        case type() as of if of is int:
            return forms.IntegerField(min_value=0, max_value=LARGEST_COUNT)
        case type() as of if of is date:
            widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
            return forms.DateField(widget=widget, input_formats=["%Y-%m-%d"])
        case _:
            raise TypeError(f"{field.name}: no form asks for it without choices")


def _listed(choices: type[StrEnum]) -> Options:
    return [(one.value, name_of_choice(one)) for one in choices]


def _written(field: ActField, longest: int, widget: forms.Widget) -> forms.Field:
    def validate(text: str) -> None:
        if len(text) > longest:
            return  # what Django has said already
        try:
            field.form.read(text, field.name)
        except MalformedRecord:
            told = gettext("This holds characters that cannot be entered. Type it in anew.")
            raise ValidationError(told, code="form") from None

    empty = None if field.is_optional else ""
    return _WrittenField(
        max_length=longest, widget=widget, empty_value=empty, validators=[validate]
    )


def _choice(field: ActField, options: Options | Callable[[], Options]) -> forms.Field:
    def listed() -> list[tuple[str, str]]:
        return [*(options() if callable(options) else options)]

    if get_origin(field.type) is tuple:
        read = _reader(get_args(field.type)[0])
        return _ManyField(choices=listed, coerce=read, widget=forms.CheckboxSelectMultiple)
    return forms.TypedChoiceField(
        choices=lambda: [("", gettext("Please choose")), *listed()],
        coerce=_reader(field.type),
        empty_value=None,
    )


class _ManyField(forms.TypedMultipleChoiceField):
    """Several of the options: an act's lists are tuples."""

    def clean(self, value: Any) -> tuple[Any, ...]:  # noqa: ANN401 - Django's own
        return tuple(super().clean(value))


def _reader(of: Any) -> Callable[[str], Any]:  # noqa: ANN401 - an annotation can be anything
    """Return what makes a value of an option that was chosen."""
    if of is Organ:
        return _read_organ
    return of if isinstance(of, type) else str


def _read_organ(option: str) -> Organ:
    kind, _, name = option.partition(":")
    return Organ(OrganKind(kind), name)
