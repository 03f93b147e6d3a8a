"""From a notice to plain text, in its recipient's language.

Values come from anybody. In a line they can begin no new one and so no header; characters that
control a screen or turn the direction of writing are left out; nothing is read as markup, because
there is none. Who is told something must be able to rely on where a value ends: a text of several
lines stands between empty lines, indented, so that it cannot pass for the organisation's words.
"""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import formats
from django.utils.translation import gettext, override
from django.utils.translation import gettext as translate

from comitia.errors import MalformedRecord
from comitia.web.acts.founded import organisation_language, organisation_name, organisation_zone
from comitia.web.notices.values import FieldValue, Notice, Rendered, Way
from comitia.web.notices.wording import Field, placeholders

LONGEST_LINE: Final = 300
LONGEST_SUBJECT: Final = 200
LONGEST_TEXT: Final = 20_000
LONGEST_ADDRESS: Final = 254
_INDENT: Final = "    "
# Controls, surrogates, what no font has; of what is invisible only the joiners that scripts need.
_LEFT_OUT: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINERS: Final = frozenset("\u200c\u200d")
_LINE_ENDS: Final = frozenset("\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029\t")


def render(notice: Notice) -> Rendered:
    """Return the notice as it will be read; by mail, if the address can be one.

    Raises ValueError for a field that is missing, unknown or of another type than declared, and
    MalformedRecord for a text that is too long.
    """
    template, recipient = notice.template, notice.recipient
    if notice.context.keys() != template.fields.keys():
        different = ", ".join(sorted(notice.context.keys() ^ template.fields.keys()))
        raise ValueError(f"{template.name}: missing or unknown fields: {different}")
    language = known_language(recipient.language)
    with override(language):
        filled = {
            name: _write(f"{template.name}, {name}", template.fields[name], value)
            for name, value in notice.context.items()
        }
        subject = shorten(_fill(template.subject, filled), LONGEST_SUBJECT)
        body = _frame(_fill(template.body, filled), one_line(recipient.name))
    way = Way.MAIL if is_address(recipient.email) else Way.LETTER
    return Rendered(subject, body, language, way)


def known_language(code: str) -> str:
    """Return a language that the application speaks: this one, or the organisation's."""
    return code if code in dict(settings.LANGUAGES) else organisation_language()


def is_address(email: str) -> bool:
    """Whether mail can be addressed so; that somebody reads it there only an answer shows."""
    if not email.isascii() or len(email) > LONGEST_ADDRESS:
        return False
    try:
        validate_email(email)
    except ValidationError:
        return False
    return True


def one_line(text: str, most: int = LONGEST_LINE) -> str:
    """Return a text on one line, without what a reader cannot see, and shortened."""
    spaced = "".join(" " if letter in _LINE_ENDS else letter for letter in text[: 4 * most])
    return shorten(" ".join(visible(spaced).split()), most)


def shorten(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _fill(text: str, filled: dict[str, str]) -> str:
    translated = translate(text)
    placeholders(translated)  # a translation reaches into values no more than the text does
    return translated.format_map(filled)


def _frame(body: str, name: str) -> str:
    salutation = gettext("Dear {name},").format(name=name) if name else gettext("Good day,")
    return f"{salutation}\n\n{body}\n\n{one_line(organisation_name())}\n"


def _write(where: str, field: Field, value: FieldValue) -> str:
    match field, value:
        case Field.LINE, str():
            return one_line(value)
        case Field.TEXT, str():
            return _several_lines(where, value)
        case Field.LINK, str():
            return _link(where, value)
        case Field.MOMENT, datetime():
            return _moment(where, value)
        case Field.DATE, date() if not isinstance(value, datetime):
            # Translators: Django's format of a date, as 23 November 2026.
            return formats.date_format(value, gettext("j F Y"))
        case Field.NUMBER, int() if not isinstance(value, bool):
            return str(value)
        case _:
            raise ValueError(f"{where}: expected a {field}, found {type(value).__name__}")


def _moment(where: str, value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError(f"{where}: a moment without a time zone is no moment")
    here = value.astimezone(organisation_zone())
    # Translators: Django's format of a moment, as 23 November 2026, 16:05 CET.
    return formats.date_format(here, gettext("j F Y, H:i T"))


def _link(where: str, value: str) -> str:
    plain = value.isascii() and value.isprintable() and " " not in value
    if not plain or not value.startswith(("https://", "http://")):
        raise ValueError(f"{where}: expected an address that begins with https://")
    return value


def _several_lines(where: str, value: str) -> str:
    if len(value) > LONGEST_TEXT:
        raise MalformedRecord(where, f"more than the {LONGEST_TEXT} characters allowed")
    lines = [visible(line.replace("\t", " ")).rstrip() for line in value.splitlines()]
    return "\n".join(f"{_INDENT}{line}" if line else "" for line in lines)


def visible(text: str) -> str:
    """Return a text without controls, surrogates and what a reader cannot see."""
    return "".join(
        letter
        for letter in text
        if letter in _JOINERS or unicodedata.category(letter) not in _LEFT_OUT
    )
