from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.web.register.likeness import (
    Described,
    Reason,
    compare,
    compare_dates,
    compare_names,
    is_misspelt,
    letters_key,
    place_key,
    similar_dates,
    words_of,
)
from tests.web.register.strategies import ADDRESSES, ANYTHING, DAYS, LONG_WORDS, NAMES, WORDS

ANYBODY = st.builds(Described, ANYTHING, st.none() | DAYS, ANYTHING)
BORN = date(1980, 2, 11)


@given(ANYBODY, ANYBODY)
def test_likeness_is_mutual_whatever_is_compared(one: Described, two: Described) -> None:
    assert compare(one, two) == compare(two, one)


@given(NAMES, DAYS, ADDRESSES)
def test_everybody_is_like_themselves(name: str, born: date, address: str) -> None:
    found = compare(Described(name, born, address), Described(name, born, address))
    assert {Reason.SAME_NAME, Reason.SAME_BIRTH_DATE} <= found


@given(st.lists(WORDS, min_size=2, max_size=4))
def test_the_order_of_names_does_not_hide_anybody(words: list[str]) -> None:
    turned = compare_names(" ".join(words), " ".join(reversed(words)))
    assert turned in ({Reason.SAME_NAME}, {Reason.WORDS_SWAPPED})


@pytest.mark.parametrize(
    "one,other,why",
    [
        ("Jürgen Groß", "JURGEN GROSS", Reason.SAME_NAME),
        ("Anna-Maria Lowe", "Annamaria Lowe", Reason.SAME_NAME),
        ("Ada Lowe", "Lowe, Ada", Reason.WORDS_SWAPPED),
        ("Ada Maria Lowe", "Ada Lowe", Reason.PART_OF_NAME),
        ("Marta Schmidt", "Marta Schmitd", Reason.MISSPELT_NAME),
        ("Marta Schmidt", "Marta Schmit", Reason.MISSPELT_NAME),
        ("Schmidt Marta", "Martha Schmidt", Reason.MISSPELT_NAME),
    ],
)
def test_names_of_one_person_are_alike(one: str, other: str, why: Reason) -> None:
    assert compare_names(one, other) == {why}


@pytest.mark.parametrize(
    "one,other",
    [
        ("Jan Hill", "Jon Hill"),
        ("Ada Lowe", "Ada Moss"),
        ("Ada", "Ada Lowe"),
        ("Marta Schmidt", "Maria Schneider"),
        ("Ada Ada Lowe", "Ada Lowe Lowe Lowe"),
        ("", "Ada Lowe"),
        ("…", "—"),
    ],
)
def test_names_of_different_people_are_not(one: str, other: str) -> None:
    found = compare_names(one, other)
    assert found <= {Reason.PART_OF_NAME}
    assert bool(found) == (one == "Ada Ada Lowe")


@given(LONG_WORDS, st.data())
def test_one_slip_is_noticed_wherever_it_is(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abcxyz"))
    swapped = word[:place] + word[place : place + 2][::-1] + word[place + 2 :]
    slips = [
        word[:place] + word[place + 1 :],
        word[:place] + letter + word[place:],
        word[:place] + letter + word[place + 1 :],
        swapped,
    ]
    assert [is_misspelt(word, slip) for slip in slips] == [True] * 4
    assert [is_misspelt(slip, word) for slip in slips] == [True] * 4


@given(LONG_WORDS)
def test_two_letters_at_the_end_are_no_slip(word: str) -> None:
    assert not is_misspelt(word, f"{word}zz")
    assert not is_misspelt(f"a{word}", f"{word[::-1]}zzz")


@given(st.lists(LONG_WORDS, min_size=2, max_size=3), st.data())
def test_a_slip_of_swapped_letters_keeps_the_key_by_which_it_is_found(
    words: list[str], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, 3))
    first = words[0]
    slip = first[:place] + first[place : place + 2][::-1] + first[place + 2 :]
    assert letters_key(" ".join(words)) == letters_key("-".join([*words[1:], slip]))


@given(DAYS)
def test_every_similar_date_is_found_similar_and_the_other_way_round(day: date) -> None:
    similar = similar_dates(day)
    assert day in similar
    assert all(compare_dates(day, one) for one in similar)
    assert all(day in similar_dates(one) for one in similar)
    assert len(similar) < 70


@given(DAYS, DAYS)
def test_no_other_date_is_similar(day: date, other: date) -> None:
    assert bool(compare_dates(day, other)) == (other in similar_dates(day))


def test_what_differs_in_two_dates_is_named() -> None:
    assert compare_dates(BORN, BORN) == {Reason.SAME_BIRTH_DATE}
    assert compare_dates(BORN, date(1980, 11, 2)) == {Reason.SWAPPED_BIRTH_DATE}
    assert compare_dates(BORN, date(1990, 2, 11)) == {Reason.MISTYPED_BIRTH_DATE}
    assert compare_dates(BORN, date(1991, 2, 11)) == frozenset()
    assert compare_dates(None, BORN) == frozenset()


def test_two_of_one_name_are_told_apart_by_their_birth_dates() -> None:
    one = Described("Ada Lowe", BORN)
    assert compare(one, Described("Ada Lowe", date(1955, 7, 30))) == frozenset()
    assert compare(one, Described("Ada Lowe")) == {Reason.SAME_NAME}


def test_an_address_in_common_makes_two_of_one_name_alike_again() -> None:
    """Father and son; or a birth date that was typed from the wrong line."""
    one = Described("Ada Lowe", BORN, "Mill Road 3, Leeds")
    other = Described("Ada Lowe", date(1955, 7, 30), "MILL ROAD 3\nLEEDS")
    assert compare(one, other) == {Reason.SAME_NAME, Reason.SAME_ADDRESS}


def test_who_took_another_name_is_found_by_birth_date_and_address() -> None:
    one = Described("Ada Lowe", BORN, "Mill Road 3")
    assert compare(one, Described("Ada Moss", BORN, "Mill Road 3")) == {
        Reason.SAME_BIRTH_DATE,
        Reason.SAME_ADDRESS,
    }
    assert compare(one, Described("Ada Moss", BORN, "Port Road 3")) == frozenset()
    assert compare(one, Described("Ben Moss", None, "Mill Road 3")) == frozenset()


@given(ANYTHING)
def test_any_text_has_words_and_keys(text: str) -> None:
    assert "".join(sorted("".join(words_of(text)))) == letters_key(text)
    assert place_key(place_key(text)) == place_key(text)
