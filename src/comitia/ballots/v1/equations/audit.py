"""What must hold of an audited ballot: that every ciphertext is what its opening says.

The proofs and the election that it names are checked as of any ballot, so that a ballot which
passes would have been accepted. Whether its hash is the one that the voter noted is for the voter.
"""

from __future__ import annotations

from collections.abc import Iterator

from comitia.ballots.v1.equations.ballot import (
    election_failures,
    proof_failures,
)
from comitia.ballots.v1.equations.proofs import small_power
from comitia.ballots.v1.model import (
    AuditedBallot,
    Check,
    Ciphertext,
    Election,
    Opening,
    name_choice,
)
from comitia.errors import CheckFailed


def encrypt(opening: Opening, election: Election) -> Ciphertext:
    """Return the ciphertext that an opening makes; for openings that are public."""
    group, randomness = election.group, opening.randomness
    masked = election.public_key.power_vartime(randomness)
    return Ciphertext(
        group.generator_power_vartime(randomness), masked * small_power(group, opening.value)
    )


def audit_failures(audited: AuditedBallot, election: Election) -> Iterator[CheckFailed]:
    """Yield a failure for everything that does not hold of an audited ballot."""
    yield from election_failures(audited.unsigned, election)
    shape = election.shape
    for i, (answer, openings) in enumerate(
        zip(audited.unsigned.answers, audited.openings, strict=True)
    ):
        for j, (found, opening) in enumerate(zip(answer.choices, openings, strict=True)):
            expected = encrypt(opening, election)
            if found != expected:
                subject = f"question {i + 1}, {name_choice(j, shape[i])}"
                yield CheckFailed(Check.AUDIT_OPENING.id, subject, expected.text, found.text)
    yield from proof_failures(audited.unsigned, election)
