from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.record.tree import (
    EMPTY,
    EMPTY_ROOT,
    Frontier,
    LeafHash,
    NodeHash,
    TreeHead,
    complete_subtrees,
    leaf_hash,
    node_hash,
    range_root,
    read_from,
)
from tests.record.merkle import entries_of, leaves_of, mth

# The entries and roots of the tests of google/certificate-transparency (merkle_tree_test.cc), which
# transparency-dev/merkle carries on (testonly/constants.go); both under the Apache licence 2.0.
CT_ENTRIES = (
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
)
CT_ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
SIZES = st.integers(0, 600)


def ct_leaves() -> list[LeafHash]:
    return [leaf_hash(bytes.fromhex(entry)) for entry in CT_ENTRIES]


def tree_of(size: int) -> Frontier:
    return EMPTY.append_many(leaves_of(size))


def test_the_known_roots_of_certificate_transparency_come_out() -> None:
    leaves = ct_leaves()
    trees = [EMPTY.append_many(leaves[:size]) for size in range(len(CT_ROOTS))]
    assert tuple(tree.root.hex() for tree in trees) == CT_ROOTS


def test_an_entry_and_the_inside_of_a_tree_are_hashed_apart() -> None:
    left, right = (NodeHash(leaf) for leaf in leaves_of(2))
    assert node_hash(left, right) == sha256(b"\x01" + left + right).digest()
    assert leaf_hash(left + right) == sha256(b"\x00" + left + right).digest()


@given(SIZES)
def test_the_root_is_the_one_that_the_rfc_defines(size: int) -> None:
    assert tree_of(size).head == TreeHead(size, mth(entries_of(size)))


@given(st.lists(st.integers(0, 90), max_size=5))
def test_entries_in_any_portions_make_one_tree(portions: list[int]) -> None:
    leaves = leaves_of(sum(portions))
    tree = EMPTY
    for portion in portions:
        tree = tree.append_many(leaves[tree.size : tree.size + portion])
    assert tree == tree_of(sum(portions))


@given(SIZES)
def test_one_entry_more_is_a_portion_of_one(size: int) -> None:
    leaves = leaves_of(size + 1)
    assert EMPTY.append_many(leaves[:size]).append(leaves[size]) == EMPTY.append_many(leaves)


@given(SIZES)
def test_a_tree_keeps_one_root_a_bit_of_its_size(size: int) -> None:
    reader = read_from(leaves_of(size))
    kept = tuple(reader(level, index) for level, index in complete_subtrees(0, size))
    assert tree_of(size) == Frontier(size, kept)
    assert len(kept) == size.bit_count()


@pytest.mark.parametrize("size,roots", [(1, 0), (0, 1), (3, 1), (4, 2)])
def test_roots_that_are_no_tree_of_the_size_are_refused(size: int, roots: int) -> None:
    with pytest.raises(ValueError, match=rf"^{roots} roots are no tree of {size} entries$"):
        Frontier(size, (EMPTY_ROOT,) * roots)


def test_the_subtrees_of_a_range_become_smaller() -> None:
    assert complete_subtrees(0, 0) == ()
    assert complete_subtrees(0, 8) == ((3, 0),)
    assert complete_subtrees(8, 15) == ((2, 2), (1, 6), (0, 14))


@given(SIZES)
def test_the_root_of_the_whole_range_is_the_tree_s(size: int) -> None:
    assert range_root(0, size, read_from(leaves_of(size))) == mth(entries_of(size))


def test_a_head_is_shown_by_root_and_size() -> None:
    assert EMPTY.head.text == f"root {CT_ROOTS[0]} at size 0"
