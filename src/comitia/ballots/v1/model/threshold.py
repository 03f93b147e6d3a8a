"""What the members of a threshold group send one another while they make their keys.

Specification sections "Encrypting" to "Voutputs". Field names are the specification's. In a file
each of these is one line; an encrypted message inside another stands there as a string.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from comitia.ballots.v1.model.canonical import Json, Sha256Hex, canonical_json, derive_hash
from comitia.ballots.v1.model.trustees import Certificate, Coefficients, TrusteeKey
from comitia.curve import Element

AES_GCM: Final = "AES-GCM"
"""The one algorithm that this version encrypts with."""


@dataclass(frozen=True, slots=True)
class EncryptedMessage:
    """A message that one member can open: alpha = g^r, beta = ek^r g^k, sealed under g^k.

    data: the ciphertext with its tag of 16 bytes at the end.
    """

    alpha: Element
    beta: Element
    data: bytes

    def to_json(self) -> Json:
        """Return the wire object."""
        return {
            "algorithm": AES_GCM,
            "alpha": self.alpha.text,
            "beta": self.beta.text,
            "data": self.data.hex(),
        }

    def to_bytes(self) -> bytes:
        """Return the line of a file, without its end."""
        return canonical_json(self.to_json())

    @property
    def text(self) -> str:
        """The form inside another message."""
        return self.to_bytes().decode()


@dataclass(frozen=True, slots=True)
class ChannelMessage:
    """A text and the encryption key of its recipient, as the sender signs them."""

    recipient: Element
    message: str

    def to_json(self) -> Json:
        """Return the wire object."""
        return {"recipient": self.recipient.text, "message": self.message}


@dataclass(frozen=True, slots=True)
class Polynomial:
    """What a member hands over in step 3 (section "Polynomials").

    polynomial: its own, for its own eyes. secrets: its value for each member, in their order.
    """

    polynomial: EncryptedMessage
    secrets: tuple[EncryptedMessage, ...]
    coefficients: Coefficients

    def to_json(self) -> Json:
        """Return the wire object."""
        return {
            "polynomial": self.polynomial.text,
            "secrets": [secret.text for secret in self.secrets],
            "coefexps": self.coefficients.signed.to_json(),
            "signature": self.coefficients.joint_signature.to_json(),
        }

    def to_bytes(self) -> bytes:
        """Return the line of a file, without its end."""
        return canonical_json(self.to_json())


@dataclass(frozen=True, slots=True)
class VInput:
    """What a member receives in step 4 (section "Vinputs").

    polynomial: its own, as it handed it over. secrets, coefficients: one of each member, in order.
    """

    polynomial: EncryptedMessage
    secrets: tuple[EncryptedMessage, ...]
    coefficients: tuple[Coefficients, ...]

    def to_json(self) -> Json:
        """Return the wire object."""
        return {
            "polynomial": self.polynomial.text,
            "secrets": [secret.text for secret in self.secrets],
            "coefexps": [member.signed.to_json() for member in self.coefficients],
            "signatures": [member.joint_signature.to_json() for member in self.coefficients],
        }

    def to_bytes(self) -> bytes:
        """Return the line of a file, without its end."""
        return canonical_json(self.to_json())


@dataclass(frozen=True, slots=True)
class VOutput:
    """What a member hands over in step 5 (section "Voutputs").

    private_key: its decryption key, for its own eyes. public_key: signed.
    """

    private_key: EncryptedMessage
    public_key: TrusteeKey

    def to_json(self) -> Json:
        """Return the wire object."""
        return {"private_key": self.private_key.text, "public_key": self.public_key.to_json()}

    def to_bytes(self) -> bytes:
        """Return the line of a file, without its end."""
        return canonical_json(self.to_json())


def derive_certificate_line(certificate: Certificate) -> bytes:
    """Return the line of a file that holds a certificate, without its end."""
    return canonical_json(certificate.signed.to_json())


def derive_certificate_id(certificate: Certificate) -> Sha256Hex:
    """Return how the files of a member are called, before the dot."""
    return derive_hash(certificate.signed.message.encode())


def join_lines(lines: Iterable[bytes]) -> bytes:
    """Return a file of these lines."""
    return b"".join(line + b"\n" for line in lines)
