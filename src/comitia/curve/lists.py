"""Long lists of elements and scalars in the native kernel. PUBLIC DATA ONLY.

A list is contiguous bytes: 32 for each encoding or scalar, little-endian. A ``Template`` says how a
text holds lists; what is not exactly so is not read, and somebody else finds out why. Scalars are
checked to be below the order before C computes. No lock is held while C works.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, final

from comitia.curve.vartime import SIZE, Pointer, expect_scalars, library

ELEMENT_TEXT: Final = 65
"""Characters of an element and the comma behind it."""

_LITERAL, _ELEMENT, _SCALAR, _REPEAT = range(4)
_LONGEST_SEED: Final = 64


@dataclass(frozen=True, slots=True)
class ElementOf:
    """Where the text of an element stands, which is appended to a list; lists have numbers."""

    list: int


@dataclass(frozen=True, slots=True)
class ScalarOf:
    """Where a scalar stands in decimal. A quote must follow it."""

    list: int


@dataclass(frozen=True, slots=True)
class Repeated:
    """Parts that stand so many times, with commas between; none of them is repeated itself."""

    times: int
    parts: tuple[str | ElementOf | ScalarOf, ...]


Part = str | ElementOf | ScalarOf | Repeated


@final
class Template:
    """How a text holds lists."""

    def __init__(self, parts: Iterable[Part]) -> None:
        """Take what the text consists of, in order."""
        self._literals = bytearray()
        self._steps = array("i")
        self._sizes: dict[int, int] = {}
        for part in parts:
            if isinstance(part, Repeated):
                self._steps.extend((_REPEAT, part.times, len(part.parts)))
                for one in part.parts:
                    self._add(one, part.times)
            else:
                self._add(part, 1)

    def _add(self, part: str | ElementOf | ScalarOf, times: int) -> None:
        match part:
            case str():
                self._steps.extend((_LITERAL, len(self._literals), len(part.encode())))
                self._literals += part.encode()
            case ElementOf():
                self._append(_ELEMENT, part.list, times)
            case _:
                self._append(_SCALAR, part.list, times)

    def _append(self, kind: int, number: int, times: int) -> None:
        self._steps.extend((kind, number, 0))
        self._sizes[number] = self._sizes.get(number, 0) + times

    def read(self, text: bytes) -> tuple[bytes, ...] | None:
        """Return the lists by their numbers, or None where the text is not exactly so.

        Scalars are below the order. Whether encodings are of points is not looked at.
        """
        ffi, lib = library()
        sizes = [self._sizes.get(number, 0) for number in range(max(self._sizes, default=-1) + 1)]
        lists = [bytearray(SIZE * size) for size in sizes]
        views = [ffi.from_buffer("uint8_t[]", one) for one in lists]
        steps = ffi.from_buffer("int32_t[]", self._steps)
        is_read = lib.comitia_read_lists_vartime(
            text,
            len(text),
            bytes(self._literals),
            steps,
            len(self._steps) // 3,
            ffi.new("uint8_t *[]", views),
            ffi.new("uint64_t[]", len(lists)),
        )
        del views, steps  # what C looked at was alive
        return tuple(map(bytes, lists)) if is_read else None


_AT_ONCE: Final = 4096


def element_texts(encodings: bytes, other: bytes | None = None) -> Iterator[memoryview]:
    """Yield the texts of elements, a comma behind each, in pieces for a hash to take.

    other: a list as long, whose elements stand behind those of the first in turn. A piece is
    overwritten by the next.
    """
    ffi, lib = library()
    number, lists = _count(encodings), 1 if other is None else 2
    if other is not None and _count(other) != number:
        raise ValueError(f"{_count(other)} elements for {number}")
    piece = memoryview(bytearray(ELEMENT_TEXT * lists * min(number, _AT_ONCE)))
    out = ffi.from_buffer("uint8_t[]", piece)
    for first in range(0, number, _AT_ONCE):
        here = slice(SIZE * first, SIZE * (first + _AT_ONCE))
        part, beside = encodings[here], ffi.NULL if other is None else other[here]
        lib.comitia_write_elements(part, beside, _count(part), out)
        yield piece[: ELEMENT_TEXT * lists * _count(part)]


def derive_challenges(seed: str, first: int, number: int) -> bytes:
    """Return the SHA-256, modulo the order, of a seed and the hash of each number from first on."""
    if len(seed) > _LONGEST_SEED or not seed.isascii():
        raise ValueError(f"a seed has {_LONGEST_SEED} characters at most")
    _, lib = library()
    out, view = _new_list(number)
    lib.comitia_derive_challenges(seed.encode(), len(seed), first, number, view)
    return bytes(out)


def derive_coefficients(digest: bytes, first: int, number: int) -> bytes:
    """Return 128 bits of the SHA-256 of a digest and each number from first on."""
    if len(digest) != SIZE:
        raise ValueError(f"a digest has {SIZE} bytes, not {len(digest)}")
    _, lib = library()
    out, view = _new_list(number)
    lib.comitia_derive_coefficients(digest, first, number, view)
    return bytes(out)


def multiply_add(number: int, a: bytes, b: bytes, c: bytes) -> bytes:
    """Return a * b + c place by place; each is a list, or one scalar for all places.

    It is faster where b is short. A list of one is one scalar.
    """
    _, lib = library()
    steps = [_step(each, number) for each in (a, b, c)]
    out, view = _new_list(number)
    lib.comitia_multiply_add_vartime(number, a, steps[0], b, steps[1], c, steps[2], view)
    return bytes(out)


def inner_product(a: bytes, b: bytes) -> bytes:
    """Return the sum of the products place by place."""
    _, lib = library()
    expect_scalars(a, _count(b))
    expect_scalars(b, _count(b))
    out, view = _new_list(1)
    lib.comitia_inner_product_vartime(_count(b), a, b, view)
    return bytes(out)


def product(scalars: bytes) -> bytes:
    """Return the product of all; 1 for none."""
    _, lib = library()
    expect_scalars(scalars, _count(scalars))
    out, view = _new_list(1)
    lib.comitia_product_vartime(_count(scalars), scalars, view)
    return bytes(out)


def _new_list(number: int) -> tuple[bytearray, Pointer]:
    ffi, _ = library()
    out = bytearray(SIZE * number)
    return out, ffi.from_buffer("uint8_t[]", out)


def _count(encodings: bytes) -> int:
    if len(encodings) % SIZE:
        raise ValueError(f"{len(encodings)} bytes are no list of {SIZE} each")
    return len(encodings) // SIZE


def _step(scalars: bytes, number: int) -> int:
    """Return how far to go from one place to the next."""
    is_one = len(scalars) == SIZE
    expect_scalars(scalars, 1 if is_one else number)
    return 0 if is_one else 1
