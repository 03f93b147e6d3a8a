"""The pages of the founding, from the code that the start prints to the last signature."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final

import pytest
from django.core import mail
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from comitia.law.kinds import OneOrgan
from comitia.law.presets import PRESETS
from comitia.law.rules import RULES
from comitia.record.canonical import Json
from comitia.web.accounts.claiming import claim_account
from comitia.web.accounts.installation import installation_code
from comitia.web.accounts.models import ClaimCode, Person
from comitia.web.acts import clock
from comitia.web.acts.founding import is_founded
from comitia.web.organisation.models import Administration
from comitia.web.register.founding.draft import (
    TABLES,
    Draft,
    columns_of,
    draft_bytes,
    parse_draft,
)
from comitia.web.register.founding.faults import Code
from comitia.web.register.founding.saving import begin_draft, change_draft, read_saved
from comitia.web.rulebook.fields import field_name, initial_of
from tests.web.drafted import DRAFT, rules_of, with_row

pytestmark = pytest.mark.django_db
NOW: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)
CODE: Final = re.compile(r"\b(?:[0-9A-Z]{5}-){4}[0-9A-Z]{5}\b")
EMPTY: Final = Draft()


@pytest.fixture(autouse=True)
def _at_that_time() -> Iterator[None]:
    with clock.showing(lambda: NOW):
        yield


@pytest.fixture(autouse=True)
def _nothing_else_before(settings: Settings) -> None:
    settings.MIDDLEWARE = [
        *settings.MIDDLEWARE,
        "comitia.web.register.founding.first.FoundedFirst",
    ]
    settings.ACCOUNTS_MAIL_AT_ONCE = True


@pytest.fixture
def founder(client: Client) -> Client:
    """Give a browser in which the installation code was entered."""
    code = installation_code(NOW)
    assert client.post("/install", {"code": code}).headers["Location"] == "/founding"
    return client


def save(draft: Draft) -> None:
    begin_draft(NOW)
    change_draft(read_saved().draft.hash, lambda _: draft, NOW)


def saved() -> Draft:
    return read_saved().draft


def cells_of(row: Any) -> dict[str, str]:  # noqa: ANN401 - a row of any table
    return {name: getattr(row, name) for name in row.__dataclass_fields__}


def as_file(data: bytes) -> BytesIO:
    file = BytesIO(data)
    file.name = "draft.json"
    return file


# --- Before, and who may -------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/login", "/record/checkpoint", "/nowhere", "/security"])
def test_there_is_nothing_else_before_the_founding(client: Client, address: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, "no organisation here yet" in answer.text) == (503, True)


def test_the_first_page_leads_to_the_founding(client: Client) -> None:
    assert client.get("/").headers["Location"] == "/founding"
    assert client.get("/founding").headers["Location"] == "/install"
    assert client.get("/healthz").status_code == 200


ADDRESSES: Final = (
    *("/founding", "/founding/organisation", "/founding/file", "/founding/back"),
    *("/founding/rules", "/founding/rules/member-minimum_age", "/founding/summary"),
    *("/founding/invite/0", "/founding/members", "/founding/members/rows"),
    *(
        "/founding/members/new",
        "/founding/members/file",
        "/founding/members/0",
        "/founding/members/0/remove",
    ),
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_nobody_sees_or_changes_a_draft_without_the_code(client: Client, address: str) -> None:
    save(DRAFT)
    for answer in (client.get(address), client.post(address, {"seen": DRAFT.hash})):
        assert answer.headers["Location"] == "/install"
    assert saved() == DRAFT


def test_every_address_of_the_draft_is_tried() -> None:
    from comitia.web.register.founding.urls import urlpatterns  # noqa: PLC0415 - needs settings

    guarded = {str(one.pattern) for one in urlpatterns} - {
        *("founding/sign", "founding/sign/document", "founding/declared")
    }
    assert len(guarded) == len(ADDRESSES)


# --- The draft as a whole ------------------------------------------------------------------------


def test_the_first_page_shows_what_is_missing_in_each_step(founder: Client) -> None:
    page = founder.get("/founding").text
    assert page.count("to put right</strong>") == 4
    save(DRAFT)
    page = founder.get("/founding").text
    assert "4 rows" in page
    assert page.count("nothing to put right") == 7
    assert "Take the last change back" in page


def test_the_organisation_is_described_and_the_rules_come_next(founder: Client) -> None:
    cells = cells_of(DRAFT.organisation)
    answer = founder.post("/founding/organisation", {**cells, "seen": EMPTY.hash})
    assert answer.headers["Location"] == "/founding/rules"
    assert saved().organisation == DRAFT.organisation


def test_what_is_wrong_is_saved_and_said_at_its_field(founder: Client) -> None:
    cells = {"name": "The Association", "language": "", "time_zone": "Mars", "terms": ""}
    answer = founder.post("/founding/organisation", {**cells, "seen": EMPTY.hash})
    assert answer.status_code == 200
    assert 'aria-describedby="id_time_zone_helptext id_time_zone_error"' in answer.text
    assert "This is no time zone" in answer.text
    assert saved().organisation.name == "The Association"


def test_a_draft_is_kept_as_a_file_and_taken_up_from_it(founder: Client) -> None:
    save(DRAFT)
    file = founder.get("/founding/file")
    assert parse_draft(file.content) == DRAFT
    assert file.headers["Cache-Control"] == "no-store"
    save(EMPTY)
    data = {"seen": EMPTY.hash, "file": as_file(file.content)}
    assert "is the draft now" in founder.post("/founding/file", data, follow=True).text
    assert saved() == DRAFT


@pytest.mark.parametrize(
    "data, text",
    [
        ({"file": b"{}"}, "This file is no draft: what stands at “draft”"),
        ({"file": b"<script>alert(1)</script>"}, "This file is no draft"),
        ({}, "Choose a file first"),
        ({"file": draft_bytes(EMPTY), "seen": "0" * 64}, "has changed the draft meanwhile"),
    ],
)
def test_what_cannot_be_taken_from_a_file_changes_nothing(
    founder: Client, data: dict[str, Any], text: str
) -> None:
    save(DRAFT)
    sent = {"seen": DRAFT.hash, **data}
    if "file" in sent:
        sent["file"] = as_file(sent["file"])
    page = founder.post("/founding/file", sent, follow=True).text
    assert text in page
    assert "<script>alert" not in page
    assert saved() == DRAFT


def test_the_last_change_is_taken_back(founder: Client) -> None:
    save(DRAFT)
    founder.post("/founding/members/0/remove", {"seen": DRAFT.hash})
    assert len(saved().members) == 3
    for seen in ("", saved().hash):
        founder.post("/founding/back", {"seen": seen})
    assert saved() == DRAFT


# --- The rule book -------------------------------------------------------------------------------


def test_a_rule_book_is_chosen_and_read(founder: Client) -> None:
    assert "The rules</h2>" not in founder.get("/founding/rules").text
    data = {"seen": EMPTY.hash, "preset": "german-party"}
    founder.post("/founding/rules", data)
    chosen = saved()
    assert chosen.preset == "german-party"
    assert chosen.rules == rules_of("german-party")
    page = founder.get("/founding/rules").text
    assert page.count(">Change</a>") == len(RULES)


def test_only_a_rule_book_that_there_is_can_be_chosen(founder: Client) -> None:
    page = founder.post("/founding/rules", {"seen": EMPTY.hash, "preset": "none"}).text
    assert "Select a valid choice" in page
    founder.post("/founding/rules", {"seen": "0" * 64, "preset": "german-party"})
    assert saved() == EMPTY


def form_of(key: str, value: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """Return what somebody fills in for a rule's value."""
    name, begin = field_name(key), initial_of({key: value})[field_name(key)]
    if isinstance(begin, dict):
        ((unit, number),) = begin.items()
        return {f"{name}_0": number, f"{name}_1": unit}
    if isinstance(RULES[key].kind, OneOrgan):
        return {f"{name}_0": begin, f"{name}_1": ""}
    return {} if begin is None else {name: begin}


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("key", RULES)
def test_each_rule_can_have_the_value_that_any_rule_book_gives_it(
    founder: Client, key: str, preset: str
) -> None:
    save(DRAFT)
    value = rules_of(preset)[key]
    address = f"/founding/rules/{key.replace('.', '-')}"
    assert founder.get(address).status_code == 200
    answer = founder.post(address, {"seen": DRAFT.hash, **form_of(key, value)})
    assert answer.status_code == 302, answer.text
    assert saved().rules == {**DRAFT.rules, key: value}


@pytest.mark.parametrize(
    "key, data",
    [
        ("member.minimum_age", {"member-minimum_age": "100"}),
        ("member.minimum_age", {"member-minimum_age": "old"}),
        ("application.period", {"application-period_0": "0", "application-period_1": "days"}),
        ("application.period", {"application-period_0": "1", "application-period_1": "years"}),
        ("application.period", {"application-period_0": "", "application-period_1": "days"}),
        ("rulebook.majority", {"rulebook-majority": "1/3"}),
        ("rulebook.majority", {"rulebook-majority": "<b>"}),
        ("application.decider", {"application-decider_1": "committee"}),
        ("application.decider", {"application-decider_0": "body:tea-room"}),
        ("application.decider", {}),
        ("application.level", {"application-level": "sideways"}),
    ],
)
def test_a_value_that_a_rule_refuses_is_not_saved(
    founder: Client, key: str, data: dict[str, str]
) -> None:
    save(DRAFT)
    address = f"/founding/rules/{key.replace('.', '-')}"
    answer = founder.post(address, {"seen": DRAFT.hash, **data})
    assert (answer.status_code, "Please look at this again" in answer.text) == (200, True)
    assert saved() == DRAFT


def test_a_rule_that_is_wrong_in_a_file_is_shown_and_put_right(founder: Client) -> None:
    save(replace(DRAFT, rules={**DRAFT.rules, "rulebook.notice": {"days": 0}}))
    assert "This cannot be the rule" in founder.get("/founding/rules").text
    assert founder.get("/founding/rules/rulebook-notice").status_code == 200
    assert founder.get("/founding/rules/rulebook-colour").status_code == 404
    data = {"seen": "0" * 64, "rulebook-notice_0": "14", "rulebook-notice_1": "days"}
    page = founder.post("/founding/rules/rulebook-notice", data, follow=True).text
    assert "has changed the draft meanwhile" in page


def test_a_rule_can_name_a_body_of_ones_own(founder: Client) -> None:
    save(with_row(DRAFT, "mandates", 0, organ="body:tea-room"))
    address, key = "/founding/rules/application-decider", "application.decider"
    page = founder.get(address).text
    assert '<option value="body:tea-room">' in page
    assert '<option value="body:committee" selected>' in page
    data = {"application-decider_0": "body:committee", "application-decider_1": "body:board"}
    founder.post(address, {"seen": saved().hash, **data})
    assert saved().rules == {**DRAFT.rules, key: {"body": "board"}}
    assert '<option value="body:board" selected>' in founder.get(address).text


@pytest.mark.parametrize("value", [{}, {"days": 1, "months": 1}, [], "soon", {"body": "X Y"}, 3])
@pytest.mark.parametrize("key", ["rulebook.notice", "application.decider", "vote.waiting"])
def test_a_rule_that_says_anything_can_be_asked_for_anew(
    founder: Client, key: str, value: Json
) -> None:
    save(replace(DRAFT, rules={**DRAFT.rules, key: value}))
    assert founder.get(f"/founding/rules/{field_name(key)}").status_code == 200


# --- The tables ----------------------------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES)
def test_rows_of_each_table_are_added_changed_and_removed(founder: Client, table: str) -> None:
    save(replace(DRAFT, **{table: ()}))  # type: ignore[arg-type] # a table's rows
    assert founder.get(f"/founding/{table}").status_code == 200
    row = getattr(DRAFT, table)[0]
    assert founder.get(f"/founding/{table}/new").status_code == 200
    founder.post(f"/founding/{table}/new", {**cells_of(row), "seen": saved().hash})
    assert getattr(saved(), table) == (row,)
    assert founder.get(f"/founding/{table}/0").status_code == 200
    changed = {**cells_of(row), columns_of(table)[0]: "body:board", "seen": saved().hash}
    founder.post(f"/founding/{table}/0", changed)
    assert getattr(getattr(saved(), table)[0], columns_of(table)[0]) == "body:board"
    founder.post(f"/founding/{table}/0/remove", {"seen": saved().hash})
    assert getattr(saved(), table) == ()


def test_a_row_that_is_wrong_is_saved_and_said_at_its_fields(founder: Client) -> None:
    save(DRAFT)
    cells = {**cells_of(DRAFT.members[0]), "since": "soon", "branch": "Mill"}
    page = founder.post("/founding/members/0", {**cells, "seen": DRAFT.hash}).text
    assert 'value="soon"' in page
    assert "This is no date" in page
    assert saved().members[0].since == "soon"
    again = {**cells, "since": "2020-03-01", "seen": saved().hash}
    assert founder.post("/founding/members/0", again).status_code == 302
    assert saved() == DRAFT


def test_a_branch_that_there_is_not_stays_to_be_chosen_otherwise(founder: Client) -> None:
    save(with_row(DRAFT, "members", 0, branch="Hill"))
    assert '<option value="Hill" selected>' in founder.get("/founding/members/0").text


def test_who_saw_another_draft_is_told(founder: Client) -> None:
    save(DRAFT)
    old = {"seen": "0" * 64}
    cells = cells_of(DRAFT.members[0])
    for address, data in (
        ("/founding/members/0", {**cells, **old}),
        ("/founding/members/0/remove", old),
        ("/founding/members/rows", {**old, "text": "name\nA"}),
        ("/founding/organisation", {**cells_of(DRAFT.organisation), **old}),
    ):
        page = founder.post(address, data, follow=True).text
        assert "has changed the draft meanwhile" in page, address
    assert saved() == DRAFT


@pytest.mark.parametrize("address", ["colours", "colours/new", "members/4", "branches/99"])
def test_tables_and_rows_that_there_are_not_are_not_found(founder: Client, address: str) -> None:
    save(DRAFT)
    assert founder.get(f"/founding/{address}").status_code == 404


def test_rows_come_from_a_spreadsheet_and_each_cell_is_marked(founder: Client) -> None:
    save(DRAFT)
    text = "name;branch;standing;since;shoe\nEva Ruíz;Hill;member;2024-01-01;38\n;;;;\n"
    data = {"seen": DRAFT.hash, "keep": "on", "text": text}
    page = founder.post("/founding/members/rows", data, follow=True).text
    assert "1 row was taken" in page
    assert "left out: shoe" in page
    assert "No row is called “Hill”." in page
    assert page.count("mark bad") == 1
    assert page.count("mark good") == 3
    assert len(saved().members) == 5


def test_rows_of_a_file_take_the_place_of_those_that_are_there(founder: Client) -> None:
    save(DRAFT)
    file = as_file("name,level\nÄlle,whole\n".encode("utf-16"))
    founder.post("/founding/branches/rows", {"seen": DRAFT.hash, "file": file})
    assert [one.name for one in saved().branches] == ["Älle"]


@pytest.mark.parametrize("table", TABLES)
def test_rows_are_saved_as_a_file_and_taken_from_it(founder: Client, table: str) -> None:
    save(DRAFT)
    file = founder.get(f"/founding/{table}/file")
    assert file.headers["Cache-Control"] == "no-store"
    founder.post(f"/founding/{table}/rows", {"seen": DRAFT.hash, "file": as_file(file.content)})
    assert saved() == DRAFT


def test_what_is_no_table_changes_nothing(founder: Client) -> None:
    save(DRAFT)
    data = {"seen": DRAFT.hash, "text": "a,b\n1,2"}
    page = founder.post("/founding/members/rows", data, follow=True).text
    assert "see line 1. Its first line must name the columns, name among them." in page
    founder.post("/founding/members/rows", {"text": "name\nA"})
    assert saved() == DRAFT


def test_long_tables_are_shown_page_by_page_with_as_few_queries(
    founder: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    many = tuple(replace(DRAFT.members[0], name=f"M {n:03}") for n in range(120))
    save(replace(DRAFT, members=many))
    with django_assert_max_num_queries(12):
        first = founder.get("/founding/members").text
    assert first.count("<section") == 50
    last = founder.get("/founding/members?page=3").text
    assert last.count("<section") == 20
    assert "M 119" in last


# --- The document and its signatures -------------------------------------------------------------


def test_the_document_is_read_in_sentences_with_its_hash(founder: Client) -> None:
    save(DRAFT)
    page = founder.get("/founding/summary").text
    for text in (
        "All of it (Whole organisation): 0 people on its register",
        "Mill (Section): 3 people on its register",
        "expelled: 1",
        "Ada Lowe holds committee in All of it until Dec. 31, 2026",
        "Case 2025/3 in Mill waits for the hearing since Nov. 1, 2025.",
        "Zoe Outside (zoe@example.org) signs",
        DRAFT.hash,
    ):
        assert text in page, text


def test_what_keeps_it_from_being_founded_stands_above(founder: Client) -> None:
    page = founder.get("/founding/summary").text
    assert "It cannot be founded like this" in page
    assert "and 28 more" in page
    assert "/founding/invite/" not in page
    save(with_row(DRAFT, "branches", 0, above="Hill"))
    assert founder.post("/founding/invite/0").headers["Location"] == "/founding/summary"


def invitation(founder: Client, number: int) -> str:
    """Return the code that an administrator is handed."""
    found = CODE.search(founder.post(f"/founding/invite/{number}").text)
    assert found is not None
    return found[0]


def sign(code: str) -> str:
    """Sign in a browser of one's own; return what the page says then."""
    own = Client()
    assert own.post("/founding/sign", {"code": code}).status_code == 302
    assert saved().hash in own.get("/founding/sign/document").text
    data = {"seen": saved().hash, "read": "on"}
    return own.post("/founding/sign/document", data, follow=True).text


def test_two_sign_at_their_own_and_the_organisation_is_founded(
    founder: Client, settings: Settings
) -> None:
    settings.MAIL_SERVER = False
    save(DRAFT)
    codes = [invitation(founder, number) for number in range(2)]
    assert "The others are still to sign" in sign(codes[0])
    assert not is_founded()
    assert "The organisation is founded" in sign(codes[1])
    assert is_founded()
    assert {one.claimed_at for one in administrators()} == {None}
    assert founder.get("/founding").headers["Location"] == "/install"
    assert founder.get("/login").status_code == 200
    assert Client().post("/founding/sign", {"code": codes[0]}).status_code == 200


def administrators() -> list[Person]:
    rows = Administration.objects.select_related("person").order_by("person__name")
    return [one.person for one in rows]


def test_where_no_mail_goes_each_signer_opens_the_account_by_a_code_of_their_own(
    founder: Client, settings: Settings
) -> None:
    """Whoever handed the invitations out does not know it, nor does an unproved address log in."""
    settings.MAIL_SERVER = False
    save(DRAFT)
    codes = [invitation(founder, number) for number in range(2)]
    assert "Sign only where you see that they are there" in looking(codes[0])
    pages = [sign(code) for code in codes]
    own = [found[0] for page in pages if (found := CODE.search(page)) is not None]
    assert len({*own, *codes}) == 4
    for address in (one.email for one in administrators()):
        settings.MAIL_SERVER = True
        Client().post("/login", {"email": address})
    assert mail.outbox == []
    people = [claim_account(code, clock.now()) for code in own]
    assert people == [administrators()[0], administrators()[1]]
    assert [claim_account(code, clock.now()) for code in codes] == [None, None]


def looking(code: str) -> str:
    own = Client()
    own.post("/founding/sign", {"code": code})
    return own.get("/founding/sign/document").text


def test_who_signs_once_more_has_another_code(founder: Client, settings: Settings) -> None:
    settings.MAIL_SERVER = False
    save(DRAFT)
    codes = [invitation(founder, number) for number in range(2)]
    pages = [sign(code) for code in (codes[0], codes[0], codes[1])]
    own = [found[0] for page in pages if (found := CODE.search(page)) is not None]
    claimed = [claim_account(code, clock.now()) is not None for code in own]
    assert claimed == [False, True, True]


def test_who_was_invited_by_mail_has_shown_the_address(founder: Client) -> None:
    save(DRAFT)
    for number in range(2):
        founder.post(f"/founding/invite/{number}")
        found = CODE.search(str(mail.outbox[-1].body))
        assert found is not None
        assert CODE.search(sign(found[0])) is None
    assert {one.claimed_at is None for one in administrators()} == {False}
    assert not ClaimCode.objects.exists()


def test_invitations_go_by_mail_where_there_is_a_server(founder: Client) -> None:
    save(replace(DRAFT, organisation=replace(DRAFT.organisation, language="de")))
    page = founder.post("/founding/invite/1", follow=True).text
    assert "on its way" in page
    assert CODE.search(page) is None
    (sent,) = mail.outbox
    assert sent.to == ["zoe@example.org"]
    assert "The Association" in sent.subject
    found = CODE.search(str(sent.body))
    assert found is not None
    assert "have signed" in sign(found[0])


def test_the_name_of_an_organisation_brings_no_line_into_a_mail(founder: Client) -> None:
    """It cannot have two lines; and nothing is sent while it would."""
    evil = replace(DRAFT.organisation, name="A\nBcc: x@example.org")
    save(replace(DRAFT, organisation=evil))
    founder.post("/founding/invite/1")
    assert mail.outbox == []


def test_a_change_after_a_signature_takes_it_away(founder: Client, settings: Settings) -> None:
    settings.MAIL_SERVER = False
    save(DRAFT)
    codes = [invitation(founder, number) for number in range(2)]
    sign(codes[0])
    assert "has signed" in founder.get("/founding/summary").text
    founder.post("/founding/cases/0/remove", {"seen": DRAFT.hash})
    assert "has signed" not in founder.get("/founding/summary").text
    sign(codes[1])
    assert not is_founded()


def test_who_looks_at_another_draft_does_not_sign_it(founder: Client, settings: Settings) -> None:
    settings.MAIL_SERVER = False
    save(DRAFT)
    own = Client()
    own.post("/founding/sign", {"code": invitation(founder, 0)})
    founder.post("/founding/cases/0/remove", {"seen": DRAFT.hash})
    data = {"seen": DRAFT.hash, "read": "on"}
    page = own.post("/founding/sign/document", data, follow=True).text
    assert "has changed the draft meanwhile" in page
    unread = own.post("/founding/sign/document", {"seen": saved().hash}).text
    assert "This field is required" in unread


def test_an_invitation_that_has_ended_opens_nothing(client: Client) -> None:
    assert client.get("/founding/sign/document").headers["Location"] == "/founding/sign"
    page = client.post("/founding/sign", {"code": "00000-00000-00000-00000-00000"}).text
    assert "wrong, or it holds no longer" in page


def test_codes_are_not_tried_at_will(client: Client) -> None:
    answers = [client.post("/founding/sign", {"code": f"{n}"}).status_code for n in range(12)]
    assert answers == [200] * 10 + [429] * 2


def test_a_document_that_can_no_longer_be_founded_is_not_signed(
    founder: Client, settings: Settings
) -> None:
    settings.MAIL_SERVER = False
    save(DRAFT)
    codes = [invitation(founder, number) for number in range(2)]
    sign(codes[0])
    save(with_row(DRAFT, "mandates", 0, until="2026-01-04"))
    own = Client()
    own.post("/founding/sign", {"code": codes[1]})
    data = {"seen": saved().hash, "read": "on"}
    assert "It cannot be founded like this" in own.post("/founding/sign/document", data).text
    assert not is_founded()


def test_a_founding_that_the_record_refuses_is_told_in_a_sentence(
    founder: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from comitia.law.errors import RuleViolation  # noqa: PLC0415 - for this one

    def refuse(_: datetime) -> None:
        raise RuleViolation("test.refused", "it", "this", "that")

    settings.MAIL_SERVER = False
    save(DRAFT)
    monkeypatch.setattr("comitia.web.register.founding.views.signing.found_if_signed", refuse)
    assert "cannot be founded as it is" in sign(invitation(founder, 0))


def test_every_code_of_a_fault_has_german_words(founder: Client) -> None:
    founder.cookies["language"] = "de"
    page = founder.get("/founding/summary").text
    assert "So kann sie nicht gegründet werden" in page
    assert len(Code) == len(set(Code))
    assert json.loads(founder.get("/founding/file").content)["version"] == 1
