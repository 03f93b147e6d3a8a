from __future__ import annotations

from dataclasses import replace

import pytest

from comitia.web.notices.wording import Field, Template, placeholders
from tests.web.notices.making import RULING


def test_the_fields_of_a_text_are_its_names_in_braces() -> None:
    assert placeholders("{a} and {{b}} and {c_d}{a}") == {"a", "c_d"}


@pytest.mark.parametrize("text", ["{}", "{0}", "{a.b}", "{a[0]}", "{a!r}", "{a:>9}", "{a", "b}"])
def test_nothing_but_a_name_stands_in_braces(text: str) -> None:
    with pytest.raises(ValueError, match=r"brace|\}|encountered"):
        placeholders(text)


@pytest.mark.parametrize("name", ["ruling", "Cases.ruling", "cases.", f"a.{'b' * 60}"])
def test_a_template_is_named_by_room_and_occasion(name: str) -> None:
    with pytest.raises(ValueError, match=r"expected `room\.occasion`"):
        replace(RULING, name=name)


def test_versions_begin_with_one() -> None:
    with pytest.raises(ValueError, match="from 1 on"):
        replace(RULING, version=0)


@pytest.mark.parametrize(
    "fields,different",
    [
        ({"name": Field.LINE}, "office"),
        ({"name": Field.LINE, "office": Field.LINE, "more": Field.LINE}, "more"),
    ],
)
def test_texts_and_declared_fields_name_the_same(fields: dict[str, Field], different: str) -> None:
    with pytest.raises(ValueError, match=f"not both in the texts and declared: {different}"):
        Template("a.b", 1, "{name}", "{office}", fields)


def test_a_subject_takes_no_text_of_several_lines() -> None:
    with pytest.raises(ValueError, match="reasons has several lines"):
        Template("a.b", 1, "{reasons}", "", {"reasons": Field.TEXT})
