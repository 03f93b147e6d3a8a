"""The Merkle tree as RFC 6962 defines it in section 2.1, word for word and slowly: the reference.

And strategies for trees, which other tests share.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from comitia.record.tree import LeafHash, NodeHash, TreeHead, leaf_hash


def split(n: int) -> int:
    """Return the largest power of two smaller than n."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def mth(d: Sequence[bytes]) -> NodeHash:
    """MTH(D[n])."""
    n = len(d)
    if n == 0:
        return NodeHash(sha256(b"").digest())
    if n == 1:
        return NodeHash(sha256(b"\x00" + d[0]).digest())
    k = split(n)
    return NodeHash(sha256(b"\x01" + mth(d[:k]) + mth(d[k:])).digest())


def path(m: int, d: Sequence[bytes]) -> list[NodeHash]:
    """PATH(m, D[n])."""
    n = len(d)
    if n == 1:
        return []
    k = split(n)
    if m < k:
        return [*path(m, d[:k]), mth(d[k:])]
    return [*path(m - k, d[k:]), mth(d[:k])]


def subproof(m: int, d: Sequence[bytes], *, b: bool) -> list[NodeHash]:
    """SUBPROOF(m, D[n], b)."""
    n = len(d)
    if m == n:
        return [] if b else [mth(d)]
    k = split(n)
    if m <= k:
        return [*subproof(m, d[:k], b=b), mth(d[k:])]
    return [*subproof(m - k, d[k:], b=False), mth(d[:k])]


def entries_of(size: int) -> list[bytes]:
    """Return some entries that differ, of no and of some bytes."""
    return [str(number).encode() * (number % 3) + bytes([number % 251]) for number in range(size)]


def leaves_of(size: int) -> list[LeafHash]:
    return [leaf_hash(entry) for entry in entries_of(size)]


def head_of(size: int) -> TreeHead:
    return TreeHead(size, mth(entries_of(size)))


def flipped(value: bytes) -> NodeHash:
    """Return a hash with one bit changed."""
    return NodeHash(bytes([value[0] ^ 1]) + value[1:])
