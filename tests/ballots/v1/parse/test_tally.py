"""Tallies, shares and results from bytes."""

from __future__ import annotations

from typing import Any

import pytest

from comitia.ballots.v1.model import Owned, SizedTally, canonical_json, derive_hash
from comitia.ballots.v1.parse import parse_bound_share, read_result
from comitia.curve import ED25519
from comitia.errors import MalformedRecord
from tests.ballots.v1.samples import SAMPLES, SMALL


def test_what_was_made_is_read_again() -> None:
    tally_hash = derive_hash(SAMPLES["encrypted tally"].record)
    share_hash = SMALL.shares[-1].derive_record_hash(SMALL.election.shape)
    expected = {
        "encrypted tally": SMALL.tally,
        "partial decryption": SMALL.shares[0],
        "sized tally": SizedTally(4, 4, tally_hash),
        "owned": Owned(2, share_hash),
        "result": SMALL.result,
    }
    assert {name: SAMPLES[name].parse(SAMPLES[name].record) for name in expected} == expected


def test_the_array_of_a_result_is_read_whatever_it_holds() -> None:
    assert read_result(b'{"result":[[1,"2",[3]],null]}') == [[1, "2", [3]], None]
    with pytest.raises(MalformedRecord, match=r"^result record: not in its canonical form$"):
        read_result(b'{"result": []}')


@pytest.mark.parametrize("version", [0, 2])
def test_bound_proofs_of_another_version_are_refused(version: int) -> None:
    sample = SAMPLES["bound proofs"]
    with pytest.raises(MalformedRecord, match=f"^version: expected 1, found {version}$"):
        sample.parse(sample.changed(("version",), lambda _: version))


def test_shares_of_bound_proofs_ascend_and_none_is_there_twice() -> None:
    sample = SAMPLES["bound proofs"]

    def in_order(*owners: int) -> bytes:
        return sample.changed(("shares",), lambda shares: [shares[owner - 1] for owner in owners])

    out_of_order: list[tuple[int, ...]] = [(2, 1), (1, 1), (1, 2, 1)]
    for owners in out_of_order:
        with pytest.raises(MalformedRecord) as caught:
            sample.parse(in_order(*owners))
        assert str(caught.value) == "shares: their owners are not in ascending order"
    ascending: list[tuple[int, ...]] = [(), (2,), (1, 2)]
    for owners in ascending:
        assert sample.parse(in_order(*owners))


def test_a_share_of_bound_proofs_is_the_same_alone_and_in_the_file() -> None:
    bound: Any = SAMPLES["bound proofs"]
    shares = bound.parse(bound.record).shares
    alone = [parse_bound_share(canonical_json(s.to_json()), (4, 2), ED25519) for s in shares]
    assert tuple(alone) == shares
