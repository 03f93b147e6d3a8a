"""The server collects the shuffles of ranked ballots, each of which takes the one before it."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from comitia.ballots.v1.equations import shuffle_failures, signed_shuffle_failures
from comitia.ballots.v1.model import (
    Check,
    Election,
    EventType,
    Owned,
    Shuffle,
    SignedShuffle,
    SignedShuffles,
    derive_hash,
    owner_keys,
    shuffles_file_name,
)
from comitia.ballots.v1.parse import (
    LARGEST_SIGNATURES_BYTES,
    largest_shuffle_bytes,
    parse_owned,
    parse_shuffle,
    parse_signed_shuffle,
    parse_signed_shuffles,
)
from comitia.cli.archives import open_archive
from comitia.cli.election.board import Board, board_of
from comitia.cli.election.options import (
    DONE,
    FAILED,
    Command,
    add_archive,
    archive_in,
    at_least_one,
)
from comitia.cli.files import naming, read_plain, replace_public
from comitia.cli.sentences import sentence_of
from comitia.cli.terminal import Terminal
from comitia.errors import CheckFailed, MalformedRecord

_LINES: Final = 3
_AGAIN: Final = "; move that file away, and add the shuffles again"


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files", metavar="FILE", type=Path, nargs="+", help="what `shuffle` wrote, in order"
    )
    add_archive(parser)


def _add_shuffles(options: argparse.Namespace, terminal: Terminal) -> int:
    path = archive_in(options.archive)
    with open_archive(path) as archive:
        board = board_of(archive, path)
        signatures = _read_signatures(path, board)
        for file in options.files:
            try:
                handed = _read_handed(file, board)
                shuffle = None if handed.is_recorded else _check_shuffle(handed, board)
            except (CheckFailed, MalformedRecord) as error:
                terminal.complain(f"comitia: {file}: refused: {sentence_of(error)}")
                return FAILED  # what follows was made of it, or of what it was made of
            owned = handed.owned
            signatures[owned] = handed.signed
            # Signed first: a signature too many is left out again, a shuffle without one is not.
            _write_signatures(path, board, signatures)
            if shuffle is None:
                terminal.say(f"{file}: the shuffle of trustee {owned.owner} was recorded already")
                continue
            archive.append_shuffle(owned.owner, handed.record)
            board.shuffled = shuffle.rows
            board.shuffles.append(owned)
            terminal.say(f"{file}: the shuffle of trustee {owned.owner} is recorded")
    return DONE


@dataclass(frozen=True, slots=True)
class _Handed:
    """What a trustee handed over: signed by the owner, and not looked at any further."""

    record: bytes
    owned: Owned
    signed: SignedShuffle
    is_recorded: bool


def _read_handed(path: Path, board: Board) -> _Handed:
    """Return a shuffle that its owner signed, whatever else may be wrong with it."""
    election, group, where = board.election, board.election.group, "shuffle file"
    if board.tally is None or not election.ranked_places:
        raise _nothing_to_shuffle(board)
    largest = largest_shuffle_bytes(_counts(election), group) + LARGEST_SIGNATURES_BYTES
    lines = read_plain(path, largest).removesuffix(b"\n").split(b"\n")
    if len(lines) != _LINES:
        problem = "expected a shuffle, its owner, and its signature, a line each"
        raise MalformedRecord(where, problem)
    owned, signed = parse_owned(lines[1]), parse_signed_shuffle(lines[2], group)
    keys = owner_keys(board.trustees)
    if not 1 <= owned.owner <= len(keys):
        expected = f"a trustee from 1 to {len(keys)}"
        raise CheckFailed(Check.SHUFFLE_OWNER.id, "owner", expected, str(owned.owner))
    if not owned.payload == signed.payload == derive_hash(lines[0]):
        raise MalformedRecord(where, "its lines are about different shuffles")
    if signed.owner != owned.owner:
        raise MalformedRecord(where, "the third line is another trustee's")
    for failure in signed_shuffle_failures(signed, keys[owned.owner - 1].public_key, election):
        raise _of_trustee(owned.owner, failure)
    return _Handed(lines[0], owned, signed, owned in board.shuffles)


def _check_shuffle(handed: _Handed, board: Board) -> Shuffle:
    """Return a shuffle of what the last one left, after checking its proof."""
    election = board.election
    if (before := board.to_shuffle) is None:
        raise _nothing_to_shuffle(board)
    shuffle = parse_shuffle(handed.record, _counts(election), election.group)
    for failure in shuffle_failures(shuffle, before, election):
        error = _of_trustee(handed.owned.owner, failure)
        hint = "; was it made of the archive as it is now? If not, its trustee shuffles anew"
        raise CheckFailed(error.check, error.subject, error.expected, error.found + hint)
    return shuffle


def _counts(election: Election) -> list[int]:
    return [election.counted] * len(election.ranked_places)


def _of_trustee(owner: int, failure: CheckFailed) -> CheckFailed:
    subject = f"trustee {owner}, {failure.subject}"
    return CheckFailed(failure.check, subject, failure.expected, failure.found)


def _nothing_to_shuffle(board: Board) -> CheckFailed:
    expected = "an archive that waits for shuffles of ranked ballots"
    return CheckFailed(Check.ARCHIVE_GRAMMAR.id, "archive", expected, board.why_not_shuffled)


def _read_signatures(archive: Path, board: Board) -> dict[Owned, SignedShuffle]:
    """Return the signatures of the shuffles that are recorded.

    A program that was killed between the two leaves one of a shuffle that is not recorded.
    """
    path = archive.with_name(shuffles_file_name(board.election.uuid))
    try:
        data = read_plain(path, LARGEST_SIGNATURES_BYTES)
    except FileNotFoundError:
        return {}
    with naming(path, _AGAIN):
        signed = parse_signed_shuffles(data, board.election.group)
        if signed.election_hash != board.election.fingerprint:
            raise MalformedRecord("election_hash", "it is another election's")
    found = {Owned(one.owner, one.payload): one for one in signed.shuffles}
    return {owned: found[owned] for owned in board.shuffles if owned in found}


def _write_signatures(
    archive: Path, board: Board, signatures: Mapping[Owned, SignedShuffle]
) -> None:
    """Put the signatures, in the order of the shuffles, in place of those that are there."""
    path = archive.with_name(shuffles_file_name(board.election.uuid))
    order = {owned: place for place, owned in enumerate(board.shuffles)}
    last = len(order)
    signed = tuple(signatures[one] for one in sorted(signatures, key=lambda o: order.get(o, last)))
    content = SignedShuffles(board.election.fingerprint, signed).to_bytes()
    replace_public(path, content)


def _end_arguments(parser: argparse.ArgumentParser) -> None:
    add_archive(parser)
    parser.add_argument(
        "--at-least",
        metavar="N",
        type=at_least_one,
        default=1,
        help="how many different trustees must have shuffled (default: %(default)s)",
    )


def _end_shuffles(options: argparse.Namespace, terminal: Terminal) -> int:
    path = archive_in(options.archive)
    with open_archive(path) as archive:
        board = board_of(archive, path)
        if board.to_shuffle is None:
            raise _nothing_to_shuffle(board)
        shufflers = board.shufflers
        if len(shufflers) < options.at_least:
            expected, found = f"shuffles by at least {options.at_least} trustees", "none"
            if shufflers:
                found = f"{len(shufflers)}: trustees {', '.join(map(str, shufflers))}"
            raise CheckFailed(Check.SHUFFLE_PRESENT.id, "archive", expected, found)
        signatures = _read_signatures(path, board)
        for owned in board.shuffles:
            if owned not in signatures:
                name = shuffles_file_name(board.election.uuid)
                expected = f"in {name} a signature of every shuffle"
                found = f"none of trustee {owned.owner}'s{_AGAIN}"
                raise CheckFailed(Check.SHUFFLE_SIGNATURE.id, "archive", expected, found)
        _write_signatures(path, board, signatures)
        archive.append(EventType.END_SHUFFLES)
    owners = ", ".join(map(str, shufflers))
    terminal.say(f"The shuffles have ended: {len(board.shuffles)}, by trustees {owners}.")
    if len(shufflers) == 1:
        text = f"Trustee {owners} shuffled alone, and so can know whose ballot is whose."
        terminal.say(text, "yellow")
    return DONE


COMMANDS: Final = (
    Command(
        "shuffles",
        "server: check shuffles of ranked ballots and record them",
        _arguments,
        _add_shuffles,
    ),
    Command(
        "close-shuffles",
        "server: end the shuffles; the trustees decrypt what the last one left",
        _end_arguments,
        _end_shuffles,
    ),
)
