"""Ways to change sound bytes, for tests and for the fuzzer alike.

Bytes alone seldom get past a check of form, so records are also changed as values and written in
their one form again, and archives are put together again so that hashes and references hold.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from random import Random
from typing import Any, Final

from comitia.ballots.v1.model import canonical_json
from comitia.errors import ComitiaError
from tests.elections import Step, put_together, take_apart
from tests.verify.building import refer_again

Change = Callable[[bytes, Random], bytes]

# Values of every kind, and those next to a limit. No half of a surrogate pair: it has no UTF-8.
ODD_VALUES: Final[list[Any]] = [
    *(None, True, False, -1, 0, 1, 2, 2**30 - 1, 2**30, 2**64, -(2**64), 0.5),
    *("", "0", "01", "1", "-1", "+1", "1e3", "\0", "é", "\U0001f600"),
    *("a" * 64, "A" * 43, "z" * 300),
    *("ltr", "Single", "Pedersen", "NonHomomorphic", "Lists", "Homomorphic"),
    *([], [[]], [None], [0], [[0, 1], [1]], {}, {"": None}, {"type": "Lists"}),
    *({"alpha": "1", "beta": "1"}, {"challenge": "0", "response": "0"}),
]
_FRAGMENTS: Final = [
    *(b"0", b"1", b"-1", b"9" * 10, b"9" * 40, b"1.5", b"1e9", b"=", b"-", b",", b":", b" ", b"\n"),
    *(b"\r\n", b"\t", b"\0", b'"', b'""', b"\\", b'\\"', b"\\u0000", b"\\ud800", b"#", b"(", b")"),
    *(b"[", b"]", b"{", b"}", b"[]", b"{}", b"null", b"true", b"NaN", b"\xff", b"\xc3\xa9"),
    *(b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xe2\x80\xa8"),
]


def change_bytes(data: bytes, random: Random) -> bytes:
    """Flip a bit, cut, repeat, move or drop a piece, or put a telling fragment somewhere."""
    start, end = sorted(random.randrange(len(data) + 1) for _ in range(2))
    match random.randrange(6):
        case 0 if data:
            changed = bytearray(data)
            changed[random.randrange(len(data))] ^= 1 << random.randrange(8)
            return bytes(changed)
        case 1:
            return data[:end]
        case 2:
            return data[:end] + data[start:end] + data[end:]
        case 3:
            place = random.randrange(len(data) + 1)
            return data[:place] + data[start:end] + data[place:]
        case 4:
            return data[:start] + data[start + random.randrange(40) :]
        case _:
            removed = random.randrange(3)
            return data[:start] + random.choice(_FRAGMENTS) + data[start + removed :]


def change_text(data: bytes, random: Random) -> bytes:
    """Change bytes, or exchange, repeat or drop whole lines or words."""
    if random.randrange(2):
        return change_bytes(data, random)
    separator = random.choice([b"\n", b" ", b","])
    pieces = data.split(separator)
    place = random.randrange(len(pieces))
    match random.randrange(4):
        case 0:
            del pieces[place]
        case 1:
            pieces.insert(place, random.choice(pieces))
        case 2:
            pieces[place] = random.choice(_FRAGMENTS)
        case _:
            other = random.randrange(len(pieces))
            pieces[place], pieces[other] = pieces[other], pieces[place]
    return separator.join(pieces)


def change_record(data: bytes, random: Random) -> bytes:
    """Change the value that a record holds and write it in its one form, or change its bytes."""
    if random.randrange(4) == 0:
        return change_bytes(data, random)
    try:
        holder = [json.loads(data)]
        _change_value(holder, random)
        return canonical_json(holder[0])
    except (ValueError, RecursionError):
        return change_bytes(data, random)


def _change_value(holder: list[Any], random: Random) -> None:
    """Replace, copy, drop, repeat or rename one part of the value."""
    places = _places(holder)
    container, key = random.choice(places)
    match random.randrange(8):
        case 0:
            other, name = random.choice(places)
            container[key] = copy.deepcopy(other[name])
        case 1 if container is not holder:
            del container[key]
        case 2 if isinstance(container, list):
            container.insert(key, copy.deepcopy(container[key]))
        case 3 if isinstance(container, dict):
            container[random.choice([*container, "type", "name", ""])] = container.pop(key)
        case 4 if isinstance(container[key], str):
            changed = change_bytes(container[key].encode(errors="replace"), random)
            container[key] = changed.decode(errors="replace")
        case 5 if isinstance(container[key], int):
            container[key] += random.choice([-1, 1, 2**29])
        case 6 if isinstance(container[key], list):
            random.shuffle(container[key])
        case _:
            container[key] = copy.deepcopy(random.choice(ODD_VALUES))


def _places(holder: list[Any]) -> list[tuple[Any, Any]]:
    """Return every part of a value as its container and its place there, the whole first."""
    found: list[tuple[Any, Any]] = []
    waiting: list[Any] = [holder]
    while waiting:
        container = waiting.pop()
        items = container.items() if isinstance(container, dict) else enumerate(container)
        for key, inner in items:
            found.append((container, key))
            if isinstance(inner, dict | list):
                waiting.append(inner)
    return found


def change_archive(data: bytes, random: Random) -> bytes:
    """Change a record or the order of an archive, and chain and refer anew so that it may matter.

    Where the archive cannot be taken apart, or by chance, its bytes are changed.
    """
    if random.randrange(4) == 0:
        return change_bytes(data, random)
    try:
        steps = take_apart(data)
    except (ComitiaError, AssertionError):
        return change_bytes(data, random)
    if not steps:
        return change_bytes(data, random)
    place = random.randrange(len(steps))
    match random.randrange(6):
        case 0:
            steps.insert(place, random.choice(steps))
        case 1:
            del steps[place]
        case _ if steps[place].contents:
            steps[place] = _change_step(steps[place], random)
        case _:
            random.shuffle(steps)
    return put_together(steps)


def _change_step(step: Step, random: Random) -> Step:
    """Change one record of a step, and mend the references that name it unless by chance."""
    place = random.randrange(len(step.contents))
    changed = step.with_content(place, change_record(step.contents[place], random))
    try:
        return refer_again(changed) if random.randrange(4) else changed
    except (ValueError, IndexError, TypeError, RecursionError):
        return changed
