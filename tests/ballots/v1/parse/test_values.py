"""Values that many records share: foreign elements are remembered, and all of them are named."""

from __future__ import annotations

import pickle

import pytest

from comitia.ballots.v1.model import Json
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


@pytest.mark.parametrize("number", [1, 20])
def test_many_elements_are_read_as_each_alone(number: int) -> None:
    texts = [ED25519.generator_power(ED25519.scalar(n)).text for n in range(number)]
    for changed in (None, f"{2:064x}", "00", texts[-1].upper().replace("0", "g")):
        values = [*texts, *([changed] if changed else []), *texts]
        found = []
        for together in (True, False):
            reader = ValueReader(ED25519)
            places = [(value, f"there[{i}]") for i, value in enumerate(values)]
            if together:
                elements = reader.elements_together(places)
            else:
                elements = tuple(reader.element(value, where) for value, where in places)
            faults: tuple[tuple[str, str], ...] = ()
            try:
                reader.finish()
            except ForeignElements as error:
                faults = error.faults
            found.append((elements, faults))
        assert found[0] == found[1]
        assert [where for where, _ in found[0][1]] == ([f"there[{number}]"] if changed else [])


def test_many_ciphertexts_are_read_with_the_places_of_what_is_wrong() -> None:
    one, foreign = ED25519.generator.text, f"{2:064x}"
    row: list[Json] = [{"alpha": one, "beta": one} for _ in range(10)]
    reader = ValueReader(ED25519)
    sound = reader.ciphertexts_together([row, [], row], "there", (10, 0, 10))
    assert sound == reader.ciphertexts([row, [], row], "there", (10, 0, 10))
    reader.finish()
    row[3] = {"alpha": foreign, "beta": foreign}
    reader.ciphertexts_together(row, "there", 10)
    with pytest.raises(ForeignElements) as caught:
        reader.finish()
    assert [where for where, _ in caught.value.faults] == ["there[3].alpha", "there[3].beta"]
    wrongs: tuple[tuple[Json, str], ...] = (
        ({"alpha": one}, r"there\[9\]: the field beta is missing"),
        ({"alpha": one, "beta": 1}, r"there\[9\].beta: expected a string, found a number"),
        (one, r"there\[9\]: expected an object, found a string"),
    )
    for wrong, found in wrongs:
        with pytest.raises(MalformedRecord, match=f"^{found}$"):
            ValueReader(ED25519).ciphertexts_together([*row[:9], wrong], "there", 10)
