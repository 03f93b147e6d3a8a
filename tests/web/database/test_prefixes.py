from __future__ import annotations

import pytest
from django.db import connections
from django.db.models import F
from hypothesis import example, given
from hypothesis import strategies as st

from comitia.web.database.prefixes import fold
from tests.web.sample.models import Member

WRITTEN = st.text(max_size=12) | st.text("aAäÄsSßéÉ eE%_\\.-'", max_size=12)


@pytest.mark.parametrize(
    "text,folded",
    [
        ("Müller-Lüdenscheidt", "muller-ludenscheidt"),
        ("  STRASSE \t ", "strasse"),
        ("Straße", "strasse"),
        ("Łódź", "łodz"),
        ("\uff37\uff49\uff44\uff45", "wide"),
        ("İstanbul", "istanbul"),
        ("soft\u00adhyphen\u200b", "softhyphen"),
        ("\ud800\U0010ffff\x00", ""),
        ("\u038c\u03a3", "\u03bf\u03c3"),
    ],
)
def test_what_a_reader_calls_the_same_is_folded_alike(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(WRITTEN | st.text())
@example("\u1e9b\u0323")
@example("\u0345\u03b1")
def test_folding_twice_changes_nothing_more(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
    assert "\x00" not in once
    assert "\U0010ffff" not in once
    once.encode()


def test_the_database_finds_what_begins_so_and_nothing_else(database: str) -> None:
    members = Member.objects.using(database)

    @given(st.lists(WRITTEN, max_size=8), WRITTEN)
    @example(["50%", "500", "a_b", "aab", "a\\b"], "50%")
    @example(["a_b", "aab"], "a_")
    @example(["a\\b", "ab"], "a\\")
    @example(["x\U0010fffd", "x", "y"], "x")
    @example(["\ud7ff", "\ue000"], "\ud7ff")
    @example(["anything"], "")
    def agree(names: list[str], words: str) -> None:
        members.all().delete()
        members.bulk_create(Member(name="-", folded=fold(name)) for name in names)
        found = members.filter(folded__prefix=fold(words)).values_list("folded", flat=True)
        expected = [fold(name) for name in names if fold(name).startswith(fold(words))]
        assert sorted(found) == sorted(expected)

    agree()


def test_the_index_answers(database: str) -> None:
    members = Member.objects.using(database)
    members.bulk_create(Member(name="-", folded=f"name {number}") for number in range(2000))
    connection = connections[database]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    plan = members.filter(folded__prefix="name 77").explain()
    assert "Seq Scan" not in plan
    assert "SCAN" not in plan.split(), plan
    assert "index" in plan.lower()


def test_a_prefix_is_a_text_and_no_other_column() -> None:
    with pytest.raises(TypeError, match="a text that was folded"):
        Member.objects.filter(folded__prefix=F("name"))
