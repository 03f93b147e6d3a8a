"""The records that open an election (specification sections "Election setup" and "Elections")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from comitia.ballots.v1.equations import verify_knowledge
from comitia.ballots.v1.making.tokens import generate_token
from comitia.ballots.v1.model import (
    Election,
    ElectionTemplate,
    SetupData,
    SingleTrustee,
    TrusteeKey,
    Uuid,
    canonical_json,
    combine_keys,
    derive_election_record,
    derive_hash,
)
from comitia.ballots.v1.parse import check_question, parse_election
from comitia.curve import Group, Randomness

_UUID_CHARACTERS = 14


@dataclass(frozen=True, slots=True)
class SetupRecords:
    """The four records before the first event, in the order of the archive."""

    election: bytes
    trustees: bytes
    credentials: bytes
    setup_data: bytes

    @property
    def in_order(self) -> tuple[bytes, ...]:
        """The records as the archive holds them."""
        return (self.election, self.trustees, self.credentials, self.setup_data)


def generate_uuid(randomness: Randomness) -> Uuid:
    """Return a fresh identifier for an election."""
    return Uuid(generate_token(_UUID_CHARACTERS, randomness))


def trustees_record(keys: Sequence[TrusteeKey]) -> bytes:
    """Return the bytes of the list of single trustees, in order of owner number."""
    return canonical_json([SingleTrustee(key).to_json() for key in keys])


def make_setup(
    template: ElectionTemplate,
    uuid: Uuid,
    keys: Sequence[TrusteeKey],
    credentials: bytes,
    group: Group,
) -> tuple[Election, SetupRecords]:
    """Return an election and the records that open it.

    keys: of all trustees, in order of owner number; each proof of knowledge is checked here.
    credentials: the record that the registrar handed over.
    Raises CheckFailed for a key without its proof, MalformedRecord for a question that nobody could
    answer, ``ValueError`` where there is no trustee or no question.
    """
    if not keys or not template.questions:
        raise ValueError("an election has at least one trustee and one question")
    for number, question in enumerate(template.questions, 1):
        check_question(question, f"question {number}")
    for owner, key in enumerate(keys, 1):
        verify_knowledge(key, group, f"trustee {owner}")
    public_key = combine_keys([key.public_key for key in keys], group)
    election = derive_election_record(template, uuid, public_key, group)
    trustees = trustees_record(keys)
    setup = SetupData(derive_hash(election), derive_hash(trustees), derive_hash(credentials))
    records = SetupRecords(election, trustees, credentials, setup.to_bytes())
    return parse_election(election), records
