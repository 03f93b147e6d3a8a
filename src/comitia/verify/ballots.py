"""Checks of every ballot, in chunks that any worker can take (``check_chunk``).

A worker opens the archive itself, hashes, parses and verifies its ballots, and multiplies those
that count into a partial tally, so that each ballot is read and parsed once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, assert_never

from comitia.ballots.v1.equations import combine_tallies, empty_tally, sort_ranked
from comitia.ballots.v1.model import (
    Check,
    Election,
    EncryptedTally,
    HomomorphicQuestion,
    ListsQuestion,
    Question,
    RankedQuestion,
    width_of,
)
from comitia.ballots.v1.parse import derive_content_hash
from comitia.verify.native import NativeChunk, check_natively, choose_sample, make_kitchen
from comitia.verify.one_ballot import PARSED_CHECKS, BallotCheck, ChunkFindings
from comitia.verify.parallel import Opener, Verification
from comitia.verify.report import Place
from comitia.verify.setup import Setup
from comitia.verify.structure import BallotPlace, Located, Structure

_CIPHERTEXTS_A_CHUNK: Final = 4096
_BYTES_A_CHUNK: Final = 2**22
_UNCHECKED_A_CHUNK: Final = 1000


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
    for findings in _findings(election, setup.weights, verification):
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


def _findings(
    election: Election, weights: Mapping[str, int], verification: Verification
) -> Iterator[ChunkFindings]:
    """Yield what is found of each chunk, by the native kernel where it has a use."""
    bare = _without_texts(election)
    chunks = _chunks(bare, verification.structure, weights)
    open_archive = verification.open_archive
    if (kitchen := make_kitchen(bare)) is None:
        plain = (BallotChunk(open_archive, bare, ballots) for ballots, _ in chunks)
        return verification.map(check_chunk, plain)
    native = (
        NativeChunk(open_archive, bare, kitchen, ballots, sampled) for ballots, sampled in chunks
    )
    return verification.map_unlocked(check_natively, native)


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
    election: Election, structure: Structure, weights: Mapping[str, int]
) -> Iterator[tuple[tuple[BallotPlace, ...], frozenset[int]]]:
    """Yield some ballots at a time, with the places of those that are to be checked twice."""
    per_ballot = sum(width_of(question.row_shape) for question in election.questions)
    most = max(1, _CIPHERTEXTS_A_CHUNK // max(1, per_ballot))
    number = len(structure.ballots)
    sample = choose_sample(number)
    places: list[BallotPlace] = []
    sampled: set[int] = set()
    size = 0
    for index in range(number):
        if index in sample:
            sampled.add(len(places))
        places.append(structure.ballots.place(index, weights))
        size += places[-1].located.record.size
        if len(places) == most or size > _BYTES_A_CHUNK or index + 1 == number:
            yield tuple(places), frozenset(sampled)
            places, sampled, size = [], set(), 0


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
            BallotCheck(chunk.election, ballot, findings).run(stream)
    return findings
