"""Decryption proofs and results by the kernel's layers, against the equations as written."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.ballots.v1.equations import bound_failures, decryption_failures, find_exponent
from comitia.ballots.v1.equations.commitments import (
    factor_commitments,
    factor_proofs,
    native_commitments,
    plain_commitments,
)
from comitia.ballots.v1.equations.exponents import search_natively, search_plainly
from comitia.ballots.v1.equations.opening import RowOfFactors, native_row, open_row, plain_row
from comitia.ballots.v1.model import (
    BoundShare,
    Ciphertext,
    PartialDecryption,
    Proof,
    owner_keys,
)
from comitia.ballots.v1.parse import parse_bound_proofs
from comitia.curve import ED25519, Element
from comitia.curve.selfcheck import KernelDisagrees
from comitia.curve.vartime import Layer, Points
from tests.ballots.v1.samples import SMALL
from tests.curve.kernels import LAYERS, each_layer

SHARE = SMALL.shares[0]
KEY = owner_keys(SMALL.trustees)[0].public_key
BOUND = parse_bound_proofs(SMALL.bound, SMALL.election.shape, ED25519).shares[0]


def power(exponent: int) -> Element:
    return ED25519.generator_power(ED25519.scalar(exponent % ED25519.order))


def spoil(rows: tuple[tuple[Proof, ...], ...], places: set[int]) -> tuple[tuple[Proof, ...], ...]:
    """Return rows of proofs of which those at some places, counted through, are wrong."""
    number, changed = 0, []
    for row in rows:
        changed.append(
            tuple(
                replace(proof, response=proof.response + ED25519.scalar(1))
                if number + j in places
                else proof
                for j, proof in enumerate(row)
            )
        )
        number += len(row)
    return tuple(changed)


def told(share: PartialDecryption, bound: BoundShare) -> list[tuple[str, ...]]:
    """Return everything that does not hold of a share and of its bound share."""
    tally, election = SMALL.tally, SMALL.election
    return [
        (failure.check, failure.subject, failure.expected, failure.found)
        for failure in (
            *decryption_failures(share, tally, KEY, election),
            *bound_failures(bound, share, tally, KEY, election),
        )
    ]


@each_layer
@pytest.mark.parametrize("places", [set(), {0}, {5}, {1, 3, 4}, set(range(6))])
def test_each_layer_finds_the_failures_that_the_equations_find(
    layer: Layer, places: set[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    share = replace(SHARE, proofs=spoil(SHARE.proofs, places))
    bound = replace(BOUND, proofs=spoil(BOUND.proofs, places))
    monkeypatch.setattr("comitia.ballots.v1.equations.commitments._FEWEST", 1)
    monkeypatch.setattr("comitia.ballots.v1.equations.commitments._AT_ONCE", 4)
    found = []
    for active in (layer, None):
        monkeypatch.setattr("comitia.curve.kernel.ACTIVE", active)
        found.append(told(share, bound))
    assert found[0] == found[1]
    assert len([one for one in found[0] if "question" in one[1]]) == 2 * len(places)


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.name)
@given(
    proofs=st.lists(
        st.tuples(*(st.sampled_from([0, 1, 2, 8, -1, 2**252, 12345]) for _ in range(4))),
        min_size=1,
        max_size=9,
    )
)
def test_commitments_at_the_corners_are_those_of_the_equations(
    layer: Layer, proofs: list[tuple[int, int, int, int]]
) -> None:
    about = [
        replace(
            factor_proofs(SMALL.tally, SHARE.factors, SHARE.proofs)[0],
            alpha=power(alpha),
            factor=power(factor),
            proof=Proof(*(ED25519.scalar(n % ED25519.order) for n in (challenge, response))),
        )
        for alpha, factor, challenge, response in proofs
    ]
    expected = [plain_commitments(ED25519, KEY, one) for one in about]
    assert native_commitments(layer, KEY, about) == expected


def test_few_proofs_are_left_to_the_equations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comitia.ballots.v1.equations.commitments.native_commitments", None)
    proofs = factor_proofs(SMALL.tally, SHARE.factors, SHARE.proofs)
    expected = [plain_commitments(ED25519, KEY, one) for one in proofs]
    assert list(factor_commitments(ED25519, KEY, proofs)) == expected


@dataclass(frozen=True)
class Liar:
    """A layer that gives the encodings of other points."""

    layer: Layer
    name = "liar"

    def __getattr__(self, name: str) -> object:
        return getattr(self.layer, name)

    def encode(self, points: Points) -> bytes:
        wrong: Element = power(7)
        return wrong.sort_key * len(points)


@each_layer
def test_commitments_that_libsodium_does_not_find_stop_everything(layer: Layer) -> None:
    proofs = factor_proofs(SMALL.tally, SHARE.factors, SHARE.proofs)
    with pytest.raises(KernelDisagrees, match="the commitments of a decryption proof"):
        native_commitments(Liar(layer), KEY, proofs)  # type: ignore[arg-type] # it is none


@each_layer
@pytest.mark.parametrize("largest", [0, 1, 2, 99, 5000, 1030**2])
def test_each_layer_finds_every_exponent_up_to_the_largest_and_no_other(
    layer: Layer, largest: int
) -> None:
    for votes in (0, min(1, largest), largest // 2, max(0, largest - 1), largest):
        assert search_natively(layer, power(votes), largest) == votes
        assert search_plainly(power(votes), ED25519, largest) == votes
    for votes in (-1, largest + 1):
        assert search_natively(layer, power(votes), largest) is None


@each_layer
def test_what_the_kernel_does_not_find_is_searched_for_plainly(
    layer: Layer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comitia.curve.kernel.ACTIVE", layer)
    assert find_exponent(power(1234), ED25519, 2000) == 1234
    monkeypatch.setattr("comitia.ballots.v1.equations.exponents.search_natively", lambda *_: None)
    found = [find_exponent(power(votes), ED25519, 2000) for votes in (1234, 2001)]
    assert found == [1234, None]


@each_layer
def test_an_exponent_that_libsodium_does_not_confirm_stops_everything(
    layer: Layer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comitia.curve.kernel.ACTIVE", layer)
    monkeypatch.setattr("comitia.ballots.v1.equations.exponents.search_natively", lambda *_: 5)
    with pytest.raises(KernelDisagrees, match="g to the power of 5"):
        find_exponent(power(6), ED25519, 2000)


# --- Opening ----------------------------------------------------------------------------------


def rows_to_open(number: int) -> tuple[list[Ciphertext], list[RowOfFactors]]:
    """Return ciphertexts, and the factors of one trustee alone and of two of a group."""
    row = [Ciphertext(power(n), power(1000 - 7 * n)) for n in range(number)]
    powers = (None, ED25519.scalar(2), ED25519.scalar(ED25519.order - 1))
    used = [
        RowOfFactors([power(k * n) for n in range(number)], exponent)
        for k, exponent in enumerate(powers)
    ]
    return row, used


@each_layer
@pytest.mark.parametrize("trustees", [0, 1, 2, 3])
def test_each_layer_opens_what_the_equations_open(layer: Layer, trustees: int) -> None:
    row, used = rows_to_open(19)
    expected = plain_row(row, used[:trustees], ED25519)
    assert native_row(layer, row, used[:trustees]) == expected
    if trustees == 3:
        assert expected == tuple(power(1000 - 7 * n - 2 * n + 2 * n) for n in range(19))


@each_layer
def test_long_rows_are_opened_in_their_order(layer: Layer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comitia.curve.kernel.ACTIVE", layer)
    row, used = rows_to_open(40)
    for at_once in (1, 7, 39, 40, 41):
        monkeypatch.setattr("comitia.ballots.v1.equations.opening._AT_ONCE", at_once)
        assert open_row(row, used, ED25519) == plain_row(row, used, ED25519)


def test_short_rows_are_left_to_the_equations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comitia.ballots.v1.equations.opening.native_row", None)
    row, used = rows_to_open(15)
    assert open_row(row, used, ED25519) == plain_row(row, used, ED25519)
    monkeypatch.setattr("comitia.curve.kernel.ACTIVE", None)
    row, used = rows_to_open(16)
    assert open_row(row, used, ED25519) == plain_row(row, used, ED25519)


@each_layer
def test_an_opening_that_libsodium_does_not_find_stops_everything(layer: Layer) -> None:
    row, used = rows_to_open(5)
    with pytest.raises(KernelDisagrees, match="what a ciphertext of the tally holds"):
        native_row(Liar(layer), row, used)  # type: ignore[arg-type] # it is none
