"""The independent generators by each layer: libsodium's, derived once."""

from __future__ import annotations

import pytest

from comitia.curve import ED25519, generators
from comitia.curve.generators import Generators, derive_generators
from comitia.curve.selfcheck import KernelDisagrees
from comitia.curve.vartime import Layer
from tests.curve.kernels import each_layer


def by_libsodium(first: int, number: int) -> bytes:
    every = range(first, first + number)
    return b"".join(ED25519.independent_generator(n).sort_key for n in every)


@each_layer
@pytest.mark.parametrize("first, number", [(-1, 100), (0, 0), (5, 1), (10**6, 17)])
def test_a_layer_derives_what_libsodium_derives(layer: Layer, first: int, number: int) -> None:
    assert derive_generators(layer, first, number) == by_libsodium(first, number)


@each_layer
def test_they_are_derived_in_pieces_and_only_once(
    layer: Layer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generators, "_AT_ONCE", 4)
    known = Generators(layer)
    asked: list[tuple[int, int]] = []

    def counted(of: Layer, first: int, number: int) -> bytes:
        asked.append((first, number))
        return derive_generators(of, first, number)

    monkeypatch.setattr(generators, "derive_generators", counted)
    for number in (3, 10, 7, 0, 11):
        assert known.first(number) == by_libsodium(0, number)
    assert asked == [(0, 3), (3, 7), (10, 1)]


@each_layer
def test_another_generator_than_libsodium_s_stops_everything(
    layer: Layer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generators, "_derive", lambda *_: ED25519.generator.sort_key)
    with pytest.raises(KernelDisagrees, match=r"disagree about generator 3:"):
        derive_generators(layer, 3, 1)
