"""The parties to the demonstration's election, each in a process of its own.

Registrar, trustees and voters run apart from the server, as they would on machines of their own:
what passes between them is a file or a public record. An order is what a party is asked to do; a
secret stays in the party's private file and is never part of an answer.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from comitia.ballots.v1.equations import shape_of
from comitia.ballots.v1.making import (
    Decryption,
    check_ballot,
    generate_trustee_key,
    issue_credentials,
    make_ballot,
    parse_private_credential,
    parse_private_key,
)
from comitia.ballots.v1.model import (
    Ballot,
    BoundShare,
    PartialDecryption,
    Uuid,
    canonical_json,
    derive_hash,
)
from comitia.ballots.v1.parse import parse_election, parse_encrypted_tally
from comitia.cli.files import write_private
from comitia.curve import ED25519

PRIVATE_CREDENTIALS: Final = "private_creds.json"
REGISTRAR_LIST: Final = "registrar_creds.json"


@dataclass(frozen=True, slots=True)
class IssueOrder:
    """To the registrar: make a credential for each voter."""

    folder: Path
    uuid: Uuid
    voters: tuple[str, ...]


def issue(order: IssueOrder) -> bytes:
    """Write the registrar's private files; return the public list of credentials."""
    issued = issue_credentials(order.voters, order.uuid, ED25519, os.urandom)
    write_private(order.folder / PRIVATE_CREDENTIALS, issued.private_file())
    write_private(order.folder / REGISTRAR_LIST, issued.registrar_file())
    return issued.public_record()


def make_key(folder: Path) -> tuple[bytes, Path]:
    """Write a trustee's private key; return the public key, and where the private one lies."""
    secret, key = generate_trustee_key(ED25519, os.urandom)
    name = derive_hash(key.public_key.text.encode())[:8].upper()
    path = folder / f"{name}.privkey"
    write_private(path, secret.private_file())
    public = canonical_json(key.to_json())
    (folder / f"{name}.pubkey").write_bytes(public)
    return public, path


@dataclass(frozen=True, slots=True, repr=False)
class VoteOrder:
    """To some voters: make these ballots. Votes as the protocol writes them, one a voter."""

    folder: Path
    election: bytes
    votes: tuple[tuple[str, tuple[int, ...]], ...]


def vote(order: VoteOrder) -> list[bytes]:
    """Return the voters' ballots, each made with the credential that the registrar sent them."""
    election = parse_election(order.election)
    letters = json.loads((order.folder / PRIVATE_CREDENTIALS).read_bytes())
    return [
        make_ballot(election, parse_private_credential(letters[voter]), [choices], os.urandom)
        for voter, choices in order.votes
    ]


@dataclass(frozen=True, slots=True)
class CheckOrder:
    """To the server's workers: check these ballots before they are accepted."""

    election: bytes
    records: tuple[bytes, ...]


def check(order: CheckOrder) -> list[tuple[bytes, Ballot]]:
    """Return the ballots with their records; raise for the first that does not hold."""
    election = parse_election(order.election)
    return [(record, check_ballot(record, election)) for record in order.records]


@dataclass(frozen=True, slots=True)
class DecryptOrder:
    """To a trustee: decrypt this tally with the key in this file."""

    private_key: Path
    owner: int
    election: bytes
    tally: bytes


def decrypt(order: DecryptOrder) -> tuple[PartialDecryption, BoundShare]:
    """Return a trustee's share, and the bound proofs that go beside it."""
    election = parse_election(order.election)
    shape = shape_of(election.homomorphic_questions or ())
    tally = parse_encrypted_tally(order.tally, shape, election.group)
    secret = parse_private_key(order.private_key.read_bytes(), election.group)
    decryption = Decryption(tally, secret, election, os.urandom)
    share = decryption.make_share()
    return share, decryption.prove_bound(share, order.owner)
