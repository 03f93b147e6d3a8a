"""What must hold of a registrar's certificate of the list of credentials."""

from __future__ import annotations

from collections.abc import Iterator

from comitia.ballots.v1.equations.trustees import is_signed_by
from comitia.ballots.v1.model import Check, CredentialsCertificate, Election, Sha256Hex
from comitia.errors import CheckFailed


def certified_failures(
    certificate: CredentialsCertificate, election: Election, list_hash: Sha256Hex, number: int
) -> Iterator[CheckFailed]:
    """Yield a failure for everything that a certificate says and that is not so.

    list_hash, number: of the list of credentials in the archive, and of the credentials on it.
    """
    certified, signed = certificate.certified, certificate.signature
    claims = (
        ("uuid", election.uuid, certified.uuid),
        ("voter_list_length", str(number), str(certified.voter_list_length)),
        ("public_creds_hash", list_hash, certified.public_creds_hash),
        ("signed text", certified.derive_signed_hash(), signed.message),
    )
    check = Check.SETUP_CREDENTIALS.id
    for name, expected, found in claims:
        if found != expected:
            yield CheckFailed(check, f"credentials certificate, {name}", expected, found)
    key = certified.verification_key
    if not is_signed_by(signed.message, signed.signature, key, election.group):
        subject = "credentials certificate, signature"
        expected = f"a signature by {key.text}"
        yield CheckFailed(check, subject, expected, "one that does not verify")
