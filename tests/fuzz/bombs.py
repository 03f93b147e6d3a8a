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

SECONDS: Final = 60
BYTES: Final = 2**31
"""Each a multiple of what all of them take together; quadratic work takes hours."""

MILLION: Final = 10**6
BELOW_LIMIT: Final = 15 * MILLION
"""The longest records may have 16 MiB; all others are refused by their length."""

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


def lying_papers() -> Iterator[tuple[str, bytes]]:
    """Yield files of papers that claim more than they hold."""
    yield "candidates in BLT", b"999999999 999999999\n1 1 0\n0\n"
    yield "candidates in CSV", b"999999999,999999999,\n1,1,\n"
    yield "digits in BLT", b"2 1\n" + _DIGITS + b" 1 0\n0\n"
    yield "digits in CSV", b"2,1,\n" + _DIGITS + b",1,\n"


def main() -> None:
    """Give everything to every target that reads such a thing, saying each name before."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    met: set[str] = set()
    for target_name, target in TARGETS.items():
        # For these the parsers are the same; only elements and the shape differ.
        bombs = {} if target_name.startswith(("field-", "lists-")) else BOMBS
        for name, data in bombs.items():
            print(f"{target_name}: {name}", flush=True)
            target(data)
        if target.change is change_record:
            for name, data in grown_records(target.seeds[0], met):
                print(f"{target_name}: {name} grown to digits", flush=True)
                target(data)
    for target_name, inputs in (("archive", lying_archives()), ("papers", lying_papers())):
        for name, data in inputs:
            print(f"{target_name}: {name}", flush=True)
            TARGETS[target_name](data)
    print("all were withstood")


if __name__ == "__main__":
    main()
