"""Holding the demonstration's election: who does what, in which order, and what is published."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar

from comitia.ballots.v1.equations import ranked_rows, shuffle_failures, with_ranked_rows
from comitia.ballots.v1.making import (
    ArchiveWriter,
    BallotBox,
    Preparation,
    derive_result,
    generate_uuid,
    make_setup,
)
from comitia.ballots.v1.model import (
    ArchiveHeader,
    BoundProofs,
    BoundShare,
    Election,
    ElectionTemplate,
    EncryptedTally,
    Event,
    EventType,
    Fingerprint,
    PartialDecryption,
    RankedQuestion,
    Result,
    SignedShuffle,
    SignedShuffles,
    bound_file_name,
    derive_result_record,
    derive_tally_record,
    shuffles_file_name,
)
from comitia.ballots.v1.parse import (
    parse_bound_share,
    parse_credentials,
    parse_partial_decryption,
    parse_shuffle,
    parse_signed_shuffle,
)
from comitia.cli.demonstration.keyholders import SHUFFLERS, KeyHolders
from comitia.cli.demonstration.parties import CheckOrder, VoteOrder, check, vote
from comitia.cli.demonstration.ward import Ward
from comitia.cli.election.roll import Roll
from comitia.cli.election.steps import PUBLIC_CREDENTIALS, IssueOrder, issue
from comitia.cli.files import write_public
from comitia.cli.terminal import Advance
from comitia.curve import ED25519
from comitia.engine import Engine, run_apart

_BALLOTS_A_CHUNK: Final = 32
_Item = TypeVar("_Item")


class Holding:
    """One election from its first key to its result; the steps are called in the order below.

    folder: empty; it receives what each party writes, under the reference's file names.
    """

    def __init__(self, ward: Ward, folder: Path, engine: Engine) -> None:
        """Choose the election's identifier and put the voters into a random order."""
        self.ward = ward
        self.folder = folder
        self.uuid = generate_uuid(os.urandom)
        self.archive = folder / f"{self.uuid}.bel"
        self.trackers: list[tuple[Fingerprint, Event]] = []
        self._engine = engine
        self._voters = [f"Voter {number:05}" for number in range(1, len(ward.votes) + 1)]
        self._votes = list(zip(self._voters, ward.votes, strict=True))
        random.SystemRandom().shuffle(self._votes)
        self._holders = KeyHolders(folder)
        self._files = ExitStack()
        self._shares: dict[int, PartialDecryption] = {}
        self._bound: list[BoundShare] = []

    def issue_credentials(self) -> None:
        """Have the registrar make and keep the credentials, and publish their public parts."""
        order = IssueOrder(self.folder, self.uuid, ED25519.name, Roll(tuple(self._voters), None))
        issued = run_apart(issue, order)
        self._credentials, self._certificate = issued.public, issued.certificate
        write_public(self.folder / PUBLIC_CREDENTIALS, issued.public)

    def make_keys(self) -> None:
        """Have the server and every trustee make a key, and publish its public part."""
        self._holders.make_keys()

    def rehearse(self) -> bool:
        """Have everybody try the key on a test tally; return whether all of them work."""
        return self._holders.rehearse(self.election, self._record)

    def lose_key(self) -> Path:
        """Have one trustee lose the key; return the file that is gone."""
        return self._holders.lose_key()

    def open(self) -> Election:
        """Publish the election and open the archive."""
        question = RankedQuestion(
            text="Your preferences?",
            answers=self.ward.candidates,
            counting=self.ward.counting,
        )
        description = f"Ballots: {self.ward.source}"
        template = ElectionTemplate(self.ward.title, description, (question,))
        self.election, records = make_setup(
            Preparation(
                template,
                self.uuid,
                ED25519,
                self._holders.trustees,
                self._credentials,
                self._certificate,
            )
        )
        self._record = records.election
        (self.folder / "election.json").write_bytes(records.election)
        (self.folder / "trustees.json").write_bytes(records.trustees)
        stream = self._files.enter_context(self.archive.open("xb"))
        self._writer = ArchiveWriter(stream, ArchiveHeader(int(time.time())))
        self._writer.append(EventType.SETUP, *records.in_order)
        return self.election

    def make_ballots(self, advance: Advance) -> None:
        """Have every voter make a ballot."""
        self._ballots: list[bytes] = []
        orders = (
            VoteOrder(self.folder, self._record, tuple(votes)) for votes in _chunks(self._votes)
        )
        with Engine(self._engine.jobs, apart=True) as voters:  # ends with the secrets it saw
            for records in voters.map(vote, orders):
                self._ballots += records
                advance(len(self._ballots), len(self._votes))

    def cast_ballots(self, advance: Advance) -> None:
        """Have the server check every ballot and append it to the archive."""
        listed = parse_credentials(self._credentials, ED25519)
        weights = {entry.text: entry.counted_weight for entry in listed}
        self._box = BallotBox(self._writer, self.election, weights)
        orders = (CheckOrder(self._record, tuple(ballots)) for ballots in _chunks(self._ballots))
        for checked in self._engine.map(check, orders):
            for record, ballot in checked:
                event, tracker = self._box.cast(record, ballot)
                self.trackers.append((tracker, event))
            advance(len(self.trackers), len(self._ballots))

    def close(self) -> EncryptedTally:
        """End the voting and publish the encrypted tally."""
        self._tally, self._sized = self._box.close()
        self.election = replace(self.election, counted=self._sized.num_tallied)
        return self._tally

    def shuffle(self, advance: Advance) -> None:
        """Have two of those with keys shuffle, each what the one before left, and check it."""
        signed: list[SignedShuffle] = []
        counts = [self.election.counted] * len(self.election.ranked_places)
        for number, owner in enumerate(SHUFFLERS, 1):
            before = ranked_rows(self._tally, self.election)
            tally = derive_tally_record(self._tally, self.election.shape)
            answer = self._holders.shuffle(owner, self._record, tally, self.election.counted)
            record, _, signature = answer.lines.removesuffix(b"\n").split(b"\n")
            shuffled = parse_shuffle(record, counts, self.election.group)
            for failure in shuffle_failures(shuffled, before, self.election):
                raise failure
            signed.append(parse_signed_shuffle(signature, self.election.group))
            self._writer.append_shuffle(owner, record)
            self._tally = with_ranked_rows(self._tally, shuffled.rows, self.election)
            advance(number, len(SHUFFLERS))
        self._writer.append(EventType.END_SHUFFLES)
        signatures = SignedShuffles(self.election.fingerprint, tuple(signed))
        name = shuffles_file_name(self.uuid)
        write_public(self.folder / name, signatures.to_bytes())

    def decrypt(self) -> None:
        """Have everybody who has a key decrypt the tally; publish the shares and bound proofs."""
        shape, group = self.election.shape, self.election.group
        tally = derive_tally_record(self._tally, shape)
        for answer in self._holders.decrypt(self._record, tally, self.election.counted):
            share, _, bound = answer.lines.removesuffix(b"\n").split(b"\n")
            self._shares[answer.owner] = parse_partial_decryption(share, shape, group)
            self._bound.append(parse_bound_share(bound, shape, group))
            self._writer.append_share(answer.owner, self._shares[answer.owner], shape)
        proofs = BoundProofs(self.election.fingerprint, tuple(self._bound))
        (self.folder / bound_file_name(self.uuid)).write_bytes(proofs.to_bytes())

    def publish(self) -> Result:
        """Open the tally with the shares, publish the result and close the archive."""
        ballots = self._sized.num_tallied
        result = derive_result(
            self._tally, self._shares, self._holders.trustees, ballots, self.election
        )
        self._writer.append_result(result, self.election.shape)
        self.leave()
        (self.folder / "result.json").write_bytes(derive_result_record(result, self.election.shape))
        return result

    def leave(self) -> None:
        """Close the archive, however far it came."""
        self._files.close()


def _chunks(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    for first in range(0, len(items), _BALLOTS_A_CHUNK):
        yield items[first : first + _BALLOTS_A_CHUNK]
