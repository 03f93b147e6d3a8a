"""Who may be erased, and what is left afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from unittest import mock

import pytest
from django.apps import apps
from django.db import connections
from pytest_django import Settings

from comitia.law.errors import RuleViolation
from comitia.record.kinds.register import AdmitMember, LeaveMembership
from comitia.web.accounts.models import Person, Pseudonym, Session
from comitia.web.accounts.person_secrets.models import PersonSecret
from comitia.web.acts import clock
from comitia.web.acts.models import Disclosure, Entry
from comitia.web.documents.models import StoredFile
from comitia.web.notices.models import OutboxMessage
from comitia.web.organisation.models import Administration
from comitia.web.project.checking import checks
from comitia.web.publicrecord import erasing
from comitia.web.publicrecord.erasing import Duty, erase, forget
from comitia.web.publicrecord.owning import (
    KEPT,
    LEFT_OUT,
    PLAIN,
    is_owned,
    known_models,
    label_of,
    owner_path,
)
from comitia.web.publicrecord.sequencing import sequence
from comitia.web.register.models import Membership
from tests.web.founded import Founded, an_organisation
from tests.web.publicrecord.planting import plant

pytestmark = pytest.mark.django_db
CANARY = "Zaunkönigin"


@pytest.fixture
def world(settings: Settings, tmp_path: Path) -> Iterator[Founded]:
    """Found, and have somebody join and leave again."""
    settings.DATA = tmp_path
    with an_organisation() as world:
        person = world.person(
            f"Eve {CANARY}",
            email="eve@zaun.example",
            postal_address="Zaun 1",
            birth_date="1990-01-02",
        )
        own = world.apply("Eve")
        world.do(AdmitMember(since=world.now.date()), own, "Ada", person="Eve")
        last_day = world.now.date()
        world.do(LeaveMembership(last_day=last_day), own, "Eve", person="Eve")
        plant(person, CANARY, world.now)
        world.later(days=2)
        yield world


def everything(alias: str) -> str:
    """Return every value of every table of a database, as text."""
    connection = connections[alias]
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - ours
            found += [repr([bytes(v) if isinstance(v, memoryview) else v for v in row])
                      for row in cursor.fetchall()]  # fmt: skip
    return "\n".join(found)


def test_an_erased_person_is_found_in_no_table_of_either_database(world: Founded) -> None:
    eve = world.people["Eve"]
    own, secret = world.memberships["Eve"], bytes(PersonSecret.objects.get(pk=eve.pk).secret)
    words = [CANARY, "Zaunk", "zaunk", "1990, 1, 2", "Zaun 1", secret.hex(), repr(secret)[2:-1]]
    before = everything("default") + everything("secrets")
    assert [one for one in words if one not in before] == [secret.hex()]
    keys = [bytes(one.key) for one in Disclosure.objects.filter(subject=own)]
    erase(eve.pk, world.people["Ben"].pk)
    after = everything("default") + everything("secrets")
    assert [one for one in (*words, "1990-01-02") if one in after] == []
    assert [key for key in keys if repr(key)[2:-1] in after] == []
    assert (StoredFile.objects.count(), Session.objects.count()) == (0, 0)


def test_what_counts_stays_and_everything_still_checks(world: Founded) -> None:
    eve, own = world.people["Eve"], world.memberships["Eve"]
    (done,) = erase(eve.pk, world.people["Ben"].pk)
    row = Membership.objects.get(pk=own)
    assert (row.standing, row.person_id, row.entry_id) == ("left", eve.pk, done.entries[0])
    eve.refresh_from_db()
    assert (eve.name, eve.email, eve.is_active) == ("", "", False)
    assert Person.objects.count() == 5
    entry = Entry.objects.get(hash=done.entries[0])
    value = json.loads(bytes(entry.content))
    applied = Entry.objects.filter(aggregate=own).order_by("number").first()
    assert applied is not None
    assert (value["kind"], value["actors"]) == ("record.erase", [{"rule": True}])
    assert value["fields"]["entries"] == [applied.hash]
    sequence(world.now)
    found = {
        f.id for one in checks.check_all(clock.now(), lambda _a, _b: None) for f in one.findings
    }
    assert {one for one in found if not one.startswith(("settings", "files"))} == set()


def test_erasing_again_does_nothing_and_finishes_what_a_kill_has_left(world: Founded) -> None:
    eve = world.people["Eve"]
    with (
        mock.patch.object(erasing, "destroy_secret", side_effect=SystemExit),
        pytest.raises(SystemExit),
    ):
        erase(eve.pk, world.people["Ben"].pk)
    assert PersonSecret.objects.filter(pk=eve.pk).exists()
    number = Entry.objects.count()
    assert erase(eve.pk, world.people["Ben"].pk) == ()
    assert not PersonSecret.objects.filter(pk=eve.pk).exists()
    assert Entry.objects.count() == number


def test_a_kill_before_the_end_of_the_act_changes_nothing(world: Founded) -> None:
    eve, before = world.people["Eve"], everything("default") + everything("secrets")
    with (
        mock.patch.object(erasing, "_empty", side_effect=SystemExit),
        pytest.raises(SystemExit),
    ):
        erase(eve.pk, world.people["Ben"].pk)
    assert everything("default") + everything("secrets") == before


@pytest.mark.parametrize("by", ["Cat", "Dan", "Eve"])
def test_only_the_keeper_of_the_register_decides(world: Founded, by: str) -> None:
    with pytest.raises(RuleViolation, match=r"act.not_allowed: record.erase"):
        erase(world.people["Eve"].pk, world.people[by].pk)


def test_a_member_is_not_erased(world: Founded) -> None:
    own = world.apply("Fay")
    ben = world.people["Ben"].pk
    with pytest.raises(RuleViolation, match=r"erasure.still_member.*found applicant"):
        erase(world.people["Fay"].pk, ben)
    world.do(AdmitMember(since=world.now.date()), own, "Ada", person="Fay")
    with pytest.raises(RuleViolation, match=r"erasure.still_member.*found member"):
        erase(world.people["Fay"].pk, ben)
    leave = LeaveMembership(last_day=world.now.date() + timedelta(days=30))
    world.do(leave, own, "Fay", person="Fay")
    with pytest.raises(RuleViolation, match=r"erasure\.still_member"):
        erase(world.people["Fay"].pk, ben)


def test_a_duty_to_keep_refuses_until_its_last_day(world: Founded) -> None:
    eve, ben = world.people["Eve"].pk, world.people["Ben"].pk
    today = world.now.date()
    duties = [Duty("books of account", today), Duty("a claim in court", today - timedelta(days=1))]
    with pytest.raises(RuleViolation) as refused:
        erase(eve, ben, duties)
    assert (refused.value.code, refused.value.found) == (
        "erasure.duty",
        f"books of account, until {today}",
    )
    world.later(days=1)
    assert len(erase(eve, ben, duties)) == 1


def test_nobody_who_holds_something_is_erased(world: Founded) -> None:
    own = world.memberships["Ada"]
    world.do(LeaveMembership(last_day=world.now.date()), own, "Ada", person="Ada")
    world.later(days=2)
    with pytest.raises(RuleViolation, match=r"erasure.still_held"):
        erase(world.people["Ada"].pk, world.people["Ben"].pk)


def test_contexts_are_parted(world: Founded) -> None:
    ada = world.people["Ada"]
    forget(ada, world.now)
    held = Administration.objects.get(pk=world.holdings["administrator Ada"])
    assert held.person_id != ada.pk
    assert (held.person.name, held.person.erased_at) == ("", world.now)
    assert not Pseudonym.objects.filter(person=ada).exists()
    forget(ada, world.now)
    held.refresh_from_db()
    assert Person.objects.filter(erased_at=world.now).count() == 2


def test_somebody_who_never_was_on_the_register_is_only_forgotten(world: Founded) -> None:
    guest = world.person("Gus Gast")
    number = Entry.objects.count()
    assert erase(guest.pk, world.people["Ben"].pk) == ()
    guest.refresh_from_db()
    assert (guest.name, Entry.objects.count()) == ("", number)
    assert not PersonSecret.objects.filter(pk=guest.pk).exists()


# --- Whose rows are whose ------------------------------------------------------------------------


def test_every_model_is_placed() -> None:
    owned = {label_of(one) for one in known_models() if is_owned(one)}
    assert {"accounts.person", "acts.disclosure", "notices.outboxmessage"} <= owned
    assert KEPT & owned
    assert not owned & (PLAIN | LEFT_OUT)


def test_a_model_that_nobody_placed_stops_everything() -> None:
    with (
        mock.patch("comitia.web.publicrecord.owning.PLAIN", frozenset()),
        pytest.raises(LookupError, match="is it plain, left out, or whose"),
    ):
        is_owned(apps.get_model("rulebook", "version"))


def test_an_owner_is_found_over_other_rows() -> None:
    assert owner_path(Person) == "pk"
    assert owner_path(Membership) == "person_id"
    assert owner_path(OutboxMessage) == "person"
    confirmation = apps.get_model("account", "EmailConfirmation")
    assert owner_path(confirmation) == "email_address__user_id"
    assert owner_path(Entry) is None
