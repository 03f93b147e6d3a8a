from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from comitia.counting.sheet import Grades, Levels, Totals, Transfer
from comitia.counting.showing.bars import WIDTH, stage_bars, total_bars
from comitia.counting.showing.drawing import at, result_order
from comitia.counting.showing.flow import flow_of
from comitia.counting.showing.grade_bars import grade_bars
from tests.counting.showing.sheets import (
    approvals,
    judgment,
    large,
    meek,
    parts,
    schulze,
    scottish,
    sheet_of,
    undecided,
)


def test_coordinates_are_cut_to_tenths() -> None:
    assert [at(Fraction(value)) for value in ("12.345", "12", "0.06", "-0.96", "-0.04")] == [
        *("12.3", "12.0", "0.0", "-0.9", "0.0"),
    ]


def test_candidates_stand_in_one_order_elected_first_and_last_excluded_next() -> None:
    assert result_order(scottish()) == (1, 2, 3, 4, 5)
    assert result_order(undecided()) == (1, 2, 3, 4, 5)  # 6 is withdrawn
    assert result_order(schulze()) == (3, 2, 1)
    assert result_order(replace(schulze(), winners=(), details=(Levels(((2,), (1, 3))),))) == (
        *(2, 1, 3),
    )


def test_who_is_not_elected_stands_by_the_total() -> None:
    totals = Totals("points", parts(3, 9, 5, 7))
    assert result_order(sheet_of("ABCD", winners=(2,), details=(totals,))) == (2, 4, 3, 1)


def test_bars_show_what_was_held_gained_and_passed_on() -> None:
    first, second, *_ = stage_bars(scottish())
    assert first.quota == second.quota == at(Fraction(11 * (WIDTH - 1), 13))
    assert [(bar.name, bar.figure, bar.note, bar.sort) for bar in second.bars] == [
        ("Adler", "11.00000", "elected", "elected"),
        ("Brandt", "6.92304", "", "standing"),
        ("Cohen", "5.46152", "", "standing"),
        ("Dietz", "5.46152", "", "standing"),
        ("Ember", "1.00000", "", "standing"),
        ("Non-transferable", "0.15392", "", "lost"),
    ]
    unit = Fraction(WIDTH - 1, 13)
    assert [(bar.held, bar.gained, bar.lost) for bar in second.bars[:2]] == [
        (at(11 * unit), "0.0", at(2 * unit)),
        (at(6 * unit), at(Fraction("0.92304") * unit), "0.0"),
    ]


def test_whoever_left_before_a_stage_has_no_bar_at_it() -> None:
    last = stage_bars(scottish())[-1]
    assert [(bar.name, bar.note) for bar in last.bars] == [
        ("Adler", "elected"),
        ("Brandt", "elected"),
        ("Cohen", ""),
        ("Dietz", "excluded"),
        ("Non-transferable", ""),
    ]


def test_longest_bar_is_as_wide_as_the_picture() -> None:
    (totals, _) = approvals().details
    assert isinstance(totals, Totals)
    drawn = total_bars(totals, approvals())
    assert [(bar.name, bar.held, bar.gained, bar.lost) for bar in drawn.bars] == [
        ("Brandt", "339.0", "0.0", "0.0"),
        ("Adler", at(Fraction(17 * 339, 21)), "0.0", "0.0"),
        ("Cohen", at(Fraction(4 * 339, 21)), "0.0", "0.0"),
    ]


def test_totals_of_nothing_are_bars_without_length() -> None:
    totals = Totals("approvals", parts(0, 0))
    drawn = total_bars(totals, sheet_of("AB", details=(totals,)))
    assert [bar.held for bar in drawn.bars] == ["0.0", "0.0"]


def test_grades_fill_the_bar_in_their_order_and_the_line_meets_the_median() -> None:
    (grades,) = judgment().details
    assert isinstance(grades, Grades)
    drawn = grade_bars(grades, judgment())
    assert drawn.middle == at(Fraction(WIDTH, 2) - 1)
    assert drawn.legend == (
        (1, "excellent", 0),
        (2, "good", 2),
        (3, "passable", 4),
        (4, "to reject", 6),
    )
    adler, _, cohen = drawn.bars
    assert [(part.number, part.x, part.width) for part in adler.parts] == [
        ("1", "0.0", "136.0"),
        ("2", "136.0", "102.0"),
        ("3", "238.0", "68.0"),
        ("4", "306.0", "34.0"),
    ]
    assert (adler.median, cohen.median, cohen.parts) == ("good", "none", ())


def test_flow_has_a_node_for_whoever_holds_votes_and_a_stream_for_each_way() -> None:
    drawn = flow_of(scottish())
    assert drawn is not None
    assert [node.told for node in drawn.nodes[:6]] == [
        "\u2068Adler\u2069: 13.00000",
        "\u2068Brandt\u2069: 6.00000",
        "\u2068Cohen\u2069: 5.00000",
        "\u2068Dietz\u2069: 5.00000",
        "\u2068Ember\u2069: 1.00000",
        "\u2068Adler\u2069: 11.00000",
    ]
    passed = [(one.sort, one.told) for one in drawn.streams if "→" in one.told]
    assert passed[:4] == [
        ("surplus", "\u2068Adler\u2069 → \u2068Brandt\u2069: 0.92304"),
        ("surplus", "\u2068Adler\u2069 → \u2068Cohen\u2069: 0.46152"),
        ("surplus", "\u2068Adler\u2069 → \u2068Dietz\u2069: 0.46152"),
        ("lost", "\u2068Adler\u2069 → \u2068Non-transferable\u2069: 0.15392"),
    ]
    assert len(passed) == sum(len(stage.transfers) for stage in scottish().stages)


def test_non_transferable_papers_are_a_stream_of_their_own_to_the_end() -> None:
    drawn = flow_of(scottish())
    assert drawn is not None
    assert [node.told for node in drawn.nodes if node.sort == "lost"] == [
        "\u2068Non-transferable\u2069: 0.15392",
        "\u2068Non-transferable\u2069: 0.15392",
        "\u2068Non-transferable\u2069: 0.61544",
    ]
    assert drawn.labels[-1].text == "Non-transferable"


def test_places_of_a_stage_do_not_overlap() -> None:
    drawn = flow_of(large())
    assert drawn is not None
    columns: dict[str, list[tuple[Fraction, Fraction]]] = {}
    for node in drawn.nodes:
        columns.setdefault(node.x, []).append((Fraction(node.y), Fraction(node.height)))
    assert len(columns) == 25
    for column in columns.values():
        ends = [top + height for top, height in column]
        assert all(end < top for end, (top, _) in zip(ends, column[1:], strict=False))
        assert ends[-1] <= drawn.height


def test_no_flow_is_drawn_where_transfers_do_not_explain_the_figures() -> None:
    sheet = scottish()
    wrong = replace(sheet.stages[2], transfers=(Transfer(5, 3, Fraction(1)),))
    assert flow_of(replace(sheet, stages=(*sheet.stages[:2], wrong, sheet.stages[3]))) is None
    assert flow_of(meek()) is None
