"""The rules as plain sentences in the reader's language.

Sentences and the words of choices are those of ``law.rules``; here they are only translated, so no
rule can be told otherwise than the law means it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext as translated  # what `dev.py messages` must not read

from comitia.law.kinds import Choice, Count, OrNone
from comitia.law.presets import PRESETS
from comitia.law.presets.preset import Basis
from comitia.law.rulebook import RuleBook
from comitia.law.rules import RULES, Rule
from comitia.law.values import Duration, Organ, Unit
from comitia.web.organisation.words import organ_name

_FRACTIONS: Final[Mapping[Fraction, Callable[[], str]]] = {
    Fraction(1): lambda: gettext("all"),
    Fraction(1, 2): lambda: gettext("half"),
    Fraction(1, 3): lambda: gettext("one third"),
    Fraction(2, 3): lambda: gettext("two thirds"),
    Fraction(1, 4): lambda: gettext("one quarter"),
    Fraction(3, 4): lambda: gettext("three quarters"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A rule of a book, told. basis: the law behind its value, where a preset names one."""

    key: str
    sentence: str
    basis: Basis | None


@dataclass(frozen=True, slots=True)
class Difference:
    """A rule that two books answer differently; None where one is silent."""

    key: str
    before: str | None
    after: str | None


def ask(rule: Rule[Any]) -> str:
    """Return a rule as a sentence with a gap where its value stands."""
    return translated(rule.sentence).replace("{value}", "…")


def tell(rule: Rule[Any], value: Any) -> str:  # noqa: ANN401 - of the rule's own kind
    """Return a rule with its value as a sentence."""
    if value is None or value is False:
        return translated(rule.otherwise)
    told = translated(rule.sentence).format(value=_words(rule.kind, value))
    return told[0].upper() + told[1:]


def _words(kind: Any, value: Any) -> str:  # noqa: ANN401, PLR0911 - any kind; one return a type
    if isinstance(kind, OrNone):
        return _words(kind.kind, value)
    match value:
        case Duration():
            return duration_words(value)
        case Organ():
            return gettext("the %(organ)s") % {"organ": organ_name(value)}
        case Fraction():
            spoken = _FRACTIONS.get(value)
            return spoken() if spoken else str(value)
        case _ if isinstance(kind, Count):
            unit = kind.singular if value == 1 else kind.plural
            return f"{value} {translated(unit)}"
        case _ if isinstance(kind, Choice):
            return translated(kind.words(value, {}))
        case _:
            return str(value)


def duration_words(value: Duration) -> str:
    """Return so many days, working days, months or years."""
    number = value.number
    texts = {
        Unit.DAYS: ngettext("%(number)s day", "%(number)s days", number),
        Unit.WORKING_DAYS: ngettext("%(number)s working day", "%(number)s working days", number),
        Unit.MONTHS: ngettext("%(number)s month", "%(number)s months", number),
        Unit.YEARS: ngettext("%(number)s year", "%(number)s years", number),
    }
    return texts[value.unit] % {"number": number}


def tell_book(book: RuleBook, preset: str = "") -> tuple[Told, ...]:
    """Return all rules of a book, in the catalogue's order.

    preset: from which it began; a law is named only where the value is still the preset's.
    """
    values = book.values
    bases = _bases(preset)
    return tuple(
        Told(key, tell(RULES[key], values[key]), bases.get((key, _plain(key, values[key]))))
        for key in RULES
        if key in values
    )


def _bases(preset: str) -> dict[tuple[str, str], Basis]:
    known = PRESETS.get(preset)
    chosen = () if known is None else known.chosen
    return {
        (one.setting.key, _plain(one.setting.key, one.setting.value)): one.basis
        for one in chosen
        if one.basis is not None
    }


def _plain(key: str, value: Any) -> str:  # noqa: ANN401 - of the rule's own kind
    return str(RULES[key].kind.to_json(value))


def differences(before: RuleBook, after: RuleBook) -> tuple[Difference, ...]:
    """Return what two books answer differently, in the catalogue's order."""
    old, new = before.values, after.values
    return tuple(
        Difference(key, _told(key, old), _told(key, new))
        for key in RULES
        if (key in old, old.get(key)) != (key in new, new.get(key))
    )


def _told(key: str, values: Mapping[str, Any]) -> str | None:
    return tell(RULES[key], values[key]) if key in values else None
