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


@dataclass(frozen=True, slots=True, repr=False)
class IssuedCredentials:
    """What the registrar holds after issuing: secrets by voter, and the public list.

    private: for each voter, in the order of the roll.
    public: elements in sorted order, which says nothing about the roll; each with its voter.
    """

    private: tuple[tuple[str, PrivateCredential], ...]
    public: tuple[tuple[Element, str], ...]

    def private_file(self) -> bytes:
        """Return the registrar's secret file: who gets which credential."""
        return canonical_json(dict(self.private))

    def registrar_file(self) -> bytes:
        """Return the registrar's own list: element, weight (empty: not used), voter."""
        return canonical_json([f"{element.text},,{voter}" for element, voter in self.public])

    def public_record(self) -> bytes:
        """Return the list as the archive holds it, without voters."""
        return public_credentials_record([element for element, _ in self.public])


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
    voters: Sequence[str], uuid: Uuid, group: Group, randomness: Randomness
) -> IssuedCredentials:
    """Return a fresh credential for each voter of a roll.

    Raises ``ValueError`` where the roll names a voter twice: one would lose the credential.
    """
    if len(set(voters)) != len(voters):
        raise ValueError("the roll names a voter twice")
    private = tuple((voter, generate_credential(randomness)) for voter in voters)
    public = [
        (group.generator_power(derive_secret(credential, uuid, group)), voter)
        for voter, credential in private
    ]
    return IssuedCredentials(private, tuple(sorted(public, key=lambda pair: pair[0].sort_key)))


def public_credentials_record(elements: Sequence[Element]) -> bytes:
    """Return the bytes of a list of public credentials, in sorted order."""
    return canonical_json([e.text for e in sorted(elements, key=lambda e: e.sort_key)])
