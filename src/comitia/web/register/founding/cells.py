"""From the text in a cell to a value, or to the reason why it is none."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from enum import StrEnum
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from comitia.errors import MalformedRecord
from comitia.law.reading import expect_date, expect_id
from comitia.law.values import Organ, OrganKind
from comitia.record.kinds.values import Text
from comitia.web.register.founding.faults import Code

E = TypeVar("E", bound=StrEnum)

LONGEST_NAME: Final = 200
LONGEST_ADDRESS: Final = 1_000
_LONGEST_MAIL: Final = 254
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}", re.ASCII)
_NUMBER: Final = re.compile(r"(?=.*[0-9])[A-Za-z0-9][A-Za-z0-9./_-]{0,39}", re.ASCII)
_WORD: Final = re.compile(r"[A-Za-z]{4}", re.ASCII)
_MAIL: Final = re.compile(r"[^@\s\"(),:;<>\[\\\]]{1,64}@[^@\s\"(),:;<>\[\\\]]+\.[^@\s.]{2,63}")


class WrongCell(Exception):  # noqa: N818 - an event of reading that never leaves ``document``
    """A cell that says nothing that can be used."""

    def __init__(self, code: Code, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


def plain(text: str) -> str:
    """Return a text as the record takes it: composed, without space around it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    return unicodedata.normalize("NFC", lines)


def read_name(text: str, longest: int = LONGEST_NAME) -> Text:
    """Return one line of printable text."""
    name = read_lines(text, longest)
    if "\n" in name:
        raise WrongCell(Code.UNPRINTABLE)
    return name


def read_lines(text: str, longest: int = LONGEST_ADDRESS) -> Text:
    """Return printable text of one line or several."""
    lines = plain(text)
    if not lines:
        raise WrongCell(Code.MISSING)
    if len(lines) > longest:
        raise WrongCell(Code.TOO_LONG, str(longest))
    if any(unicodedata.category(sign) in {"Cc", "Cs"} and sign != "\n" for sign in lines):
        raise WrongCell(Code.UNPRINTABLE)
    return Text(lines)


def read_day(text: str) -> date:
    """Return a date that is written as in ISO 8601."""
    day = plain(text)
    if not day:
        raise WrongCell(Code.MISSING)
    try:
        return expect_date(day, "cell")
    except MalformedRecord:
        raise WrongCell(Code.NOT_A_DAY) from None


def read_past_day(text: str, today: date) -> date:
    """Return a date up to today."""
    day = read_day(text)
    if day > today:
        raise WrongCell(Code.NOT_YET)
    return day


def read_choice(text: str, of: type[E]) -> E:
    """Return one of a closed set, by its value in any letters."""
    name = plain(text).casefold().replace(" ", "_")
    if not name:
        raise WrongCell(Code.MISSING)
    found = next((one for one in of if one.value == name), None)
    if found is None:
        raise WrongCell(Code.NOT_A_CHOICE, ", ".join(of))
    return found


def read_organ(text: str) -> Organ:
    """Return the body or office that ``body:committee`` or ``office:secretary`` is."""
    kind, _, name = plain(text).partition(":")
    if not kind:
        raise WrongCell(Code.MISSING)
    try:
        return Organ(OrganKind(kind), expect_id(name, "cell", "an id"))
    except (ValueError, MalformedRecord):
        raise WrongCell(Code.NOT_AN_ORGAN) from None


def read_language(text: str) -> Text:
    """Return a tag such as en or pt-BR."""
    tag = plain(text)
    if not _LANGUAGE.fullmatch(tag):
        raise WrongCell(Code.NOT_A_LANGUAGE if tag else Code.MISSING)
    return Text(tag)


def read_time_zone(text: str) -> Text:
    """Return the name of a time zone of the IANA database."""
    name = plain(text)
    try:
        return Text(ZoneInfo(name).key)
    except (KeyError, ValueError, OSError):  # unknown; no name of a file; a folder of zones
        raise WrongCell(Code.NOT_A_ZONE if name else Code.MISSING) from None


def read_number(text: str) -> Text:
    """Return the number of a case, which is open for ever.

    Old files are named by the people in them: so it has a figure, no space, and of letters no more
    than three together.
    """
    number = plain(text)
    if not _NUMBER.fullmatch(number) or _WORD.search(number):
        raise WrongCell(Code.NOT_A_NUMBER if number else Code.MISSING)
    return Text(number)


def read_mail(text: str) -> str:
    """Return an e-mail address; whether anybody reads it shows when it is used."""
    address = plain(text)
    if not address:
        raise WrongCell(Code.MISSING)
    if len(address) > _LONGEST_MAIL or not address.isprintable() or not _MAIL.fullmatch(address):
        raise WrongCell(Code.NOT_AN_ADDRESS)
    return address
