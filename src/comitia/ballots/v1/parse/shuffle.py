"""Shuffles from bytes, and the file of their signatures beside an archive."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from comitia.ballots.v1.model import (
    Json,
    Shuffle,
    ShuffleCommitments,
    ShuffleProof,
    ShuffleResponses,
    SignedShuffle,
    SignedShuffles,
)
from comitia.ballots.v1.parse.json import (
    expect_canonical,
    expect_integer,
    expect_list,
    expect_object,
    parse_json,
)
from comitia.ballots.v1.parse.values import ValueReader, expect_fingerprint, expect_hash
from comitia.curve import Element, Group, Scalar
from comitia.errors import MalformedRecord

LARGEST_SIGNATURES_BYTES: Final = 2**20
_ELEMENTS_A_CIPHERTEXT: Final = 5
_SCALARS_A_CIPHERTEXT: Final = 2


def largest_shuffle_bytes(counts: Sequence[int], group: Group) -> int:
    """Return a bound on the size of a shuffle of rows of these lengths."""
    element, scalar = group.longest_text + 3, len(str(group.order)) + 3
    ciphertext = _ELEMENTS_A_CIPHERTEXT * element + _SCALARS_A_CIPHERTEXT * scalar + 32
    return 1024 + sum(16 * element + 8 * scalar + 64 + count * ciphertext for count in counts)


def parse_shuffle(data: bytes, counts: Sequence[int], group: Group) -> Shuffle:
    """Return the shuffle of a record.

    counts: the ciphertexts of each ranked question. Raises ForeignElements or MalformedRecord.
    """
    where = "shuffle"
    value = parse_json(data, where, largest_shuffle_bytes(counts, group))
    fields = expect_object(value, where, ("ciphertexts", "proofs"))
    rows = expect_list(fields["ciphertexts"], "ciphertexts", len(counts))
    proofs = expect_list(fields["proofs"], "proofs", len(counts))
    reader = _ShuffleReader(group)
    shuffle = Shuffle(
        rows=tuple(
            reader.ciphertexts(row, f"ciphertexts[{i}]", count)
            for i, (row, count) in enumerate(zip(rows, counts, strict=True))
        ),
        proofs=tuple(
            reader.shuffle_proof(proof, f"proofs[{i}]", count)
            for i, (proof, count) in enumerate(zip(proofs, counts, strict=True))
        ),
    )
    expect_canonical(data, value, where)
    reader.finish()
    return shuffle


class _ShuffleReader(ValueReader):
    """Reads the arrays of a shuffle's proof."""

    def shuffle_proof(self, value: Json, where: str, count: int) -> ShuffleProof:
        t, s, permutation, chain = expect_list(value, where, 4)
        return ShuffleProof(
            commitments=self._commitments(t, f"{where}[0]", count),
            responses=self._responses(s, f"{where}[1]", count),
            permutation=self._elements(permutation, f"{where}[2]", count),
            chain=self._elements(chain, f"{where}[3]", count),
        )

    def _commitments(self, value: Json, where: str, count: int) -> ShuffleCommitments:
        t1, t2, t3, pair, t_hat = expect_list(value, where, 5)
        t41, t42 = expect_list(pair, f"{where}[3]", 2)
        return ShuffleCommitments(
            self.element(t1, f"{where}[0]"),
            self.element(t2, f"{where}[1]"),
            self.element(t3, f"{where}[2]"),
            self.element(t41, f"{where}[3][0]"),
            self.element(t42, f"{where}[3][1]"),
            self._elements(t_hat, f"{where}[4]", count),
        )

    def _responses(self, value: Json, where: str, count: int) -> ShuffleResponses:
        *single, s_hat, s_prime = expect_list(value, where, 6)
        s1, s2, s3, s4 = (self.scalar(item, f"{where}[{i}]") for i, item in enumerate(single))
        return ShuffleResponses(
            s1,
            s2,
            s3,
            s4,
            self._scalars(s_hat, f"{where}[4]", count),
            self._scalars(s_prime, f"{where}[5]", count),
        )

    def _elements(self, value: Json, where: str, count: int) -> tuple[Element, ...]:
        return tuple(self.element(item, place) for item, place in self.row(value, where, count))

    def _scalars(self, value: Json, where: str, count: int) -> tuple[Scalar, ...]:
        return tuple(self.scalar(item, place) for item, place in self.row(value, where, count))


def parse_signed_shuffles(data: bytes, group: Group) -> SignedShuffles:
    """Return the signatures of shuffles, in the order of the file."""
    where = "signed shuffles"
    value = parse_json(data, where, LARGEST_SIGNATURES_BYTES)
    fields = expect_object(value, where, ("version", "election_hash", "shuffles"))
    if (version := expect_integer(fields["version"], "version")) != 1:
        raise MalformedRecord("version", f"expected 1, found {version}")
    reader = ValueReader(group)
    shuffles = tuple(
        read_signed_shuffle(item, reader, f"shuffles[{i}]")
        for i, item in enumerate(expect_list(fields["shuffles"], "shuffles"))
    )
    election_hash = expect_fingerprint(fields["election_hash"], "election_hash")
    expect_canonical(data, value, where)
    return SignedShuffles(election_hash, shuffles)


def parse_signed_shuffle(data: bytes, group: Group) -> SignedShuffle:
    """Return one signature, as its trustee hands it over."""
    where = "signed shuffle"
    value = parse_json(data, where, LARGEST_SIGNATURES_BYTES)
    signed = read_signed_shuffle(value, ValueReader(group), where)
    expect_canonical(data, value, where)
    return signed


def read_signed_shuffle(value: Json, reader: ValueReader, where: str) -> SignedShuffle:
    """Return one signature from its JSON value."""
    fields = expect_object(value, where, ("owner", "payload", "signature"))
    return SignedShuffle(
        expect_integer(fields["owner"], f"{where}.owner"),
        expect_hash(fields["payload"], f"{where}.payload"),
        reader.proof(fields["signature"], f"{where}.signature"),
    )
