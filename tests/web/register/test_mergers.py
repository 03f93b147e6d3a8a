"""A merger of branches in the application: every member goes along, and nobody is passed over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from comitia.law.errors import RuleViolation
from comitia.record.kinds.organisation import CloseBranch, MergeBranch
from comitia.record.kinds.register import AdmitMember, LeaveMembership
from comitia.web.acts.models import Entry
from comitia.web.organisation.models import Branch
from comitia.web.register.mergers import merger_of
from comitia.web.register.models import Membership, Step
from comitia.web.register.queries import count_members, members_on, rests_on
from tests.web.founded import FIRST, Founded, an_organisation

pytestmark = pytest.mark.django_db
LAST_DAY = date(2026, 3, 31)


@pytest.fixture
def world() -> Iterator[Founded]:
    with an_organisation() as world:
        yield world


def merger(world: Founded) -> MergeBranch:
    return merger_of(world.branches["Mill"], world.branches["Port"], LAST_DAY)


def test_all_members_go_along_and_the_branch_closes(world: Founded) -> None:
    mill, port = world.branches["Mill"], world.branches["Port"]
    done = world.do(merger(world), mill, "Ben", branch="All")
    written = Entry.objects.filter(hash__in=done.entries).order_by("number")
    assert [(one.kind, one.branch) for one in written] == [
        ("branch.merge", world.branches["All"]),
        ("membership.transfer", mill),
        ("membership.transfer", mill),
        ("branch.close", mill),
    ]
    assert {one.pk: (one.branch_id, one.standing) for one in Membership.objects.all()} == {
        world.memberships["Ada"]: (port, "member"),
        world.memberships["Ben"]: (port, "member"),
        world.memberships["Cat"]: (port, "member"),
        world.memberships["Dan"]: (mill, "expelled"),
    }
    closed = Branch.objects.get(pk=mill)
    assert (closed.last_day, closed.merged_into_id) == (LAST_DAY, port)


def test_who_comes_or_goes_meanwhile_is_not_passed_over(world: Founded) -> None:
    drawn_up = merger(world)
    world.do(
        LeaveMembership(last_day=date(2026, 1, 5)), world.memberships["Ada"], "Ada", person="Ada"
    )
    entries = Entry.objects.count()
    with pytest.raises(RuleViolation) as refused:
        world.do(drawn_up, world.branches["Mill"], "Ben", branch="All")
    assert refused.value.code == "act.overtaken"
    assert (Entry.objects.count(), Branch.objects.filter(merged_into=None).count()) == (entries, 3)


def test_whoever_has_applied_is_answered_first(world: Founded) -> None:
    own = world.apply("Eve")
    with pytest.raises(RuleViolation) as refused:
        world.do(merger(world), world.branches["Mill"], "Ben", branch="All")
    assert refused.value.expected == "no members or applicants"
    world.do(AdmitMember(since=world.now.date()), own, "Ada", person="Eve")
    world.do(merger(world), world.branches["Mill"], "Ben", branch="All")
    assert Membership.objects.get(pk=own).branch_id == world.branches["Port"]


def leave(world: Founded, name: str, last_day: date) -> None:
    world.do(LeaveMembership(last_day=last_day), world.memberships[name], name, person=name)


def test_who_has_declared_to_leave_later_goes_along(world: Founded) -> None:
    leave(world, "Ada", LAST_DAY + timedelta(days=1))
    world.do(merger(world), world.branches["Mill"], "Ben", branch="All")
    steps = Step.objects.filter(membership=world.memberships["Ada"], known_until=None)
    assert list(steps.order_by("day").values_list("kind", "branch", "day")) == [
        ("found", world.branches["Mill"], FIRST),
        ("transfer", world.branches["Port"], LAST_DAY + timedelta(days=1)),
        ("leave", world.branches["Port"], LAST_DAY + timedelta(days=2)),
    ]


def test_who_leaves_on_the_last_day_does_not_go_along(world: Founded) -> None:
    leave(world, "Ada", LAST_DAY)
    done = world.do(merger(world), world.branches["Mill"], "Ben", branch="All")
    assert len(done.entries) == 3
    assert Membership.objects.get(pk=world.memberships["Ada"]).branch_id == world.branches["Mill"]


@pytest.mark.parametrize("days, code", [(-1, "branch.still_held"), (0, None), (1, None)])
def test_a_branch_closes_when_the_last_of_those_who_leave_has_gone(
    days: int, code: str | None, world: Founded
) -> None:
    leave(world, "Cat", LAST_DAY)
    close = CloseBranch(last_day=LAST_DAY + timedelta(days=days))
    if code is None:
        world.do(close, world.branches["Port"], "Ben", branch="All")
        return
    with pytest.raises(RuleViolation) as refused:
        world.do(close, world.branches["Port"], "Ben", branch="All")
    assert refused.value.code == code


def test_members_are_counted_on_a_day(world: Founded) -> None:
    leave(world, "Ada", LAST_DAY)
    mill = world.branches["Mill"]
    before, after = (LAST_DAY, LAST_DAY + timedelta(days=1))
    assert set(members_on(mill, before)) == {world.memberships["Ada"], world.memberships["Ben"]}
    assert members_on(mill, after) == (world.memberships["Ben"],)
    assert [count_members(mill, day) for day in (FIRST - timedelta(days=1), before, after)] == [
        *(0, 2, 1),
    ]


def test_nothing_merges_on_the_last_day_of_the_calendar(world: Founded) -> None:
    with pytest.raises(RuleViolation) as refused:
        merger_of(world.branches["Mill"], world.branches["Port"], date.max)
    assert refused.value.code == "branch.still_held"
    assert rests_on(world.branches["Mill"], date.max) == ()
