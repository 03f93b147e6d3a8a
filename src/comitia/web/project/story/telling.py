"""What happens in the two years after the founding, act by act, by those who may."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from random import Random
from typing import Any, Final
from uuid import UUID

from comitia.law import rules
from comitia.law.presets import PRESETS
from comitia.record.kinds.organisation import (
    CloseBranch,
    CreateBranch,
    EndAppointment,
    Level,
    MakeAppointment,
    MoveBranch,
    RenameBranch,
    RevokeAdministration,
)
from comitia.record.kinds.register import (
    AdmitMember,
    ApplyForMembership,
    Category,
    CorrectMembership,
    LeaveMembership,
    ReadmitMember,
    RecordDeath,
    RefuseApplication,
    TransferMember,
    WithdrawApplication,
)
from comitia.record.kinds.rulebook import AdoptRuleBook, AnnounceRuleBook, WithdrawAnnouncement
from comitia.record.kinds.values import EntryHash, Identifier, Pseudonym, Text, Values
from comitia.web.accounts.models import Context, Person
from comitia.web.accounts.person_secrets.keeping import keep_secret
from comitia.web.accounts.pseudonyms import make_pseudonym
from comitia.web.acts import clock, randomness
from comitia.web.acts.jobs import job
from comitia.web.acts.performing import Asked, Done, new_identifier, perform
from comitia.web.organisation.models import Administration, Branch, Mandate
from comitia.web.project.story.cast import PRESET, Cast
from comitia.web.publicrecord.duties import ask_for_erasure
from comitia.web.publicrecord.erasing import asked_for
from comitia.web.register.founding.carrying_out import Listing, found_draft
from comitia.web.register.mergers import merger_of
from comitia.web.register.models import Membership
from comitia.web.rulebook.notifying import tell_members

DAYS: Final = 730
_APPLICATIONS: Final = 90
_EVERYBODY: Final = 10_000
_TRANSFERS: Final = 20
_LEAVINGS: Final = 22
_DEATHS: Final = 8
_NOTICE: Final = timedelta(days=28)
"""What the union's rule book asks for before a membership ends."""
_STILL_OPEN: Final = 30
"""Days before the end from which on no application is decided: they await somebody."""
_MERGED: Final = "l9"
_REASONS: Final = (
    "You are a manager with the right to dismiss; rule 4 leaves such posts to another union.",
    "You work in a trade that another branch organises; it has been told of you.",
    "Your application names a workplace that does not exist; apply again with the right one.",
)
Event = Callable[[], object]


@dataclass
class Story:
    """The story as it is told. now: where the clock stands. people: by membership."""

    random: Random
    today: date
    now: datetime = field(init=False)
    cast: Cast = field(init=False)
    founded: Listing = field(init=False)
    free: list[str] = field(default_factory=list)
    branch_of: dict[str, str] = field(default_factory=dict)
    ended: list[str] = field(default_factory=list)
    _waiting: list[tuple[datetime, int, Event]] = field(default_factory=list)
    _drawn: int = 0

    def __post_init__(self) -> None:
        """Begin on the morning of the founding."""
        first = self.today - timedelta(days=DAYS)
        self.now = datetime.combine(first, time(9), UTC)
        self.cast = Cast(self.random, first)

    def tell(self) -> None:
        """Tell it from the founding to today."""
        with clock.showing(lambda: self.now), randomness.drawn_from(self.random.randbytes):
            self.founded = found_draft(self.cast.draft(), self.now, randomness.draw)
            self.free = self.cast.free
            self.random.shuffle(self.free)
            self.branch_of = {one.key: one.branch for one in self.cast.members}
            self._plan()
            while self._waiting:
                at, _, event = heapq.heappop(self._waiting)
                self.now = max(self.now + timedelta(seconds=61), at)
                with job("story"):  # each by itself: they lie days apart, and one decides on each
                    event()

    # --- Who does it ------------------------------------------------------------------------------

    def _at(self, day: float, event: Event) -> None:
        """Let something happen so many days after the founding."""
        self._drawn += 1
        begun = datetime.combine(self.cast.first_day, time(9), UTC)
        minutes = self.random.randrange(600)
        at = begun + timedelta(days=day, minutes=minutes)
        heapq.heappush(self._waiting, (at, self._drawn, event))

    def _days(self) -> int:
        return round((self.now.date() - self.cast.first_day).days)

    def _holder(self, organ: Any, branch: str) -> tuple[UUID, ...]:  # noqa: ANN401 - an organ
        """Return who holds an organ there or, where nobody does, in a branch above."""
        path = Branch.objects.get(pk=self.founded.branches[branch]).steps
        for above in reversed(path):
            held = Mandate.objects.filter(
                organ_name=organ.id, branch=above, until__gte=self.now.date()
            ).order_by("pk")
            if found := tuple(held.values_list("person_id", flat=True)):
                return found
        raise AssertionError(f"nobody holds {organ} above {branch}")

    def _decider(self, branch: str) -> tuple[UUID, ...]:
        return self._holder(BOOK.value(rules.APPLICATION_DECIDER), branch)[:1]

    def _keepers(self) -> tuple[UUID, ...]:
        return self._holder(BOOK.value(rules.REGISTER_KEEPER), "whole")[:2]

    def _do(
        self,
        act: Any,  # noqa: ANN401 - any act
        on: Identifier,
        by: tuple[UUID, ...],
        branch: str,
        person: UUID | None = None,
    ) -> Done:
        return perform(Asked(act, on, self.founded.branches[branch], by, person))

    def _about(self, act: Any, key: str, by: tuple[UUID, ...]) -> Done:  # noqa: ANN401 - any act
        """Do an act on the membership of somebody in the story."""
        own, person = self.founded.memberships[key], self.founded.people[key].pk
        return self._do(act, own, by or (person,), self.branch_of[key], person)

    # --- What happens -----------------------------------------------------------------------------

    def _plan(self) -> None:
        for number in range(_APPLICATIONS):
            self._at(5 + number * (DAYS - 10) / _APPLICATIONS, self._apply)
        for count, event in (
            (_TRANSFERS, self._transfer),
            (_LEAVINGS, self._leave),
            (_DEATHS, self._die),
        ):
            for _ in range(count):
                self._at(self.random.randrange(10, DAYS - 20), event)
        for day, event in (
            *((90, self._rename), (120, self._group_that_closes), (200, self._move)),
            *((260, self._appoint), (300, self._merge), (400, self._new_rules)),
            *((450, self._correct), (500, self._revoke), (DAYS - 200, self._appoint)),
            *((DAYS - 100, self._ask_again), (DAYS - 60, self._ask_again)),
            (DAYS - 30, self._erase),
        ):
            self._at(day, event)

    @property
    def _open_to_all(self) -> list[str]:
        """Where people apply: not where an open application would keep a branch from closing."""
        return [one for one in self.cast.locals if one != _MERGED]

    def _apply(self) -> None:
        name = self.cast.new_name()
        key, branch = f"a{self._drawn}", self.random.choice(self._open_to_all)
        person = Person(
            pk=UUID(bytes=randomness.draw(16), version=4), name=name, email=f"{key}@story.example"
        )
        keep_secret(person.pk, randomness.draw, self.now)
        person.save(force_insert=True)
        own = make_pseudonym(person, Context.MEMBERSHIP, randomness.draw).value
        self.founded.people[key], self.founded.memberships[key] = person, Identifier(own)
        self.branch_of[key] = branch
        act = ApplyForMembership(
            branch=self.founded.branches[branch], category=Category.FULL, name=Text(name)
        )
        self._about(act, key, ())
        ending = self.random.choices((self._admit, self._refuse, self._withdraw), (75, 14, 11))[0]
        day = self._days() + self.random.randrange(4, 26)
        if day < DAYS and self._days() < DAYS - _STILL_OPEN:
            self._at(day, lambda: ending(key))

    def _admit(self, key: str) -> None:
        act = AdmitMember(since=self.now.date())
        self._about(act, key, self._decider(self.branch_of[key]))

    def _refuse(self, key: str) -> None:
        act = RefuseApplication(reasons=Text(self.random.choice(_REASONS)))
        self._about(act, key, self._decider(self.branch_of[key]))

    def _withdraw(self, key: str) -> None:
        self._about(WithdrawApplication(), key, ())

    def _transfer(self) -> None:
        key = self.free.pop()
        others = [one for one in self.cast.locals if one != self.branch_of[key]]
        to = self.random.choice(others)
        act = TransferMember(to=self.founded.branches[to], since=self.now.date())
        self._about(act, key, self._keepers())
        self.branch_of[key] = to

    def _leave(self) -> None:
        """Have somebody give notice, but nobody who would still be in a branch that merges."""
        key = next(one for one in reversed(self.free) if self.branch_of[one] != _MERGED)
        self.free.remove(key)
        self._about(LeaveMembership(last_day=self.now.date() + _NOTICE), key, ())
        self.ended.append(key)

    def _die(self) -> None:
        day = self.now.date() - timedelta(days=self.random.randrange(5))
        self._about(RecordDeath(day=day), self.free.pop(), self._keepers())

    def _ask_again(self) -> None:
        key = self.ended.pop(0)
        act = ApplyForMembership(
            branch=self.founded.branches[self.branch_of[key]],
            category=Category.FULL,
            name=Text(self.founded.people[key].name),
        )
        self._about(act, key, ())
        self._at(self._days() + 7, lambda: self._readmit(key))

    def _readmit(self, key: str) -> None:
        branch = self.branch_of[key]
        act = ReadmitMember(branch=self.founded.branches[branch], since=self.now.date())
        self._about(act, key, self._decider(branch))

    def _erase(self) -> None:
        """Forget somebody who left and has asked for it, two keepers together."""
        own = self.founded.memberships[self.ended.pop(0)]
        membership = Membership.objects.get(pk=own)
        ask_for_erasure(membership, self.now)
        perform(asked_for(membership, self._keepers()))

    def _correct(self) -> None:
        """Enter a leaving and a death wrongly, and say so a week later."""
        day = self.now.date()
        for wrong in (LeaveMembership(last_day=day + _NOTICE), RecordDeath(day=day)):
            key = self.free.pop()
            done = self._about(wrong, key, self._keepers())
            self._at(self._days() + 7, partial(self._say_wrong, key, done.entries[0]))

    def _say_wrong(self, key: str, entry: EntryHash) -> None:
        reasons = Text("The letter was somebody else's of the same name; both have written since.")
        act = CorrectMembership(wrong=entry, was_void=True, reasons=reasons)
        self._about(act, key, self._keepers())

    def _executive(self) -> tuple[UUID, ...]:
        return self._holder(BOOK.value(rules.BRANCH_EXECUTIVE), "whole")[:1]

    def _on_branch(self, act: Any, branch: str) -> Done:  # noqa: ANN401 - any act
        own = self.founded.branches[branch]
        return self._do(act, own, self._executive(), branch)

    def _rename(self) -> None:
        self._on_branch(RenameBranch(name=Text("Seaview and Lighthouse")), "l11")

    def _group_that_closes(self) -> None:
        """Create a group that nobody joins, and close it a year later."""
        own = self.founded.branches["g6"] = new_identifier()
        parent = self.founded.branches["l3"]
        act = CreateBranch(name=Text("Northside apprentices"), level=Level.GROUP, parent=parent)
        perform(Asked(act, own, None, self._executive()))
        self._at(480, lambda: self._on_branch(CloseBranch(last_day=self.now.date()), "g6"))

    def _move(self) -> None:
        self._on_branch(MoveBranch(parent=self.founded.branches["l1"]), "g0")

    def _merge(self) -> None:
        """Merge a local into its neighbour."""
        gone, into = _MERGED, "l8"
        act = merger_of(self.founded.branches[gone], self.founded.branches[into], self.now.date())
        self._on_branch(act, gone)
        self.cast.locals.remove(gone)
        for key, branch in self.branch_of.items():
            self.branch_of[key] = into if branch == gone else branch

    def _appoint(self) -> None:
        """Appoint a secretary to a group that has none; the first is ended before the term."""
        group = self.random.choice(("g1", "g2", "g3"))
        own, key = new_identifier(), self._free_in(group)
        day = self.now.date()
        act = MakeAppointment(
            organ=BOOK.value(rules.REGISTER_KEEPER),
            holder=Pseudonym(self.founded.memberships[key]),
            since=day,
            until=day + timedelta(days=300),
            reason=Text("Nobody stood for election; the office must not stay empty."),
        )
        person = self.founded.people[key].pk
        self._do(act, own, self._executive(), group, person)
        if self._days() < DAYS // 2:
            last = self.now.date() + timedelta(days=90)
            end = EndAppointment(last_day=last)
            self._at(self._days() + 90, lambda: self._do(end, own, self._executive(), group))

    def _free_in(self, branch: str) -> str:
        """Return a member of a branch who holds nothing, and is left alone from then on."""
        key = next(one for one in reversed(self.free) if self.branch_of[one] == branch)
        self.free.remove(key)
        return key

    def _new_rules(self) -> None:
        """Announce a change, which is adopted when it can be, and one that nobody wants."""
        in_force_from = self.now.date() + timedelta(days=90)
        unwanted = self._announce({"member.minimum_age": 65}, in_force_from)
        self._at(self._days() + 20, lambda: self._on_book(WithdrawAnnouncement(announced=unwanted)))
        changed = {"application.period": {"days": 21}}
        announced = self._announce(changed, in_force_from)
        act = AdoptRuleBook(
            number=2,
            in_force_from=in_force_from,
            preset=Text(PRESET),
            rules=self._rules(changed),
            announced=announced,
            in_favour=61,
            against=14,
        )
        self._at(self._days() + 70, lambda: self._on_book(act, together=2))

    def _announce(self, changed: dict[str, Any], in_force_from: date) -> EntryHash:
        rules = self._rules(changed)
        act = AnnounceRuleBook(in_force_from=in_force_from, preset=Text(PRESET), rules=rules)
        return self._on_book(act).entries[0]

    def _rules(self, changed: dict[str, Any]) -> Values:
        """Return the rules of the founding but for some."""
        rules: dict[str, Any] = self.founded.book.to_json()["rules"]  # type: ignore[index,call-overload,assignment] # of a rule book
        return Values({**rules, **changed})

    def _on_book(self, act: Any, together: int = 1) -> Done:  # noqa: ANN401 - any act
        own = next(
            one.aggregate for one in self.founded.listed if isinstance(one.act, AdoptRuleBook)
        )
        by = self._holder(BOOK.value(rules.BOOK_DECIDER), "whole")[:together]
        done = self._do(act, own, by, "whole")
        tell_members(self.now, _EVERYBODY)
        return done

    def _revoke(self) -> None:
        """Take the third administrator's rights away, two together."""
        *two, third = self.founded.administrators
        held = Administration.objects.get(person=third.pk)
        act = RevokeAdministration(last_day=self.now.date())
        self._do(act, Identifier(held.pk), tuple(one.pk for one in two), "whole", third.pk)


BOOK: Final = PRESETS[PRESET].rule_book(date(2000, 1, 1))
