"""From ballots to the result (specification sections "Encrypted tally" to "Election result")."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from comitia.ballots.v1.equations.commitments import factor_commitments, factor_proofs
from comitia.ballots.v1.equations.exponents import find_exponent
from comitia.ballots.v1.equations.proofs import failed_challenge
from comitia.ballots.v1.equations.statements import (
    challenge,
    decryption_statement,
)
from comitia.ballots.v1.model import (
    Answer,
    Ciphertext,
    Election,
    EncryptedTally,
    PartialDecryption,
    Question,
    RankedAnswer,
    RankedQuestion,
    Rows,
    Trustees,
    name_choice,
    owner_ranges,
    width_of,
)
from comitia.ballots.v1.model.checks import Check
from comitia.curve import Element, Group
from comitia.errors import CheckFailed


def empty_tally(questions: Sequence[Question], group: Group) -> EncryptedTally:
    """Return the tally of no ballots: of a ranked question an empty row."""
    nothing = Ciphertext(group.identity, group.identity)
    return tuple(
        () if isinstance(question, RankedQuestion) else (nothing,) * width_of(question.row_shape)
        for question in questions
    )


def combine_tallies(
    one: EncryptedTally, other: EncryptedTally, questions: Sequence[Question]
) -> EncryptedTally:
    """Return what two tallies of the same questions make together.

    Sums are multiplied, choice by choice; the ballots of ranked questions stand side by side.
    """
    return tuple(
        row + other_row
        if isinstance(question, RankedQuestion)
        else tuple(a * b for a, b in zip(row, other_row, strict=True))
        for row, other_row, question in zip(one, other, questions, strict=True)
    )


def sort_ranked(tally: EncryptedTally, questions: Sequence[Question]) -> EncryptedTally:
    """Return a whole tally as it is recorded: ranked ballots in the order of their ciphertexts."""
    return tuple(
        tuple(sorted(row, key=lambda one: one.sort_key))
        if isinstance(question, RankedQuestion)
        else row
        for row, question in zip(tally, questions, strict=True)
    )


def tally_of_answers(answers: Sequence[Answer], weight: int, group: Group) -> EncryptedTally:
    """Return the tally that one ballot makes: every ciphertext to the power of its weight.

    A ranked answer has no other weight than 1; that is the caller's to check.
    """
    exponent = group.scalar(weight % group.order)
    return tuple(
        answer.choices
        if weight == 1 or isinstance(answer, RankedAnswer)
        else tuple(
            Ciphertext(c.alpha.power_vartime(exponent), c.beta.power_vartime(exponent))
            for c in answer.choices
        )
        for answer in answers
    )


def ranked_rows(tally: EncryptedTally, election: Election) -> Rows:
    """Return the rows of a tally that must be shuffled."""
    return tuple(tally[place] for place in election.ranked_places)


def with_ranked_rows(tally: EncryptedTally, rows: Rows, election: Election) -> EncryptedTally:
    """Return a tally with its ranked rows as the last shuffle left them."""
    shuffled = dict(zip(election.ranked_places, rows, strict=True))
    return tuple(shuffled.get(place, row) for place, row in enumerate(tally))


def decryption_failures(
    share: PartialDecryption, tally: EncryptedTally, public_key: Element, election: Election
) -> Iterator[CheckFailed]:
    """Yield a failure for each factor whose proof does not hold (section "Partial decryptions").

    share: with one item a ciphertext of ``tally``. In this wire version alpha and the factor are
    not in the hash: see the bound proof.
    """
    group, check, shape = election.group, Check.DECRYPTION_PROOF, election.shape
    proofs = factor_proofs(tally, share.factors, share.proofs)
    every = factor_commitments(group, public_key, proofs)
    for about, commitments in zip(proofs, every, strict=True):
        statement = decryption_statement(election.fingerprint, public_key, commitments)
        subject = (
            f"question {about.question + 1}, {name_choice(about.choice, shape[about.question])}"
        )
        yield from failed_challenge(check, challenge(group, statement), about.proof, subject)


def choose_owners(trustees: Trustees, able: Collection[int]) -> tuple[int, ...] | None:
    """Return whose shares open a tally: of each group the lowest numbers, as many as it needs.

    able: the owners whose shares can be used. None where a single trustee or a group lacks one.
    """
    chosen: list[int] = []
    for trustee, owners in owner_ranges(trustees):
        usable = [owner for owner in owners if owner in able][: trustee.threshold]
        if len(usable) < trustee.threshold:
            return None
        chosen += usable
    return tuple(chosen)


MOST_SEARCHED: Final = 2**24
"""A verifier looks no further to say what a ciphertext holds instead; weights have no limit."""


def verify_count(opened: Element, votes: int, most: int, group: Group, subject: str) -> None:
    """Check that an opened ciphertext holds the stated number of votes.

    most: how many there can be, the total weight of the ballots.
    """
    if votes <= most and group.generator_power_vartime(group.scalar(votes)) == opened:
        return
    true_votes = find_exponent(opened, group, most) if most <= MOST_SEARCHED else None
    expected = f"{true_votes}" if true_votes is not None else f"a number from 0 to {most}"
    found = f"{votes}" if true_votes is not None else "a ciphertext that holds no such number"
    if most > MOST_SEARCHED:
        expected, found = f"the number from 0 to {most} that the ciphertext holds", f"{votes}"
    raise CheckFailed(Check.RESULT_VALUE.id, subject, expected, found)
