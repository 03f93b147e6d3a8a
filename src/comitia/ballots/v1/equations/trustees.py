"""What must hold of trustees (sections "Verification keys" and "Threshold").

Of a single trustee: the proof of knowledge. Of a threshold group, of each member: that the
certificate is for this place in this group and signed with its own key; that the coefficients, and
all certificates with them, are signed with that key; that the public key is the one which the
coefficients of all give this member, proved to be known, and signed.

That elements are members, and that there are as many of everything as the group has members, is the
parser's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from comitia.ballots.v1.equations.proofs import commitment, expect_challenge, failed_challenge
from comitia.ballots.v1.equations.statements import (
    challenge,
    knowledge_statement,
    message_statement,
)
from comitia.ballots.v1.model import (
    Certificate,
    CertificateContext,
    Check,
    Coefficients,
    Proof,
    SingleTrustee,
    ThresholdTrustees,
    TrusteeKey,
    Trustees,
    joint_message,
    owner_ranges,
)
from comitia.curve import Element, Group
from comitia.errors import CheckFailed


def verify_knowledge(key: TrusteeKey, group: Group, subject: str) -> None:
    """Check that whoever published a key knows its secret (section "Verification keys")."""
    statement = knowledge_statement(
        group, key.public_key, commitment(group, key.proof, key.public_key)
    )
    expect_challenge(Check.SETUP_TRUSTEES, challenge(group, statement), key.proof, subject)


def trustee_failures(trustees: Trustees, group: Group) -> Iterator[CheckFailed]:
    """Yield a failure for everything that does not hold of an election's trustees."""
    for trustee, owners in owner_ranges(trustees):
        match trustee:
            case SingleTrustee():
                yield from _knowledge_failures(trustee.key, group, f"trustee {owners.start}")
            case ThresholdTrustees():
                yield from threshold_failures(trustee, group, owners.start)
            case _:
                assert_never(trustee)
    yield from repeated_key_failures(trustees)


def repeated_key_failures(trustees: Trustees) -> Iterator[CheckFailed]:
    """Yield a failure for each public key that a trustee has from another.

    A proof of knowledge names neither owner nor election, so that it can be published again by
    somebody who does not know the secret. The members of one group are not compared: their keys
    follow from what all of them committed to, and with a threshold of 1 are the same.
    """
    seen: dict[Element, int] = {}
    for trustee, owners in owner_ranges(trustees):
        keys = {key.public_key: owner for owner, key in zip(owners, trustee.keys, strict=True)}
        for key, owner in keys.items():
            if key in seen:
                yield _repeated(f"trustee {owner}, public key", f"trustee {seen[key]}'s")
        seen |= keys


def repeated_certificate_failures(
    certificates: Sequence[Certificate], first_owner: int = 1
) -> Iterator[CheckFailed]:
    """Yield a failure for each key that stands in two certificates, or in one twice."""
    seen: dict[Element, str] = {}
    for owner, certificate in enumerate(certificates, first_owner):
        for what, key in (
            ("verification key", certificate.verification),
            ("encryption key", certificate.encryption),
        ):
            if key in seen:
                yield _repeated(f"trustee {owner}, {what}", seen[key])
            seen[key] = f"the {what} of trustee {owner}"


def threshold_failures(
    trustees: ThresholdTrustees, group: Group, first_owner: int = 1
) -> Iterator[CheckFailed]:
    """Yield a failure for everything that does not hold of a threshold group."""
    public_keys = member_keys(trustees.coefficients, group)
    for place, certificate in enumerate(trustees.certificates):
        subject = f"trustee {first_owner + place}"
        key, verification = trustees.keys[place], certificate.verification
        expected = CertificateContext(
            group.name, len(trustees.certificates), trustees.threshold, place + 1
        )
        yield from certificate_failures(certificate, expected, group, subject)
        yield from coefficient_failures(
            trustees.coefficients[place],
            trustees.certificates,
            verification,
            group,
            subject,
        )
        yield from member_key_failures(key, public_keys[place], verification, group, subject)
    yield from repeated_certificate_failures(trustees.certificates, first_owner)


def certificate_failures(
    certificate: Certificate, expected: CertificateContext, group: Group, subject: str
) -> Iterator[CheckFailed]:
    """Yield a failure where a certificate is for another place, or not signed with its own key."""
    if certificate.context != expected:
        yield CheckFailed(
            Check.SETUP_TRUSTEES.id,
            f"{subject}, certificate",
            _described(expected),
            _described(certificate.context),
        )
    signed = certificate.signed
    yield from _signature_failures(
        signed.message,
        signed.signature,
        certificate.verification,
        group,
        f"{subject}, signature of the certificate",
    )


def member_key_failures(
    key: TrusteeKey, expected: Element, verification: Element, group: Group, subject: str
) -> Iterator[CheckFailed]:
    """Yield a failure where a member's public key is not the expected one, proved and signed."""
    if key.public_key != expected:
        yield CheckFailed(
            Check.SETUP_TRUSTEES.id,
            f"{subject}, public key",
            f"{expected.text}, as the coefficients give it",
            key.public_key.text,
        )
    yield from _knowledge_failures(key, group, subject)
    place = f"{subject}, signed public key"
    if key.signature is None:
        yield CheckFailed(Check.SETUP_TRUSTEES.id, place, "a signature", "none")
    else:
        text = key.public_key.text
        yield from _signature_failures(text, key.signature, verification, group, place)


def coefficient_failures(
    coefficients: Coefficients,
    certificates: Sequence[Certificate],
    verification: Element,
    group: Group,
    subject: str,
) -> Iterator[CheckFailed]:
    """Yield a failure where coefficients are not signed, alone and with all certificates."""
    alone, joint = coefficients.signed, joint_message(certificates, coefficients.elements)
    yield from _signature_failures(
        alone.message, alone.signature, verification, group, f"{subject}, coefficients"
    )
    place = f"{subject}, certificates with coefficients"
    yield from _signature_failures(joint, coefficients.joint_signature, verification, group, place)


def member_keys(coefficients: Sequence[Coefficients], group: Group) -> tuple[Element, ...]:
    """Return the public key of each member: the sum of all polynomials at its index, committed."""
    summed = [
        group.product([member.elements[power] for member in coefficients])
        for power in range(len(coefficients[0].elements))
    ]
    return tuple(evaluate(summed, index, group) for index in range(1, len(coefficients) + 1))


def evaluate(elements: Sequence[Element], index: int, group: Group) -> Element:
    """Return g^f(index) of a polynomial f whose coefficients are committed, lowest first."""
    exponent = group.scalar(index % group.order)
    result = group.identity
    for element in reversed(elements):
        result = result.power_vartime(exponent) * element
    return result


def is_signed_by(message: str, signature: Proof, verification: Element, group: Group) -> bool:
    """Whether a text was signed with the secret of a verification key (section "Signing")."""
    statement = message_statement(message, commitment(group, signature, verification))
    return challenge(group, statement) == signature.challenge


def _knowledge_failures(key: TrusteeKey, group: Group, subject: str) -> Iterator[CheckFailed]:
    try:
        verify_knowledge(key, group, subject)
    except CheckFailed as failure:
        yield failure


def _signature_failures(
    message: str, signature: Proof, verification: Element, group: Group, subject: str
) -> Iterator[CheckFailed]:
    statement = message_statement(message, commitment(group, signature, verification))
    expected = challenge(group, statement)
    yield from failed_challenge(Check.SETUP_TRUSTEES, expected, signature, subject)


def _repeated(subject: str, found: str) -> CheckFailed:
    return CheckFailed(Check.SETUP_TRUSTEES.id, subject, "a key of its own", found)


def _described(context: CertificateContext) -> str:
    return (
        f"for place {context.index} of {context.size} over {context.group}, "
        f"threshold {context.threshold}"
    )
