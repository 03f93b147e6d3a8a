"""A voter's commands: prepare a ballot, and then sign it to be cast, or open it for an audit."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from shlex import quote
from typing import Final

from comitia.ballots.v1.equations import audit_failures, trustee_failures
from comitia.ballots.v1.model import (
    AnyOpening,
    AuditedBallot,
    Check,
    Election,
    RankedOpening,
    RankedQuestion,
    combine_keys,
    derive_tracker,
)
from comitia.ballots.v1.parse import LARGEST_SETUP_BYTES, parse_audited_ballot
from comitia.cli.election.board import Board, read_board
from comitia.cli.election.options import (
    DONE,
    FAILED,
    Command,
    add_archive,
    add_folder,
    archive_in,
    secret_file,
)
from comitia.cli.election.results import choice_names
from comitia.cli.election.steps import (
    PreparedOrder,
    PrepareOrder,
    open_prepared,
    prepare,
    sign_prepared,
)
from comitia.cli.files import (
    expect_new,
    lock_file,
    naming,
    read_plain,
    sync_folder,
    write_private,
    write_public,
)
from comitia.cli.terminal import Terminal, printable
from comitia.engine import run_apart
from comitia.errors import CheckFailed, MalformedRecord

_SIGNED: Final = ".ballot"
_OPENED: Final = ".audited.json"


def _prepare_arguments(parser: argparse.ArgumentParser) -> None:
    _add_credential(parser)
    parser.add_argument(
        "--choice",
        metavar="FILE",
        type=secret_file,
        required=True,
        help="your choices, a private file: [[0,1],[1,0,0]], a list of 0 and 1 a question, "
        "of a ranked one a number for each answer",
    )
    add_archive(parser)
    add_folder(parser, "where to write")


def _prepare(options: argparse.Namespace, terminal: Terminal) -> int:
    board = read_board(archive_in(options.archive))
    _expect_trustees_key(board)
    order = PrepareOrder(
        options.dir,
        board.record,
        options.privcred,
        options.choice,
        frozenset(board.weights),
    )
    unsigned_hash, path = run_apart(prepare, order)
    terminal.say(f"Election {printable(board.election.name)}")
    terminal.say(f"  with the fingerprint {board.election.fingerprint}: compare it")
    terminal.say("Your ballot is encrypted, and neither signed nor opened. Note its hash:")
    terminal.say(f"  {unsigned_hash}")
    prepared, credential = quote(str(path)), quote(str(options.privcred))
    terminal.say("Then decide. To cast it:")
    archive = quote(str(options.archive))
    terminal.say(f"  comitia election sign --privcred {credential} --archive {archive} {prepared}")
    terminal.say("To see whether it holds your choices, instead of casting it:")
    terminal.say(f"  comitia election open --archive {archive} {prepared}")
    return DONE


def _expect_trustees_key(board: Board) -> None:
    """Refuse to encrypt to a key of which nobody knows whose it is."""
    election = board.election
    for failure in trustee_failures(board.trustees, election.group):
        raise failure
    if combine_keys(board.trustees, election.group) != election.public_key:
        expected = "the product of the trustees' keys"
        raise CheckFailed(Check.SETUP_ELECTION.id, "public_key", expected, "another key")


def _sign_arguments(parser: argparse.ArgumentParser) -> None:
    _add_prepared(parser)
    _add_credential(parser)
    add_archive(parser)


def _sign(options: argparse.Namespace, terminal: Terminal) -> int:
    board = read_board(archive_in(options.archive))
    with lock_file(options.prepared):
        order = PreparedOrder(options.prepared, board.record, options.privcred)
        ballot = run_apart(sign_prepared, order)
        path = options.prepared.with_suffix(_SIGNED)
        write_public(path, ballot + b"\n")
        _remove(options.prepared)
    terminal.say(f"To be cast: {path}")
    terminal.say("By its tracker you will find it in the archive:")
    terminal.say(f"  {derive_tracker(ballot)}")
    return DONE


def _open_arguments(parser: argparse.ArgumentParser) -> None:
    _add_prepared(parser)
    add_archive(parser)


def _open(options: argparse.Namespace, terminal: Terminal) -> int:
    board = read_board(archive_in(options.archive))
    with lock_file(options.prepared):
        content = run_apart(open_prepared, PreparedOrder(options.prepared, board.record))
        signed, path = (options.prepared.with_suffix(end) for end in (_SIGNED, _OPENED))
        if signed.exists():  # the program was killed before it removed the prepared ballot
            problem = f"this ballot was signed, as {signed}, and must not be opened any more"
            raise MalformedRecord(str(options.prepared), problem)
        expect_new([path])
        # From here on the ballot can only be audited, even if the program is killed between.
        _remove(options.prepared)
        write_private(path, content)
    terminal.say("This ballot can no longer be cast: it tells what it holds.")
    terminal.say("Check it on another machine, with the hash that you noted:")
    terminal.say(f"  comitia election audit --hash HASH {quote(str(path))}")
    return DONE


def _remove(path: Path) -> None:
    """Remove a file for good, whatever happens next."""
    path.unlink()
    sync_folder(path.parent)


def _audit_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("audited", metavar="FILE", type=Path, help="a ballot that was opened")
    parser.add_argument("--hash", metavar="HASH", help="the hash that the voter noted")
    add_archive(parser)


def _audit(options: argparse.Namespace, terminal: Terminal) -> int:
    election = read_board(archive_in(options.archive)).election
    data = read_plain(options.audited, LARGEST_SETUP_BYTES)
    with naming(options.audited):
        audited = parse_audited_ballot(data, election)
    found = audited.unsigned.derive_signed_hash()
    sound = True
    if options.hash not in {None, found}:
        terminal.say("The hash is NOT the one that was noted:", "bold red")
        terminal.say(f"  noted {printable(options.hash)}")
        sound = False
    terminal.say(f"Hash {found}")
    for failure in audit_failures(audited, election):
        terminal.say(f"{failure.check}: {failure.subject}", "bold red")
        terminal.say(f"  expected {failure.expected}")
        terminal.say(f"  found    {failure.found}")
        sound = False
    _show_choices(audited, election, terminal)
    if not sound:
        terminal.say(
            "This ballot is NOT what its maker said. Do not vote with that program.", "bold red"
        )
        return FAILED
    terminal.say("Every ciphertext holds what is said above. If these are the choices that were")
    terminal.say("made, and the hash is the one that was noted, this ballot was made honestly.")
    return DONE


def _show_choices(audited: AuditedBallot, election: Election, terminal: Terminal) -> None:
    for question, openings in zip(election.questions, audited.openings, strict=True):
        terminal.say(printable(question.text))
        for name, value in zip(choice_names(question), _values(openings), strict=True):
            shown = f"{value:>3}" if isinstance(question, RankedQuestion) else " x"[value]
            terminal.say(f"  [{shown}] {printable(name)}")


def _values(openings: Sequence[AnyOpening]) -> tuple[int, ...]:
    """Return the numbers of an answer, whether in one ciphertext or in one each."""
    return tuple(
        value
        for opening in openings
        for value in (opening.values if isinstance(opening, RankedOpening) else (opening.value,))
    )


def _add_credential(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--privcred",
        metavar="FILE",
        type=secret_file,
        required=True,
        help="the private credential from the registrar, in a private file",
    )


def _add_prepared(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("prepared", metavar="FILE", type=Path, help="what `prepare` has written")


COMMANDS: Final = (
    Command("prepare", "voter: encrypt a ballot, see its hash first", _prepare_arguments, _prepare),
    Command("sign", "voter: sign a prepared ballot, to cast it", _sign_arguments, _sign),
    Command("open", "voter: open a prepared ballot, instead of casting it", _open_arguments, _open),
    Command("audit", "anybody: check a ballot that was opened", _audit_arguments, _audit),
)
