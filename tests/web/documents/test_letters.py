from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from unittest import mock
from uuid import UUID

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from comitia.errors import MalformedRecord
from comitia.web.documents import letters
from comitia.web.documents.letters import (
    LONGEST_ADDRESS_LINE,
    MOST_LETTERS,
    Layout,
    Post,
    Sender,
    letters_pdf,
)
from comitia.web.notices.letters import Letter

UNIVERSAL_ACCESS = b"<pdfuaid:part>1</pdfuaid:part>"
DAY = date(2026, 11, 23)
UNION = Sender("Union of Examples", ("12 Example Street", "10115 Berlin"))
BODY = (
    "Dear Anna,\n\nIts reasons:\n\n    It was late.\n    Twice.\n\n    Thrice.\n\n"
    "Union of Examples\n"
)
LETTER = Letter(
    message=UUID(int=3),
    person=UUID(int=1),
    language="en",
    subject="The ruling",
    body=BODY,
    made_at=datetime(2026, 11, 20, tzinfo=UTC),
)
POST = Post(LETTER, ("Anna Muster", "3 Example Lane", "10117 Berlin"))


def pages(post: Sequence[Post], layout: Layout = Layout.DIN_5008) -> int:
    """Return the number of pages."""

    def draw(data: str) -> bytes:
        found: object = typst.compile(
            letters._template(), format="svg", ignore_system_fonts=True, sys_inputs={"post": data}
        )
        drawn.append(len(found) if isinstance(found, list) else 1)
        return b""

    drawn: list[int] = []
    with mock.patch.object(letters, "_compile", draw):
        letters_pdf(post, UNION, DAY, layout)
    return sum(drawn)


@pytest.mark.parametrize("layout", Layout)
def test_letters_are_accessible_and_the_same_bytes_each_time(layout: Layout) -> None:
    made = letters_pdf([POST, POST], UNION, DAY, layout)
    assert made.startswith(b"%PDF-")
    assert UNIVERSAL_ACCESS in made
    assert letters_pdf([POST, POST], UNION, DAY, layout) == made
    assert letters_pdf([POST, POST], UNION, date(2026, 11, 24), layout) != made


def test_each_letter_begins_on_a_page_of_its_own() -> None:
    long = replace(LETTER, body="\n\n".join(["A long paragraph. " * 40] * 8))
    assert (pages([replace(POST, letter=long), POST])) == 3
    assert (pages([POST], Layout.UK_DL)) == 1


def test_what_is_indented_is_quoted_together() -> None:
    assert letters._passages(BODY) == [
        {"quoted": False, "paragraphs": [["Dear Anna,"], ["Its reasons:"]]},
        {"quoted": True, "paragraphs": [["It was late.", "Twice."], ["Thrice."]]},
        {"quoted": False, "paragraphs": [["Union of Examples"]]},
    ]
    assert letters._passages("\n\n \n\n") == []


@pytest.mark.parametrize(
    "address",
    [
        (),
        ("", " \u200b"),
        ("a",) * 7,
        ("a",) * 200,
        ("a" * (LONGEST_ADDRESS_LINE + 1),),
    ],
)
def test_an_address_that_would_not_show_is_refused_and_not_repeated(
    address: tuple[str, ...],
) -> None:
    with pytest.raises(MalformedRecord, match=f"letter {LETTER.message}: expected"):
        letters_pdf([Post(LETTER, address)], UNION, DAY)


def test_the_british_window_shows_five_lines() -> None:
    six = Post(LETTER, ("a", "", "b", "c", "d", "e", "f"))
    assert letters_pdf([six], UNION, DAY).startswith(b"%PDF-")
    with pytest.raises(MalformedRecord, match="1 to 5 lines"):
        letters_pdf([six], UNION, DAY, Layout.UK_DL)


@pytest.mark.parametrize("number", [0, MOST_LETTERS + 1])
def test_none_and_too_many_letters_are_refused(number: int) -> None:
    with pytest.raises(ValueError, match="expected 1 to 500 letters"):
        letters_pdf([POST] * number, UNION, DAY)


def test_a_text_without_end_is_refused() -> None:
    with pytest.raises(MalformedRecord, match="more than the 60000 characters"):
        letters_pdf([replace(POST, letter=replace(LETTER, body="a" * 60_001))], UNION, DAY)


def test_texts_are_texts_and_no_markup() -> None:
    hostile = replace(LETTER, subject='#panic("evaluated")', body='#panic("x") $x$ *b* \\ <a> @b')
    made = letters_pdf([Post(hostile, ("#panic()", "= a"))], Sender("#panic()", ()), DAY)
    assert UNIVERSAL_ACCESS in made


@pytest.mark.parametrize("body", ["\x00", "a\x00b", "\ud800", "\u202e\u2028\ufeff"])
def test_what_nobody_can_see_does_not_stop_the_post(body: str) -> None:
    made = letters_pdf([replace(POST, letter=replace(LETTER, body=body))], UNION, DAY)
    assert UNIVERSAL_ACCESS in made


def test_a_letter_that_no_font_has_does_not_stop_the_post() -> None:
    made = letters_pdf(
        [replace(POST, letter=replace(LETTER, body="\U0001f9ff \ue000"))], UNION, DAY
    )
    assert made.startswith(b"%PDF-")


def test_another_failure_of_the_typesetter_is_not_hidden() -> None:
    failing = mock.patch.object(typst, "compile", side_effect=typst.TypstError("broken", ""))
    with failing, pytest.raises(typst.TypstError, match="broken"):
        letters_pdf([POST], UNION, DAY)


def test_letters_are_in_their_recipients_languages() -> None:
    with mock.patch.object(letters, "_compile") as compiling:
        german = replace(LETTER, language="de")
        letters_pdf([POST, replace(POST, letter=german)], UNION, DAY)
    (data,) = compiling.call_args.args
    assert [word in data for word in ("23 November 2026", "23. November 2026")] == [True, True]
    assert [word in data for word in ("Page {page}", "Seite {page}")] == [True, True]


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=80), line=st.text(min_size=1, max_size=40))
def test_any_text_ends_in_a_pdf_or_is_malformed(text: str, line: str) -> None:
    letter = replace(LETTER, subject=text.replace("\n", " "), body=text)
    try:
        made = letters_pdf([Post(letter, (line, "10117 Berlin"))], Sender(text, (text,)), DAY)
    except MalformedRecord:
        return
    assert made.startswith(b"%PDF-")
