from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import Settings

from comitia.law.balance import Column
from comitia.record.keys import KeyKind, SignerKey, generate_key
from comitia.record.kinds.register import AdmitMember
from comitia.web.acts import clock
from comitia.web.acts.models import Aggregate, Disclosure, Entry
from comitia.web.interface.scopes import Area
from comitia.web.organisation.models import Administration, Branch, Mandate
from comitia.web.publicrecord.publishing import last_checkpoint
from comitia.web.publicrecord.sequencing import place_entries
from comitia.web.register import reading_out
from comitia.web.register.models import Copy, Membership
from tests.web.founded import Founded, an_organisation
from tests.web.interface.calls import program

pytestmark = pytest.mark.django_db
KEY: SignerKey = generate_key("example.org/record", KeyKind.NOTE, bytes)


@pytest.fixture
def world() -> Iterator[Founded]:
    with an_organisation() as world:
        yield world


def names(page: dict[str, Any]) -> list[str]:
    return sorted(one["name"] for one in page["items"])


# --- The organisation and its rule book ----------------------------------------------------------


def test_a_branch_is_given_with_all_above_it(world: Founded) -> None:
    mill, top = world.branches["Mill"], world.branches["All"]
    assert program(world, "Cat").get(f"branches/{mill}") == {
        "id": mill,
        "name": "Mill",
        "level": "local",
        "path": [top, mill],
        "first_day": "2026-01-05",
        "last_day": None,
        "merged_into": None,
    }


def test_what_somebody_holds_is_given_with_the_holder(world: Founded) -> None:
    mill = world.branches["Mill"]
    page = program(world, "Cat").get(f"mandates?branch={mill}&limit=1")
    row = Mandate.objects.filter(branch=mill).order_by("pk")[0]
    assert page == {
        "items": [
            {
                "id": row.pk,
                "sort": "mandate",
                "organ": str(row.organ),
                "branch": mill,
                "holder": row.holder,
                "name": row.person.name,
                "since": "2026-01-05",
                "until": "2027-12-31",
                "as_deputy": False,
                "entry": row.entry_id,
            }
        ],
        "next": row.pk,
    }


def test_technical_rights_are_of_no_body(world: Founded) -> None:
    ada = program(world, "Ada")
    given = ada.get("administrators")["items"]
    assert {one["id"] for one in given} == set(Administration.objects.values_list("pk", flat=True))
    assert {(one["sort"], one["organ"]) for one in given} == {("administration", None)}
    assert ada.get("appointments") == {"items": [], "next": None}


def test_technical_rights_are_shown_to_those_who_have_one(world: Founded) -> None:
    refused = program(world, "Ben").get("administrators", 403)
    assert (refused["code"], refused["subject"]) == ("act.not_allowed", "administrator.grant")


def test_the_rule_book_is_given_as_it_was_adopted(world: Founded) -> None:
    ada = program(world, "Ada")
    now = ada.get("rulebook")
    assert ada.get("rulebook/versions") == [now]
    assert ada.get("rulebook/versions/1") == now
    assert (now["number"], now["rules"]["administrators.together"]) == (1, 2)
    assert ada.get("rulebook/versions/2", 404)["code"] == "call.not_found"


# --- Pages ---------------------------------------------------------------------------------------


def test_pages_hold_everything_once_while_the_list_changes(world: Founded) -> None:
    ada = program(world, "Ada")
    first = ada.get("branches?limit=1")
    seen = [first["items"][0]["id"]]
    Branch.objects.create(id="0" * 32, name="New", level="local", path="0/", first_day="2026-01-05")
    following = first
    while following["next"] is not None:
        following = ada.get(f"branches?limit=1&after={following['next']}")
        seen += [one["id"] for one in following["items"]]
    assert seen == sorted(world.branches.values())


@pytest.mark.parametrize(
    "asked", ["limit=0", "limit=201", "limit=x", "after=1", "after=%00", "after=" + "G" * 32]
)
def test_a_page_that_there_cannot_be_is_refused(world: Founded, asked: str) -> None:
    assert program(world, "Ada").get(f"branches?{asked}", 422)["code"] == "call.malformed"


# --- The register --------------------------------------------------------------------------------


def test_an_officer_sees_those_of_the_branch_and_below(world: Founded) -> None:
    assert names(program(world, "Ada").get("memberships")) == ["Ada Lowe", "Ben Hill", "Dan Reed"]
    assert names(program(world, "Cat").get("memberships")) == ["Cat Moss"]
    everybody = names(program(world, "Ben").get("memberships"))
    assert everybody == ["Ada Lowe", "Ben Hill", "Cat Moss", "Dan Reed"]


def test_a_member_sees_nobody_else(world: Founded) -> None:
    world.apply("Eve")
    eve = program(world, "Eve")
    assert names(eve.get("memberships")) == ["Eve"]
    eve.get(f"memberships/{world.memberships['Ada']}", 404)


def test_an_applicant_is_seen_where_the_application_is(world: Founded) -> None:
    own = world.apply("Eve")
    assert "Eve" in names(program(world, "Ada").get("memberships"))
    Membership.objects.filter(pk=own).update(branch=world.branches["Port"])
    assert "Eve" not in names(program(world, "Ada").get("memberships"))


def test_no_token_sees_beyond_its_branch(world: Founded) -> None:
    ben = program(world, "Ben", branch="Port")
    assert names(ben.get("memberships")) == ["Cat Moss"]
    ben.get(f"memberships/{world.memberships['Ada']}", 404)


def test_a_membership_is_given_with_its_history(world: Founded) -> None:
    own = world.memberships["Ada"]
    given = program(world, "Ada").get(f"memberships/{own}")
    line = given.pop("history")[0]
    last = Aggregate.objects.get(pk=own).last
    assert given == {
        "id": own,
        "standing": "member",
        "since": "2026-01-05",
        "category": "full",
        "branch": world.branches["Mill"],
        "entry": last,
        "name": "Ada Lowe",
        "birth_date": "1980-02-29",
        "postal_address": "",
        "email": "ada@example.org",
    }
    assert (line["entry"], line["is_declared"]) == (last, True)
    assert "Ada Lowe" in [value for _, value in line["disclosed"]]


@pytest.mark.parametrize(
    "wanted, found",
    [
        ({}, ["Ada Lowe", "Ben Hill", "Cat Moss", "Dan Reed"]),
        ({"name": "ada"}, ["Ada Lowe"]),
        ({"name": "Löw"}, ["Ada Lowe"]),
        ({"name": "LOWE ad"}, ["Ada Lowe"]),
        ({"name": "owe"}, []),
        ({"name": "%"}, []),
        ({"standing": "expelled"}, ["Dan Reed"]),
        ({"branch": "Port"}, ["Cat Moss"]),
        ({"branch": "All", "name": "b", "standing": "member"}, ["Ben Hill"]),
        ({"branch": "nowhere"}, []),
    ],
)
def test_a_search_finds_what_fits(world: Founded, wanted: dict[str, str], found: list[str]) -> None:
    if "branch" in wanted:
        wanted = {**wanted, "branch": world.branches.get(wanted["branch"], "f" * 32)}
    assert names(program(world, "Ben").post("memberships/search", wanted)) == found


def copies() -> list[tuple[str | None, str, int, str]]:
    rows = Copy.objects.order_by("pk").select_related("taken_by", "branch")
    return [
        (one.taken_by.name if one.taken_by else None, one.branch.name, one.people, one.purpose)
        for one in rows
    ]


def test_a_list_gives_of_others_no_more_than_finds_them(world: Founded) -> None:
    found = program(world, "Ben").get("memberships")["items"]
    assert {tuple(sorted(one)) for one in found} == {
        ("branch", "category", "entry", "id", "name", "since", "standing")
    }


def test_what_a_program_reads_is_a_copy_that_is_noted(world: Founded) -> None:
    ben, ada = program(world, "Ben"), program(world, "Ada", branch="Mill")
    ben.get("memberships?limit=1")
    ben.get("memberships")
    ben.post("memberships/search", {"name": "cat"})
    ben.get(f"memberships/{world.memberships['Dan']}")
    ada.get("memberships")
    read = 5 + (min(world.memberships.values()) != world.memberships["Ben"])
    assert copies() == [("Ben Hill", "All", read, "script"), ("Ada Lowe", "Mill", 2, "script")]
    assert set(Copy.objects.values_list("is_by_program", flat=True)) == {True}
    world.later(days=1)
    ben.get(f"memberships/{world.memberships['Dan']}")
    assert copies()[2:] == [("Ben Hill", "All", 1, "script")]


def test_who_reads_nobody_else_takes_no_copy(world: Founded) -> None:
    program(world, "Dan").get("memberships")
    program(world, "Ben").get(f"memberships/{world.memberships['Ben']}")
    program(world, "Ben").post("memberships/search", {"name": "nobody"})
    assert copies() == []


def test_nobody_reads_the_whole_register_again_and_again(
    world: Founded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_out, "MOST_PEOPLE", 4)
    ben = program(world, "Ben")
    ben.get("memberships")
    assert ben.get("memberships", 429)["code"] == "call.too_much_read"
    ben.get(f"memberships/{world.memberships['Ada']}")
    program(world, "Ben").get(f"memberships/{world.memberships['Ada']}", 429)
    program(world, "Ada").get("memberships")
    world.later(days=1)
    ben.get("memberships")


# --- The record ----------------------------------------------------------------------------------


def test_there_is_no_checkpoint_before_the_first(world: Founded) -> None:
    assert program(world, "Ada").get("record/checkpoint", 404)["code"] == "call.not_found"


def test_the_checkpoint_is_the_one_that_is_published(world: Founded) -> None:
    place_entries(clock.now(), KEY)
    shown = last_checkpoint()
    assert shown is not None
    assert program(world, "Ada").get("record/checkpoint") == {
        "size": shown.size,
        "root": shown.root,
        "signed_at": "2026-01-05T09:00:00Z",
        "note": shown.note,
    }


def test_an_entry_is_given_with_what_is_about_the_caller(world: Founded) -> None:
    last = Aggregate.objects.get(pk=world.memberships["Ada"]).last
    row = Entry.objects.get(hash=last)
    given = program(world, "Ada").get(f"record/entries/{last}")
    assert given["content"] == json.loads(bytes(row.content))
    assert given["disclosures"] == {"birth_date": "1980-02-29", "name": "Ada Lowe"}
    assert given["place"] is None
    place_entries(clock.now(), KEY)
    assert program(world, "Ben").get(f"record/entries/{last}") == {
        **given,
        "place": row.place.index,
        "disclosures": {},
    }
    assert Disclosure.objects.filter(entry=row).count() == 2


def test_of_a_record_that_is_not_open_one_reads_ones_own(
    world: Founded, settings: Settings
) -> None:
    settings.RECORD_TOKEN = "the record's"
    last = Aggregate.objects.get(pk=world.memberships["Ada"]).last
    program(world, "Ada").get(f"record/entries/{last}")
    program(world, "Ben").get(f"record/entries/{last}", 404)


# --- What a token is made for --------------------------------------------------------------------

READ = {
    Area.ORGANISATION: [
        "branches",
        "branches/" + "0" * 32,
        "mandates",
        "administrators",
        "cases/declared",
    ],
    Area.RULEBOOK: ["rulebook", "rulebook/versions", "rulebook/versions/1"],
    Area.REGISTER: ["memberships", "memberships/" + "0" * 32],
    Area.RECORD: ["record/checkpoint", "record/entries/" + "0" * 64],
}


@pytest.mark.parametrize("area, path", [(area, path) for area in READ for path in READ[area]])
def test_no_token_reads_a_room_that_it_was_not_made_for(
    world: Founded, area: Area, path: str
) -> None:
    others = set(Area) - {area}
    refused = program(world, "Ben", reads=others).get(path, 403)
    assert (refused["code"], refused["subject"]) == ("call.out_of_scope", area)


# --- The balance ---------------------------------------------------------------------------------


def asked_balance(world: Founded, branch: str, last: str = "2026-01-31") -> str:
    return f"balance?branch={world.branches[branch]}&first=2026-01-06&last={last}"


def test_members_who_came_and_went_are_counted(world: Founded) -> None:
    own = world.apply("Zoe")
    world.later(days=1)
    world.do(AdmitMember(since=world.now.date()), own, "Ada")
    counts = dict.fromkeys((column.value for column in Column), 0)
    assert program(world, "Ben").get(asked_balance(world, "All")) == {
        "branch": world.branches["All"],
        "first": "2026-01-06",
        "last": "2026-01-31",
        "start": 3,
        "counts": {**counts, "joined": 1},
        "end": 4,
    }


def test_only_whose_register_one_sees_is_counted(world: Founded) -> None:
    program(world, "Ada").get(asked_balance(world, "Mill"))
    program(world, "Ada").get(asked_balance(world, "Port"), 404)
    program(world, "Ben", branch="Port").get(asked_balance(world, "Mill"), 403)
    program(world, "Ben", reads=()).get(asked_balance(world, "Mill"), 403)
    program(world, "Ben").get(f"balance?branch={'0' * 32}&first=2026-01-06&last=2026-01-06", 404)


@pytest.mark.parametrize("last", ["2026-01-05", "9999-12-31", "yesterday"])
def test_days_that_make_no_period_are_refused(world: Founded, last: str) -> None:
    program(world, "Ben").get(asked_balance(world, "Mill", last), 422)
