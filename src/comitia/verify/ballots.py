"""Checks of every ballot, in chunks that any worker can take (``check_chunk``).

A worker opens the archive itself, hashes, parses and verifies its ballots, and multiplies those
that count into a partial tally, so that each ballot is read and parsed once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import BinaryIO, Final, assert_never

from comitia.ballots.v1.equations import (
    ballot_failures,
    combine_tallies,
    empty_tally,
    sort_ranked,
    tally_of_answers,
)
from comitia.ballots.v1.model import (
    Ballot,
    Check,
    Election,
    EncryptedTally,
    HomomorphicQuestion,
    ListsQuestion,
    Question,
    RankedQuestion,
    derive_hash,
    width_of,
)
from comitia.ballots.v1.parse import (
    ForeignElements,
    derive_content_hash,
    find_credential,
    largest_ballot_bytes,
    parse_ballot,
    read_content,
)
from comitia.errors import CheckFailed, MalformedRecord, StorageUnavailable
from comitia.verify.parallel import Opener, Verification
from comitia.verify.report import Place
from comitia.verify.setup import Setup
from comitia.verify.structure import BallotPlace, Located, Structure

_CIPHERTEXTS_A_CHUNK: Final = 512
_UNCHECKED_A_CHUNK: Final = 1000
PARSED_CHECKS: Final = (
    Check.BALLOT_CANONICAL,
    Check.BALLOT_ELECTION,
    Check.BALLOT_ELEMENT,
    Check.BALLOT_PROOF,
    Check.BALLOT_SIGNATURE,
)


@dataclass(frozen=True, slots=True)
class BallotChunk:
    """Some ballots, with all that checking them needs."""

    open_archive: Opener
    election: Election
    ballots: tuple[BallotPlace, ...]


@dataclass(frozen=True, slots=True)
class UncheckedChunk:
    """Some ballots of an election that cannot be checked: their hashes still can."""

    open_archive: Opener
    ballots: tuple[Located, ...]


@dataclass(slots=True)
class ChunkFindings:
    """What a worker found, and the product of the ballots that count, None where none does.

    unread: how many ballots that count could not be parsed and are missing from the product.
    """

    tally: EncryptedTally | None = None
    failures: list[tuple[Check, Place, str, str]] = field(default_factory=list)
    ballots: int = 0
    unread: int = 0


@dataclass(frozen=True, slots=True)
class TalliedBallots:
    """The tally that the ballots make.

    tally: their product, or None where a ballot that counts could not be read.
    number: how many voters on the list have a ballot. weight: their weights together.
    """

    tally: EncryptedTally | None
    number: int
    weight: int


def check_ballots(setup: Setup, verification: Verification) -> TalliedBallots | None:
    """Check all ballots; return the tally they make, or None where they cannot be checked."""
    report, structure = verification.report, verification.structure
    number = len(structure.ballots)
    report.examined(Check.BALLOT_DUPLICATE, 0)
    _check_listed(setup, verification)
    election = setup.election
    if election is None:
        for check in PARSED_CHECKS:
            report.not_checked(check, setup.unreadable)
        _check_hashes(verification)
        return None
    for check in PARSED_CHECKS:
        report.examined(check, number)
    questions = election.questions
    tally, unread, done = empty_tally(questions, election.group), 0, 0
    chunks = _chunks(verification.open_archive, election, structure, setup.weights)
    for findings in verification.map(check_chunk, chunks):
        for failure in findings.failures:
            report.fail(*failure)
        report.examined(Check.ARCHIVE_HASHES, findings.ballots)
        if findings.tally is not None:
            tally = combine_tallies(tally, findings.tally, questions)
        unread += findings.unread
        done += findings.ballots
        verification.progress(done, number)
    _check_ranked_weights(setup, verification)
    voters, weight = structure.ballots.weigh_last(setup.weights)
    return TalliedBallots(None if unread else sort_ranked(tally, questions), voters, weight)


def _check_ranked_weights(setup: Setup, verification: Verification) -> None:
    """Check that ballots with a ranked answer count once: it is opened by itself."""
    if setup.election is None or not setup.election.ranked_places:
        return
    ballots = verification.structure.ballots
    for index in range(len(ballots)):
        ballot = ballots.place(index, setup.weights)
        if ballot.weight not in {None, 1}:
            expected = "the weight 1 of a voter who answers a ranked question"
            verification.report.fail(
                Check.TALLY_BALLOTS, ballot.located.place, expected, str(ballot.weight)
            )


def _check_listed(setup: Setup, verification: Verification) -> None:
    report, structure = verification.report, verification.structure
    if setup.election is None:
        report.not_checked(Check.BALLOT_CREDENTIAL, setup.unreadable)
        return
    report.examined(Check.BALLOT_CREDENTIAL, len(structure.ballots))
    for index, credential in structure.ballots.unlisted(setup.weights):
        place = structure.ballots.located(index).place
        expected = "a credential on the list"
        report.fail(Check.BALLOT_CREDENTIAL, place, expected, credential)


def _check_hashes(verification: Verification) -> None:
    """Check of ballots that cannot be read as such that they are what their names say."""
    report, structure = verification.report, verification.structure
    report.examined(Check.ARCHIVE_HASHES, len(structure.ballots))
    chunks = _unchecked_chunks(verification.open_archive, structure)
    for failures in verification.map(hash_chunk, chunks):
        for place, digest in failures:
            report.fail(Check.ARCHIVE_HASHES, place, str(place.record), digest)


def _chunks(
    open_archive: Opener, election: Election, structure: Structure, weights: Mapping[str, int]
) -> Iterator[BallotChunk]:
    per_ballot = sum(width_of(question.row_shape) for question in election.questions)
    size = max(1, _CIPHERTEXTS_A_CHUNK // max(1, per_ballot))
    bare = _without_texts(election)
    for first in range(0, len(structure.ballots), size):
        last = min(first + size, len(structure.ballots))
        places = tuple(structure.ballots.place(index, weights) for index in range(first, last))
        yield BallotChunk(open_archive, bare, places)


def _without_texts(election: Election) -> Election:
    """Return the election as the workers need it: its texts may be megabytes and prove nothing."""
    questions = tuple(map(_without_text, election.questions))
    return replace(election, name="", description="", questions=questions)


def _without_text(question: Question) -> Question:
    match question:
        case HomomorphicQuestion() | RankedQuestion():
            return replace(question, text="", answers=("",) * len(question.answers))
        case ListsQuestion():
            return replace(question, text="", lists=tuple(("",) * len(n) for n in question.lists))
        case _:
            assert_never(question)


def _unchecked_chunks(open_archive: Opener, structure: Structure) -> Iterator[UncheckedChunk]:
    number = len(structure.ballots)
    for first in range(0, number, _UNCHECKED_A_CHUNK):
        last = min(first + _UNCHECKED_A_CHUNK, number)
        places = tuple(structure.ballots.located(index) for index in range(first, last))
        yield UncheckedChunk(open_archive, places)


def hash_chunk(chunk: UncheckedChunk) -> list[tuple[Place, str]]:
    """Return the ballots whose content has another hash than its name; run by the workers."""
    with chunk.open_archive() as stream:
        hashes = [(ballot, derive_content_hash(stream, ballot.record)) for ballot in chunk.ballots]
    return [(ballot.place, found) for ballot, found in hashes if found != ballot.record.hash]


def check_chunk(chunk: BallotChunk) -> ChunkFindings:
    """Check some ballots; run by the workers."""
    findings = ChunkFindings()
    with chunk.open_archive() as stream:
        for ballot in chunk.ballots:
            _BallotCheck(chunk.election, ballot, findings).run(stream)
    return findings


class _BallotCheck:
    """The checks of one ballot."""

    def __init__(self, election: Election, place: BallotPlace, findings: ChunkFindings) -> None:
        self._election = election
        self._ballot = place
        self._findings = findings

    def run(self, stream: BinaryIO) -> None:
        """Hash, parse and verify the ballot, and multiply it into the tally if it counts."""
        self._findings.ballots += 1
        ballot = self._parse(stream)
        if ballot is None:
            self._findings.unread += self._ballot.weight is not None
            return
        for failure in ballot_failures(ballot, self._election):
            self._note(failure)
        if (weight := self._ballot.weight) is not None:
            of_ballot = tally_of_answers(ballot.answers, weight, self._election.group)
            before = self._findings.tally
            self._findings.tally = (
                of_ballot
                if before is None
                else combine_tallies(before, of_ballot, self._election.questions)
            )

    def _parse(self, stream: BinaryIO) -> Ballot | None:
        """Return the ballot, or None after noting why it is none."""
        record = self._ballot.located.record
        questions = self._election.questions
        largest = largest_ballot_bytes(questions, self._election.group)
        if record.size > largest:
            self._compare_hash(derive_content_hash(stream, record))
            found = f"{record.size} bytes, where no ballot has more than {largest}"
            self._fail(Check.BALLOT_CANONICAL, "a ballot in canonical form", found)
            return None
        content = read_content(stream, record, largest)
        self._compare_hash(derive_hash(content))
        try:
            ballot = parse_ballot(content, questions, self._election.group)
        except ForeignElements as error:
            for where, problem in error.faults:
                self._fail(Check.BALLOT_ELEMENT, "a member of the group", f"{where}: {problem}")
            return None
        except MalformedRecord as error:
            self._fail(Check.BALLOT_CANONICAL, "a ballot in canonical form", str(error))
            return None
        if find_credential(content) != self._ballot.credential:
            raise StorageUnavailable("the archive changed while it was being read; try again")
        return ballot

    def _compare_hash(self, digest: str) -> None:
        expected = self._ballot.located.record.hash
        if digest != expected:
            self._fail(Check.ARCHIVE_HASHES, expected, digest)

    def _note(self, failure: CheckFailed) -> None:
        check = next(check for check in PARSED_CHECKS if check.id == failure.check)
        self._fail(check, f"{failure.subject}: {failure.expected}", failure.found)

    def _fail(self, check: Check, expected: str, found: str) -> None:
        place = self._ballot.located.place
        self._findings.failures.append((check, place, expected, found))
