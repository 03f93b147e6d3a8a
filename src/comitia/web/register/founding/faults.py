"""What can be wrong with a founding draft: a place, a code, and one sentence for each code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


def gettext_noop(text: str) -> str:
    """Mark a sentence for translation: pages translate it, the command line does not."""
    return text


class Code(StrEnum):
    """Why a cell, a row or a whole table is not as it must be."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    UNPRINTABLE = "unprintable"
    NOT_A_CHOICE = "not_a_choice"
    NOT_A_DAY = "not_a_day"
    NOT_YET = "not_yet"
    PAST = "past"
    TERM_TOO_LONG = "term_too_long"
    NOT_A_LANGUAGE = "not_a_language"
    NOT_A_ZONE = "not_a_zone"
    NOT_AN_ORGAN = "not_an_organ"
    NOT_AN_ADDRESS = "not_an_address"
    NOT_A_NUMBER = "not_a_number"
    RULE_MISSING = "rule_missing"
    RULE_WRONG = "rule_wrong"
    TWICE = "twice"
    UNKNOWN = "unknown"
    AMBIGUOUS = "ambiguous"
    NO_WHOLE = "no_whole"
    SECOND_WHOLE = "second_whole"
    ABOVE_THE_WHOLE = "above_the_whole"
    NOT_BELOW_THE_WHOLE = "not_below_the_whole"
    TOO_DEEP = "too_deep"
    NO_MEMBER = "no_member"
    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    SAME_PERSON = "same_person"
    APPLICANT = "applicant"
    NOBODY_DECIDES = "nobody_decides"
    SAME_NAME = "same_name"


SENTENCES: Final[Mapping[Code, str]] = {
    Code.MISSING: gettext_noop("Something must stand here."),
    Code.TOO_LONG: gettext_noop("This is too long; %(detail)s characters are allowed."),
    Code.UNPRINTABLE: gettext_noop("There are characters in this that cannot be printed."),
    Code.NOT_A_CHOICE: gettext_noop("This must be one of: %(detail)s."),
    Code.NOT_A_DAY: gettext_noop("This is no date; write the year first, such as 2026-11-23."),
    Code.NOT_YET: gettext_noop("This day is still to come."),
    Code.PAST: gettext_noop("This day is past already."),
    Code.TERM_TOO_LONG: gettext_noop("By your rules this term ends on %(detail)s at the latest."),
    Code.NOT_A_LANGUAGE: gettext_noop("This is no tag of a language, such as en or de."),
    Code.NOT_A_ZONE: gettext_noop("This is no time zone, such as Europe/Berlin."),
    Code.NOT_AN_ORGAN: gettext_noop(
        "Write body: or office: and a short name in small letters, such as body:committee."
    ),
    Code.NOT_AN_ADDRESS: gettext_noop("This is no e-mail address."),
    Code.NOT_A_NUMBER: gettext_noop(
        "A number has figures, points, strokes, slashes and no more than three letters together,"
        " 40 signs at most. It is published, so it names nobody."
    ),
    Code.RULE_MISSING: gettext_noop("Your rule book must answer this."),
    Code.RULE_WRONG: gettext_noop("This cannot be the rule: allowed is %(detail)s."),
    Code.TWICE: gettext_noop("Another row is called the same; give each of them a key."),
    Code.UNKNOWN: gettext_noop("No row is called “%(detail)s”."),
    Code.AMBIGUOUS: gettext_noop("Several rows are called “%(detail)s”; name one by its key."),
    Code.NO_WHOLE: gettext_noop("One branch must be the whole organisation."),
    Code.SECOND_WHOLE: gettext_noop("Only one branch is the whole organisation."),
    Code.ABOVE_THE_WHOLE: gettext_noop("Nothing stands above the whole organisation."),
    Code.NOT_BELOW_THE_WHOLE: gettext_noop("The branches above this one lead in a circle."),
    Code.TOO_DEEP: gettext_noop("There may be %(detail)s branches above one another."),
    Code.NO_MEMBER: gettext_noop("Only a member can hold this."),
    Code.TOO_FEW: gettext_noop("There must be %(detail)s at least."),
    Code.TOO_MANY: gettext_noop("There may be %(detail)s at most."),
    Code.APPLICANT: gettext_noop("A founding states no applicants: they apply afterwards."),
    Code.SAME_PERSON: gettext_noop("The administrators must be different people."),
    Code.NOBODY_DECIDES: gettext_noop(
        "Nobody could decide on an application in %(detail)s: add who holds that office there, or"
        " in a branch above."
    ),
    Code.SAME_NAME: gettext_noop("Somebody of the same name and birth date is on the list."),
}
"""The sentence for each code; ``detail`` is a value, and no text of another language."""

WARNINGS: Final = frozenset({Code.SAME_NAME})
"""What may be as it is."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong. table: where, or ``organisation`` or ``rules``.

    row: from 0; None of the table as a whole. cell: its name, or a rule's key. detail: what the
    sentence names.
    """

    table: str
    row: int | None
    cell: str
    code: Code
    detail: str = ""

    @property
    def is_warning(self) -> bool:
        """Whether somebody should look at it, and may leave it."""
        return self.code in WARNINGS

    @property
    def place(self) -> str:
        """Where it is, as a file would say."""
        row = "" if self.row is None else f"[{self.row}]"
        return f"{self.table}{row}" + (f".{self.cell}" if self.cell else "")

    def __str__(self) -> str:
        """In English, for the command line."""
        return f"{self.place}: {SENTENCES[self.code] % {'detail': self.detail}}"
