from __future__ import annotations

import pytest

from comitia.law.deciders import Path
from comitia.web.organisation.tree import topmost


@pytest.mark.parametrize(
    "paths, expected",
    [
        ([], ()),
        ([("a",)], (("a",),)),
        ([("a", "b"), ("a",), ("a", "c", "d")], (("a",),)),
        ([("a", "c"), ("a", "b"), ("a", "b", "d"), ("a", "b")], (("a", "b"), ("a", "c"))),
        ([("a", "b"), ("a", "bc")], (("a", "b"), ("a", "bc"))),
    ],
)
def test_the_topmost_are_those_below_which_the_others_are(
    paths: list[Path], expected: tuple[Path, ...]
) -> None:
    assert topmost(paths) == expected
