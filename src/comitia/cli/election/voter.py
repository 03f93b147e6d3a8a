"""A voter's commands: prepare a ballot, and then sign it to be cast, or open it for an audit."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from comitia.ballots.v1.equations import audit_failures
from comitia.ballots.v1.model import (
    AuditedBallot,
    Election,
    HomomorphicQuestion,
    ListsQuestion,
    SummedQuestion,
    derive_tracker,
)
from comitia.ballots.v1.parse import LARGEST_SETUP_BYTES, parse_audited_ballot
from comitia.cli.election.board import read_board
from comitia.cli.election.options import (
    DONE,
    FAILED,
    Command,
    add_archive,
    add_folder,
    archive_in,
)
from comitia.cli.election.steps import (
    PreparedOrder,
    PrepareOrder,
    open_prepared,
    prepare,
    sign_prepared,
)
from comitia.cli.files import lock_file, read_plain, write_public
from comitia.cli.terminal import Terminal, printable
from comitia.engine import run_apart


def _prepare_arguments(parser: argparse.ArgumentParser) -> None:
    _add_credential(parser)
    parser.add_argument(
        "--choice",
        metavar="FILE",
        type=Path,
        required=True,
        help="your choices, a private file: [[0,1],[1,0,0]], a list of 0 and 1 a question",
    )
    add_archive(parser)
    add_folder(parser, "where to write")


def _prepare(options: argparse.Namespace, terminal: Terminal) -> int:
    board = read_board(archive_in(options.archive))
    order = PrepareOrder(
        options.dir,
        board.record,
        options.privcred,
        options.choice,
        frozenset(board.weights),
    )
    unsigned_hash, path = run_apart(prepare, order)
    terminal.say("Your ballot is encrypted, and neither signed nor opened. Note its hash:")
    terminal.say(f"  {unsigned_hash}")
    terminal.say("Then decide. To cast it:")
    terminal.say(f"  comitia election sign {path}")
    terminal.say("To see whether it holds your choices, instead of casting it:")
    terminal.say(f"  comitia election open {path}")
    return DONE


def _sign_arguments(parser: argparse.ArgumentParser) -> None:
    _add_prepared(parser)
    _add_credential(parser)
    add_archive(parser)


def _sign(options: argparse.Namespace, terminal: Terminal) -> int:
    board = read_board(archive_in(options.archive))
    with lock_file(options.prepared):
        order = PreparedOrder(options.prepared, board.record, options.privcred)
        ballot = run_apart(sign_prepared, order)
        path = options.prepared.with_suffix(".ballot")
        write_public(path, ballot + b"\n")
        options.prepared.unlink()
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
        path = options.prepared.with_suffix(".audited.json")
        # From here on the ballot can only be audited, even if the program is killed between.
        options.prepared.unlink()
        write_public(path, content)
    terminal.say("This ballot can no longer be cast: it tells what it holds.")
    terminal.say("Check it on another machine, with the hash that you noted:")
    terminal.say(f"  comitia election audit {path}")
    return DONE


def _audit_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("audited", metavar="FILE", type=Path, help="a ballot that was opened")
    parser.add_argument("--hash", metavar="HASH", help="the hash that the voter noted")
    add_archive(parser)


def _audit(options: argparse.Namespace, terminal: Terminal) -> int:
    election = read_board(archive_in(options.archive)).election
    audited = parse_audited_ballot(read_plain(options.audited, LARGEST_SETUP_BYTES), election)
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
    questions = election.summed_questions or ()
    for question, openings in zip(questions, audited.openings, strict=True):
        terminal.say(printable(question.text))
        for name, opening in zip(_names(question), openings, strict=True):
            terminal.say(f"  [{'x' if opening.value else ' '}] {printable(name)}")


def _names(question: SummedQuestion) -> tuple[str, ...]:
    """Return what each ciphertext of an answer stands for."""
    match question:
        case HomomorphicQuestion():
            return ("(blank)", *question.answers) if question.blank else question.answers
        case ListsQuestion():
            return tuple(name for names in question.lists for name in names)


def _add_credential(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--privcred",
        metavar="FILE",
        type=Path,
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
