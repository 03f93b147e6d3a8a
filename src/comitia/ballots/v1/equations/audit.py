"""What must hold of an audited ballot: that every ciphertext is what its opening says.

The proofs and the election that it names are checked as of any ballot, so that a ballot which
passes would have been accepted. Whether its hash is the one that the voter noted is for the voter.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from comitia.ballots.v1.equations.ballot import (
    election_failures,
    proof_failures,
)
from comitia.ballots.v1.equations.proofs import small_power
from comitia.ballots.v1.model import (
    AnyOpening,
    AuditedBallot,
    Check,
    Ciphertext,
    Election,
    Opening,
    RankedOpening,
    name_choice,
)
from comitia.curve import Element, Group, expect_embedding
from comitia.errors import CheckFailed


def encrypt(opening: AnyOpening, election: Election) -> Ciphertext:
    """Return the ciphertext that an opening makes; for openings that are public.

    Of a ranked answer: ``ValueError`` over a group that holds none.
    """
    group, randomness = election.group, opening.randomness
    masked = election.public_key.power_vartime(randomness)
    content = _content_of(opening, group)
    return Ciphertext(group.generator_power_vartime(randomness), masked * content)


def _content_of(opening: AnyOpening, group: Group) -> Element:
    match opening:
        case Opening():
            return small_power(group, opening.value)
        case RankedOpening():
            return expect_embedding(group).embed(opening.values)
        case _:
            assert_never(opening)


def audit_failures(audited: AuditedBallot, election: Election) -> Iterator[CheckFailed]:
    """Yield a failure for everything that does not hold of an audited ballot."""
    yield from election_failures(audited.unsigned, election)
    for i, (answer, openings) in enumerate(
        zip(audited.unsigned.answers, audited.openings, strict=True)
    ):
        for j, (found, opening) in enumerate(zip(answer.choices, openings, strict=True)):
            expected = encrypt(opening, election)
            if found != expected:
                subject = f"question {i + 1}, {name_choice(j, election.questions[i].row_shape)}"
                yield CheckFailed(Check.AUDIT_OPENING.id, subject, expected.text, found.text)
    yield from proof_failures(audited.unsigned, election)
