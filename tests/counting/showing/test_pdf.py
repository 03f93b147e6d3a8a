from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from comitia.counting.sheet import Sheet
from comitia.counting.showing.pdf import sheet_pdf
from tests.counting.showing.sheets import ALL, RULE, hostile, scottish

UNIVERSAL_ACCESS = b"<pdfuaid:part>1</pdfuaid:part>"
each_sheet = pytest.mark.parametrize("make", ALL.values(), ids=ALL.keys())


@each_sheet
def test_pdf_is_accessible_and_the_same_bytes_each_time(make: Callable[[], Sheet]) -> None:
    made = sheet_pdf(make(), RULE)
    assert made.startswith(b"%PDF-1.7")
    assert UNIVERSAL_ACCESS in made
    assert sheet_pdf(make(), RULE) == made


def test_pdf_bears_title_and_language_and_no_time() -> None:
    made = sheet_pdf(scottish(), RULE)
    title = "Election of the committee \u2013 Count sheet".encode()
    assert b'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">' + title in made
    assert b"<dc:language><rdf:Bag><rdf:li>en" in made
    assert b"CreationDate" not in made
    assert b"CreateDate" not in made


def test_date_changes_the_pdf_only_where_it_is_given() -> None:
    made = sheet_pdf(scottish(), RULE)
    assert sheet_pdf(scottish(), RULE, date="") == made
    assert sheet_pdf(scottish(), RULE, date="1 May 2026") != made


def test_hostile_title_is_text() -> None:
    made = sheet_pdf(replace(hostile(), title='#panic("evaluated")'))
    assert b"#panic(&quot;evaluated&quot;)" in made or b'#panic("evaluated")' in made


def test_pdf_of_names_that_upset_a_line_is_made() -> None:
    names = ("\u202eAdler\x00", "Bra\u200bndt\u200d", "Cohen " * 70, "D" * 400, "\u2069Ember")
    made = sheet_pdf(replace(scottish(), names=names), RULE)
    assert UNIVERSAL_ACCESS in made


def test_letter_that_no_font_has_does_not_stop_the_sheet() -> None:
    unknown = "\u0378"  # no character yet
    names = (f"Adler {unknown}", *scottish().names[1:])
    made = sheet_pdf(replace(scottish(), names=names), RULE)
    assert made.startswith(b"%PDF-1.7")
    assert UNIVERSAL_ACCESS not in made


def test_sheet_of_another_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="a sheet of other 1 is not one of by-hand"):
        sheet_pdf(replace(scottish(), rule="other"), RULE)
