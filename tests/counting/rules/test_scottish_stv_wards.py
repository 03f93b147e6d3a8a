"""Real council elections: what the councils' own sheets and other programs say of them."""

from __future__ import annotations

import json
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from comitia.counting.count import run
from comitia.counting.rules.scottish_stv import RULE
from comitia.counting.sheet import Sheet
from tests.counting.wards import known_results, official_sheets, wards

WARDS = 364
WITH_OFFICIAL_WINNERS = 121
WITH_OFFICIAL_SHEETS = 117
FIGURES = 5946
"""Of the official sheets, without the six cells that one of them leaves empty."""
EMPTY_CELLS = {
    ("edinburgh_2012_ward1", stage, candidate)
    for stage, candidate in ((5, 3), (6, 3), (6, 4), (7, 1), (7, 3), (7, 4))
}
"""After the exclusion of a candidate the source has nothing where other sheets have 0."""
SLIP = ("midlothian_2017_ward1", 3, 6, Decimal("832.84154"), Fraction("832.84152"))
"""The one figure that the papers do not bear out; the source's own later stages agree with ours."""
LATE_BY_A_STAGE = "edinburgh_2012_ward1"
"""Its sheet says "elected at stage 2" of a candidate who had 2,194 of 2,091 votes at stage 1."""


@lru_cache
def sheets(reference_data: Path) -> dict[str, Sheet]:
    return {name: run(RULE, profile) for name, profile in wards(reference_data).items()}


def test_winners_and_their_order_are_the_known_ones_in_every_ward(reference_data: Path) -> None:
    counted = {name: sheet.winners for name, sheet in sheets(reference_data).items()}

    assert len(counted) == WARDS
    assert counted == {
        name: tuple(known["computed_election_order"])
        for name, known in known_results(reference_data).items()
    }


def test_winners_are_those_whom_the_councils_declared(reference_data: Path) -> None:
    counted = sheets(reference_data)
    declared = {
        name: known["official_winners"]
        for name, known in known_results(reference_data).items()
        if known["official_winners"] is not None
    }

    assert len(declared) == WITH_OFFICIAL_WINNERS
    assert {name: sorted(counted[name].winners) for name in declared} == declared


def test_quotas_papers_and_stages_are_the_known_ones_in_every_ward(reference_data: Path) -> None:
    counted = {
        name: (sheet.quota, sheet.valid + sheet.invalid, len(sheet.stages))
        for name, sheet in sheets(reference_data).items()
    }

    assert counted == {
        name: (known["quota"], known["ballots"], known["computed_stages"])
        for name, known in known_results(reference_data).items()
    }


def test_every_stage_of_every_ward_sums_to_the_valid_papers(reference_data: Path) -> None:
    for sheet in sheets(reference_data).values():
        assert {sum(stage.votes) + stage.non_transferable for stage in sheet.stages} == {
            sheet.valid
        }


def test_no_ward_has_a_tie(reference_data: Path) -> None:
    assert [name for name, sheet in sheets(reference_data).items() if sheet.ties] == []


def written_alike(official: Decimal, ours: Fraction) -> bool:
    """Compare a figure; some sheets have rounded some of theirs to two decimals."""
    if Fraction(official) == ours:
        return True
    exact = Decimal(ours.numerator) / Decimal(ours.denominator)
    rounded = exact.quantize(Decimal("0.01"), ROUND_HALF_EVEN)
    return len(str(official).partition(".")[2]) <= 2 and official == rounded


def test_every_figure_is_that_of_the_official_sheets(reference_data: Path) -> None:
    compared, empty, different = 0, set(), []
    for name, official in official_sheets(reference_data).items():
        exact = official["source_precision"] == "5dp"
        stages = sheets(reference_data)[name].stages
        for number, (theirs, ours) in enumerate(zip(official["stages"], stages, strict=True), 1):
            for candidate, (figure, votes) in enumerate(zip(theirs, ours.votes, strict=True), 1):
                if figure is None:
                    empty.add((name, number, candidate))
                    continue
                compared += 1
                if not (Fraction(figure) == votes if exact else written_alike(figure, votes)):
                    different.append((name, number, candidate, figure, votes))

    assert compared == FIGURES
    assert empty == EMPTY_CELLS
    assert different == [SLIP]


def test_quotas_and_stages_of_election_are_those_of_the_official_sheets(
    reference_data: Path,
) -> None:
    counted, official = {}, {}
    for name, theirs in official_sheets(reference_data).items():
        ours = sheets(reference_data)[name]
        counted[name] = (
            ours.quota,
            {n: stage for stage, one in enumerate(ours.stages, 1) for n in one.elected},
        )
        elected_at = {int(n): int(stage) for n, stage in theirs["elected_at"].items()}
        official[name] = (theirs["quota"], elected_at)
    edinburgh = counted.pop(LATE_BY_A_STAGE), official.pop(LATE_BY_A_STAGE)

    assert len(counted) == WITH_OFFICIAL_SHEETS - 1
    assert counted == official
    assert [elected for _, elected in edinburgh] == [{7: 1, 5: 1, 6: 7}, {7: 1, 5: 2, 6: 7}]


def linn(reference_data: Path) -> dict[str, Any]:
    """Return the official sheet of Linn, 2007; its papers were never published."""
    text = (reference_data / "counting" / "linn2007.json").read_text()
    found: dict[str, Any] = json.loads(text, parse_float=Decimal)
    return found


def test_the_official_non_transferable_votes_of_linn_are_what_our_sheets_would_show(
    reference_data: Path,
) -> None:
    """Cut-off parts belong to the non-transferable votes: so each official stage sums up."""
    official = linn(reference_data)
    valid = sum(official["stages"][0]["votes"].values())

    assert [valid - sum(stage["votes"].values()) for stage in official["stages"]] == [
        Decimal(figure) for figure in official["official_non_transferable"]
    ]


def test_quota_and_elections_of_linn_follow_from_its_figures(reference_data: Path) -> None:
    official = linn(reference_data)
    quota = int(sum(official["stages"][0]["votes"].values())) // 5 + 1
    elected: set[str] = set()

    assert official["quota"] == quota
    for stage in official["stages"]:
        reached = {name for name, votes in stage["votes"].items() if votes >= quota} - elected
        assert set(stage["elected"]) == reached
        elected |= reached
    assert len(elected) == 4


def test_each_step_of_linn_is_the_one_that_the_order_wants(reference_data: Path) -> None:
    official = linn(reference_data)
    names = list(official["stages"][0]["votes"])
    left = set(names)
    for before, after in zip(official["stages"], official["stages"][1:], strict=False):
        left -= set(before["elected"])
        votes = before["votes"]
        above = {name: v for name, v in votes.items() if v > official["quota"]}
        if above:
            expected = ["surplus", max(above, key=lambda name: above[name])]
        else:
            expected = ["exclude", min(left, key=lambda name: votes[name])]
        kind, number = after["what"]
        assert [kind, names[int(number) - 1]] == expected
        if kind == "exclude":
            left.remove(expected[1])


def test_votes_of_first_papers_in_linn_are_whole_papers_at_one_value(reference_data: Path) -> None:
    """The surplus of 129 of 2,043 papers: 0.06314 each, so every gain is a multiple of that."""
    first, second = linn(reference_data)["stages"][:2]
    value = Decimal(129 * 100_000 // 2043).scaleb(-5)
    gains = {n: second["votes"][n] - votes for n, votes in first["votes"].items()}

    assert value == Decimal("0.06314")
    assert gains.pop("David Ritchie") == -129
    assert {gain % value for gain in gains.values()} == {0}
    assert sum(gains.values()) < 129
