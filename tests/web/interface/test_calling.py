from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import Any, Final
from unittest import mock

import pytest
from django.test import Client, RequestFactory
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from ninja.security import HttpBearer
from pytest_django import Settings

from comitia.errors import CheckFailed, StorageUnavailable
from comitia.law.values import Organ
from comitia.record.kinds import KINDS
from comitia.record.kinds.values import LARGEST_COUNT, EntryHash, Identifier, Root, Values
from comitia.record.kinds.values import Pseudonym as PseudonymText
from comitia.web.accounts.models import Context, Pseudonym
from comitia.web.acts.models import Aggregate, Entry, Proposal
from comitia.web.interface import acting, calling
from comitia.web.interface.asking import base_of
from comitia.web.interface.calling import LARGEST_CALL_BYTES, Allowance, Bearer
from comitia.web.interface.failing import STATUS
from comitia.web.interface.models import ApiToken
from comitia.web.interface.scopes import ACTS
from comitia.web.interface.tokens import revoke, tokens_of
from tests.record.founded import BOOK
from tests.web.founded import Founded, an_organisation
from tests.web.interface.calls import program, word_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@pytest.fixture
def world() -> Iterator[Founded]:
    with an_organisation() as world:
        yield world


# --- Tokens --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer comitia_" + "A" * 43,
        "Bearer \u00e4",
        "Basic comitia_" + "A" * 43,
        "Bearer " + "A" * 5000,
    ],
)
def test_a_call_without_a_good_token_is_refused(world: Founded, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = Client().get("/api/1/branches", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "call.no_token")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert world.branches


def test_being_logged_in_is_no_token(world: Founded) -> None:
    client = Client()
    client.force_login(world.people["Ada"])
    assert client.get("/api/1/branches").status_code == 401


def test_a_word_is_kept_nowhere(world: Founded) -> None:
    word = word_of(world, "Ada")
    row = ApiToken.objects.get()
    assert word.removeprefix("comitia_") not in str(vars(row))
    assert len(word) == len("comitia_") + 43


def test_a_token_ends_with_its_last_day(world: Founded) -> None:
    ada = program(world, "Ada", last_day=date(2026, 1, 6))
    world.later(days=1)
    ada.get("branches")
    world.later(days=1)
    ada.get("branches", 401)


def test_a_token_that_was_revoked_opens_nothing(world: Founded) -> None:
    ada = program(world, "Ada")
    token = ApiToken.objects.get()
    assert tokens_of(world.people["Ada"], world.now) == (token,)
    revoke(token, world.now)
    ada.get("branches", 401)
    assert tokens_of(world.people["Ada"], world.now) == ()


def test_the_tokens_of_an_erased_person_open_nothing(world: Founded) -> None:
    ada = program(world, "Ada")
    person = world.people["Ada"]
    person.erased_at = world.now
    person.save()
    ada.get("branches", 401)


def test_of_its_use_the_last_day_is_known_and_no_more(world: Founded) -> None:
    ada = program(world, "Ada")
    assert ApiToken.objects.get().used_on is None
    ada.get("branches")
    world.later(hours=5)
    ada.get("branches")
    assert ApiToken.objects.get().used_on == date(2026, 1, 5)


def test_a_word_is_in_no_log_even_where_the_library_would_write_it(
    world: Founded, caplog: pytest.LogCaptureFixture, settings: Settings
) -> None:
    settings.DEBUG = True
    header = f"Token {word_of(world, 'Ada')}"
    request = RequestFactory().get("/api/1/branches", headers={"Authorization": header})
    with caplog.at_level(logging.DEBUG):
        assert HttpBearer.__call__(Bearer(), request) is None
        assert header in caplog.text
        caplog.clear()
        assert Bearer()(request) is None
        assert Client().get("/api/1/branches", headers={"Authorization": header}).status_code == 401
    assert header not in caplog.text


# --- Limits --------------------------------------------------------------------------------------


def test_only_so_many_calls_a_minute_are_answered(
    world: Founded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calling, "allowance", Allowance(2))
    ada, ben = program(world, "Ada"), program(world, "Ben")
    ada.get("branches")
    ada.get("branches")
    assert ada.get("branches", 429)["code"] == "call.too_many"
    ben.get("branches")
    world.later(minutes=1)
    ada.get("branches")


@given(st.lists(st.integers(0, 3), max_size=40), st.integers(0, 5))
def test_nobody_has_more_than_the_allowance_in_a_minute(callers: list[int], most: int) -> None:
    allowance = Allowance(most)
    taken = [caller for caller in callers if allowance.take(caller, NOW)]
    assert all(taken.count(one) == min(most, callers.count(one)) for one in callers)
    assert allowance.take(0, NOW + timedelta(minutes=1)) == (most > 0)


def test_a_call_of_any_size_is_refused_before_it_is_read(world: Founded) -> None:
    sent = b'"' + b"a" * LARGEST_CALL_BYTES + b'"'
    refused = program(world, "Ada").post("memberships/search", sent, 413)
    assert refused["code"] == "call.too_large"


@pytest.mark.parametrize(
    "sent",
    [
        b"{",
        b"\xff",
        b"[" * 100_000,
        b'{"name":' * 20 + b"1" + b"}" * 20,
        b'{"name": "a", "name": "b"}',
        b'{"limit": 1.0}',
        b'{"limit": NaN}',
        b'{"limit": ' + b"9" * 5000 + b"}",
        rb'{"name": "\ud800"}',
        b" ",
    ],
)
def test_what_is_no_json_of_ours_is_refused(world: Founded, sent: bytes) -> None:
    assert program(world, "Ada").post("memberships/search", sent, 400)["code"] == "call.malformed"


@pytest.mark.parametrize(
    "sent",
    [
        None,
        1,
        [],
        {"more": 1},
        {"name": 1},
        {"name": ""},
        {"name": "a\x00b"},
        {"name": "a" * 201},
        {"limit": 10**12},
        {"branch": "x"},
    ],
)
def test_what_is_not_as_described_is_refused_with_its_place(world: Founded, sent: object) -> None:
    refused = program(world, "Ada").post("memberships/search", sent, 422)
    assert refused["code"] == "call.malformed"
    assert refused["faults"]


def test_a_refusal_says_nothing_of_what_was_sent(world: Founded) -> None:
    answer = program(world, "Ada").post("memberships/search", {"branch": "Maria Muster"}, 422)
    assert "Maria" not in str(answer)


@pytest.mark.parametrize("text", ["\u202e", "'; --", "\U0010ffff"])
def test_any_text_can_be_looked_for(world: Founded, text: str) -> None:
    found = program(world, "Ben").post("memberships/search", {"name": text})
    assert found == {"items": [], "next": None}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@examples(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    act=JSON,
    aggregate=st.sampled_from(["0" * 32, "A" * 32]) | JSON,
    kind=st.sampled_from(["membership.admit", "rulebook.adopt", "appointment.make"]),
)
def test_what_is_no_act_ends_in_a_refusal_and_changes_nothing(
    world: Founded, act: object, aggregate: object, kind: str
) -> None:
    client, entries = Client(), Entry.objects.count()
    word = word_of(world, "Ada")
    answer = client.post(
        f"/api/1/acts/{kind}",
        {"act": act, "aggregate": aggregate},
        content_type="application/json",
        headers={"Authorization": f"Bearer {word}"},
    )
    assert answer.status_code in {400, 403, 404, 409, 422}
    assert Entry.objects.count() == entries


ANSWERED: Final = {200, 202, 403, 404, 409, 422, 503}


@pytest.mark.parametrize("kind", sorted(ACTS))
def test_any_act_ends_in_an_answer_whatever_it_names(world: Founded, kind: str) -> None:
    """Of well-formed acts: with names that are nobody's, or of something of another kind."""
    own = world.apply("Eve")
    named = [
        *("0" * 32, own, *world.branches.values(), *world.memberships.values()),
        *world.holdings.values(),
        *Aggregate.objects.exclude(kind="membership").values_list("pk", flat=True),
        *Pseudonym.objects.filter(context=Context.ADMINISTRATION).values_list("value", flat=True),
    ]
    hashes = ["0" * 64, *Entry.objects.order_by("-number").values_list("hash", flat=True)[:3]]
    words = [word_of(world, name) for name in ("Ada", "Ben", "Eve")]
    [declared] = [one for (name, _), one in KINDS.items() if name == kind]

    @examples(max_examples=25, deadline=None, derandomize=True, database=None)
    @given(st.data(), st.sampled_from(words))
    def ask(data: st.DataObject, word: str) -> None:
        act = {
            field.name: data.draw(a_value(field.type, named, hashes), label=field.name)
            for field in declared.fields
            if not (field.is_optional and data.draw(st.booleans(), label="left out"))
        }
        identifiers = data.draw(st.tuples(*[st.sampled_from(named)] * 2))
        sent = {"act": act, "preview": True}
        beside = base_of(declared).model_fields
        sent |= {
            name: one
            for name, one in zip(("aggregate", "branch"), identifiers, strict=True)
            if name in beside
        }
        answer = Client().post(
            f"/api/1/acts/{kind}",
            sent,
            content_type="application/json",
            headers={"Authorization": f"Bearer {word}"},
        )
        assert answer.status_code in ANSWERED, (sent, answer.text)

    entries = Entry.objects.count()
    ask()
    assert (Entry.objects.count(), Proposal.objects.count()) == (entries, 0)


def a_value(of: Any, named: list[str], hashes: list[str]) -> st.SearchStrategy[Any]:  # noqa: ANN401, PLR0911 - any annotation; one return a type
    """Return values of a field's type, as a call sends them: its edges above all."""
    match of:
        case _ if of in {Identifier, PseudonymText}:
            return st.sampled_from(named)
        case _ if of in {EntryHash, Root}:
            return st.sampled_from(hashes)
        case _ if of is Values:
            return st.sampled_from([{}, BOOK])
        case _ if of is Organ:
            names = [{"body": "committee"}, {"office": "secretary"}, {"body": "nobody"}]
            return st.sampled_from(names)
        case type() if issubclass(of, StrEnum):
            return st.sampled_from([one.value for one in of])
        case type() if of is bool:
            return st.booleans()
        case type() if of is int:
            return st.sampled_from([0, 1, 2, LARGEST_COUNT])
        case type() if of is date:
            days = ("0001-01-01", "1899-12-31", "2026-01-05", "2026-01-06", "9999-12-31")
            return st.sampled_from(days)
        case _:
            return st.sampled_from(["Somebody", "\u0130" * 200, "\ufdfa" * 200, "\U0001f600"])


# --- Failures ------------------------------------------------------------------------------------


def test_an_address_that_there_is_not_is_answered_in_the_same_form(world: Founded) -> None:
    for path in ("nothing", "../2/branches", "branches/"):
        assert program(world, "Ada").get(path, 404)["code"] == "call.not_found"


def test_sentences_are_in_the_language_that_was_asked_for(world: Founded) -> None:
    assert world.people
    answers = [
        Client().get("/api/1/branches", headers={"Accept-Language": language}).json()["sentence"]
        for language in ("en", "de")
    ]
    assert answers[0].startswith("This call brings no token")
    assert answers[0] != answers[1]


@pytest.mark.parametrize(
    "error, failed",
    [
        (StorageUnavailable("busy"), (503, "storage.busy")),
        (CheckFailed("record.order", "entry", "a", "b"), (422, "call.failed")),
        (RuntimeError("Maria Muster"), (500, "call.failed")),
    ],
)
def test_whatever_goes_wrong_is_answered_in_one_form(
    world: Founded,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    failed: tuple[int, str],
) -> None:
    status, code = failed
    monkeypatch.setattr(acting, "perform", mock.Mock(side_effect=error))
    sent = {"act": {"since": "2026-01-06"}, "aggregate": world.apply("Eve")}
    answer = program(world, "Ada").post("acts/membership.admit", sent, status)
    assert (answer["code"], "Maria" in str(answer)) == (code, False)
    assert [one.getMessage() for one in caplog.records if one.name == "comitia.web.interface"] == (
        ["a call failed"] if status == HTTPStatus.INTERNAL_SERVER_ERROR else []
    )


def test_refusals_have_a_status_each() -> None:
    assert set(STATUS.values()) == {403, 404, 503}
