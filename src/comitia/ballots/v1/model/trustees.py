"""Those who hold the key (specification sections "Verification keys", "Threshold", "Trustees").

Trustees are numbered from 1 through the whole list, each member of a threshold group by itself: the
number is the owner of a decryption share.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from comitia.ballots.v1.model.canonical import Json, canonical_json
from comitia.ballots.v1.model.common import Proof
from comitia.curve import Element, Group


@dataclass(frozen=True, slots=True)
class TrusteeKey:
    """A public key g^x with a proof of knowledge of x.

    signature: of the public key's text by the member of a threshold group, else None.
    name: what the trustee is called (observed of release 3.3.0); nothing proves it.
    """

    public_key: Element
    proof: Proof
    signature: Proof | None = None
    name: str | None = None

    def to_json(self) -> Json:
        """Return the wire object."""
        fields: dict[str, Json] = {
            "pok": self.proof.to_json(),
            "public_key": self.public_key.text,
        }
        if self.signature is not None:
            fields["signature"] = self.signature.to_json()
        if self.name is not None:
            fields["name"] = self.name
        return fields


@dataclass(frozen=True, slots=True)
class SingleTrustee:
    """A trustee without whom there is no result."""

    key: TrusteeKey

    @property
    def keys(self) -> tuple[TrusteeKey, ...]:
        """The one key."""
        return (self.key,)

    @property
    def threshold(self) -> int:
        """How many of the keys are needed."""
        return 1

    def sub_key(self, group: Group) -> Element:  # noqa: ARG002 - as of a threshold group
        """Return what this trustee adds to the election's key."""
        return self.key.public_key

    def to_json(self) -> Json:
        """Return the wire pair."""
        return ["Single", self.key.to_json()]


@dataclass(frozen=True, slots=True)
class SignedMessage:
    """A text with a signature of its exact bytes; by whom is said elsewhere."""

    message: str
    signature: Proof

    def to_json(self) -> Json:
        """Return the wire object."""
        return {"message": self.message, "signature": self.signature.to_json()}


@dataclass(frozen=True, slots=True)
class CertificateContext:
    """For which place in which group a certificate was made; ``index`` counts from 1."""

    group: str
    size: int
    threshold: int
    index: int

    def to_json(self) -> Json:
        """Return the wire object."""
        return {
            "group": self.group,
            "size": self.size,
            "threshold": self.threshold,
            "index": self.index,
        }


@dataclass(frozen=True, slots=True)
class Certificate:
    """The two public keys with which a member of a threshold group signs and receives.

    signed: the message as it was signed, which holds all the rest.
    """

    signed: SignedMessage
    context: CertificateContext
    verification: Element
    encryption: Element


@dataclass(frozen=True, slots=True)
class Coefficients:
    """A member's committed polynomial: g^a_0 to g^a_t, signed with the certificate's key.

    joint_signature: of all members' certificates together with these elements.
    """

    signed: SignedMessage
    joint_signature: Proof
    elements: tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class ThresholdTrustees:
    """A group of trustees of whom ``threshold`` suffice (section "Threshold parameters").

    All tuples have one item a member, in the order of the certificates' indexes; each member's
    coefficients are as many as the threshold.
    """

    threshold: int
    certificates: tuple[Certificate, ...]
    coefficients: tuple[Coefficients, ...]
    keys: tuple[TrusteeKey, ...]

    def sub_key(self, group: Group) -> Element:
        """Return what this group adds to the election's key."""
        return group.product([coefficients.elements[0] for coefficients in self.coefficients])

    def to_json(self) -> Json:
        """Return the wire pair."""
        return ["Pedersen", self.parameters()]

    def parameters(self) -> Json:
        """Return the object inside the wire pair, which is a file of its own."""
        return {
            "threshold": self.threshold,
            "certs": [certificate.signed.to_json() for certificate in self.certificates],
            "coefexps": [coefficients.signed.to_json() for coefficients in self.coefficients],
            "signatures": [member.joint_signature.to_json() for member in self.coefficients],
            "verification_keys": [key.to_json() for key in self.keys],
        }


Trustee = SingleTrustee | ThresholdTrustees
Trustees = tuple[Trustee, ...]


def owner_keys(trustees: Trustees) -> tuple[TrusteeKey, ...]:
    """Return the keys of all trustees; the owner of the number n is at place n - 1."""
    return tuple(key for trustee in trustees for key in trustee.keys)


def owner_ranges(trustees: Trustees) -> Iterator[tuple[Trustee, range]]:
    """Yield each single trustee and each group with the numbers of its owners."""
    first = 1
    for trustee in trustees:
        yield trustee, range(first, first + len(trustee.keys))
        first += len(trustee.keys)


def combine_keys(trustees: Sequence[Trustee], group: Group) -> Element:
    """Return y, the product of what every trustee and every group adds to it."""
    return group.product([trustee.sub_key(group) for trustee in trustees])


def derive_trustees_record(trustees: Sequence[Trustee]) -> bytes:
    """Return the bytes of the record of trustees."""
    return canonical_json([trustee.to_json() for trustee in trustees])


def certificate_message(
    context: CertificateContext, verification: Element, encryption: Element
) -> str:
    """Return the text that a certificate signs."""
    fields: dict[str, Json] = {
        "context": context.to_json(),
        "verification": verification.text,
        "encryption": encryption.text,
    }
    return canonical_json(fields).decode()


def coefficients_message(elements: Sequence[Element]) -> str:
    """Return the text that a member signs for its coefficients."""
    return canonical_json({"coefexps": [element.text for element in elements]}).decode()


def joint_message(certificates: Sequence[Certificate], elements: Sequence[Element]) -> str:
    """Return the text by which a member signs all certificates with its own coefficients."""
    fields: dict[str, Json] = {
        "certs": [certificate.signed.to_json() for certificate in certificates],
        "coefexps": [element.text for element in elements],
    }
    return "certs_sig|" + canonical_json(fields).decode()
