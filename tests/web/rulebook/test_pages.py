"""The rule book's pages: anybody reads it, and whoever decides on it announces it first."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from comitia.law.errors import Code, RuleViolation
from comitia.law.kinds import OrNone, Share
from comitia.law.presets import PRESETS
from comitia.law.rules import RULES
from comitia.law.values import Organ, OrganKind
from comitia.record.entries import parse_entry
from comitia.record.kinds.organisation import MakeAppointment
from comitia.record.kinds.rulebook import AdoptRuleBook
from comitia.record.kinds.values import EntryHash, Pseudonym, Text, Values
from comitia.web.acts import clock
from comitia.web.acts.errors import Refusal
from comitia.web.acts.models import Entry, Proposal
from comitia.web.acts.performing import new_identifier
from comitia.web.rulebook.fields import BookForm, field_name, initial_of, rule_field
from comitia.web.rulebook.models import Announcement, Version
from tests.web.founded import Founded, write_document

pytestmark = pytest.mark.django_db
MEETING = Organ(OrganKind.BODY, "general-meeting")


@pytest.fixture
def world() -> Iterator[Founded]:
    """Ada and Dot sit in the general meeting of the whole."""
    world = Founded()
    with clock.showing(lambda: world.now):
        write_document(world)
        world.list_member("Dot Reed", "Port", email="dot@example.org")
        world.list_mandate(MEETING, "Ada", "All")
        world.list_mandate(MEETING, "Dot", "All")
        world.found()
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


def announce(world: Founded, first_day: str = "2026-02-01", **changed: str) -> Announcement:
    values = {"member-minimum_age": "16", **changed, "confirmed": "1"}
    fields = entered(world, first_day, **values)
    assert client_of(world, "Ada").post("/rulebook/change", fields).status_code == 302
    return Announcement.objects.get(ended_by=None)


def state_vote(world: Founded, announced: Announcement, **votes: str) -> str:
    """Enter the vote as Ada; return the page of what was proposed."""
    votes = {"in_favour": "30", "against": "10", **votes}
    answer = client_of(world, "Ada").post(f"{page_of(announced)}/adopt", votes)
    assert answer.status_code == 302, answer.text
    return f"/rulebook/adoption/{Proposal.objects.get(ended_at=None).pk}"


def page_of(announced: Announcement) -> str:
    return f"/rulebook/announced/{announced.pk}"


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
    assert ("mandate.declare", "6") in counted
    assert ("membership.declare", "5") in counted
    assert "What differs" not in page


@pytest.mark.usefixtures("world")
def test_reading_takes_few_queries(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(5):
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


def test_a_change_is_shown_announced_and_adopted_by_two_after_its_time(world: Founded) -> None:
    ada, changed = client_of(world, "Ada"), entered(world, **{"member-minimum_age": "16"})
    shown = ada.post("/rulebook/change", changed)
    assert "<ins>A member is at least 16 years old.</ins>" in shown.text
    assert not Announcement.objects.exists()
    announced = announce(world)
    assert "Enter the vote" not in ada.get(page_of(announced)).text
    world.later(days=20)
    assert "Enter the vote" not in client_of(world, "Ben").get(page_of(announced)).text
    assert "Enter the vote" in ada.get(page_of(announced)).text
    assert "as it was minuted" in ada.get(f"{page_of(announced)}/adopt").text
    proposed = state_vote(world, announced)
    assert "Look at the vote that was entered" in ada.get(page_of(announced)).text
    assert "Another of those who decide must confirm it." in ada.get(proposed).text
    dot = client_of(world, "Dot")
    assert "<dt>Votes in favour</dt><dd>30</dd>" in dot.get(proposed).text
    assert dot.post(proposed).headers["Location"] == "/rulebook/versions/2"
    assert (Version.objects.count(), Announcement.objects.filter(ended_by=None).count()) == (2, 0)
    assert "This change was adopted." in Client().get(page_of(announced)).text
    act = parse_entry(bytes(Version.objects.get(pk=2).entry.content)).act
    assert (act.announced, act.in_favour, act.against) == (announced.pk, 30, 10)


def test_a_new_version_is_in_force_from_its_day(world: Founded) -> None:
    announced = announce(world)
    world.later(days=20)
    client_of(world, "Dot").post(state_vote(world, announced))
    world.later(days=20)
    page_2 = Client().get("/rulebook/versions/2").text
    assert "What differs from version 1" in page_2
    assert "<del>There is no minimum age.</del>" in page_2
    assert "30 in favour, 10 against" in page_2
    assert "Version 2, in force from" in Client().get("/rulebook/").text
    world.apply("Eve", birth_date=date(1990, 1, 2))
    acts = re.findall(
        r"<code>([a-z_.]+)</code></dt><dd>(\d+)", Client().get("/rulebook/versions/2").text
    )
    assert acts == [("membership.apply", "1")]
    assert ("membership.apply", "1") not in re.findall(
        r"<code>([a-z_.]+)</code></dt><dd>(\d+)", Client().get("/rulebook/versions/1").text
    )


def test_the_votes_are_as_many_as_the_rule_book_demands(world: Founded) -> None:
    announced = announce(world)
    world.later(days=20)
    ada = client_of(world, "Ada")
    for votes in ({"in_favour": "29", "against": "11"}, {"in_favour": "0", "against": "0"}):
        lost = ada.post(f"{page_of(announced)}/adopt", votes)
        assert "That is not the majority that the version in force demands" in lost.text
    open_ = ada.post(f"{page_of(announced)}/adopt", {"in_favour": "30"})
    assert "This field is required." in open_.text
    assert not Proposal.objects.exists()


def test_before_its_time_nothing_is_adopted_by_any_page(world: Founded) -> None:
    announced = announce(world)
    proposed = state_vote(world, announced)
    answer = client_of(world, "Dot").post(proposed, follow=True)
    assert "A rule book is adopted after it was announced, word for word" in answer.text
    assert Version.objects.count() == 1


def test_nobody_confirms_the_own_word(world: Founded) -> None:
    announced = announce(world)
    world.later(days=20)
    proposed = state_vote(world, announced)
    ada = client_of(world, "Ada")
    assert "What one proposes, another confirms" in ada.post(proposed, follow=True).text
    assert client_of(world, "Ben").get(proposed).status_code == 403
    taken_back = ada.post(proposed, {"withdraw": "1"}, follow=True)
    assert "The proposal is taken back." in taken_back.text
    assert client_of(world, "Dot").get(proposed).status_code == 404
    assert Version.objects.count() == 1


def test_what_cannot_be_adopted_any_more_is_refused_in_words(world: Founded) -> None:
    announced = announce(world)
    world.later(days=60)
    answer = client_of(world, "Dot").post(state_vote(world, announced), follow=True)
    assert "A rule book cannot come into force in the past" in answer.text
    assert Version.objects.count() == 1


def test_what_was_taken_back_is_kept_with_who_did_it(world: Founded) -> None:
    announced = announce(world)
    page = page_of(announced)
    assert page in Client().get("/rulebook/").text
    assert client_of(world, "Ben").post(f"{page}/withdraw").status_code == 403
    assert Client().post(f"{page}/withdraw").status_code == 302
    assert Announcement.objects.filter(ended_by=None).count() == 1
    client_of(world, "Dot").post(f"{page}/withdraw")
    assert "Changes that were taken back" in Client().get("/rulebook/").text
    shown = client_of(world, "Cat").get(page).text
    assert "This change was taken back." in shown
    assert ("general meeting, All (Ada Lowe)" in shown, "(Dot Reed)" in shown) == (True, True)
    anybody = Client().get(page).text
    assert "This change was taken back." in anybody
    assert ("Ada Lowe" in anybody, "Dot Reed" in anybody) == (False, False)
    again = client_of(world, "Dot").post(f"{page}/withdraw", follow=True)
    assert 'class="error"' in again.text


def test_the_same_change_is_announced_once(world: Founded) -> None:
    announce(world)
    fields = entered(world, **{"member-minimum_age": "16"}, confirmed="1")
    answer = client_of(world, "Dot").post("/rulebook/change", fields)
    assert "The same change is announced already" in answer.text
    assert Announcement.objects.count() == 1


def test_nobody_adopts_by_the_interface_what_was_not_announced(world: Founded) -> None:
    """Two of the meeting, who skip every page."""
    act = AdoptRuleBook(
        number=2,
        in_force_from=world.now.date(),
        preset=Text("own"),
        rules=Values({**json.loads(Version.objects.get().rules), "member.minimum_age": 99}),
        announced=EntryHash(Entry.objects.order_by("number")[0].hash),
        in_favour=100,
        against=0,
    )
    own = world.listed[0].aggregate
    with pytest.raises(RuleViolation) as refused:
        world.do(act, own, "Ada", "Dot", branch="All")
    assert refused.value.code == Code.BOOK_NOT_ANNOUNCED
    with pytest.raises(RuleViolation) as alone:
        world.do(act, own, "Ada", branch="All")
    assert alone.value.code == Refusal.NOT_ALLOWED


def test_an_appointment_gives_no_say_on_the_rule_book(world: Founded) -> None:
    act = MakeAppointment(
        organ=MEETING,
        holder=Pseudonym(world.memberships["Cat"]),
        since=date(2026, 1, 5),
        until=date(2026, 12, 31),
        reason=Text("A friend"),
    )
    world.do(act, new_identifier(), "Ben", branch="All")
    assert client_of(world, "Cat").get("/rulebook/change").status_code == 403


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
    assert "This cannot be the rule: allowed is" in answer.text


def test_every_rule_has_a_field_and_nothing_else_has() -> None:
    for rule in RULES.values():
        assert rule_field(rule, [MEETING]).required == (not isinstance(rule.kind, OrNone))
    shares = [one for one in RULES.values() if isinstance(one.kind, Share)]
    assert shares
    with pytest.raises(TypeError):
        rule_field(type("Odd", (), {"kind": object(), "sentence": "", "otherwise": ""})())


def test_a_vacant_day_has_no_version(world: Founded) -> None:
    world.later(days=-10)
    assert "Nothing has been founded yet." in Client().get("/rulebook/").text
