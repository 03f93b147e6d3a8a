from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.law.errors import Code, RuleViolation
from comitia.law.standings import (
    COUNTED,
    NAMES_BRANCH,
    NEEDS_CASE,
    NO_MEMBERSHIP,
    TRANSITIONS,
    Change,
    ChangeKind,
    Correction,
    Entry,
    Happening,
    Membership,
    Standing,
    Step,
    change_membership,
    derive_happenings,
    derive_membership,
    derive_steps,
    possible_changes,
)
from tests.law.histories import day, happening, histories, noon

K = ChangeKind
S = Standing

# What each standing can become, written down apart from the table.
LEADS_TO: dict[Standing | None, dict[ChangeKind, Standing | None]] = {
    None: {K.FOUND: S.MEMBER, K.APPLY: S.APPLICANT},
    S.APPLICANT: {K.ADMIT: S.MEMBER, K.REFUSE: None, K.WITHDRAW: None, K.DIE: S.DECEASED},
    S.MEMBER: {
        K.TRANSFER: S.MEMBER,
        K.LEAVE: S.LEFT,
        K.SUSPEND: S.SUSPENDED,
        K.STRIKE_OFF: S.STRUCK_OFF,
        K.EXPEL: S.EXPELLED,
        K.DIE: S.DECEASED,
    },
    S.SUSPENDED: {
        K.TRANSFER: S.SUSPENDED,
        K.LEAVE: S.LEFT,
        K.STRIKE_OFF: S.STRUCK_OFF,
        K.EXPEL: S.EXPELLED,
        K.REINSTATE: S.MEMBER,
        K.DIE: S.DECEASED,
    },
    S.LEFT: {K.APPLY: S.APPLICANT, K.DIE: S.DECEASED},
    S.STRUCK_OFF: {K.APPLY: S.APPLICANT, K.REINSTATE: S.MEMBER, K.DIE: S.DECEASED},
    S.EXPELLED: {K.APPLY: S.APPLICANT, K.REINSTATE: S.MEMBER, K.DIE: S.DECEASED},
    S.DECEASED: {},
}


FORMER = (S.LEFT, S.STRUCK_OFF, S.EXPELLED)


def stands(standing: Standing | None) -> Membership:
    return Membership(standing, None if standing is None else "mill")


@pytest.mark.parametrize("standing", [None, *Standing])
@pytest.mark.parametrize("kind", ChangeKind)
def test_every_change_leads_where_it_should_from_every_standing(
    kind: ChangeKind, standing: Standing | None
) -> None:
    before = stands(standing)
    what = happening(kind, 0, "north" if kind in NAMES_BRANCH else None)
    if kind in LEADS_TO[standing]:
        to = LEADS_TO[standing][kind]
        branch = None if to is None else "north" if kind in NAMES_BRANCH else "mill"
        former = before if standing in FORMER and to is S.APPLICANT else None
        assert change_membership(before, what, "it") == Membership(to, branch, former)
    elif kind is K.READMIT:
        with pytest.raises(RuleViolation) as error:
            change_membership(before, what, "it")
        not_asked = (Code.READMISSION_NOT_ASKED, "it", "an application to north", "none")
        wanted = "applicant who was a member before"
        none_before = (Code.STANDING_NOT_POSSIBLE, "it", wanted, standing or "none")
        assert error.value.args == (not_asked if standing in FORMER else none_before)
    else:
        with pytest.raises(RuleViolation) as error:
            change_membership(before, what, "it")
        wanted = " or ".join(one or "none" for one in TRANSITIONS[kind])
        found = standing or "none"
        assert error.value.args == (Code.STANDING_NOT_POSSIBLE, "it", wanted, found)


@pytest.mark.parametrize("standing", [None, *Standing])
def test_what_is_possible_is_what_leads_somewhere(standing: Standing | None) -> None:
    assert set(possible_changes(stands(standing))) == LEADS_TO[standing].keys()


@pytest.mark.parametrize("standing", FORMER)
def test_who_applies_again_is_readmitted_or_is_what_they_were(standing: Standing) -> None:
    former = stands(standing)
    asks = change_membership(former, happening(K.APPLY, 0, "north"), "it")
    assert asks == Membership(S.APPLICANT, "north", former)
    assert set(possible_changes(asks)) == {K.READMIT, K.REFUSE, K.WITHDRAW, K.DIE}
    for kind in (K.REFUSE, K.WITHDRAW):
        assert change_membership(asks, happening(kind, 1), "it") == former
    back = change_membership(asks, happening(K.READMIT, 1, "north"), "it")
    assert back == Membership(S.MEMBER, "north")
    dead = change_membership(asks, happening(K.DIE, 1), "it")
    assert dead == Membership(S.DECEASED, "north")


def test_nobody_is_readmitted_to_a_branch_that_was_not_asked() -> None:
    asks = Membership(S.APPLICANT, "north", stands(S.LEFT))
    with pytest.raises(RuleViolation) as error:
        change_membership(asks, happening(K.READMIT, 1, "mill"), "it")
    expected, found = "an application to mill", "an application to north"
    assert error.value.args == (Code.READMISSION_NOT_ASKED, "it", expected, found)


def test_who_was_a_member_before_is_not_admitted_as_if_new() -> None:
    asks = Membership(S.APPLICANT, "north", stands(S.EXPELLED))
    with pytest.raises(RuleViolation) as error:
        change_membership(asks, happening(K.ADMIT, 1), "it")
    found = "applicant who was a member before"
    assert error.value.args == (Code.STANDING_NOT_POSSIBLE, "it", "applicant", found)


def test_only_members_and_the_suspended_count() -> None:
    assert {S.MEMBER, S.SUSPENDED} == COUNTED
    assert [one for one in Standing if Membership(one, "mill").counts] == [S.MEMBER, S.SUSPENDED]
    assert not NO_MEMBERSHIP.counts


@pytest.mark.parametrize("kind", [K.SUSPEND, K.STRIKE_OFF, K.EXPEL, K.REINSTATE])
def test_nobody_is_disciplined_or_reinstated_without_a_case(kind: ChangeKind) -> None:
    assert kind in NEEDS_CASE
    standing = S.SUSPENDED if kind is K.REINSTATE else S.MEMBER
    with pytest.raises(RuleViolation) as error:
        change_membership(Membership(standing, "mill"), Happening(kind, day(0)), "it")
    assert error.value.args == (Code.STANDING_NEEDS_CASE, "it", "a decided case", "none")


def test_these_four_changes_need_a_case_and_no_others() -> None:
    assert {K.SUSPEND, K.STRIKE_OFF, K.EXPEL, K.REINSTATE} == NEEDS_CASE


def test_a_transfer_leads_to_another_branch() -> None:
    with pytest.raises(RuleViolation) as error:
        change_membership(Membership(S.MEMBER, "mill"), Happening(K.TRANSFER, day(0), "mill"), "it")
    assert error.value.args == (Code.BRANCH_SAME, "it", "another branch", "mill again")


@pytest.mark.parametrize(
    "kind, fields, problem",
    [
        (K.APPLY, {}, "apply names a branch if and only if it can change it"),
        (K.ADMIT, {"branch": "mill"}, "admit names a branch if and only if it can change it"),
        (K.LEAVE, {"case": "case-1"}, "leave rests on no case"),
    ],
)
def test_a_change_says_neither_too_much_nor_too_little(
    kind: ChangeKind, fields: dict[str, Any], problem: str
) -> None:
    with pytest.raises(ValueError, match=f"^{problem}$"):
        Happening(kind, day(0), **fields)


# --- As at a day, as known at a time ---------------------------------------------------------

APPLIED = Change("a", noon(0), happening(K.APPLY, 0, "mill"))
ADMITTED = Change("b", noon(10), happening(K.ADMIT, 9))
MOVED = Change("c", noon(30), happening(K.TRANSFER, 28, "north"))
LATER_MOVED = Correction("d", noon(40), "c", happening(K.TRANSFER, 35, "south"))
NEVER_MOVED = Correction("e", noon(50), "c", None)
STORY = (APPLIED, ADMITTED, MOVED, LATER_MOVED, NEVER_MOVED)


@pytest.mark.parametrize(
    "as_at, known, standing, branch",
    [
        (-1, None, None, None),
        (0, None, S.APPLICANT, "mill"),
        (8, None, S.APPLICANT, "mill"),
        (9, None, S.MEMBER, "mill"),
        (9, 9, S.APPLICANT, "mill"),
        (9, 10, S.MEMBER, "mill"),
        (28, 29, S.MEMBER, "mill"),
        (27, 30, S.MEMBER, "mill"),
        (28, 30, S.MEMBER, "north"),
        (34, 40, S.MEMBER, "mill"),
        (35, 40, S.MEMBER, "south"),
        (35, 50, S.MEMBER, "mill"),
        (99, None, S.MEMBER, "mill"),
    ],
)
def test_a_membership_is_read_as_known_then_and_as_corrected(
    as_at: int, known: int | None, standing: Standing | None, branch: str | None
) -> None:
    found = derive_membership(STORY, day(as_at), None if known is None else noon(known))
    assert found == Membership(standing, branch)


def test_a_correction_that_was_wrong_is_corrected_by_naming_the_change_again() -> None:
    again = Correction("f", noon(60), "c", MOVED.happening)
    assert derive_membership((*STORY, again), day(28)) == Membership(S.MEMBER, "north")


@pytest.mark.parametrize("named", ["x", "e"])
def test_a_correction_names_an_earlier_change(named: str) -> None:
    """Neither one that is not there nor another correction."""
    with pytest.raises(RuleViolation) as error:
        derive_happenings((*STORY, Correction("f", noon(60), named, None)))
    assert error.value.args == (Code.CORRECTION_UNKNOWN, "f", "an earlier change", named)


def test_a_correction_does_not_reach_ahead() -> None:
    with pytest.raises(RuleViolation):
        derive_happenings((Correction("f", noon(0), "a", None), APPLIED))


def test_two_changes_with_one_id_are_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match=r"^two changes have the id a$"):
        derive_happenings((APPLIED, APPLIED))


def test_steps_tell_before_and_after() -> None:
    applied, member = Membership(S.APPLICANT, "mill"), Membership(S.MEMBER, "mill")
    assert list(derive_steps(STORY, day(9))) == [
        Step("a", APPLIED.happening, NO_MEMBERSHIP, applied),
        Step("b", ADMITTED.happening, applied, member),
    ]


def test_a_correction_that_makes_the_rest_impossible_is_found() -> None:
    never_applied = Correction("g", noon(60), "a", None)
    with pytest.raises(RuleViolation) as error:
        derive_membership((*STORY, never_applied), day(99))
    assert error.value.args == (Code.STANDING_NOT_POSSIBLE, "b", "applicant", "none")


def slowly_changed(before: Membership, what: Happening) -> Membership:
    if what.kind in {K.REFUSE, K.WITHDRAW}:
        return before.former or NO_MEMBERSHIP
    to = S.MEMBER if what.kind is K.READMIT else LEADS_TO[before.standing][what.kind]
    branch = what.branch if what.kind in NAMES_BRANCH else before.branch
    again = what.kind is K.APPLY and before.standing in FORMER
    return Membership(to, branch, before if again else None)


def slow_membership(entries: Sequence[Entry], as_at: date, known: datetime) -> Membership:
    """Go through all days one by one, and on each through all entries in order."""
    seen = [entry for entry in entries if entry.known_at <= known]
    membership = NO_MEMBERSHIP
    today = day(-1)
    while today <= as_at:
        for entry in seen:
            if isinstance(entry, Correction):
                continue
            corrections = [
                one for one in seen if isinstance(one, Correction) and one.corrects == entry.id
            ]
            what = corrections[-1].instead if corrections else entry.happening
            if what is not None and what.day == today:
                membership = slowly_changed(membership, what)
        today = date.fromordinal(today.toordinal() + 1)
    return membership


@given(histories(), st.integers(-1, 100), st.integers(-1, 120))
def test_memberships_are_those_of_the_slow_twin(
    entries: list[Entry], as_at: int, known: int
) -> None:
    found = derive_membership(entries, day(as_at), noon(known))
    assert found == slow_membership(entries, day(as_at), noon(known))


@given(histories(), st.integers(-1, 100))
def test_what_is_known_at_the_end_is_what_is_known(entries: list[Entry], as_at: int) -> None:
    assert derive_membership(entries, day(as_at)) == derive_membership(
        entries, day(as_at), noon(10**4)
    )


@given(histories())
def test_nobody_leaves_the_dead(entries: list[Entry]) -> None:
    after = [step.after.standing for step in derive_steps(entries, day(10**4))]
    assert S.DECEASED not in after[:-1]


# --- A register that a founding states ----------------------------------------------------------

DECLARED = sorted(set(Standing) - {Standing.APPLICANT})


@pytest.mark.parametrize("standing", DECLARED)
def test_a_founding_can_state_every_standing_but_an_applicants(standing: Standing) -> None:
    stated = Happening(ChangeKind.FOUND, date(2026, 1, 1), "mill", declared=standing)
    assert change_membership(NO_MEMBERSHIP, stated, "x") == Membership(standing, "mill")


def test_nothing_else_states_a_standing() -> None:
    with pytest.raises(ValueError, match="apply afterwards"):
        Happening(ChangeKind.FOUND, date(2026, 1, 1), "mill", declared=Standing.APPLICANT)
    with pytest.raises(ValueError, match=r"^admit declares no standing$"):
        Happening(ChangeKind.ADMIT, date(2026, 1, 1), declared=Standing.MEMBER)
