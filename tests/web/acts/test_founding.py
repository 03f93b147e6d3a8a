"""What is refused of a founding, and that nothing of it stays."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from comitia.law.errors import RuleViolation
from comitia.record.kinds.organisation import (
    CreateBranch,
    DeclareMandate,
    GrantAdministration,
    Level,
)
from comitia.record.kinds.rulebook import AdoptRuleBook
from comitia.record.kinds.values import Text, Values
from comitia.web.acts import clock
from comitia.web.acts.models import Aggregate, Disclosure, Entry
from comitia.web.acts.performing import new_identifier
from comitia.web.organisation.models import Branch, Organisation
from tests.web.folded import differences
from tests.web.founded import Founded, an_organisation, write_document

pytestmark = pytest.mark.django_db


def without_a_book(world: Founded) -> None:
    world.listed = [one for one in world.listed if not isinstance(one.act, AdoptRuleBook)]


def without_deciders(world: Founded) -> None:
    world.listed = [one for one in world.listed if not isinstance(one.act, DeclareMandate)]


def with_one_administrator(world: Founded) -> None:
    grants = [one for one in world.listed if isinstance(one.act, GrantAdministration)]
    world.listed.remove(grants[1])


def with_two_where_three_act_together(world: Founded) -> None:
    book = world.listed[0]
    rules = Values({**book.act.rules, "administrators.together": 3})
    world.listed[0] = dataclasses.replace(book, act=dataclasses.replace(book.act, rules=rules))


def with_two_wholes(world: Founded) -> None:
    act = CreateBranch(name=Text("Another"), level=Level.WHOLE)
    world.listed.append(dataclasses.replace(world.listed[1], act=act, aggregate=new_identifier()))


def with_one_thing_twice(world: Founded) -> None:
    world.listed.append(world.listed[-1])


@pytest.mark.parametrize(
    "spoil, code",
    [
        (without_a_book, "decider.nobody"),
        (without_deciders, "decider.nobody"),
        (with_one_administrator, "record.right"),
        (with_two_where_three_act_together, "administrators.too_few"),
        (with_two_wholes, "record.order"),
        (with_one_thing_twice, "record.order"),
    ],
)
def test_a_document_that_cannot_be_is_refused(spoil: Callable[[Founded], None], code: str) -> None:
    world = Founded()
    write_document(world)
    spoil(world)
    with clock.showing(lambda: world.now), pytest.raises(RuleViolation) as refused:
        world.found()
    assert refused.value.code == code
    for model in (Aggregate, Entry, Disclosure, Organisation, Branch):
        assert not model._default_manager.exists()


def test_there_is_one_founding() -> None:
    with an_organisation() as world:
        before = Entry.objects.count()
        with pytest.raises(RuleViolation) as refused:
            world.found()
        assert (refused.value.code, Entry.objects.count()) == ("act.founded_already", before)


def test_the_tables_say_what_the_entries_add_up_to() -> None:
    with an_organisation():
        assert differences() == []
    Branch.objects.filter(name="Port").update(last_day="2026-02-01")
    assert len(differences()) == 2
