"""Secret scalars for one piece of work, each drawn for a use of its own."""

from __future__ import annotations

from comitia.curve import Group, Randomness, Scalar, hedged_scalar


class NonceSource:
    """Draws hedged scalars for one ballot, one share or one signature.

    secret: the long-term secret of whoever does the work.
    context: everything that distinguishes this piece of work, plaintext included, so that under a
    generator that repeats itself two different pieces of work still share no nonce.
    """

    def __init__(self, group: Group, secret: bytes, context: str, randomness: Randomness) -> None:
        """Start counting uses at one."""
        self._group = group
        self._secret = secret
        self._context = context
        self._randomness = randomness
        self._drawn = 0

    def draw(self) -> Scalar:
        """Return a scalar that no other draw returns."""
        self._drawn += 1
        message = f"{self._drawn}|{self._context}".encode()
        return hedged_scalar(self._group, self._secret, message, self._randomness)
