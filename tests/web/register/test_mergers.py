"""A merger of branches in the application: every member goes along, and nobody is passed over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from comitia.law.errors import RuleViolation
from comitia.record.kinds.organisation import MergeBranch
from comitia.record.kinds.register import AdmitMember, LeaveMembership
from comitia.web.acts.models import Entry
from comitia.web.organisation.models import Branch
from comitia.web.register.mergers import merger_of
from comitia.web.register.models import Membership
from tests.web.founded import Founded, an_organisation

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
