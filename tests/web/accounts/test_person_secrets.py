from __future__ import annotations

import re
import secrets
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, IntegrityError, connections, transaction

from comitia.errors import StorageUnavailable
from comitia.web.accounts.models import Person
from comitia.web.accounts.person_secrets import keeping
from comitia.web.accounts.person_secrets.binding import (
    ANOTHERS,
    FOUNDED_BEFORE,
    bind,
    what_does_not_belong,
)
from comitia.web.accounts.person_secrets.keeping import (
    destroy_secret,
    keep_secret,
    secret_of,
    sweep_orphans,
)
from comitia.web.accounts.person_secrets.models import PersonSecret, SecretsOwner
from comitia.web.accounts.sweeping import sweep_secrets
from comitia.web.acts.models import ORGANISATION, Aggregate
from comitia.web.database.routing import ALIASES, SECRETS, SecretsApart, database_of
from comitia.web.project.checking.persons import check_persons
from tests.web.founded import an_organisation

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def keep(person_id: UUID, made_at: datetime = NOW) -> bytes:
    keep_secret(person_id, secrets.token_bytes, made_at)
    return secret_of(person_id)


@pytest.mark.django_db
def test_a_secret_is_32_random_bytes_and_stays_as_it_is() -> None:
    ana, jo = uuid4(), uuid4()
    secret = keep(ana)
    assert (len(secret), keep(ana)) == (32, secret)
    assert keep(jo) != secret
    assert str(PersonSecret.objects.get(person_id=ana)) == f"secret of {ana}"


@pytest.mark.django_db
@pytest.mark.parametrize("length", [0, 31, 33])
def test_the_database_refuses_a_secret_of_another_length(length: int) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(using=SECRETS):
        PersonSecret.objects.create(person_id=uuid4(), secret=bytes(length), made_at=NOW)


@pytest.mark.django_db
def test_a_destroyed_secret_is_gone_and_destroying_it_again_does_nothing() -> None:
    ana, jo = uuid4(), uuid4()
    keep(ana)
    kept = keep(jo)
    destroy_secret(ana)
    destroy_secret(ana)
    with pytest.raises(PersonSecret.DoesNotExist):
        secret_of(ana)
    assert secret_of(jo) == kept


@pytest.mark.django_db(transaction=True)
def test_a_secret_outlives_the_act_that_failed() -> None:
    ana = uuid4()

    @transaction.atomic
    def act() -> None:
        keep_secret(ana, secrets.token_bytes, NOW)
        Person.objects.create(pk=ana, name="Ana")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()
    assert len(secret_of(ana)) == 32
    assert not Person.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_secret_is_not_kept_within_a_transaction_that_could_lose_it() -> None:
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic(using=SECRETS):
        keep_secret(uuid4(), secrets.token_bytes, NOW)
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic(using=SECRETS):
        destroy_secret(uuid4())


@pytest.mark.django_db
def test_only_old_secrets_without_a_person_are_swept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "_AT_ONCE", 2)
    before = NOW - timedelta(days=1)
    people = [Person.objects.create(name=f"person {number}").pk for number in range(3)]
    orphans = [uuid4() for _ in range(4)]
    young = uuid4()
    for person_id in (*people, *orphans):
        keep(person_id, before - timedelta(seconds=1))
    keep(young, before)
    assert sweep_orphans(before) == 4
    assert set(PersonSecret.objects.values_list("pk", flat=True)) == {*people, young}
    assert sweep_orphans(before) == 0


@pytest.mark.django_db
def test_nothing_is_swept_where_the_first_database_is_another_one() -> None:
    for _ in range(21):
        keep(uuid4(), NOW)
    with pytest.raises(StorageUnavailable, match="21 of 21 secrets belong to nobody"):
        sweep_orphans(NOW + timedelta(days=1))
    assert PersonSecret.objects.count() == 21


@pytest.mark.django_db
def test_nothing_is_swept_before_a_founding() -> None:
    keep(uuid4(), NOW)
    assert sweep_secrets(NOW + timedelta(days=9)) == 0
    assert (PersonSecret.objects.count(), SecretsOwner.objects.count()) == (1, 0)


@pytest.mark.django_db
def test_secrets_know_whose_they_are_from_the_founding_on() -> None:
    with an_organisation() as world:
        orphan = keep(uuid4(), world.now)
        assert sweep_secrets(world.now + timedelta(days=9)) == 1
        here = Aggregate.objects.get(kind=ORGANISATION).pk
        assert (len(orphan), SecretsOwner.objects.get().organisation) == (32, here)
        assert (bind(), what_does_not_belong()) == (True, "")


@pytest.mark.django_db
@pytest.mark.parametrize("founded", [True, False])
def test_nothing_is_swept_where_the_secrets_are_another_organisation_s(*, founded: bool) -> None:
    keep(uuid4(), NOW)
    SecretsOwner.objects.create(organisation="f" * 32)
    expected = ANOTHERS if founded else FOUNDED_BEFORE
    with an_organisation() if founded else nullcontext():
        with pytest.raises(StorageUnavailable, match=re.escape(expected)):
            sweep_secrets(NOW + timedelta(days=9))
        found = [one for one in check_persons(NOW) if one.id == "persons.secrets"]
        assert [one.text.lower() for one in found] == [f"{expected}.".lower()]
    assert SecretsOwner.objects.get().organisation == "f" * 32
    assert PersonSecret.objects.filter(made_at=NOW).count() == 1


@pytest.mark.django_db
def test_each_database_has_its_own_tables_alone() -> None:
    tables = {alias: set(connections[alias].introspection.table_names()) for alias in ALIASES}
    assert tables[SECRETS] == {
        *("person_secrets_personsecret", "person_secrets_secretsowner", "django_migrations")
    }
    assert "person_secrets_personsecret" not in tables[DEFAULT_DB_ALIAS]
    assert "accounts_person" in tables[DEFAULT_DB_ALIAS]


def test_nothing_ties_the_databases_together() -> None:
    apart = [
        (model, field.related_model)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field.related_model, type)
        and database_of(model._meta.app_label) != database_of(field.related_model._meta.app_label)
    ]
    assert apart == []
    router = SecretsApart()
    secret, person = PersonSecret(), Person()
    assert router.allow_relation(secret, person) is router.allow_relation(person, secret) is False
    assert router.allow_relation(person, person) is router.allow_relation(secret, secret) is None
    assert (router.db_for_write(PersonSecret), router.db_for_read(PersonSecret)) == (
        *(SECRETS, SECRETS),
    )
    assert router.db_for_write(Person) is router.db_for_read(Person) is None
