"""A single trustee's key (specification section "Verification keys")."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final

from comitia.ballots.v1.equations.statements import challenge, knowledge_statement
from comitia.ballots.v1.making.nonces import NonceSource
from comitia.ballots.v1.model import Proof, TrusteeKey, canonical_json
from comitia.curve import Group, NotCanonical, Randomness, Scalar
from comitia.errors import MalformedRecord

_PRIVATE_KEY: Final = re.compile(rb'"[0-9]{1,1024}"\n?')


@dataclass(frozen=True, slots=True, repr=False)
class TrusteeSecret:
    """A private key x in [1, q)."""

    exponent: Scalar

    def private_file(self) -> bytes:
        """Return the file that the trustee keeps: the number in decimal, as a JSON string."""
        return canonical_json(self.exponent.text) + b"\n"


def generate_trustee_key(group: Group, randomness: Randomness) -> tuple[TrusteeSecret, TrusteeKey]:
    """Return a fresh private key, and its public key with a proof of knowledge."""
    seed = randomness(group.wide_bytes)
    exponent = NonceSource(group, seed, "trustee key", randomness).draw()
    return TrusteeSecret(exponent), prove_knowledge(group, exponent, randomness)


def prove_knowledge(group: Group, exponent: Scalar, randomness: Randomness) -> TrusteeKey:
    """Return the public key of a private key in [1, q), with a proof of knowledge."""
    public_key = group.generator_power(exponent)
    nonce = NonceSource(group, exponent.to_bytes(), "proof of knowledge", randomness).draw()
    commitment = group.generator_power(nonce)
    hashed = challenge(group, knowledge_statement(group, public_key, commitment))
    return TrusteeKey(public_key, Proof(hashed, nonce - exponent * hashed))


def parse_private_key(data: bytes, group: Group) -> TrusteeSecret:
    """Return the private key in a trustee's file; the message of a refusal does not repeat it."""
    where = "private key"
    if not _PRIVATE_KEY.fullmatch(data):
        raise MalformedRecord(where, "expected one decimal number in quotes")
    try:
        exponent = group.parse_scalar(json.loads(data))
    except NotCanonical as error:
        raise MalformedRecord(where, str(error)) from None
    if int(exponent) == 0:
        raise MalformedRecord(where, "zero is no key")
    return TrusteeSecret(exponent)
