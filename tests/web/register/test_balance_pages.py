from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags

from comitia.law.balance import Column
from comitia.record.kinds.register import CorrectDetails
from comitia.record.kinds.values import Text
from comitia.web.accounts.models import Person
from comitia.web.acts.models import Disclosure
from comitia.web.register.models import Copy, Membership
from comitia.web.register.sheets import sheet
from comitia.web.register.views import balances
from tests.web.founded import Founded
from tests.web.register.organised import browser_of, with_keepers
from tests.web.register.test_balances import live

pytestmark = pytest.mark.django_db
YEAR = {"first": "2026-01-06", "last": "2026-12-31"}


@pytest.fixture
def world() -> Iterator[Founded]:
    with with_keepers() as world:
        live(world)
        yield world


def rows_of(answer: Any) -> list[list[str]]:  # noqa: ANN401 - a response
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def numbers(page: Any) -> dict[str, str]:  # noqa: ANN401 - a response of the test client
    return {strip_tags(str(name)): strip_tags(str(number)) for name, number in page.context["rows"]}


def test_the_statement_adds_up_line_by_line(world: Founded) -> None:
    asked = {**YEAR, "branch": world.branches["Mill"]}
    page = browser_of(world, "Kit").get("/register/balance", asked)
    assert numbers(page) == {
        "before Jan. 6, 2026": "4",
        "joined": "+ 1",
        "readmitted": "+ 1",
        "transferred in": "+ 0",
        "left": "− 1",  # noqa: RUF001 - a minus
        "transferred out": "− 1",  # noqa: RUF001 - as above
        "struck off": "− 0",  # noqa: RUF001 - as above
        "expelled": "− 0",  # noqa: RUF001 - as above
        "died": "− 1",  # noqa: RUF001 - as above
        "at the end of Dec. 31, 2026": "3",
    }


def test_each_number_leads_to_those_whom_it_counts(world: Founded) -> None:
    kit = browser_of(world, "Kit")
    page = kit.get("/register/balance", {**YEAR, "branch": world.branches["Mill"]})
    links = re.findall(r'href="(/register/balance/entries[^"]*)"', page.content.decode())
    found = [kit.get(link.replace("&amp;", "&")) for link in links]
    assert [[strip_tags(str(row[0])) for row in one.context["rows"]] for one in found] == [
        [world.memberships["Eve"]],  # who belongs elsewhere since
        ["Max Ivory"],
        ["Max Ivory"],
        [world.memberships["Eve"]],
        ["Ada Lowe"],  # of whom an entry known then disclosed the name
    ]
    above = browser_of(world, "Lea").get(links[0].replace("&amp;", "&"))
    assert [strip_tags(str(row[0])) for row in above.context["rows"]] == ["Eve"]
    assert f'href="/register/{world.memberships["Eve"]}"' not in found[0].content.decode()
    assert f'href="/register/{world.memberships["Eve"]}"' in above.content.decode()


def test_a_start_that_does_not_fit_is_an_alarm_that_names_the_entries(world: Founded) -> None:
    asked = {"first": "2026-02-01", "last": "2026-12-31", "branch": world.branches["Mill"]}
    lea = browser_of(world, "Lea")
    page = lea.get("/register/balance", {**asked, "known": "compared"}).content.decode()
    assert "Entries made since are the cause." in page
    assert f'href="/register/{world.memberships["Eve"]}"' in page
    for known in ("now", "then"):
        assert (
            "are the cause"
            not in lea.get("/register/balance", {**asked, "known": known}).content.decode()
        )


def test_members_see_the_numbers_and_nobody_behind_them(
    world: Founded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(balances, "LEAST", 2)
    member = browser_of(world, "Max")
    page = member.get("/register/balance", {**YEAR, "branch": world.branches["Mill"]})
    assert page.context["balance"].end == 4
    assert "balance/entries" not in page.content.decode()
    assert member.get("/register/balance/entries", {**YEAR, "column": "joined"}).status_code == 403
    former = Client()
    former.force_login(world.people["Dan"])
    assert former.get("/register/balance").status_code == 403
    assert Client().get("/register/balance").status_code == 302


def test_members_see_whole_years_as_known_when_a_month_ended(
    world: Founded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On one day of March Ada died, and Eve was transferred: not to be seen before April."""
    monkeypatch.setattr(balances, "LEAST", 2)
    member = browser_of(world, "Max")
    asked = {"branch": world.branches["Mill"], "first": "2026-03-03", "last": "2026-03-03"}
    for known in ("now", "then", "compared"):
        found = member.get("/register/balance", {**asked, "known": known}).context["balance"]
        assert (found.first, found.last) == (date(2026, 1, 1), date(2026, 12, 31))
        assert (found.counts[Column.DIED], found.counts[Column.TRANSFERRED_OUT]) == (0, 0)
    world.later(days=14)
    found = member.get("/register/balance", asked).context["balance"]
    assert (found.counts[Column.DIED], found.counts[Column.TRANSFERRED_OUT]) == (1, 1)


def test_members_see_no_number_of_a_few(world: Founded) -> None:
    member = browser_of(world, "Max")
    mill = member.get("/register/balance", {**YEAR, "branch": world.branches["Mill"]})
    assert "balance" not in mill.context
    assert "These are too few people." in mill.content.decode()
    assert [one.label for one in mill.context["periods"]] == ["this year", "last year"]
    whole = member.get("/register/balance", {**YEAR, "branch": world.branches["All"]})
    assert "balance" not in whole.context
    assert "6 members" in whole.content.decode()
    table = member.get("/register/balance", {**YEAR, "format": "csv"})
    assert len(rows_of(table)) == 1


def test_what_is_too_small_is_left_out_of_the_parts_and_the_file(
    world: Founded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Port has two people in that year, Mill five: told of Mill, one would know of Port."""
    monkeypatch.setattr(balances, "LEAST", 4)
    member = browser_of(world, "Max")
    page = member.get("/register/balance", {**YEAR, "branch": world.branches["All"]})
    assert {row[0]: row[1] for row in page.context["parts"]} == {
        "All": 0,
        "Mill": "not shown",
        "Port": "not shown",
    }
    table = member.get("/register/balance", {**YEAR, "format": "csv"})
    assert [row[0] for row in rows_of(table)] == ["branch", "All"]


def test_the_file_has_a_row_for_every_branch_with_all_below_it(world: Founded) -> None:
    asked = {**YEAR, "branch": world.branches["All"], "format": "csv"}
    answer = browser_of(world, "Lea").get("/register/balance", asked)
    headings, *rows = rows_of(answer)
    assert headings[:4] == ["branch", "first", "last", "start"]
    assert {row[0]: (row[3], row[-2], row[-1]) for row in rows} == {
        "All": ("6", "6", "0"),
        "Mill": ("4", "3", "0"),
        "Port": ("2", "3", "0"),
    }


@pytest.mark.parametrize(
    "asked",
    [
        {"first": "2026-12-31", "last": "2026-01-01"},
        {"first": "0001-01-01", "last": "0001-01-02"},
        {"first": "1800-01-01", "last": "2026-01-02"},
        {"first": "9999-01-01", "last": "9999-12-31"},
        {"first": "now"},
        {"known": "never"},
        {"branch": "0" * 32},
        {"branch": "'"},
        {"branch": "\x00"},
    ],
)
def test_what_makes_no_sense_is_said_and_not_counted(world: Founded, asked: dict[str, str]) -> None:
    kit = browser_of(world, "Kit")
    page = kit.get("/register/balance", asked)
    assert (page.status_code, "balance" in page.context) == (200, False)
    assert kit.get("/register/balance/entries", {**asked, "column": "left"}).status_code == 404


@pytest.mark.parametrize("asked", [{}, {"column": "x"}, {"column": "left", "page": "²"}])
def test_hostile_questions_for_entries_are_answered(world: Founded, asked: dict[str, str]) -> None:
    answer = browser_of(world, "Kit").get("/register/balance/entries", asked)
    assert answer.status_code == (200 if "page" in asked else 404)


# --- As at a day -----------------------------------------------------------------------------


def names(page: Any) -> list[str]:  # noqa: ANN401 - as above
    return [strip_tags(str(row[0])) for row in page.context["rows"]]


def test_the_register_of_any_day_is_shown_as_corrected_and_as_known_then(world: Founded) -> None:
    kit = browser_of(world, "Kit")
    asked = {"branch": world.branches["Mill"], "day": "2026-01-31"}
    now = names(kit.get("/register/as-at", asked))
    then = names(kit.get("/register/as-at", {**asked, "known": "then"}))
    members = ["Ben Hill", "Kit Lane", "Max Ivory"]
    ada, eve = world.memberships["Ada"], world.memberships["Eve"]
    assert now == [*members, "Ada Lowe"]
    assert then == [*members, *(["Ada Lowe", eve] if ada < eve else [eve, "Ada Lowe"])]


def addresses(answer: Any) -> dict[str, str]:  # noqa: ANN401 - a response
    """Return the address that a copy gives with each name, or in place of it."""
    return {row[0]: row[1] for row in rows_of(answer)[1:]}


def test_a_copy_of_a_past_day_tells_nobody_where_former_members_live(world: Founded) -> None:
    for name in ("Ada", "Ben", "Eve", "Max"):
        Person.objects.filter(pk=world.people[name].pk).update(postal_address=f"{name} Street 1")
    asked = {"branch": world.branches["Mill"], "day": "2026-01-31", "known": "then"}
    copies = {"Kit": "transferred, and dead", "Lea": "dead, of those in reach"}
    kit, lea = (
        addresses(browser_of(world, name).post("/register/as-at", {**asked, "purpose": purpose}))
        for name, purpose in copies.items()
    )
    own = {"Ada Lowe": "", "Ben Hill": "Ben Street 1", "Kit Lane": "", "Max Ivory": "Max Street 1"}
    assert kit == {**own, world.memberships["Eve"]: ""}
    assert lea == {**own, "Eve": "Eve Street 1"}


def test_who_keeps_a_branch_no_more_is_told_nothing_of_its_past(world: Founded) -> None:
    asked = {"branch": world.branches["Mill"], "day": "2026-01-31", "purpose": "A reunion"}
    world.later(days=3 * 365)
    assert browser_of(world, "Kit").post("/register/as-at", asked).status_code == 403


def test_of_who_was_erased_the_pseudonym_is_left(world: Founded) -> None:
    Disclosure.objects.filter(entry__aggregate=world.memberships["Ada"]).delete()
    asked = {"branch": world.branches["Mill"], "day": "2026-01-31"}
    found = names(browser_of(world, "Kit").get("/register/as-at", asked))
    assert found == ["Ben Hill", "Kit Lane", "Max Ivory", world.memberships["Ada"]]


def test_a_name_that_was_put_right_later_is_not_what_was_known_then(world: Founded) -> None:
    Membership.objects.filter(pk=world.memberships["Ada"]).update(standing="member")
    act = CorrectDetails(name=Text("Ada Byron"))
    world.do(act, world.memberships["Ada"], "Kit", person="Ada")
    Membership.objects.filter(pk=world.memberships["Ada"]).update(standing="deceased")
    asked = {"branch": world.branches["Mill"], "day": "2026-01-31"}
    kit = browser_of(world, "Kit")
    now = names(kit.get("/register/as-at", asked))
    then = names(kit.get("/register/as-at", {**asked, "known": "then"}))
    assert ("Ada Byron" in now, "Ada Lowe" in now) == (True, False)
    assert ("Ada Byron" in then, "Ada Lowe" in then) == (False, True)


def test_a_copy_is_handed_out_for_a_purpose_that_is_noted(world: Founded) -> None:
    kit = browser_of(world, "Kit")
    asked = {"branch": world.branches["Mill"], "day": "2026-01-31", "known": "now"}
    assert kit.post("/register/as-at", {**asked, "purpose": ""}).status_code == 200
    assert Copy.objects.count() == 0
    answer = kit.post("/register/as-at", {**asked, "purpose": "The roll of the assembly"})
    assert [row[0] for row in rows_of(answer)] == [
        *("name", "Ben Hill", "Kit Lane", "Max Ivory", "Ada Lowe")
    ]
    copy = Copy.objects.get()
    assert (copy.taken_by, copy.day, copy.people, copy.purpose, copy.taken_at) == (
        world.people["Kit"],
        date(2026, 1, 31),
        4,
        "The roll of the assembly",
        world.now,
    )


def test_keepers_see_who_took_copies_of_what_is_theirs(world: Founded) -> None:
    browser_of(world, "Kit").post(
        "/register/as-at", {"branch": world.branches["Mill"], "purpose": "The roll of May"}
    )
    Copy.objects.create(
        taken_by=world.people["Lea"],
        branch_id=world.branches["Mill"],
        day=date(2026, 3, 1),
        known_at=world.now,
        people=7,
        is_by_program=True,
        purpose="newsletter",
        taken_at=world.now,
    )
    found = browser_of(world, "Lea").get("/register/as-at").context["copies"]
    day = "March 21, 2026"
    assert found == [
        (day, "Mill", "Lea Park", 7, "a program: newsletter"),
        (day, "Mill", "Kit Lane", 3, "The roll of May"),
    ]
    assert browser_of(world, "Cat").get("/register/as-at").context["copies"] == []


@pytest.mark.parametrize(
    "asked",
    [{"day": "x"}, {"branch": "0" * 32}, {"known": "x"}, {"page": "0"}, {"day": "2026-02-30"}],
)
def test_no_day_no_register(world: Founded, asked: dict[str, str]) -> None:
    kit = browser_of(world, "Kit")
    assert "rows" not in kit.get("/register/as-at", asked).context
    assert kit.post("/register/as-at", {**asked, "purpose": "x"}).status_code == 200
    assert Copy.objects.count() == 0


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_first_and_the_last_day_are_answered(world: Founded, day: str) -> None:
    for known in ("now", "then"):
        page = browser_of(world, "Kit").get("/register/as-at", {"day": day, "known": known})
        assert page.status_code == 200


@pytest.mark.parametrize(
    "cell",
    [
        *("=1+1", "+1", "@x", "-1", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1"),
        *("\uff1d1", "\uff0b1", "\uff0d1", "\uff20x", "\ufe621", "\u22121"),
    ],
)
def test_no_cell_of_a_file_is_a_formula(cell: str) -> None:
    answer = sheet("x", ["a"], [[cell]])
    found = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert found == [["a"], [f"'{cell}"]]


def test_other_cells_of_a_file_stay_as_they_are() -> None:
    assert rows_of(sheet("x", ["a"], [[-1], ["Ada"], [""], ["Mill-Port"]])) == [
        *(["a"], ["-1"], ["Ada"], [""], ["Mill-Port"])
    ]


def test_pages_ask_as_much_for_one_branch_as_for_many(
    world: Founded,
    django_assert_max_num_queries: Any,  # noqa: ANN401
) -> None:
    lea = browser_of(world, "Lea")
    with django_assert_max_num_queries(100) as one:
        lea.get("/register/balance", {**YEAR, "branch": world.branches["Mill"]})
    with django_assert_max_num_queries(len(one)):
        lea.get("/register/balance", {**YEAR, "branch": world.branches["All"]})
