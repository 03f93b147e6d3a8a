"""Archives with one thing changed, and everything that depends on it made anew or left alone.

Three levels: ``hold_again`` holds an election again from the changed records or ballots on, with
tally, shares and result that fit; ``refer_again`` mends only references between records;
``write_items`` writes any sequence of records and events whatsoever.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from comitia.ballots.v1.equations import (
    combine_tallies,
    empty_tally,
    ranked_rows,
    sort_ranked,
    tally_of_answers,
    with_ranked_rows,
)
from comitia.ballots.v1.equations.statements import challenge, decryption_statement
from comitia.ballots.v1.making import Decryption, SetupRecords, derive_result, make_shuffle
from comitia.ballots.v1.making.channels import MemberSecret, derive_member_keys, sign
from comitia.ballots.v1.making.credentials import derive_secret
from comitia.ballots.v1.making.encryption import _sign
from comitia.ballots.v1.model import (
    HEADER_NAME,
    Answer,
    ArchiveHeader,
    Ballot,
    CertifiedCredentials,
    Check,
    CredentialsCertificate,
    Election,
    EncryptedTally,
    Event,
    EventType,
    Fingerprint,
    Owned,
    PartialDecryption,
    Proof,
    RecordKind,
    Result,
    SetupData,
    Sha256Hex,
    Shuffle,
    SizedTally,
    Uuid,
    canonical_json,
    derive_hash,
    derive_result_record,
    derive_tally_record,
    record_name,
    tar_record,
)
from comitia.ballots.v1.model.ballot import UnsignedBallot, derive_ballot_record
from comitia.ballots.v1.parse import (
    Record,
    find_credential,
    parse_ballot,
    parse_credentials,
    parse_election,
    parse_event,
    read_content,
    read_header,
    read_records,
)
from comitia.curve import ED25519
from comitia.verify import CheckResult, Failure, Report, Status, Subject
from tests.elections import (
    RANK,
    RANK_VOTES,
    TIMESTAMP,
    YES_NO,
    Made,
    Step,
    make_election,
    seeded,
)

OWNED = (EventType.PARTIAL_DECRYPTION, EventType.SHUFFLE)


def small() -> Made:
    """Return the smallest election with two ballots and two trustees."""
    return make_election(questions=(YES_NO,), votes=(((1, 0),), ((0, 1),)))


def ranked() -> Made:
    """Return the smallest election with a ranked question, three ballots and two trustees."""
    return make_election(questions=(RANK,), votes=tuple((vote,) for vote in RANK_VOTES[:3]))


# --- What a report says ---------------------------------------------------------------------


def failures_of(report: Report) -> dict[str, tuple[Failure, ...]]:
    """Return all failures by the ids of their checks."""
    return {result.check.id: result.failures for result in report.checks if result.failures}


def not_checked(report: Report) -> list[str]:
    """Return the ids of the checks that were not made, in the report's order."""
    return [r.check.id for r in report.checks if r.status is Status.NOT_CHECKED]


def result_of(report: Report, check: Check) -> CheckResult:
    """Return what became of one check."""
    return next(result for result in report.checks if result.check is check)


def one_failure(check: Check, subject: Subject, expected: str, found: str) -> dict[str, Any]:
    """Return what ``failures_of`` gives where this is all that failed."""
    return {check.id: (Failure(subject, expected, found),)}


# --- An election held again -----------------------------------------------------------------


def with_setup(
    made: Made,
    *,
    election: bytes | None = None,
    trustees: bytes | None = None,
    credentials: bytes | None = None,
    certificate: bytes | None = None,
) -> SetupRecords:
    """Return the records that open an election, some of them changed."""
    parts = (
        made.records.election if election is None else election,
        made.records.trustees if trustees is None else trustees,
        made.records.credentials if credentials is None else credentials,
    )
    certified = () if certificate is None else (certificate,)
    references = SetupData(*(derive_hash(part) for part in (*parts, *certified)))
    return SetupRecords(*parts, references.to_bytes(), certificate)


def certify(
    made: Made,
    *,
    uuid: Uuid | None = None,
    length: int | None = None,
    list_hash: Sha256Hex | None = None,
    signer: str = "registrar",
) -> CredentialsCertificate:
    """Return a registrar's certificate of an election's credentials, signed whatever it claims.

    signer: whose key signs; the certificate names the registrar's all the same.
    """
    group, credentials = made.election.group, made.records.credentials
    registrar = derive_member_keys(MemberSecret("registrar"), group)
    certified = CertifiedCredentials(
        uuid=made.election.uuid if uuid is None else uuid,
        voter_list_length=len(parse_credentials(credentials, group)) if length is None else length,
        public_creds_hash=list_hash or derive_hash(credentials),
        verification_key=registrar.verification,
        encryption_key=registrar.encryption,
    )
    keys = derive_member_keys(MemberSecret(signer), group)
    signature = sign(keys, certified.derive_signed_hash(), seeded("certificate"))
    return CredentialsCertificate(certified, signature)


def hold_again(  # noqa: PLR0913 - each names one thing that may differ
    made: Made,
    *,
    records: SetupRecords | None = None,
    ballots: Sequence[bytes] | None = None,
    tally: EncryptedTally | None = None,
    result: Result | None = None,
    shuffles: Sequence[tuple[int, Shuffle]] | None = None,
) -> list[Step]:
    """Return the steps of an election with these records and ballots, and all that follows.

    result: where it is known, and its numbers are too large to be searched for.
    shuffles: of ranked ballots, with their owners; None for one by each trustee.
    """
    records = records or made.records
    cast = made.ballots if ballots is None else tuple(ballots)
    election = parse_election(records.election)
    entries = parse_credentials(records.credentials, election.group)
    weights = {entry.text: entry.counted_weight for entry in entries}
    counted = last_ballots(cast, weights, election)
    encrypted = tally or tally_of(counted, election, weights)
    total = sum(weights[ballot.credential.text] for ballot in counted)
    if election.ranked_places:
        election = replace(election, counted=len(counted))
    tally_record = derive_tally_record(encrypted, election.shape)
    sized = SizedTally(len(counted), total, derive_hash(tally_record))
    if shuffles is None:
        shuffles = shuffle_again(encrypted, election, range(1, len(made.secrets) + 1))
    decrypted = encrypted
    if shuffles:
        decrypted = with_ranked_rows(encrypted, shuffles[-1][1].rows, election)
    shares = {
        owner: Decryption(decrypted, secret, election, seeded("again")).make_share()
        for owner, secret in enumerate(made.secrets, 1)
    }
    opened = result or derive_result(decrypted, shares, made.trustees, total, election)
    return [
        Step(EventType.SETUP, records.in_order),
        *(Step(EventType.BALLOT, (ballot,)) for ballot in cast),
        Step(EventType.END_BALLOTS),
        Step(EventType.ENCRYPTED_TALLY, (tally_record, canonical_json(sized.to_json()))),
        *(shuffle_step(owner, shuffle) for owner, shuffle in shuffles),
        *([Step(EventType.END_SHUFFLES)] if shuffles else []),
        *(
            share_step(owner, share.derive_record(election.shape))
            for owner, share in shares.items()
        ),
        Step(EventType.RESULT, (derive_result_record(opened, election.shape),)),
    ]


def shuffle_again(
    tally: EncryptedTally, election: Election, owners: Iterable[int]
) -> list[tuple[int, Shuffle]]:
    """Return a shuffle by each owner, one of the other; none without ranked questions."""
    rows, shuffles = ranked_rows(tally, election), []
    for owner in owners if election.ranked_places else ():
        shuffle = make_shuffle(rows, election, seeded(f"shuffled again by {owner}"))
        shuffles.append((owner, shuffle))
        rows = shuffle.rows
    return shuffles


def shuffle_step(owner: int, shuffle: Shuffle) -> Step:
    """Return the step in which a trustee hands over a shuffle."""
    record = shuffle.to_bytes()
    return Step(EventType.SHUFFLE, (record, owned(owner, record)))


def share_step(owner: int, record: bytes) -> Step:
    """Return the step in which a trustee hands over a partial decryption."""
    return Step(EventType.PARTIAL_DECRYPTION, (record, owned(owner, record)))


def owned(owner: int, record: bytes) -> bytes:
    """Return the record that says whose another record is."""
    return canonical_json(Owned(owner, derive_hash(record)).to_json())


def last_ballots(
    ballots: Iterable[bytes], listed: Iterable[str], election: Election
) -> list[Ballot]:
    """Return the last ballot of each listed credential; it must be well formed."""
    questions = election.questions
    last = {find_credential(record): record for record in ballots}
    counted = [record for credential, record in last.items() if credential in set(listed)]
    return [parse_ballot(record, questions, election.group) for record in counted]


def tally_of(
    ballots: Iterable[Ballot], election: Election, weights: Mapping[str, int] | None = None
) -> EncryptedTally:
    """Return the tally of some ballots; without weights every one counts once."""
    questions, group = election.questions, election.group
    tally = empty_tally(questions, group)
    for ballot in ballots:
        weight = 1 if weights is None else weights[ballot.credential.text]
        of_ballot = tally_of_answers(ballot.answers, weight, group)
        tally = combine_tallies(tally, of_ballot, questions)
    return sort_ranked(tally, questions)


def sign_again(
    made: Made,
    voter: int,
    *,
    uuid: Uuid | None = None,
    fingerprint: Fingerprint | None = None,
    answers: tuple[Answer, ...] | None = None,
) -> bytes:
    """Return a voter's ballot with something changed and signed by the voter all the same."""
    ballot = ballot_of(made, voter)
    unsigned = UnsignedBallot(
        uuid or ballot.election_uuid,
        fingerprint or ballot.election_hash,
        ballot.credential,
        answers or ballot.answers,
    )
    private = made.credentials.private[voter][1]
    secret = derive_secret(private, made.election.uuid, made.election.group)
    signature = _sign(unsigned, secret, made.election.group, seeded("sign again"))
    return derive_ballot_record(unsigned, signature)


def spoiled(proof: Proof) -> Proof:
    """Return a proof over Ed25519 whose response is one more than it should be."""
    return Proof(proof.challenge, proof.response + ED25519.scalar(1))


def with_solved_factor(made: Made, owner: int) -> PartialDecryption:
    """Return a trustee's share with a false first factor whose proof holds.

    What wire version 1 does not hash: w and B chosen first, the false factor solved last.
    """
    alpha, key = made.shuffled[0][0].alpha, made.keys[owner - 1].public_key
    exponent, group = made.secrets[owner - 1].exponent, made.election.group
    mask, commitment = group.scalar(5), group.generator_power(group.scalar(7))
    statement = decryption_statement(
        made.election.fingerprint, key, (group.generator_power(mask), commitment)
    )
    hashed = challenge(group, statement)
    response = mask - exponent * hashed
    inverse = group.scalar(pow(int(hashed), -1, group.order))
    false = (commitment / alpha.power(response)).power(inverse)
    share = made.shares[owner - 1]
    (_, *factors), (_, *proofs) = share.factors[0], share.proofs[0]
    return PartialDecryption(
        ((false, *factors), *share.factors[1:]),
        ((Proof(hashed, response), *proofs), *share.proofs[1:]),
    )


def ballot_of(made: Made, number: int) -> Ballot:
    """Return a ballot of an election as a value."""
    questions = made.election.questions
    return parse_ballot(made.ballots[number], questions, made.election.group)


# --- References mended ----------------------------------------------------------------------


def refer_again(step: Step) -> Step:
    """Return a step whose last record names the others, whatever they have become."""
    contents = step.contents
    if step.type is EventType.SETUP:
        value = json.loads(contents[-1])
        names = ("election", "trustees", "credentials", "credentials_certificate")
        value |= {n: derive_hash(c) for n, c in zip(names, contents[:-1], strict=False)}
    elif step.type is EventType.ENCRYPTED_TALLY:
        value = {**json.loads(contents[1]), "encrypted_tally": derive_hash(contents[0])}
    elif step.type in OWNED:
        value = {**json.loads(contents[1]), "payload": derive_hash(contents[0])}
    else:
        return step
    return step.with_content(-1, canonical_json(value))


# --- Any sequence of records ----------------------------------------------------------------


@dataclass(frozen=True)
class Data:
    """A record that is no event. name: the hash that it is filed under, where not its own."""

    content: bytes
    name: Sha256Hex | None = None


@dataclass(frozen=True)
class Happening:
    """An event. keep: its height and parent are left; raw: what is recorded in its place."""

    event: Event
    keep: bool = False
    raw: bytes | None = None
    name: Sha256Hex | None = None


Item = Data | Happening


def items_of(archive: bytes) -> list[Item]:
    """Return the records of a sound archive, one by one."""
    stream = io.BytesIO(archive)
    items: list[Item] = []
    for record in list(read_records(stream, read_header(stream))):
        assert isinstance(record, Record)
        content = read_content(stream, record, record.size)
        is_data = record.kind is RecordKind.DATA
        items.append(Data(content) if is_data else Happening(parse_event(content)))
    return items


def write_items(items: Iterable[Item]) -> bytes:
    """Return an archive of these records, events chained anew except where they say otherwise."""
    header = ArchiveHeader(TIMESTAMP).to_bytes()
    written = [tar_record(HEADER_NAME, header, TIMESTAMP)]
    height, parent = 0, None
    for item in items:
        if isinstance(item, Data):
            kind, content = RecordKind.DATA, item.content
        else:
            event = item.event if item.keep else replace(item.event, height=height, parent=parent)
            kind, content = RecordKind.EVENT, item.raw or event.to_bytes()
            height, parent = height + 1, derive_hash(content)
        name = record_name(kind, content)
        if item.name is not None:
            name = f"{item.name}.{kind.value}.json"
        written.append(tar_record(name, content, TIMESTAMP))
    return b"".join(written)


def event_place(archive: bytes, height: int) -> Subject:
    """Return how a report names the event at a height."""
    return Subject(height, event_hashes_of(archive)[height])


def event_hashes_of(archive: bytes) -> list[Sha256Hex]:
    """Return the names of an archive's events."""
    stream = io.BytesIO(archive)
    records = read_records(stream, read_header(stream))
    return [r.hash for r in records if isinstance(r, Record) and r.kind is RecordKind.EVENT]
