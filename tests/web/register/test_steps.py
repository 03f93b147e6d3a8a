"""The table of steps says what the entries say, at any time, however they were corrected."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from comitia.law.errors import RuleViolation
from comitia.record.kinds.register import (
    AdmitMember,
    Category,
    CorrectDetails,
    CorrectMembership,
    LeaveMembership,
    SetCategory,
    TransferMember,
)
from comitia.record.kinds.values import EntryHash, Identifier, Text
from comitia.web.acts.reading import registered
from comitia.web.register.models import Membership, Step
from comitia.web.register.steps import expected_rows, held_rows
from tests.web.founded import Founded
from tests.web.register.organised import appoint_second_keeper, with_keepers

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Iterator[Founded]:
    with with_keepers() as world:
        yield world


def assert_table_follows() -> None:
    """Compare every membership's rows with what its entries say."""
    for pk in Membership.objects.values_list("pk", flat=True):
        known = registered(Identifier(pk))
        assert known is not None
        assert held_rows(Identifier(pk)) == expected_rows(known.entries)


def a_life(world: Founded) -> tuple[Identifier, EntryHash]:
    """Let somebody apply, be admitted, move, and have the admission corrected."""
    own = world.apply("Eve")
    world.later(days=20)
    admitted = world.do(AdmitMember(since=date(2026, 1, 25)), own, "Ada", person="Eve")
    world.later(days=20)
    appoint_second_keeper(world)
    move = TransferMember(to=world.branches["Port"], since=date(2026, 2, 14))
    world.do(move, own, "Lea", "Cat", person="Eve")
    return own, admitted.entries[0]


def test_after_each_act_the_rows_are_what_the_entries_say(world: Founded) -> None:
    assert_table_follows()
    own, admitted = a_life(world)
    assert_table_follows()
    wrong = CorrectMembership(
        wrong=admitted, was_void=False, since=date(2026, 1, 28), reasons=Text("A slip.")
    )
    with pytest.raises(RuleViolation, match=r"act\.not_allowed"):
        world.do(wrong, own, "Lea", person="Eve")
    world.do(LeaveMembership(last_day=date(2026, 3, 31)), own, "Eve", person="Eve", branch="Port")
    assert_table_follows()


def test_what_changes_no_standing_changes_no_row(world: Founded) -> None:
    own, _ = a_life(world)
    before = held_rows(own)
    reduced = SetCategory(category=Category.REDUCED)
    world.do(reduced, own, "Lea", "Cat", person="Eve", branch="Port")
    world.do(CorrectDetails(name=Text("Eva Ward")), own, "Lea", person="Eve", branch="Port")
    assert held_rows(own) == before
    row = Membership.objects.get(pk=own)
    assert (row.category, row.person.name) == ("reduced", "Eva Ward")
    assert sorted(row.words.values_list("word", flat=True)) == ["eva", "ward"]


def test_what_was_known_before_a_correction_stays_readable(world: Founded) -> None:
    own = world.memberships["Max"]
    declared = Step.objects.get(membership=own).entry
    known_before = world.now
    wrong = CorrectMembership(
        wrong=EntryHash(declared), was_void=False, since=date(2025, 1, 1), reasons=Text("A slip.")
    )
    world.do(wrong, own, "Kit", "Lea", person="Max")
    assert_table_follows()
    rows = Step.objects.filter(membership=own).order_by("known_from")
    assert [(one.day, one.known_until) for one in rows] == [
        (date(2026, 1, 5), known_before + timedelta(hours=1)),
        (date(2025, 1, 1), None),
    ]
