from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Final
from unittest import mock

import pytest
from django.db import connections

import comitia.web
from comitia.law.errors import RuleViolation
from comitia.law.jobs import PERIOD
from comitia.record.kinds.organisation import RenameBranch
from comitia.record.kinds.register import AdmitMember, RefuseApplication
from comitia.record.kinds.values import Identifier, Text
from comitia.web.acts.jobs import job
from comitia.web.acts.models import Entry
from comitia.web.acts.performing import preview
from comitia.web.project import jobs
from comitia.web.project.jobs import Job, Rounds
from comitia.web.register.mergers import merger_of
from comitia.web.register.models import Membership
from tests.web.acts.test_performing import asked
from tests.web.founded import Founded, an_organisation
from tests.web.interface.calls import program

pytestmark = pytest.mark.django_db
MOST: Final = 20
"""What the rule book of the tests' organisation says."""
WEB: Final = Path(comitia.web.__file__).parent

IN_FRONT: Final = {
    "acts/proposing.py": "the second of two looks at what the first proposed, and confirms it",
    "organisation/doing.py": "a page's form was sent",
    "register/applying.py": "an applicant, or a keeper with the paper, sent one person's form",
    "register/doing.py": "an officer saw what would follow for one member, and was sure",
    "rulebook/deciding.py": "a page's form was sent",
}
"""Where acts are done outside of jobs, and who is in front of them."""


def applicants(world: Founded, number: int) -> list[Identifier]:
    return [world.apply(f"Eve{n}") for n in range(number)]


def admit(world: Founded, own: Identifier) -> None:
    world.do(AdmitMember(since=world.now.date()), own, "Ada")


def test_a_job_changes_as_many_people_as_the_rule_book_says_and_no_more() -> None:
    with an_organisation() as world:
        *some, one_more = applicants(world, MOST + 1)
        with job("import") as running:
            for own in some:
                admit(world, own)
            before = Entry.objects.count()
            world.later(days=1)
            with pytest.raises(RuleViolation) as refused:
                admit(world, one_more)
            assert refused.value.code == "job.too_many"
            assert (Entry.objects.count(), len(running.people)) == (before, MOST)
        admit(world, one_more)  # by somebody who is in front of it


def test_an_officer_changes_as_many_people_in_a_day_by_one_kind_of_act_and_no_more() -> None:
    with an_organisation() as world:
        *some, one_more = applicants(world, MOST + 1)
        for own in some:
            admit(world, own)
        before = Entry.objects.count()
        with pytest.raises(RuleViolation) as refused:
            admit(world, one_more)
        assert (refused.value.code, Entry.objects.count()) == ("job.too_many", before)
        refusal = RefuseApplication(reasons=Text("not one of us"))
        with pytest.raises(RuleViolation, match="not_allowed"):  # by kinds, but who has no right
            world.do(refusal, one_more, "Cat")
        world.do(refusal, one_more, "Ada")
        again = world.apply("Zoe")
        world.do(AdmitMember(since=world.now.date()), again, "Ben")  # by the committee above


def test_after_a_day_the_officer_goes_on() -> None:
    with an_organisation() as world:
        *some, one_more = applicants(world, MOST + 1)
        world.later(days=1)
        for own in some:
            admit(world, own)
        first = world.now - timedelta(hours=MOST - 1)
        world.now = first + PERIOD - timedelta(hours=1, seconds=1)
        with pytest.raises(RuleViolation, match="too_many"):
            admit(world, one_more)
        world.now = first + PERIOD - timedelta(hours=1)
        admit(world, one_more)
        assert Membership.objects.get(pk=one_more).standing == "member"


def test_calls_are_counted_with_what_is_done_on_pages() -> None:
    with an_organisation() as world:
        *some, one_more = applicants(world, MOST + 1)
        for own in some[:-1]:
            admit(world, own)
        ada = program(world, "Ada")
        sent = {"act": {"since": f"{world.now:%Y-%m-%d}"}}
        ada.post("acts/membership.admit", {**sent, "aggregate": some[-1]})
        refused = ada.post("acts/membership.admit", {**sent, "aggregate": one_more}, 409)
        assert refused["code"] == "job.too_many"


def test_a_person_counts_once_and_a_preview_not_at_all() -> None:
    with an_organisation() as world:
        own = applicants(world, 1)[0]
        with job("script") as running:
            preview(asked(world, own, "Ada", act=AdmitMember(since=world.now.date())))
            assert running.people == set()
            admit(world, own)
            assert running.people == {own}
            world.do(RenameBranch(name=Text("X")), world.branches["Mill"], "Ada")
            assert running.people == {own}


def test_a_job_within_a_job_counts_as_that_one() -> None:
    with an_organisation() as world:
        first, second = applicants(world, 2)
        with job("outer") as outer:
            with job("inner") as inner:
                admit(world, first)
            admit(world, second)
        assert (outer is inner, outer.people) == (True, {first, second})


def test_what_a_merger_lists_is_the_merger_s_own_structure() -> None:
    with an_organisation() as world:
        for number, own in enumerate(applicants(world, MOST + 5)):
            world.later(days=number == MOST)
            admit(world, own)
        world.later(days=1)
        moved = merger_of(world.branches["Mill"], world.branches["Port"], world.now.date())
        with job("merger") as running:
            world.do(moved, world.branches["Mill"], "Ben", branch="All")
        assert running.people == set()
        port = Membership.objects.filter(branch=world.branches["Port"], standing="member")
        assert port.count() > MOST


def test_what_the_ticker_does_is_a_job() -> None:
    with an_organisation() as world:
        own = applicants(world, MOST + 1)

        def run_away(_: object) -> None:
            for one in own[:MOST]:
                admit(world, one)
            with pytest.raises(RuleViolation, match="too_many"):
                admit(world, own[MOST])

        class Here:
            def hold(self) -> bool:
                return True

            def leave(self) -> None:
                pass

        with (  # which would close the test's own connections
            mock.patch.object(jobs, "close_old_connections"),
            mock.patch.object(connections, "close_all") as after_failing,
        ):
            Rounds([Job("purge", run_away, 1)], Here()).go_round(Event())
        assert not after_failing.called
        assert Membership.objects.filter(pk__in=own, standing="member").count() == MOST


def callers() -> set[str]:
    """Return the files that do acts, but for those that do so within a job."""
    found = set()
    for path in WEB.rglob("*.py"):
        tree = ast.parse(path.read_bytes())
        calls = [one.func for one in ast.walk(tree) if isinstance(one, ast.Call)]
        names = {one.id for one in calls if isinstance(one, ast.Name)}
        names |= {one.attr for one in calls if isinstance(one, ast.Attribute)}
        if "perform" in names and "job" not in names:
            found.add(path.relative_to(WEB).as_posix())
    return found


def test_nobody_does_acts_outside_of_a_job_but_for_somebody_in_front() -> None:
    """Whoever adds a place that does acts says here who looks at each, or makes it a job."""
    assert callers() == set(IN_FRONT)
