"""Each thing that `comitia check` looks at, spoilt alone."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import Model, QuerySet
from pytest_django import Settings

from comitia.record.kinds.register import AdmitMember, LeaveMembership
from comitia.web.accounts.models import Person
from comitia.web.accounts.person_secrets.keeping import destroy_secret, keep_secret
from comitia.web.acts import clock
from comitia.web.acts.models import Aggregate, ClockSeen, Disclosure, Entry
from comitia.web.database.append_only import append_only_tables, remove_triggers
from comitia.web.organisation.models import Administration, Branch, Mandate, Organisation
from comitia.web.project.checking import checks, installation
from comitia.web.project.checking.findings import Finding
from comitia.web.publicrecord.keeping import FILE_NAME, make_record_key
from comitia.web.publicrecord.models import Log, Node, Place, SignedCheckpoint
from comitia.web.publicrecord.sequencing import sequence
from comitia.web.register.models import Membership, Step
from comitia.web.rulebook.models import Version
from tests.web.founded import Founded, an_organisation

pytestmark = pytest.mark.django_db
WARNED = {"settings.mail", "settings.witnesses"}
"""What the tests' own settings leave open."""


@pytest.fixture(autouse=True)
def data(settings: Settings, tmp_path: Path) -> Path:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    settings.DATA = data
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.MAIL_SERVER = False
    settings.WITNESSES = ()
    settings.TIME_ZONE = "Europe/London"
    return data


@pytest.fixture
def world() -> Iterator[Founded]:
    """Found, do some acts, sign."""
    with an_organisation() as world:
        own = world.apply("Eve")
        world.do(AdmitMember(since=world.now.date()), own, "Ada", person="Eve")
        sequence(world.now)
        yield world


def findings() -> list[Finding]:
    found = [
        one
        for check in checks.check_all(clock.now(), lambda _done, _all: None)
        for one in check.findings
    ]
    return [one for one in found if one.id not in WARNED]


def found_ids() -> set[str]:
    return {one.id for one in findings()}


def unprotected() -> None:
    """Take the triggers away, as the database's owner can."""
    for table in append_only_tables():
        remove_triggers(connection, table)


@pytest.mark.usefixtures("world")
def test_nothing_is_found_where_all_is_as_it_should_be() -> None:
    assert findings() == []
    checked = checks.check_all(clock.now(), lambda _done, _all: None)
    assert {finding.id for one in checked for finding in one.findings} == WARNED
    assert [one.id for one in checked if one.has_failed] == []


@pytest.mark.usefixtures("data")
def test_nothing_is_found_before_the_founding() -> None:
    assert findings() == []


def test_progress_is_told_entry_by_entry(world: Founded) -> None:
    told: list[tuple[int, int]] = []
    checks.check_all(world.now, lambda done, total: told.append((done, total)))
    assert told == [(n, 17) for n in range(1, 18)]


def lose_place(world: Founded) -> None:
    Place.objects.filter(index=16).delete()
    world.later(minutes=2)


def of(model: type[Model], pk: object) -> QuerySet[Any]:
    return model._default_manager.filter(pk=pk)


def rename_membership(world: Founded) -> None:
    own = of(Membership, world.memberships["Dan"])
    for one in Membership._meta.related_objects:  # what rests on it goes along
        rows = one.related_model._default_manager.filter(**{f"{one.field.name}__in": own})
        rows.update(**{one.field.name: "0" * 32})
    own.update(id="0" * 32)


def first_entry() -> QuerySet[Entry]:
    return Entry.objects.filter(place__index=5)


def add_node(index: int) -> Node:
    return Node.objects.create(level=1, index=index, hash=bytes(32))


Fault = Callable[[Founded], object]
TABLES: list[tuple[str, str, Fault]] = [
    ("tables.organisation", "another name", lambda _: Organisation.objects.update(name="Other")),
    ("tables.branch", "another name", lambda w: of(Branch, w.branches["Mill"]).update(name="Hill")),
    ("tables.organisation", "another terms", lambda _: Organisation.objects.update(terms="party")),
    (
        *("tables.branch", "another merged_into"),
        lambda w: of(Branch, w.branches["Mill"]).update(merged_into=w.branches["Port"]),
    ),
    (
        *("tables.step", "are not as entered"),
        lambda _: Step.objects.filter(kind="admit").update(standing="left"),
    ),
    (
        *("tables.step", "are not there"),
        lambda w: Step.objects.filter(membership=w.memberships["Eve"]).delete(),
    ),
    ("tables.branch", "another path", lambda w: of(Branch, w.branches["Mill"]).update(path="x/")),
    (
        *("tables.mandate", "another until"),
        lambda w: of(Mandate, w.holdings["secretary Mill"]).update(until="2099-01-01"),
    ),
    (
        *("tables.mandate", "another organ"),
        lambda w: of(Mandate, w.holdings["secretary Mill"]).update(organ_name="treasurer"),
    ),
    (
        *("tables.mandate", "is not there"),
        lambda w: of(Mandate, w.holdings["secretary Mill"]).delete(),
    ),
    (
        *("tables.administration", "another until"),
        lambda _: Administration.objects.update(until="2099-01-01"),
    ),
    ("tables.version", "another rules", lambda _: Version.objects.update(rules="{}")),
    (
        *("tables.membership", "another standing"),
        lambda w: of(Membership, w.memberships["Dan"]).update(standing="member"),
    ),
    (
        *("tables.membership", "another branch"),
        lambda w: of(Membership, w.memberships["Eve"]).update(branch=w.branches["Port"]),
    ),
    (
        *("tables.membership", "another category"),
        lambda w: of(Membership, w.memberships["Eve"]).update(category="honorary"),
    ),
    (
        *("tables.membership", "another since"),
        lambda w: of(Membership, w.memberships["Eve"]).update(since="2020-01-01"),
    ),
    (
        *("tables.membership", "follows from no entry"),
        rename_membership,
    ),
    (
        *("tables.aggregate", "another last"),
        lambda w: of(Aggregate, w.memberships["Eve"]).update(last="0" * 64),
    ),
    (
        *("tables.aggregate", "follows from no entry"),
        lambda _: Aggregate.objects.create(id="0" * 32, kind="mandate", last="0" * 64),
    ),
    ("entries.row", "another kind", lambda _: first_entry().update(kind="branch.create")),
    ("entries.row", "another at", lambda _: first_entry().update(at="2020-01-01T00:00:00Z")),
    ("disclosures.commitment", "does not open", lambda _: Disclosure.objects.update(value='"X"')),
    ("disclosures.commitment", "does not open", lambda _: Disclosure.objects.update(value="{")),
    ("disclosures.commitment", "does not open", lambda _: Disclosure.objects.update(key=b"x")),
    ("places.gap", "place 3 is missing", lambda _: Place.objects.filter(index=3).update(index=30)),
    ("places.waiting", "from number", lose_place),
    ("tree.node", "over no full tile", lambda _: add_node(5)),
    ("tree.checkpoint", "another root", lambda _: SignedCheckpoint.objects.update(root="0" * 64)),
    ("tree.checkpoint", "is none", lambda _: SignedCheckpoint.objects.update(note="x")),
    ("tree.checkpoint", "more than there is", lambda _: SignedCheckpoint.objects.update(size=99)),
    ("tree.log", "says 3 entries", lambda _: Log.objects.update(size=3)),
    ("persons.secret", "has no secret", lambda w: destroy_secret(w.people["Eve"].pk)),
    (
        *("persons.erased", "still has"),
        lambda w: of(Person, w.people["Eve"].pk).update(erased_at=w.now),
    ),
    (
        *("persons.details", "another name"),
        lambda w: of(Person, w.people["Eve"].pk).update(name="Somebody Else"),
    ),
    (
        *("persons.details", "another birth_date"),
        lambda w: of(Person, w.people["Ada"].pk).update(birth_date=None),
    ),
    (
        *("persons.orphan", "nobody's"),
        lambda w: keep_secret(uuid4(), secrets.token_bytes, w.now - timedelta(hours=2)),
    ),
]  # fmt: skip


@pytest.mark.parametrize("id_,words,spoil", TABLES, ids=[f"{a}-{b}" for a, b, _ in TABLES])
def test_what_was_changed_behind_the_entries_is_found(
    world: Founded, id_: str, words: str, spoil: Fault
) -> None:
    unprotected()
    spoil(world)
    found = [one.text for one in findings() if one.id == id_]
    assert found
    assert words in found[0]
    assert "Eve" not in json.dumps([one.text for one in findings()])


@pytest.mark.usefixtures("world")
def test_an_entry_that_was_rewritten_is_found_by_its_hash_and_by_the_fold() -> None:
    unprotected()
    entry = Entry.objects.get(place__index=16)
    content = bytes(entry.content).replace(b'"since":"2026', b'"since":"2025')
    Entry.objects.filter(pk=entry.pk).update(content=content)
    assert {"entries.row", "tables.membership"} <= found_ids()
    Entry.objects.filter(pk=entry.pk).update(content=b"{}")
    assert {"record.entry"} <= found_ids()


def test_an_entry_that_is_gone_is_missed_by_what_rests_on_it(world: Founded) -> None:
    last_day = world.now.date()
    world.do(LeaveMembership(last_day=last_day), world.memberships["Eve"], "Eve", person="Eve")
    with mock.patch.object(Entry, "objects", Entry.objects.exclude(place__index=16)):
        assert "record.order" in found_ids()


def test_nodes_over_full_tiles_are_compared(world: Founded) -> None:
    for n in range(250):
        world.apply(f"Applicant-{n}")
    sequence(world.now)
    assert [one.id for one in findings() if one.id != "persons.secret"] == []
    unprotected()
    Node.objects.update(hash=bytes(32))
    assert "tree.node" in found_ids()


@pytest.mark.usefixtures("world")
def test_a_trigger_that_is_gone_is_found() -> None:
    unprotected()
    missing = [one for one in findings() if one.id == "database.trigger"]
    each = 2 if connection.vendor == "sqlite" else 1
    assert len(missing) == each * len(append_only_tables())


@pytest.mark.usefixtures("world")
def test_migrations_that_are_not_this_versions_are_found() -> None:
    with (
        mock.patch.object(installation, "pending_migrations", return_value={("acts", "0002")}),
        mock.patch.object(installation, "unknown_migrations", return_value={("acts", "0009")}),
    ):
        assert found_ids() == {"database.pending", "database.newer"}


def test_a_clock_behind_the_record_is_found(world: Founded) -> None:
    world.later(days=-1)
    assert found_ids() == {"clock.behind"}


def test_a_clock_that_leapt_ahead_is_found(world: Founded) -> None:
    ClockSeen.objects.create(at=world.now, leapt_to=None)
    world.later(days=30)
    assert found_ids() == set()
    world.later(days=1)
    assert found_ids() == {"clock.ahead"}


@pytest.mark.usefixtures("world")
def test_what_others_can_read_is_found(data: Path) -> None:
    (data / "letter.pdf").write_bytes(b"")
    (data / "letter.pdf").chmod(0o644)
    (data / "static").mkdir(mode=0o755)
    (data / "link").symlink_to("/etc/passwd")
    assert [one.text for one in findings()] == [
        "data/letter.pdf has mode 644: make it yours with chmod.",
    ]


@pytest.mark.usefixtures("world")
def test_a_disk_that_is_nearly_full_is_found() -> None:
    usage = SimpleNamespace(free=5 * 2**20)
    with mock.patch("shutil.disk_usage", return_value=usage):
        assert [one.text for one in findings()] == ["5 MiB are free where 1024 should be."]


@pytest.mark.usefixtures("world")
def test_a_key_that_is_gone_another_or_read_by_others_is_found(data: Path) -> None:
    place = data / FILE_NAME
    place.chmod(0o644)
    assert found_ids() == {"files.mode", "key.file"}
    place.unlink()
    assert found_ids() == {"key.gone"}
    make_record_key(data, "localhost/record")
    assert found_ids() == {"key.other"}


def test_settings_that_are_not_fit_for_members_are_found(settings: Settings) -> None:
    settings.DEBUG = True
    settings.ALLOWED_HOSTS = ["union.example"]
    settings.SESSION_COOKIE_SECURE = False
    assert found_ids() == {"settings.debug", "settings.tls"}
    settings.MAIL_SERVER, settings.WITNESSES = True, ("somebody",)
    assert {one.id for one in installation.check_settings()} == {"settings.debug", "settings.tls"}


def test_no_more_is_told_than_can_be_read() -> None:
    many = [Finding("tables.branch", str(n)) for n in range(1002)]
    told = checks.limited(many)
    assert (len(told), told[-1].text) == (1001, "and 2 more")
    assert checks.limited(many[:1000]) == tuple(many[:1000])
