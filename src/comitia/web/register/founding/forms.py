"""The forms of the founding: for a row of cells, for one rule, for files and codes.

A form of cells takes whatever is typed; what is wrong with it is said by the check of the whole
draft, and shown at the field.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import fields
from typing import Any, Final

from django import forms
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext as translated  # what `dev.py messages` must not read

from comitia.errors import MalformedRecord
from comitia.law.presets import PRESETS
from comitia.law.presets.preset import Preset
from comitia.law.rules import RULES, Rule
from comitia.law.values import Organ
from comitia.web.accounts.codes import LONGEST_TYPED
from comitia.web.register.founding.cells import WrongCell, read_organ
from comitia.web.register.founding.document import reference_of
from comitia.web.register.founding.draft import LONGEST_CELL, Draft, OrganisationCells, Row
from comitia.web.register.founding.faults import SENTENCES, Code, Fault
from comitia.web.register.founding.unreadable import REASONS, NoTable
from comitia.web.register.founding.words import CELL_CHOICES, COLUMNS, HELP
from comitia.web.rulebook.bounds import tell_bounds
from comitia.web.rulebook.fields import RulesForm, initial_of, organs_known

_OPTIONAL: Final = frozenset({"above", "category", "birth_date", "address", "key"})
_OPTIONAL_OF: Final = {
    "members": _OPTIONAL | {"email"},
    "mandates": _OPTIONAL | {"since"},
    "administrators": _OPTIONAL | {"until", "member"},
}


def sentence_of(fault: Fault) -> str:
    """Return what is wrong, in the reader's language."""
    return translated(SENTENCES[fault.code]) % {"detail": _detail_of(fault)}


def _detail_of(fault: Fault) -> str:
    """Return what the sentence names: of rules and choices in the reader's words, too."""
    if fault.code is Code.RULE_WRONG:
        return tell_bounds(RULES[fault.cell].kind)
    if fault.code is Code.NOT_A_CHOICE:
        presets = {key: translated(one.title) for key, one in PRESETS.items()}
        choices = CELL_CHOICES.get(fault.cell, presets)
        return ", ".join(f"{one} ({words})" for one, words in choices.items())
    return fault.detail


def reason_of(error: NoTable) -> str:
    """Return why no rows can be read from a file, in the reader's language."""
    why = translated(REASONS[error.why]) % {"detail": error.detail}
    if error.line is None:
        return gettext("This is no table. %(why)s") % {"why": why}
    return gettext("This is no table; see line %(line)d. %(why)s") % {
        "line": error.line,
        "why": why,
    }


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
        field.choices = [(key, _preset_words(one)) for key, one in PRESETS.items()]  # type: ignore[attr-defined] # a choice field


def _preset_words(one: Preset) -> str:
    return f"{translated(one.title)}: {translated(one.purpose)}"


class RuleForm(RulesForm):
    """The value of one rule of a draft; a value that the rule refuses is asked for anew."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, rule: Rule[Any], draft: Draft, posted: Any = None) -> None:  # noqa: ANN401 - as Django's
        known = dict(_read_values(draft))
        now = {rule.key: draft.rules[rule.key]} if rule.key in known else {}
        initial = {"seen": draft.hash, **initial_of(now)}
        organs = organs_known([*known.values(), *_organs_of(draft)])
        super().__init__(posted, initial=initial, rules=[rule], organs=organs, takes_others=True)


def _read_values(draft: Draft) -> Iterator[tuple[str, Any]]:
    """Yield the values of a draft that their rules take, by their keys."""
    for key, value in draft.rules.items():
        with suppress(MalformedRecord):
            yield key, RULES[key].kind.read(value, key)


def _organs_of(draft: Draft) -> Iterator[Organ]:
    """Yield the bodies and offices that somebody holds in a draft."""
    for row in draft.mandates:
        with suppress(WrongCell):
            yield read_organ(row.organ)


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
