"""The deadlines of branches, and more time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from comitia.law.values import days
from comitia.web.deadlines.models import Deadline
from comitia.web.deadlines.running import Kind, start_deadline
from comitia.web.publicrecord.forgetting import forget
from comitia.web.publicrecord.owning import with_owner
from tests.web.founded import Founded
from tests.web.register.organised import browser_of, with_keepers

pytestmark = pytest.mark.django_db
REPLY = Kind("cases.reply", "Answer the charge")
MORE = {"number": "7", "unit": "days", "reason": "The witness is ill."}


@pytest.fixture
def world() -> Iterator[Founded]:
    with with_keepers() as world:
        yield world


def start(world: Founded, name: str | None = "Max", branch: str = "Mill") -> Deadline:
    subject = world.memberships[name or "Ada"]
    person = None if name is None else world.people[name].pk
    at = world.branches[branch] if branch else ""
    return start_deadline(REPLY, subject, world.now, days(14), person, branch=at)


def listed(world: Founded, name: str) -> list[tuple[str, ...]]:
    rows = browser_of(world, name).get("/deadlines").context["rows"]
    return [tuple(str(cell) for cell in row) for row in rows]


def test_officers_see_what_is_due_in_their_branches(world: Founded) -> None:
    row = start(world)
    start(world, "Cat", "Port")
    title, about, whom, until = listed(world, "Kit")[0]
    assert (title, about, whom, until) == (
        "Answer the charge",
        "Max Ivory",
        "Max Ivory",
        "Jan. 19, 2026",
    )
    assert len(listed(world, "Kit")) == 1
    assert len(listed(world, "Lea")) == 2
    assert f'href="/deadlines/{row.pk}"' in listed(world, "Ada")[0][0]
    assert browser_of(world, "Max").get("/deadlines").status_code == 403
    assert Client().get("/deadlines").status_code == 302


def test_nobody_is_shown_as_due_where_it_is_nobody_in_particular(world: Founded) -> None:
    start(world, None, "")
    ((_, _, whom, _),) = listed(world, "Lea")
    assert len(whom) == 1
    assert listed(world, "Kit") == []


def test_what_is_over_is_overdue_and_gets_no_more_time(world: Founded) -> None:
    row = start(world)
    world.now += timedelta(days=15)
    ((title, _, _, until),) = listed(world, "Ada")
    assert (title, "overdue" in until) == ("Answer the charge", True)
    answer = browser_of(world, "Ada").post(f"/deadlines/{row.pk}", MORE)
    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors()
    assert Deadline.objects.get().state == "open"


def test_the_executive_gives_more_time_for_a_reason(world: Founded) -> None:
    row = start(world)
    ada = browser_of(world, "Ada")
    assert "The last day is Jan. 19, 2026." in ada.get(f"/deadlines/{row.pk}").text
    answer = ada.post(f"/deadlines/{row.pk}", MORE, follow=True)
    assert "The last day is now Jan. 26, 2026." in answer.text
    longer = Deadline.objects.get(extends=row)
    assert (longer.last_day, longer.branch) == (date(2026, 1, 26), row.branch)
    row.refresh_from_db()
    assert (row.state, row.reason) == ("extended", "The witness is ill.")
    assert row.extended_by == world.holdings["committee Mill"]
    again = ada.post(f"/deadlines/{longer.pk}", MORE)
    assert "was given more time once already" in again.text


def test_the_time_to_decide_an_application_goes_with_the_applicant(world: Founded) -> None:
    own = world.apply("Eve")
    row = Deadline.objects.get(kind="register.decide")
    assert (row.subject, row.person) == (own, None)
    found = with_owner(Deadline).get(pk=row.pk)
    assert found.owner == world.people["Eve"].pk
    forget(world.people["Eve"], world.now)
    assert not Deadline.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": "0"},
        {"number": "367"},
        {"number": "9" * 500},
        {"number": ""},
        {"unit": "hours"},
        {"reason": " "},
        {"reason": "x" * 2001},
        {"reason": "\x00"},
    ],
)
def test_what_is_no_extension_changes_nothing(world: Founded, wrong: dict[str, str]) -> None:
    row = start(world)
    answer = browser_of(world, "Ada").post(f"/deadlines/{row.pk}", {**MORE, **wrong})
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert Deadline.objects.get().state == "open"


@pytest.mark.parametrize("by,status", [("Kit", 403), ("Max", 403), ("Cat", 404), ("Ben", 200)])
def test_others_give_no_more_time(world: Founded, by: str, status: int) -> None:
    row = start(world)
    assert browser_of(world, by).get(f"/deadlines/{row.pk}").status_code == status


def test_nobody_gives_themselves_more_time(world: Founded) -> None:
    row = start(world, "Ada")
    assert listed(world, "Ada") == []
    assert browser_of(world, "Ada").post(f"/deadlines/{row.pk}", MORE).status_code == 404
    assert browser_of(world, "Ben").post(f"/deadlines/{row.pk}", MORE).status_code == 302


def test_long_lists_come_in_pages_and_take_few_queries(
    world: Founded, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    kit = browser_of(world, "Kit")
    start(world)
    with django_assert_max_num_queries(30) as few:
        kit.get("/deadlines")
    for number in range(60):
        kind = Kind(f"cases.reply{number}", "Answer the charge")
        subject = world.memberships["Max"]
        start_deadline(kind, subject, world.now, days(9), branch=world.branches["Mill"])
    with django_assert_max_num_queries(len(few.captured_queries)):
        page = kit.get("/deadlines")
    assert (len(page.context["rows"]), "?page=2" in page.text) == (50, True)
    last = kit.get("/deadlines?page=2")
    assert (len(last.context["rows"]), "?page=1" in last.text) == (11, True)
    assert len(kit.get("/deadlines?page=x").context["rows"]) == 50
