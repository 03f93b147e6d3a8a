"""Shuffles in the native kernel. The equations' own tests ask every layer as well (``failed``)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from comitia.ballots.v1.model import Ciphertext, Election, Fingerprint, Rows, Shuffle, ShuffleProof
from comitia.ballots.v1.parse import parse_shuffle
from comitia.curve import ED25519, RFC_3526_2048
from comitia.curve.ed25519 import EdwardsPoint
from comitia.curve.selfcheck import KernelDisagrees
from comitia.curve.vartime import Layer, Multiples, Points
from comitia.errors import MalformedRecord
from comitia.verify import Verdict, native_shuffles
from comitia.verify.native_shuffles import (
    NativeShuffles,
    decode_rows,
    encode_rows,
    make_native_shuffles,
)
from tests.ballots.v1.shuffling import Shuffled, shuffled, variants, with_proof
from tests.curve.kernels import LAYERS, TORSION, each_layer
from tests.elections import verify_bytes as verify
from tests.verify.building import failures_of, ranked

TWO_TORSION = EdwardsPoint(TORSION[4].sort_key)


def passes(layer: Layer, made: Shuffled, shuffle: Shuffle | None = None) -> bool:
    """Ask the kernel; what passes must be the rows that came."""
    shuffle = shuffle or made.shuffle
    native = NativeShuffles(layer, made.election)
    rows = native.check(shuffle.to_bytes(), encode_rows(made.before))
    assert rows in {None, encode_rows(shuffle.rows)}
    return rows is not None


def test_rows_are_the_same_encoded_and_back() -> None:
    rows = shuffled(ED25519, 3, 2).before
    assert decode_rows(encode_rows(rows)) == rows
    assert decode_rows(encode_rows(((), ()))) == ((), ())


@each_layer
@pytest.mark.parametrize("at_once", [1, 2, 5, 6])
def test_pieces_of_any_size_in_any_number_of_threads_come_to_the_same(
    layer: Layer, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(native_shuffles, "_AT_ONCE", at_once)
    made = shuffled(ED25519, 5, 2)
    native = NativeShuffles(layer, made.election)
    (one, two), before = made.shuffle.proofs, encode_rows(made.before)
    with ThreadPoolExecutor(2) as pool:
        for shuffle, passed in (
            (made.shuffle, encode_rows(made.shuffle.rows)),
            (with_proof(made.shuffle, two), None),
            (with_proof(made.shuffle, one, 1), None),
            *((with_proof(made.shuffle, proof), None) for _, proof in variants(one, ED25519)),
        ):
            assert native.check(shuffle.to_bytes(), before, pool.map) == passed


@each_layer
def test_a_row_longer_than_a_piece_holds(layer: Layer) -> None:
    assert passes(layer, shuffled(ED25519, 2100))


@each_layer
def test_what_is_not_canonical_does_not_pass_and_is_the_parser_s_to_explain(layer: Layer) -> None:
    made = shuffled(ED25519, 2)
    record, counts = made.shuffle.to_bytes(), [2]
    native, before = NativeShuffles(layer, made.election), encode_rows(made.before)
    for changed in (
        b"",
        b" " + record,
        record + b"\n",
        record.replace(b",", b", ", 1),
        record.replace(b'"alpha"', b'"Alpha"', 1),
        record[:-1],
    ):
        assert native.check(changed, before) is None
        with pytest.raises(MalformedRecord):
            parse_shuffle(changed, counts, ED25519)


@each_layer
def test_no_element_outside_the_subgroup_passes_even_where_the_sums_balance(
    layer: Layer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two of them would cancel in half of the equations that combine them."""
    monkeypatch.setattr(native_shuffles._Row, "_balances", lambda *_: True)
    monkeypatch.setattr(native_shuffles._Row, "_repeat_t2", lambda *_: None)
    monkeypatch.setattr(native_shuffles._Row, "_repeat_ballot", lambda *_: None)
    made = shuffled(ED25519, 2)
    (proof,), (row,) = made.shuffle.proofs, made.shuffle.rows
    t = proof.commitments
    singles = [
        replace(t, **{name: getattr(t, name) * TWO_TORSION})
        for name in ("t1", "t2", "t3", "t41", "t42")
    ]
    links = [replace(t, t_hat=moved) for moved in _each_moved(t.t_hat)]
    proofs = [
        *(replace(proof, commitments=moved) for moved in (*singles, *links)),
        *(replace(proof, permutation=moved) for moved in _each_moved(proof.permutation)),
        *(replace(proof, chain=moved) for moved in _each_moved(proof.chain)),
    ]
    rows = [
        (replace(row[0], alpha=row[0].alpha * TWO_TORSION), row[1]),
        (row[0], replace(row[1], beta=row[1].beta * TWO_TORSION)),
        tuple(Ciphertext(one.alpha * TWO_TORSION, one.beta * TWO_TORSION) for one in row),
    ]
    assert passes(layer, made)
    for moved in proofs:
        assert not passes(layer, made, with_proof(made.shuffle, moved))
    for both in rows:
        assert not passes(layer, made, replace(made.shuffle, rows=(both,)))


def _each_moved(elements: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """Return the elements with each moved out of the subgroup, and with all."""
    single = [
        (*elements[:n], elements[n] * TWO_TORSION, *elements[n + 1 :]) for n in range(len(elements))
    ]
    return [*single, tuple(element * TWO_TORSION for element in elements)]


def test_every_value_changes_the_coefficients() -> None:
    made = shuffled(ED25519, 2)
    (proof,), rows, before = made.shuffle.proofs, made.shuffle.rows, made.before

    def digest(
        proof: ShuffleProof = proof,
        rows: Rows = rows,
        before: Rows = before,
        election: Election = made.election,
    ) -> bytes:
        native = NativeShuffles(LAYERS[-1], election)
        lists = native._template.read(Shuffle(rows, (proof,)).to_bytes())
        assert lists is not None
        row = native_shuffles._Row(LAYERS[-1], election, encode_rows(before).rows[0], lists)
        return row._digest

    found = [
        digest(),
        digest(election=replace(made.election, fingerprint=Fingerprint("b" * 43))),
        digest(election=replace(made.election, public_key=ED25519.generator)),
        *(digest(before=each) for _, each in variants(before, ED25519)),
        *(digest(rows=each) for _, each in variants(rows, ED25519)),
        *(digest(each) for _, each in variants(proof, ED25519)),
    ]
    assert len(set(found)) == len(found) == 1 + 2 + 4 + 4 + 19


# Where kernel and libsodium disagree


def _of_one(**changes: Any) -> tuple[Shuffled, Shuffle]:  # noqa: ANN401 - any part of a proof
    made = shuffled(ED25519, 1)
    return made, with_proof(made.shuffle, replace(made.shuffle.proofs[0], **changes))


def _other_s2() -> tuple[Shuffled, Shuffle]:
    s = shuffled(ED25519, 1).shuffle.proofs[0].responses
    return _of_one(responses=replace(s, s2=s.s2 + ED25519.scalar(1)))


def _other_s_hat() -> tuple[Shuffled, Shuffle]:
    s = shuffled(ED25519, 1).shuffle.proofs[0].responses
    return _of_one(responses=replace(s, s_hat=(s.s_hat[0] + ED25519.scalar(1),)))


@each_layer
@pytest.mark.parametrize(
    "make, what",
    [(_other_s2, "t2 of a shuffle"), (_other_s_hat, "link 1 of a shuffle's chain")],
    ids=["t2", "link"],
)
def test_a_false_equation_that_the_kernel_passes_stops_everything(
    layer: Layer,
    make: Callable[[], tuple[Shuffled, Shuffle]],
    what: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(native_shuffles._Row, "_balances", lambda *_: True)
    made, shuffle = make()
    with pytest.raises(KernelDisagrees, match=f"disagree about {what}:"):
        passes(layer, made, shuffle)


@each_layer
def test_a_foreign_element_that_the_kernel_passes_stops_everything(
    layer: Layer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def blind(_: Layer, points: Points, *__: bytes) -> Multiples:
        return Multiples((), b"\x01" * len(points))

    monkeypatch.setattr(Layer, "multiply", blind)
    monkeypatch.setattr(native_shuffles._Row, "_balances", lambda *_: True)
    monkeypatch.setattr(native_shuffles._Row, "_repeat_t2", lambda *_: None)
    made = shuffled(ED25519, 1)
    shuffle = with_proof(
        made.shuffle,
        replace(
            made.shuffle.proofs[0],
            permutation=(made.shuffle.proofs[0].permutation[0] * TWO_TORSION,),
        ),
    )
    with pytest.raises(KernelDisagrees, match=r"disagree about whether [0-9a-f]{64} is a member:"):
        passes(layer, made, shuffle)


@each_layer
def test_another_challenge_than_the_reference_s_stops_everything(
    layer: Layer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(native_shuffles, "challenge", lambda *_: ED25519.scalar(1))
    with pytest.raises(KernelDisagrees, match="disagree about challenge 1 of a shuffle:"):
        passes(layer, *_of_one())


@pytest.mark.skipif(not LAYERS, reason="the native kernel was not built")
def test_a_sound_shuffle_that_the_kernel_does_not_pass_stops_everything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(native_shuffles, "ACTIVE", LAYERS[0])
    monkeypatch.setattr(NativeShuffles, "check", lambda *_: None)
    with pytest.raises(KernelDisagrees, match="a shuffle in which libsodium finds no fault"):
        verify(ranked().archive)


# Whole archives


@pytest.mark.parametrize("layer", [None, *LAYERS], ids=str)
def test_an_archive_is_valid_with_each_layer_and_without(
    layer: Layer | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(native_shuffles, "ACTIVE", layer)
    made = ranked()
    report = verify(made.archive, bound=made.bound, signed=made.signed)
    assert (report.verdict, failures_of(report)) == (Verdict.VALID, {})


@each_layer
def test_the_kernel_is_for_ed25519(layer: Layer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native_shuffles, "ACTIVE", layer)
    assert make_native_shuffles(shuffled(ED25519, 1).election) is not None
    assert make_native_shuffles(shuffled(RFC_3526_2048, 1).election) is None
    monkeypatch.setattr(native_shuffles, "ACTIVE", None)
    assert make_native_shuffles(shuffled(ED25519, 1).election) is None
