from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from comitia.record.kinds.register import AdmitMember
from comitia.web.acts.models import Entry, Proposal
from comitia.web.register.cards import CARD_ACTS
from comitia.web.register.models import Membership
from comitia.web.register.paging import FewAmongMany, FirstOfMany
from tests.web.founded import Founded
from tests.web.register.organised import appoint_second_keeper, browser_of, with_keepers

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Iterator[Founded]:
    with with_keepers() as world:
        yield world


def listed(client: Client, **asked: Any) -> list[str]:  # noqa: ANN401
    page = client.post("/register", asked)
    assert page.status_code == 200
    return [str(row[0]).partition(">")[2].partition("<")[0] for row in page.context["rows"]]


# --- Finding ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "asked,names",
    [
        ({}, ["Ada Lowe", "Ben Hill", "Kit Lane", "Max Ivory"]),
        ({"words": "la"}, ["Kit Lane"]),
        ({"standing": "expelled"}, ["Dan Reed"]),
        ({"standing": "all", "words": "d"}, ["Dan Reed"]),
        ({"words": "moss"}, []),
        ({"standing": "nonsense"}, []),
        ({"branch": "0" * 32}, []),
        ({"branch": "'"}, []),
        ({"words": "x" * 101}, []),
        ({"words": "\x00"}, []),
        ({"page": "-1"}, []),
        ({"page": "99"}, ["Ada Lowe", "Ben Hill", "Kit Lane", "Max Ivory"]),
    ],
)
def test_a_keeper_finds_the_members_of_the_own_branch_alone(
    world: Founded, asked: dict[str, str], names: list[str]
) -> None:
    assert listed(browser_of(world, "Kit"), **asked) == names


def test_who_keeps_the_register_above_sees_those_below(world: Founded) -> None:
    lea = browser_of(world, "Lea")
    assert "Cat Moss" in listed(lea)
    assert listed(lea, branch=world.branches["Port"]) == ["Cat Moss", "Lea Park"]


def test_nobody_else_sees_any_of_it(world: Founded) -> None:
    own = world.memberships["Max"]
    pages = ["/register", "/register/proposals", f"/register/{own}", f"/register/{own}/death"]
    max_ = browser_of(world, "Max")
    assert [max_.get(page).status_code for page in pages] == [403] * 4
    assert [Client().get(page).status_code for page in pages] == [302] * 4
    elsewhere = f"/register/{world.memberships['Cat']}"
    kit = browser_of(world, "Kit")
    assert [kit.get(page).status_code for page in (elsewhere, f"{elsewhere}/details")] == [404] * 2
    assert kit.get("/register/not-a-pseudonym").status_code == 404


def test_no_name_is_in_any_address(world: Founded) -> None:
    page = browser_of(world, "Lea").post("/register", {"words": "ada"}).content.decode()
    assert f'href="/register/{world.memberships["Ada"]}"' in page
    assert "?" not in page.partition('id="members"')[2].partition("</div>")[0]


def test_a_list_asks_as_much_for_one_row_as_for_three(
    world: Founded,
    django_assert_max_num_queries: Any,  # noqa: ANN401
) -> None:
    lea = browser_of(world, "Lea")
    with django_assert_max_num_queries(100) as one:
        assert len(listed(lea, words="ada")) == 1
    with django_assert_max_num_queries(len(one)):
        assert len(listed(lea)) == 6


def test_more_than_anybody_turns_is_neither_counted_nor_shown(
    world: Founded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FirstOfMany, "MOST", 3)
    kit = browser_of(world, "Kit")
    assert listed(kit) == ["Ada Lowe", "Ben Hill", "Kit Lane"]
    assert "More than 3 people" in kit.get("/register").content.decode()
    monkeypatch.setattr(FirstOfMany, "MOST", 4)
    assert "More than" not in kit.get("/register").content.decode()


@pytest.mark.parametrize("most", [2, 50_000])
def test_what_is_searched_for_is_in_the_order_of_names(
    most: int, world: Founded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FewAmongMany, "SORTED", most)
    monkeypatch.setattr(FewAmongMany, "MOST", most)
    found = listed(browser_of(world, "Lea"), words="l")
    assert found == ["Ada Lowe", "Kit Lane", "Lea Park"][:most]


def test_what_is_searched_for_comes_page_by_page(
    world: Founded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comitia.web.register.views.members.PAGE", 2)
    monkeypatch.setattr(FirstOfMany, "MOST", 3)
    lea = browser_of(world, "Lea")
    pages = [listed(lea, words="l", page=number) for number in (1, 2, 3)]
    assert pages == [["Ada Lowe", "Kit Lane"], ["Lea Park"], ["Lea Park"]]


def test_missing_and_unconfirmed_addresses_are_found(world: Founded) -> None:
    kit, own = browser_of(world, "Kit"), world.memberships["Ada"]
    everybody = ["Ada Lowe", "Ben Hill", "Kit Lane", "Max Ivory"]
    assert listed(kit, lacks="no-address") == listed(kit, lacks="unconfirmed") == everybody
    act(kit, own, "details", address="Port Road 1")
    assert listed(kit, lacks="no-address") == listed(kit, lacks="unconfirmed") == everybody[1:]
    world.later(days=366)
    assert listed(kit, lacks="unconfirmed") == everybody
    assert listed(kit, lacks="nonsense") == []


# --- The card --------------------------------------------------------------------------------


def test_a_card_shows_everything_with_its_purpose_and_its_history(world: Founded) -> None:
    page = browser_of(world, "Kit").get(f"/register/{world.memberships['Ada']}").content.decode()
    for text in ("Ada Lowe", "ada@example.org", "To tell you apart", "The founding declares"):
        assert text in page


def acts_of(client: Client, own: str) -> set[str]:
    page = client.get(f"/register/{own}").content.decode()
    return {one.slug for one in CARD_ACTS if f"/register/{own}/{one.slug}" in page}


def test_only_what_is_possible_is_offered(world: Founded) -> None:
    kit, ben = browser_of(world, "Kit"), browser_of(world, "Ben")
    usual = {"details", "category", "transfer", "leave", "death", "correct"}
    assert acts_of(kit, world.memberships["Max"]) == usual
    former = {"details", "category", "apply", "death", "correct"}
    assert acts_of(kit, world.memberships["Dan"]) == former
    assert acts_of(kit, world.memberships["Kit"]) == set()
    assert "apply" in acts_of(ben, world.memberships["Dan"])
    answer = kit.get(f"/register/{world.memberships['Max']}/apply")
    assert answer.status_code == 404


def act(client: Client, own: str, slug: str, **said: str) -> Any:  # noqa: ANN401
    """Go through both pages of an act."""
    address = f"/register/{own}/{slug}"
    assert client.get(address).status_code == 200
    page = client.post(address, said)
    assert "Nothing has been done yet." in page.content.decode(), page.content.decode()
    seen = Membership.objects.get(pk=own).entry_id
    return client.post(address, {**said, "seen": seen, "sure": "1"})


def test_details_are_corrected_by_one(world: Founded) -> None:
    own = world.memberships["Ada"]
    assert act(browser_of(world, "Kit"), own, "details", address="Port Road 1").status_code == 302
    row = Membership.objects.get(pk=own)
    assert (row.person.postal_address, row.confirmed_on) == ("Port Road 1", world.now.date())


def confirmed_by(client: Client) -> None:
    """Confirm the one proposal that there is."""
    client.post(f"/register/proposals/{Proposal.objects.get().pk}", {"do": "confirm"})


def test_the_category_is_set_by_two(world: Founded) -> None:
    own = world.memberships["Ada"]
    act(browser_of(world, "Kit"), own, "category", category="honorary")
    assert Membership.objects.get(pk=own).category == "full"
    confirmed_by(browser_of(world, "Lea"))
    assert Membership.objects.get(pk=own).category == "honorary"


def test_a_transfer_is_done_by_two_who_keep_both_registers(world: Founded) -> None:
    appoint_second_keeper(world)
    own, port = world.memberships["Max"], world.branches["Port"]
    said = {"to": port, "since": world.now.date().isoformat()}
    page = browser_of(world, "Kit").post(f"/register/{own}/transfer", said).content.decode()
    assert "Nothing has been done yet." in page
    act(browser_of(world, "Lea"), own, "transfer", **said)
    confirmed_by(browser_of(world, "Kit"))
    assert Membership.objects.get(pk=own).branch_id == world.branches["Mill"]
    confirmed_by(browser_of(world, "Cat"))
    assert Membership.objects.get(pk=own).branch_id == port


@pytest.mark.parametrize(
    "slug,said,standing",
    [
        ("death", {"day": "2026-01-05"}, "deceased"),
        ("leave", {"last_day": "2026-01-31"}, "left"),
    ],
)
def test_what_ends_a_membership_takes_two_keepers(
    world: Founded, slug: str, said: dict[str, str], standing: str
) -> None:
    own = world.memberships["Max"]
    before = Entry.objects.count()
    kit, lea = browser_of(world, "Kit"), browser_of(world, "Lea")
    assert act(kit, own, slug, **said).status_code == 302
    assert Entry.objects.count() == before
    proposal = Proposal.objects.get()
    address = f"/register/proposals/{proposal.pk}"
    assert "Withdraw the proposal" in kit.get(address).content.decode()
    kit.post(address, {"do": "confirm"})
    assert Entry.objects.count() == before
    assert f'href="{address}"' in lea.get("/register/proposals").content.decode()
    page = lea.get(address).content.decode()
    assert "Confirm, and do it" in page
    assert "Kit Lane" in page
    assert Membership.objects.get(pk=own).standing == "member"
    lea.post(address, {"do": "confirm"})
    assert Membership.objects.get(pk=own).standing == standing
    assert "has lapsed" in lea.get(address).content.decode()


def test_a_proposal_can_be_withdrawn_by_its_proposer(world: Founded) -> None:
    own = world.memberships["Max"]
    kit, lea = browser_of(world, "Kit"), browser_of(world, "Lea")
    act(kit, own, "death", day="2026-01-05")
    address = f"/register/proposals/{Proposal.objects.get().pk}"
    lea.post(address, {"do": "withdraw"})
    assert Proposal.objects.get().ended_at is None
    kit.post(address, {"do": "nonsense"})
    assert Proposal.objects.get().ended_at is None
    kit.post(address, {"do": "withdraw"})
    assert Proposal.objects.get().ended_at == world.now
    assert "Nothing waits" in lea.get("/register/proposals").content.decode()


def test_a_proposal_can_be_rejected_by_another_keeper(world: Founded) -> None:
    kit, lea = browser_of(world, "Kit"), browser_of(world, "Lea")
    act(kit, world.memberships["Max"], "death", day="2026-01-05")
    address = f"/register/proposals/{Proposal.objects.get().pk}"
    assert "Reject the proposal" not in kit.get(address).content.decode()
    assert "Reject the proposal" in lea.get(address).content.decode()
    lea.post(address, {"do": "reject"})
    assert Proposal.objects.get().ended_by == world.people["Lea"].pk
    assert "Nothing waits" in lea.get("/register/proposals").content.decode()


def test_a_proposal_elsewhere_is_not_there(world: Founded) -> None:
    act(browser_of(world, "Lea"), world.memberships["Cat"], "death", day="2026-01-05")
    address = f"/register/proposals/{Proposal.objects.get().pk}"
    assert browser_of(world, "Kit").get(address).status_code == 404
    assert browser_of(world, "Kit").get(f"/register/proposals/{'0' * 32}").status_code == 404


def test_an_entry_is_corrected_by_naming_it(world: Founded) -> None:
    own = world.apply("Eve")
    world.later(days=1)
    admitted = world.do(AdmitMember(since=world.now.date()), own, "Ada", person="Eve").entries[0]
    said = {"wrong": admitted, "was_void": "on", "reasons": "Another Eve was meant."}
    act(browser_of(world, "Kit"), own, "correct", **said)
    address = f"/register/proposals/{Proposal.objects.get().pk}"
    assert "Another Eve was meant." in browser_of(world, "Lea").get(address).content.decode()
    browser_of(world, "Lea").post(address, {"do": "confirm"})
    assert Membership.objects.get(pk=own).standing == "applicant"


@pytest.mark.parametrize(
    "slug,said",
    [
        ("death", {"day": "never"}),
        ("death", {"day": ""}),
        ("leave", {}),
        ("transfer", {"to": "0" * 32, "since": "2026-01-05"}),
        ("transfer", {"to": "'", "since": "2026-01-05"}),
        ("category", {"category": "royal"}),
        ("correct", {"wrong": "0" * 64, "reasons": "x"}),
        ("correct", {"wrong": "<script>", "reasons": "x"}),
        ("details", {"name": "a\x00b"}),
        ("details", {"name": "x" * 201}),
        ("details", {"birth_date": "31.02.1990"}),
    ],
)
def test_what_cannot_be_is_shown_again_and_changes_nothing(
    world: Founded, slug: str, said: dict[str, str]
) -> None:
    before = Entry.objects.count()
    answer = browser_of(world, "Lea").post(
        f"/register/{world.memberships['Max']}/{slug}", {**said, "sure": "1"}
    )
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert (Entry.objects.count(), Proposal.objects.count()) == (before, 0)


def test_what_has_changed_since_it_was_seen_is_not_done(world: Founded) -> None:
    own = world.memberships["Max"]
    said = {"address": "Port Road 1", "sure": "1", "seen": "0" * 64}
    page = browser_of(world, "Kit").post(f"/register/{own}/details", said).content.decode()
    assert "Somebody else was faster" in page
    assert Membership.objects.get(pk=own).person.postal_address == ""
