"""The server sets an election up: from what its parties handed over to an archive that is open."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from comitia.ballots.v1.making import Preparation, make_setup
from comitia.ballots.v1.model import (
    ArchiveHeader,
    ElectionTemplate,
    EventType,
    SingleTrustee,
    ThresholdTrustees,
    Trustee,
    canonical_json,
    derive_fingerprint,
    owner_keys,
    owner_ranges,
)
from comitia.ballots.v1.parse import (
    LARGEST_SETUP_BYTES,
    expect_list,
    expect_text,
    parse_json,
    parse_template,
    parse_threshold_trustees,
    parse_trustee_key,
)
from comitia.cli.archives import create_archive
from comitia.cli.election.board import LARGEST_CREDENTIALS_BYTES
from comitia.cli.election.hashes import HashedFile, read_announced
from comitia.cli.election.options import (
    DONE,
    FAILED,
    Command,
    add_folder,
    add_group,
    add_hashes,
    add_uuid,
)
from comitia.cli.election.steps import PUBLIC_CREDENTIALS
from comitia.cli.files import expect_new, naming, read_plain, write_or_find
from comitia.cli.reporting import show_report
from comitia.cli.terminal import Terminal, printable
from comitia.cli.verifying import find_archive, verify_found
from comitia.curve import Group, group_named
from comitia.errors import MalformedRecord
from comitia.verify import Verdict

_THRESHOLD_START: Final = b'{"threshold":'


def _setup_arguments(parser: argparse.ArgumentParser) -> None:
    add_uuid(parser)
    parser.add_argument(
        "--template",
        metavar="FILE",
        type=Path,
        required=True,
        help="name, description and questions of the election",
    )
    parser.add_argument(
        "--credentials",
        metavar="FILE",
        type=Path,
        default=Path(PUBLIC_CREDENTIALS),
        help="the registrar's public list (default: %(default)s)",
    )
    parser.add_argument(
        "--certificate",
        metavar="FILE",
        type=Path,
        help="the registrar's certificate of the list, where there is one",
    )
    parser.add_argument(
        "--trustees",
        metavar="FILE",
        type=Path,
        nargs="+",
        required=True,
        help="public keys (ID.pubkey) and threshold groups (threshold.json), in order",
    )
    add_hashes(parser)
    add_group(parser)
    add_folder(parser, "where to write")


def _setup(options: argparse.Namespace, terminal: Terminal) -> int:
    group = group_named(options.group)
    files = read_announced(options.trustees, options.hashes)
    trustees = tuple(_read_trustee(file, group) for file in files)
    certificate = options.certificate
    election, records = make_setup(
        Preparation(
            template=_read_template(options.template),
            uuid=options.uuid,
            group=group,
            trustees=trustees,
            credentials=_without_voters(
                read_plain(options.credentials, LARGEST_CREDENTIALS_BYTES), options.credentials
            ),
            certificate=None
            if certificate is None
            else read_plain(certificate, LARGEST_SETUP_BYTES).removesuffix(b"\n"),
        )
    )
    _warn_of_losses(trustees, terminal)
    path: Path = options.dir / f"{options.uuid}.bel"
    expect_new([path])
    write_or_find(options.dir / "election.json", records.election)
    write_or_find(options.dir / "trustees.json", records.trustees)
    with create_archive(path, ArchiveHeader(int(time.time()))) as archive:
        try:
            archive.append(EventType.SETUP, *records.in_order)
        except BaseException:
            path.unlink(missing_ok=True)  # without its set-up it would only be in the way
            raise
    report = verify_found(find_archive(path), None, None, terminal)
    if report.verdict is Verdict.INVALID:
        path.unlink()
        show_report(report, terminal)
        terminal.complain("comitia: this election would not hold; nobody was told of it")
        return FAILED
    terminal.say(f"Election {election.uuid}, open: {path}")
    terminal.say(f"Its fingerprint, for everybody: {election.fingerprint}")
    terminal.say(f"Credentials: {derive_fingerprint(records.credentials)}")
    for owner, key in enumerate(owner_keys(trustees), 1):
        name = "" if key.name is None else f" ({printable(key.name)})"
        terminal.say(f"Trustee {owner}{name}: {key.public_key.text[:64]}")
    terminal.say("Before anybody votes, every trustee rehearses: comitia election rehearse")
    return DONE


def _read_trustee(file: HashedFile, group: Group) -> Trustee:
    data = file.content.removesuffix(b"\n")
    with naming(file.path):
        if data.startswith(_THRESHOLD_START):
            return parse_threshold_trustees(data, group)
        return SingleTrustee(parse_trustee_key(data, group))


def _read_template(path: Path) -> ElectionTemplate:
    data = read_plain(path, LARGEST_SETUP_BYTES)
    with naming(path):
        template = parse_template(data)
    if not template.questions:
        raise MalformedRecord(str(path), "expected at least one question")
    return template


def _without_voters(data: bytes, path: Path) -> bytes:
    """Return the public list, without the names that a registrar's own list holds."""
    where = str(path)
    items = expect_list(parse_json(data, where, LARGEST_CREDENTIALS_BYTES), where)
    if not items:
        raise MalformedRecord(where, "expected at least one credential")
    entries = [expect_text(item, f"{where}, entry {n}") for n, item in enumerate(items, 1)]
    return canonical_json([_stripped(entry) for entry in entries])


def _stripped(entry: str) -> str:
    element, _, rest = entry.partition(",")
    weight = rest.partition(",")[0]
    return f"{element},{weight}" if weight else element


def _warn_of_losses(trustees: Sequence[Trustee], terminal: Terminal) -> None:
    """Say which lost keys would lose the result: nobody should find that out at the end."""
    for trustee, owners in owner_ranges(tuple(trustees)):
        if isinstance(trustee, ThresholdTrustees) and trustee.threshold < len(owners):
            spare = len(owners) - trustee.threshold
            terminal.say(
                f"Trustees {owners.start} to {owners.stop - 1}: any {trustee.threshold} suffice, "
                f"so {spare} lost {'key costs' if spare == 1 else 'keys cost'} nothing."
            )
        elif isinstance(trustee, ThresholdTrustees):
            terminal.say(
                f"Trustees {owners.start} to {owners.stop - 1}: all are needed. One lost key "
                "loses the result.",
                "yellow",
            )
        else:
            terminal.say(
                f"Trustee {owners.start}: needed. If this key is lost, so is the result.", "yellow"
            )


COMMANDS: Final = (
    Command("setup", "server: put an election together and open it", _setup_arguments, _setup),
)
