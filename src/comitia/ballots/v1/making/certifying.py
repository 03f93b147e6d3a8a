"""The registrar's certificate of the list of credentials."""

from __future__ import annotations

from comitia.ballots.v1.making.channels import MemberSecret, derive_member_keys, sign
from comitia.ballots.v1.model import (
    CertifiedCredentials,
    CredentialsCertificate,
    Uuid,
    derive_hash,
)
from comitia.ballots.v1.parse import parse_credentials
from comitia.curve import Group, Randomness


def certify_credentials(
    record: bytes, uuid: Uuid, secret: MemberSecret, group: Group, randomness: Randomness
) -> CredentialsCertificate:
    """Return a certificate of a list of public credentials, signed with the registrar's secret.

    record: the list as the archive holds it. Raises MalformedRecord where it is none.
    """
    keys = derive_member_keys(secret, group)
    certified = CertifiedCredentials(
        uuid=uuid,
        voter_list_length=len(parse_credentials(record, group)),
        public_creds_hash=derive_hash(record),
        verification_key=keys.verification,
        encryption_key=keys.encryption,
    )
    return CredentialsCertificate(certified, sign(keys, certified.derive_signed_hash(), randomness))
