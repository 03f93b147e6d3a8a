"""The steps that handle a secret; each is run in a process of its own, which ends with it.

What a step is asked for and what it answers is public: a secret comes out of its owner's private
file or goes into one, and never through the process that asked. Core dumps are off there; that
memory is wiped is not claimed.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from comitia.ballots.v1.equations import election_failures, ranked_rows
from comitia.ballots.v1.making import (
    Decryption,
    PrivateCredential,
    TrusteeSecret,
    certify_credentials,
    generate_trustee_key,
    issue_credentials,
    make_shuffle,
    parse_private_credential,
    parse_private_key,
    prepare_ballot,
    rehearse,
    sign_ballot,
    sign_shuffle,
)
from comitia.ballots.v1.making.channels import (
    MemberSecret,
    generate_member_secret,
    parse_member_secret,
)
from comitia.ballots.v1.making.threshold import (
    check_certificates,
    confirm,
    make_certificate,
    make_polynomial,
    open_decryption_key,
)
from comitia.ballots.v1.model import (
    CertificateContext,
    Election,
    Fingerprint,
    Owned,
    Trustees,
    Uuid,
    canonical_json,
    derive_hash,
    owner_keys,
)
from comitia.ballots.v1.model.threshold import derive_certificate_id, derive_certificate_line
from comitia.ballots.v1.parse import (
    LARGEST_SETUP_BYTES,
    parse_audited_ballot,
    parse_election,
    parse_encrypted_tally,
    parse_trustees,
    parse_votes,
)
from comitia.ballots.v1.parse.threshold import parse_member_certificates, parse_vinput
from comitia.cli.election.roll import Roll
from comitia.cli.files import naming, read_plain, read_private, write_private
from comitia.curve import ED25519, group_named
from comitia.engine import Engine
from comitia.errors import CheckFailed, MalformedRecord

PRIVATE_CREDENTIALS: Final = "private_creds.json"
REGISTRAR_LIST: Final = "registrar_creds.json"
REGISTRAR_KEY: Final = "registrar.key"
PUBLIC_CREDENTIALS: Final = "public_creds.json"
CERTIFICATE: Final = "credentials_certificate.json"
REGISTRAR_FILES: Final = (
    PRIVATE_CREDENTIALS,
    REGISTRAR_LIST,
    REGISTRAR_KEY,
    PUBLIC_CREDENTIALS,
    CERTIFICATE,
)
"""They belong together: none is written where there is one of them already."""

SMALL_SECRET_BYTES: Final = 4096
PREPARED_MARK: Final = b"comitia prepared ballot 1\n"
"""Begins the private file of a ballot that is neither signed nor opened yet."""

_WORTH_SPREADING: Final = {ED25519.name: 2000}
"""From so many ballots on a shuffle takes longer than more processes take to start."""


@dataclass(frozen=True, slots=True)
class IssueOrder:
    """To the registrar: make a credential for each voter of a roll."""

    folder: Path
    uuid: Uuid
    group: str
    roll: Roll


@dataclass(frozen=True, slots=True)
class Issued:
    """What the registrar hands over: the public list of credentials, and a certificate of it."""

    public: bytes
    certificate: bytes


def issue(order: IssueOrder) -> Issued:
    """Write the registrar's private files; return what is for others."""
    group = group_named(order.group)
    try:
        issued = issue_credentials(
            order.roll.voters, order.uuid, group, os.urandom, order.roll.weights
        )
    except ValueError as error:
        raise MalformedRecord("roll", str(error)) from None
    write_private(order.folder / PRIVATE_CREDENTIALS, issued.private_file())
    write_private(order.folder / REGISTRAR_LIST, issued.registrar_file())
    secret, public = generate_member_secret(os.urandom), issued.public_record()
    write_private(order.folder / REGISTRAR_KEY, secret.private_file())
    certificate = certify_credentials(public, order.uuid, secret, group, os.urandom)
    return Issued(public, certificate.to_bytes())


@dataclass(frozen=True, slots=True)
class KeyOrder:
    """To a single trustee: make a key. name: what the public key says of its owner, or None."""

    folder: Path
    group: str
    name: str | None = None


def make_key(order: KeyOrder) -> tuple[Path, bytes]:
    """Write the private key; return where the public one belongs, and its content."""
    secret, key = generate_trustee_key(group_named(order.group), os.urandom)
    stem = derive_hash(key.public_key.text.encode())[:8].upper()
    write_private(order.folder / f"{stem}.privkey", secret.private_file())
    named = replace(key, name=order.name)
    return order.folder / f"{stem}.pubkey", canonical_json(named.to_json()) + b"\n"


@dataclass(frozen=True, slots=True)
class CertificateOrder:
    """To a member of a threshold group: make the keys to sign and to receive with."""

    folder: Path
    context: CertificateContext
    all_needed: bool


def make_member_certificate(order: CertificateOrder) -> tuple[Path, bytes]:
    """Write the member's secret; return where the certificate belongs, and its content."""
    try:
        secret, certificate = make_certificate(
            order.context, os.urandom, all_needed=order.all_needed
        )
    except ValueError as error:
        raise MalformedRecord("place in the group", str(error)) from None
    stem = derive_certificate_id(certificate)
    write_private(order.folder / f"{stem}.key", secret.private_file())
    return order.folder / f"{stem}.cert", derive_certificate_line(certificate) + b"\n"


@dataclass(frozen=True, slots=True)
class MemberOrder:
    """To a member: take the next step with this secret.

    certificates: of all members in their order, one a line. vinput: what was sent to this member.
    name: what the public key says of its owner, or None.
    """

    key: Path
    group: str
    certificates: bytes
    vinput: bytes = b""
    name: str | None = None


def make_member_polynomial(order: MemberOrder) -> bytes:
    """Return what a member hands over in step 3."""
    group = group_named(order.group)
    secret = _read_member_secret(order.key)
    certificates = check_certificates(parse_member_certificates(order.certificates, group), group)
    return make_polynomial(certificates, secret, os.urandom).to_bytes() + b"\n"


def confirm_member(order: MemberOrder) -> bytes:
    """Return what a member hands over in step 5."""
    group = group_named(order.group)
    secret = _read_member_secret(order.key)
    certificates = check_certificates(parse_member_certificates(order.certificates, group), group)
    vinput = parse_vinput(
        order.vinput, group, size=certificates.size, threshold=certificates.threshold
    )
    output = confirm(certificates, secret, vinput, os.urandom)
    named = replace(output, public_key=replace(output.public_key, name=order.name))
    return named.to_bytes() + b"\n"


@dataclass(frozen=True, slots=True)
class TrusteeOrder:
    """To a trustee: use the key in this file.

    decryption_key: a member's file of step 6, or None of a single trustee.
    tally: the record to decrypt or to shuffle; none for a rehearsal.
    counted: how many ballots it holds.
    """

    key: Path
    decryption_key: Path | None
    election: bytes
    trustees: bytes
    tally: bytes = b""
    counted: int = 0


@dataclass(frozen=True, slots=True)
class ShareAnswer:
    """A trustee's number, and the lines that go to the server."""

    owner: int
    lines: bytes


def rehearse_key(order: TrusteeOrder) -> ShareAnswer:
    """Return a trustee's share of the test tally."""
    election = parse_election(order.election)
    owner, secret = _open_key(order, election)
    share = rehearse(secret, owner, election, os.urandom)
    return ShareAnswer(owner, share.to_bytes() + b"\n")


def find_owner(order: TrusteeOrder) -> int:
    """Return the number of the trustee whose key this is."""
    return _open_key(order, parse_election(order.election))[0]


def decrypt(order: TrusteeOrder) -> ShareAnswer:
    """Return the share of a tally, who made it, and the bound proofs, a line each."""
    election = replace(parse_election(order.election), counted=order.counted)
    owner, secret = _open_key(order, election)
    tally = parse_encrypted_tally(order.tally, election.shape, election.group)
    decryption = Decryption(tally, secret, election, os.urandom)
    share = decryption.make_share()
    record = share.derive_record(election.shape)
    owned = canonical_json(Owned(owner, derive_hash(record)).to_json())
    bound = canonical_json(decryption.prove_bound(share, owner).to_json())
    return ShareAnswer(owner, b"".join(line + b"\n" for line in (record, owned, bound)))


def shuffle(order: TrusteeOrder) -> ShareAnswer:
    """Return a shuffle of the ranked ballots, who made it, and the signature, a line each."""
    election = replace(parse_election(order.election), counted=order.counted)
    owner, secret = _open_key(order, election)
    tally = parse_encrypted_tally(order.tally, election.shape, election.group)
    least = _WORTH_SPREADING.get(election.group.name, 0)
    with Engine(1 if election.counted < least else None) as engine:
        rows = ranked_rows(tally, election)
        shuffled = make_shuffle(rows, election, os.urandom, secret, engine.map)
    record, payload = shuffled.to_bytes(), shuffled.derive_record_hash()
    owned = canonical_json(Owned(owner, payload).to_json())
    signed = sign_shuffle(owner, payload, secret, election, os.urandom)
    lines = (record, owned, canonical_json(signed.to_json()))
    return ShareAnswer(owner, b"".join(line + b"\n" for line in lines))


def _open_key(order: TrusteeOrder, election: Election) -> tuple[int, TrusteeSecret]:
    """Return a private key and its trustee's number; refuse a key that no trustee published."""
    trustees: Trustees = parse_trustees(order.trustees, election.group)
    if order.decryption_key is not None:
        member = _read_member_secret(order.key)
        data = read_plain(order.decryption_key, LARGEST_SETUP_BYTES)
        with naming(order.decryption_key):
            return open_decryption_key(data, member, trustees, election.group)
    data = read_private(order.key, SMALL_SECRET_BYTES)
    with naming(order.key, "; a member of a threshold group gives --decryption-key as well"):
        secret = parse_private_key(data, election.group)
    public_key = election.group.generator_power(secret.exponent)
    for owner, key in enumerate(owner_keys(trustees), 1):
        if key.public_key == public_key:
            return owner, secret
    raise CheckFailed(
        "setup.trustees", str(order.key), "a key of one of the election's trustees", "another key"
    )


@dataclass(frozen=True, slots=True)
class PrepareOrder:
    """To a voter's program: encrypt the choices in this file.

    credential: the file that holds the private credential. listed: the public credentials.
    """

    folder: Path
    election: bytes
    credential: Path
    choices: Path
    listed: frozenset[str]


def prepare(order: PrepareOrder) -> tuple[Fingerprint, Path]:
    """Write a prepared ballot to a private file; return its hash, and where it lies."""
    election = parse_election(order.election)
    credential = _read_credential(order.credential)
    data = read_private(order.choices, LARGEST_SETUP_BYTES)
    with naming(order.choices):
        votes = parse_votes(data, election.questions, election.group)
    try:
        prepared = prepare_ballot(election, credential, votes, os.urandom)
    except ValueError as error:
        raise MalformedRecord(str(order.choices), str(error)) from None
    public = prepared.unsigned.credential.text
    if public not in order.listed:
        found = "one that is not on the list: was it made for this election?"
        expected = "a credential on the election's list"
        raise CheckFailed("ballot.credential", str(order.credential), expected, found)
    stem = derive_hash(canonical_json(prepared.unsigned.to_json()))[:8].upper()
    path = order.folder / f"{stem}.prepared"
    write_private(path, PREPARED_MARK + prepared.open().to_bytes())
    return prepared.hash, path


@dataclass(frozen=True, slots=True)
class PreparedOrder:
    """To a voter's program: sign a prepared ballot, or open it."""

    prepared: Path
    election: bytes
    credential: Path | None = None


def sign_prepared(order: PreparedOrder) -> bytes:
    """Return the ballot, signed; its randomness stays in the file, which is then removed."""
    if order.credential is None:
        raise ValueError("a ballot is signed with a credential")
    election = parse_election(order.election)
    data, credential = _read_prepared(order.prepared), _read_credential(order.credential)
    with naming(order.prepared):
        audited = parse_audited_ballot(data, election)
    try:
        return sign_ballot(audited.unsigned, credential, election, os.urandom)
    except ValueError as error:
        raise MalformedRecord(str(order.prepared), str(error)) from None


def open_prepared(order: PreparedOrder) -> bytes:
    """Return the opened ballot, after checking that it is one of this election."""
    data, election = _read_prepared(order.prepared), parse_election(order.election)
    with naming(order.prepared):
        for failure in election_failures(parse_audited_ballot(data, election).unsigned, election):
            raise failure
    return data


def _read_prepared(path: Path) -> bytes:
    data = read_private(path, LARGEST_SETUP_BYTES)
    if not data.startswith(PREPARED_MARK):
        raise MalformedRecord(str(path), "expected a prepared ballot, neither signed nor opened")
    return data.removeprefix(PREPARED_MARK)


def _read_credential(path: Path) -> PrivateCredential:
    text = read_private(path, SMALL_SECRET_BYTES).decode("ascii", errors="replace")
    with naming(path):
        return parse_private_credential(text.rstrip("\r\n"))


def _read_member_secret(path: Path) -> MemberSecret:
    data = read_private(path, SMALL_SECRET_BYTES)
    with naming(path):
        return parse_member_secret(data)
