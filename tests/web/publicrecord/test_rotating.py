"""A new key for the record: handed over by the old one, or in place of a lost one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from unittest import mock
from uuid import UUID

import pytest
from django.test import Client
from pytest_django import Settings

from comitia.cli import main
from comitia.errors import StorageUnavailable
from comitia.law.errors import RuleViolation
from comitia.record.keys import VerifierKey
from comitia.record.kinds.publicrecord import RotateKey
from comitia.record.kinds.values import Text
from comitia.record.tiles import handover_path
from comitia.verify.trust import Trust
from comitia.web.acts.models import Proposal
from comitia.web.acts.performing import perform
from comitia.web.project.checking.installation import check_key
from comitia.web.publicrecord.keeping import FILE_NAME, NEXT_FILE_NAME, read_record_key
from comitia.web.publicrecord.models import Handover
from comitia.web.publicrecord.rotating import asked_for
from comitia.web.publicrecord.sequencing import sequence, sequence_soon
from tests.record.signers import STRANGER
from tests.web.founded import Founded, an_organisation
from tests.web.organisation.administered import administered_by_three
from tests.web.publicrecord.test_thread import download

pytestmark = pytest.mark.django_db
OTHER = Text(STRANGER.verifier.text)
PAGE = "/organisation/administrators/key"


@pytest.fixture
def world(settings: Settings, tmp_path: Path) -> Iterator[Founded]:
    settings.DATA = tmp_path / "data"
    settings.DATA.mkdir()
    with an_organisation() as world:
        sequence(world.now)
        yield world


def key_of(data: Path) -> VerifierKey:
    key = read_record_key(data)
    assert key is not None
    return key.verifier


def make_next(data: Path, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["record", "new-key", "--data", str(data), *words]) == 0
    return capsys.readouterr().out.strip()


def administrators(world: Founded) -> tuple[UUID, UUID]:
    return world.people["Ada"].pk, world.people["Cat"].pk


def rotate(by: Sequence[UUID], *, old_key_lost: bool = False) -> None:
    perform(asked_for(by, old_key_lost=old_key_lost))


def verified(folder: Path, trusted: VerifierKey, capsys: pytest.CaptureFixture[str]) -> str:
    """Verify what is published by a key; return what became of `record.key`."""
    download(folder)
    for one in Handover.objects.all():
        path = handover_path(one.size)
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_bytes(Client().get(f"/record/{path}").content)
    trust = folder / "trust"
    trust.write_text(Trust(trusted.name, (trusted,)).to_text())
    main(["verify", "--json", "--trust", str(trust), str(folder)])
    report = json.loads(capsys.readouterr().out)
    assert "failed" not in {one["status"] for one in report["checks"]}
    return next(str(one["status"]) for one in report["checks"] if one["id"] == "record.key")


def test_an_old_key_hands_over_to_a_new_one(
    world: Founded, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = key_of(settings.DATA)
    new = make_next(settings.DATA, capsys)
    world.later(hours=1)
    rotate(administrators(world))
    world.apply("Eve")
    sequence(world.now)
    assert key_of(settings.DATA).text == new
    assert not (settings.DATA / NEXT_FILE_NAME).exists()
    assert Handover.objects.get().size == 16
    assert verified(tmp_path / "published", old, capsys) == "passed"
    assert verified(tmp_path / "again", key_of(settings.DATA), capsys) == "passed"
    assert list(check_key()) == []
    for path in ("handover/15", "handover/016", "handover/x", "handover/"):
        assert Client().get(f"/record/{path}").status_code == 404


def test_a_second_change_follows_the_first(
    world: Founded, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = key_of(settings.DATA)
    for _ in range(2):
        make_next(settings.DATA, capsys)
        world.later(hours=1)
        rotate(administrators(world))
        sequence_soon()
    assert Handover.objects.count() == 2
    assert verified(tmp_path / "published", first, capsys) == "passed"


def test_a_lost_key_is_replaced_and_nobody_follows_by_signatures(
    world: Founded, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = key_of(settings.DATA)
    (settings.DATA / FILE_NAME).unlink()
    make_next(settings.DATA, capsys, "--name", old.name)
    world.later(hours=1)
    rotate(administrators(world), old_key_lost=True)
    sequence(world.now)
    assert Handover.objects.count() == 0
    assert verified(tmp_path / "published", old, capsys) == "not_checked"
    assert verified(tmp_path / "again", key_of(settings.DATA), capsys) == "passed"


def test_a_kill_between_signing_and_moving_the_key_is_made_good(
    world: Founded, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    new = make_next(settings.DATA, capsys)
    world.later(hours=1)
    rotate(administrators(world))
    with mock.patch.object(Path, "replace", side_effect=SystemExit), pytest.raises(SystemExit):
        sequence(world.now)
    assert key_of(settings.DATA).text != new
    world.apply("Eve")
    sequence(world.now)
    assert key_of(settings.DATA).text == new
    assert list(check_key()) == []


def test_nothing_changes_without_a_key_that_lies_ready_and_two_administrators(
    world: Founded, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    both = administrators(world)
    with pytest.raises(RuleViolation, match=r"key\.not_ready"):
        rotate(both)
    make_next(settings.DATA, capsys)
    world.later(hours=1)
    with pytest.raises(RuleViolation, match=r"act\.not_allowed"):
        rotate(both[:1])
    other = replace(
        asked_for(both, old_key_lost=False), act=RotateKey(key=OTHER, old_key_lost=False)
    )
    with pytest.raises(RuleViolation, match=r"key\.not_ready"):
        perform(other)
    rotate(both)
    (settings.DATA / NEXT_FILE_NAME).unlink()
    with pytest.raises(StorageUnavailable, match="put the private half"):
        sequence(world.now)


@pytest.mark.usefixtures("world")
def test_the_operator_is_shown_the_public_half_alone(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["record", "key", "--data", str(settings.DATA)]) == 0
    assert capsys.readouterr().out == f"{key_of(settings.DATA).text}\n"


# --- The page ------------------------------------------------------------------------------------


def fresh(world: Founded, name: str) -> Client:
    client = Client()
    client.force_login(world.people[name])
    session = client.session
    session["confirmed_at"] = world.now.isoformat()
    session.save()
    return client


def told(client: Client, **fields: str) -> str:
    return client.post(PAGE, fields, follow=True).content.decode()


def test_two_administrators_change_the_key_on_a_page(
    world: Founded, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    old, ada, cat = key_of(settings.DATA).text, fresh(world, "Ada"), fresh(world, "Cat")
    page = ada.get(PAGE).content.decode()
    assert old in page
    assert "Propose the change" not in page
    assert "No such key lies ready" in told(ada, do="propose", why="planned")
    new = make_next(settings.DATA, capsys)
    assert "Another administrator has to confirm it" in told(ada, do="propose", why="planned")
    proposal = Proposal.objects.get().pk
    assert "What one proposes, another confirms" in told(ada, do="confirm", proposal=proposal)
    shown = cat.get(PAGE).content.decode()
    assert ("Proposed by Ada Lowe" in shown, new in shown) == (True, True)
    assert "signs from the next checkpoint on" in told(cat, do="confirm", proposal=proposal)
    sequence(world.now)
    assert key_of(settings.DATA).text == new


def test_a_lost_key_is_replaced_on_the_page(
    world: Founded, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    old, ada = key_of(settings.DATA), fresh(world, "Ada")
    (settings.DATA / FILE_NAME).unlink()
    new = make_next(settings.DATA, capsys, "--name", old.name)
    assert "cannot be read" in ada.get(PAGE).content.decode()
    told(ada, do="propose", why="lost")
    proposal = Proposal.objects.get().pk
    assert "Publish the new key on paper" in fresh(world, "Cat").get(PAGE).content.decode()
    told(fresh(world, "Cat"), do="confirm", proposal=proposal)
    sequence(world.now)
    assert (key_of(settings.DATA).text, Handover.objects.count()) == (new, 0)


def test_a_change_of_the_key_is_taken_back(
    world: Founded, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    make_next(settings.DATA, capsys)
    ada = fresh(world, "Ada")
    assert "This field is required" in told(ada, do="propose")
    told(ada, do="propose", why="planned")
    told(ada, do="withdraw", proposal=Proposal.objects.get().pk)
    assert Proposal.objects.get().act == ""
    assert "Propose the change" in ada.get(PAGE).content.decode()


def test_another_administrator_rejects_a_change_of_the_key(
    world: Founded, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    old = key_of(settings.DATA)
    make_next(settings.DATA, capsys)
    told(fresh(world, "Ada"), do="propose", why="planned")
    row, cat = Proposal.objects.get().pk, fresh(world, "Cat")
    assert "The proposal is rejected" in told(cat, do="reject", proposal=row)
    assert "Propose the change" in cat.get(PAGE).content.decode()
    sequence(world.now)
    assert key_of(settings.DATA) == old


def test_where_three_act_together_the_second_joins_and_the_third_changes_the_key(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.DATA = tmp_path / "data"
    settings.DATA.mkdir()
    with administered_by_three() as world:
        sequence(world.now)
        make_next(settings.DATA, capsys)
        told(fresh(world, "Ada"), do="propose", why="planned")
        row, cat = Proposal.objects.get().pk, fresh(world, "Cat")
        assert "It takes still more of you" in told(cat, do="confirm", proposal=row)
        page = cat.get(PAGE).content.decode()
        assert ("Take it back" in page, "Reject it" in page) == (True, False)
        shown = told(fresh(world, "Dan"), do="confirm", proposal=row)
        assert "signs from the next checkpoint on" in shown


def test_only_administrators_who_have_just_logged_in_change_the_key(world: Founded) -> None:
    assert fresh(world, "Ben").get(PAGE).status_code == 403
    client = Client()
    client.force_login(world.people["Ada"])
    assert client.get(PAGE).status_code == 302
