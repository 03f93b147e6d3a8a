"""What no rule that elects a committee by approvals may depend on."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.counting.count import Options, run
from comitia.counting.profile import Profile
from comitia.counting.rules import RULES
from tests.counting.profiles import profiles
from tests.counting.random_elections import rearranged


@pytest.mark.parametrize("name", ["approval", "plurality", "phragmen", "equal-shares"])
@given(profiles(), st.randoms())
def test_neither_order_nor_pooling_of_papers_matters(
    name: str, profile: Profile, random: Random
) -> None:
    rule, options = RULES[name], Options(seed="lot")
    seeded = run(rule, profile, options)

    assert run(rule, rearranged(profile, random), options) == seeded
    assert run(rule, profile, options) == seeded
