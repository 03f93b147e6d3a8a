import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from comitia.counting.count import Options, run
from comitia.counting.formats.blt import parse_blt
from comitia.counting.formats.rctab import rctab_summary, write_rctab
from comitia.counting.profile import Profile
from comitia.counting.rules import RULES
from comitia.counting.sheet import Kind, Sheet, Stage, Transfer
from comitia.errors import MalformedRecord
from tests.counting.showing.sheets import (
    approvals,
    following,
    judgment,
    meek,
    moves,
    parts,
    schulze,
    scottish,
    sheet_of,
    undecided,
)
from tests.counting.stv_elections import election, small_elections

INACTIVE = {"overvotes": "0", "repeatedRankings": "0", "skippedRankings": "0"}


def three_rounds() -> Sheet:
    """Return a count in which a surplus passes on, then an exclusion, as in most elections."""
    first = Stage(
        Kind.FIRST_PREFERENCES, (), parts(6, 2, 1), Fraction(0), quota=Fraction(4), elected=(1,)
    )
    second = following(first, Kind.SURPLUS, 1, moves(1, (2, "1.2"), (3, "0.4"), (None, "0.4")))
    third = following(second, Kind.EXCLUSION, 3, moves(3, (2, "1"), (None, "0.4")))
    stages = (first, replace(second, elected=()), replace(third, elected=(2,)))
    made = sheet_of(("Ada", "Bo", "Cy"), stages=stages, winners=(1, 2), decimals=1)
    return replace(made, quota=Fraction(4), valid=9, invalid=1)


def test_a_summary_is_what_rctab_writes() -> None:
    assert rctab_summary(three_rounds(), date="2024-05-01") == {
        "jsonFormatVersion": "1",
        "config": {
            "contest": "Election of the committee",
            "date": "2024-05-01",
            "generatedBy": "Comitia, by-hand 1",
            "jurisdiction": "",
            "office": "",
        },
        "summary": {
            "finalThreshold": "4.0",
            "numCandidates": 3,
            "numWinners": 2,
            "totalNumBallots": "10",
            "undervotes": 1,
        },
        "results": [
            {
                "round": 1,
                "threshold": "4.0",
                "tally": {"Ada": "6.0", "Bo": "2.0", "Cy": "1.0"},
                "tallyResults": [
                    {"elected": "Ada", "transfers": {"Bo": "1.2", "Cy": "0.4", "exhausted": "0.4"}}
                ],
                "inactiveBallots": {"exhaustedChoices": "0.0", **INACTIVE},
            },
            {
                "round": 2,
                "threshold": "4.0",
                "tally": {"Ada": "4.0", "Bo": "3.2", "Cy": "1.4"},
                "tallyResults": [
                    {"eliminated": "Cy", "transfers": {"Bo": "1.0", "exhausted": "0.4"}}
                ],
                "inactiveBallots": {"exhaustedChoices": "0.4", **INACTIVE},
            },
            {
                "round": 3,
                "threshold": "4.0",
                "tally": {"Ada": "4.0", "Bo": "4.2"},
                "tallyResults": [{"elected": "Bo", "transfers": {}}],
                "inactiveBallots": {"exhaustedChoices": "0.8", **INACTIVE},
            },
        ],
    }


def test_a_rule_that_counts_anew_has_no_transfers() -> None:
    rounds = results_of(meek())
    assert [one["tallyResults"] for one in rounds] == [
        [{"elected": "Adler"}],
        [{"elected": "Brandt"}, {"eliminated": "Cohen"}],
        [],
    ]
    assert [one["threshold"] for one in rounds] == ["10.000001", "9.250000", "7.583334"]


def test_whose_surplus_waits_is_elected_just_before_it_passes_on() -> None:
    sheet = run(RULES["scottish-stv"], election({"13": 7, "24": 6, "4": 1}, 3, 4))
    assert [stage.elected for stage in sheet.stages[:3]] == [(1, 2), (), ()]
    rounds = results_of(sheet)
    assert [one["tallyResults"] for one in rounds[:2]] == [
        [{"elected": "A", "transfers": {"C": "2.99999", "exhausted": "0.00001"}}],
        [{"elected": "B", "transfers": {"D": "1.99998", "exhausted": "0.00002"}}],
    ]
    assert [one["tally"] for one in rounds[1:3]] == [
        {"A": "4.00000", "B": "6.00000", "C": "2.99999", "D": "1.00000"},
        {"A": "4.00000", "B": "4.00000", "C": "2.99999", "D": "2.99998"},
    ]


def test_votes_that_come_from_nobody_in_particular_are_in_the_tallies_only() -> None:
    sheet = three_rounds()
    returned = Transfer(None, 2, Fraction("0.2"))
    second = replace(sheet.stages[1], transfers=(*sheet.stages[1].transfers, returned))
    changed = replace(sheet, stages=(sheet.stages[0], second, sheet.stages[2]))
    assert results_of(changed) == results_of(sheet)


def test_papers_that_stay_with_the_excluded_are_exhausted(reference_data: Path) -> None:
    profile = parse_blt((reference_data / "counting" / "ers97.blt").read_bytes(), "ers97.blt")
    *_, before, last = results_of(run(RULES["ers97"], profile))
    assert before["tallyResults"][-1] == {
        "eliminated": "Abbot",
        "transfers": {"Baron": "12.00", "Vicar": "42.00", "exhausted": "14.10"},
    }
    assert "Abbot" not in last["tally"]
    assert last["inactiveBallots"]["exhaustedChoices"] == "27.66"
    # Excluded too, when all places are filled, and with all his votes.
    assert last["tally"]["Baron"] == "82.26"
    assert [one["elected"] for one in last["tallyResults"]] == ["Vicar", "Freeman"]


def test_fractions_are_rounded_to_six_decimals() -> None:
    sheet = run(RULES["belenios-stv"], election({"12": 5, "1": 2, "3": 2}, 2, 3))
    assert sheet.stages[1].votes == parts(4, "15/7", 2)
    assert results_of(sheet)[1]["tally"] == {"A": "4.000000", "B": "2.142857", "C": "2.000000"}


def test_who_withdrew_has_no_part() -> None:
    summary = rctab_summary(undecided())
    assert summary["summary"] == {
        "finalThreshold": "11.00000",
        "numCandidates": 5,
        "numWinners": 2,
        "totalNumBallots": "32",
        "undervotes": 2,
    }
    assert all("Frisch" not in one["tally"] for one in results_of(undecided()))


def test_a_rule_without_quota_has_no_thresholds() -> None:
    summary = rctab_summary(replace(scottish(), quota=None))
    assert "finalThreshold" not in json.dumps(summary["summary"])
    assert all("threshold" not in one for one in results_of(replace(scottish(), quota=None)))


def test_the_file_is_the_summary_with_names_as_they_are() -> None:
    sheet = replace(three_rounds(), names=("Zoë", "Bo", "Cy"))
    written = write_rctab(sheet, date="2024-05-01")
    assert json.loads(written) == rctab_summary(sheet, date="2024-05-01")
    assert '"elected": "Zoë"' in written


@pytest.mark.parametrize("sheet", [approvals(), judgment(), schulze()], ids=lambda one: one.names)
def test_a_sheet_without_stages_is_refused(sheet: Sheet) -> None:
    with pytest.raises(MalformedRecord) as caught:
        write_rctab(sheet)
    assert str(caught.value) == "stages: RCTab's summary tells of rounds, and by-hand has none"


@pytest.mark.parametrize("name", ["exhausted", "residual surplus", "uncounted"])
def test_a_name_that_rctab_keeps_for_itself_is_refused(name: str) -> None:
    with pytest.raises(MalformedRecord) as caught:
        write_rctab(replace(three_rounds(), names=("Ada", name, "Cy")))
    problem = "RCTab's summary keeps this name for votes of nobody; give another"
    assert str(caught.value) == f"the name {name!r}: {problem}"


# --- What programs that read summaries rely on -----------------------------------------------

STAGED = ("scottish-stv", "ers97", "wigm-prf", "belenios-stv", "meek-nz", "meek-prf", "irv")


@pytest.mark.parametrize("name", STAGED)
def test_every_count_keeps_to_what_readers_rely_on(name: str) -> None:
    """The checks of rcvformats, and what RCVis takes for granted when it draws."""
    for sheet in sheets_by(name):
        rounds = results_of(sheet)
        standing = {
            sheet.name(n) for n in range(1, len(sheet.names) + 1) if n not in sheet.withdrawn
        }
        assert rounds[0]["tally"].keys() == standing
        decided = [*decisions(rounds, "elected"), *decisions(rounds, "eliminated")]
        assert len(decided) == len(set(decided))
        assert sorted(decisions(rounds, "elected")) == sorted(
            sheet.name(n) for stage in sheet.stages for n in stage.elected
        )
        assert not any("eliminated" in one for one in rounds[-1]["tallyResults"])
        assert not any(one.get("transfers") for one in rounds[-1]["tallyResults"])
        gone: set[str] = set()
        for one in rounds:
            assert one["tally"].keys() == standing - gone
            gone |= set(decisions([one], "eliminated"))


@pytest.mark.parametrize("name", ["scottish-stv", "ers97", "wigm-prf", "irv"])
def test_transfers_explain_every_tally(name: str) -> None:
    explained = 0
    for sheet in sheets_by(name):
        for one, after in pairwise(results_of(sheet)):
            assert moved(one) == figures(after)
            explained += 1
            elected = set(decisions([one], "elected"))
            assert all(
                name in elected
                for name, votes in after["tally"].items()
                if Fraction(votes) < Fraction(one["tally"][name])
            )
    assert explained > 100


def results_of(sheet: Sheet) -> list[dict[str, Any]]:
    """Return the rounds as a program reads them."""
    rounds: list[dict[str, Any]] = json.loads(write_rctab(sheet))["results"]
    return rounds


def sheets_by(name: str) -> Iterator[Sheet]:
    """Yield counts of small elections full of ties."""
    for profile in small_elections(150):
        seats = 1 if name == "irv" else profile.seats
        yield run(RULES[name], replace(profile, seats=seats), Options(seed="drawn in public"))


def decisions(rounds: list[dict[str, Any]], what: str) -> Iterator[str]:
    """Yield who was elected, or eliminated, in order."""
    for one in rounds:
        yield from (decided[what] for decided in one["tallyResults"] if what in decided)


def figures(one: Mapping[str, Any]) -> dict[str, Fraction]:
    """Return the votes of a round that are not 0, those of nobody included."""
    held = {**one["tally"], "exhausted": one["inactiveBallots"]["exhaustedChoices"]}
    return {name: Fraction(votes) for name, votes in held.items() if Fraction(votes)}


def moved(one: Mapping[str, Any]) -> dict[str, Fraction]:
    """Return the votes after the transfers that a round announces."""
    held = figures(one)
    for decided in one["tallyResults"]:
        source = decided.get("elected") or decided["eliminated"]
        for target, votes in decided["transfers"].items():
            held[source] = held.get(source, Fraction(0)) - Fraction(votes)
            held[target] = held.get(target, Fraction(0)) + Fraction(votes)
    return {name: votes for name, votes in held.items() if votes}


def test_only_rankings_are_counted_in_stages() -> None:
    assert all(RULES[name].takes == (Profile,) for name in STAGED)
