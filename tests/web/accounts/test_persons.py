from __future__ import annotations

import secrets
from datetime import UTC, datetime

import pytest
from django.contrib.auth import authenticate
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import ProtectedError

from comitia.web.accounts.mailed_codes import persons_at
from comitia.web.accounts.models import (
    CachedValue,
    ClaimCode,
    Context,
    InstallationCode,
    MailedCode,
    MailedCodes,
    Person,
    Pseudonym,
    Recovery,
    Session,
)
from comitia.web.accounts.pseudonyms import make_pseudonym, person_of, pseudonyms_of
from comitia.web.accounts.sessions import SessionStore
from comitia.web.database.prefixes import fold

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def ana() -> Person:
    return Person.objects.create(name="Ána Brandt", email="ana@example.org")


@pytest.mark.django_db
def test_a_person_is_found_by_the_beginning_of_the_name() -> None:
    Person.objects.create(name="Ána Brandt")
    Person.objects.bulk_create([Person(name="Jonas"), Person(name="ÁNABEL")])
    found = Person.objects.filter(name_folded__prefix=fold("ana")).order_by("name_folded")
    assert [person.name for person in found] == ["Ána Brandt", "ÁNABEL"]


@pytest.mark.django_db
def test_with_the_name_goes_what_it_is_found_by(ana: Person) -> None:
    ana.name = "Ana Öz"
    ana.save(update_fields=["name"])
    assert Person.objects.get().name_folded == "ana oz"


@pytest.mark.django_db
def test_a_name_that_folds_to_more_than_fits_is_found_all_the_same() -> None:
    long = Person.objects.create(name=200 * "\ufdfa")  # folds to eighteen characters
    assert len(long.name_folded) == 400
    assert list(Person.objects.filter(name_folded__prefix=fold(3 * "\ufdfa"))) == [long]


@pytest.mark.django_db
def test_two_people_may_share_an_address_and_capitals_do_not_matter(ana: Person) -> None:
    jo = Person.objects.create(name="Jo", email=" Ana@Example.ORG ")
    assert set(Person.objects.filter(email="ANA@example.org")) == {ana, jo}
    assert Person.objects.get(pk=jo.pk).email == "ana@example.org"


@pytest.mark.django_db
def test_nobody_has_a_password(ana: Person) -> None:
    ana.set_unusable_password()
    assert not ana.has_usable_password()
    assert not ana.check_password("")
    assert authenticate(username=str(ana.pk), password="") is None
    with pytest.raises(TypeError, match="no password"):
        ana.set_password("secret")
    columns = {field.name for field in Person._meta.get_fields()}
    unwanted = {"password", "last_login", "is_staff", "is_superuser", "groups", "user_permissions"}
    assert not columns & unwanted


def test_an_erased_person_is_nobody_any_more() -> None:
    assert Person(name="Ana").is_active
    assert not Person(name="", erased_at=NOW).is_active


@pytest.mark.django_db
def test_a_pseudonym_is_random_and_one_for_each_context_and_instance(ana: Person) -> None:
    made = [
        make_pseudonym(ana, context, secrets.token_bytes, instance=instance)
        for context, instance in [
            *((Context.MEMBERSHIP, ""), (Context.ADMINISTRATION, "")),
            *((Context.ROLL, "a"), (Context.ROLL, "b")),
        ]
    ]
    assert len({pseudonym.value for pseudonym in made}) == 4
    again = make_pseudonym(ana, Context.ROLL, secrets.token_bytes, instance="b")
    assert again == made[3]
    assert pseudonyms_of(ana) == (made[1], made[0], made[2], made[3])
    assert [person_of(pseudonym.value) for pseudonym in made] == [ana] * 4


@pytest.mark.django_db
def test_a_pseudonym_says_what_was_drawn_and_nothing_of_the_person(ana: Person) -> None:
    made = make_pseudonym(ana, Context.MEMBERSHIP, lambda length: bytes(range(length)))
    assert str(made) == made.value == "000102030405060708090a0b0c0d0e0f"


@pytest.mark.django_db
def test_randomness_that_repeats_makes_no_second_pseudonym(ana: Person) -> None:
    make_pseudonym(ana, Context.MEMBERSHIP, bytes)
    other = Person.objects.create(name="Jo")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_pseudonym(other, Context.MEMBERSHIP, bytes)
    assert pseudonyms_of(other) == ()


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["", "a", "a" * 31, "a" * 33])
def test_the_database_refuses_a_pseudonym_of_another_length(ana: Person, value: str) -> None:
    pseudonym = Pseudonym(person=ana, context=Context.MEMBERSHIP, value=value)
    with pytest.raises(DatabaseError), transaction.atomic():
        pseudonym.save()


@pytest.mark.django_db
def test_nobody_s_pseudonym_leads_to_nobody() -> None:
    with pytest.raises(Pseudonym.DoesNotExist):
        person_of("0" * 32)


@pytest.mark.django_db
def test_who_stands_in_the_record_cannot_be_deleted(ana: Person) -> None:
    make_pseudonym(ana, Context.MEMBERSHIP, secrets.token_bytes)
    with pytest.raises(ProtectedError):
        ana.delete()


def test_rows_are_called_by_what_names_nobody() -> None:
    ana = Person(name="Ana")
    rows = [
        *(MailedCode(pk=1, person=ana), ClaimCode(pk=1, person=ana), Recovery(pk=1, person=ana)),
        *(InstallationCode(pk=1), CachedValue(cache_key="key"), MailedCodes(purpose="login")),
    ]
    assert [str(row).split()[0] for row in rows] == [
        *("code", "claim", "recovery", "installation", "key", "login"),
    ]


@pytest.mark.django_db
def test_nobody_is_found_by_an_address_that_is_empty() -> None:
    Person.objects.create(name="Ana", claimed_at=NOW)
    assert persons_at("") == persons_at(" ") == ()


def test_a_session_knows_what_stores_it() -> None:
    assert Session.get_session_store_class() is SessionStore
