"""The records that open an election (specification sections "Election setup" and "Elections")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from comitia.ballots.v1.equations import certified_failures, trustee_failures
from comitia.ballots.v1.making.credentials import MOST_WEIGHT
from comitia.ballots.v1.making.tokens import generate_token
from comitia.ballots.v1.model import (
    Election,
    ElectionTemplate,
    QuestionKind,
    SetupData,
    Trustee,
    Uuid,
    combine_keys,
    derive_election_record,
    derive_hash,
    derive_trustees_record,
)
from comitia.ballots.v1.parse import (
    CredentialEntry,
    check_question,
    parse_certificate,
    parse_credentials,
    parse_election,
)
from comitia.curve import Group, Randomness
from comitia.errors import MalformedRecord

_UUID_CHARACTERS = 14


@dataclass(frozen=True, slots=True)
class SetupRecords:
    """The records before the first event; the registrar may certify the list of credentials."""

    election: bytes
    trustees: bytes
    credentials: bytes
    setup_data: bytes
    certificate: bytes | None = None

    @property
    def in_order(self) -> tuple[bytes, ...]:
        """The records as the archive holds them."""
        certificate = () if self.certificate is None else (self.certificate,)
        return (self.election, self.trustees, self.credentials, *certificate, self.setup_data)


def generate_uuid(randomness: Randomness) -> Uuid:
    """Return a fresh identifier for an election."""
    return Uuid(generate_token(_UUID_CHARACTERS, randomness))


@dataclass(frozen=True, slots=True)
class Preparation:
    """What the parties hand over before an election can open.

    trustees: in order of owner number; every proof in them is checked here.
    credentials, certificate: the records that the registrar handed over.
    """

    template: ElectionTemplate
    uuid: Uuid
    group: Group
    trustees: Sequence[Trustee]
    credentials: bytes
    certificate: bytes | None = None


def make_setup(preparation: Preparation) -> tuple[Election, SetupRecords]:
    """Return an election and the records that open it.

    Raises CheckFailed for a key without its proof or a certificate that does not hold,
    MalformedRecord for a list of credentials that is none, for a question that nobody could answer
    and for weights that its questions do not allow, ``ValueError`` where there is no trustee or no
    question.
    """
    template, group, trustees = preparation.template, preparation.group, tuple(preparation.trustees)
    if not trustees or not template.questions:
        raise ValueError("an election has at least one trustee and one question")
    credentials = parse_credentials(preparation.credentials, group)
    check_weights(template, credentials)
    for number, question in enumerate(template.questions, 1):
        check_question(question, f"question {number}")
    for failure in trustee_failures(trustees, group):
        raise failure
    public_key = combine_keys(trustees, group)
    record = derive_election_record(template, preparation.uuid, public_key, group)
    election = parse_election(record)
    list_hash = derive_hash(preparation.credentials)
    certificate_hash = None
    if preparation.certificate is not None:
        certificate_hash = derive_hash(preparation.certificate)
        certificate = parse_certificate(preparation.certificate, group)
        for failure in certified_failures(certificate, election, list_hash, len(credentials)):
            raise failure
    trustees_record = derive_trustees_record(trustees)
    setup = SetupData(
        derive_hash(record), derive_hash(trustees_record), list_hash, certificate_hash
    )
    records = SetupRecords(
        record,
        trustees_record,
        preparation.credentials,
        setup.to_bytes(),
        preparation.certificate,
    )
    return election, records


def check_weights(template: ElectionTemplate, credentials: Sequence[CredentialEntry]) -> None:
    """Refuse weights that cannot be counted, or that a ranked question does not allow.

    A ranked ballot is opened by itself after a shuffle, so that its weight would be lost, or would
    tell whose ballot it is.
    """
    weights = [entry.counted_weight for entry in credentials]
    if sum(weights) > MOST_WEIGHT:
        problem = f"weights of {sum(weights)} together, where at most {MOST_WEIGHT} can be counted"
        raise MalformedRecord("credentials", problem)
    if all(weight == 1 for weight in weights):
        return
    for number, question in enumerate(template.questions, 1):
        if question.kind is QuestionKind.NON_HOMOMORPHIC:
            problem = "ranked ballots cannot have weights; give every voter the weight 1"
            raise MalformedRecord(f"question {number}", problem)
