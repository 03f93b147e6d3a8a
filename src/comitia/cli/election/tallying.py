"""The server collects what trustees send: proofs that keys work, and at the end the decryptions."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from comitia.ballots.v1.equations import (
    bound_failures,
    can_open,
    decryption_failures,
    rehearsal_failures,
)
from comitia.ballots.v1.making import derive_result
from comitia.ballots.v1.model import (
    BoundProofs,
    BoundShare,
    Check,
    Election,
    EncryptedTally,
    PartialDecryption,
    RehearsalShare,
    bound_file_name,
    derive_result_record,
    owner_keys,
)
from comitia.ballots.v1.parse import (
    LARGEST_BOUND_BYTES,
    largest_tally_bytes,
    parse_bound_proofs,
    parse_bound_share,
    parse_owned,
    parse_partial_decryption,
    parse_rehearsal_share,
)
from comitia.cli.archives import open_archive
from comitia.cli.election.board import Board, board_of, read_board
from comitia.cli.election.options import DONE, FAILED, Command, add_archive, archive_in
from comitia.cli.election.results import describe_result
from comitia.cli.files import naming, read_plain, replace_public, write_or_find
from comitia.cli.sentences import sentence_of
from comitia.cli.terminal import Terminal, printable
from comitia.errors import CheckFailed, ComitiaError, MalformedRecord

_LINES_WITHOUT_BOUND: Final = 2
_LINES_WITH_BOUND: Final = 3


def _rehearsal_arguments(parser: argparse.ArgumentParser) -> None:
    _add_files(parser, "what the trustees' rehearsals wrote")
    add_archive(parser)


def _check_rehearsal(options: argparse.Namespace, terminal: Terminal) -> int:
    board = read_board(archive_in(options.archive))
    shares: dict[int, RehearsalShare] = {}
    for path in options.files:
        try:
            share = _read_rehearsal(path, board)
        except (ComitiaError, OSError) as error:
            sentence = sentence_of(error)
            named = sentence if str(path) in sentence else f"{path}: {sentence}"
            terminal.say(f"✗ {named}", "bold red")
        else:
            shares[share.owner] = share
    keys = owner_keys(board.trustees)
    for owner, key in enumerate(keys, 1):
        name = "" if key.name is None else f" ({printable(key.name)})"
        if owner in shares:
            terminal.say(f"✓ trustee {owner}{name}: the key works", "green")
        else:
            terminal.say(f"✗ trustee {owner}{name}: no proof that the key works", "bold red")
    if not can_open(shares, board.election, board.trustees):
        terminal.say("These trustees could not open the election's tally.", "bold red")
        return FAILED
    terminal.say("Together these trustees opened the test tally.")
    return DONE if len(shares) == len(keys) else FAILED


def _read_rehearsal(path: Path, board: Board) -> RehearsalShare:
    group = board.election.group
    data = read_plain(path, 4 * largest_tally_bytes((3,), group)).removesuffix(b"\n")
    share = parse_rehearsal_share(data, group)
    for failure in rehearsal_failures(share, board.election, board.trustees):
        raise failure
    return share


def _decryptions_arguments(parser: argparse.ArgumentParser) -> None:
    _add_files(parser, "what the trustees' decryptions wrote")
    add_archive(parser)


@dataclass(frozen=True, slots=True)
class _Handed:
    """A trustee's share as it was handed over, its proofs checked; bound: None if there is none."""

    owner: int
    share: PartialDecryption
    bound: BoundShare | None


def _add_decryptions(options: argparse.Namespace, terminal: Terminal) -> int:
    path, refused = archive_in(options.archive), 0
    with open_archive(path) as archive:
        board = board_of(archive, path)
        tally = _expect_tally(board)
        election = board.election
        bound = _read_bound(path, election)
        for file in options.files:
            try:
                handed = _read_share(file, board, tally)
            except (CheckFailed, MalformedRecord) as error:
                terminal.complain(f"comitia: {file}: refused: {sentence_of(error)}")
                refused += 1
                continue
            if handed.owner not in board.shares:
                archive.append_share(handed.owner, handed.share, election.shape)
                board.shares[handed.owner] = handed.share
            if handed.bound is not None:
                bound[handed.owner] = handed.bound
                _write_bound(path, election, bound)
            else:
                text = f"{file}: without bound proofs; ask trustee {handed.owner} for them"
                terminal.say(text, "yellow")
            terminal.say(f"{file}: the decryption of trustee {handed.owner} is recorded")
    return FAILED if refused else DONE


def _read_share(path: Path, board: Board, tally: EncryptedTally) -> _Handed:
    """Return a trustee's share after checking every proof of it; raise naming the trustee."""
    election, group = board.election, board.election.group
    largest = 4 * largest_tally_bytes(election.shape, group)
    lines = read_plain(path, largest).removesuffix(b"\n").split(b"\n")
    if len(lines) not in {_LINES_WITHOUT_BOUND, _LINES_WITH_BOUND}:
        problem = "expected a partial decryption, its owner, and the bound proofs, a line each"
        raise MalformedRecord(str(path), problem)
    share = parse_partial_decryption(lines[0], election.shape, group)
    owned, keys = parse_owned(lines[1]), owner_keys(board.trustees)
    if not 1 <= owned.owner <= len(keys):
        expected = f"a trustee from 1 to {len(keys)}"
        raise CheckFailed(Check.DECRYPTION_OWNER.id, "owner", expected, str(owned.owner))
    if owned.payload != share.derive_record_hash(election.shape):
        raise MalformedRecord(str(path), "the second line is about another decryption")
    key = keys[owned.owner - 1].public_key
    bound = None
    failures = list(decryption_failures(share, tally, key, election))
    if len(lines) == _LINES_WITH_BOUND:
        bound = parse_bound_share(lines[2], election.shape, group)
        failures += bound_failures(bound, share, tally, key, election)
        if bound.owner != owned.owner:
            raise MalformedRecord(str(path), "the third line is another trustee's")
    for failure in failures:
        subject = f"trustee {owned.owner}, {failure.subject}"
        raise CheckFailed(failure.check, subject, failure.expected, failure.found)
    if board.shares.get(owned.owner, share) != share:
        expected = f"one decryption of trustee {owned.owner}"
        raise CheckFailed(Check.DECRYPTION_OWNER.id, "owner", expected, "a second one")
    return _Handed(owned.owner, share, bound)


def _read_bound(archive: Path, election: Election) -> dict[int, BoundShare]:
    path = archive.with_name(bound_file_name(election.uuid))
    try:
        data = read_plain(path, LARGEST_BOUND_BYTES)
    except FileNotFoundError:
        return {}
    with naming(path, "; move this file away, and add the decryptions again"):
        proofs = parse_bound_proofs(data, election.shape, election.group)
    if proofs.election_hash != election.fingerprint:
        raise MalformedRecord(str(path), "the proofs are those of another election")
    return {share.owner: share for share in proofs.shares}


def _write_bound(archive: Path, election: Election, bound: Mapping[int, BoundShare]) -> None:
    shares = tuple(bound[owner] for owner in sorted(bound))
    proofs = BoundProofs(election.fingerprint, shares)
    replace_public(archive.with_name(bound_file_name(election.uuid)), proofs.to_bytes())


def _publish(options: argparse.Namespace, terminal: Terminal) -> int:
    path = archive_in(options.archive)
    with open_archive(path) as archive:
        board = board_of(archive, path)
        tally, election = _expect_tally(board), board.election
        most = 0 if board.sized is None else board.sized.total_weight
        result = derive_result(tally, board.shares, board.trustees, most, election)
        record = derive_result_record(result, election.shape)
        write_or_find(path.with_name("result.json"), record + b"\n")
        archive.append_result(result, election.shape)
    terminal.say(f"The result is recorded, and the archive complete: {path}")
    for sentence in describe_result(result, election):
        terminal.say(sentence)
    return DONE


def _expect_tally(board: Board) -> EncryptedTally:
    """Return the tally of an archive that waits for decryptions."""
    if board.tally is None:
        expected = "an archive whose voting has ended"
        found = "one that is still open; `comitia election close` ends it"
        raise CheckFailed(Check.ARCHIVE_GRAMMAR.id, "archive", expected, found)
    if board.is_complete:
        expected = "an archive that waits for its result"
        raise CheckFailed(Check.ARCHIVE_GRAMMAR.id, "archive", expected, "one that is complete")
    if board.decryptable is None:
        expected = "ranked ballots whose shuffles have ended"
        found = "shuffles still to come; `comitia election close-shuffles` ends them"
        raise CheckFailed(Check.ARCHIVE_GRAMMAR.id, "archive", expected, found)
    return board.decryptable


def _add_files(parser: argparse.ArgumentParser, what: str) -> None:
    parser.add_argument("files", metavar="FILE", type=Path, nargs="+", help=what)


COMMANDS: Final = (
    Command(
        "check-rehearsal",
        "server: check that every trustee's key works",
        _rehearsal_arguments,
        _check_rehearsal,
    ),
    Command(
        "decryptions",
        "server: check what trustees decrypted and record it",
        _decryptions_arguments,
        _add_decryptions,
    ),
    Command("result", "server: open the sums, record the result", add_archive, _publish),
)
