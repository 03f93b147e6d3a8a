"""What a trustee does when an election has been set up: rehearse, later shuffle and decrypt.

Everything is taken from the trustee's own copy of the archive, which is verified whole first. The
program remembers, beside the key, to which election it belongs and which ballots it decrypted.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from comitia.ballots.v1.equations import with_ranked_rows
from comitia.ballots.v1.model import (
    Check,
    EncryptedTally,
    Sha256Hex,
    derive_hash,
    derive_tally_record,
    derive_trustees_record,
    shuffles_file_name,
)
from comitia.cli.election.board import Board, read_board
from comitia.cli.election.memory import BALLOTS_CHECK, read_memory, remembering, write_memory
from comitia.cli.election.options import (
    DONE,
    FAILED,
    Command,
    add_archive,
    add_folder,
    add_key,
    at_least_one,
)
from comitia.cli.election.steps import (
    TrusteeOrder,
    decrypt,
    find_owner,
    rehearse_key,
    shuffle,
)
from comitia.cli.files import expect_new, write_public
from comitia.cli.reporting import show_report
from comitia.cli.terminal import Terminal
from comitia.cli.verifying import Found, find_archive, verify_found
from comitia.engine import run_apart
from comitia.errors import CheckFailed
from comitia.verify import Report, Status, Verdict

FEWEST_BALLOTS: Final = 2
"""The sum of a single ballot is that ballot."""

_OF_OTHERS: Final = frozenset(
    {
        Check.DECRYPTION_PRESENT,
        Check.DECRYPTION_OWNER,
        Check.DECRYPTION_PROOF,
        Check.DECRYPTION_BOUND,
        Check.RESULT_VALUE,
    }
)
"""What other trustees sent. If it is false, no vote is in danger, and this trustee may be just the
one who is needed in place of another: it must not keep anybody from decrypting."""

_SHUFFLING: Final = frozenset({Check.SHUFFLE_PRESENT})
_VOTING: Final = _SHUFFLING | {
    Check.TALLY_BALLOTS,
    Check.TALLY_COUNTS,
    Check.SHUFFLE_OWNER,
    Check.SHUFFLE_PROOF,
    Check.SHUFFLE_SIGNATURE,
}
_ENDED: Final[frozenset[Check]] = frozenset()


def _rehearse_arguments(parser: argparse.ArgumentParser) -> None:
    add_key(parser)
    add_archive(parser)
    add_folder(parser, "where to write")


def _rehearse(options: argparse.Namespace, terminal: Terminal) -> int:
    with _verified_copy(options.archive, _VOTING, None, terminal) as board:
        if board is None:
            return FAILED
        with remembering(options.key) as memory:
            known = read_memory(memory).for_election(board.election.fingerprint)
            answer = run_apart(rehearse_key, _order(options, board))
            write_memory(memory, known)
    path = options.dir / f"{answer.owner}.rehearsal"
    write_public(path, answer.lines)
    terminal.say(f"Your key works: you are trustee {answer.owner} of this election.")
    terminal.say(f"For the server, as proof: {path}")
    return DONE


def _decrypt_arguments(parser: argparse.ArgumentParser) -> None:
    add_key(parser)
    add_archive(parser)
    parser.add_argument(
        "--since",
        metavar="OLD",
        type=Path,
        help="a copy of the archive that you kept earlier, which this one must continue",
    )
    parser.add_argument(
        "--at-least",
        metavar="N",
        type=at_least_one,
        help="refuse fewer ballots than N (default: refuse a single one, which the sum would show)",
    )
    parser.add_argument(
        "--min-shuffles",
        metavar="N",
        type=at_least_one,
        default=1,
        help="refuse ranked ballots unless N different trustees shuffled (default: %(default)s)",
    )
    add_folder(parser, "where to write")


def _decrypt(options: argparse.Namespace, terminal: Terminal) -> int:
    least = options.min_shuffles
    with _verified_copy(options.archive, _ENDED, options.since, terminal, least) as board:
        if board is None:
            return FAILED
        closing, tally = _expect_decryptable(board, options.at_least)
        order = _order(options, board, tally)
        with remembering(options.key) as memory:
            known = read_memory(memory).for_election(board.election.fingerprint)
            known = known.for_ballots(closing, derive_hash(order.tally))
            owner = run_apart(find_owner, order)
            path: Path = options.dir / f"{owner}.decryption"
            expect_new([path])
            write_memory(memory, known)
            answer = run_apart(decrypt, order)
    write_public(path, answer.lines)
    sized = board.sized
    count, recorded = (0, "") if sized is None else (sized.num_tallied, sized.encrypted_tally)
    terminal.say(f"Trustee {owner}: decrypted the tally of {count} ballots.")
    terminal.say(f"  the voting ended with event {closing}")
    terminal.say(f"  the encrypted tally is {recorded}")
    if board.shuffles:
        owners = ", ".join(str(owned.owner) for owned in board.shuffles)
        terminal.say(f"  its ranked ballots were shuffled by trustees {owners}")
    terminal.say(f"For the server: {path}")
    return DONE


def _shuffle_arguments(parser: argparse.ArgumentParser) -> None:
    add_key(parser)
    add_archive(parser)
    parser.add_argument(
        "--since",
        metavar="OLD",
        type=Path,
        help="a copy of the archive that you kept earlier, which this one must continue",
    )
    add_folder(parser, "where to write")


def _shuffle(options: argparse.Namespace, terminal: Terminal) -> int:
    """Verify everything up to the last shuffle, then shuffle its output."""
    with _verified_copy(options.archive, _SHUFFLING, options.since, terminal) as board:
        if board is None:
            return FAILED
        if board.tally is None or board.to_shuffle is None:
            expected = "an archive that waits for shuffles of ranked ballots"
            raise CheckFailed(BALLOTS_CHECK, "archive", expected, board.why_not_shuffled)
        tally = with_ranked_rows(board.tally, board.to_shuffle, board.election)
        with remembering(options.key) as memory:
            known = read_memory(memory).for_election(board.election.fingerprint)
            order = _order(options, board, tally)
            owner = run_apart(find_owner, order)
            path: Path = options.dir / f"{owner}.shuffle"
            expect_new([path])
            write_memory(memory, known)
            answer = run_apart(shuffle, order)
    write_public(path, answer.lines)
    terminal.say(f"Trustee {answer.owner}: shuffled {board.election.counted} ranked ballots.")
    terminal.say(f"For the server: {path}")
    return DONE


def _expect_decryptable(board: Board, at_least: int | None) -> tuple[Sha256Hex, EncryptedTally]:
    """Return what fixes the ballots, and the tally to open; refuse one that must not be opened.

    A ballot of weight 0 hides nobody's: the sum is that of the others.
    """
    if board.closing is None or board.sized is None:
        expected = "an archive whose voting has ended, with its encrypted tally"
        raise CheckFailed(BALLOTS_CHECK, "archive", expected, "one that is still open")
    if board.decryptable is None:
        expected, found = "ranked ballots whose shuffles have ended", "shuffles still to come"
        raise CheckFailed(BALLOTS_CHECK, "archive", expected, found)
    number = board.counted_ballots
    too_few = number == 1 if at_least is None else number < at_least
    if too_few:
        expected = f"at least {FEWEST_BALLOTS if at_least is None else at_least} ballots"
        raise CheckFailed(BALLOTS_CHECK, "encrypted tally", expected, str(number))
    return board.closing, board.decryptable


def _order(
    options: argparse.Namespace, board: Board, tally: EncryptedTally | None = None
) -> TrusteeOrder:
    return TrusteeOrder(
        key=options.key,
        decryption_key=options.decryption_key,
        election=board.record,
        trustees=derive_trustees_record(board.trustees),
        tally=b"" if tally is None else derive_tally_record(tally, board.election.shape),
        counted=board.election.counted,
    )


@contextmanager
def _verified_copy(
    place: Path,
    may_be_open: frozenset[Check],
    since: Path | None,
    terminal: Terminal,
    least_shuffles: int = 1,
) -> Iterator[Board | None]:
    """Give what a copy of the archive says that was verified whole, or None after saying why not.

    may_be_open: the checks that need not be made yet. What is read afterwards is the very copy.
    """
    source = find_archive(place)
    with tempfile.TemporaryDirectory(prefix="comitia-trustee-") as name:
        folder = Path(name)
        copy = folder / source.path.name
        shutil.copyfile(source.path, copy)
        earlier = None if since is None else find_archive(since)
        found = Found(find_archive(copy).path, source.read_beside)
        report = verify_found(found, earlier, None, terminal, least_shuffles=least_shuffles)
        if not _holds(report, may_be_open):
            show_report(report, terminal)
            terminal.complain(f"comitia: {source.path}: {_why_not(report)}; nothing was done")
            yield None
            return
        if any(result.failures for result in report.checks):
            text = "Decryptions of other trustees do not hold; `comitia verify` says which."
            terminal.say(text, "yellow")
        board = read_board(copy)
        if board.shuffles and not _are_signed(report):
            beside = shuffles_file_name(board.election.uuid)
            expected = f"the shuffles' signatures in {beside}, beside the archive"
            reason = "no such file; ask the server for it"
            raise CheckFailed(Check.SHUFFLE_SIGNATURE.id, "archive", expected, reason)
        yield board


def _holds(report: Report, may_be_open: frozenset[Check]) -> bool:
    return all(
        result.check in _OF_OTHERS
        or result.status is Status.PASSED
        or (result.status is Status.NOT_CHECKED and result.check in may_be_open)
        for result in report.checks
    )


def _are_signed(report: Report) -> bool:
    """Whether every shuffle's signature was checked, and not only its owner's claim read.

    Without them the server could have made all shuffles itself, and know whose ballot is whose.
    """
    return not any(warning.id == Check.SHUFFLE_SIGNATURE.id for warning in report.warnings)


def _why_not(report: Report) -> str:
    if report.verdict is Verdict.INVALID:
        return "the archive does not hold"
    if any(result.check is Check.SHUFFLE_PRESENT for result in report.checks):
        return "not everything could be checked (is the election still open, or not shuffled yet?)"
    return "not everything could be checked (is the election still open?)"


COMMANDS: Final = (
    Command(
        "rehearse",
        "trustee: show, on a test tally, that your key works",
        _rehearse_arguments,
        _rehearse,
    ),
    Command(
        "shuffle",
        "trustee: verify your copy of the archive, shuffle its ranked ballots",
        _shuffle_arguments,
        _shuffle,
    ),
    Command(
        "decrypt",
        "trustee: verify your copy of the archive, decrypt its tally",
        _decrypt_arguments,
        _decrypt,
    ),
)
