"""The commands of ``comitia record``: keys, and a witness at work."""

from __future__ import annotations

import argparse
import secrets
import time
from pathlib import Path
from typing import Final

from comitia.cli.addresses import is_url
from comitia.cli.files import naming, read_private, write_private
from comitia.cli.record.attending import Post, attend, read_witness_key
from comitia.cli.sentences import sentence_of
from comitia.cli.terminal import Terminal
from comitia.errors import CheckFailed, ComitiaError, MalformedRecord
from comitia.record.keys import (
    LONGEST_KEY,
    KeyKind,
    SignerKey,
    VerifierKey,
    generate_key,
    parse_signer_key,
    parse_verifier_key,
)
from comitia.record.texts import decode_text, is_name

FAILED: Final = 1
_LONGEST_NAME: Final = 200
_MOST_SECONDS: Final = 7 * 24 * 3600
_KEY_SUMMARY: Final = "make a witness's key; its public half is printed, and nothing else"
_SHOW_SUMMARY: Final = "print the record's key: the public half, for auditors to compare"
_NEW_SUMMARY: Final = "make the key that is to follow the record's; its public half is printed"
KEY_FILE: Final = "record.key"
NEXT_KEY_FILE: Final = "record.key.next"
_WITNESS_SUMMARY: Final = "sign a record's checkpoint, if it continues what was signed before"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the commands about a record to the command line."""
    parsers = parser.add_subparsers(metavar="COMMAND", required=True)
    key = parsers.add_parser(
        "witness-key", help=_KEY_SUMMARY, description=f"{_KEY_SUMMARY.capitalize()}."
    )
    key.add_argument("file", metavar="FILE", type=Path, help="where the private key is kept")
    key.add_argument(
        "--name", metavar="NAME", type=_name, required=True, help="the witness's name, for ever"
    )
    key.set_defaults(record_command=make_key)
    _add_keys(parsers)
    _add_witness(
        parsers.add_parser(
            "witness", help=_WITNESS_SUMMARY, description=f"{_WITNESS_SUMMARY.capitalize()}."
        )
    )


def _add_keys(parsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    show = parsers.add_parser(
        "key", help=_SHOW_SUMMARY, description=f"{_SHOW_SUMMARY.capitalize()}."
    )
    make = parsers.add_parser(
        "new-key", help=_NEW_SUMMARY, description=f"{_NEW_SUMMARY.capitalize()}."
    )
    for parser, work in ((show, show_key), (make, make_next_key)):
        parser.add_argument(
            "--data", metavar="DIR", type=Path, required=True, help="the application's data folder"
        )
        parser.set_defaults(record_command=work)
    make.add_argument(
        "--name", metavar="NAME", type=_name, help="the record's name, where its key is lost"
    )


def _add_witness(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("url", metavar="URL", type=_url, help="where the record is published")
    parser.add_argument(
        "--key", metavar="FILE", type=Path, required=True, help="the witness's private key"
    )
    parser.add_argument(
        "--state",
        metavar="FILE",
        type=Path,
        required=True,
        help="what was signed last of this record: one file a record, for ever",
    )
    parser.add_argument(
        "--record-key",
        metavar="VKEY",
        type=_record_key,
        help="the record's key, as it was published elsewhere; without it, and where nothing was "
        "signed yet, the one at URL is trusted, and its hash is printed to be compared",
    )
    parser.add_argument(
        "--every",
        metavar="SECONDS",
        type=_seconds,
        help="go on, at this interval, until a history is refused (default: once)",
    )
    parser.set_defaults(record_command=witness)


def run_command(options: argparse.Namespace, terminal: Terminal) -> int:
    """Do what was asked for; return the exit status: 1 where a check has failed."""
    try:
        options.record_command(options, terminal)
    except CheckFailed as failure:
        terminal.complain(f"comitia: {sentence_of(failure)}")
        return FAILED
    return 0


def make_key(options: argparse.Namespace, terminal: Terminal) -> None:
    """Make a key in a new file that only its owner reads; print the public half."""
    key = generate_key(options.name, KeyKind.COSIGNATURE, secrets.token_bytes)
    write_private(options.file, f"{key.text}\n".encode())
    terminal.say(key.verifier.text)


def show_key(options: argparse.Namespace, terminal: Terminal) -> None:
    """Print the public half of the record's key."""
    terminal.say(_record_key_in(options.data).verifier.text)


def make_next_key(options: argparse.Namespace, terminal: Terminal) -> None:
    """Make the key that is to follow, beside the one in force; print its public half."""
    name = options.name or _record_key_in(options.data).name
    key = generate_key(name, KeyKind.NOTE, secrets.token_bytes)
    write_private(options.data / NEXT_KEY_FILE, f"{key.text}\n".encode())
    terminal.say(key.verifier.text)


def _record_key_in(folder: Path) -> SignerKey:
    path = folder / KEY_FILE
    with naming(path):
        text = decode_text(read_private(path, LONGEST_KEY + 1), "key", LONGEST_KEY + 1)
        return parse_signer_key(text.removesuffix("\n"), "key")


def witness(options: argparse.Namespace, terminal: Terminal) -> None:
    """Sign once, or again and again: then only a history that is refused ends it."""
    post = Post(
        options.url, read_witness_key(options.key), options.state, options.record_key, time.time
    )
    if options.every is None:
        attend(post, terminal)
        return
    while True:
        try:
            attend(post, terminal)
        except CheckFailed:
            raise
        except (ComitiaError, OSError) as error:
            terminal.complain(f"comitia: {sentence_of(error)}")
        time.sleep(options.every)


# --- What the options may be ---------------------------------------------------------------------


def _name(text: str) -> str:
    if not is_name(text) or len(text) > _LONGEST_NAME:
        raise argparse.ArgumentTypeError("expected a name without spaces and plus signs")
    return text


def _url(text: str) -> str:
    if not is_url(text):
        raise argparse.ArgumentTypeError("expected an address that begins with https:// or http://")
    return text if text.endswith("/") else f"{text}/"


def _record_key(text: str) -> VerifierKey:
    try:
        key = parse_verifier_key(text, "the record's key")
    except MalformedRecord as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    if key.kind is not KeyKind.NOTE:
        raise argparse.ArgumentTypeError("this is the key of a witness, not of a record")
    return key


def _seconds(text: str) -> int:
    short = text.isascii() and text.isdecimal() and len(text) <= len(str(_MOST_SECONDS))
    if not short or not 0 < int(text) <= _MOST_SECONDS:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1 to {_MOST_SECONDS}")
    return int(text)
