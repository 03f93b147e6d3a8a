"""The checks of one ballot by the equations themselves: what a verdict on a ballot rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from comitia.ballots.v1.equations import ballot_failures, combine_tallies, tally_of_answers
from comitia.ballots.v1.model import Ballot, Check, Election, EncryptedTally, Question, derive_hash
from comitia.ballots.v1.parse import (
    ForeignElements,
    derive_content_hash,
    find_credential,
    largest_ballot_bytes,
    parse_ballot,
    read_content,
)
from comitia.errors import CheckFailed, MalformedRecord, StorageUnavailable
from comitia.verify.report import Place
from comitia.verify.structure import BallotPlace

PARSED_CHECKS: Final = (
    Check.BALLOT_CANONICAL,
    Check.BALLOT_ELECTION,
    Check.BALLOT_ELEMENT,
    Check.BALLOT_PROOF,
    Check.BALLOT_SIGNATURE,
)


@dataclass(slots=True)
class ChunkFindings:
    """What a worker found, and the product of the ballots that count, None where none does.

    unread: how many ballots that count could not be parsed and are missing from the product.
    """

    tally: EncryptedTally | None = None
    failures: list[tuple[Check, Place, str, str]] = field(default_factory=list)
    ballots: int = 0
    unread: int = 0

    def add(self, tally: EncryptedTally, questions: Sequence[Question]) -> None:
        """Multiply more ballots that count into the product."""
        before = self.tally
        self.tally = tally if before is None else combine_tallies(before, tally, questions)

    @property
    def faults(self) -> int:
        """How many failures there are of what a ballot says, whatever its name."""
        return sum(check is not Check.ARCHIVE_HASHES for check, *_ in self.failures)


class BallotCheck:
    """The checks of one ballot."""

    def __init__(self, election: Election, place: BallotPlace, findings: ChunkFindings) -> None:
        self._election = election
        self.ballot = place
        self._findings = findings

    def run(self, stream: BinaryIO) -> None:
        """Hash, parse and verify the ballot, and multiply it into the tally if it counts."""
        self._findings.ballots += 1
        ballot = self._parse(stream)
        if ballot is None:
            self._findings.unread += self.ballot.weight is not None
            return
        for failure in ballot_failures(ballot, self._election):
            self._note(failure)
        if (weight := self.ballot.weight) is not None:
            tally = tally_of_answers(ballot.answers, weight, self._election.group)
            self._findings.add(tally, self._election.questions)

    def holds(self, content: bytes) -> bool:
        """Return whether a ballot's bytes are a ballot without any fault; nothing is noted."""
        try:
            ballot = parse_ballot(content, self._election.questions, self._election.group)
        except MalformedRecord:
            return False
        return not any(ballot_failures(ballot, self._election))

    def _parse(self, stream: BinaryIO) -> Ballot | None:
        """Return the ballot, or None after noting why it is none."""
        record = self.ballot.located.record
        questions = self._election.questions
        largest = largest_ballot_bytes(questions, self._election.group)
        if record.size > largest:
            self.compare_hash(derive_content_hash(stream, record))
            found = f"{record.size} bytes, where no ballot has more than {largest}"
            self._fail(Check.BALLOT_CANONICAL, "a ballot in canonical form", found)
            return None
        content = read_content(stream, record, largest)
        self.compare_hash(derive_hash(content))
        try:
            ballot = parse_ballot(content, questions, self._election.group)
        except ForeignElements as error:
            for where, problem in error.faults:
                self._fail(Check.BALLOT_ELEMENT, "a member of the group", f"{where}: {problem}")
            return None
        except MalformedRecord as error:
            self._fail(Check.BALLOT_CANONICAL, "a ballot in canonical form", str(error))
            return None
        if find_credential(content) != self.ballot.credential:
            raise StorageUnavailable("the archive changed while it was being read; try again")
        return ballot

    def compare_hash(self, digest: str) -> None:
        """Check that a record's content has the hash that is its name."""
        expected = self.ballot.located.record.hash
        if digest != expected:
            self._fail(Check.ARCHIVE_HASHES, expected, digest)

    def _note(self, failure: CheckFailed) -> None:
        check = next(check for check in PARSED_CHECKS if check.id == failure.check)
        self._fail(check, f"{failure.subject}: {failure.expected}", failure.found)

    def _fail(self, check: Check, expected: str, found: str) -> None:
        place = self.ballot.located.place
        self._findings.failures.append((check, place, expected, found))
