"""The rule book's pages: anybody reads it, and whoever decides on it announces it first."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from comitia.law.kinds import OrNone, Share
from comitia.law.presets import PRESETS
from comitia.law.rules import RULES
from comitia.law.values import Organ, OrganKind
from comitia.record.kinds.organisation import MakeAppointment
from comitia.record.kinds.values import Pseudonym, Text
from comitia.web.acts.performing import new_identifier
from comitia.web.rulebook.fields import BookForm, field_name, initial_of, rule_field
from comitia.web.rulebook.models import Announcement, Version
from tests.web.founded import Founded, an_organisation

pytestmark = pytest.mark.django_db
MEETING = Organ(OrganKind.BODY, "general-meeting")


@pytest.fixture
def world() -> Iterator[Founded]:
    """Ada sits in the general meeting of the whole, by appointment."""
    with an_organisation() as world:
        act = MakeAppointment(
            organ=MEETING,
            holder=Pseudonym(world.memberships["Ada"]),
            since=date(2026, 1, 5),
            until=date(2026, 12, 31),
            reason=Text("To enter what the meeting decides"),
        )
        world.do(act, new_identifier(), "Ben", branch="All")
        yield world


def client_of(world: Founded, name: str) -> Client:
    client = Client()
    client.force_login(world.people[name])
    return client


def entered(world: Founded, first_day: str = "2026-02-01", **changed: str) -> dict[str, str]:
    """Return what a browser sends of the form as it stands, but for what is changed."""
    page = client_of(world, "Ada").get("/rulebook/change").text
    fields = {}
    for tag in re.findall(r"<input [^>]*>", page):
        named, value = re.search(r' name="([^"]+)"', tag), re.search(r' value="([^"]*)"', tag)
        if named and ("radio" not in tag or "checked" in tag):
            fields[named[1]] = value[1] if value else ""
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', page, re.DOTALL):
        fields[name] = (
            re.findall(r'value="([^"]+)" selected', options)[0]
            if ("selected" in options)
            else re.findall(r'value="([^"]+)"', options)[0]
        )
    fields.pop("csrfmiddlewaretoken")
    return {**fields, "in_force_from": first_day, **changed}


def announce(world: Founded, **changed: str) -> Announcement:
    fields = entered(world, **{"member-minimum_age": "16", **changed}, confirmed="1")
    assert client_of(world, "Ada").post("/rulebook/change", fields).status_code == 302
    return Announcement.objects.get()


# --- Reading -------------------------------------------------------------------------------------


def test_before_the_founding_there_is_no_rule_book() -> None:
    assert "Nothing has been founded yet." in Client().get("/rulebook/").text
    assert Client().get("/rulebook/versions/1").status_code == 404
    assert Client().get("/rulebook/announced/1").status_code == 404


@pytest.mark.usefixtures("world")
def test_anybody_reads_every_rule_with_its_key_and_the_law_behind_it() -> None:
    page = Client().get("/rulebook/").text
    assert re.findall(r"<small><code>([a-z_.]+)</code>", page) == [*RULES]
    assert "The committee decides on applications for membership." in page
    assert "GDPR art. 12(3): not checked against the text of the law" in page
    assert "Change the rule book" not in page


@pytest.mark.usefixtures("world")
def test_the_presets_are_shown_with_what_was_not_checked() -> None:
    page = Client().get("/rulebook/presets").text
    assert page.count("<details>") == len(PRESETS)
    assert "not checked against the text of the law" in page


@pytest.mark.usefixtures("world")
def test_a_version_tells_what_was_done_under_it() -> None:
    page = Client().get("/rulebook/versions/1").text
    counted = re.findall(r"<code>([a-z_.]+)</code></dt><dd>(\d+) entr", page)
    assert ("appointment.make", "1") in counted
    assert ("membership.declare", "4") in counted
    assert "What differs" not in page


@pytest.mark.usefixtures("world")
def test_reading_takes_few_queries(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(4):
        Client().get("/rulebook/")


# --- Changing ------------------------------------------------------------------------------------


def test_the_form_begins_with_the_rules_in_force(world: Founded) -> None:
    rules = json.loads(Version.objects.get().rules)
    form = BookForm(entered(world), organs=[MEETING, *organs_of(rules)])
    assert (form.is_valid(), form.errors) == (True, {})
    assert form.rules() == rules
    answer = client_of(world, "Ada").post("/rulebook/change", entered(world))
    assert "Nothing differs from the version in force." in answer.text


def organs_of(rules: dict[str, object]) -> list[Organ]:
    named = [one for one in rules.values() if isinstance(one, dict)]
    return [Organ(kind, str(one[kind])) for one in named for kind in OrganKind if kind.value in one]


@pytest.mark.parametrize("preset", PRESETS)
def test_each_preset_comes_out_of_a_form_as_it_went_in(preset: str) -> None:
    value = PRESETS[preset].rule_book(date(2026, 1, 5)).to_json()
    assert isinstance(value, dict)
    rules = value["rules"]
    assert isinstance(rules, dict)
    data: dict[str, object] = {"in_force_from": "2026-01-05"}
    for name, given in initial_of(rules).items():
        if isinstance(given, dict):
            ((unit, number),) = given.items()
            data |= {f"{name}_0": number, f"{name}_1": unit}
        elif given is not None:
            data[name] = given
        else:
            data[f"{name}_1"] = "days"
    form = BookForm(data, organs=organs_of(dict(rules)))
    assert (form.is_valid(), form.errors) == (True, {})
    assert form.rules() == rules


def test_a_change_is_shown_announced_and_decided_after_its_time(world: Founded) -> None:
    ada, changed = client_of(world, "Ada"), entered(world, **{"member-minimum_age": "16"})
    shown = ada.post("/rulebook/change", changed)
    assert "<ins>A member is at least 16 years old.</ins>" in shown.text
    assert not Announcement.objects.exists()
    announced = announce(world)
    page = f"/rulebook/announced/{announced.pk}"
    assert "Adopt this version" not in ada.get(page).text
    assert ada.post(f"{page}/decide").status_code == 302
    assert Version.objects.count() == 1
    world.later(days=20)
    assert "Adopt this version" not in client_of(world, "Ben").get(page).text
    assert "Adopt this version" in ada.get(page).text
    assert ada.post(f"{page}/decide").headers["Location"] == "/rulebook/versions/2"
    assert (Version.objects.count(), Announcement.objects.count()) == (2, 0)
    world.later(days=20)
    page_2 = Client().get("/rulebook/versions/2").text
    assert "What differs from version 1" in page_2
    assert "<del>There is no minimum age.</del>" in page_2
    assert "Version 2, in force from" in Client().get("/rulebook/").text
    world.apply("Eve")
    acts = re.findall(
        r"<code>([a-z_.]+)</code></dt><dd>(\d+)", Client().get("/rulebook/versions/2").text
    )
    assert acts == [("membership.apply", "1")]
    assert ("membership.apply", "1") not in re.findall(
        r"<code>([a-z_.]+)</code></dt><dd>(\d+)", Client().get("/rulebook/versions/1").text
    )


def test_what_cannot_be_adopted_any_more_is_refused_in_words(world: Founded) -> None:
    announced = announce(world)
    world.later(days=60)
    answer = client_of(world, "Ada").post(f"/rulebook/announced/{announced.pk}/decide", follow=True)
    assert 'class="error"' in answer.text
    assert Version.objects.count() == 1


def test_an_announcement_can_be_taken_back(world: Founded) -> None:
    announced = announce(world)
    assert f"/rulebook/announced/{announced.pk}" in Client().get("/rulebook/").text
    address = f"/rulebook/announced/{announced.pk}/decide"
    assert client_of(world, "Ben").post(address, {"withdraw": "1"}).status_code == 403
    assert Client().post(address, {"withdraw": "1"}).status_code == 302
    assert Announcement.objects.count() == 1
    client_of(world, "Ada").post(address, {"withdraw": "1"})
    assert Announcement.objects.count() == 0


@pytest.mark.parametrize("who", ["Ben", "Cat"])
def test_who_does_not_decide_changes_nothing(world: Founded, who: str) -> None:
    assert client_of(world, who).get("/rulebook/change").status_code == 403
    assert client_of(world, who).post("/rulebook/change", entered(world)).status_code == 403


def test_no_rule_reaches_back(world: Founded) -> None:
    fields = entered(world, "2026-01-04", **{"member-minimum_age": "16"})
    answer = client_of(world, "Ada").post("/rulebook/change", fields)
    assert "This day is past: no rule reaches back." in answer.text


HOSTILE = [
    "",
    "0",
    "-1",
    "x" * 10_000,
    "\x00",
    "1e9",
    "2/4",
    "{}",
    "body:",
    "office:../..",
    "9" * 400,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_value_breaks_the_form(world: Founded, text: str) -> None:
    fields = dict.fromkeys(entered(world), text)
    answer = client_of(world, "Ada").post("/rulebook/change", fields)
    assert (answer.status_code, 'class="summary"' in answer.text) == (200, True)
    assert not Announcement.objects.exists()


@pytest.mark.parametrize("text", ["1/3", "4/6", "nonsense", "99/100"])
def test_a_share_is_what_its_rule_allows(world: Founded, text: str) -> None:
    fields = entered(world, **{field_name("rulebook.majority"): text})
    answer = client_of(world, "Ada").post("/rulebook/change", fields)
    assert "The rule does not allow this value." in answer.text


def test_every_rule_has_a_field_and_nothing_else_has() -> None:
    for rule in RULES.values():
        assert rule_field(rule, [MEETING]).required == (not isinstance(rule.kind, OrNone))
    shares = [one for one in RULES.values() if isinstance(one.kind, Share)]
    assert shares
    with pytest.raises(TypeError):
        rule_field(type("Odd", (), {"kind": object(), "sentence": "", "otherwise": ""})())


def test_a_vacant_day_has_no_version(world: Founded) -> None:
    Version.objects.update(in_force_from=world.now.date() + timedelta(days=90))
    assert "Nothing has been founded yet." in Client().get("/rulebook/").text
