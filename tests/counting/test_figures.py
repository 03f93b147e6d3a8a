"""Figures as sheets write them, and where exact fractions end."""

from __future__ import annotations

from fractions import Fraction

import pytest

from comitia.counting.count import Options, run
from comitia.counting.figures import MOST_BITS, expect_writable
from comitia.counting.profile import Candidate, Paper, Profile
from comitia.counting.rules import RULES
from comitia.errors import MalformedRecord


def test_a_figure_may_have_as_many_digits_as_can_be_written() -> None:
    longest = Fraction(2**MOST_BITS - 1)
    expect_writable([longest, 1 / longest], "from stage 1 on", "do something else")
    assert len(str(longest)) == 4215
    for beyond in (longest + 1, 1 / (longest + 1), -longest - 1):
        with pytest.raises(MalformedRecord, match="from stage 1 on the exact fractions") as refused:
            expect_writable([Fraction(1), beyond], "from stage 1 on", "do something else")
        assert str(refused.value).endswith("more than 4,000 digits; do something else")


@pytest.mark.parametrize("rule", ["phragmen", "equal-shares"])
def test_loads_and_prices_that_outgrow_a_page_are_refused(
    rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comitia.counting.figures.MOST_BITS", 8)
    papers = tuple(Paper(n + 3, tuple((c,) for c in (n, n % 9 + 1))) for n in range(1, 10))
    profile = Profile("", 8, tuple(Candidate(f"C{n}") for n in range(9)), papers)
    with pytest.raises(MalformedRecord, match=r"from round \d+ on the exact fractions"):
        run(RULES[rule], profile, Options(seed="x"))
