from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.core.mail import EmailMessage
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from comitia.errors import MalformedRecord
from comitia.web.notices.rendering import (
    LONGEST_LINE,
    LONGEST_SUBJECT,
    LONGEST_TEXT,
    is_address,
    known_language,
    one_line,
    render,
)
from comitia.web.notices.values import FieldValue, Notice, Recipient, Rendered, Way
from comitia.web.notices.wording import Field, Template
from tests.web.notices.making import ANNA, CONTEXT, NOTICE, TO_ANNA

ANYTHING = st.text(st.characters(exclude_categories=[]), max_size=400)


def one_field(field: Field, value: FieldValue) -> Notice:
    template = Template("a.b", 1, "s", "<{value}>", {"value": field})
    return Notice(template, TO_ANNA, {"value": value})


def body_of(field: Field, value: FieldValue) -> str:
    return render(one_field(field, value)).body.partition("<")[2].partition(">")[0]


def test_a_notice_is_written_out_in_full() -> None:
    assert render(NOTICE) == Rendered(
        subject="The ruling about noise",
        body=(
            "Dear Anna Muster,\n\nThe panel has ruled.\n\nIts reasons:\n\n    It was late.\n\n"
            "You can appeal until 24 December 2026.\n\nUnion of Examples\n"
        ),
        language="en",
        way=Way.MAIL,
    )


def test_a_notice_is_written_in_its_recipient_s_language() -> None:
    german = render(replace(NOTICE, recipient=replace(TO_ANNA, language="de")))
    assert german.body.startswith("Guten Tag Anna Muster,\n\n")
    assert "24. Dezember 2026" in german.body


def test_a_language_that_there_is_not_becomes_the_organisation_s() -> None:
    assert [known_language(code) for code in ("de", "xx", "")] == ["de", "en", "en"]


def test_whoever_has_no_name_is_greeted_without() -> None:
    assert render(replace(NOTICE, recipient=replace(TO_ANNA, name=" \n"))).body.startswith(
        "Good day,\n\n"
    )


@pytest.mark.parametrize("context", [{}, {**CONTEXT, "more": "x"}])
def test_fields_that_are_missing_or_unknown_are_refused(context: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"^cases\.ruling: missing or unknown fields: "):
        render(replace(NOTICE, context=context))


@pytest.mark.parametrize(
    "field,value",
    [
        (Field.LINE, 1),
        (Field.TEXT, 1),
        (Field.LINK, 1),
        (Field.DATE, "2026-12-24"),
        (Field.DATE, datetime(2026, 12, 24, tzinfo=UTC)),
        (Field.MOMENT, date(2026, 12, 24)),
        (Field.MOMENT, datetime(2026, 12, 24)),  # noqa: DTZ001 - that is what is refused
        (Field.NUMBER, True),
        (Field.NUMBER, "1"),
        (Field.LINK, "javascript:alert(1)"),
        (Field.LINK, "https://a.example/ b"),
        (Field.LINK, "https://a.example/\nb"),
        (Field.LINK, "https://ä.example/"),
    ],
)
def test_values_of_another_sort_are_refused(field: Field, value: FieldValue) -> None:
    with pytest.raises(ValueError, match=r"^a\.b, value: "):
        render(one_field(field, value))


@pytest.mark.parametrize(
    "field,value,written",
    [
        (Field.LINE, "  a\r\nBcc: b@c\td ", "a Bcc: b@c d"),
        (Field.LINE, "a\u202eb\u200b\x00\ud800\ufefff", "abf"),
        (Field.LINE, "\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),
        (Field.TEXT, "a\n\nb\tc\x1bd\r\ne ", "    a\n\n    b cd\n    e"),
        (Field.TEXT, "", ""),
        (Field.NUMBER, 1200, "1200"),
        (Field.LINK, "https://a.example/b?c=d", "https://a.example/b?c=d"),
    ],
)
def test_values_are_written_so(field: Field, value: FieldValue, written: str) -> None:
    assert body_of(field, value) == written


@override_settings(TIME_ZONE="Europe/Berlin")
def test_moments_are_shown_in_the_organisation_s_time_zone() -> None:
    moment = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    assert body_of(Field.MOMENT, moment) == "24 November 2026, 00:30 CET"


def test_nothing_in_a_value_is_filled_in() -> None:
    assert body_of(Field.LINE, "{value} {0} %(value)s") == "{value} {0} %(value)s"


def test_a_text_of_several_lines_is_never_shortened() -> None:
    assert body_of(Field.TEXT, "a" * LONGEST_TEXT) == "    " + "a" * LONGEST_TEXT
    with pytest.raises(MalformedRecord, match="a\\.b, value: more than the 20000 characters"):
        render(one_field(Field.TEXT, "a" * (LONGEST_TEXT + 1)))


def test_a_line_and_a_subject_are_shortened() -> None:
    assert one_line("a" * 10**6) == "a" * (LONGEST_LINE - 1) + "…"
    subject = render(replace(NOTICE, context={**CONTEXT, "charge": "b" * 500})).subject
    assert (subject[-2:], len(subject)) == ("b…", LONGEST_SUBJECT)


@pytest.mark.parametrize(
    "email", ["", "anna", "anna@", "a@b\nBcc: c@d.example", "ä@union.example", "a" * 250 + "@b.de"]
)
def test_who_has_no_address_that_works_gets_a_letter(email: str) -> None:
    assert not is_address(email)
    recipient = Recipient(ANNA, email, "en", "Anna")
    assert render(replace(NOTICE, recipient=recipient)).way is Way.LETTER


@given(name=ANYTHING, charge=ANYTHING, reasons=ANYTHING, language=ANYTHING)
def test_any_text_ends_in_a_message_that_can_be_sent(
    name: str, charge: str, reasons: str, language: str
) -> None:
    recipient = Recipient(ANNA, "anna@union.example", language, name)
    context = {**CONTEXT, "charge": charge, "reasons": reasons}
    rendered = render(replace(NOTICE, recipient=recipient, context=context))
    assert "\n" not in rendered.subject
    strange = {unicodedata.category(c) for c in rendered.body if c not in "\n\u200c\u200d"}
    assert not strange & {"Cc", "Cf", "Cs"}
    sent = EmailMessage(rendered.subject, rendered.body, to=["anna@union.example"]).message()
    assert set(sent.keys()) == {
        *("Content-Type", "MIME-Version", "Content-Transfer-Encoding"),
        *("Subject", "From", "To", "Date", "Message-ID"),
    }
