"""What the reference system wrote, made again by us, byte for byte."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from comitia.ballots.v1.equations import (
    decryption_failures,
    ranked_rows,
    shuffle_failures,
    trustee_failures,
    with_ranked_rows,
)
from comitia.ballots.v1.making import (
    ArchiveWriter,
    BallotBox,
    Decryption,
    IssuedCredentials,
    PublicCredential,
    TrusteeSecret,
    check_ballot,
    derive_result,
    derive_secret,
    open_decryption_key,
    parse_member_secret,
    parse_private_credential,
    parse_private_key,
    public_credentials_record,
)
from comitia.ballots.v1.model import (
    ArchiveHeader,
    Election,
    EncryptedTally,
    EventType,
    ListsQuestion,
    PartialDecryption,
    Question,
    Shuffle,
    Trustees,
    canonical_json,
    combine_keys,
    derive_ballot_record,
    derive_result_record,
    derive_tally_record,
    derive_tracker,
    derive_trustees_record,
    owner_keys,
)
from comitia.ballots.v1.parse import (
    CredentialEntry,
    parse_ballot,
    parse_credentials,
    parse_election,
    parse_encrypted_tally,
    parse_owned,
    parse_partial_decryption,
    parse_result,
    parse_shuffle,
    parse_sized_tally,
    parse_trustee_key,
    parse_trustees,
    read_header,
)
from tests.ballots.v1.forging import failures, parse, unsigned
from tests.elections import Step, seeded, take_apart

SUMMED = (
    "h-blank-basic3-ed25519",
    "h-blank-basic3-belenios2048",
    "h-weighted-ed25519",
    "h-unicode-ed25519",
    "perf-34x7-100",
    "perf-yesno-100",
    "h-threshold2of3-ed25519",
    "lists-ed25519",
)
RANKED = (
    "nh-mixed-schulze-2shuffles-ed25519",
    "nh-stv-2shuffles-ed25519",
    "perf-stv10-100",
)
EVERY = (*SUMMED, *RANKED)
CAST_AGAIN = (*SUMMED[:4], "h-threshold2of3-ed25519", "lists-ed25519", *RANKED)


class Reference:
    """One reference election."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (path,) = folder.glob("*.bel")
        self.archive = path.read_bytes()
        self.steps = take_apart(self.archive)
        election = parse_election(self.contents(EventType.SETUP)[0])
        sized = parse_sized_tally(self.contents(EventType.ENCRYPTED_TALLY)[1])
        self.election: Election = replace(election, counted=sized.num_tallied)
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
    def questions(self) -> tuple[Question, ...]:
        return self.election.questions

    @property
    def tally(self) -> EncryptedTally:
        record = self.contents(EventType.ENCRYPTED_TALLY)[0]
        return parse_encrypted_tally(record, self.election.shape, self.group)

    @property
    def shuffles(self) -> list[Shuffle]:
        counts = [self.election.counted] * len(self.election.ranked_places)
        steps = self.all(EventType.SHUFFLE)
        return [parse_shuffle(step.contents[0], counts, self.group) for step in steps]

    @property
    def shuffled(self) -> EncryptedTally:
        """The tally that was decrypted."""
        if not self.shuffles:
            return self.tally
        return with_ranked_rows(self.tally, self.shuffles[-1].rows, self.election)

    @property
    def trustees(self) -> Trustees:
        return parse_trustees(self.contents(EventType.SETUP)[1], self.group)

    @property
    def shares(self) -> dict[int, PartialDecryption]:
        """The trustees' shares by owner."""
        return {
            parse_owned(step.contents[1]).owner: parse_partial_decryption(
                step.contents[0], self.election.shape, self.group
            )
            for step in self.all(EventType.PARTIAL_DECRYPTION)
        }

    @property
    def weights(self) -> dict[str, int]:
        credentials = parse_credentials(self.contents(EventType.SETUP)[2], self.group)
        return {entry.text: entry.counted_weight for entry in credentials}

    def secrets(self) -> dict[int, TrusteeSecret]:
        """Return the trustees' secrets by their numbers in the archive."""
        by_key, secrets = {}, {}
        for path in self.folder.glob("*.privkey"):
            secret = parse_private_key(path.read_bytes(), self.group)
            by_key[self.group.generator_power(secret.exponent)] = secret
        for owner, key in enumerate(owner_keys(self.trustees), 1):
            if key.signature is None:
                secrets[owner] = by_key[key.public_key]
        for path in self.folder.glob("*.dkey"):
            member = parse_member_secret(path.with_suffix(".key").read_bytes())
            data = path.read_bytes().strip()
            owner, secret = open_decryption_key(data, member, self.trustees, self.group)
            secrets[owner] = secret
        return secrets

    def weights_of_voters(self) -> dict[str, int]:
        """Return the weights by voter, of an election that uses weights."""
        if not (self.folder / "voters.json").exists():
            return {}
        return {voter["login"]: voter["weight"] for voter in self.json("voters.json")}

    def json(self, name: str) -> Any:  # noqa: ANN401 - a file of any shape
        return json.loads((self.folder / name).read_bytes())


@pytest.fixture(scope="module")
def read(valid_elections: Path) -> dict[str, Reference]:
    return {name: Reference(valid_elections / name) for name in EVERY}


@pytest.mark.parametrize("name", EVERY)
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


@pytest.mark.parametrize("name", EVERY)
def test_elections_whose_ballots_are_opened_one_by_one_are_told_apart(
    name: str, valid_elections: Path
) -> None:
    reference = Reference(valid_elections / name)
    assert bool(reference.election.ranked_places) == (name in RANKED)


@pytest.mark.parametrize("name", EVERY)
def test_private_credentials_give_the_registrars_list_in_its_order(
    name: str, read: dict[str, Reference]
) -> None:
    reference = read[name]
    election, group = reference.election, reference.group
    private = {
        voter: parse_private_credential(text)
        for voter, text in reference.json("private_creds.json").items()
    }
    weights = reference.weights_of_voters()
    public = [
        PublicCredential(
            group.generator_power(derive_secret(credential, election.uuid, group)),
            voter,
            weights.get(voter),
        )
        for voter, credential in private.items()
    ]
    in_order = tuple(sorted(public, key=lambda credential: credential.element.sort_key))
    issued = IssuedCredentials(tuple(private.items()), in_order)
    assert json.loads(issued.registrar_file()) == reference.json("public_creds.json")
    record = reference.contents(EventType.SETUP)[2]
    assert issued.public_record() == record
    assert public_credentials_record(public[::-1]) == record
    assert issued.private_file() == (reference.folder / "private_creds.json").read_bytes().strip()
    entries = [CredentialEntry(credential.element.text, credential.weight) for credential in public]
    assert sorted(parse_credentials(record, group), key=lambda entry: entry.text) == sorted(
        entries, key=lambda entry: entry.text
    )


@pytest.mark.parametrize("name", EVERY)
def test_private_keys_give_the_public_keys(name: str, read: dict[str, Reference]) -> None:
    reference = read[name]
    for path in reference.folder.glob("*.privkey"):
        secret = parse_private_key(path.read_bytes(), reference.group)
        public = parse_trustee_key(
            path.with_suffix(".pubkey").read_bytes().strip(), reference.group
        )
        assert reference.group.generator_power(secret.exponent) == public.public_key
        assert secret.private_file().strip() == path.read_bytes().strip()
    assert derive_trustees_record(reference.trustees) == reference.contents(EventType.SETUP)[1]


@pytest.mark.parametrize("name", EVERY)
def test_the_references_trustees_hold_and_make_its_elections_key(
    name: str, read: dict[str, Reference]
) -> None:
    reference = read[name]
    assert list(trustee_failures(reference.trustees, reference.group)) == []
    assert combine_keys(reference.trustees, reference.group) == reference.election.public_key


@pytest.mark.parametrize("name", EVERY)
def test_our_factors_are_the_references_and_open_its_result(
    name: str, read: dict[str, Reference]
) -> None:
    reference = read[name]
    election, tally, trustees = reference.election, reference.shuffled, reference.trustees
    keys, shares = owner_keys(trustees), {}
    for owner, secret in reference.secrets().items():
        share = Decryption(tally, secret, election, seeded("ours")).make_share()
        public_key = keys[owner - 1].public_key
        assert list(decryption_failures(share, tally, public_key, election)) == []
        shares[owner] = share
    assert set(shares) == set(range(1, len(keys) + 1))
    assert {owner: shares[owner].factors for owner in reference.shares} == {
        owner: share.factors for owner, share in reference.shares.items()
    }
    sized = parse_sized_tally(reference.contents(EventType.ENCRYPTED_TALLY)[1])
    for of_whom in (shares, reference.shares):
        result = derive_result(tally, of_whom, trustees, sized.total_weight, election)
        record = derive_result_record(result, election.shape)
        assert record == reference.contents(EventType.RESULT)[0]


@pytest.mark.parametrize("name", EVERY)
def test_what_the_reference_wrote_is_written_again_byte_for_byte(
    name: str, read: dict[str, Reference]
) -> None:
    reference = read[name]
    group, shape = reference.group, reference.election.shape
    for step in reference.all(EventType.BALLOT):
        (record,) = step.contents
        ballot = parse_ballot(record, reference.questions, group)
        assert derive_ballot_record(unsigned(ballot), ballot.signature) == record
    tally, sized = reference.contents(EventType.ENCRYPTED_TALLY)
    assert derive_tally_record(reference.tally, shape) == tally
    assert canonical_json(parse_sized_tally(sized).to_json()) == sized
    records = [step.contents[0] for step in reference.all(EventType.SHUFFLE)]
    assert [shuffle.to_bytes() for shuffle in reference.shuffles] == records
    for step in reference.all(EventType.PARTIAL_DECRYPTION):
        share, owned = step.contents
        assert parse_partial_decryption(share, shape, group).derive_record(shape) == share
        assert canonical_json(parse_owned(owned).to_json()) == owned
    (result,) = reference.contents(EventType.RESULT)
    assert derive_result_record(parse_result(result, reference.election), shape) == result


@pytest.mark.parametrize("name", CAST_AGAIN)
def test_the_references_ballots_cast_again_give_its_archive_up_to_the_tally(
    name: str, read: dict[str, Reference]
) -> None:
    reference = read[name]
    stream = io.BytesIO()
    writer = ArchiveWriter(stream, reference.header())
    setup = reference.contents(EventType.SETUP)
    writer.append(EventType.SETUP, *setup)
    box = BallotBox(writer, reference.election, reference.weights)
    for number, step in enumerate(reference.all(EventType.BALLOT)):
        (record,) = step.contents
        if number % 8 == 0 or isinstance(
            reference.questions[0], ListsQuestion
        ):  # all of them are the verifier's tests' business
            ballot = check_ballot(record, reference.election)
        else:
            ballot = parse_ballot(record, reference.questions, reference.group)
        _, tracker = box.cast(record, ballot)
        assert tracker == derive_tracker(record)
    tally, sized = box.close()
    assert tally == reference.tally
    assert sized == parse_sized_tally(reference.contents(EventType.ENCRYPTED_TALLY)[1])
    assert reference.archive.startswith(stream.getvalue())


@pytest.mark.parametrize("name", RANKED)
def test_the_references_shuffles_hold_one_after_the_other(
    name: str, read: dict[str, Reference]
) -> None:
    reference = read[name]
    election, rows = reference.election, ranked_rows(reference.tally, reference.election)
    for shuffle in reference.shuffles:
        assert list(shuffle_failures(shuffle, rows, election)) == []
        rows = shuffle.rows
    assert len(reference.shuffles) == 2


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
