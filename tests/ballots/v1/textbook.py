"""Answers made as the specification writes their proofs, by whoever knows no exponent but a vote's.

The specification simulates a false branch: it draws challenge and response and computes the
commitments out of the ciphertext (sections "iproof" and "bproof"), and it multiplies ciphertexts to
add up what is in them. The product's own maker does neither. From the same nonces both must come to
the same bytes; here a mask w stands for the simulated response w - r c.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from comitia.ballots.v1.equations.proofs import multiply
from comitia.ballots.v1.equations.statements import challenge, nonzero_statement
from comitia.ballots.v1.making.answers import AnswerMaker, _Branch
from comitia.ballots.v1.model import Ciphertext, NonzeroProof, Opening, Proof
from comitia.curve import Element


class TextbookMaker(AnswerMaker):
    """Overrides every method of the product that uses what only a maker knows."""

    def _multiply(self, choices: Sequence[Ciphertext], total: Opening) -> Ciphertext:
        del total
        return multiply(choices, self._group)

    def _ciphertext(self, opening: Opening) -> Ciphertext:
        group = self._group
        content = group.generator_power(group.scalar(opening.value))
        masked = self._key.power(opening.randomness)
        return Ciphertext(group.generator_power(opening.randomness), masked * content)

    def _prove(
        self, branches: Sequence[_Branch], statement: Callable[[Sequence[Element]], str]
    ) -> tuple[Proof, ...]:
        group, key = self._group, self._key
        masks = [self._nonces.draw() for _ in branches]
        challenges = [self._nonces.draw() for _ in branches]
        true = next(i for i, b in enumerate(branches) if b.opening.value == b.claimed)
        responses, commitments, others = [], [], group.scalar(0)
        for i, (branch, mask, c) in enumerate(zip(branches, masks, challenges, strict=True)):
            if i == true:
                responses.append(mask)
                commitments += [group.generator_power(mask), key.power(mask)]
                continue
            response, held = mask - branch.opening.randomness * c, self._ciphertext(branch.opening)
            claimed = group.generator_power(group.scalar(branch.claimed))
            responses.append(response)
            commitments += [
                group.generator_power(response) * held.alpha.power(c),
                key.power(response) * (held.beta / claimed).power(c),
            ]
            others = others + c
        own = challenge(group, statement(commitments)) - others
        challenges[true] = own
        responses[true] = masks[true] - branches[true].opening.randomness * own
        return tuple(map(Proof, challenges, responses))

    def _prove_nonzero(self, context: str, opening: Opening) -> NonzeroProof:
        group, key = self._group, self._key
        blind, first, second = (self._nonces.draw() for _ in range(3))
        held = self._ciphertext(opening)
        commitments = (
            held.beta.power(blind) / key.power(opening.randomness * blind),
            held.alpha.power(first) * group.generator_power(second),
            held.beta.power(first) * key.power(second),
        )
        c = challenge(group, nonzero_statement(context, commitments))
        responses = (first - blind * c, second + opening.randomness * blind * c)
        return NonzeroProof(commitments[0], c, responses)
