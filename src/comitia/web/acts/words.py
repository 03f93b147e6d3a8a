"""What a reader sees of the values that acts consist of, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.functional import Promise, lazy
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext as translated  # what `dev.py messages` must not read

from comitia.law.standings import Standing
from comitia.law.values import Organ
from comitia.record.kinds.cases import Stage
from comitia.record.kinds.organisation import Level, Terms
from comitia.record.kinds.register import Category

CHOICES: Final[Mapping[StrEnum, Promise]] = {
    Standing.APPLICANT: gettext_lazy("applicant"),
    Standing.MEMBER: gettext_lazy("member"),
    Standing.SUSPENDED: gettext_lazy("suspended"),
    Standing.LEFT: gettext_lazy("has left"),
    Standing.STRUCK_OFF: gettext_lazy("struck off"),
    Standing.EXPELLED: gettext_lazy("expelled"),
    Standing.DECEASED: gettext_lazy("deceased"),
    Category.FULL: gettext_lazy("full membership"),
    Category.REDUCED: gettext_lazy("membership at reduced dues"),
    Category.HONORARY: gettext_lazy("honorary membership"),
    Category.SUPPORTING: gettext_lazy("supporting membership"),
    Level.WHOLE: gettext_lazy("the whole organisation"),
    Level.REGION: gettext_lazy("region"),
    Level.DISTRICT: gettext_lazy("district"),
    Level.LOCAL: gettext_lazy("local branch"),
    Level.GROUP: gettext_lazy("group"),
    Terms.BRANCH: gettext_lazy("branch"),
    Terms.LOCAL: gettext_lazy("local"),
    Terms.SECTION: gettext_lazy("section"),
    Terms.CELL: gettext_lazy("cell"),
    Terms.CHAPTER: gettext_lazy("chapter"),
    Stage.CHARGE: gettext_lazy("the charge"),
    Stage.HEARING: gettext_lazy("the hearing"),
    Stage.RULING: gettext_lazy("the ruling"),
    Stage.APPEAL: gettext_lazy("the ruling on an appeal"),
}
"""What every choice of an act is called."""

_SHORT: Final = 8


def _label(about: str) -> str:
    return capfirst(translated(about).partition("; ")[0])


def _help(about: str) -> str:
    return capfirst(translated(about).partition("; ")[2])


label_of: Final = lazy(_label, str)
"""Return how a form asks for a field: what it is about, up to a semicolon."""
help_of: Final = lazy(_help, str)
"""Return what stands below that: the rest."""


def name_of_choice(member: StrEnum) -> str:
    """Return what a choice is called."""
    return str(CHOICES[member])


def say_value(value: Any, names: Mapping[str, str], organ: Callable[[Organ], str]) -> str:  # noqa: ANN401, PLR0911 - any value; one return a type
    """Return a value of an act for a sentence.

    names: of branches, people and what they hold, by their identifiers; what has none is shown by
    the beginning of its own.
    """
    match value:
        case None:
            return ""
        case bool():
            return gettext("yes") if value else gettext("no")
        case StrEnum():
            return name_of_choice(value)
        case Organ():
            return organ(value)
        case date():
            return date_format(value, "DATE_FORMAT")
        case str() if _is_code(value):
            return names.get(value) or value[:_SHORT]
        case tuple():
            return ", ".join(say_value(one, names, organ) for one in value)
        case _:
            return str(value)


def _is_code(text: str) -> bool:
    return len(text) in {32, 64} and not set(text) - set("0123456789abcdef")
