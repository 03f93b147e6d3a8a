"""What the ticker sweeps out: what is over, all of it, once, and nothing else."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import transaction

from comitia.web.accounts import sweeping
from comitia.web.accounts.claiming import issue_claim_code
from comitia.web.accounts.mailed_codes import make_codes
from comitia.web.accounts.models import (
    CachedValue,
    Channel,
    ClaimCode,
    MailedCode,
    MailedCodes,
    Purpose,
    Session,
)
from comitia.web.accounts.person_secrets.keeping import keep_secret
from comitia.web.accounts.person_secrets.models import PersonSecret
from comitia.web.acts.models import ORGANISATION, Aggregate
from comitia.web.project.wiring import JOBS
from tests.web.accounts.people import NOW, make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MOMENT = timedelta(seconds=1)


def test_secrets_of_acts_that_came_to_nothing_go_after_a_day() -> None:
    ana = make_person("Ana")
    Aggregate.objects.create(id="0" * 32, kind=ORGANISATION, last="0" * 64)
    for person, age in ((ana.pk, 2 * DAY), (uuid4(), DAY + MOMENT), (uuid4(), DAY)):
        keep_secret(person, secrets.token_bytes, NOW - age)
    assert [sweeping.sweep_secrets(NOW), sweeping.sweep_secrets(NOW)] == [1, 0]
    assert PersonSecret.objects.count() == 2


def test_sessions_go_when_they_have_ended() -> None:
    for key, ends in (("over", NOW - MOMENT), ("runs", NOW)):
        Session.objects.create(session_key=key, session_data="", expire_date=ends)
    assert [sweeping.sweep_sessions(NOW), sweeping.sweep_sessions(NOW)] == [1, 0]
    assert Session.objects.get().session_key == "runs"


def test_counters_go_when_their_time_is_over() -> None:
    for key, ends in (("over", NOW - MOMENT), ("runs", NOW)):
        CachedValue.objects.create(cache_key=key, value="", expires=ends)
    assert [sweeping.sweep_counters(NOW), sweeping.sweep_counters(NOW)] == [1, 0]
    assert CachedValue.objects.get().cache_key == "runs"


def test_a_counter_that_runs_still_counts_after_a_sweep() -> None:
    with transaction.atomic():
        cache.set("tries", 3, 60)
    over = CachedValue.objects.get().expires
    assert sweeping.sweep_counters(over) == 0
    assert cache.get("tries") == 3
    assert sweeping.sweep_counters(over + MOMENT) == 1
    assert cache.get("tries") is None


def test_codes_go_long_after_they_are_good_for_nothing() -> None:
    ana, jo, officer = make_person("Ana", claimed=False), make_person("Jo"), make_person("Officer")
    for age in (61 * DAY, 60 * DAY - MOMENT):
        issue_claim_code(ana, officer, Channel.LETTER, NOW - age)
    old = ClaimCode.objects.earliest("issued_at")
    for age in (DAY - MOMENT, DAY + MOMENT):
        make_codes(Purpose.LOGIN, [jo], secrets.token_bytes, NOW - age)
    assert sweeping.sweep_codes(NOW) == 3  # mails, with one code in it, and a claim code
    assert sweeping.sweep_codes(NOW) == 0
    assert (MailedCodes.objects.count(), MailedCode.objects.count()) == (1, 1)
    assert ClaimCode.objects.get() != old


@pytest.mark.parametrize(
    "name,sweep",
    [
        ("secrets", sweeping.sweep_secrets),
        ("sessions", sweeping.sweep_sessions),
        ("counters", sweeping.sweep_counters),
        ("codes", sweeping.sweep_codes),
    ],
)
def test_the_ticker_sweeps(name: str, sweep: Callable[[datetime], int]) -> None:
    assert [job.run for job in JOBS if job.name == name] == [sweep]
