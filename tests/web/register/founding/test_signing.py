"""A draft is saved, signed by everybody named in it, and founded once, or not at all."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from django.db import connections

from comitia.law.errors import RuleViolation
from comitia.record.folding import Folding
from comitia.web.accounts.codes import hash_code
from comitia.web.accounts.models import Person, Pseudonym
from comitia.web.accounts.person_secrets.models import PersonSecret
from comitia.web.acts import clock
from comitia.web.acts.founding import is_founded
from comitia.web.acts.models import Entry
from comitia.web.database.routing import SECRETS
from comitia.web.organisation.models import Administration, Branch, Mandate, Organisation
from comitia.web.register.founding import carrying_out
from comitia.web.register.founding.carrying_out import (
    DraftFaulty,
    Listing,
    found_draft,
    found_if_signed,
)
from comitia.web.register.founding.checking import check_draft
from comitia.web.register.founding.draft import Draft
from comitia.web.register.founding.models import DeclaredCase, SavedDraft, Signer
from comitia.web.register.founding.saving import (
    DraftOvertaken,
    begin_draft,
    change_draft,
    read_saved,
    take_back,
    today_of,
)
from comitia.web.register.founding.signing import (
    PURPOSE,
    VALID_FOR,
    find_signer,
    invite,
    is_signed,
    sign,
    signatures_of,
)
from comitia.web.register.models import Membership
from comitia.web.rulebook.models import Version
from tests.web.accounts.people import at_once
from tests.web.drafted import DRAFT, TODAY, with_row

pytestmark = pytest.mark.django_db
NOW: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)
EMPTY: Final = Draft()


@pytest.fixture(autouse=True)
def _at_that_time() -> Iterator[None]:
    with clock.showing(lambda: NOW):
        yield


def saved(draft: Draft = DRAFT) -> None:
    begin_draft(NOW)
    change_draft(EMPTY.hash, lambda _: draft, NOW)


def signed(draft: Draft = DRAFT) -> None:
    saved(draft)
    for number in range(len(draft.administrators)):
        sign(hash_code(PURPOSE, b"", invite(draft, number, NOW)), draft.hash, NOW)


# --- Saving --------------------------------------------------------------------------------------


def test_a_draft_is_taken_up_again_as_it_was_left() -> None:
    assert read_saved().draft == EMPTY
    saved()
    assert read_saved().draft == DRAFT
    begin_draft(NOW)
    assert read_saved().draft == DRAFT


def test_the_last_change_can_be_taken_back_and_forth() -> None:
    saved()
    changed = change_draft(DRAFT.hash, lambda draft: replace(draft, preset="uk-union"), NOW)
    assert read_saved().before == DRAFT
    take_back(changed.hash, NOW)
    assert read_saved().draft == DRAFT
    take_back(DRAFT.hash, NOW)
    assert read_saved().draft == changed


def test_nothing_is_taken_back_where_nothing_was_changed() -> None:
    begin_draft(NOW)
    take_back(EMPTY.hash, NOW)
    assert read_saved().draft == EMPTY


def test_who_saw_another_draft_changes_none() -> None:
    saved()
    with pytest.raises(DraftOvertaken):
        change_draft(EMPTY.hash, lambda _: EMPTY, NOW)
    with pytest.raises(DraftOvertaken):
        take_back(EMPTY.hash, NOW)
    assert read_saved().draft == DRAFT


def test_there_is_nothing_to_change_before_it_was_begun() -> None:
    with pytest.raises(DraftOvertaken):
        change_draft(EMPTY.hash, lambda _: DRAFT, NOW)
    with pytest.raises(DraftOvertaken):
        take_back(EMPTY.hash, NOW)


@pytest.mark.parametrize(
    "zone, day", [("Pacific/Auckland", 6), ("", 5), ("Mars", 5), ("../x", 5), ("America/Adak", 5)]
)
def test_today_is_where_the_organisation_will_be(zone: str, day: int) -> None:
    draft = replace(DRAFT, organisation=replace(DRAFT.organisation, time_zone=zone))
    assert today_of(draft, NOW + timedelta(hours=3)).day == day


# --- Signing -------------------------------------------------------------------------------------


def test_a_draft_is_signed_when_everybody_in_it_has() -> None:
    saved()
    codes = [hash_code(PURPOSE, b"", invite(DRAFT, n, NOW)) for n in range(2)]
    sign(codes[0], DRAFT.hash, NOW)
    assert [one.has_signed for one in signatures_of(DRAFT)] == [True, False]
    assert not is_signed(DRAFT)
    sign(codes[1], DRAFT.hash, NOW)
    assert is_signed(DRAFT)


def test_a_draft_without_administrators_is_never_signed() -> None:
    assert not is_signed(EMPTY)


def test_a_change_takes_every_signature_away() -> None:
    signed()
    changed = change_draft(DRAFT.hash, lambda one: replace(one, preset="uk-union"), NOW)
    assert [one.has_signed for one in signatures_of(changed)] == [False, False]
    assert [one.invited_at for one in signatures_of(changed)] == [NOW, NOW]
    take_back(changed.hash, NOW)
    assert not is_signed(DRAFT)


def test_saving_the_same_again_takes_nothing_away() -> None:
    signed()
    change_draft(DRAFT.hash, lambda one: one, NOW)
    assert is_signed(DRAFT)


def test_an_invitation_is_for_whom_it_named_alone() -> None:
    saved()
    code = hash_code(PURPOSE, b"", invite(DRAFT, 1, NOW))
    other = with_row(DRAFT, "administrators", 1, name="Max Other")
    change_draft(DRAFT.hash, lambda _: other, NOW)
    assert find_signer(code, NOW) is None
    fewer = replace(other, administrators=other.administrators[:1])
    invite(other, 1, NOW)
    change_draft(other.hash, lambda _: fewer, NOW)
    assert not Signer.objects.exists()


def test_a_new_invitation_ends_the_one_before_and_its_signature() -> None:
    signed()
    invite(DRAFT, 0, NOW)
    assert [one.has_signed for one in signatures_of(DRAFT)] == [False, True]


def test_an_invitation_ends_after_two_weeks() -> None:
    saved()
    code = hash_code(PURPOSE, b"", invite(DRAFT, 0, NOW))
    assert find_signer(code, NOW + VALID_FOR - timedelta(seconds=1)) is not None
    assert find_signer(code, NOW + VALID_FOR) is None
    with pytest.raises(DraftOvertaken):
        sign(code, DRAFT.hash, NOW + VALID_FOR)


def test_nobody_signs_what_is_not_before_them() -> None:
    saved()
    code = hash_code(PURPOSE, b"", invite(DRAFT, 0, NOW))
    for code_hash, seen in ((code, EMPTY.hash), ("0" * 64, DRAFT.hash)):
        with pytest.raises(DraftOvertaken):
            sign(code_hash, seen, NOW)
    assert not any(one.has_signed for one in signatures_of(DRAFT))


def test_only_administrators_of_the_draft_as_it_is_are_invited() -> None:
    saved()
    with pytest.raises(DraftOvertaken):
        invite(DRAFT, 2, NOW)
    with pytest.raises(DraftOvertaken):
        invite(with_row(DRAFT, "administrators", 0, name="X"), 0, NOW)


# --- Founding ------------------------------------------------------------------------------------


def test_everything_in_a_signed_draft_is_founded() -> None:
    signed()
    done = found_if_signed(NOW)
    assert done is not None
    assert len(done.entries) == Entry.objects.count() == 1 + 1 + 3 + 4 + 2 + 2 + 1
    own = Organisation.objects.get()
    assert (own.name, own.terms) == ("The Association", "section")
    assert [one.name for one in Branch.objects.order_by("path")[:1]] == ["All of it"]
    assert sorted(Membership.objects.values_list("person__name", "standing")) == [
        ("Ada Lowe", "member"),
        ("Ben Hill", "member"),
        ("Cat Moss", "member"),
        ("Dan Reed", "expelled"),
    ]
    assert sorted(Mandate.objects.values_list("organ_name", "person__name")) == [
        ("committee", "Ada Lowe"),
        ("secretary", "Ben Hill"),
    ]
    assert sorted(
        (one.person.name, one.until.isoformat()) for one in Administration.objects.all()
    ) == [("Ada Lowe", "2028-01-04"), ("Zoe Outside", "2026-06-30")]
    assert DeclaredCase.objects.get().number == str(DeclaredCase.objects.get()) == "2025/3"
    assert Version.objects.get().preset == "small-association"
    assert Pseudonym.objects.count() == 6


def test_nothing_is_left_of_the_draft_and_every_person_has_a_secret() -> None:
    signed()
    found_if_signed(NOW)
    assert not SavedDraft.objects.exists()
    assert not Signer.objects.exists()
    secret_of = set(PersonSecret.objects.values_list("person_id", flat=True))
    assert secret_of == set(Person.objects.values_list("pk", flat=True))


def test_what_is_founded_is_a_sound_record() -> None:
    signed()
    found_if_signed(NOW)
    folding = Folding()
    failures = [folding.take(bytes(one.content)) for one in Entry.objects.order_by("number")]
    assert (failures, folding.finish()) == ([[]] * len(failures), [])


def test_what_comes_first_is_done_first(monkeypatch: pytest.MonkeyPatch) -> None:
    was_founded: list[bool] = []
    first = [lambda: was_founded.append(is_founded())]
    monkeypatch.setattr(carrying_out, "before_founding", first)
    signed()
    found_if_signed(NOW)
    assert was_founded == [False]


def test_nothing_is_founded_while_a_signature_is_missing() -> None:
    saved()
    sign(hash_code(PURPOSE, b"", invite(DRAFT, 0, NOW)), DRAFT.hash, NOW)
    assert found_if_signed(NOW) is None
    assert not is_founded()


def test_what_can_no_longer_be_founded_is_not_and_stays_to_be_put_right() -> None:
    signed()
    with pytest.raises(DraftFaulty) as caught:
        found_if_signed(NOW + timedelta(days=400))
    assert {one.place for one in caught.value.checked.errors} == {
        "mandates[0].until",
        "administrators[1].until",
    }
    assert not is_founded()
    assert read_saved().draft == DRAFT


def test_a_founding_that_fails_leaves_nothing_but_the_draft(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail() -> None:
        raise RuleViolation("test.fails", "here", "this", "that")

    monkeypatch.setattr(carrying_out, "close_installation", fail)
    signed()
    with pytest.raises(RuleViolation):
        found_if_signed(NOW)
    counts = [model.objects.count() for model in (Entry, Person, Pseudonym, Branch)]
    assert counts == [0, 0, 0, 0]
    assert is_signed(read_saved().draft)


def test_a_story_is_founded_without_signatures_and_the_same_from_the_same_seed() -> None:
    listing = found_draft(DRAFT, NOW, secrets.token_bytes)
    assert is_founded()
    assert [one.name for one in listing.administrators] == ["Ada Lowe", "Zoe Outside"]
    document = check_draft(DRAFT, TODAY).document
    again = [Listing(document, NOW, lambda size: bytes(range(size))) for _ in range(2)]
    assert again[0].listed == again[1].listed
    with pytest.raises(DraftFaulty):
        found_draft(EMPTY, NOW, secrets.token_bytes)


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_found_once() -> None:
    signed()

    def attempt(_: int) -> str:
        try:
            return "founded" if found_if_signed(NOW) else "nothing to found"
        except DraftOvertaken:
            return "overtaken"
        finally:
            connections[SECRETS].close()

    answers = at_once(attempt, 0, 1)
    assert Organisation.objects.count() == 1
    assert answers.count("founded") == 1
