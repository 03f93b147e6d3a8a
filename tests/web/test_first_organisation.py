"""The tutorial of the first organisation, done as it says."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Final

import pytest
from django.test import Client
from pytest_django import Settings

from comitia.cli import main
from comitia.record.keys import KeyKind, generate_key
from comitia.web.accounts.installation import installation_code
from comitia.web.acts import clock
from comitia.web.organisation.models import Mandate
from comitia.web.publicrecord.sequencing import place_entries
from comitia.web.register.founding.saving import read_saved
from tests.web.publicrecord.test_thread import download

pytestmark = pytest.mark.django_db
NOW: Final = datetime(2026, 11, 23, 12, tzinfo=UTC)
CODE: Final = re.compile(r"\b(?:[0-9A-Z]{5}-){4}[0-9A-Z]{5}\b")
PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "tutorial" / "first-organisation.md"


@pytest.fixture(autouse=True)
def _at_that_time() -> Iterator[None]:
    with clock.showing(lambda: NOW):
        yield


def seen() -> str:
    return read_saved().draft.hash


def test_the_first_organisation_is_founded_and_verified_as_the_tutorial_says(
    client: Client, tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.MAIL_SERVER = False
    block = re.search(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert block is not None
    client.post("/install", {"code": installation_code(NOW)})
    client.get("/founding")
    file = BytesIO(block[1].encode())
    file.name = "draft.json"
    client.post("/founding/file", {"seen": seen(), "file": file})
    assert client.get("/founding").text.count("to put right</strong>") == 1
    client.post("/founding/rules", {"seen": seen(), "preset": "uk-union"})
    assert client.get("/founding").text.count("nothing to put right") == 7
    for number in range(2):
        code = CODE.search(client.post(f"/founding/invite/{number}").text)
        assert code is not None
        own = Client()
        own.post("/founding/sign", {"code": code[0]})
        assert seen() in own.get("/founding/sign/document").text
        own.post("/founding/sign/document", {"seen": seen(), "read": "on"})
    assert Mandate.objects.count() == 2
    place_entries(NOW, generate_key("localhost/record", KeyKind.NOTE, secrets.token_bytes))
    download(tmp_path)
    assert main(["verify", str(tmp_path)]) == 3
    assert "INCOMPLETE: nothing failed" in capsys.readouterr().out
