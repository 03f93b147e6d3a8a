# ruff: noqa: ANN401 - what is wired takes anything
"""What an act leaves behind, and what it leaves behind when it is refused: nothing."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.apps import apps
from django.db import OperationalError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from comitia.errors import StorageUnavailable
from comitia.law.errors import RuleViolation
from comitia.record.kinds.organisation import (
    CloseBranch,
    CreateBranch,
    GrantAdministration,
    Level,
    MakeAppointment,
    RenameBranch,
    RevokeAdministration,
)
from comitia.record.kinds.register import (
    AdmitMember,
    LeaveMembership,
    RefuseApplication,
)
from comitia.record.kinds.values import EntryHash, Identifier, Pseudonym, Text
from comitia.web.accounts.models import Context, Person
from comitia.web.accounts.pseudonyms import make_pseudonym
from comitia.web.acts import clock, models, performing
from comitia.web.acts.errors import ActRefused, Refusal
from comitia.web.acts.performing import Asked, new_identifier, perform, preview
from comitia.web.acts.wiring import ActContext, Following, Outcome, Wiring, install, wired
from comitia.web.organisation.models import Administration, Appointment
from comitia.web.register.models import Membership
from tests.web.founded import FIRST, SECRETARY, Founded, an_organisation

pytestmark = pytest.mark.django_db
ADMIT = AdmitMember(since=FIRST)


def everything() -> dict[str, list[str]]:
    """Return all rows of all of the application's tables."""
    tables = [model for model in apps.get_models() if model.__module__.startswith("comitia.web")]
    return {
        model._meta.label: sorted(repr(row) for row in model._base_manager.values_list())
        for model in tables
        if model._meta.app_label != "person_secrets"
    }


@contextmanager
def other_wiring(**parts: Any) -> Iterator[Wiring]:
    """Have some of the wiring be another for a while."""
    before = wired()
    install(dataclasses.replace(before, **parts))
    try:
        yield before
    finally:
        install(before)


@contextmanager
def refused(code: str) -> Iterator[None]:
    """See that an act is refused with a code, and that nothing of it stays."""
    before = everything()
    with pytest.raises(RuleViolation) as violation:
        yield
    assert violation.value.code == code
    assert everything() == before


@pytest.fixture
def world() -> Iterator[Founded]:
    with an_organisation() as world:
        world.branches["Quay"] = new_identifier()
        quay = CreateBranch(name=Text("Quay"), level=Level.LOCAL, parent=world.branches["All"])
        world.do(quay, world.branches["Quay"], "Ben", branch="All")
        yield world


def asked(world: Founded, own: Identifier, *by: str, **more: Any) -> Asked:
    people = tuple(world.people[name].pk for name in by)
    return Asked(more.pop("act", ADMIT), own, world.branches["Mill"], people, **more)


def test_a_preview_says_what_an_act_would_bring_and_changes_nothing(world: Founded) -> None:
    own = world.apply("Eve")
    before = everything()
    shown = preview(asked(world, own, "Ada"))
    assert everything() == before
    done = perform(asked(world, own, "Ada"))
    assert (len(shown.entries), shown.roles) == (len(done.entries), done.roles)
    assert everything() != before


def test_what_was_overtaken_is_refused(world: Founded) -> None:
    own = world.apply("Eve")
    seen = EntryHash(models.Aggregate.objects.get(pk=own).last)
    with refused(Refusal.OVERTAKEN):
        perform(asked(world, own, "Ada", seen=EntryHash("0" * 64)))
    perform(asked(world, own, "Ada", seen=seen))
    with refused(Refusal.OVERTAKEN):
        perform(asked(world, own, "Ada", seen=seen))


def test_what_is_done_twice_is_refused(world: Founded) -> None:
    own = world.apply("Eve")
    world.do(ADMIT, own, "Ada")
    with refused("standing.not_possible"):
        world.do(ADMIT, own, "Ada")


def test_an_act_on_nothing_is_refused(world: Founded) -> None:
    with refused(Refusal.NOT_THERE):
        world.do(ADMIT, new_identifier(), "Ada")


def test_a_refusal_names_every_check_that_failed(world: Founded) -> None:
    last_day = world.now.date()
    world.do(CloseBranch(last_day=last_day), world.branches["Quay"], "Ben", branch="All")
    world.later(days=2)
    with pytest.raises(ActRefused) as refusal:
        world.do(ADMIT, world.memberships["Ada"], "Ben", branch="Quay")
    assert {one.check for one in refusal.value.failures} == {"record.order", "record.standing"}


class BreaksError(Exception):
    pass


def breaks(*_: Any) -> Any:
    raise BreaksError


@pytest.mark.parametrize("part", ["handler", "consequence", "of_consequence", "notices"])
def test_an_error_anywhere_leaves_nothing(part: str, world: Founded) -> None:
    own = world.apply("Eve")
    before = everything()
    known = wired()

    def notify(context: ActContext) -> Outcome:
        known.handlers[AdmitMember](context)
        return Outcome(notices=("told",))

    def leave(context: ActContext) -> Sequence[Following]:
        act = LeaveMembership(last_day=context.day)
        return [Following(act, context.aggregate, context.entry.branch)]

    changed: dict[str, dict[str, Any]] = {
        "handler": {"handlers": {**known.handlers, AdmitMember: breaks}},
        "consequence": {"consequences": ((AdmitMember, breaks),)},
        "of_consequence": {"consequences": ((AdmitMember, leave),)},
        "notices": {
            "handlers": {**known.handlers, AdmitMember: notify},
            "write_notices": breaks,
        },
    }
    with other_wiring(**changed[part]), pytest.raises((BreaksError, ActRefused)):
        world.do(ADMIT, own, "Ada")
    assert everything() == before
    world.do(ADMIT, own, "Ada")
    assert Membership.objects.get(pk=own).standing == "member"


def test_notices_of_everything_that_came_of_an_act_are_written_at_once(world: Founded) -> None:
    own = world.apply("Eve")
    known, written = wired(), list[Any]()

    def notify(context: ActContext) -> Outcome:
        known.handlers[type(context.act)](context)
        return Outcome(notices=(context.aggregate,))

    with other_wiring(
        handlers={**known.handlers, AdmitMember: notify},
        write_notices=lambda notices, at: written.append((list(notices), at)),
    ):
        done = world.do(ADMIT, own, "Ada")
    assert written == [([own], world.now)]
    assert done.notices == (own,)


def test_whoever_holds_a_role_acts_by_it(world: Founded) -> None:
    own = world.apply("Eve")
    done = world.do(ADMIT, own, "Ada")
    entry = models.Entry.objects.get(hash=done.entries[0])
    assert world.holdings["committee Mill"].encode() in bytes(entry.content)
    assert [role.basis for role in done.roles] == [world.holdings["committee Mill"]]


def test_nobody_acts_for_somebody_else(world: Founded) -> None:
    """A page that says that another's membership is one's own is not believed."""
    act = LeaveMembership(last_day=date(2026, 3, 1))
    cat = world.memberships["Cat"]
    with refused(Refusal.NOT_ALLOWED):
        world.do(act, cat, "Ben", branch="Port")
    before = everything()
    with pytest.raises(ValueError, match="another person's"):
        world.do(act, cat, "Ben", branch="Port", person="Ben")
    assert everything() == before
    world.do(act, cat, "Cat", branch="Port")
    assert Membership.objects.get(pk=cat).standing == "left"


def test_an_appointment_is_whose_pseudonym_it_names(world: Founded) -> None:
    act = appoint(world.memberships["Ada"])
    own = new_identifier()
    with pytest.raises(ValueError, match="another person's"):
        world.do(act, own, "Ben", branch="Mill", person="Ben")
    world.do(act, own, "Ben", branch="Mill")
    assert Appointment.objects.get(pk=own).person == world.people["Ada"]
    disclosure = models.Disclosure.objects.get(field="reason")
    assert disclosure.subject == world.memberships["Ada"]


def appoint(holder: str) -> MakeAppointment:
    return MakeAppointment(
        organ=SECRETARY,
        holder=Pseudonym(holder),
        since=date(2026, 1, 6),
        until=date(2026, 3, 1),
        reason=Text("Ben is ill."),
    )


def technical(world: Founded, name: str) -> str:
    """Return the pseudonym that somebody has for technical rights alone."""
    person = world.people[name]
    return make_pseudonym(person, Context.ADMINISTRATION, secrets.token_bytes).value


def test_nobody_is_appointed_by_a_pseudonym_that_hides_who_it_is(world: Founded) -> None:
    """By their technical pseudonym an executive would be somebody else to the table of rights."""
    for name in ("Ben", "Ada"):
        hidden = technical(world, name)
        before = everything()
        with refused(Refusal.NOT_THERE):
            world.do(appoint(hidden), new_identifier(), "Ben", branch="Mill")
        assert everything() == before


def test_nothing_is_given_to_a_pseudonym_that_nobody_has(world: Founded) -> None:
    nobody = Pseudonym("0" * 32)
    for act, by in (
        (appoint(nobody), ("Ben",)),
        (GrantAdministration(holder=nobody, until=date(2027, 1, 1)), ("Ada", "Cat")),
    ):
        with refused(Refusal.NOT_THERE):
            world.do(act, new_identifier(), *by, branch="All")


def test_technical_rights_are_not_given_to_a_membership(world: Founded) -> None:
    """The two would be linked for ever, for everybody."""
    act = GrantAdministration(holder=Pseudonym(world.memberships["Ben"]), until=date(2027, 1, 1))
    with refused(Refusal.NOT_THERE):
        world.do(act, new_identifier(), "Ada", "Cat", branch="All")


@pytest.mark.parametrize("name, branch", [("Dan", "Mill"), ("Cat", "Mill"), ("Ada", "Port")])
def test_only_a_member_there_or_below_is_appointed(name: str, branch: str, world: Founded) -> None:
    act = appoint(world.memberships[name])
    with refused("holder.no_member"):
        world.do(act, new_identifier(), "Ben", branch=branch)
    if name != "Dan":
        world.do(act, new_identifier(), "Ben", branch="All")


def test_salted_values_are_those_of_the_membership_that_they_are_about(world: Founded) -> None:
    own = world.apply("Eve")
    world.do(RefuseApplication(reasons=Text("No.")), own, "Ada")
    found = models.Disclosure.objects.filter(subject=own).values_list("field", "value")
    assert sorted(found) == [("name", '"Eve"'), ("reasons", '"No."')]
    rename = RenameBranch(name=Text("New Mill"))
    world.do(rename, world.branches["Mill"], "Ada")
    assert not models.Disclosure.objects.filter(entry__kind="branch.rename").exists()


def test_two_sign_what_takes_two(world: Founded) -> None:
    dan = make_pseudonym(world.people["Dan"], Context.ADMINISTRATION, secrets.token_bytes).value
    act = GrantAdministration(holder=Pseudonym(dan), until=date(2027, 1, 1))
    own = new_identifier()
    with refused(Refusal.NOT_ALLOWED):
        world.do(act, own, "Ada", branch="All")
    with refused(Refusal.NOT_ALLOWED):
        world.do(act, own, "Ada", "Ben", branch="All")
    world.do(act, own, "Ada", "Cat", branch="All")
    assert Administration.objects.get(pk=own).person == world.people["Dan"]


def test_the_last_administrators_stay(world: Founded) -> None:
    own = world.holdings["administrator Ada"]
    with refused("administrators.too_few"):
        world.do(RevokeAdministration(last_day=date(2026, 2, 1)), own, "Ada", "Cat", branch="All")


# --- Time --------------------------------------------------------------------------------------


def test_a_clock_that_is_behind_is_refused_by_name_and_works_again_later(world: Founded) -> None:
    own = world.apply("Eve")
    entered = world.now
    world.now = entered - timedelta(seconds=61)
    with refused(Refusal.CLOCK_BEHIND):
        perform(asked(world, own, "Ada"))
    world.now = entered - timedelta(seconds=60)
    perform(asked(world, own, "Ada"))
    assert models.Entry.objects.latest("number").at == world.now


def test_an_ended_right_is_none(world: Founded) -> None:
    own = world.apply("Eve")
    world.later(days=3 * 365)
    with refused(Refusal.NOT_ALLOWED):
        world.do(ADMIT, own, "Ada")


# --- Before the founding -----------------------------------------------------------------------


def test_nothing_is_done_before_a_founding() -> None:
    world = Founded()
    world.person("Ada")
    with clock.showing(lambda: world.now), refused(Refusal.NOT_FOUNDED):
        perform(Asked(ADMIT, new_identifier(), None, (world.people["Ada"].pk,)))


# --- What the database does --------------------------------------------------------------------


def deadlock() -> OperationalError:
    error = OperationalError("deadlock detected")
    error.__cause__ = psycopg.errors.DeadlockDetected()
    return error


def failing(errors: list[OperationalError]) -> Callable[[Asked], Any]:
    known = performing._perform

    def attempt(asked: Asked) -> Any:
        if errors:
            raise errors.pop()
        return known(asked)

    return attempt


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("do", [perform, preview])
def test_an_act_in_a_circle_of_waiting_is_tried_again(
    do: Callable[[Asked], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with an_organisation() as world:
        own = world.apply("Eve")
        errors = [deadlock() for _ in range(4)]
        monkeypatch.setattr(performing, "_perform", failing(errors))
        assert len(do(asked(world, own, "Ada")).entries) == 1
        assert errors == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("count, error", [(5, deadlock()), (1, OperationalError("locked"))])
def test_an_act_that_waits_without_end_is_given_up(
    count: int, error: OperationalError, monkeypatch: pytest.MonkeyPatch
) -> None:
    with an_organisation() as world:
        own = world.apply("Eve")
        before = everything()
        errors = [error] * count
        monkeypatch.setattr(performing, "_perform", failing(errors))
        with pytest.raises(StorageUnavailable, match="try again in a moment"):
            perform(asked(world, own, "Ada"))
        assert (errors, everything()) == ([], before)


def test_within_another_transaction_there_is_one_attempt(
    world: Founded, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = world.apply("Eve")
    errors = [deadlock(), deadlock()]
    monkeypatch.setattr(performing, "_perform", failing(errors))
    with transaction.atomic(), pytest.raises(StorageUnavailable):
        perform(asked(world, own, "Ada"))
    assert len(errors) == 1


def test_an_entry_that_another_came_before_is_refused_whatever_was_locked(world: Founded) -> None:
    """Should a lock ever be missing, two entries still cannot follow the same one."""
    own = world.apply("Eve")
    known = wired().rests_on

    def meddle(act: Any, aggregate: Identifier) -> Any:
        models.Aggregate.objects.filter(pk=own).update(last="0" * 64)
        return known(act, aggregate)

    with other_wiring(rests_on=meddle), pytest.raises(RuleViolation) as violation:
        perform(asked(world, own, "Ada"))
    assert violation.value.code == Refusal.OVERTAKEN


def test_an_aggregate_begins_once_whatever_was_locked(world: Founded) -> None:
    own = new_identifier()
    known = wired().rests_on

    def meddle(act: Any, aggregate: Identifier) -> Any:
        models.Aggregate.objects.get_or_create(id=own, kind="membership", last="0" * 64)
        return known(act, aggregate)

    with other_wiring(rests_on=meddle), pytest.raises(RuleViolation) as violation:
        world.do(appoint(world.memberships["Ada"]), own, "Ben")
    assert violation.value.code == Refusal.OVERTAKEN


def _appointment(world: Founded) -> MakeAppointment:
    return MakeAppointment(
        organ=SECRETARY,
        holder=Pseudonym(world.memberships["Cat"]),
        since=date(2026, 1, 6),
        until=date(2026, 3, 1),
        reason=Text("Ben is ill."),
    )


def test_a_stranger_can_do_nothing(world: Founded) -> None:
    own = world.apply("Eve")
    stranger = Person.objects.create(name="Nobody")
    for by in ((stranger.pk,), (uuid4(),)):
        with refused(Refusal.NOT_ALLOWED):
            perform(Asked(ADMIT, own, world.branches["Mill"], by))


def test_an_admission_takes_few_statements(
    world: Founded, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    own = world.apply("Eve")
    locks = 2 if connection.vendor == "postgresql" else 0
    with django_assert_num_queries(24 + locks):
        world.do(ADMIT, own, "Ada")


def test_rows_are_locked_in_the_order_that_everybody_keeps(
    world: Founded, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = world.apply("Eve")
    taken: list[tuple[str, list[str]]] = []

    def take(rows: Any, *, shared: bool) -> None:
        how = "share" if shared else "lock"
        taken.append((how, [str(row) for row in rows.order_by("pk")]))

    from comitia.web.acts import writing  # noqa: PLC0415 - what is watched here alone

    monkeypatch.setattr(writing, "hold_rows", take)
    world.do(ADMIT, own, "Ada")
    first, *others = taken
    assert first[0] == "share"
    assert {row.partition(" ")[0] for row in first[1]} == {"organisation", "rulebook"}
    rest = [(how, row.partition(" ")[2]) for how, rows in others for row in rows]
    assert [name for _, name in rest] == sorted(name for _, name in rest)
    held = {world.holdings["committee Mill"], world.holdings["administrator Ada"]}
    assert {name for how, name in rest if how == "lock"} == {own, *held}
    assert [name for how, name in rest if how == "share"] == []
    taken.clear()
    world.do(RenameBranch(name=Text("X")), world.branches["Mill"], "Ada")
    assert [how for how, _ in taken[:2]] == ["lock", "share"]
    assert connection.in_atomic_block
