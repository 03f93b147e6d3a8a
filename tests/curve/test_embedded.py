"""Whether opened elements are as their integers make them: by each layer, and one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.curve import ED25519, RFC_3526_2048, Element, embedded, expect_embedding
from comitia.curve.ed25519 import EdwardsPoint
from comitia.curve.embedded import are_embedded, are_natively_embedded
from comitia.curve.selfcheck import KernelDisagrees
from comitia.curve.vartime import Layer, Standing
from tests.curve.kernels import LAYERS, each_layer, member

CURVE = expect_embedding(ED25519)
RANKING = (3, 1, 2, 255, 0)
Vector = tuple[int, ...]


def one_by_one(elements: Sequence[Element], vectors: Sequence[Vector]) -> list[bool]:
    pairs = zip(elements, vectors, strict=True)
    return [CURVE.embed(vector) == element for element, vector in pairs]


def members_that_hold(vector: Vector) -> list[Element]:
    """Return the first members whose text holds a vector, of all paddings."""
    found: list[Element] = []
    for number in CURVE.numbers(vector):
        element = ED25519.find_element(f"{number:064x}")
        if element is not None:
            found.append(element)
        if len(found) == 12:
            break
    return found


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.name)
@given(vectors=st.lists(st.lists(st.integers(0, 255), max_size=30).map(tuple), max_size=9))
def test_each_layer_knows_the_elements_that_vectors_make(
    layer: Layer, vectors: list[Vector]
) -> None:
    elements = [CURVE.embed(vector) for vector in vectors]
    if vectors:
        assert are_natively_embedded(layer, CURVE, elements, vectors) == [True] * len(vectors)
        strange = [element * ED25519.generator for element in elements]
        assert are_natively_embedded(layer, CURVE, strange, vectors) == [False] * len(vectors)


@each_layer
@pytest.mark.parametrize("tried", [1, 5, 32])
def test_only_the_first_member_that_holds_a_vector_is_its_element(
    layer: Layer, tried: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "_TRIED", tried)
    elements = members_that_hold(RANKING)
    assert len(elements) == 12
    found = are_natively_embedded(layer, CURVE, elements, [RANKING] * 12)
    assert found == [True] + [False] * 11 == one_by_one(elements, [RANKING] * 12)


@each_layer
def test_more_at_once_than_fit_stay_in_their_order(
    layer: Layer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comitia.curve.kernel.ACTIVE", layer)
    vectors = [(n, n + 1) for n in range(40)]
    elements = [CURVE.embed(vector) for vector in vectors]
    elements[9] = elements[39] = EdwardsPoint(member(9))
    for at_once in (1, 7, 39, 40, 41):
        monkeypatch.setattr(embedded, "_AT_ONCE", at_once)
        assert are_embedded(CURVE, elements, vectors) == one_by_one(elements, vectors)


def test_few_elements_and_other_groups_are_compared_one_by_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(embedded, "are_natively_embedded", None)
    safe_prime = expect_embedding(RFC_3526_2048)
    for embedding, number in ((CURVE, 15), (safe_prime, 16)):
        elements = [embedding.embed(RANKING)] * number
        assert are_embedded(embedding, elements, [RANKING] * number) == [True] * number
        assert are_embedded(embedding, elements, [(1, 2)] * number) == [False] * number
    monkeypatch.setattr("comitia.curve.kernel.ACTIVE", None)
    assert are_embedded(CURVE, [CURVE.embed(RANKING)] * 16, [RANKING] * 16) == [True] * 16


@dataclass(frozen=True)
class Liar:
    """A layer that takes everything for a member."""

    name = "liar"

    def check_points(self, encodings: bytes) -> bytes:
        return bytes([Standing.MEMBER]) * (len(encodings) // 32)


def test_what_libsodium_does_not_confirm_stops_everything() -> None:
    element = members_that_hold(RANKING)[0]
    assert element.text != f"{CURVE.numbers(RANKING).start:064x}"
    with pytest.raises(KernelDisagrees, match="how numbers are held by an element"):
        are_natively_embedded(Liar(), CURVE, [element], [RANKING])  # type: ignore[arg-type]
