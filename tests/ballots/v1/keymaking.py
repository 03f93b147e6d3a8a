"""A threshold group whose keys are made in a moment, with what every party holds at every step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from comitia.ballots.v1.making.channels import MemberKeys, MemberSecret, derive_member_keys, send
from comitia.ballots.v1.making.threshold import (
    CheckedCertificates,
    check_certificates,
    confirm,
    finish,
    make_certificate,
    make_polynomial,
    route,
)
from comitia.ballots.v1.model import Certificate, CertificateContext, ThresholdTrustees
from comitia.ballots.v1.model.threshold import EncryptedMessage, Polynomial, VInput, VOutput
from comitia.curve import ED25519, Group, Scalar
from tests.elections import seeded

STEPS: Final = Path(__file__).parents[2] / "vectors" / "reference" / "pedersen-2of3" / "steps"
"""The reference's files of a group of 2 of 3."""


@dataclass(frozen=True)
class Run:
    """Everything of a run; tuples have one item a member."""

    group: Group
    secrets: tuple[MemberSecret, ...]
    certificates: CheckedCertificates
    polynomials: tuple[Polynomial, ...]
    vinputs: tuple[VInput, ...]
    voutputs: tuple[VOutput, ...]
    trustees: ThresholdTrustees
    decryption_keys: tuple[EncryptedMessage, ...]

    def keys(self, index: int) -> MemberKeys:
        """Return a member's keys; ``index`` counts from 1."""
        return derive_member_keys(self.secrets[index - 1], self.group)

    def encrypted(self, sender: int, recipient: int, text: str) -> EncryptedMessage:
        """Return a validly signed message of one member to another that holds any text."""
        key = self.certificates.certificates[recipient - 1].encryption
        return send(self.keys(sender), key, text, seeded(f"{sender} {recipient} {text}"))


def make_members(
    size: int, threshold: int, group: Group = ED25519, seed: str = "run"
) -> tuple[tuple[MemberSecret, ...], tuple[Certificate, ...]]:
    """Return the secrets and the certificates of step 1."""
    randomness = seeded(seed)
    pairs = [
        make_certificate(
            CertificateContext(group.name, size, threshold, index),
            randomness,
            all_needed=threshold == size,
        )
        for index in range(1, size + 1)
    ]
    return tuple(secret for secret, _ in pairs), tuple(certificate for _, certificate in pairs)


@cache
def make_run(size: int, threshold: int, group: Group = ED25519, seed: str = "run") -> Run:
    """Run all six steps."""
    secrets, certificates = make_members(size, threshold, group, seed)
    checked = check_certificates(certificates, group)
    randomness = seeded(f"{seed}, polynomials")
    polynomials = tuple(make_polynomial(checked, secret, randomness) for secret in secrets)
    vinputs = route(checked, polynomials)
    voutputs = tuple(
        confirm(checked, secret, vinput, randomness)
        for secret, vinput in zip(secrets, vinputs, strict=True)
    )
    trustees, decryption_keys = finish(checked, polynomials, voutputs)
    return Run(group, secrets, checked, polynomials, vinputs, voutputs, trustees, decryption_keys)


def interpolated(secrets: Sequence[tuple[int, Scalar]], group: Group) -> Scalar:
    """Return f(0) of a polynomial by its values at some indexes, in plain integers."""
    total = 0
    for index, value in secrets:
        weight = 1
        for other, _ in secrets:
            if other != index:
                weight = weight * other * pow(other - index, -1, group.order) % group.order
        total += weight * int(value)
    return group.scalar(total % group.order)
