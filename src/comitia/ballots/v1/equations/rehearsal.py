"""A rehearsal: every trustee decrypts a test tally, so that no key is first tried on the votes.

The test tally follows from the election's fingerprint alone: anybody computes it, randomness and
all, so that nobody can slip a voter's ciphertext into it, and what a share of it tells is known
already. Its proofs name a fingerprint of their own and are worth nothing in the election.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from comitia.ballots.v1.equations.audit import encrypt
from comitia.ballots.v1.equations.bound import bound_failures
from comitia.ballots.v1.equations.opening import open_tally
from comitia.ballots.v1.equations.proofs import small_power
from comitia.ballots.v1.equations.statements import challenge
from comitia.ballots.v1.equations.tally import choose_owners, decryption_failures
from comitia.ballots.v1.model import (
    Election,
    EncryptedTally,
    HomomorphicQuestion,
    Opening,
    Trustees,
    derive_fingerprint,
    owner_keys,
)
from comitia.ballots.v1.model.rehearsal import REHEARSED_VALUES, RehearsalShare
from comitia.errors import CheckFailed

REHEARSAL_CHECK = "trustee.rehearsal"


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The test tally of an election, and the election as the proofs of its shares name it."""

    election: Election
    tally: EncryptedTally


def derive_rehearsal(election: Election) -> Rehearsal:
    """Return the rehearsal of an election's keys."""
    answers = ("",) * len(REHEARSED_VALUES)
    question = HomomorphicQuestion("", answers, 0, len(answers))
    tag = f"comitia-rehearsal-v1|{election.fingerprint}"
    stand_in = replace(
        election, questions=(question,), fingerprint=derive_fingerprint(tag.encode())
    )
    row = tuple(
        encrypt(Opening(challenge(election.group, f"{tag}|{value}"), value), election)
        for value in REHEARSED_VALUES
    )
    return Rehearsal(stand_in, (row,))


def rehearsal_failures(
    share: RehearsalShare, election: Election, trustees: Trustees
) -> Iterator[CheckFailed]:
    """Yield a failure for everything that does not hold of a trustee's share of the test tally."""
    keys, subject = owner_keys(trustees), f"trustee {share.owner}"
    if share.election_hash != election.fingerprint:
        where = f"{subject}, election_hash"
        yield CheckFailed(REHEARSAL_CHECK, where, election.fingerprint, share.election_hash)
    if not 1 <= share.owner <= len(keys):
        expected = f"a trustee from 1 to {len(keys)}"
        yield CheckFailed(REHEARSAL_CHECK, "owner", expected, subject)
        return
    rehearsal, key = derive_rehearsal(election), keys[share.owner - 1].public_key
    failures = [
        *decryption_failures(share.share, rehearsal.tally, key, rehearsal.election),
        *bound_failures(share.bound, share.share, rehearsal.tally, key, rehearsal.election),
    ]
    for failure in failures:
        where = f"{subject}, {failure.subject}"
        yield CheckFailed(REHEARSAL_CHECK, where, failure.expected, failure.found)


def can_open(shares: Mapping[int, RehearsalShare], election: Election, trustees: Trustees) -> bool:
    """Whether the shares, each of which holds, open the test tally to what it is known to hold.

    False also where there are too few of them.
    """
    chosen = choose_owners(trustees, shares.keys())
    if chosen is None:
        return False
    used = {owner: shares[owner].share for owner in chosen}
    (opened,) = open_tally(derive_rehearsal(election).tally, used, trustees, election.group)
    expected = tuple(small_power(election.group, value) for value in REHEARSED_VALUES)
    return opened == expected
