"""Elements outside the group: of small order, and honest ones times these.

They are made over the plain twins of the groups, whose arithmetic takes anything.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from comitia.ballots.v1.equations.statements import voter_context
from comitia.ballots.v1.making import derive_secret
from comitia.ballots.v1.making.answers import AnswerMaker, _Branch
from comitia.ballots.v1.making.encryption import _sign
from comitia.ballots.v1.making.nonces import NonceSource
from comitia.ballots.v1.model import (
    Ciphertext,
    HomomorphicAnswer,
    Opening,
    Proof,
    UnsignedBallot,
    derive_ballot_record,
)
from comitia.curve import BELENIOS_2048, ED25519, RFC_3526_2048, Element, Group
from comitia.curve.reference import (
    PLAIN_ED25519,
    PlainEdwards,
    PlainField,
    PlainPoint,
    PlainResidue,
)
from tests.curve.groups import PLAIN_2048, PLAIN_SAFE
from tests.elections import Made, seeded

PLAIN: Final[dict[Group, PlainEdwards | PlainField]] = {
    ED25519: PLAIN_ED25519,
    BELENIOS_2048: PLAIN_2048,
    RFC_3526_2048: PLAIN_SAFE,
}
_EIGHT: Final = int("05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826", 16)


def _order_eight() -> PlainPoint:
    """Return a point of order 8, found from the y that the libraries' own tests name."""
    x = PLAIN_ED25519._recover_x(_EIGHT, 0)
    return PlainPoint(x, _EIGHT, PLAIN_ED25519)


def small_order(group: Group) -> dict[int, Element]:
    """Return an element of each small order that lies outside the group, by its order."""
    plain = PLAIN[group]
    if isinstance(plain, PlainField):
        return {2: PlainResidue(plain.p - 1, plain)}
    eight = _order_eight()
    four = eight * eight
    return {2: four * four, 4: four, 8: eight}


def outside(group: Group) -> Element:
    """Return an element that is outside the group and of no small order."""
    plain = PLAIN[group]
    return small_order(group)[2] * plain.generator.power(plain.scalar(12345))


def plain_element(text: str, group: Group) -> Element:
    """Return the twin of an element by its text."""
    plain = PLAIN[group]
    if isinstance(plain, PlainField):
        return PlainResidue(int(text), plain)
    encoded = int(text, 16)
    y, odd = encoded & (2**255 - 1), encoded >> 255
    return PlainPoint(plain._recover_x(y, odd), y, plain)


def mixed(text: str, group: Group, order: int = 2) -> str:
    """Return the text of an honest element times one of small order."""
    return (plain_element(text, group) * small_order(group)[order]).text


@dataclass(frozen=True)
class Tainted:
    """A ballot with an element outside the group, and the two ways that one looks at it."""

    record: bytes
    ciphertext: Ciphertext
    proofs: tuple[Proof, ...]
    context: str


@dataclass(frozen=True)
class Taint:
    """An element of small order, and by which half of a ciphertext it is multiplied."""

    element: Element
    order: int
    half: str


class Grinder(AnswerMaker):
    """Encrypts with alpha, or beta, outside the group, and tries until every challenge hides it.

    An element of order n disappears under every exponent that n divides.
    """

    def __init__(
        self,
        group: Group,
        key: Element,
        voter: str,
        nonces: NonceSource,
        taint: Taint,
    ) -> None:
        super().__init__(group, key, voter, nonces)
        self._taint, self._order, self._half = taint.element, taint.order, taint.half
        self.tries = 0

    def _encrypt(self, opening: Opening) -> Ciphertext:
        honest = super()._encrypt(opening)
        if self._half == "alpha":
            return Ciphertext(honest.alpha * self._taint, honest.beta)
        return Ciphertext(honest.alpha, honest.beta * self._taint)

    def _prove(
        self, branches: Sequence[_Branch], statement: Callable[[Sequence[Element]], str]
    ) -> tuple[Proof, ...]:
        while True:
            self.tries += 1
            proofs = super()._prove(branches, statement)
            if all(int(proof.challenge) % self._order == 0 for proof in proofs):
                return proofs


def ground_ballot(made: Made, half: str, order: int) -> Tainted:
    """Return the first voter's ballot with one element outside the group, ground and signed.

    made: an election with one question of one answer.
    """
    election = made.election
    plain = PLAIN[election.group]
    private = made.credentials.private[0][1]
    secret = plain.scalar(int(derive_secret(private, election.uuid, election.group)))
    credential = plain.generator.power(secret)
    voter = voter_context(election.fingerprint, credential)
    key = plain_element(election.public_key.text, election.group)
    nonces = NonceSource(plain, b"grinder", f"ground {half} {order}", seeded("ground"))
    grinder = Grinder(
        plain,
        key,
        voter,
        nonces,
        Taint(small_order(election.group)[order], order, half),
    )
    (question,) = election.questions
    answer = grinder.answer(question, (1,)).answer
    assert isinstance(answer, HomomorphicAnswer)
    unsigned = UnsignedBallot(election.uuid, election.fingerprint, credential, (answer,))
    signature = _sign(unsigned, secret, plain, seeded("ground signature"))
    return Tainted(
        derive_ballot_record(unsigned, signature),
        answer.choices[0],
        answer.individual_proofs[0],
        voter,
    )
