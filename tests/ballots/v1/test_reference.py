"""What the reference system wrote, made again by us, byte for byte."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from comitia.ballots.v1.equations import decryption_failures, shape_of
from comitia.ballots.v1.making import (
    ArchiveWriter,
    BallotBox,
    Decryption,
    IssuedCredentials,
    TrusteeSecret,
    check_ballot,
    derive_result,
    derive_secret,
    parse_private_credential,
    parse_private_key,
    public_credentials_record,
    trustees_record,
)
from comitia.ballots.v1.model import (
    ArchiveHeader,
    Election,
    EncryptedTally,
    EventType,
    HomomorphicQuestion,
    PartialDecryption,
    TrusteeKey,
    derive_result_record,
    derive_tracker,
    single_keys,
)
from comitia.ballots.v1.parse import (
    parse_ballot,
    parse_credentials,
    parse_election,
    parse_encrypted_tally,
    parse_partial_decryption,
    parse_sized_tally,
    parse_trustee_key,
    parse_trustees,
    read_header,
)
from tests.ballots.v1.forging import failures, parse
from tests.elections import Step, seeded, take_apart

HOMOMORPHIC = (
    "h-blank-basic3-ed25519",
    "h-blank-basic3-belenios2048",
    "h-weighted-ed25519",
    "h-unicode-ed25519",
    "perf-34x7-100",
    "perf-yesno-100",
)
OTHERS = (
    "h-threshold2of3-ed25519",
    "lists-ed25519",
    "nh-mixed-schulze-2shuffles-ed25519",
    "nh-stv-2shuffles-ed25519",
    "perf-stv10-100",
)
UNWEIGHTED = tuple(name for name in HOMOMORPHIC if "weighted" not in name)
WITH_REVOTES = HOMOMORPHIC[:2]


class Reference:
    """One reference election."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (path,) = folder.glob("*.bel")
        self.archive = path.read_bytes()
        self.steps = take_apart(self.archive)
        self.election: Election = parse_election(self.contents(EventType.SETUP)[0])
        self.group = self.election.group

    def contents(self, type_: EventType) -> tuple[bytes, ...]:
        """Return the records of the only step of a type."""
        (step,) = self.all(type_)
        return step.contents

    def all(self, type_: EventType) -> list[Step]:
        return [step for step in self.steps if step.type is type_]

    def header(self) -> ArchiveHeader:
        return read_header(io.BytesIO(self.archive))

    @property
    def questions(self) -> tuple[HomomorphicQuestion, ...]:
        questions = self.election.homomorphic_questions
        assert questions is not None
        return questions

    @property
    def tally(self) -> EncryptedTally:
        record = self.contents(EventType.ENCRYPTED_TALLY)[0]
        return parse_encrypted_tally(record, shape_of(self.questions), self.group)

    @property
    def keys(self) -> tuple[TrusteeKey, ...]:
        keys = single_keys(parse_trustees(self.contents(EventType.SETUP)[1], self.group))
        assert keys is not None
        return keys

    @property
    def shares(self) -> list[PartialDecryption]:
        shape = shape_of(self.questions)
        steps = self.all(EventType.PARTIAL_DECRYPTION)
        return [parse_partial_decryption(s.contents[0], shape, self.group) for s in steps]

    def secrets(self) -> list[TrusteeSecret]:
        """Return the trustees' secrets in order of their keys in the archive."""
        by_key = {}
        for path in self.folder.glob("*.privkey"):
            secret = parse_private_key(path.read_bytes(), self.group)
            by_key[self.group.generator_power(secret.exponent)] = secret
        return [by_key[key.public_key] for key in self.keys]

    def json(self, name: str) -> Any:  # noqa: ANN401 - a file of any shape
        return json.loads((self.folder / name).read_bytes())


@pytest.fixture(scope="module")
def read(valid_elections: Path) -> dict[str, Reference]:
    return {name: Reference(valid_elections / name) for name in HOMOMORPHIC}


@pytest.mark.parametrize("name", [*HOMOMORPHIC, *OTHERS])
def test_an_archive_taken_apart_is_written_again_byte_for_byte(
    name: str, valid_elections: Path
) -> None:
    (path,) = (valid_elections / name).glob("*.bel")
    archive = path.read_bytes()
    stream = io.BytesIO()
    writer = ArchiveWriter(stream, read_header(io.BytesIO(archive)))
    for step in take_apart(archive):
        writer.append(step.type, *step.contents)
    assert stream.getvalue() == archive


@pytest.mark.parametrize("name", [*HOMOMORPHIC, *OTHERS])
def test_elections_whose_ballots_cannot_be_checked_are_told_apart(
    name: str, valid_elections: Path
) -> None:
    reference = Reference(valid_elections / name)
    assert (reference.election.homomorphic_questions is not None) == (
        name in {*HOMOMORPHIC, "h-threshold2of3-ed25519"}
    )


@pytest.mark.parametrize("name", UNWEIGHTED)
def test_private_credentials_give_the_registrars_list_in_its_order(
    name: str, read: dict[str, Reference]
) -> None:
    reference = read[name]
    private = {
        voter: parse_private_credential(text)
        for voter, text in reference.json("private_creds.json").items()
    }
    public = [
        (
            reference.group.generator_power(
                derive_secret(credential, reference.election.uuid, reference.group)
            ),
            voter,
        )
        for voter, credential in private.items()
    ]
    in_order = tuple(sorted(public, key=lambda pair: pair[0].sort_key))
    issued = IssuedCredentials(tuple(private.items()), in_order)
    assert json.loads(issued.registrar_file()) == reference.json("public_creds.json")
    record = reference.contents(EventType.SETUP)[2]
    assert issued.public_record() == record
    assert public_credentials_record([element for element, _ in reversed(public)]) == record
    assert issued.private_file() == (reference.folder / "private_creds.json").read_bytes().strip()


def test_weighted_credentials_are_derived_alike(read: dict[str, Reference]) -> None:
    reference = read["h-weighted-ed25519"]
    uuid, group = reference.election.uuid, reference.group
    elements = {
        group.generator_power(derive_secret(parse_private_credential(text), uuid, group)).text
        for text in reference.json("private_creds.json").values()
    }
    assert elements == set(
        parse_credentials(reference.contents(EventType.SETUP)[2], reference.election.group)
    )


@pytest.mark.parametrize("name", HOMOMORPHIC)
def test_private_keys_give_the_public_keys(name: str, read: dict[str, Reference]) -> None:
    reference = read[name]
    for path in reference.folder.glob("*.privkey"):
        secret = parse_private_key(path.read_bytes(), reference.group)
        public = parse_trustee_key(
            path.with_suffix(".pubkey").read_bytes().strip(), reference.group
        )
        assert reference.group.generator_power(secret.exponent) == public.public_key
        assert secret.private_file().strip() == path.read_bytes().strip()
    assert trustees_record(reference.keys) == reference.contents(EventType.SETUP)[1]


@pytest.mark.parametrize("name", HOMOMORPHIC)
def test_our_factors_are_the_references_and_open_its_result(
    name: str, read: dict[str, Reference]
) -> None:
    reference = read[name]
    election, tally = reference.election, reference.tally
    shares = []
    for secret, key in zip(reference.secrets(), reference.keys, strict=True):
        share = Decryption(tally, secret, election, seeded("ours")).make_share()
        assert list(decryption_failures(share, tally, key.public_key, election)) == []
        shares.append(share)
    assert [share.factors for share in shares] == [share.factors for share in reference.shares]
    sized = parse_sized_tally(reference.contents(EventType.ENCRYPTED_TALLY)[1])
    for of_whom in (shares, reference.shares):
        result = derive_result(tally, of_whom, reference.keys, sized.total_weight, election)
        assert derive_result_record(result) == reference.contents(EventType.RESULT)[0]


@pytest.mark.parametrize("name", WITH_REVOTES)
def test_the_references_ballots_cast_again_give_its_archive_up_to_the_tally(
    name: str, read: dict[str, Reference]
) -> None:
    reference = read[name]
    stream = io.BytesIO()
    writer = ArchiveWriter(stream, reference.header())
    setup = reference.contents(EventType.SETUP)
    writer.append(EventType.SETUP, *setup)
    box = BallotBox(
        writer, reference.election, parse_credentials(setup[2], reference.election.group)
    )
    for number, step in enumerate(reference.all(EventType.BALLOT)):
        (record,) = step.contents
        if number % 8 == 0:  # all of them are the verifier's tests' business
            ballot = check_ballot(record, reference.election)
        else:
            ballot = parse_ballot(record, reference.questions, reference.group)
        _, tracker = box.cast(record, ballot)
        assert tracker == derive_tracker(record)
    tally, sized = box.close()
    assert tally == reference.tally
    assert sized == parse_sized_tally(reference.contents(EventType.ENCRYPTED_TALLY)[1])
    assert reference.archive.startswith(stream.getvalue())


def test_the_references_ballot_worth_eleven_votes_fails(
    stuffed_ballot: bytes, read: dict[str, Reference]
) -> None:
    election = read["h-blank-basic3-ed25519"].election
    ballot = parse(stuffed_ballot, election)
    assert failures(ballot, election) == [
        ("ballot.proof", "question 1, choice 2"),
        ("ballot.proof", "question 1, overall proof"),
        ("ballot.proof", "question 1, blank proof"),
        ("ballot.signature", "signed hash"),
    ]
