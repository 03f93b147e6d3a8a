"""The organisation's pages: who sees what, and what can be done from them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from comitia.law.values import Organ, OrganKind
from comitia.record.kinds.organisation import (
    CreateBranch,
    EndAppointment,
    Level,
    MakeAppointment,
    MoveBranch,
    RenameBranch,
)
from comitia.record.kinds.register import AdmitMember
from comitia.record.kinds.values import Line, Pseudonym, Text
from comitia.web.acts.models import Entry
from comitia.web.acts.performing import new_identifier
from comitia.web.organisation.models import Appointment, Branch, Organisation
from tests.web.founded import SECRETARY, Founded, an_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Iterator[Founded]:
    with an_organisation() as world:
        yield world


def client_of(world: Founded, name: str) -> Client:
    client = Client()
    client.force_login(world.people[name])
    return client


def branch_address(world: Founded, name: str, *more: str) -> str:
    return f"/organisation/branches/{world.branches[name]}/{'/'.join(more)}"


def links_of(page: str, world: Founded, name: str) -> list[str]:
    """Return the acts that a branch's page offers."""
    return re.findall(rf'href="{branch_address(world, name)}([a-z]+)">', page.rsplit("<h2>", 1)[-1])


def act_on(client: Client, address: str, **fields: str) -> tuple[str, int]:
    """Fill in an act's form, and confirm what is shown; return that, and the status at the end."""
    form = client.get(address)
    hidden = dict(re.findall(r'name="(new|seen)" value="([^"]*)"', form.text))
    shown = client.post(address, {**hidden, **fields})
    if "Nothing has been done yet" not in shown.text:
        return shown.text, shown.status_code
    posted = dict(re.findall(r'type="hidden" name="([a-z_]+)" value="([^"]*)"', shown.text))
    posted.pop("csrfmiddlewaretoken")
    return shown.text, client.post(address, {**posted, "confirmed": "1"}).status_code


# --- What is shown -------------------------------------------------------------------------------


def test_before_the_founding_there_is_no_branch() -> None:
    assert "Nothing has been founded yet." in Client().get("/organisation/").text
    assert Client().get(f"/organisation/branches/{'0' * 32}/").status_code == 404


@pytest.mark.usefixtures("world")
def test_the_tree_shows_each_branch_under_the_one_above_it() -> None:
    page = Client().get("/organisation/").text
    names = re.findall(r'/branches/[0-9a-f]{32}/">([^<]+)</a> <small>([^<]+)<', page)
    assert names == [
        ("All", "Whole organisation"),
        ("Mill", "Branch"),
        ("Port", "Branch"),
    ]
    assert page.count("<ul>") == 3


@pytest.mark.usefixtures("world")
def test_branches_have_the_names_of_levels_that_the_founding_chose() -> None:
    Organisation.objects.update(terms="chapter")
    assert "<small>Chapter</small>" in Client().get("/organisation/").text


def test_names_of_holders_are_for_people_who_are_logged_in(world: Founded) -> None:
    address = branch_address(world, "Mill")
    anonymous, member = Client().get(address).text, client_of(world, "Cat").get(address).text
    assert ("Ada Lowe" in anonymous, "Ada Lowe" in member) == (False, True)
    assert anonymous.count("declared, not evidenced here") == 2
    assert "5 January 2026 to 31 December 2027" in re.sub(r"\s+", " ", anonymous) or (
        "Jan. 5, 2026 to Dec. 31, 2027" in anonymous
    )


@pytest.mark.parametrize("what", ["history", "held"])
def test_who_is_not_logged_in_reads_no_histories(world: Founded, what: str) -> None:
    addresses = {
        "history": branch_address(world, "Mill", "history"),
        "held": f"/organisation/held/{world.holdings['committee Mill']}/",
    }
    assert Client().get(addresses[what]).status_code == 302
    assert client_of(world, "Cat").get(addresses[what]).status_code == 200


def test_an_office_that_nobody_holds_is_vacant(world: Founded) -> None:
    port = Client().get(branch_address(world, "Port")).text
    secretary = port.partition("<h3>Secretary</h3>")[2].partition("</section>")[0]
    assert ">vacant</li>" in secretary
    assert "the same office of the branch above decides" in secretary
    committee = port.partition("<h3>Committee</h3>")[2].partition("</section>")[0]
    assert ("leads the branch" in committee, "vacant" in committee) == (True, False)
    whole = Client().get(branch_address(world, "All")).text
    assert "nobody can do its tasks until somebody does" in whole


def test_a_mandate_ends_by_itself(world: Founded) -> None:
    world.later(days=1000)
    page = Client().get(branch_address(world, "Port")).text
    committee = page.partition("<h3>Committee</h3>")[2].partition("</section>")[0]
    assert (">vacant</li>" in committee, "1 earlier holder" in committee) == (True, True)


@pytest.mark.parametrize("who, seen", [("Ada", True), ("Ben", True), ("Cat", False)])
def test_how_many_members_there_are_is_for_those_who_keep_or_lead(
    world: Founded, who: str, *, seen: bool
) -> None:
    page = client_of(world, who).get(branch_address(world, "Mill")).text
    assert ("<dt>Members</dt><dd>2</dd>" in page) == seen


OFFERED = {
    ("Ada", "Mill"): ["create", "rename", "appoint"],
    ("Ada", "All"): [],
    ("Ben", "Mill"): ["create", "rename", "appoint", "move", "merge", "close"],
    ("Ben", "All"): ["create", "rename", "appoint"],
    ("Cat", "Mill"): [],
}


@pytest.mark.parametrize("who, where", OFFERED)
def test_acts_are_offered_to_those_who_may(world: Founded, who: str, where: str) -> None:
    client = client_of(world, who)
    page = client.get(branch_address(world, where)).text
    offered = links_of(page, world, where) if "What you can do here" in page else []
    assert offered == OFFERED[who, where]
    for key in ("create", "rename", "appoint", "move", "merge", "close"):
        status = client.get(branch_address(world, where, key)).status_code
        assert (status == 200) == (key in offered), key


def test_a_page_of_a_branch_asks_no_more_for_more(
    world: Founded, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_of(world, "Ben")
    address = branch_address(world, "All")
    client.get(address)
    with django_assert_num_queries(14):
        client.get(address)
    for name in ("North", "South"):
        act = CreateBranch(name=Line(name), level=Level.LOCAL, parent=world.branches["All"])
        world.do(act, new_identifier(), "Ben", branch="All")
        world.do(
            appointment(world, organ=Organ(OrganKind.OFFICE, name.lower())),
            new_identifier(),
            "Ben",
            branch="All",
        )
    with django_assert_num_queries(14):
        client.get(address)


@pytest.mark.usefixtures("world")
def test_the_tree_takes_two_queries_for_any_number_of_branches(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(2):
        Client().get("/organisation/")


def appointment(world: Founded, organ: Organ = SECRETARY, **fields: bool) -> MakeAppointment:
    day = world.now.date()
    return MakeAppointment(
        organ=organ,
        holder=Pseudonym(world.memberships["Ada"]),
        since=day,
        until=day + timedelta(days=90),
        reason=Text("Ben is ill"),
        **fields,
    )


def test_a_deputy_fills_no_vacancy(world: Founded) -> None:
    world.do(appointment(world, as_deputy=True), new_identifier(), "Ben", branch="Port")
    page = client_of(world, "Cat").get(branch_address(world, "Port")).text
    secretary = page.partition("<h3>Secretary</h3>")[2].partition("</section>")[0]
    assert (">vacant</li>" in secretary, "Ada Lowe</a>, as deputy" in secretary) == (True, True)


# --- What is done --------------------------------------------------------------------------------


def test_a_branch_is_created_after_what_will_happen_was_shown(world: Founded) -> None:
    client, entries = client_of(world, "Ada"), Entry.objects.count()
    address = branch_address(world, "Mill", "create")
    shown = client.post(address, {"name": "Weir", "level": "group"})
    assert Entry.objects.count() == entries
    assert "<dd>Group</dd>" in shown.text
    _, done = act_on(client, address, name="Weir", level="group")
    assert done == 302
    made = Branch.objects.get(name="Weir")
    assert (made.level, made.parent_id, made.is_open) == ("group", world.branches["Mill"], True)


def test_a_form_that_is_sent_twice_makes_one_branch(world: Founded) -> None:
    client, address = client_of(world, "Ada"), branch_address(world, "Mill", "create")
    new = dict(re.findall(r'name="(new|seen)" value="([^"]*)"', client.get(address).text))
    fields = {**new, "name": "Weir", "level": "group", "confirmed": "1"}
    assert client.post(address, fields).status_code == 302
    assert client.post(address, fields).status_code == 200
    assert Branch.objects.filter(name="Weir").count() == 1


def test_an_identifier_of_somebody_s_choice_is_not_taken(world: Founded) -> None:
    client, address = client_of(world, "Ada"), branch_address(world, "Mill", "create")
    fields = {"new": "0" * 32, "name": "Weir", "level": "group", "confirmed": "1"}
    assert client.post(address, fields).status_code == 302
    assert not Branch.objects.filter(pk="0" * 32).exists()


def test_a_branch_is_renamed_moved_and_closed(world: Founded) -> None:
    ben = client_of(world, "Ben")
    create = CreateBranch(name=Line("Weir"), level=Level.GROUP, parent=world.branches["Mill"])
    world.branches["Weir"] = new_identifier()
    world.do(create, world.branches["Weir"], "Ben", branch="All")
    for key, fields in (
        ("rename", {"name": "Lock"}),
        ("move", {"parent": world.branches["Port"]}),
        ("close", {"last_day": "2026-12-31"}),
    ):
        _, done = act_on(ben, branch_address(world, "Weir", key), **fields)
        assert done == 302, key
    weir = Branch.objects.get(pk=world.branches["Weir"])
    assert (weir.name, weir.parent_id, weir.last_day) == (
        *("Lock", world.branches["Port"], date(2026, 12, 31)),
    )
    history = ben.get(branch_address(world, "Weir", "history")).text
    assert "The branch was renamed Lock." in history
    assert "The branch was put under Port." in history
    assert "closed, last day" in ben.get(branch_address(world, "Weir")).text
    assert "1 branch has closed" in ben.get("/organisation/").text


def test_branches_are_merged_with_all_their_members(world: Founded) -> None:
    ben = client_of(world, "Ben")
    shown, done = act_on(
        ben,
        branch_address(world, "Mill", "merge"),
        into=world.branches["Port"],
        last_day="2026-03-31",
    )
    assert "3 more entries follow from it by rule." in shown
    assert done == 302
    assert Branch.objects.get(pk=world.branches["Mill"]).merged_into_id == world.branches["Port"]


def test_whoever_acted_meanwhile_is_not_overruled(world: Founded) -> None:
    client, address = client_of(world, "Ada"), branch_address(world, "Mill", "rename")
    seen = dict(re.findall(r'name="(new|seen)" value="([^"]*)"', client.get(address).text))
    world.do(RenameBranch(name=Line("Weir")), world.branches["Mill"], "Ben", branch="All")
    answer = client.post(address, {**seen, "name": "Lock", "confirmed": "1"})
    assert (answer.status_code, 'class="summary"' in answer.text) == (200, True)
    assert Branch.objects.get(pk=world.branches["Mill"]).name == "Weir"


def test_who_is_not_the_one_who_leads_is_refused(world: Founded) -> None:
    address = branch_address(world, "Mill", "rename")
    assert client_of(world, "Cat").post(address, {"name": "Lock"}).status_code == 403
    assert Client().post(address, {"name": "Lock"}).status_code == 302
    assert Branch.objects.get(pk=world.branches["Mill"]).name == "Mill"
    assert client_of(world, "Ada").get(branch_address(world, "Mill", "sell")).status_code == 404


HOSTILE = ["", " ", "\x00", "\x1b[2J", "x" * 100_000, "\u202e\n", "%s" * 50, "<script>", "\ud800"]


@pytest.mark.parametrize("text", HOSTILE[:-1])
def test_no_name_breaks_a_form(world: Founded, text: str) -> None:
    answer = client_of(world, "Ada").post(branch_address(world, "Mill", "rename"), {"name": text})
    assert answer.status_code == 200
    assert "<script>" not in answer.text.replace("<script src=", "")


@pytest.mark.parametrize("text", ["", "0" * 32, "../..", "x" * 5000, "9999-99-99"])
def test_no_value_breaks_a_choice_or_a_date(world: Founded, text: str) -> None:
    client = client_of(world, "Ben")
    fields = {
        "level": text,
        "parent": text,
        "into": text,
        "last_day": text,
        "organ": text,
        "since": text,
        "until": text,
        "seen": text,
        "new": text,
    }
    for key in ("create", "move", "close", "merge", "appoint"):
        answer = client.post(branch_address(world, "Mill", key), {**fields, "name": "x"})
        assert (answer.status_code, 'class="summary"' in answer.text) == (200, True), key


# --- Appointments --------------------------------------------------------------------------------

APPOINT = {
    "organ": "office:secretary",
    "who": "Ada Lowe",
    "since": "2026-01-06",
    "until": "2026-06-30",
    "reason": "Ben is ill",
}


def test_somebody_is_appointed_by_name_and_the_appointment_ends_early(world: Founded) -> None:
    ben = client_of(world, "Ben")
    address = branch_address(world, "Port", "appoint")
    _, done = act_on(ben, address, **{**APPOINT, "who": "ADA lowe", "as_deputy": "on"})
    assert done == 302
    made = Appointment.objects.get()
    assert (made.person, made.organ, made.as_deputy, made.until) == (
        *(world.people["Ada"], SECRETARY, True, date(2026, 6, 30)),
    )
    held = f"/organisation/held/{made.pk}/"
    assert "Ben is ill" in ben.get(held).text
    assert "Ben is ill" not in client_of(world, "Ada").get(held).text
    assert client_of(world, "Ada").get(f"{held}end").status_code == 403
    _, done = act_on(ben, f"{held}end", last_day="2026-02-01")
    assert done == 302
    assert Appointment.objects.get().until == date(2026, 2, 1)
    world.later(days=60)
    assert ben.get(f"{held}end").status_code == 403


@pytest.mark.parametrize(
    "fields, field",
    [
        ({"who": "Nobody Here"}, "who"),
        ({"who": "Dan Reed"}, "who"),
        ({"until": "2026-01-05"}, "until"),
        ({"until": "2027-12-31"}, None),
        ({"organ": "office:king"}, "organ"),
        ({"reason": ""}, "reason"),
        ({"who": "Ben Hill"}, "who"),
    ],
)
def test_an_appointment_that_cannot_be_is_refused(
    world: Founded, fields: dict[str, str], field: str | None
) -> None:
    """Nobody who was expelled, nobody twice the allowed time, and nobody oneself."""
    address = branch_address(world, "Port", "appoint")
    shown, done = act_on(client_of(world, "Ben"), address, **{**APPOINT, **fields})
    assert (done, Appointment.objects.count()) == (200, 0)
    assert 'class="summary"' in shown
    if field is not None:
        assert f'href="#id_{field}' in shown


def test_who_leads_one_branch_finds_nobody_of_another(world: Founded) -> None:
    address = branch_address(world, "Mill", "appoint")
    shown, done = act_on(client_of(world, "Ada"), address, **{**APPOINT, "who": "Cat Moss"})
    assert (done, "No member there has this name." in shown) == (200, True)


def test_namesakes_are_told_apart_by_their_birth_dates(world: Founded) -> None:
    world.person("Eve Lowe")
    world.person("Fay Lowe", birth_date=date(1990, 1, 1))
    for name in ("Eve", "Fay"):
        world.people[name].name = "Eve Lowe"
        world.people[name].save()
        own = world.apply(name)
        world.do(AdmitMember(since=world.now.date()), own, "Ada", person=name)
    address, ben = branch_address(world, "Port", "appoint"), client_of(world, "Ben")
    shown, done = act_on(ben, address, **{**APPOINT, "who": "Eve Lowe"})
    assert (done, "More than one member has this name." in shown) == (200, True)
    _, done = act_on(ben, address, **{**APPOINT, "who": "Eve Lowe", "born": "1990-01-01"})
    assert done == 302
    assert Appointment.objects.get().person == world.people["Fay"]


def test_acts_of_the_tree_need_no_page(world: Founded) -> None:
    """What pages offer is what the machinery allows: here one that it takes without them."""
    world.do(MoveBranch(parent=world.branches["Port"]), world.branches["Mill"], "Ben", branch="All")
    made = new_identifier()
    world.do(appointment(world), made, "Ben", branch="Port")
    world.do(EndAppointment(last_day=world.now.date()), made, "Ben", branch="Port")
    assert "Port" in Client().get(branch_address(world, "Mill")).text
