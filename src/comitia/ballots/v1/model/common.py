"""Structures that several records share (specification section "Common structures")."""

from __future__ import annotations

from dataclasses import dataclass

from comitia.ballots.v1.model.canonical import Json
from comitia.curve import Element, Scalar


@dataclass(frozen=True, slots=True)
class Proof:
    """A challenge and a response, both in [0, q)."""

    challenge: Scalar
    response: Scalar

    def to_json(self) -> Json:
        """Return the wire object."""
        return {"challenge": self.challenge.text, "response": self.response.text}


@dataclass(frozen=True, slots=True)
class Ciphertext:
    """An ElGamal ciphertext: alpha = g^r, beta = y^r g^m."""

    alpha: Element
    beta: Element

    def __mul__(self, other: Ciphertext) -> Ciphertext:
        return Ciphertext(self.alpha * other.alpha, self.beta * other.beta)

    @property
    def sort_key(self) -> tuple[bytes, bytes]:
        """What ciphertexts of ranked answers are sorted by (observed of release 3.3.0)."""
        return (self.alpha.sort_key, self.beta.sort_key)

    @property
    def text(self) -> str:
        """The two elements with a comma between, as every hash has them."""
        return f"{self.alpha.text},{self.beta.text}"

    def to_json(self) -> Json:
        """Return the wire object."""
        return {"alpha": self.alpha.text, "beta": self.beta.text}
