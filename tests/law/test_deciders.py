from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.law.deciders import (
    Deciders,
    Passing,
    Path,
    find_deciders,
    level_of,
    lowest_common,
    require_deciders,
)
from comitia.law.errors import Code, RuleViolation
from comitia.law.presets import PRESETS
from comitia.law.values import Level, Organ, OrganKind

COMMITTEE = Organ(OrganKind.BODY, "committee")
SECRETARY = Organ(OrganKind.OFFICE, "secretary")
TOP, NORTH, MILL = ("union",), ("union", "north"), ("union", "north", "mill")
HOLDERS: dict[tuple[Path, Organ], frozenset[str]] = {
    (TOP, COMMITTEE): frozenset({"ann"}),
    (TOP, SECRETARY): frozenset({"tom"}),
    (NORTH, SECRETARY): frozenset({"sue"}),
    (MILL, COMMITTEE): frozenset({"ada", "bo"}),
    (MILL, SECRETARY): frozenset({"cy"}),
}


def test_the_organ_that_the_rules_name_decides() -> None:
    found = find_deciders(COMMITTEE, Level.OWN, MILL, HOLDERS, "dee")
    assert found == Deciders(COMMITTEE, MILL, frozenset({"ada", "bo"}), excluded=False, passed=())


def test_the_person_concerned_has_no_part_in_it() -> None:
    found = find_deciders(COMMITTEE, Level.OWN, MILL, HOLDERS, "bo")
    assert found == Deciders(COMMITTEE, MILL, frozenset({"ada"}), excluded=True, passed=())


def test_the_level_above_decides_if_the_only_decider_is_concerned() -> None:
    found = find_deciders(SECRETARY, Level.OWN, MILL, HOLDERS, "cy")
    passed = ((MILL, Passing.CONCERNED),)
    assert found == Deciders(SECRETARY, NORTH, frozenset({"sue"}), excluded=False, passed=passed)


def test_the_level_above_decides_if_the_organ_is_vacant() -> None:
    found = find_deciders(COMMITTEE, Level.ABOVE, MILL, HOLDERS, "dee")
    passed = ((NORTH, Passing.VACANT),)
    assert found == Deciders(COMMITTEE, TOP, frozenset({"ann"}), excluded=False, passed=passed)


def test_an_act_about_nobody_excludes_nobody() -> None:
    found = find_deciders(SECRETARY, Level.TOP, MILL, HOLDERS, None)
    assert found == Deciders(SECRETARY, TOP, frozenset({"tom"}), excluded=False, passed=())


def test_nobody_above_the_top_decides() -> None:
    with pytest.raises(RuleViolation) as error:
        find_deciders(SECRETARY, Level.TOP, MILL, HOLDERS, "tom")
    assert error.value.args == (
        Code.DECIDER_NOBODY,
        "office:secretary",
        "somebody who is not concerned",
        "nobody up to the top",
    )


@given(
    st.dictionaries(
        st.sampled_from([TOP, NORTH, MILL]), st.frozensets(st.sampled_from("abc")), max_size=3
    ),
    st.sampled_from("abc"),
)
def test_whoever_decides_is_not_concerned_and_holds_the_lowest_organ_that_can(
    holders: dict[Path, frozenset[str]], concerned: str
) -> None:
    held: dict[tuple[Path, Organ], frozenset[str]] = {
        (path, COMMITTEE): persons for path, persons in holders.items()
    }
    able = [path for path in (MILL, NORTH, TOP) if holders.get(path, frozenset()) - {concerned}]
    if able:
        found = find_deciders(COMMITTEE, Level.OWN, MILL, held, concerned)
        assert (found.branch, found.persons) == (able[0], holders[able[0]] - {concerned})
    else:
        with pytest.raises(RuleViolation):
            find_deciders(COMMITTEE, Level.OWN, MILL, held, concerned)


def test_a_level_is_seen_from_a_branch_and_from_nowhere_it_is_nowhere() -> None:
    assert [level_of(level, MILL) for level in Level] == [MILL, NORTH, TOP]
    assert [level_of(level, ()) for level in Level] == [()] * 3


def test_two_branches_have_what_is_above_both_in_common() -> None:
    port = (*TOP, "south", "port")
    assert [lowest_common(MILL, other) for other in (MILL, NORTH, port, ())] == [
        *(MILL, NORTH, TOP, ())
    ]


# --- Deciders everywhere -------------------------------------------------------------------------

BOOK = PRESETS["small-association"].rule_book(date(2026, 1, 5))


def test_an_organ_of_the_top_can_decide_for_all_below() -> None:
    require_deciders((TOP, NORTH, MILL), {(TOP, COMMITTEE): {"ann"}}, BOOK)


def test_the_first_branch_for_which_nobody_could_decide_is_named() -> None:
    with pytest.raises(RuleViolation) as error:
        require_deciders((TOP, NORTH, MILL), {(NORTH, COMMITTEE): {"sue"}}, BOOK)
    assert error.value.args == (
        Code.DECIDER_NOBODY,
        "union",
        "body:committee",
        "nobody up to the top",
    )
