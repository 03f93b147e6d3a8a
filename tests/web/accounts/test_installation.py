from __future__ import annotations

import io
from pathlib import Path
from unittest import mock

import pytest
from django.test import Client

from comitia.web.accounts.installation import close_installation, installation_code
from comitia.web.accounts.models import InstallationCode
from comitia.web.project import serving
from tests.web.accounts.people import LONG, NOW, make_person

pytestmark = pytest.mark.django_db


def make() -> str:
    code = installation_code(NOW)
    assert code is not None
    return code


def test_whoever_types_the_code_may_found_the_organisation() -> None:
    code = make()
    assert LONG.fullmatch(code)
    client = Client()
    assert client.get("/founding").headers["Location"] == "/install"
    assert "found" in client.get("/install").text.lower()
    assert client.post("/install", {"code": code.lower()}).headers["Location"] == "/founding"
    assert client.get("/founding").status_code == 200
    assert Client().get("/founding").headers["Location"] == "/install"


def test_codes_of_several_starts_hold_and_no_more_than_twenty_are_kept() -> None:
    codes = [make() for _ in range(21)]
    entered = [Client().post("/install", {"code": code}).status_code for code in codes[-9:]]
    assert entered == [302] * 9
    assert Client().post("/install", {"code": codes[0]}).status_code == 200
    assert InstallationCode.objects.count() == 20


def test_a_code_in_the_address_does_nothing() -> None:
    client = Client()
    client.get(f"/install?code={make()}")
    assert client.get("/founding").status_code == 302


def test_the_founding_ends_all_codes() -> None:
    client, code = Client(), make()
    client.post("/install", {"code": code})
    close_installation()
    assert client.get("/founding").status_code == 302
    assert client.post("/install", {"code": code}).status_code == 200


def test_where_somebody_is_known_nothing_can_be_founded_any_more() -> None:
    client, code = Client(), make()
    client.post("/install", {"code": code})
    make_person("Ana")
    assert client.get("/founding").status_code == 302
    assert client.post("/install", {"code": code}).status_code == 200
    assert installation_code(NOW) is None


def test_the_session_is_another_one_after_the_code() -> None:
    client = Client()
    session = client.session
    session["known"] = 1
    session.save()
    before = session.session_key
    client.cookies["session"] = str(before)
    client.post("/install", {"code": make()})
    assert client.cookies["session"].value != before


def test_ten_codes_are_tried_in_five_minutes_and_no_more() -> None:
    answers = [Client().post("/install", {"code": "0" * 25}) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [*10 * [200], 429]


def test_what_is_stored_is_no_code() -> None:
    code = make()
    row = InstallationCode.objects.get()
    assert code not in str([*vars(row).values(), row])


def test_a_terminal_is_told_the_code_and_nothing_is_written(tmp_path: Path) -> None:
    said: list[str] = []
    terminal = mock.Mock(io.StringIO())
    terminal.isatty.return_value = True
    closing = mock.patch("django.db.connections.close_all")
    with mock.patch("sys.stderr", terminal), closing:
        serving._say_code(tmp_path, "http://here/", said.append)
    (sentence,) = said
    assert sentence.startswith("Nobody is known here yet: found the organisation at http://here/in")
    (code,) = LONG.findall(sentence)
    assert Client().post("/install", {"code": code}).status_code == 302
    assert list(tmp_path.iterdir()) == []


def test_a_start_with_people_says_nothing_and_removes_an_old_file(tmp_path: Path) -> None:
    (tmp_path / "installation.code").write_text("old", "ascii")
    make_person("Ana")
    said: list[str] = []
    with mock.patch("django.db.connections.close_all"):
        serving._say_code(tmp_path, "http://here/", said.append)
    assert (said, list(tmp_path.iterdir())) == ([], [])
