"""The three counting methods of the Belenios program, by answers of it that are kept here.

``belenios_answers.json`` was made with belenios-tool 3.3.0: `method schulze`, `method
majority-judgment` and `method stv` on random elections, and on the results of its own elections
perf-stv10-100, nh-stv-2shuffles-ed25519 and nh-mixed-schulze-2shuffles-ed25519. Where the program
is at hand it is asked again. One STV election goes otherwise in its binary floats, which make less
than 1 of three thirds; beside the program's answer that one has ours (``exact``).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from comitia.counting.count import run
from comitia.counting.profile import AnyProfile
from comitia.counting.rules import RULES
from tests.counting.belenios import (
    ask_all,
    graded_profile,
    ranked_profile,
    sheet_of_judgment,
    sheet_of_schulze,
    sheet_of_stv,
    told_of_judgment,
    told_of_schulze,
    told_of_stv,
)

CASES = json.loads(Path(__file__).with_name("belenios_answers.json").read_text())
RULE_OF = {
    "schulze": ("schulze", sheet_of_schulze, told_of_schulze),
    "majority-judgment": ("belenios-majority-judgment", sheet_of_judgment, told_of_judgment),
    "stv": ("belenios-stv", sheet_of_stv, told_of_stv),
}
METHODS = pytest.mark.parametrize("method", RULE_OF)


def cases_of(method: str) -> list[dict[str, Any]]:
    return [case for case in CASES if case["method"] == method]


def profile_of(case: dict[str, Any]) -> AnyProfile:
    if "grades" in case:
        return graded_profile(case["ballots"], case["candidates"], case["grades"])
    return ranked_profile(case["ballots"], case["candidates"], case.get("seats", 1))


def options_of(case: dict[str, Any]) -> tuple[str, ...]:
    if case["method"] == "stv":
        return (f"--nseats={case['seats']}",)
    grades = (f"--ngrades={case['grades']}",) if "grades" in case else ()
    return "--blank-allowed=true", f"--nchoices={case['candidates']}", *grades


@METHODS
def test_our_rules_give_the_answers_of_the_program(method: str) -> None:
    name, ours, theirs = RULE_OF[method]
    cases = cases_of(method)

    for case in cases:
        sheet = run(RULES[name], profile_of(case))
        expected = case.get("exact") or theirs(case["answer"])
        assert ours(sheet) == expected, case["ballots"]
    assert len(cases) > 50


def test_one_of_these_elections_goes_otherwise_in_the_programs_binary_floats() -> None:
    (case,) = (one for one in CASES if "exact" in one)

    assert told_of_stv(case["answer"])["winners"] == [5, 1, 4]
    assert sheet_of_stv(run(RULES["belenios-stv"], profile_of(case)))["winners"] == [5, 4, 1]


@METHODS
def test_the_program_gives_the_same_answers_again(method: str) -> None:
    cases = cases_of(method)
    options = zip(*((method, *options_of(case)) for case in cases), strict=True)

    answers = ask_all([case["ballots"] for case in cases], *options)

    assert answers == [case["answer"] for case in cases]
