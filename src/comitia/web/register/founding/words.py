"""The words of a draft in the reader's language: steps, columns, and what cells can say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy

from comitia.law.standings import Standing
from comitia.record.kinds.cases import Stage
from comitia.record.kinds.organisation import Terms
from comitia.record.kinds.register import Category
from comitia.web.acts.words import CHOICES
from comitia.web.organisation.words import LEVELS as OF_TERMS

TITLES: Final[Mapping[str, Any]] = {
    "organisation": gettext_lazy("The organisation"),
    "rules": gettext_lazy("The rule book"),
    "branches": gettext_lazy("Branches"),
    "members": gettext_lazy("First members"),
    "mandates": gettext_lazy("Offices and seats"),
    "cases": gettext_lazy("Open cases"),
    "administrators": gettext_lazy("Administrators"),
}
"""The steps, in their order."""

LEADS: Final[Mapping[str, Any]] = {
    "branches": gettext_lazy("One branch is the whole organisation; all others stand below it."),
    "members": gettext_lazy(
        "Everybody who belongs, and everybody who did and whose standing still counts."
    ),
    "mandates": gettext_lazy(
        "Who holds an office or a seat today, and until when. What you state here is declared, and"
        " not evidenced by an election in this record."
    ),
    "cases": gettext_lazy(
        "Cases that are open today, by number: nothing else about them is stated here."
    ),
    "administrators": gettext_lazy(
        "They sign the founding, and then have technical rights only: none over members."
    ),
}

COLUMNS: Final[Mapping[str, Any]] = {
    "name": gettext_lazy("Name"),
    "language": gettext_lazy("Language"),
    "time_zone": gettext_lazy("Time zone"),
    "terms": gettext_lazy("What you call a branch"),
    "preset": gettext_lazy("Rule book to begin from"),
    "level": gettext_lazy("Level"),
    "above": gettext_lazy("Branch above"),
    "key": gettext_lazy("Key"),
    "branch": gettext_lazy("Branch"),
    "standing": gettext_lazy("Standing"),
    "since": gettext_lazy("Since"),
    "category": gettext_lazy("Category"),
    "birth_date": gettext_lazy("Date of birth"),
    "address": gettext_lazy("Postal address"),
    "email": gettext_lazy("E-mail address"),
    "organ": gettext_lazy("Body or office"),
    "member": gettext_lazy("Member"),
    "until": gettext_lazy("Until"),
    "number": gettext_lazy("Number"),
    "stage": gettext_lazy("Stage"),
}

LEVELS: Final = OF_TERMS[Terms.BRANCH]
STANDINGS: Final = {one: CHOICES[one] for one in Standing if one is not Standing.APPLICANT}
CATEGORIES, STAGES, TERMS = ({one: CHOICES[one] for one in of} for of in (Category, Stage, Terms))
CELL_CHOICES: Final[Mapping[str, Mapping[Any, Any]]] = {
    "level": LEVELS,
    "standing": STANDINGS,
    "category": CATEGORIES,
    "stage": STAGES,
    "terms": TERMS,
}
"""Of each cell with a closed set of values, what these are called."""

STATES: Final[Mapping[str, Any]] = {
    "new": gettext_lazy("new"),
    "done": gettext_lazy("as before"),
    "warning": gettext_lazy("look at this"),
    "error": gettext_lazy("wrong"),
}

HELP: Final[Mapping[str, Any]] = {
    "since": gettext_lazy("The year first, such as 2026-11-23."),
    "until": gettext_lazy("The last day, such as 2027-12-31."),
    "birth_date": gettext_lazy("The year first, such as 1980-02-29."),
    "key": gettext_lazy("Only needed where two have the same name."),
    "member": gettext_lazy("The member's key, or the name where there is none."),
    "organ": gettext_lazy("Such as body:committee or office:secretary, as your rules name it."),
    "number": gettext_lazy("Your own number; it will stand in the open record."),
    "time_zone": gettext_lazy("Where your days begin, such as Europe/Berlin."),
}
