"""Texts with proofs in them, verified by recipe in the native kernel. PUBLIC DATA ONLY.

A recipe is a table: which bytes a text consists of, which multiples of its points make commitments,
and what its challenges hash (``native/recipe.h``). Somebody above says what it means. A text that
passes holds all that the recipe asks; of one that does not nothing is said but that.

The layer and the tables of both fixed bases are made ready once (``Kitchen``) and serve any number
of threads at once.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, final

from comitia.curve.ed25519 import ORDER, EdwardsPoint
from comitia.curve.vartime import SIZE, Layer, Table, library


@dataclass(frozen=True, slots=True)
class Recipe:
    """The tables of ``struct recipe``: rows of 32-bit integers, one row after another.

    elements, scalars: how many slots of each a text has. powers: how many the ladders make.
    """

    literals: bytes
    pool: array[int]
    elements: int
    scalars: int
    powers: int
    steps: array[int]
    derived: array[int]
    sums: array[int]
    ladders: array[int]
    combinations: array[int]
    pieces: array[int]
    challenges: array[int]
    no_identity: array[int]
    tallied: array[int]
    exported: array[int]


_TABLES = (
    ("derived", "derived", "deriveds", 2),
    ("sums", "sum", "sums", 2),
    ("ladders", "ladder", "ladders", 4),
    ("combinations", "combination", "combinations", 5),
    ("pieces", "piece", "pieces", 3),
    ("challenges", "challenge", "challenges", 4),
    ("steps", "step", "steps", 3),
)
_LISTS = (
    ("pool", "pool", "pool_size"),
    ("no_identity", "no_identity", "no_identities"),
    ("tallied", "tallied", "tallieds"),
    ("exported", "exported", "exporteds"),
)


@final
@dataclass(frozen=True, slots=True)
class Findings:
    """What the kernel found of some texts.

    passed: 1 for each that holds. digests: the SHA-256 of each, 32 bytes. tally: the product of
    each tallied slot over the texts that passed and count, 32 bytes each. tallied: how many.
    exported: of each text its exported slots, 32 bytes each.
    """

    passed: bytes
    digests: bytes
    tally: bytes
    tallied: int
    exported: bytes


@final
class Kitchen:
    """A recipe with all that carrying it out takes."""

    def __init__(
        self, layer: Layer, recipe: Recipe, generator: EdwardsPoint, key: EdwardsPoint
    ) -> None:
        """Make the tables of the two fixed bases: some two milliseconds and a megabyte."""
        self.layer = layer
        self._recipe = recipe
        self._tallied = len(recipe.tallied)
        self._exported = len(recipe.exported)
        self._bases = tuple(_tabulate(layer, base) for base in (generator, key))
        self._struct, self._alive = _fill(recipe)

    def check(
        self, texts: Sequence[bytes], counts: Sequence[bool], weights: Sequence[int] | None = None
    ) -> Findings:
        """Check some texts, and multiply the slots of those that pass and count.

        weights: to what power a text's slots are multiplied; None for 1 each.
        Raises MemoryError where memory is short, ValueError for a recipe that does not fit.
        """
        if len(counts) != len(texts) or (weights is not None and len(weights) != len(texts)):
            raise ValueError("as many texts as marks and weights were expected")
        ffi, lib = library()
        number = len(texts)
        joined, ends = b"".join(texts), array("Q")
        for text in texts:
            ends.append((ends[-1] if ends else 0) + len(text))
        marks, weighed = bytes(counts), _as_scalars(weights)
        ballots = ffi.new("struct ballots *")
        ballots.bytes = view = ffi.from_buffer("uint8_t[]", joined)
        ballots.ends = of_ends = ffi.from_buffer("uint64_t[]", ends)
        ballots.number = number
        ballots.counts = of_marks = ffi.from_buffer("uint8_t[]", marks)
        of_weights = ffi.NULL if weighed is None else ffi.from_buffer("uint8_t[]", weighed)
        ballots.weights = of_weights
        sizes = (number, SIZE * number, SIZE * self._tallied, SIZE * number * self._exported)
        out = [bytearray(size) for size in sizes]
        tallied = array("Q", [0])
        findings = ffi.new("struct findings *")
        views = [ffi.from_buffer("uint8_t[]", buffer) for buffer in out]
        findings.passed, findings.digests, findings.tally, findings.exported = views
        findings.tallied = of_tallied = ffi.from_buffer("uint64_t[]", tallied)
        status = lib.comitia_check_ballots_vartime(
            self.layer.handle,
            self._struct,
            ballots,
            self._bases[0].start,
            self._bases[1].start,
            findings,
        )
        del view, of_ends, of_marks, of_weights, of_tallied, views  # what C looked at was alive
        _expect_done(status)
        passed, digests, tally, exported = map(bytes, out)
        return Findings(passed, digests, tally, tallied[0], exported)


def _tabulate(layer: Layer, base: EdwardsPoint) -> Table:
    return layer.tabulate(layer.decode(base.sort_key).points)


def _fill(recipe: Recipe) -> tuple[Any, list[Any]]:
    """Return the struct, and what must stay alive as long as it does."""
    ffi, _ = library()
    struct, alive = ffi.new("struct recipe *"), list[Any]()
    alive.append(ffi.from_buffer("uint8_t[]", recipe.literals))
    struct.literals, struct.literals_size = alive[-1], len(recipe.literals)
    struct.elements, struct.scalars = recipe.elements, recipe.scalars
    struct.powers = recipe.powers
    for name, rows, number, width in _TABLES:
        table = getattr(recipe, name)
        alive.append(ffi.from_buffer("int32_t[]", table))
        setattr(struct, rows, ffi.cast(f"int32_t (*)[{width}]", alive[-1]))
        setattr(struct, number, len(table) // width)
    for name, items, number in _LISTS:
        table = getattr(recipe, name)
        alive.append(ffi.from_buffer("int32_t[]", table))
        setattr(struct, items, alive[-1])
        setattr(struct, number, len(table))
    return struct, alive


def _as_scalars(weights: Sequence[int] | None) -> bytes | None:
    if weights is None:
        return None
    return b"".join((weight % ORDER).to_bytes(SIZE, "little") for weight in weights)


def _expect_done(status: int) -> None:
    if status == -1:
        raise MemoryError
    if status != 0:
        raise ValueError("the recipe does not fit together")
