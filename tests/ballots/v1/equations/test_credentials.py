"""The registrar's certificate: each of its claims is held against the election."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import pytest

from comitia.ballots.v1.equations import certified_failures, is_signed_by
from comitia.ballots.v1.model import (
    CredentialsCertificate,
    Election,
    Sha256Hex,
    Uuid,
    derive_hash,
)
from comitia.ballots.v1.parse import parse_certificate, parse_credentials, parse_election
from tests.ballots.v1.samples import fixture_steps

CERTIFIED: Final = (
    "credentials-certificate",
    "credentials-certificate-weighted-belenios2048",
)
EVERY = pytest.mark.parametrize("name", CERTIFIED)
OTHER_HASH = Sha256Hex("ab" * 32)
Failure = tuple[str, str]


class Case:
    """One of the reference's elections with a certificate of its credentials."""

    def __init__(self, name: str) -> None:
        election, _, credentials, self.record, _ = fixture_steps(name)[0].contents
        self.election: Election = parse_election(election)
        self.certificate: CredentialsCertificate = parse_certificate(
            self.record, self.election.group
        )
        self.list_hash = derive_hash(credentials)
        self.number = len(parse_credentials(credentials, self.election.group))

    def failed(self, **change: Any) -> list[str]:  # noqa: ANN401 - a value of any field
        """Return the subjects of what fails of the certificate with some fields changed."""
        signature = change.pop("signature", self.certificate.signature)
        certified = replace(self.certificate.certified, **change)
        certificate = CredentialsCertificate(certified, signature)
        found = list(certified_failures(certificate, self.election, self.list_hash, self.number))
        assert {failure.check for failure in found} <= {"setup.credentials"}
        return [f.subject.removeprefix("credentials certificate, ") for f in found]


@EVERY
def test_a_certificate_of_the_reference_holds_and_is_written_again_as_it_was(name: str) -> None:
    case = Case(name)
    assert case.failed() == []
    assert case.certificate.to_bytes() == case.record
    signed = case.certificate.signature
    key = case.certificate.certified.verification_key
    assert signed.message == case.certificate.certified.derive_signed_hash()
    assert is_signed_by(signed.message, signed.signature, key, case.election.group)


@EVERY
def test_every_claim_is_signed(name: str) -> None:
    """What is changed without the key fails itself where it is known, and as a signed text."""
    case = Case(name)
    generator = case.election.group.generator
    keys = (case.certificate.certified.verification_key, case.certificate.certified.encryption_key)
    assert [
        case.failed(uuid=Uuid("9" * 14)),
        case.failed(voter_list_length=case.number + 1),
        case.failed(public_creds_hash=OTHER_HASH),
        case.failed(encryption_key=keys[1] * generator),
        case.failed(verification_key=keys[0] * generator),
    ] == [
        ["uuid", "signed text"],
        ["voter_list_length", "signed text"],
        ["public_creds_hash", "signed text"],
        ["signed text"],
        ["signed text", "signature"],
    ]


@EVERY
def test_the_signature_changed_anywhere_fails(name: str) -> None:
    case = Case(name)
    signed, one = case.certificate.signature, case.election.group.scalar(1)
    proof = signed.signature
    changed = [
        replace(proof, challenge=proof.challenge + one),
        replace(proof, response=proof.response + one),
    ]
    assert [case.failed(signature=replace(signed, signature=other)) for other in changed] == [
        ["signature"]
    ] * 2
    other_text = replace(signed, message="ab" * 32)
    assert case.failed(signature=other_text) == ["signed text", "signature"]


def test_a_certificate_of_another_election_or_list_fails_alone_where_it_is_sound() -> None:
    case, other = Case(CERTIFIED[0]), Case(CERTIFIED[1])
    certificate = case.certificate

    def failed(election: Election, list_hash: Sha256Hex, number: int) -> list[tuple[str, ...]]:
        found = certified_failures(certificate, election, list_hash, number)
        return [failure.args for failure in found]

    renamed = replace(case.election, uuid=other.election.uuid)
    check, whole = "setup.credentials", "credentials certificate, "
    assert failed(renamed, case.list_hash, case.number) == [
        (check, f"{whole}uuid", other.election.uuid, certificate.certified.uuid)
    ]
    assert failed(case.election, other.list_hash, case.number) == [
        (check, f"{whole}public_creds_hash", other.list_hash, case.list_hash)
    ]
    assert failed(case.election, case.list_hash, 4) == [
        (check, f"{whole}voter_list_length", "4", "3")
    ]


def test_a_failed_signature_names_the_key() -> None:
    case = Case(CERTIFIED[0])
    signed = replace(case.certificate.signature, message="ab" * 32)
    certificate = replace(case.certificate, signature=signed)
    *_, last = certified_failures(certificate, case.election, case.list_hash, case.number)
    assert last.args == (
        "setup.credentials",
        "credentials certificate, signature",
        f"a signature by {certificate.certified.verification_key.text}",
        "one that does not verify",
    )
