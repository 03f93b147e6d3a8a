"""Shares of the decryption, their bound proofs, and the result they open."""

from __future__ import annotations

from collections.abc import Mapping

from comitia.ballots.v1.equations import (
    BoundFactor,
    bound_statement,
    choose_owners,
    decryption_failures,
    derive_rehearsal,
    find_exponent,
    open_tally,
    share_statement,
)
from comitia.ballots.v1.equations.statements import challenge, decryption_statement
from comitia.ballots.v1.making.keys import TrusteeSecret
from comitia.ballots.v1.making.nonces import NonceSource
from comitia.ballots.v1.model import (
    BoundShare,
    Ciphertext,
    Election,
    EncryptedTally,
    PartialDecryption,
    Proof,
    Question,
    RankedQuestion,
    Result,
    SingleTrustee,
    TrusteeKey,
    Trustees,
    Vector,
    derive_hash,
    derive_share_hash,
    derive_tally_record,
    name_choice,
    owner_keys,
    owner_ranges,
)
from comitia.ballots.v1.model.checks import Check
from comitia.ballots.v1.model.rehearsal import RehearsalShare
from comitia.curve import Element, Randomness, Scalar, expect_embedding
from comitia.errors import CheckFailed


class Decryption:
    """One trustee's work on one encrypted tally."""

    def __init__(
        self,
        tally: EncryptedTally,
        secret: TrusteeSecret,
        election: Election,
        randomness: Randomness,
    ) -> None:
        """Take the tally and the key; nothing is computed yet."""
        self._tally = tally
        self._exponent = secret.exponent
        self._election = election
        self._group = election.group
        self._public_key = election.group.generator_power(secret.exponent)
        self._randomness = randomness

    def make_share(self) -> PartialDecryption:
        """Return the factors with their proofs (section "Partial decryptions")."""
        nonces = self._nonces("decryption")

        def prove(ciphertext: Ciphertext) -> Proof:
            mask = nonces.draw()
            commitments = (self._group.generator_power(mask), ciphertext.alpha.power(mask))
            fingerprint = self._election.fingerprint
            return self._respond(
                mask, decryption_statement(fingerprint, self._public_key, commitments)
            )

        return PartialDecryption(
            factors=tuple(tuple(c.alpha.power(self._exponent) for c in row) for row in self._tally),
            proofs=tuple(tuple(prove(c) for c in row) for row in self._tally),
        )

    def prove_bound(self, share: PartialDecryption, owner: int) -> BoundShare:
        """Return the bound proofs that go beside a share, signed with the same key."""
        payload = share.derive_record_hash(self._election.shape)
        nonces = self._nonces(f"bound decryption|{payload}")

        def prove(i: int, j: int, alpha: Element) -> Proof:
            mask = nonces.draw()
            about = BoundFactor(i, j, self._public_key, alpha, share.factors[i][j])
            commitments = (self._group.generator_power(mask), alpha.power(mask))
            return self._respond(mask, bound_statement(self._election, about, commitments))

        proofs = tuple(
            tuple(prove(i, j, ciphertext.alpha) for j, ciphertext in enumerate(row))
            for i, row in enumerate(self._tally)
        )
        signed_hash = derive_share_hash(owner, payload, proofs)
        mask = self._nonces(f"bound share signature|{signed_hash}").draw()
        commitment = self._group.generator_power(mask)
        statement = share_statement(self._election, self._public_key, signed_hash, commitment)
        return BoundShare(owner, payload, proofs, self._respond(mask, statement))

    def _nonces(self, use: str) -> NonceSource:
        tally = derive_hash(derive_tally_record(self._tally, self._election.shape))
        context = f"{use}|{self._election.fingerprint}|{tally}"
        return NonceSource(self._group, self._exponent.to_bytes(), context, self._randomness)

    def _respond(self, mask: Scalar, statement: str) -> Proof:
        hashed = challenge(self._group, statement)
        return Proof(hashed, mask - self._exponent * hashed)


def rehearse(
    secret: TrusteeSecret, owner: int, election: Election, randomness: Randomness
) -> RehearsalShare:
    """Return a trustee's share of the test tally, which shows that the key works."""
    rehearsal = derive_rehearsal(election)
    decryption = Decryption(rehearsal.tally, secret, rehearsal.election, randomness)
    share = decryption.make_share()
    return RehearsalShare(election.fingerprint, share, decryption.prove_bound(share, owner))


def derive_result(
    tally: EncryptedTally,
    shares: Mapping[int, PartialDecryption],
    trustees: Trustees,
    most: int,
    election: Election,
) -> Result:
    """Return the result that the trustees' shares open.

    shares: by owner. A false one is passed over where its group can do without it.
    most: the total weight of the ballots, the most votes that any choice can have.
    Raises CheckFailed: for the first false share that is needed, naming the trustee by number; for
    a trustee or a group that has too few shares; for a ciphertext that holds no count. Nothing is
    opened then.
    """
    false = _false_shares(tally, shares, owner_keys(trustees), election)
    able = shares.keys() - false.keys()
    chosen = choose_owners(trustees, able)
    if chosen is None:
        for failure in false.values():
            raise failure
        raise CheckFailed(
            Check.DECRYPTION_PRESENT.id,
            "decryptions",
            _needed(trustees),
            f"those of trustees {', '.join(map(str, sorted(shares))) or 'none'}",
        )
    used = {owner: shares[owner] for owner in chosen}
    opened = open_tally(tally, used, trustees, election.group)
    return tuple(
        _read_row(row, question, most, place, election)
        for place, (row, question) in enumerate(zip(opened, election.questions, strict=True))
    )


def _read_row(
    row: tuple[Element, ...], question: Question, most: int, place: int, election: Election
) -> tuple[int, ...] | tuple[Vector, ...]:
    """Return what a question's opened ciphertexts hold."""
    if isinstance(question, RankedQuestion):
        embedding = expect_embedding(election.group)
        return tuple(embedding.extract(element, len(question.answers)) for element in row)
    return tuple(_votes(element, most, election, place, j) for j, element in enumerate(row))


def _false_shares(
    tally: EncryptedTally,
    shares: Mapping[int, PartialDecryption],
    keys: tuple[TrusteeKey, ...],
    election: Election,
) -> dict[int, CheckFailed]:
    """Return the first failure of each share that does not hold, by owner."""
    false: dict[int, CheckFailed] = {}
    for owner, share in sorted(shares.items()):
        for failure in decryption_failures(share, tally, keys[owner - 1].public_key, election):
            subject = f"trustee {owner}, {failure.subject}"
            false[owner] = CheckFailed(failure.check, subject, failure.expected, failure.found)
            break
    return false


def _needed(trustees: Trustees) -> str:
    """Return in words whose decryptions an election needs."""
    parts = []
    for trustee, owners in owner_ranges(trustees):
        if isinstance(trustee, SingleTrustee):
            parts.append(f"trustee {owners.start}'s")
        else:
            parts.append(f"{trustee.threshold} of trustees {owners.start} to {owners.stop - 1}")
    return " and ".join(parts)


def _votes(element: Element, most: int, election: Election, i: int, j: int) -> int:
    votes = find_exponent(element, election.group, most)
    if votes is None:
        raise CheckFailed(
            Check.RESULT_VALUE.id,
            f"question {i + 1}, {name_choice(j, election.shape[i])}",
            f"a number from 0 to {most}",
            "a ciphertext that holds no such number",
        )
    return votes
