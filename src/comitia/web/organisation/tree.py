"""The tree of branches as a page shows it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from comitia.law.deciders import Path
from comitia.web.organisation.models import Branch


@dataclass(slots=True)
class Node:
    """A branch with those below it."""

    branch: Branch
    below: list[Node] = field(default_factory=list)


def topmost(paths: Collection[Path]) -> tuple[Path, ...]:
    """Return those below which all the others are, in their order."""
    found: list[Path] = []
    for path in sorted(set(paths)):
        if not found or path[: len(found[-1])] != found[-1]:
            found.append(path)
    return tuple(found)


def grow(branches: Iterable[Branch]) -> list[Node]:
    """Return branches as trees: below each those that are directly below it, by their names.

    One whose parent is not among them is a root.
    """
    nodes = {one.pk: Node(one) for one in branches}
    roots: list[Node] = []
    for node in sorted(nodes.values(), key=lambda one: one.branch.name.casefold()):
        above = nodes.get(node.branch.parent_id or "")
        (roots if above is None else above.below).append(node)
    return roots
