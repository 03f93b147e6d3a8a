"""Proofs about the Merkle tree: an entry is in it (inclusion), a tree continues another one.

Source: RFC 6962, sections 2.1.1 and 2.1.2. A proof is a list of roots over ranges of entries, from
the bottom of the tree to its top. Which ranges these are follows from the sizes alone, so maker and
checker ask the same two functions, and a proof of another length is false.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from comitia.errors import CheckFailed
from comitia.record.checks import Check
from comitia.record.tree import (
    EMPTY_ROOT,
    LeafHash,
    NodeHash,
    NodeReader,
    TreeHead,
    node_hash,
    range_root,
)

Range: TypeAlias = tuple[int, int]
"""The entries from the first number on, up to and without the second."""


def prove_inclusion(index: int, size: int, node: NodeReader) -> tuple[NodeHash, ...]:
    """Return the proof that the entry at an index, counted from 0, is in a tree of some size."""
    if not 0 <= index < size:
        raise ValueError(f"no entry {index} in a tree of {size}")
    return tuple(range_root(start, end, node) for start, end in _inclusion_ranges(index, size))


def prove_consistency(old: int, new: int, node: NodeReader) -> tuple[NodeHash, ...]:
    """Return the proof that the tree of ``new`` entries begins with the tree of ``old``."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} entries does not continue one of {old}")
    return tuple(range_root(start, end, node) for start, end in _consistency_ranges(old, new))


def verify_inclusion(index: int, leaf: LeafHash, proof: Sequence[NodeHash], head: TreeHead) -> None:
    """Check that an entry stands at an index of the tree. Raises CheckFailed.

    That the head is the record's is for ``notes.verify_note``, and is not checked here.
    """
    subject = f"entry {index}"
    if not 0 <= index < head.size:
        raise _inclusion_failure(subject, f"an index below {head.size}", str(index))
    ranges = _inclusion_ranges(index, head.size)
    if len(proof) != len(ranges):
        raise _inclusion_failure(subject, f"a proof of length {len(ranges)}", str(len(proof)))
    root = NodeHash(leaf)
    for (start, _), other in zip(ranges, proof, strict=True):
        root = node_hash(root, other) if start > index else node_hash(other, root)
    if root != head.root:
        raise _inclusion_failure(subject, head.text, root.hex())


def verify_consistency(old: TreeHead, proof: Sequence[NodeHash], new: TreeHead) -> None:
    """Check that the new tree begins with all entries of the old one, in order.

    Raises CheckFailed. An empty old tree is continued by any.
    """
    if old.size > new.size:
        raise _consistency_failure(new, f"at least {old.size} entries", str(new.size))
    for head in (old, new):
        if head.size == 0 and head.root != EMPTY_ROOT:
            raise _consistency_failure(new, "the root of no entries", head.root.hex())
    ranges = _consistency_ranges(old.size, new.size)
    if len(proof) != len(ranges):
        raise _consistency_failure(new, f"a proof of length {len(ranges)}", str(len(proof)))
    if old.size in {0, new.size}:
        rebuilt = (old.root, new.root if old.size == 0 else old.root)
    else:
        rebuilt = _rebuild(old, ranges, proof)
    for head, root in zip((old, new), rebuilt, strict=True):
        if root != head.root:
            raise _consistency_failure(new, head.text, root.hex())


def _rebuild(
    old: TreeHead, ranges: Sequence[Range], proof: Sequence[NodeHash]
) -> tuple[NodeHash, NodeHash]:
    """Return the roots of the old and the new tree that the proof leads to."""
    old_root = new_root = old.root
    if ranges[0][1] == old.size:
        # The old tree is not one subtree of the new: the proof begins with its right-hand end.
        old_root = new_root = proof[0]
        ranges, proof = ranges[1:], proof[1:]
    for (start, _), other in zip(ranges, proof, strict=True):
        if start >= old.size:
            new_root = node_hash(new_root, other)
        else:
            old_root, new_root = node_hash(other, old_root), node_hash(other, new_root)
    return old_root, new_root


def _inclusion_ranges(index: int, size: int) -> list[Range]:
    """Return the ranges beside the path from an entry up to the root."""
    start, end = 0, size
    beside = []
    while end - start > 1:
        middle = _middle(start, end)
        if index < middle:
            beside.append((middle, end))
            end = middle
        else:
            beside.append((start, middle))
            start = middle
    return beside[::-1]


def _consistency_ranges(old: int, new: int) -> list[Range]:
    """Return the ranges from which both trees can be put together.

    They lie beside the path down to where the old tree ends; the subtree that ends there is the
    first, unless it is the whole old tree, which the checker has.
    """
    start, end = 0, new
    beside = []
    while 0 < old < end:
        middle = _middle(start, end)
        if old <= middle:
            beside.append((middle, end))
            end = middle
        else:
            beside.append((start, middle))
            start = middle
    if start > 0:
        beside.append((start, end))
    return beside[::-1]


def _middle(start: int, end: int) -> int:
    """Return where a range is halved: the largest power of two that leaves something over."""
    return start + (1 << (end - start - 1).bit_length() - 1)


def _inclusion_failure(subject: str, expected: str, found: str) -> CheckFailed:
    return CheckFailed(Check.INCLUSION.id, subject, expected, found)


def _consistency_failure(new: TreeHead, expected: str, found: str) -> CheckFailed:
    return CheckFailed(Check.CONSISTENCY.id, f"the tree of {new.size} entries", expected, found)
