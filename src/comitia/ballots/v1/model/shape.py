"""How the ciphertexts of a tally, and whatever goes with each of them, are arranged.

In memory every question has one flat row. On the wire the row of a question of lists is cut into
lists. A shape says how; it follows from the questions alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from comitia.ballots.v1.model.canonical import Json

RowShape = int | tuple[int, ...]
"""Of one question: how many in its row, or, of a question of lists, how many in each list."""

Shape = Sequence[RowShape]
"""Of all questions, in their order."""


def width_of(row: RowShape) -> int:
    """Return how many a row holds in all."""
    return row if isinstance(row, int) else sum(row)


def arrange(values: Sequence[Json], row: RowShape) -> Json:
    """Return a flat row as the wire has it.

    Raises ``ValueError`` where the row has another width than its shape.
    """
    if len(values) != width_of(row):
        raise ValueError(f"a row of {len(values)} where its shape has {width_of(row)}")
    if isinstance(row, int):
        return list(values)
    lists: list[Json] = []
    first = 0
    for length in row:
        lists.append(list(values[first : first + length]))
        first += length
    return lists


def arrange_all(rows: Sequence[Sequence[Json]], shape: Shape) -> Json:
    """Return flat rows, one a question, as the wire has them."""
    return [arrange(values, row) for values, row in zip(rows, shape, strict=True)]


def name_choice(place: int, row: RowShape) -> str:
    """Return what people call the place, from 0, of a row: "choice 2", or "list 1, candidate 2".

    place: below the row's width.
    """
    if isinstance(row, int):
        return f"choice {place + 1}"
    number, length = 1, row[0]
    while place >= length:
        place, number, length = place - length, number + 1, row[number]
    return f"list {number}" if place == 0 else f"list {number}, candidate {place}"
