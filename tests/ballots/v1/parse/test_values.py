"""Values that many records share: foreign elements are remembered, and all of them are named."""

from __future__ import annotations

import pickle

import pytest

from comitia.ballots.v1.parse import ForeignElements, ValueReader, expect_hash
from comitia.curve import ED25519
from comitia.errors import MalformedRecord

FAULTS = (("one", "not a point on the curve"), ("other", "the identity, which is no key"))


def test_all_foreign_elements_travel_between_processes() -> None:
    error = pickle.loads(pickle.dumps(ForeignElements(FAULTS)))  # noqa: S301 - made in the line itself
    assert isinstance(error, ForeignElements)
    assert error.faults == FAULTS
    assert str(error) == str(ForeignElements(FAULTS)) == "one: not a point on the curve"


def test_a_reader_goes_on_after_a_foreign_element_and_names_all_in_the_end() -> None:
    reader = ValueReader(ED25519)
    reader.finish()
    assert reader.element(f"{2:064x}", "one") == ED25519.identity
    assert reader.key(ED25519.identity.text, "other") == ED25519.identity
    assert reader.key(ED25519.generator.text, "sound") == ED25519.generator
    with pytest.raises(ForeignElements) as caught:
        reader.finish()
    assert caught.value.faults == FAULTS


def test_a_foreign_element_is_not_named_a_second_time_as_no_key() -> None:
    """The identity only stands in for it."""
    reader = ValueReader(ED25519)
    reader.key(f"{2:064x}", "one")
    with pytest.raises(ForeignElements) as caught:
        reader.finish()
    assert caught.value.faults == FAULTS[:1]


def test_rows_of_lists_are_read_in_order_with_their_places() -> None:
    reader = ValueReader(ED25519)
    assert reader.row([["a", "b"], [], ["c"]], "there", (2, 0, 1)) == [
        ("a", "there[0][0]"),
        ("b", "there[0][1]"),
        ("c", "there[2][0]"),
    ]
    assert reader.row([], "there", ()) == []
    assert reader.row(["a"], "there", 1) == [("a", "there[0]")]
    with pytest.raises(MalformedRecord, match=r"^there\[1\]: expected 0 items, found 1$"):
        reader.row([["a", "b"], ["c"], []], "there", (2, 0, 1))


def test_a_hash_has_its_one_form() -> None:
    assert expect_hash("ab" * 32, "there") == "ab" * 32
