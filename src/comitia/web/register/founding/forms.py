"""The forms of the founding: for a row of cells, for one rule, for files and codes.

A form of cells takes whatever is typed; what is wrong with it is said by the check of the whole
draft, and shown at the field.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any, Final

from django import forms
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext as translated  # what `dev.py messages` must not read

from comitia.errors import MalformedRecord
from comitia.law.kinds import Choice, Count, OneOrgan, OrNone, Period, Share, YesNo
from comitia.law.presets import PRESETS
from comitia.law.rules import Rule
from comitia.record.canonical import Json
from comitia.web.accounts.codes import LONGEST_TYPED
from comitia.web.register.founding.cells import WrongCell, read_organ
from comitia.web.register.founding.document import reference_of
from comitia.web.register.founding.draft import LONGEST_CELL, Draft, OrganisationCells, Row
from comitia.web.register.founding.faults import SENTENCES, Code, Fault
from comitia.web.register.founding.words import CELL_CHOICES, COLUMNS, HELP

_OPTIONAL: Final = frozenset({"above", "category", "birth_date", "address", "key"})
_OPTIONAL_OF: Final = {
    "members": _OPTIONAL | {"email"},
    "mandates": _OPTIONAL | {"since"},
    "administrators": _OPTIONAL | {"until", "member"},
}
_YES, _NO = "yes", "no"


def sentence_of(fault: Fault) -> str:
    """Return what is wrong, in the reader's language."""
    return translated(SENTENCES[fault.code]) % {"detail": fault.detail}


class CellsForm(forms.Form):
    """A row of cells, or what the organisation itself is."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(
        self,
        table: str,
        row: Row | OrganisationCells,
        draft: Draft,
        posted: Any = None,  # noqa: ANN401 - as Django's
    ) -> None:
        names = [one.name for one in fields(row)]
        initial = {name: getattr(row, name) for name in names} | {"seen": draft.hash}
        super().__init__(posted, initial=initial)
        self.names = names
        optional = _OPTIONAL_OF.get(table, _OPTIONAL)
        for name in names:
            field = _cell_field(name, getattr(row, name), draft)
            field.label, field.help_text = COLUMNS[name], HELP.get(name, "")
            field.required = name not in optional
            self.fields[name] = field
        self.order_fields([*names, "seen"])

    def full_clean(self) -> None:
        """Take empty cells as they are: the check of the draft says that they are missing."""
        marked = [self.fields[name] for name in self.names if self.fields[name].required]
        for field in marked:
            field.required = False
        super().full_clean()
        for field in marked:
            field.required = True

    def row(self, before: Any) -> Any:  # noqa: ANN401 - a row comes back as the class it was
        """Return the row with what was typed."""
        return type(before)(**{name: self.cleaned_data[name] for name in self.names})

    def show(self, faults: Iterable[Fault]) -> None:
        """Tie faults to their fields."""
        for fault in faults:
            place = fault.cell if fault.cell in self.fields else None
            self.add_error(place, sentence_of(fault))


def _cell_field(name: str, text: str, draft: Draft) -> forms.Field:
    if name in CELL_CHOICES:
        return _choice(list(CELL_CHOICES[name].items()), text)
    if name in {"branch", "above"}:
        references = [reference_of(one) for one in draft.branches if one.name]
        return _choice([(one, one) for one in dict.fromkeys(references)], text)
    widget = forms.Textarea(attrs={"rows": 3}) if name == "address" else forms.TextInput()
    return forms.CharField(max_length=LONGEST_CELL, widget=widget, strip=False)


def _choice(known: Sequence[tuple[str, Any]], text: str) -> forms.Field:
    """Return a choice in which also stands what was typed before and is none of the known.

    It takes any text, as every cell does.
    """
    other = [(text, text)] if text and text not in dict(known) else []
    widget = forms.Select(choices=[("", "—"), *known, *other])
    return forms.CharField(max_length=LONGEST_CELL, widget=widget, strip=False)


# --- Rules ---------------------------------------------------------------------------------------


class PresetForm(forms.Form):
    """Which rule book to begin from."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    preset = forms.ChoiceField(label=COLUMNS["preset"], widget=forms.RadioSelect)

    def __init__(self, draft: Draft, posted: Any = None) -> None:  # noqa: ANN401 - as Django's
        super().__init__(posted, initial={"seen": draft.hash, "preset": draft.preset})
        field = self.fields["preset"]
        field.choices = [(key, f"{one.title}: {one.purpose}") for key, one in PRESETS.items()]  # type: ignore[attr-defined] # a choice field


class RuleForm(forms.Form):
    """The value of one rule, by fields that fit its kind."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, rule: Rule[Any], value: Json, seen: str, posted: Any = None) -> None:  # noqa: ANN401 - as Django's
        super().__init__(posted, initial={"seen": seen, **_initial(rule, value)})
        self.rule = rule
        kind = rule.kind
        if isinstance(kind, OrNone):
            choices = [(_YES, gettext("There is such a rule:")), (_NO, rule.otherwise)]
            self.fields["has"] = forms.ChoiceField(
                label=gettext_lazy("Whether"), choices=choices, widget=forms.RadioSelect
            )
            kind = kind.kind
        for name, field in _fields_of(kind, rule).items():
            field.required = "has" not in self.fields
            self.fields[name] = field

    def clean(self) -> dict[str, Any]:
        """See that the rule takes the value."""
        found = dict(self.cleaned_data)
        if not self.errors:
            try:
                found["value"] = self._value(found)
            except (MalformedRecord, WrongCell):
                fault = Fault("rules", None, "", Code.RULE_WRONG, self.rule.kind.bounds())
                self.add_error(None, sentence_of(fault))
        return found

    def _value(self, found: dict[str, Any]) -> Json:
        """Return the rule's value as JSON. Raises MalformedRecord where the kind refuses it."""
        kind = self.rule.kind
        if isinstance(kind, OrNone):
            if found["has"] == _NO:
                return None
            kind = kind.kind
        value = _json_of(kind, found)
        kind.read(value, self.rule.key)
        return value


def _json_of(kind: Any, found: dict[str, Any]) -> Json:  # noqa: ANN401 - any kind
    match kind:
        case Period():
            return {found["unit"]: found["number"]}
        case OneOrgan():
            return kind.to_json(read_organ(found["organ"]))
        case YesNo():
            return bool(found["choice"] == _YES)
        case Count():
            return found["number"]  # type: ignore[no-any-return] # of a form
        case Share():
            return found["share"]  # type: ignore[no-any-return] # of a form
        case _:
            return found["choice"]  # type: ignore[no-any-return] # of a form


def _fields_of(kind: Any, rule: Rule[Any]) -> dict[str, forms.Field]:  # noqa: ANN401 - any kind
    match kind:
        case Count():
            plural = kind.plural.capitalize()
            return {"number": forms.IntegerField(label=plural, help_text=kind.bounds())}
        case Period():
            units = [(one.unit.value, one.unit.words(2)) for one in kind.most]
            return {
                "number": forms.IntegerField(label=gettext_lazy("Number"), help_text=kind.bounds()),
                "unit": forms.ChoiceField(label=gettext_lazy("Counted in"), choices=units),
            }
        case Share():
            label = gettext_lazy("Share")
            return {"share": forms.CharField(label=label, max_length=9, help_text=kind.bounds())}
        case OneOrgan():
            label, text = COLUMNS["organ"], gettext_lazy("Such as body:committee.")
            return {"organ": forms.CharField(label=label, max_length=60, help_text=text)}
        case Choice():
            options = [(one.value, words) for one, words in kind.options]
        case _:
            options = [(_YES, rule.tell(value=True)), (_NO, rule.otherwise)]
    label = gettext_lazy("Choice")
    return {"choice": forms.ChoiceField(label=label, choices=options, widget=forms.RadioSelect)}


def _initial(rule: Rule[Any], value: Json) -> dict[str, Any]:
    kind = rule.kind.kind if isinstance(rule.kind, OrNone) else rule.kind
    found: dict[str, Any] = {"has": _NO if value is None else _YES}
    if isinstance(kind, Period) and isinstance(value, dict) and value:
        unit, number = next(iter(value.items()))
        return found | {"unit": unit, "number": number}
    if isinstance(kind, OneOrgan) and isinstance(value, dict) and value:
        organ, name = next(iter(value.items()))
        return found | {"organ": f"{organ}:{name}"}
    if isinstance(kind, YesNo):
        return found | {"choice": _YES if value is True else _NO}
    return found | {"number": value, "share": value, "choice": value}


# --- Files and codes -----------------------------------------------------------------------------


class TableForm(forms.Form):
    """Rows as CSV: pasted, or a file."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    text = forms.CharField(
        label=gettext_lazy("Rows"), required=False, widget=forms.Textarea(attrs={"rows": 8})
    )
    file = forms.FileField(label=gettext_lazy("or a file"), required=False)
    keep = forms.BooleanField(label=gettext_lazy("Keep the rows that are there"), required=False)

    def data_given(self) -> bytes:
        """Return what was uploaded, else what was pasted."""
        file = self.cleaned_data["file"]
        return file.read() if file else str(self.cleaned_data["text"]).encode()


class DraftFileForm(forms.Form):
    """A whole draft from a file."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    file = forms.FileField(label=gettext_lazy("Draft"))


class CodeForm(forms.Form):
    """The code of an invitation."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=LONGEST_TYPED,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
    )


class SignForm(forms.Form):
    """What is signed: the draft with this hash."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    read = forms.BooleanField(label=gettext_lazy("I have read the document, and sign it."))
