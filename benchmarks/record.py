"""What ``comitia verify`` of a record costs: time and memory, beside the bare reading of its files.

A record of an organisation with one branch, into which people are admitted: two entries each. It is
published as tiles with a checkpoint that its log and a witness signed, and verified by the whole
command. *Reading* is the same files read and hashed with SHA-256, in the same run.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from comitia.law.presets import PRESETS
from comitia.law.values import Organ, OrganKind
from comitia.record.checkpoints import Checkpoint, sign_checkpoint
from comitia.record.cosignatures import cosign
from comitia.record.entries import (
    Actor,
    Capacity,
    Entry,
    Grounds,
    SealedEntry,
    parse_entry_value,
    seal_entry,
)
from comitia.record.folding.founding import item_of
from comitia.record.keys import KeyKind, generate_key
from comitia.record.kinds.organisation import (
    CreateBranch,
    DeclareMandate,
    FoundOrganisation,
    GrantAdministration,
    Level,
)
from comitia.record.kinds.register import AdmitMember, ApplyForMembership, Category
from comitia.record.kinds.rulebook import AdoptRuleBook
from comitia.record.kinds.values import EntryHash, Identifier, Pseudonym, Root, Text, Values
from comitia.record.tiles import (
    CHECKPOINT_PATH,
    TILE_WIDTH,
    bundle_bytes,
    new_bundles,
    new_tiles,
    tile_bytes,
)
from comitia.record.tree import EMPTY, leaf_hash, read_from
from comitia.verify.trust import Trust

ORIGIN = "record.example/benchmark"
DAY = date(2026, 1, 5)
WIDE_RULES = {"office.longest_term": {"years": 10}, "job.most_people": 100}
LAST = date(2036, 1, 4)
"""Of what is held. A record of 200,000 entries, two people an hour, takes six of these years."""
AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
TIME_ZONE = ZoneInfo("Europe/London")
"""Where the organisation's days begin and end."""
COMMITTEE = Organ(OrganKind.BODY, "committee")


def identifier(number: int) -> Identifier:
    """Return an identifier of our own making."""
    return Identifier(f"{number:032x}")


WHOLE, RULES, ORGANISATION, SEAT, *ADMINISTRATORS = map(identifier, range(1, 7))
SIGNERS = tuple(Actor(Capacity.APPOINTMENT, one) for one in ADMINISTRATORS)


def founding() -> Iterator[SealedEntry]:
    """Yield the founding and what it lists."""
    book = PRESETS["small-association"].rule_book(DAY).to_json()
    values = book["rules"] if isinstance(book, dict) else None
    if not isinstance(values, dict):
        raise TypeError("a rule book has rules")
    adopted = AdoptRuleBook(
        number=1,
        in_force_from=DAY,
        preset=Text("small-association"),
        rules=Values(values | WIDE_RULES),
    )
    holder = Pseudonym(identifier(7))
    listed = (
        (RULES, None, adopted),
        (WHOLE, None, CreateBranch(name=Text("All"), level=Level.WHOLE)),
        *((one, WHOLE, GrantAdministration(holder=holder, until=LAST)) for one in ADMINISTRATORS),
        (
            SEAT,
            WHOLE,
            DeclareMandate(organ=COMMITTEE, holder=holder, since=DAY, until=LAST),
        ),
    )
    items = [
        item_of(parse_entry_value(seal_entry(Entry(act, AT, SIGNERS, a, b), os.urandom).content))
        for a, b, act in listed
    ]
    root = EMPTY.append_many(map(leaf_hash, items)).root
    act = FoundOrganisation(
        name=Text("Benchmark"),
        language=Text("en"),
        time_zone=Text(TIME_ZONE.key),
        listed=len(listed),
        list_root=Root(root.hex()),
    )
    first = seal_entry(Entry(act, AT, SIGNERS, ORGANISATION), os.urandom)
    yield first
    rules: EntryHash | None = None
    for aggregate, branch, one in listed:
        grounds = Grounds(None, first.hash, rules, first.hash)
        entry = seal_entry(Entry(one, AT, SIGNERS, aggregate, branch, grounds), os.urandom)
        rules = rules or entry.hash
        yield entry


def admissions(number: int, rules: EntryHash, right: EntryHash) -> Iterator[SealedEntry]:
    """Yield the entries of so many people who apply and are admitted, two an hour."""
    committee = (Actor(Capacity.MANDATE, SEAT),)
    for n in range(number):
        person, at = identifier(1000 + n), AT + timedelta(minutes=30 * (n + 4))
        apply = ApplyForMembership(
            branch=WHOLE, category=Category.FULL, name=Text(f"Person {n}"), birth_date=DAY
        )
        own = (Actor(Capacity.MEMBERSHIP, person),)
        applied = seal_entry(Entry(apply, at, own, person, WHOLE, Grounds(rules=rules)), os.urandom)
        yield applied
        admit = AdmitMember(since=at.astimezone(TIME_ZONE).date())
        grounds = Grounds(applied.hash, right, rules)
        yield seal_entry(Entry(admit, at, committee, person, WHOLE, grounds), os.urandom)


@dataclass(frozen=True)
class Published:
    """A record's folder, and the file of what is known of it."""

    folder: Path
    trust: Path


def publish(entries: int, place: Path) -> Published:
    """Make and publish a record of so many entries, an even number more than the founding's."""
    begun = list(founding())
    contents = [entry.content for entry in begun]
    people = (entries - len(contents)) // 2
    contents += [one.content for one in admissions(people, begun[1].hash, begun[-1].hash)]
    leaves = [leaf_hash(content) for content in contents]
    head, reader = EMPTY.append_many(leaves).head, read_from(leaves)
    folder = place / "record"
    for tile in new_tiles(0, head.size):
        write(folder / tile.path, tile_bytes(tile, reader))
    for bundle in new_bundles(0, head.size):
        first = bundle.index * TILE_WIDTH
        write(folder / bundle.path, bundle_bytes(contents[first : first + bundle.width]))
    log = generate_key(ORIGIN, KeyKind.NOTE, os.urandom)
    witness = generate_key("witness.example", KeyKind.COSIGNATURE, os.urandom)
    checkpoint = Checkpoint(ORIGIN, head)
    note = sign_checkpoint(checkpoint, log).add(cosign(checkpoint, witness, 1767603600))
    write(folder / CHECKPOINT_PATH, note.to_bytes())
    trust = Trust(ORIGIN, (log.verifier,), (witness.verifier,), 1)
    write(place / "trust.txt", trust.to_text().encode())
    return Published(folder, place / "trust.txt")


def write(path: Path, content: bytes) -> None:
    """Store a file with its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def read_all(folder: Path) -> float:
    """Return the processor time of reading and hashing every file of a folder."""
    began = time.process_time()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            hashlib.sha256(path.read_bytes()).digest()
    return time.process_time() - began


_PROGRAM = (
    "import re, sys; from comitia.cli import main; status = main(sys.argv[1:]);"
    "peak = re.search('VmHWM:[ \\t]*([0-9]+)', open('/proc/self/status').read());"
    "print(peak[1], file=sys.stderr); sys.exit(status)"
)


def verify(record: Published) -> tuple[float, float]:
    """Return the processor time of the whole command, and its peak of memory in MiB."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    words = ("verify", "--json", "--trust", str(record.trust), str(record.folder))
    done = subprocess.run(  # noqa: S603 - our own program on our own files
        [sys.executable, "-c", _PROGRAM, *words], check=True, capture_output=True, text=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return used, int(re.findall(r"\d+", done.stderr)[-1]) / 1024


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--entries", type=int, nargs="+", default=[20_000, 200_000])
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured")
    options = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores; Python {platform.python_version()}")
    for entries in options.entries:
        with tempfile.TemporaryDirectory() as place:
            record = publish(entries, Path(place))
            size = sum(path.stat().st_size for path in record.folder.rglob("*") if path.is_file())
            found = [(*verify(record), read_all(record.folder)) for _ in range(options.rounds)]
            used, peak, read = (statistics.median(column) for column in zip(*found, strict=True))
            print(
                f"{entries:9,} entries, {size / 2**20:6.1f} MiB: {used:7.2f} s, {peak:5.0f} MiB; "
                f"{used / entries * 1e6:5.0f} us an entry; reading {read:5.2f} s, "
                f"{used / read:5.0f} times that",
                flush=True,
            )


if __name__ == "__main__":
    main()
