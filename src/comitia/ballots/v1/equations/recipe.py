"""An election's ballots as a recipe for the native kernel, traced from the equations themselves.

A recipe says which bytes a ballot consists of, which multiples of which points make its proofs'
commitments, and which texts its challenges hash (``native/recipe.h``). It is not written by hand: a
ballot of symbols goes through the same functions that check a ballot of points, and what they ask
of the symbols is noted. So there is one statement of what must hold, and the kernel follows it.

What the tracing does not understand it refuses (``NotTraceable``); such an election is verified
without the kernel.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from comitia.ballots.v1.equations.ballot import ballot_failures
from comitia.ballots.v1.equations.recipe_tables import HASH_TOKEN, Tables
from comitia.ballots.v1.equations.symbols import NotTraceable, SymbolicPoint, Trace
from comitia.ballots.v1.model import (
    Answer,
    Ballot,
    Ciphertext,
    Election,
    Fingerprint,
    HomomorphicAnswer,
    HomomorphicQuestion,
    ListsAnswer,
    ListsQuestion,
    NonzeroProof,
    Proof,
    Question,
    RankedAnswer,
    RankedQuestion,
    Signature,
    UnsignedBallot,
    width_of,
)
from comitia.ballots.v1.model.ballot import derive_ballot_record
from comitia.curve.recipes import Recipe


def compile_recipe(election: Election) -> Recipe:
    """Return the recipe of an election's ballots. Raises NotTraceable where there is none."""
    trace = Trace(election)
    parts = _Parts(trace)
    unsigned = UnsignedBallot(
        election.uuid,
        election.fingerprint,
        trace.element(),
        tuple(parts.answer(question) for question in election.questions),
    )
    signed_hash = Fingerprint(HASH_TOKEN)
    signature = Signature(signed_hash, parts.proof())
    record = derive_ballot_record(unsigned, signature).decode()
    ballot = Ballot(
        unsigned.election_uuid,
        unsigned.election_hash,
        unsigned.credential,
        unsigned.answers,
        signature,
        signed_hash,
    )
    key = SymbolicPoint(trace, is_key=True)
    symbolic = replace(election, group=trace.group, public_key=key)
    for failure in ballot_failures(ballot, symbolic):
        raise NotTraceable(f"symbols fail {failure.check}")
    trace.no_identity.append(0)  # the credential: the parser refuses the identity for a key
    return Tables(trace, record).recipe(ballot.answers, election.questions)


class _Parts:
    """The parts of a ballot, made of symbols in the form that its questions demand."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace

    def ciphertext(self) -> Ciphertext:
        return Ciphertext(self._trace.element(), self._trace.element())

    def proof(self) -> Proof:
        return Proof(self._trace.scalar(), self._trace.scalar())

    def proofs(self, number: int) -> tuple[Proof, ...]:
        return tuple(self.proof() for _ in range(number))

    def nonzero_proof(self) -> NonzeroProof:
        scalar = self._trace.scalar
        return NonzeroProof(self._trace.element(), scalar(), (scalar(), scalar()))

    def answer(self, question: Question) -> Answer:
        """Return an answer of symbols, of the form that its question demands."""
        width = width_of(question.row_shape)
        match question:
            case HomomorphicQuestion():
                return HomomorphicAnswer(
                    tuple(self.ciphertext() for _ in range(width)),
                    tuple(self.proofs(2) for _ in range(width)),
                    self.proofs(question.overall_proof_count),
                    self.proofs(2) if question.blank else None,
                )
            case ListsQuestion():
                return ListsAnswer(
                    tuple(len(names) for names in question.lists),
                    tuple(self.ciphertext() for _ in range(width)),
                    tuple(self.proofs(2) for _ in range(width)),
                    self.proof(),
                    tuple(self.proofs(2) for _ in question.lists),
                    self.nonzero_proof(),
                )
            case RankedQuestion():
                return RankedAnswer(self.ciphertext(), self.proof())
            case _:
                assert_never(question)
