"""From the founding to `comitia verify` on another machine: the whole thread."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import pytest
from django.test import Client

from comitia.cli import main
from comitia.record.keys import KeyKind, SignerKey, generate_key
from comitia.record.kinds.register import AdmitMember
from comitia.record.tiles import new_bundles, new_tiles
from comitia.web.acts import clock
from comitia.web.publicrecord.publishing import last_checkpoint
from comitia.web.publicrecord.sequencing import place_entries
from comitia.web.register.models import Membership
from tests.web.founded import an_organisation

pytestmark = pytest.mark.django_db


def download(folder: Path) -> None:
    """Fetch everything that is published, as another machine would."""
    client = Client()
    checkpoint = last_checkpoint()
    assert checkpoint is not None
    size = checkpoint.size
    paths = ["checkpoint", *(one.path for one in new_tiles(0, size))]
    for path in [*paths, *(one.path for one in new_bundles(0, size))]:
        answer = client.get(f"/record/{path}")
        assert answer.status_code == 200, path
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(answer.content)


@pytest.fixture
def key() -> SignerKey:
    return generate_key("example.org/record", KeyKind.NOTE, secrets.token_bytes)


def test_an_admission_is_proved_to_another_machine(
    tmp_path: Path, key: SignerKey, capsys: pytest.CaptureFixture[str]
) -> None:
    with an_organisation() as world:
        own = world.apply("Eve")
        world.do(AdmitMember(since=world.now.date()), own, "Ada", person="Eve")
        assert Membership.objects.get(pk=own).standing == "member"
        assert place_entries(clock.now(), key) == 17
    download(tmp_path)
    assert main(["verify", "--json", str(tmp_path)]) == 3
    report = json.loads(capsys.readouterr().out)
    assert report["subject"]["size"] == 17
    assert {one["id"]: one["status"] for one in report["checks"] if one["status"] != "passed"} == {
        "record.key": "not_checked",
        "record.witness": "not_checked",
    }
