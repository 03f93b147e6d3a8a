"""Inputs that are cheap to send and could be dear to read, given to every target within limits.

``python -m tests.fuzz.bombs`` is a process of its own: one that takes more processor time or memory
than the limits is ended by the system, and the last line it printed says where.
"""

from __future__ import annotations

import json
import resource
from collections.abc import Iterator
from typing import Any, Final

from comitia.ballots.v1.model import BLOCK_BYTES, HEADER_NAME, canonical_json, tar_block
from tests.elections import TIMESTAMP
from tests.fuzz.changes import change_record
from tests.fuzz.targets import TARGETS, TINY

SECONDS: Final = 120
BYTES: Final = 2**31
"""Each a multiple of what all of them take together; quadratic work takes hours."""

MILLION: Final = 10**6
BELOW_LIMIT: Final = 15 * MILLION
"""The longest records may have 16 MiB; all others are refused by their length."""

_READ_BEFORE: Final = ("field-", "lists-", "any-papers", "rankings")
"""The parsers of these are those of other targets; only elements and the shape differ."""

_DIGITS: Final = b"9" * (10 * MILLION)
BOMBS: Final[dict[str, bytes]] = {
    "digits": _DIGITS,
    "digits in a list": b"[" + _DIGITS + b"]",
    "digits in a string": b'"' + _DIGITS + b'"',
    "30 MB of digits": _DIGITS * 3,
    "open lists": b"[" * MILLION,
    "deep lists": b"[" * MILLION + b"]" * MILLION,
    "open objects": b'{"a":' * MILLION,
    "an open string": b'"' + b"a" * (5 * MILLION),
    "escaped quotes": b'"' + b'\\"' * MILLION,
    "backslashes": b'["' + b"\\" * (2 * MILLION + 1) + b'"]',
    "escaped characters": b'["' + b"\\u0041" * MILLION + b'"]',
    "halves of pairs": b'["' + b"\\ud800" * MILLION + b'"]',
    "empty lists": b"[" + b"[]," * (MILLION // 16) + b"[]]",
    "names": b"{" + b",".join(b'"%d":0' % n for n in range(MILLION // 32)) + b"}",
    "spaces": b" " * (2 * MILLION) + b"1",
    "lines": b"\n" * MILLION,
    "zero bytes": bytes(BELOW_LIMIT),
    "bytes of no text": b"\xff" * BELOW_LIMIT,
    "credentials": b'["' + b'","'.join([b"0" * 64] * (MILLION // 16)) + b'"]',
}


def grown_records(seed: bytes, met: set[str]) -> Iterator[tuple[str, bytes]]:
    """Yield a record with one text after the other grown to a number.

    It has ten million digits where no text of that name was ``met`` before, else enough of them to
    exceed every limit of the language.
    """
    try:
        holder = [json.loads(seed)]
    except ValueError:
        return
    marker = "the digits stand here"
    for name, container, key in _texts(holder):
        kept, container[key] = container[key], marker
        digits = _DIGITS[: len(_DIGITS) // 100] if name in met else _DIGITS
        met.add(name)
        yield name, canonical_json(holder[0]).replace(marker.encode(), digits)
        container[key] = kept


def _texts(holder: list[Any]) -> Iterator[tuple[str, Any, Any]]:
    """Yield where the first text of each name lies in a value, as name, container and place."""
    seen = set()
    waiting: list[tuple[str, Any]] = [("the whole", holder)]
    while waiting:
        outer, container = waiting.pop()
        items = container.items() if isinstance(container, dict) else enumerate(container)
        for key, inner in items:
            name = key if isinstance(key, str) else outer
            if isinstance(inner, dict | list):
                waiting.append((name, inner))
            elif isinstance(inner, str) and name not in seen:
                seen.add(name)
                yield name, container, key


def lying_archives() -> Iterator[tuple[str, bytes]]:
    """Yield archives whose headers claim what is not there, or that hold nothing many times."""
    header_end = 2 * BLOCK_BYTES
    header, rest = TINY.archive[:header_end], TINY.archive[header_end:]
    largest = 8**11 - 1
    empty = tar_block(f"{'0' * 64}.data.json", 0, TIMESTAMP)
    event = tar_block(f"{'0' * 64}.event.json", 0, TIMESTAMP)
    yield "a header of 8 GB", tar_block(HEADER_NAME, largest, TIMESTAMP) + rest
    yield "a record of 8 GB", header + tar_block(f"{'0' * 64}.data.json", largest, TIMESTAMP) + rest
    yield "an event of 8 GB", header + tar_block(f"{'0' * 64}.event.json", largest, TIMESTAMP)
    yield "an event of 15 MB", header + _filled("event", b" " * BELOW_LIMIT)
    yield "many empty records", header + empty * (5 * MILLION // BLOCK_BYTES)
    yield "many empty events", header + event * (5 * MILLION // BLOCK_BYTES)


def _filled(kind: str, content: bytes) -> bytes:
    block = tar_block(f"{'0' * 64}.{kind}.json", len(content), TIMESTAMP)
    return block + content + bytes(-len(content) % BLOCK_BYTES)


def lying_papers() -> Iterator[tuple[str, str, bytes]]:
    """Yield files of papers that claim more than they hold, or hold very many things.

    Each comes with the target that reads it, and its name.
    """
    yield "blt", "candidates", b"999999999 999999999\n1 1 0\n0\n"
    yield "blt", "digits", b"2 1\n" + _DIGITS + b" 1 0\n0\n"
    yield "blt", "a rank", b"2 1\n1 " + b"1=" * (5 * MILLION) + b"2 0\n0\n"
    yield "blt", "skipped ranks", b"2 1\n1 " + b"- " * MILLION + b"0\n0\n"
    yield "blt", "ids", b"2 1\n" + b"".join(b"(%d) 1 1 0\n" % n for n in range(MILLION // 2))
    yield "council-csv", "candidates", b"999999999,999999999,\n1,1,\n"
    yield "council-csv", "digits", b"2,1,\n" + _DIGITS + b",1,\n"
    yield "council-csv", "preferences", b"2,1,\n1" + b",1" * (5 * MILLION) + b"\n"
    header = b"# DATA TYPE: %s\n# NUMBER ALTERNATIVES: %d\n# NUMBER CATEGORIES: %d\n"
    one = b"# ALTERNATIVE NAME 1: A\n"
    yield "preflib", "alternatives", header % (b"toi", 999_999_999, 1)
    yield "preflib", "categories", header % (b"cat", 1, 999_999_999) + one
    yield "preflib", "digits", header % (b"toi", 1, 1) + one + _DIGITS + b": 1\n"
    yield "preflib", "a rank", header % (b"toi", 1, 1) + one + b"1: {1" + b",1" * (5 * MILLION)
    names = b"".join(b"# ALTERNATIVE NAME %d: %d\n" % (n, n) for n in range(1, 1_001))
    table = header % (b"cat", 1_000, 1) + b"# CATEGORY NAME 1: Yes\n" + names
    yield "preflib", "a table", table + b"1: 1\n" * MILLION
    tokens = b"".join(b"=c%d:[%d]\n" % (n, n) for n in range(MILLION // 4))
    yield "abif", "candidates", tokens
    yield "abif", "a table", tokens[: tokens.index(b"=c1000:")] + b"1:c1/1\n" * MILLION
    yield "abif", "a ranking", b"1:" + b">".join(b"c%d" % n for n in range(MILLION))
    yield "abif", "digits", _DIGITS + b": A\n"
    yield "abif", "digits in a score", b"1: A/" + _DIGITS
    yield "debian-tally", "options", b"V: " + b"1" * (10 * MILLION)
    yield "debian-tally", "votes", b"V: 12\n" * MILLION


def main() -> None:
    """Give everything to every target that reads such a thing, saying each name before."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    met: set[str] = set()
    for target_name, target in TARGETS.items():
        bombs = {} if target_name.startswith(_READ_BEFORE) else BOMBS
        for name, data in bombs.items():
            print(f"{target_name}: {name}", flush=True)
            target(data)
        if target.change is change_record:
            for name, data in grown_records(target.seeds[0], met):
                print(f"{target_name}: {name} grown to digits", flush=True)
                target(data)
    for name, data in lying_archives():
        print(f"archive: {name}", flush=True)
        TARGETS["archive"](data)
    for target_name, name, data in lying_papers():
        print(f"{target_name}: {name}", flush=True)
        TARGETS[target_name](data)
    print("all were withstood")


if __name__ == "__main__":
    main()
