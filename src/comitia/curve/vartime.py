"""Ed25519 in batches by the native kernel. PUBLIC DATA ONLY: time and memory depend on the values.

Which layer a process uses is settled in ``kernel``; take it from there. A layer's methods take and
give contiguous buffers: encodings and scalars of 32 bytes each, little-endian, one behind the
other, and ``Points``, which only a layer makes. Every length and every scalar is checked before C
computes; a wrong one is a ValueError. No lock is held while C works, so threads may work on batches
of their own at once.

A decoded point lies on the curve; whether it lies in the subgroup is for the caller to ask
(``check_points``, ``Multiples.in_subgroup``).
"""

from __future__ import annotations

import importlib
import itertools
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final, TypeAlias, final

from comitia.curve.ed25519 import ORDER

SIZE: Final = 32
"""Bytes of an encoding and of a scalar."""
ORDER_BITS: Final = ORDER.bit_length()

Pointer: TypeAlias = Any
"""A value of C, which has no type here."""


def _find_kernel() -> Pointer:
    """Return the extension module, or None where it was not built."""
    try:
        return importlib.import_module("comitia.curve._vartime")
    except ImportError:
        return None


_kernel = _find_kernel()


def library() -> tuple[Any, Any]:
    """Return cffi's two objects. Raises RuntimeError where the module was not built."""
    if _kernel is None:
        raise RuntimeError("the native kernel was not built")
    return _kernel.ffi, _kernel.lib


def compiled_layers() -> tuple[Layer, ...]:
    """Return the layers that were compiled in, the fastest first; none without the module."""
    if _kernel is None:
        return ()
    found = map(_kernel.lib.comitia_layer_at, itertools.count())
    return tuple(map(Layer, itertools.takewhile(_kernel.ffi.NULL.__ne__, found)))


class Standing(IntEnum):
    """What 32 bytes are, as ``check_points`` says it."""

    NO_POINT = 0
    OUTSIDE = 1
    MEMBER = 2
    IDENTITY = 3


@final
class Points:
    """Points of the curve in the kernel's own form, in the subgroup or not."""

    __slots__ = ("_number", "_owner", "start")

    def __init__(self, number: int, start: Pointer = None, owner: Points | None = None) -> None:
        """Take memory for so many points, or a part of the owner's. For this module only."""
        if start is None:
            start = _expect_memory(_kernel.lib.comitia_new_points(number))
            start = _kernel.ffi.gc(start, _kernel.lib.comitia_free, 192 * number)
        self._number = number
        self.start = start
        self._owner = owner  # kept alive as long as its memory is looked at

    def __len__(self) -> int:
        return self._number

    def part(self, first: int, number: int) -> Points:
        """Return some of the points without copying them."""
        if not 0 <= first <= first + number <= self._number:
            raise ValueError(f"no {number} points from {first} on: there are {self._number}")
        start = _kernel.lib.comitia_point_at(self.start, first)
        return Points(number, start, self._owner or self)


@final
class Table:
    """A fixed base's multiples, for ``combine``: half a megabyte, made in about a millisecond."""

    __slots__ = ("start",)

    def __init__(self) -> None:
        """Take memory. For this module only."""
        start = _expect_memory(_kernel.lib.comitia_new_table())
        self.start = _kernel.ffi.gc(start, _kernel.lib.comitia_free, 2**19)


@final
@dataclass(frozen=True, slots=True)
class Decoded:
    """Points that were read. on_curve: 1 for each that is one, in its one encoding, else 0.

    The identity stands in for what is none. Membership in the subgroup is another question.
    """

    points: Points
    on_curve: bytes


@final
@dataclass(frozen=True, slots=True)
class Multiples:
    """Multiples of points. in_subgroup: 1 for each point of the subgroup, else 0."""

    products: tuple[Points, ...]
    in_subgroup: bytes


@final
class Layer:
    """The kernel's functions over one of its field arithmetics."""

    __slots__ = ("handle", "name")

    def __init__(self, layer: Pointer) -> None:
        """Take a layer of C. From outside use ``ACTIVE`` or ``available_layers``."""
        self.handle = layer
        self.name: str = _kernel.ffi.string(_kernel.lib.comitia_layer_name(layer)).decode()

    def __repr__(self) -> str:
        return f"Layer({self.name})"

    @property
    def runs_here(self) -> bool:
        """Whether this machine has the instructions for it."""
        return bool(_kernel.lib.comitia_layer_runs_here(self.handle))

    def check_points(self, encodings: bytes) -> bytes:
        """Return the ``Standing`` of each encoding, a byte each; membership is exact."""
        number = _count(encodings, "encodings")
        standing = bytearray(number)
        _kernel.lib.comitia_check_points_vartime(
            self.handle, encodings, number, _kernel.ffi.from_buffer("uint8_t[]", standing)
        )
        return bytes(standing)

    def decode(self, encodings: bytes) -> Decoded:
        """Read points of the curve."""
        number = _count(encodings, "encodings")
        points, on_curve = Points(number), bytearray(number)
        _kernel.lib.comitia_decode_vartime(
            self.handle,
            encodings,
            number,
            points.start,
            _kernel.ffi.from_buffer("uint8_t[]", on_curve),
        )
        return Decoded(points, bytes(on_curve))

    def encode(self, points: Points) -> bytes:
        """Write points, 32 bytes each."""
        out = bytearray(SIZE * len(points))
        _kernel.lib.comitia_encode_vartime(
            self.handle, points.start, len(points), _kernel.ffi.from_buffer("uint8_t[]", out)
        )
        return bytes(out)

    def multiply(self, points: Points, *scalars: bytes) -> Multiples:
        """Multiply each point by a scalar, or by each of two, whose doublings are shared.

        Whether each point is in the subgroup comes out as well, for some hundredths of the work.
        """
        number, two = len(points), 2
        if len(scalars) > two:
            raise ValueError(f"a point is multiplied by {two} scalars at once at most")
        for buffer in scalars:
            expect_scalars(buffer, number)
        products = tuple(Points(number) for _ in scalars)
        in_subgroup = bytearray(number)
        wanted = [
            pointer
            for buffer, out in zip(scalars, products, strict=True)
            for pointer in (buffer, out.start)
        ]
        _kernel.lib.comitia_multiply_vartime(
            self.handle,
            points.start,
            number,
            *_padded(wanted, 2 * two),
            _kernel.ffi.from_buffer("uint8_t[]", in_subgroup),
        )
        return Multiples(products, bytes(in_subgroup))

    def tabulate(self, base: Points) -> Table:
        """Make the table of a single point."""
        if len(base) != 1:
            raise ValueError(f"a table is of one point, not of {len(base)}")
        table = Table()
        _kernel.lib.comitia_tabulate_vartime(self.handle, base.start, table.start)
        return table

    def combine(
        self, *parts: Points, fixed: tuple[tuple[Table, bytes], ...] = (), number: int | None = None
    ) -> Points:
        """Add up to three points and multiples of up to two fixed bases, place by place.

        fixed: a table and the base's scalars, each. number: how many places there are, where it
        does not follow from parts.
        """
        if len(parts) > 3 or len(fixed) > 2:  # noqa: PLR2004 - as the docstring says
            raise ValueError("three points and two fixed bases can be combined at most")
        if number is None:
            number = len(parts[0]) if parts else 0
        if any(len(part) != number for part in parts):
            raise ValueError(f"parts of different lengths, where {number} were expected")
        for _, scalars in fixed:
            expect_scalars(scalars, number)
        with_tables = [pointer for table, scalars in fixed for pointer in (scalars, table.start)]
        out = Points(number)
        _kernel.lib.comitia_combine_vartime(
            self.handle,
            number,
            *_padded([part.start for part in parts], 3),
            *_padded(with_tables, 4),
            out.start,
        )
        return out

    def add_columns(self, points: Points, width: int) -> Points:
        """Add up the columns of a table of points that is ``width`` wide and lies row by row."""
        if width < 1 or len(points) % width:
            raise ValueError(f"{len(points)} points are no rows of {width}")
        out = Points(width)
        _kernel.lib.comitia_add_columns_vartime(
            self.handle, points.start, len(points) // width, width, out.start
        )
        return out

    def sum_multiples(self, points: Points, scalars: bytes, bits: int = ORDER_BITS) -> Points:
        """Return the sum of scalars times points, as one point; bits: of the longest scalar."""
        if not 1 <= bits <= ORDER_BITS:
            raise ValueError(f"scalars have 1 to {ORDER_BITS} bits, not {bits}")
        expect_scalars(scalars, len(points), bits)
        out = Points(1)
        status = _kernel.lib.comitia_sum_multiples_vartime(
            self.handle, points.start, scalars, len(points), bits, out.start
        )
        if status != 0:
            raise MemoryError
        return out


def _expect_memory(pointer: Pointer) -> Pointer:
    if pointer == _kernel.ffi.NULL:
        raise MemoryError
    return pointer


def _padded(pointers: list[Pointer], number: int) -> list[Pointer]:
    return pointers + [_kernel.ffi.NULL] * (number - len(pointers))


def _count(buffer: bytes, what: str) -> int:
    if not isinstance(buffer, bytes):
        raise TypeError(f"{what} are bytes, not {type(buffer).__name__}")
    if len(buffer) % SIZE:
        raise ValueError(f"{what} are {SIZE} bytes each; {len(buffer)} bytes are none")
    return len(buffer) // SIZE


def expect_scalars(scalars: bytes, number: int, bits: int = ORDER_BITS) -> None:
    """Raise ValueError unless there are so many scalars, each below the order and 2^bits."""
    if _count(scalars, "scalars") != number:
        raise ValueError(f"{len(scalars) // SIZE} scalars for {number} points")
    first = _kernel.lib.comitia_first_scalar_not_below(scalars, number, bits)
    if first != number:
        raise ValueError(f"scalar {first} is not below the order and 2^{bits}")
