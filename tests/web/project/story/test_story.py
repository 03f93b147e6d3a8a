"""The story of `serve --story`: two years of sound acts, the same from the same seed."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Final

import pytest
from django.conf import LazySettings
from django.db import transaction
from django.test import Client

from comitia.cli import main
from comitia.record.keys import KeyKind, generate_key
from comitia.web.accounts.models import Person
from comitia.web.acts import randomness
from comitia.web.acts.models import Entry
from comitia.web.organisation.models import Branch
from comitia.web.project.story.accounts import open_accounts
from comitia.web.project.story.cast import SHARED_ADDRESS
from comitia.web.project.story.telling import Story
from comitia.web.publicrecord.sequencing import place_entries
from comitia.web.register.founding.models import DeclaredCase
from comitia.web.register.models import Membership
from tests.web.publicrecord.test_thread import download

pytestmark = pytest.mark.django_db
TODAY: Final = date(2026, 11, 23)
NOW: Final = datetime(2026, 11, 23, 12, tzinfo=UTC)
KINDS: Final = {
    *("administrator.grant", "administrator.revoke", "appointment.end", "appointment.make"),
    *("branch.close", "branch.create", "branch.merge", "branch.move", "branch.rename"),
    *("case.declare", "mandate.declare", "membership.admit", "membership.apply"),
    *("membership.correct", "membership.declare", "membership.leave", "membership.readmit"),
    *("membership.record_death", "membership.refuse", "membership.transfer"),
    *("membership.withdraw", "organisation.found", "record.erase", "rulebook.adopt"),
}


def told() -> Story:
    story = Story(Random("comitia"), TODAY)
    story.tell()
    return story


def test_a_story_has_every_standing_and_act_and_is_a_sound_record(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    story = told()
    assert set(Entry.objects.values_list("kind", flat=True)) == KINDS
    standings = set(Membership.objects.values_list("standing", flat=True))
    assert standings == {
        *("", "applicant", "member", "suspended", "left", "struck_off", "expelled", "deceased")
    }
    assert {len(one.steps) for one in Branch.objects.all()} == {1, 2, 3, 4, 5}
    assert Branch.objects.exclude(last_day=None).count() == 2
    assert DeclaredCase.objects.count() == 2
    assert Person.objects.filter(email=SHARED_ADDRESS).count() == 2
    assert Person.objects.filter(email="", erased_at=None).count() == 1
    place_entries(NOW, generate_key("example.org/record", KeyKind.NOTE, secrets.token_bytes))
    download(tmp_path)
    assert main(["verify", str(tmp_path)]) == 3  # whose key it is, is not known
    assert "failed" not in capsys.readouterr().out.replace("nothing failed", "")
    accounts = list(open_accounts(story, NOW))
    assert len({one.code for one in accounts}) == len({one.name for one in accounts}) == 4
    answer = Client().post("/claim", {"code": accounts[1].code})
    assert answer.headers["Location"] == "/security"


def test_the_same_seed_tells_the_same_story() -> None:
    stories = []
    for _ in range(2):
        with transaction.atomic():
            told()
            stories.append(list(Entry.objects.order_by("number").values_list("hash", flat=True)))
            transaction.set_rollback(True)
    assert stories[0] == stories[1]
    assert len(stories[0]) > 600


def test_randomness_is_foreseen_nowhere_else(settings: LazySettings) -> None:
    settings.MOVABLE_CLOCK = False
    with pytest.raises(RuntimeError), randomness.drawn_from(bytes):
        pass
    assert randomness.draw(16) != randomness.draw(16)
