"""Acts that take several people, by calls alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from comitia.cli import main
from comitia.law.permissions import Act
from comitia.web.acts.models import Entry, Joining, Proposal
from comitia.web.acts.proposing import LAPSES_AFTER
from comitia.web.interface.answering import ANSWERS_LAST, purge_answers
from comitia.web.interface.models import Answer
from comitia.web.organisation.models import Administration
from comitia.web.publicrecord.keeping import NEXT_FILE_NAME, read_record_key
from comitia.web.publicrecord.sequencing import sequence
from comitia.web.register.models import Membership
from tests.web.founded import Founded, an_organisation
from tests.web.interface.calls import program
from tests.web.organisation.administered import administered_by_three
from tests.web.register.organised import with_keepers

pytestmark = pytest.mark.django_db
WHO = {"name": "ben hill", "email": "ben@example.org"}


@pytest.fixture
def world() -> Iterator[Founded]:
    with with_keepers() as world:
        yield world


def death(world: Founded, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {"act": {"day": "2026-01-05"}, "aggregate": world.memberships["Max"], **more}


def proposed(world: Founded, key: str | None = None) -> dict[str, Any]:
    said = program(world, "Kit").post("acts/membership.record_death", death(world), 202, key)
    assert isinstance(said, dict)
    return said


def standing(world: Founded) -> str:
    return Membership.objects.get(pk=world.memberships["Max"]).standing


def test_what_takes_two_is_proposed_by_one_and_done_by_the_other(world: Founded) -> None:
    said = proposed(world)
    last = Membership.objects.get(pk=world.memberships["Max"]).entry_id
    assert said == {
        "preview": False,
        "proposal": Proposal.objects.get().pk,
        "state": "open",
        "kind": "membership.record_death",
        "aggregate": world.memberships["Max"],
        "branch": world.branches["Mill"],
        "seen": last,
        "entry": None,
        "proposed_at": "2026-01-05T09:00:00Z",
        "lapses_at": "2026-01-19T09:00:00Z",
        "people": 1,
        "needed": 2,
        "is_own": True,
    }
    lea = program(world, "Lea")
    listed = {**said, "is_own": False, "act": {"day": "2026-01-05"}}
    assert lea.get("proposals") == {"items": [listed], "next": None}
    assert lea.get(f"proposals/{said['proposal']}") == listed
    done = lea.post(f"proposals/{said['proposal']}/confirm", {})
    assert [one["kind"] for one in done["entries"]] == ["membership.record_death"]
    assert [one["actor"] for one in done["roles"]] == ["register_keeper", "register_keeper"]
    assert standing(world) == "deceased"
    assert lea.get("proposals") == {"items": [], "next": None}
    shown = program(world, "Kit").get(f"proposals/{said['proposal']}")
    assert (shown["state"], shown["entry"]) == ("done", done["entries"][0]["entry"])


def test_a_preview_of_each_step_changes_nothing(world: Founded) -> None:
    kit, lea = program(world, "Kit"), program(world, "Lea")
    said = kit.post("acts/membership.record_death", death(world, preview=True), 202)
    assert (said["preview"], Proposal.objects.count()) == (True, 0)
    row, entries = proposed(world)["proposal"], Entry.objects.count()
    seen = lea.post(f"proposals/{row}/confirm", {"preview": True})
    assert (seen["preview"], len(seen["entries"])) == (True, 1)
    assert lea.post(f"proposals/{row}/reject", {"preview": True})["state"] == "rejected"
    assert kit.post(f"proposals/{row}/withdraw", {"preview": True})["state"] == "withdrawn"
    assert (standing(world), Entry.objects.count()) == ("member", entries)
    assert Proposal.objects.get().ended_at is None


def test_each_answer_with_a_key_is_given_once(world: Founded) -> None:
    said = proposed(world)
    lea, path = program(world, "Lea"), f"proposals/{said['proposal']}"
    done = lea.post(f"{path}/confirm", {}, key="a")
    entries = Entry.objects.count()
    assert lea.post(f"{path}/confirm", {"preview": False}, key="a") == done
    assert Entry.objects.count() == entries
    assert lea.post(f"{path}/reject", {}, 409, key="a")["code"] == "call.key_used"


def test_a_proposal_with_a_key_is_made_once(world: Founded) -> None:
    kit = program(world, "Kit")
    first = kit.post("acts/membership.record_death", death(world), 202, key="one")
    assert kit.post("acts/membership.record_death", death(world), 202, key="one") == first
    assert Proposal.objects.count() == 1
    assert kit.post("acts/membership.record_death", death(world), 409)["code"] == "proposal.open"


@pytest.mark.parametrize(
    "name, answer, status, code",
    [
        ("Kit", "confirm", 409, "proposal.own"),
        ("Kit", "reject", 409, "proposal.own"),
        ("Lea", "withdraw", 409, "proposal.own"),
        ("Max", "confirm", 404, "call.not_found"),
        ("Cat", "reject", 404, "call.not_found"),
    ],
)
def test_who_may_not_answer_is_refused(
    world: Founded, name: str, answer: str, status: int, code: str
) -> None:
    path = f"proposals/{proposed(world)['proposal']}"
    caller = program(world, name)
    assert caller.post(f"{path}/{answer}", {}, status)["code"] == code
    assert Proposal.objects.get().ended_at is None


def test_a_proposal_that_is_over_is_answered_no_more(world: Founded) -> None:
    path = f"proposals/{proposed(world)['proposal']}"
    kit, lea = program(world, "Kit"), program(world, "Lea")
    assert kit.post(f"{path}/withdraw", {})["state"] == "withdrawn"
    for answer in ("confirm", "reject"):
        assert lea.post(f"{path}/{answer}", {}, 409)["code"] == "proposal.over"
    assert program(world, "Max").post(f"{path}/confirm", {}, 404)["code"] == "call.not_found"
    lea.get(path, 404)
    path = f"proposals/{proposed(world)['proposal']}"
    assert lea.post(f"{path}/reject", {})["state"] == "rejected"
    assert lea.get(path)["state"] == "rejected"
    path = f"proposals/{proposed(world)['proposal']}"
    world.now += LAPSES_AFTER
    assert lea.post(f"{path}/confirm", {}, 409)["code"] == "proposal.over"
    assert kit.get(path)["state"] == "lapsed"


def test_what_has_changed_since_is_a_conflict(world: Founded) -> None:
    path = f"proposals/{proposed(world)['proposal']}"
    sent = {"act": {"last_day": "2026-01-31"}, "aggregate": world.memberships["Max"]}
    program(world, "Max").post("acts/membership.leave", sent)
    refused = program(world, "Lea").post(f"{path}/confirm", {}, 409)
    assert refused["code"] == "act.overtaken"


def test_a_token_answers_only_what_it_was_made_for(world: Founded) -> None:
    row = proposed(world)["proposal"]
    for reach in ({"acts": {Act.MEMBERSHIP_CORRECT}}, {"branch": "Port"}):
        other = program(world, "Lea", **reach)
        assert other.get("proposals") == {"items": [], "next": None}
        other.get(f"proposals/{row}", 404)
        other.post(f"proposals/{row}/confirm", {}, 404)
    assert len(program(world, "Lea", branch="Mill").get("proposals")["items"]) == 1


def test_the_list_comes_in_pages(world: Founded) -> None:
    world.later(days=1)
    for name in ("Max", "Ben", "Ada"):
        sent = {"act": {"day": "2026-01-05"}, "aggregate": world.memberships[name]}
        program(world, "Kit").post("acts/membership.record_death", sent, 202)
    lea = program(world, "Lea")
    first = lea.get("proposals?limit=2")
    second = lea.get(f"proposals?limit=2&after={first['next']}")
    found = [one["proposal"] for one in (*first["items"], *second["items"])]
    assert found == sorted(Proposal.objects.values_list("pk", flat=True))
    assert second["next"] is None
    assert program(world, "Max").get("proposals") == {"items": [], "next": None}


# --- Administrators ------------------------------------------------------------------------------


@pytest.fixture
def administered(settings: Settings, tmp_path: Path) -> Iterator[Founded]:
    settings.DATA = tmp_path / "data"
    settings.DATA.mkdir()
    with an_organisation() as world:
        sequence(world.now)
        yield world


def test_two_administrators_change_the_key_and_grant_a_third_by_calls_alone(
    administered: Founded, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    world = administered
    ada, cat = program(world, "Ada"), program(world, "Cat")
    assert main(["record", "new-key", "--data", str(settings.DATA)]) == 0
    new = capsys.readouterr().out.strip()
    sent = {"act": {"key": new, "old_key_lost": False}}
    row = ada.post("acts/record.rotate_key", sent, 202)["proposal"]
    cat.post(f"proposals/{row}/confirm", {})
    world.later(hours=1)
    world.apply("Eve")
    sequence(world.now)
    key = read_record_key(settings.DATA)
    assert key is not None
    assert key.verifier.text == new

    grant = {"act": {"until": "2026-12-31"}, "branch": world.branches["All"], "who": WHO}
    row = cat.post("acts/administrator.grant", grant, 202)["proposal"]
    ada.post(f"proposals/{row}/confirm", {})
    given = Administration.objects.get(person=world.people["Ben"])
    assert given.until == date(2026, 12, 31)
    ben = program(world, "Ben")
    revoke = {"act": {"last_day": "2026-01-31"}, "aggregate": given.pk}
    assert ben.post("acts/administrator.revoke", revoke, 409)["code"] == "proposal.concerned"
    row = ada.post("acts/administrator.revoke", revoke, 202)["proposal"]
    ben.post(f"proposals/{row}/confirm", {})


def test_no_key_is_entered_that_does_not_lie_ready(
    administered: Founded, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    world = administered
    ada, cat = program(world, "Ada"), program(world, "Cat")
    main(["record", "new-key", "--data", str(settings.DATA)])
    new = capsys.readouterr().out.strip()
    (settings.DATA / NEXT_FILE_NAME).unlink()
    sent = {"act": {"key": new, "old_key_lost": False}}
    row = ada.post("acts/record.rotate_key", sent, 202)["proposal"]
    refused = cat.post(f"proposals/{row}/confirm", {}, 409)
    assert refused["code"] == "key.not_ready"
    assert refused["sentence"].startswith("No such key lies ready")
    assert not Entry.objects.filter(kind="record.rotate_key").exists()


@pytest.mark.parametrize("who", [{"name": "Nobody", "email": "ben@example.org"}, None])
def test_nobody_is_granted_anything_who_is_not_known(
    administered: Founded, who: dict[str, str] | None
) -> None:
    world = administered
    grant = {"act": {"until": "2026-12-31"}, "branch": world.branches["All"], "who": who}
    refused = program(world, "Ada").post("acts/administrator.grant", grant, 409)
    assert refused["code"] == "call.nobody_known"


def test_who_grants_nothing_hears_nothing_of_who_is_known(administered: Founded) -> None:
    world = administered
    ben = program(world, "Ben")
    for name in ("Ben Hill", "Nobody"):
        who = {"name": name, "email": "ben@example.org"}
        grant = {"act": {"until": "2026-12-31"}, "branch": world.branches["All"], "who": who}
        assert ben.post("acts/administrator.grant", grant, 403)["code"] == "act.not_allowed"


@pytest.fixture
def by_three() -> Iterator[Founded]:
    with administered_by_three() as world:
        yield world


def test_where_the_rule_book_wants_three_the_second_joins_and_the_third_does_it(
    by_three: Founded,
) -> None:
    world = by_three
    revoke = {"act": {"last_day": "2026-01-31"}, "aggregate": world.holdings["administrator Dan"]}
    said = program(world, "Ada").post("acts/administrator.revoke", revoke, 202)
    assert (said["people"], said["needed"]) == (1, 3)
    path = f"proposals/{said['proposal']}"
    ben, cat = program(world, "Ben"), program(world, "Cat")
    assert ben.post(f"{path}/confirm", {"preview": True}, 202)["people"] == 2
    assert Joining.objects.count() == 0
    joined = ben.post(f"{path}/confirm", {}, 202)
    assert (joined["people"], joined["state"]) == (2, "open")
    assert ben.post(f"{path}/confirm", {}, 409)["code"] == "proposal.joined"
    assert ben.post(f"{path}/withdraw", {})["people"] == 1
    ben.post(f"{path}/confirm", {}, 202)
    done = cat.post(f"{path}/confirm", {})
    assert [one["actor"] for one in done["roles"]] == ["administrator"] * 3


# --- What was answered ---------------------------------------------------------------------------


def test_answers_are_kept_for_a_day(world: Founded) -> None:
    said = proposed(world, "one")
    assert purge_answers(world.now) == 0
    world.now += ANSWERS_LAST - timedelta(seconds=1)
    assert purge_answers(world.now) == 0
    world.now += timedelta(seconds=1)
    assert (purge_answers(world.now), Answer.objects.count()) == (1, 0)
    assert Proposal.objects.get().pk == said["proposal"]
