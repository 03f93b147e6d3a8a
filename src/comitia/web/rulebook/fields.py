"""Form fields for rules: one for each kind, which takes what the kind takes and nothing else.

The founding asks by them rule by rule, a change of the rule book for all rules at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext as translated  # what `dev.py messages` must not read

from comitia.errors import MalformedRecord
from comitia.law.kinds import Choice, Count, OneOrgan, OrNone, Period, Share, YesNo
from comitia.law.presets import PRESETS
from comitia.law.rules import RULES, Rule
from comitia.law.values import Organ, OrganKind, Unit
from comitia.web.organisation.words import organ_name
from comitia.web.rulebook.bounds import tell_bounds
from comitia.web.rulebook.telling import ask

_UNITS: Final = {
    Unit.DAYS: gettext_lazy("days"),
    Unit.WORKING_DAYS: gettext_lazy("working days"),
    Unit.MONTHS: gettext_lazy("months"),
    Unit.YEARS: gettext_lazy("years"),
}


def rule_field(
    rule: Rule[Any], organs: Iterable[Organ] = (), *, takes_others: bool = False
) -> forms.Field:
    """Return what asks for a rule's value; its cleaned value is what ``RulesForm`` reads.

    organs: those that can be chosen where the rule names one; takes_others: whether another can be
    named, too. Its label is the rule's sentence.
    """
    is_optional = isinstance(rule.kind, OrNone)
    kind = rule.kind.kind if isinstance(rule.kind, OrNone) else rule.kind
    made = _field(kind, organs, takes_others=takes_others)
    made.required = not is_optional
    made.label = ask(rule)
    made.help_text = " ".join(_helps(rule, kind))
    return made


def _helps(rule: Rule[Any], kind: Any) -> Iterator[str]:  # noqa: ANN401 - a rule's kind
    """Yield what can be given, and what the rule is without it."""
    if isinstance(kind, Count | Period | Share):
        yield gettext("Allowed is %(detail)s.") % {"detail": tell_bounds(kind)}
    if isinstance(rule.kind, OrNone):
        yield gettext("Nothing: %(sentence)s") % {"sentence": translated(rule.otherwise)}
    if isinstance(kind, YesNo):
        yield gettext("No: %(sentence)s") % {"sentence": translated(rule.otherwise)}


def _field(kind: Any, organs: Iterable[Organ], *, takes_others: bool) -> forms.Field:  # noqa: ANN401 - a rule's kind
    match kind:
        case OneOrgan():
            listed = [(str(one), organ_name(one)) for one in organs]
            return OrganField(listed) if takes_others else forms.ChoiceField(choices=listed)
        case Choice():
            return forms.ChoiceField(
                choices=[(one.value, translated(words)) for one, words in kind.options]
            )
        case YesNo():
            return forms.ChoiceField(
                choices=[("true", gettext("yes")), ("false", gettext("no"))],
                widget=forms.RadioSelect,
            )
        case Count():
            return forms.IntegerField(min_value=kind.least, max_value=kind.most)
        case Period():
            return PeriodField(kind)
        case Share():
            return forms.CharField(max_length=9)
        case _:
            raise TypeError(f"no field asks for a rule of the kind {type(kind).__name__}")


class OrganField(forms.MultiValueField):
    """A body or an office: one that is known, or another that is named as in ``body:board``."""

    def __init__(self, known: list[tuple[str, str]]) -> None:
        choices = [*known, ("", gettext("another"))]
        fields = (forms.ChoiceField(choices=choices), forms.CharField(max_length=60))
        super().__init__(fields, widget=OrganWidget(choices))
        self.require_all_fields = False

    def compress(self, data_list: list[Any]) -> str:
        """Return the organ; what was typed counts before what stands there already."""
        chosen, typed = data_list or ("", "")
        return str(typed or chosen or "")


class OrganWidget(forms.MultiWidget):
    """A choice and a line, each with a name for who hears the page."""

    def __init__(self, choices: list[tuple[str, str]]) -> None:
        self._known = {value for value, _ in choices}
        chosen = forms.Select(attrs={"aria-label": gettext_lazy("Which")}, choices=choices)
        other = {
            "aria-label": gettext_lazy("Another, such as body:board or office:chair"),
            "placeholder": "body:board",
            "maxlength": 60,
        }
        super().__init__((chosen, forms.TextInput(attrs=other)))

    def decompress(self, value: Any) -> list[Any]:  # noqa: ANN401 - Django's own
        return [value, ""] if value in self._known else ["", value]


class PeriodField(forms.MultiValueField):
    """So many days, working days, months or years."""

    def __init__(self, kind: Period) -> None:
        units = [(bound.unit.value, _UNITS[bound.unit]) for bound in kind.most]
        number = forms.IntegerField(min_value=1, max_value=max(b.number for b in kind.most))
        widget = PeriodWidget(units)
        super().__init__((number, forms.ChoiceField(choices=units)), widget=widget)
        self.require_all_fields = False

    def compress(self, data_list: list[Any]) -> dict[str, int] | None:
        """Return the period in its JSON form; None where no number was given."""
        if not data_list or data_list[0] is None:
            return None
        return {data_list[1]: data_list[0]}


class PeriodWidget(forms.MultiWidget):
    """A number and a unit, each with a name for who hears the page."""

    def __init__(self, units: list[tuple[str, Any]]) -> None:
        number = forms.NumberInput(attrs={"aria-label": gettext_lazy("How many"), "min": 1})
        unit = forms.Select(attrs={"aria-label": gettext_lazy("Of what")}, choices=units)
        super().__init__((number, unit))

    def decompress(self, value: Any) -> list[Any]:  # noqa: ANN401 - Django's own
        if not value:
            return [None, None]
        ((unit, number),) = value.items()
        return [number, unit]


class RulesForm(forms.Form):
    """Asks for the values of rules, and lets each rule's own kind read what was entered."""

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - Django's own
        rules: Iterable[Rule[Any]],
        organs: Iterable[Organ],
        takes_others: bool = False,
        **kwargs: Any,  # noqa: ANN401 - Django's own
    ) -> None:
        super().__init__(*args, **kwargs)
        self.asked, known = tuple(rules), list(organs)
        for rule in self.asked:
            field = rule_field(rule, known, takes_others=takes_others)
            self.fields[field_name(rule.key)] = field

    def clean(self) -> dict[str, Any]:
        """Refuse what a rule does not allow."""
        values = super().clean() or {}
        for rule in self.asked:
            name = field_name(rule.key)
            if name in values:
                try:
                    rule.kind.read(_json(rule, values[name]), rule.key)
                except MalformedRecord:
                    text = gettext("This cannot be the rule: allowed is %(detail)s.")
                    detail = {"detail": tell_bounds(rule.kind)}
                    self.add_error(name, ValidationError(text % detail))
        return values

    def rules(self) -> dict[str, Any]:
        """Return the value of every rule in its JSON form, once the form is valid."""
        return {
            rule.key: _json(rule, self.cleaned_data[field_name(rule.key)]) for rule in self.asked
        }


class BookForm(RulesForm):
    """Asks for the value of every rule, and the first day on which the book is in force."""

    in_force_from = forms.DateField(
        label=gettext_lazy("First day in force"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
    )

    def __init__(self, *args: Any, organs: Iterable[Organ] = (), **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*args, rules=RULES.values(), organs=organs, **kwargs)


def field_name(key: str) -> str:
    """Return a rule's name in the form."""
    return key.replace(".", "-")


def initial_of(rules: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a form begins with. rules: values in their JSON form."""
    return {field_name(key): _entered(value) for key, value in rules.items()}


def _entered(value: Any) -> Any:  # noqa: ANN401 - a JSON value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict) and (kinds := [kind for kind in OrganKind if kind in value]):
        return f"{kinds[0]}:{value[kinds[0]]}"
    return value


def _json(rule: Rule[Any], entered: Any) -> Any:  # noqa: ANN401 - a field's value; a JSON value
    """Return what was entered in the JSON form of the rule's kind."""
    kind = rule.kind.kind if isinstance(rule.kind, OrNone) else rule.kind
    match kind:
        case OneOrgan():
            of, _, name = str(entered).partition(":")
            return {of: name}
        case YesNo():
            return entered == "true"
        case _:
            return entered or None


def organs_known(named: Iterable[Any]) -> list[Organ]:
    """Return the bodies and offices that a rule can name: those of presets, and those in values."""
    found = {one for one in named if isinstance(one, Organ)}
    for preset in PRESETS.values():
        found |= {c.setting.value for c in preset.chosen if isinstance(c.setting.value, Organ)}
    return sorted(found, key=str)
