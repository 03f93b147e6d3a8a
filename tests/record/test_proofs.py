from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.errors import CheckFailed
from comitia.record.checks import Check
from comitia.record.proofs import (
    prove_consistency,
    prove_inclusion,
    verify_consistency,
    verify_inclusion,
)
from comitia.record.tree import (
    EMPTY,
    EMPTY_ROOT,
    LARGEST_SIZE,
    NodeHash,
    TreeHead,
    leaf_hash,
    read_from,
)
from tests.record.merkle import (
    entries_of,
    flipped,
    head_of,
    leaves_of,
    path,
    subproof,
)
from tests.record.test_tree import CT_ROOTS, ct_leaves

SMALL = 20
"""All trees up to this size are tried with every index and every older size."""

PLACES = st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n - 1), st.just(n)))
OLDER = st.integers(0, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))

# As in the tests of google/certificate-transparency: tree size, index, and the proof's hashes.
CT_PATHS = (
    (1, 0, ()),
    (8, 0, ("96a296d2", "5f083f0a", "6b47aaf2")),
    (8, 5, ("bc1a0643", "ca854ea1", "d37ee418")),
    (3, 2, ("fac54203",)),
    (5, 1, ("6e340b9c", "5f083f0a", "bc1a0643")),
)
CT_CONSISTENCY = (
    (1, 1, ()),
    (8, 1, ("96a296d2", "5f083f0a", "6b47aaf2")),
    (8, 6, ("0ebc5d34", "ca854ea1", "d37ee418")),
    (5, 2, ("5f083f0a", "bc1a0643")),
)

Proof = tuple[NodeHash, ...]
CHANGES: dict[str, Callable[[Proof], Proof]] = {
    "the first hash changed": lambda proof: (flipped(proof[0]), *proof[1:]),
    "the last hash changed": lambda proof: (*proof[:-1], flipped(proof[-1])),
    "a hash too few": lambda proof: proof[1:],
    "the last one missing": lambda proof: proof[:-1],
    "a hash too many": lambda proof: (*proof, proof[-1]),
    "no hash": lambda _: (),
    "in another order": lambda proof: proof[::-1],
}


def short(proof: Proof) -> tuple[str, ...]:
    return tuple(one.hex()[:8] for one in proof)


def inclusion_failure(
    index: int, entry: bytes, proof: Proof, head: TreeHead
) -> tuple[str, str, str, str]:
    with pytest.raises(CheckFailed) as caught:
        verify_inclusion(index, leaf_hash(entry), proof, head)
    return caught.value.check, caught.value.subject, caught.value.expected, caught.value.found


def consistency_failure(old: TreeHead, proof: Proof, new: TreeHead) -> tuple[str, str, str, str]:
    with pytest.raises(CheckFailed) as caught:
        verify_consistency(old, proof, new)
    return caught.value.check, caught.value.subject, caught.value.expected, caught.value.found


# --- What is made -----------------------------------------------------------------------------


@pytest.mark.parametrize("size,index,known", CT_PATHS)
def test_known_proofs_of_inclusion_come_out(size: int, index: int, known: tuple[str, ...]) -> None:
    proof = prove_inclusion(index, size, read_from(ct_leaves()))
    assert short(proof) == known
    root = NodeHash(bytes.fromhex(CT_ROOTS[size]))
    verify_inclusion(index, ct_leaves()[index], proof, TreeHead(size, root))


@pytest.mark.parametrize("new,old,known", CT_CONSISTENCY)
def test_known_proofs_of_consistency_come_out(new: int, old: int, known: tuple[str, ...]) -> None:
    proof = prove_consistency(old, new, read_from(ct_leaves()))
    assert short(proof) == known
    before, after = (TreeHead(n, NodeHash(bytes.fromhex(CT_ROOTS[n]))) for n in (old, new))
    verify_consistency(before, proof, after)


@given(PLACES)
def test_a_proof_of_inclusion_is_the_rfc_s(place: tuple[int, int]) -> None:
    index, size = place
    proof = prove_inclusion(index, size, read_from(leaves_of(size)))
    assert list(proof) == path(index, entries_of(size))


@given(OLDER)
def test_a_proof_of_consistency_is_the_rfc_s(sizes: tuple[int, int]) -> None:
    old, new = sizes
    proof = prove_consistency(old, new, read_from(leaves_of(new)))
    assert list(proof) == (subproof(old, entries_of(new), b=True) if old else [])


@pytest.mark.parametrize("index,size", [(-1, 3), (3, 3), (0, 0)])
def test_no_proof_is_made_of_an_entry_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match=rf"^no entry {index} in a tree of {size}$"):
        prove_inclusion(index, size, read_from(leaves_of(size)))


@pytest.mark.parametrize("old,new", [(-1, 3), (4, 3)])
def test_no_proof_is_made_of_a_tree_that_shrinks(old: int, new: int) -> None:
    with pytest.raises(ValueError, match=rf"^a tree of {new} entries does not continue one of"):
        prove_consistency(old, new, read_from(leaves_of(3)))


# --- What is checked --------------------------------------------------------------------------


@pytest.mark.parametrize("size", range(1, SMALL))
def test_every_proof_of_inclusion_holds_for_its_entry_and_for_no_other(size: int) -> None:
    leaves, head, reader = leaves_of(size), head_of(size), read_from(leaves_of(size))
    for index in range(size):
        proof = prove_inclusion(index, size, reader)
        verify_inclusion(index, leaves[index], proof, head)
        held = set()
        for place in range(size):
            for other, leaf in enumerate(leaves):
                try:
                    verify_inclusion(place, leaf, proof, head)
                except CheckFailed:
                    continue
                held.add((place, other))
        assert held == {(index, index)}


@pytest.mark.parametrize("new", range(SMALL))
def test_every_proof_of_consistency_holds_for_its_trees_and_for_no_other(new: int) -> None:
    reader, heads = read_from(leaves_of(new)), [head_of(size) for size in range(new + 1)]
    for old in range(1, new):
        proof = prove_consistency(old, new, reader)
        held = set()
        for size in range(1, new):
            try:
                verify_consistency(heads[size], proof, heads[new])
            except CheckFailed:
                continue
            held.add(size)
        assert held == {old}


@pytest.mark.parametrize("name", CHANGES)
@given(PLACES.filter(lambda place: place[1] > 3))
def test_a_changed_proof_of_inclusion_fails(name: str, place: tuple[int, int]) -> None:
    index, size = place
    proof = prove_inclusion(index, size, read_from(leaves_of(size)))
    changed = CHANGES[name](proof)
    if changed == proof:  # one hash has one order
        verify_inclusion(index, leaves_of(size)[index], changed, head_of(size))
        return
    failure = inclusion_failure(index, entries_of(size)[index], changed, head_of(size))
    assert failure[:2] == ("record.inclusion", f"entry {index}")


@pytest.mark.parametrize("name", CHANGES)
@given(OLDER.filter(lambda sizes: 0 < sizes[0] < sizes[1]))
def test_a_changed_proof_of_consistency_fails(name: str, sizes: tuple[int, int]) -> None:
    old, new = sizes
    proof = prove_consistency(old, new, read_from(leaves_of(new)))
    changed = CHANGES[name](proof)
    if changed == proof:  # one hash has one order
        verify_consistency(head_of(old), changed, head_of(new))
        return
    failure = consistency_failure(head_of(old), changed, head_of(new))
    assert failure[:2] == ("record.consistency", f"the tree of {new} entries")


@given(OLDER)
def test_trees_that_grow_are_consistent_and_altered_ones_are_not(sizes: tuple[int, int]) -> None:
    old, new = sizes
    before, after = head_of(old), head_of(new)
    proof = prove_consistency(old, new, read_from(leaves_of(new)))
    verify_consistency(before, proof, after)
    if old:
        consistency_failure(replace(before, root=flipped(before.root)), proof, after)
        consistency_failure(before, proof, replace(after, root=flipped(after.root)))


def test_a_rewritten_entry_makes_no_consistent_tree() -> None:
    rewritten = leaves_of(9)
    rewritten[2] = leaf_hash(b"somebody else's seat")
    proof = prove_consistency(5, 9, read_from(rewritten))
    forged = EMPTY.append_many(rewritten).head
    failure = consistency_failure(head_of(5), proof, forged)
    assert failure[:3] == ("record.consistency", "the tree of 9 entries", head_of(5).text)


def test_a_proof_for_the_forged_root_alone_does_not_hold_for_the_old_one() -> None:
    """The hash of the old end is the forger's choice; it must lead to both roots."""
    forged = leaves_of(9)
    forged[8] = leaf_hash(b"another end")
    head = EMPTY.append_many(forged).head
    proof = prove_consistency(7, 9, read_from(forged))
    verify_consistency(head_of(7), proof, head)
    assert consistency_failure(head_of(7), proof, head_of(9))[2:] == (
        head_of(9).text,
        head.root.hex(),
    )


def test_a_failed_inclusion_says_what_was_expected_and_found() -> None:
    head, entries = head_of(5), entries_of(5)
    proof = prove_inclusion(4, 5, read_from(leaves_of(5)))
    found = EMPTY.append_many([*leaves_of(4), leaf_hash(b"x")]).root.hex()
    assert [
        inclusion_failure(5, entries[4], proof, head),
        inclusion_failure(-1, entries[4], proof, head),
        inclusion_failure(4, entries[4], (*proof, proof[0]), head),
        inclusion_failure(4, b"x", proof, head),
    ] == [
        (Check.INCLUSION.id, "entry 5", "an index below 5", "5"),
        (Check.INCLUSION.id, "entry -1", "an index below 5", "-1"),
        (Check.INCLUSION.id, "entry 4", "a proof of length 1", "2"),
        (Check.INCLUSION.id, "entry 4", head.text, found),
    ]


def test_a_failed_consistency_says_what_was_expected_and_found() -> None:
    old, new, no_entries = head_of(3), head_of(5), TreeHead(0, flipped(EMPTY_ROOT))
    subject = "the tree of 5 entries"
    assert [
        consistency_failure(new, (), old),
        consistency_failure(no_entries, (), new),
        consistency_failure(EMPTY.head, (), no_entries),
        consistency_failure(EMPTY.head, (new.root,), new),
        consistency_failure(new, (), TreeHead(5, old.root)),
    ] == [
        (Check.CONSISTENCY.id, "the tree of 3 entries", "at least 5 entries", "3"),
        (Check.CONSISTENCY.id, subject, "the root of no entries", no_entries.root.hex()),
        (
            Check.CONSISTENCY.id,
            "the tree of 0 entries",
            "the root of no entries",
            no_entries.root.hex(),
        ),
        (Check.CONSISTENCY.id, subject, "a proof of length 0", "1"),
        (Check.CONSISTENCY.id, subject, TreeHead(5, old.root).text, new.root.hex()),
    ]


def test_an_empty_tree_is_continued_by_any_and_by_itself() -> None:
    verify_consistency(EMPTY.head, (), head_of(5))
    verify_consistency(EMPTY.head, (), EMPTY.head)


def test_the_largest_tree_takes_63_hashes() -> None:
    leaf = leaf_hash(b"")
    head = TreeHead(LARGEST_SIZE, EMPTY_ROOT)
    failure = inclusion_failure(0, b"", (NodeHash(leaf),) * 64, head)
    assert failure[2:] == ("a proof of length 63", "64")
