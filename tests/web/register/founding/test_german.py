"""The founding in German: no page of it tells anything in another language.

What is looked for is every text that there is German for, so a page that forgets to translate is
found by the words that it shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from typing import Final

import polib
import pytest
from django.test import Client
from pytest_django import Settings

from comitia.law.kinds import OneOrgan, OrNone, Period
from comitia.law.presets import PRESETS
from comitia.law.rules import RULES
from comitia.law.values import Unit
from comitia.record.canonical import Json
from comitia.web.accounts.installation import installation_code
from comitia.web.acts import clock
from comitia.web.register.founding.draft import LONGEST_CELL, TABLES, Draft
from comitia.web.register.founding.saving import begin_draft, change_draft, read_saved
from comitia.web.rulebook.fields import field_name
from tests.web.drafted import DRAFT, with_row
from tests.web.messages import LOCALE
from tests.web.register.founding.test_pages import CODE, NOW, as_file

pytestmark = pytest.mark.django_db
_SHOWN: Final = ("aria-label", "placeholder", "title", "alt")


@pytest.fixture(autouse=True)
def _at_that_time() -> Iterator[None]:
    with clock.showing(lambda: NOW):
        yield


@pytest.fixture
def founder(client: Client, settings: Settings) -> Client:
    """Give a German browser in which the installation code was entered."""
    settings.MAIL_SERVER = False
    client.cookies["language"] = "de"
    client.post("/install", {"code": installation_code(NOW)})
    return client


def save(draft: Draft) -> None:
    begin_draft(NOW)
    change_draft(read_saved().draft.hash, lambda _: draft, NOW)


class _Texts(HTMLParser):
    """Collects what a reader sees or hears of a page, piece by piece."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._is_code = False

    def handle_data(self, data: str) -> None:
        if not self._is_code:  # the names of columns are no words
            self.found.append(" ".join(data.split()))

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the library's
        self._is_code = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_code = tag == "code"
        self.found += [value for name, value in attrs if name in _SHOWN and value]


def texts_of(page: str) -> set[str]:
    parser = _Texts()
    parser.feed(page)
    return {one for one in parser.found if one}


@cache
def english() -> re.Pattern[str]:
    """Return what matches any text, filled in, for which there is another in German."""
    file = polib.pofile(str(LOCALE / "de/LC_MESSAGES/django.po"))
    texts = [
        form
        for entry in file
        if entry.msgid not in {entry.msgstr, entry.msgstr_plural.get(0)}
        for form in (entry.msgid, entry.msgid_plural)
        if len(re.sub(r"%\(\w+\)[sd]|\{\w+\}|\W", "", form)) > 3
    ]
    gaps = (re.sub(r"%\\\(\w+\\\)[sd]|\\\{\w+\\\}", ".+", re.escape(one)) for one in texts)
    return re.compile("|".join(f"(?:{one})" for one in gaps))


def words_of_the_law() -> Iterator[str]:
    """Yield what the law's own words are: parts of sentences, bounds, units, presets."""
    for rule in RULES.values():
        for sentence in (rule.sentence, rule.otherwise):
            yield from (part for part in sentence.split("{value}") if len(part) > 4)
        kind = rule.kind.kind if isinstance(rule.kind, OrNone) else rule.kind
        if isinstance(kind, OneOrgan | Period):
            yield kind.bounds()
    for unit in Unit:
        yield f" {unit.words(2)}"
    for preset in PRESETS.values():
        yield from (preset.title, preset.purpose)


def expect_german(page: str) -> None:
    texts = texts_of(page)
    assert {one for one in texts if english().fullmatch(one)} == set()
    together = "\n".join(texts)
    assert [one for one in words_of_the_law() if one in together] == []


def test_an_english_page_would_be_found(founder: Client) -> None:
    founder.cookies["language"] = "en"
    save(DRAFT)
    for address in ("/founding", "/founding/rules", "/founding/summary", "/founding/members"):
        with pytest.raises(AssertionError):
            expect_german(founder.get(address).text)


def test_every_page_of_a_draft_is_german(founder: Client) -> None:
    for draft in (Draft(), DRAFT):
        save(draft)
        for address in ("", "/organisation", "/rules", "/summary", "/declared"):
            expect_german(founder.get(f"/founding{address}").text)
        for table in TABLES:
            expect_german(founder.get(f"/founding/{table}").text)
            expect_german(founder.get(f"/founding/{table}/new").text)
            if getattr(draft, table):
                expect_german(founder.get(f"/founding/{table}/0").text)


@pytest.mark.parametrize("preset", PRESETS)
def test_every_rule_is_read_and_asked_for_in_german(founder: Client, preset: str) -> None:
    save(DRAFT)
    founder.post("/founding/rules", {"seen": DRAFT.hash, "preset": preset})
    expect_german(founder.get("/founding/rules").text)
    expect_german(founder.get("/founding/summary").text)
    for key in RULES:
        address = f"/founding/rules/{field_name(key)}"
        expect_german(founder.get(address).text)
        wrong = {field_name(key): "?", f"{field_name(key)}_0": "0", f"{field_name(key)}_1": "?"}
        refused = founder.post(address, {"seen": read_saved().draft.hash, **wrong})
        assert (refused.status_code, "Bitte sehen Sie" in refused.text) == (200, True)
        expect_german(refused.text)


@pytest.mark.parametrize("value", [None, "?", 0, {}, {"years": 10_000}])
def test_a_rule_that_cannot_be_is_told_in_german(founder: Client, value: Json) -> None:
    save(replace(DRAFT, preset="?", rules=dict.fromkeys(RULES, value)))
    for address in ("/founding/rules", "/founding/summary", "/founding/rules/rulebook-majority"):
        expect_german(founder.get(address).text)


def test_every_fault_is_told_in_german(founder: Client) -> None:
    wrong = DRAFT
    for table, row, cells in (
        ("branches", 0, {"level": "?", "above": "Nirgends"}),
        ("members", 0, {"standing": "?", "since": "soon", "category": "?", "name": ""}),
        ("members", 1, {"name": "x" * 300, "birth_date": "2999-01-01", "email": "?"}),
        ("mandates", 0, {"organ": "?", "until": "2000-01-01"}),
        ("mandates", 1, {"until": "2999-01-01", "member": "?"}),
        ("cases", 0, {"number": "Lowe", "stage": "?"}),
        ("administrators", 0, {"email": "?", "until": "?"}),
    ):
        wrong = with_row(wrong, table, row, **cells)
    wrong = replace(wrong, organisation=replace(DRAFT.organisation, language="?", terms="?"))
    save(wrong)
    for address in ("", "/summary", *(f"/{one}" for one in TABLES), "/members/0", "/cases/0"):
        expect_german(founder.get(f"/founding{address}").text)


@pytest.mark.parametrize(
    "data",
    [
        *(b"level\nlocal", b"name,name\nA,B", b"name" + b",x" * 100, b"name\nA,B", b'name\n"A'),
        *(b"name\n" + b"x" * (LONGEST_CELL + 1), b"name\n\xff", b"name\nA\0B"),
    ],
    ids=lambda data: repr(data[:12]),
)
def test_what_is_no_table_is_told_in_german(founder: Client, data: bytes) -> None:
    save(DRAFT)
    sent = {"seen": DRAFT.hash, "file": as_file(data)}
    page = founder.post("/founding/branches/rows", sent, follow=True).text
    assert "Das ist keine Tabelle" in page
    expect_german(page)


@pytest.mark.parametrize("data", [b"?", b"{}", b'{"format": 1}', b"[" * 200])
def test_what_is_no_draft_is_told_in_german(founder: Client, data: bytes) -> None:
    page = founder.post(
        "/founding/file", {"seen": Draft().hash, "file": as_file(data)}, follow=True
    ).text
    assert "Diese Datei ist kein Entwurf" in page
    expect_german(page)


def test_what_is_signed_is_german_from_the_invitation_to_the_founding(founder: Client) -> None:
    save(DRAFT)
    pages, codes = [], []
    for number in range(2):
        pages.append(founder.post(f"/founding/invite/{number}").text)
        codes += CODE.findall(pages[-1])
    for code in codes:
        own = Client()
        own.cookies["language"] = "de"
        pages.append(own.get("/founding/sign").text)
        pages.append(own.post("/founding/sign", {"code": "?"}).text)
        own.post("/founding/sign", {"code": code})
        pages.append(own.get("/founding/sign/document").text)
        pages.append(own.post("/founding/sign/document", {"seen": DRAFT.hash}).text)
        data = {"seen": DRAFT.hash, "read": "on"}
        pages.append(own.post("/founding/sign/document", data, follow=True).text)
    assert "Die Organisation ist gegründet" in pages[-1]
    pages.append(founder.get("/founding/declared").text)
    for page in pages:
        expect_german(page)
    assert "2025/3" in pages[-1]
