"""The server while ballots come in: each is checked whole before it is recorded, or refused."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from comitia.ballots.v1.equations import audit_failures
from comitia.ballots.v1.making import BallotBox, BallotCount, check_ballot
from comitia.ballots.v1.model import (
    Check,
    EventType,
    Fingerprint,
    canonical_json,
    derive_tally_record,
)
from comitia.ballots.v1.parse import (
    LARGEST_SETUP_BYTES,
    largest_ballot_bytes,
    parse_audited_ballot,
    parse_ballot,
)
from comitia.cli.archives import open_archive
from comitia.cli.election.board import Board, board_of, read_board
from comitia.cli.election.options import DONE, FAILED, Command, add_archive, archive_in
from comitia.cli.files import lock_file, naming, open_plain, read_plain, replace_public
from comitia.cli.sentences import sentence_of
from comitia.cli.terminal import Terminal
from comitia.errors import CheckFailed, MalformedRecord

AUDITED_FILE: Final = "audited.txt"
_HASH: Final = re.compile(r"[A-Za-z0-9+/]{43}", re.ASCII)


def _cast_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ballots", metavar="FILE", type=Path, nargs="+", help="ballots, one a line")
    add_archive(parser)


def _cast(options: argparse.Namespace, terminal: Terminal) -> int:
    path, refused = archive_in(options.archive), 0
    with open_archive(path) as archive:
        board = board_of(archive, path)
        _expect_open(board)
        recorded = [record.hash for record in board.ballots]
        audited = _read_audited(path.with_name(AUDITED_FILE))
        box = BallotBox(archive, board.election, board.weights, recorded, audited)
        for place, ballot in _ballots(options.ballots, board):
            try:
                event, tracker = box.cast(ballot, check_ballot(ballot, board.election))
            except (CheckFailed, MalformedRecord) as error:
                terminal.complain(f"comitia: {place}: refused: {sentence_of(error)}")
                refused += 1
            else:
                terminal.say(f"{place}: recorded at height {event.height}, tracker {tracker}")
    return FAILED if refused else DONE


def _ballots(paths: Iterable[Path], board: Board) -> Iterator[tuple[str, bytes]]:
    """Yield each line of the files with its place, cut where no ballot reaches."""
    election = board.election
    largest = largest_ballot_bytes(election.questions, election.group) + 2
    for path in paths:
        with open_plain(path) as stream:
            number = 0
            while line := stream.readline(largest):
                number += 1
                yield f"{path}, line {number}", line.removesuffix(b"\n")
                while len(line) == largest and not line.endswith(b"\n"):
                    line = stream.readline(largest)  # the rest of what is too long for any ballot


def _audited_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "audited", metavar="HASH|FILE", help="the hash of a ballot that was opened, or its file"
    )
    add_archive(parser)


def _refuse_audited(options: argparse.Namespace, terminal: Terminal) -> int:
    path = archive_in(options.archive)
    unsigned_hash = _audited_hash(options.audited, path)
    file = path.with_name(AUDITED_FILE)
    with lock_file(path):
        known = _read_audited(file)
        if unsigned_hash not in known:
            replace_public(file, "".join(f"{one}\n" for one in (*known, unsigned_hash)).encode())
    terminal.say(f"Refused from now on: {unsigned_hash}")
    return DONE


def _audited_hash(text: str, archive: Path) -> Fingerprint:
    if _HASH.fullmatch(text):
        return Fingerprint(text)
    election = read_board(archive).election
    data = read_plain(Path(text), LARGEST_SETUP_BYTES)
    with naming(Path(text)):
        audited = parse_audited_ballot(data, election)
    for failure in audit_failures(audited, election):
        raise failure
    return audited.unsigned.derive_signed_hash()


def _read_audited(path: Path) -> list[Fingerprint]:
    try:
        lines = read_plain(path, LARGEST_SETUP_BYTES).decode("ascii", errors="replace").split()
    except FileNotFoundError:
        return []
    for number, line in enumerate(lines, 1):
        if not _HASH.fullmatch(line):
            raise MalformedRecord(f"{path}, line {number}", "expected the hash of a ballot")
    return [Fingerprint(line) for line in lines]


def _close(options: argparse.Namespace, terminal: Terminal) -> int:
    path = archive_in(options.archive)
    with open_archive(path) as archive:
        board = board_of(archive, path)
        if board.tally is not None:
            _expect_open(board)
        election = board.election
        questions = election.questions
        largest = largest_ballot_bytes(questions, election.group)
        count = BallotCount(election, board.weights)
        with terminal.progress("adding up") as advance:
            for number, record in enumerate(board.ballots, 1):
                ballot = parse_ballot(archive.read(record, largest), questions, election.group)
                if (credential := ballot.credential.text) not in board.weights:
                    expected = "a credential on the list"
                    subject = f"ballot {record.hash}"
                    raise CheckFailed(Check.BALLOT_CREDENTIAL.id, subject, expected, credential)
                count.add(ballot)
                advance(number, len(board.ballots))
        tally, sized = count.derive_tally()
        if board.is_open:  # else an earlier attempt ended before the tally was recorded
            archive.append(EventType.END_BALLOTS)
        counted = replace(election, counted=sized.num_tallied)
        content = derive_tally_record(tally, counted.shape)
        archive.append(EventType.ENCRYPTED_TALLY, content, canonical_json(sized.to_json()))
    terminal.say(
        f"The voting has ended: the last ballots of {sized.num_tallied} voters are added up."
    )
    if election.ranked_places:
        terminal.say("Before it is decrypted, trustees shuffle it: comitia election shuffle")
    terminal.say(f"For the trustees, who compare it: encrypted tally {sized.encrypted_tally}")
    return DONE


def _recover(options: argparse.Namespace, terminal: Terminal) -> int:
    path = archive_in(options.archive)
    with open_archive(path, recover=True) as archive:
        recovery = archive.recovery
    if recovery is None:
        terminal.say("The archive is whole; there was nothing to recover.")
        return DONE
    tail = recovery.tail
    terminal.say(f"The last append did not come to its end: {tail.problem}.")
    terminal.say(
        f"Its {tail.size} bytes, from byte {tail.offset} on, are now in {recovery.kept_as}."
    )
    if tail.event is None:
        terminal.say("Whoever was sending was not told that it was recorded; ask for it again.")
    else:
        terminal.say("Its event is whole, so somebody may have been told that it was recorded:")
        terminal.say("compare with other copies of the archive before you go on.")
    return DONE


def _expect_open(board: Board) -> None:
    if not board.is_open:
        expected, found = "an election that is open", "one whose voting has ended"
        raise CheckFailed(Check.ARCHIVE_GRAMMAR.id, "archive", expected, found)


COMMANDS: Final = (
    Command("cast", "server: check ballots and record them", _cast_arguments, _cast),
    Command(
        "audited",
        "server: refuse a ballot from now on, because it was opened",
        _audited_arguments,
        _refuse_audited,
    ),
    Command("close", "server: end the voting, add the ballots up encrypted", add_archive, _close),
    Command(
        "recover",
        "server: move aside what a crash left of the last append",
        add_archive,
        _recover,
    ),
)
