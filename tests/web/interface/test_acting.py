from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from comitia.law.errors import RuleViolation
from comitia.law.permissions import Act
from comitia.record.kinds.organisation import EndAppointment
from comitia.record.kinds.values import Identifier
from comitia.web.acts import performing
from comitia.web.acts.errors import Refusal
from comitia.web.acts.models import Aggregate, Entry
from comitia.web.interface.models import Answer
from comitia.web.organisation.models import Appointment
from comitia.web.register.models import Membership
from tests.web.founded import Founded, an_organisation
from tests.web.interface.calls import program

pytestmark = pytest.mark.django_db
APPOINTED: dict[str, Any] = {
    "organ": {"office": "secretary"},
    "since": "2026-01-06",
    "until": "2026-12-31",
    "reason": "nobody stood",
}


@pytest.fixture
def world() -> Iterator[Founded]:
    with an_organisation() as world:
        yield world


def admit(world: Founded, name: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {"act": {"since": f"{world.now:%Y-%m-%d}"}, "aggregate": world.memberships[name], **more}


def test_an_act_is_done_and_answered_with_its_entry(world: Founded) -> None:
    own = world.apply("Eve")
    done = program(world, "Ada").post("acts/membership.admit", admit(world, "Eve"))
    assert done == {
        "preview": False,
        "entries": [
            {
                "entry": Aggregate.objects.get(pk=own).last,
                "kind": "membership.admit",
                "aggregate": own,
            }
        ],
        "roles": [
            {
                "actor": "application_decider",
                "basis": world.holdings["committee Mill"],
                "branch": world.branches["Mill"],
            }
        ],
        "notices": 1,
    }
    assert Membership.objects.get(pk=own).standing == "member"


def test_a_preview_changes_nothing(world: Founded) -> None:
    own = world.apply("Eve")
    entries = Entry.objects.count()
    sent = admit(world, "Eve", preview=True)
    said = program(world, "Ada").post("acts/membership.admit", sent, key="one")
    assert (said["preview"], [one["kind"] for one in said["entries"]]) == (
        True,
        ["membership.admit"],
    )
    assert (Entry.objects.count(), Answer.objects.count()) == (entries, 0)
    assert Membership.objects.get(pk=own).standing == "applicant"


def test_a_call_with_a_key_is_done_once(world: Founded) -> None:
    world.apply("Eve")
    ada, sent = program(world, "Ada"), admit(world, "Eve")
    first = ada.post("acts/membership.admit", sent, key="one")
    entries = Entry.objects.count()
    assert ada.post("acts/membership.admit", sent, key="one") == first
    assert Entry.objects.count() == entries
    assert ada.post("acts/membership.admit", sent, 409)["code"] != "call.key_used"


def test_a_key_is_good_for_one_call_only(world: Founded) -> None:
    world.apply("Eve")
    ada, sent = program(world, "Ada"), admit(world, "Eve")
    ada.post("acts/membership.admit", sent, key="one")
    other = {"act": {"reasons": "no"}, "aggregate": world.memberships["Eve"]}
    assert ada.post("acts/membership.refuse", other, 409, key="one")["code"] == "call.key_used"


def test_a_key_of_a_refused_act_can_be_used_again(world: Founded) -> None:
    own = world.apply("Eve")
    ada, sent = program(world, "Ada"), admit(world, "Eve", seen="0" * 64)
    assert ada.post("acts/membership.admit", sent, 409, key="one")["code"] == "act.overtaken"
    ada.post("acts/membership.admit", admit(world, "Eve"), key="one")
    assert Membership.objects.get(pk=own).standing == "member"


def test_keys_of_two_tokens_have_nothing_to_do_with_each_other(world: Founded) -> None:
    world.apply("Eve")
    sent = admit(world, "Eve")
    program(world, "Ada").post("acts/membership.admit", sent, key="one")
    program(world, "Ada").post("acts/membership.admit", sent, 409, key="one")
    assert Answer.objects.count() == 1


def test_somebody_applies_for_oneself_alone(world: Founded) -> None:
    world.person("Eve Hart")
    act = {"branch": world.branches["Port"], "category": "full", "name": "Eve Hart"}
    done = program(world, "Eve").post("acts/membership.apply", {"act": act})
    row = Membership.objects.get(pk=done["entries"][0]["aggregate"])
    assert (row.person, row.branch_id) == (world.people["Eve"], world.branches["Port"])


def test_no_token_does_more_than_its_owner_may(world: Founded) -> None:
    world.apply("Eve", "Port")
    refused = program(world, "Ada").post("acts/membership.admit", admit(world, "Eve"), 403)
    assert refused["code"] == "act.not_allowed"


def test_no_token_does_what_it_was_not_made_for(world: Founded) -> None:
    own = world.apply("Eve")
    reader = program(world, "Ada", acts={Act.MEMBERSHIP_REFUSE})
    refused = reader.post("acts/membership.admit", admit(world, "Eve"), 403)
    assert (refused["code"], refused["subject"]) == ("call.out_of_scope", "membership.admit")
    assert Membership.objects.get(pk=own).standing == "applicant"


@pytest.mark.parametrize("branch, status", [("All", 200), ("Mill", 200), ("Port", 403)])
def test_no_token_acts_outside_of_its_branch(world: Founded, branch: str, status: int) -> None:
    world.apply("Eve")
    ada = program(world, "Ada", branch=branch)
    ada.post("acts/membership.admit", admit(world, "Eve"), status)


def test_nobody_says_where_an_act_on_a_membership_is_done(world: Founded) -> None:
    own = world.apply("Eve")
    sent = admit(world, "Eve", branch=world.branches["Port"])
    program(world, "Ada", branch="Port").post("acts/membership.admit", sent, 422)
    assert Membership.objects.get(pk=own).standing == "applicant"


def appoint(world: Founded, name: str, branch: str) -> str:
    act = {**APPOINTED, "holder": world.memberships[name]}
    sent = {"act": act, "branch": world.branches[branch]}
    officer = program(world, "Ben" if branch == "Port" else "Ada")
    return str(officer.post("acts/appointment.make", sent)["entries"][0]["aggregate"])


def test_an_appointment_is_made_and_ended_where_it_belongs(world: Founded) -> None:
    made = appoint(world, "Ben", "Mill")
    sent = {"act": {"last_day": "2026-01-07"}, "aggregate": made}
    world.later(days=2)
    program(world, "Ada").post("acts/appointment.end", sent)
    assert f"{Appointment.objects.get(pk=made).until}" == "2026-01-07"


def test_nobody_ends_an_appointment_of_another_branch_by_naming_ones_own(world: Founded) -> None:
    made = appoint(world, "Cat", "Port")
    world.later(days=2)
    act, at = EndAppointment(last_day=date(2026, 1, 7)), Identifier(made)
    with pytest.raises(RuleViolation, match=Refusal.NOT_ALLOWED):
        world.do(act, at, "Ada", branch="Mill")
    sent = {"act": {"last_day": "2026-01-07"}, "aggregate": made}
    program(world, "Ada").post("acts/appointment.end", sent, 403)
    assert f"{Appointment.objects.get(pk=made).until}" == "2026-12-31"


def test_what_a_merger_lists_can_be_left_out(world: Founded) -> None:
    act = {"into": world.branches["Port"], "last_day": "2026-01-05"}
    sent = {"act": act, "aggregate": world.branches["Mill"]}
    done = program(world, "Ben").post("acts/branch.merge", sent)
    assert [one["kind"] for one in done["entries"]] == [
        *("branch.merge", "membership.transfer", "membership.transfer", "branch.close"),
    ]


def test_a_merger_that_lists_others_is_refused(world: Founded) -> None:
    act = {"into": world.branches["Port"], "last_day": "2026-01-05", "listed": 2}
    sent = {"act": act, "aggregate": world.branches["Mill"]}
    assert program(world, "Ben").post("acts/branch.merge", sent, 409)["code"] == "act.overtaken"


def test_there_is_no_merger_behind_the_last_day(world: Founded) -> None:
    act = {"into": world.branches["Port"], "last_day": "9999-12-31"}
    whole = {**act, "listed": 3, "list_root": "0" * 64}
    for one in (act, whole):
        sent = {"act": one, "aggregate": world.branches["Mill"]}
        assert (
            program(world, "Ben").post("acts/branch.merge", sent, 409)["code"]
            == "branch.still_held"
        )


def test_nobody_becomes_somebody_else_by_a_call_of_their_own(world: Founded) -> None:
    ada = program(world, "Ada")
    for act in ({"name": "Max Muster"}, {"birth_date": "1990-01-01"}):
        sent = {"act": act, "aggregate": world.memberships["Ada"]}
        assert ada.post("acts/person.correct_details", sent, 409)["code"] == "details.own"
    assert Membership.objects.get(pk=world.memberships["Ada"]).person.name == "Ada Lowe"


def test_that_all_is_right_is_entered_once_a_day(world: Founded) -> None:
    ada, sent = program(world, "Ada"), {"act": {}, "aggregate": world.memberships["Ada"]}
    ada.post("acts/person.correct_details", sent)
    refused = ada.post("acts/person.correct_details", sent, 409)
    assert refused["code"] == "details.confirmed_today"
    assert refused["sentence"].startswith("All of this was confirmed today")
    ada.post("acts/person.correct_details", {**sent, "act": {"address": "2 Mill Lane"}})
    world.later(days=1)
    ada.post("acts/person.correct_details", sent)


def test_more_than_can_be_done_at_once_is_refused(
    world: Founded, monkeypatch: pytest.MonkeyPatch
) -> None:
    act = {"into": world.branches["Port"], "last_day": "2026-01-05"}
    sent = {"act": act, "aggregate": world.branches["Mill"]}
    entries = Entry.objects.count()
    monkeypatch.setattr(performing, "MOST_CONSEQUENCES", 3)
    refused = program(world, "Ben").post("acts/branch.merge", sent, 409)
    assert (refused["code"], Entry.objects.count()) == ("act.too_many", entries)
    monkeypatch.setattr(performing, "MOST_CONSEQUENCES", 4)
    program(world, "Ben").post("acts/branch.merge", sent)
