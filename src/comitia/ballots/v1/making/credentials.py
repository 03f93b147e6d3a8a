"""Credentials, made by the registrar (specification section "Credentials")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NewType

from nacl import bindings

from comitia.ballots.v1.making.tokens import generate_token
from comitia.ballots.v1.model import BASE58, Uuid, canonical_json
from comitia.curve import Element, Group, Randomness, Scalar
from comitia.errors import MalformedRecord

PrivateCredential = NewType("PrivateCredential", str)
"""XXXXX-XXXXXX-XXXXX-XXXXXX, 22 Base58 characters: what a voter needs to vote."""

_FORM: Final = re.compile(rf"[{BASE58}]{{5}}-[{BASE58}]{{6}}-[{BASE58}]{{5}}-[{BASE58}]{{6}}")
_CHARACTERS: Final = 22


MOST_WEIGHT: Final = 10**11
"""Of all voters together: a count is found by search. The reference has the same limit."""


@dataclass(frozen=True, slots=True)
class PublicCredential:
    """A public credential with the voter it was made for; weight: None where none are used."""

    element: Element
    voter: str
    weight: int | None = None

    @property
    def text(self) -> str:
        """The entry of the public list: the element, and the weight where there is one."""
        return self.element.text if self.weight is None else f"{self.element.text},{self.weight}"


@dataclass(frozen=True, slots=True, repr=False)
class IssuedCredentials:
    """What the registrar holds after issuing: secrets by voter, and the public list.

    private: for each voter, in the order of the roll.
    public: in the order of the elements, which says nothing about the roll.
    """

    private: tuple[tuple[str, PrivateCredential], ...]
    public: tuple[PublicCredential, ...]

    def private_file(self) -> bytes:
        """Return the registrar's secret file: who gets which credential."""
        return canonical_json(dict(self.private))

    def registrar_file(self) -> bytes:
        """Return the registrar's own list: element, weight (empty: not used), voter."""
        lines = []
        for credential in self.public:
            weight = "" if credential.weight is None else str(credential.weight)
            lines.append(f"{credential.element.text},{weight},{credential.voter}")
        return canonical_json(list(lines))

    def public_record(self) -> bytes:
        """Return the list as the archive holds it, without voters."""
        return public_credentials_record(self.public)


def generate_credential(randomness: Randomness) -> PrivateCredential:
    """Return a fresh private credential; 22 Base58 characters are 128 bits and a little more."""
    token = generate_token(_CHARACTERS, randomness)
    return PrivateCredential(f"{token[:5]}-{token[5:11]}-{token[11:16]}-{token[16:]}")


def parse_private_credential(text: str) -> PrivateCredential:
    """Return a credential that somebody typed; the message of a refusal does not repeat it."""
    if not _FORM.fullmatch(text):
        form = "expected the form XXXXX-XXXXXX-XXXXX-XXXXXX in Base58 characters"
        raise MalformedRecord("private credential", form)
    return PrivateCredential(text)


def derive_secret(credential: PrivateCredential, uuid: Uuid, group: Group) -> Scalar:
    """Return the secret exponent: two SHA-256 read as one 512-bit big-endian number, modulo q."""
    digests = (
        bindings.crypto_hash_sha256(f"derive_credential|{uuid}|{i}|{credential}".encode())
        for i in (0, 1)
    )
    return group.reduce(b"".join(digests))


def issue_credentials(
    voters: Sequence[str],
    uuid: Uuid,
    group: Group,
    randomness: Randomness,
    weights: Sequence[int] | None = None,
) -> IssuedCredentials:
    """Return a fresh credential for each voter of a roll.

    weights: one a voter, in the same order, or None where every ballot counts once.
    Raises ``ValueError`` where the roll names a voter twice (one would lose the credential), where
    a weight is negative, or where they are too many to be counted.
    """
    if len(set(voters)) != len(voters):
        raise ValueError("the roll names a voter twice")
    if weights is not None and (min(weights, default=0) < 0 or sum(weights) > MOST_WEIGHT):
        raise ValueError(f"weights are not negative, and at most {MOST_WEIGHT} together")
    private = tuple((voter, generate_credential(randomness)) for voter in voters)
    of_voters: Sequence[int | None] = [None] * len(voters) if weights is None else weights
    public = [
        PublicCredential(group.generator_power(derive_secret(secret, uuid, group)), voter, weight)
        for (voter, secret), weight in zip(private, of_voters, strict=True)
    ]
    return IssuedCredentials(private, tuple(sorted(public, key=_sort_key)))


def public_credentials_record(credentials: Sequence[PublicCredential]) -> bytes:
    """Return the bytes of a list of public credentials, in sorted order and without voters."""
    return canonical_json([credential.text for credential in sorted(credentials, key=_sort_key)])


def _sort_key(credential: PublicCredential) -> bytes:
    return credential.element.sort_key
