"""The balance of every branch of the tree at once, and which of them may be told to everybody.

A number of few people names them: "expelled: 1" in a group of six. So whoever keeps no register is
told the numbers of branches with enough people only. What is left out must not follow from what is
told either: of a branch and those right below it none or enough are left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from comitia.law.balance import COMING, GOING, Balance, Column
from comitia.web.register.balances import Counts

LEAST: Final = 20
"""People in the period, of whom the numbers of a branch tell nothing about one."""

Paths = Mapping[str, Sequence[str]]
"""Of each branch those from the top down to itself."""


@dataclass(frozen=True, slots=True)
class Part:
    """A branch with all below it; is_alone: without them."""

    branch: str
    is_alone: bool = False


def sum_up(counts: Counts, paths: Paths) -> dict[Part, Balance]:
    """Return the balance of every branch, with those below it and alone, in one pass.

    The same as ``Counts.balance`` gives for the branches of each part: transfers within one cancel.
    """
    start, end = _people(counts.start, paths), _people(counts.end, paths)
    columns: defaultdict[Part, Counter[Column]] = defaultdict(Counter)
    for one in counts.movements:
        was, is_now = set(_parts(one.before, paths)), set(_parts(one.after, paths))
        for part in is_now - was:
            columns[part][COMING[one.kind]] += one.number
        for part in was - is_now:
            columns[part][GOING[one.kind]] += one.number
    return {
        part: Balance(
            counts.asked.first,
            counts.asked.last,
            start[part],
            {column: columns[part][column] for column in Column},
            end[part],
            (),
        )
        for branch in paths
        for part in (Part(branch), Part(branch, is_alone=True))
    }


def _parts(branch: str | None, paths: Paths) -> Iterator[Part]:
    """Yield every part in which a branch is."""
    if branch is not None and branch in paths:
        yield Part(branch, is_alone=True)
        yield from map(Part, paths[branch])


def _people(numbers: Mapping[str, int], paths: Paths) -> Counter[Part]:
    found: Counter[Part] = Counter()
    for branch, number in numbers.items():
        for part in _parts(branch, paths):
            found[part] += number
    return found


def told_to_all(sums: Mapping[Part, Balance], paths: Paths, least: int) -> frozenset[Part]:
    """Return the parts of the tree whose numbers may be told to everybody."""
    below: defaultdict[str, list[Part]] = defaultdict(list)
    for branch, path in paths.items():
        below[path[-2] if len(path) > 1 else ""].append(Part(branch))
    for branch in paths:
        below[branch].append(Part(branch, is_alone=True))
    told: set[Part] = set()
    families = [below[""]]
    while families:
        found = _told_of(families.pop(), sums, least)
        told |= found
        families += [below[one.branch] for one in found if not one.is_alone]
    return frozenset(told)


def _told_of(family: Collection[Part], sums: Mapping[Part, Balance], least: int) -> frozenset[Part]:
    """Return what of a whole may be told, so that nothing is found out by taking away."""
    sizes = {part: _size(sums[part]) for part in family}
    rest = sorted((size, part.branch, part) for part, size in sizes.items() if size)
    hidden: list[Part] = []
    left_out = 0
    for size, _, part in rest:
        if size >= least and not 0 < left_out < least:
            break
        hidden.append(part)
        left_out += size
    return frozenset(family) - frozenset(hidden)


def _size(one: Balance) -> int:
    """Return how many people belonged at some time in the period."""
    return one.start + sum(one.counts[column] for column in set(COMING.values()))
