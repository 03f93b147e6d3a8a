"""Two acts at once where only one can be: on PostgreSQL, which lets them run beside each other.

Each race is run many times, both sides from one barrier. Whoever wins, the record must be one that
every verifier takes, and the tables must follow from it.
"""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from threading import Barrier, Thread
from typing import Any, Final

import pytest
from django.db import connection, connections

from comitia.law.errors import RuleViolation
from comitia.law.presets import PRESETS
from comitia.record.kinds.organisation import (
    CloseBranch,
    CreateBranch,
    EndAppointment,
    GrantAdministration,
    Level,
    MakeAppointment,
    MoveBranch,
    RevokeAdministration,
)
from comitia.record.kinds.register import (
    AdmitMember,
    ApplyForMembership,
    Category,
    LeaveMembership,
    RefuseApplication,
    TransferMember,
)
from comitia.record.kinds.rulebook import AdoptRuleBook, AnnounceRuleBook, WithdrawAnnouncement
from comitia.record.kinds.values import Identifier, Pseudonym, Text, Values
from comitia.web.accounts.models import Context
from comitia.web.accounts.pseudonyms import make_pseudonym
from comitia.web.acts import clock
from comitia.web.acts.performing import Asked, new_identifier, perform
from comitia.web.rulebook.models import Version
from tests.web.folded import differences
from tests.web.founded import COMMITTEE, FIRST, SECRETARY, Founded, write_document

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite does one act after the other"
    ),
]
ROUNDS: Final = 50
MOST: Final = 20
"""People for whom an officer may do one kind of act in a day, by the rule book of these tests."""
WON: Final = "won"


def compete(*sides: Callable[[], object]) -> list[str]:
    """Run all sides from one barrier; return of each that it won, or the code of its refusal."""
    barrier = Barrier(len(sides))
    outcomes = [""] * len(sides)

    def run(number: int, side: Callable[[], object]) -> None:
        try:
            barrier.wait()
            side()
            outcomes[number] = WON
        except RuleViolation as violation:
            outcomes[number] = violation.code
        except BaseException as error:  # noqa: BLE001 - told below, in the test's own thread
            outcomes[number] = repr(error)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=one) for one in enumerate(sides)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@contextmanager
def an_association() -> Iterator[Founded]:
    """Found the tests' organisation with a committee that decides on the rule book too."""
    world = Founded()
    with clock.showing(lambda: world.now):
        write_document(world)
        adopt = world.listed[0]
        world.listed[0] = dataclasses.replace(
            adopt, act=dataclasses.replace(adopt.act, rules=Values(dict(RULES)))
        )
        for name in ("Dot Keen", "Eli Keen"):
            world.list_member(name, "Mill")
            world.list_mandate(SECRETARY, name[:3], "All")
        world.list_member("Fin Hart", "Mill")
        world.list_mandate(COMMITTEE, "Fin", "All")
        world.found()
        yield world


def _rules() -> dict[str, Any]:
    book = PRESETS["small-association"].rule_book(FIRST).to_json()
    assert isinstance(book, dict)
    rules = book["rules"]
    assert isinstance(rules, dict)
    return {**rules, "rulebook.decider": {"body": "committee"}}


RULES: Final = _rules()


@pytest.fixture
def world() -> Iterator[Founded]:
    with an_association() as world:
        yield world
        assert differences() == []


def side(
    world: Founded,
    act: Any,  # noqa: ANN401 - any act
    on: Identifier,
    *by: str,
    branch: str = "Mill",
) -> Callable[[], object]:
    """Return what does an act, at the time that it is."""
    people = tuple(world.people[name].pk for name in by)
    return lambda: perform(Asked(act, on, world.branches[branch], people))


def one_wins(outcomes: list[str], *codes: str) -> None:
    assert sorted(outcomes, key=lambda one: one == WON)[1] == WON, outcomes
    assert {one for one in outcomes if one != WON} <= {*codes}, outcomes
    assert outcomes.count(WON) == 1, outcomes


def test_two_admissions_of_one_person(world: Founded) -> None:
    for n in range(ROUNDS):
        world.later(hours=3)  # of one officer's acts there are so many in a day
        own = world.apply(f"Eve{n}")
        admit = AdmitMember(since=world.now.date())
        outcomes = compete(
            side(world, admit, own, "Ada"), side(world, admit, own, "Ben", branch="All")
        )
        one_wins(outcomes, "standing.not_possible")


def test_an_admission_and_a_refusal_of_one_person(world: Founded) -> None:
    for n in range(ROUNDS):
        world.later(hours=3)  # of one officer's acts there are so many in a day
        own = world.apply(f"Eve{n}")
        admit, refuse = AdmitMember(since=world.now.date()), RefuseApplication(reasons=Text("No."))
        outcomes = compete(side(world, admit, own, "Ada"), side(world, refuse, own, "Ada"))
        one_wins(outcomes, "standing.not_possible", "act.not_allowed")


def test_two_acts_of_an_officer_who_may_do_one_more_that_day(world: Founded) -> None:
    own = [world.apply(f"Eve{n}") for n in range(MOST + 1)]
    admit = AdmitMember(since=world.now.date())
    for one in own[: MOST - 1]:
        world.do(admit, one, "Ada")
    outcomes = compete(*(side(world, admit, one, "Ada") for one in own[MOST - 1 :]))
    one_wins(outcomes, "job.too_many")


def test_two_applications_of_one_person(world: Founded) -> None:
    for n in range(ROUNDS):
        person = world.person(f"Eve{n}")

        def apply(branch: str, name: str = f"Eve{n}") -> Callable[[], object]:
            def run() -> object:
                value = make_pseudonym(
                    world.people[name], Context.MEMBERSHIP, secrets.token_bytes
                ).value
                act = ApplyForMembership(
                    branch=world.branches[branch], category=Category.FULL, name=Text(name)
                )
                return side(world, act, Identifier(value), name, branch=branch)()

            return run

        one_wins(compete(apply("Mill"), apply("Port")), "act.overtaken", "record.order")
        assert person.membership.standing == "applicant"


def grant(world: Founded, name: str, *by: str) -> None:
    person = world.people[name]
    holder = make_pseudonym(person, Context.ADMINISTRATION, secrets.token_bytes).value
    world.holdings[f"administrator {name}"] = new_identifier()
    act = GrantAdministration(holder=Pseudonym(holder), until=date(2027, 12, 31))
    world.do(act, world.holdings[f"administrator {name}"], *by, branch="All")


def test_the_last_administrators_revoked_by_two_pairs(world: Founded) -> None:
    there = {"Ada", "Cat"}
    for _ in range(ROUNDS):
        (third,) = {"Ada", "Cat", "Ben"} - there
        grant(world, third, *sorted(there))
        one, two, other = "Ada", "Ben", "Cat"
        act = RevokeAdministration(last_day=world.now.date())
        holdings = world.holdings
        outcomes = compete(
            side(world, act, holdings[f"administrator {two}"], one, other, branch="All"),
            side(world, act, holdings[f"administrator {other}"], one, two, branch="All"),
        )
        one_wins(outcomes, "administrators.too_few")
        there = {one, other if outcomes[0] == WON else two}
        world.later(days=1)


def test_a_right_that_ends_while_it_is_used(world: Founded) -> None:
    outcomes = set()
    for n in range(ROUNDS):
        own, place = world.apply(f"Eve{n}"), new_identifier()
        day = world.now.date()
        act = MakeAppointment(
            organ=COMMITTEE,
            holder=Pseudonym(world.memberships["Eli"]),
            since=day - timedelta(days=1),
            until=day + timedelta(days=1),
            reason=Text("Somebody is ill."),
        )
        world.do(act, place, "Ada")
        end = EndAppointment(last_day=day - timedelta(days=1))
        admit = AdmitMember(since=world.now.date())
        used, ended = compete(side(world, admit, own, "Eli"), side(world, end, place, "Ada"))
        assert (used in {WON, "act.not_allowed"}, ended) == (True, WON), (used, ended)
        outcomes.add(used)
    assert WON in outcomes


def test_a_branch_closed_while_somebody_moves_there(world: Founded) -> None:
    for n in range(ROUNDS):
        world.branches["Quay"] = quay = new_identifier()
        act = CreateBranch(name=Text(f"Quay {n}"), level=Level.LOCAL, parent=world.branches["All"])
        world.do(act, quay, "Ben", branch="All")
        own = world.apply(f"Eve{n}")
        world.do(AdmitMember(since=world.now.date()), own, "Ada")
        close = CloseBranch(last_day=world.now.date())
        move = TransferMember(to=quay, since=world.now.date() + timedelta(days=1))
        moved, closed = compete(
            side(world, move, own, "Dot", "Eli", branch="All"),
            side(world, close, quay, "Ben", branch="All"),
        )
        one_wins([moved, closed], "record.order", "branch.still_held")
        world.later(days=1)


def test_two_branches_moved_into_each_other(world: Founded) -> None:
    for n in range(ROUNDS):
        for name in ("Left", "Right"):
            world.branches[name] = new_identifier()
            act = CreateBranch(
                name=Text(f"{name} {n}"), level=Level.GROUP, parent=world.branches["All"]
            )
            world.do(act, world.branches[name], "Ben", branch="All")
        left, right = world.branches["Left"], world.branches["Right"]
        outcomes = compete(
            side(world, MoveBranch(parent=right), left, "Ben", branch="All"),
            side(world, MoveBranch(parent=left), right, "Ben", branch="All"),
        )
        one_wins(outcomes, "record.order", "branch.still_held")


def test_one_announcement_withdrawn_and_adopted(world: Founded) -> None:
    own = world.listed[0].aggregate
    for n in range(ROUNDS // 2):  # three weeks each, within the term of those who decide
        day = world.now.date() + timedelta(days=60 + n)
        announce = AnnounceRuleBook(
            in_force_from=day, preset=Text("own"), rules=Values(dict(RULES))
        )
        name = world.do(announce, own, "Ben", branch="All").entries[0]
        world.later(days=20)
        number = Version.objects.count() + 1
        act = AdoptRuleBook(
            number=number,
            in_force_from=day,
            preset=announce.preset,
            rules=announce.rules,
            announced=name,
            in_favour=3,
            against=0,
        )
        outcomes = compete(
            side(world, act, own, "Ben", "Fin", branch="All"),
            side(world, WithdrawAnnouncement(announced=name), own, "Fin", branch="All"),
        )
        one_wins(outcomes, "book.not_announced")


def test_a_transfer_and_leaving(world: Founded) -> None:
    for n in range(ROUNDS):
        own = world.apply(f"Eve{n}")
        world.do(AdmitMember(since=world.now.date()), own, "Ada")
        today = world.now.date()
        move = TransferMember(to=world.branches["Port"], since=today + timedelta(days=1))
        leave = LeaveMembership(last_day=today)
        outcomes = compete(
            side(world, move, own, "Dot", "Eli", branch="All"), side(world, leave, own, f"Eve{n}")
        )
        assert WON in outcomes, outcomes
        assert {*outcomes} <= {WON, "standing.not_possible"}, outcomes


def test_two_foundings() -> None:
    world = Founded()
    with clock.showing(lambda: world.now):
        write_document(world)
        outcomes = compete(world.found, world.found)
        assert differences() == []
    assert sorted(outcomes) == ["act.founded_already", WON]
