"""A sound record has no fault, and every forgery of one is refused by the check that it breaks."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.law.standings import Standing, derive_membership
from comitia.record.canonical import Json
from comitia.record.entries import BY_RULE, Capacity, seal_entry
from comitia.record.folding import Folding
from comitia.record.kinds.cases import DeclareCase, Stage
from comitia.record.kinds.organisation import (
    CloseBranch,
    CreateBranch,
    EndAppointment,
    EndMandate,
    GrantAdministration,
    Level,
    MakeAppointment,
    MoveBranch,
    RenameBranch,
    RevokeAdministration,
)
from comitia.record.kinds.publicrecord import RotateKey
from comitia.record.kinds.register import (
    AdmitMember,
    ApplyForMembership,
    Category,
    CorrectDetails,
    CorrectMembership,
    LeaveMembership,
    ReadmitMember,
    RecordDeath,
    RefuseApplication,
    SetCategory,
    TransferMember,
    WithdrawApplication,
)
from comitia.record.kinds.rulebook import AdoptRuleBook
from comitia.record.kinds.values import EntryHash, Identifier, Pseudonym, Root, Text, Values
from tests.record.acts import same_key
from tests.record.founded import (
    ADA,
    ADMINISTRATORS,
    BEN,
    BOOK,
    CAT,
    CENTRAL,
    COMMITTEE,
    COMMITTEE_BODY,
    DAN,
    EVE,
    FIRST,
    LAST,
    LISTED,
    MILL,
    ORGANISATION,
    PORT,
    PORT_COMMITTEE,
    RULES,
    SECRETARY,
    SECRETARY_OFFICE,
    WHOLE,
    Record,
    failures_of,
    found,
    identifier,
    mandate,
    member,
    rewritten,
    with_grounds,
)
from tests.record.rulebooks import announcement, change, found_to_change
from tests.record.signers import LOG, STRANGER, WITNESSES

APPOINTMENT = MakeAppointment(
    organ=SECRETARY_OFFICE,
    holder=Pseudonym(ADA),
    since=date(2026, 1, 6),
    until=date(2026, 3, 1),
    reason=Text("Ben is ill"),
)
SELF, APPOINTED, HOLDER = Capacity.MEMBERSHIP, Capacity.APPOINTMENT, Capacity.MANDATE
APPLY = ApplyForMembership(branch=MILL, category=Category.FULL, name=Text("Eve"))
ADMIT = AdmitMember(since=date(2026, 2, 1))
REGISTER = (HOLDER, SECRETARY)
BOTH_ADMINISTRATORS = tuple((APPOINTED, one) for one in ADMINISTRATORS)
KEY = Text(STRANGER.verifier.text)


@pytest.fixture
def record() -> Record:
    return found()


def applied() -> Record:
    """Return a record in which Eve has applied at the Mill."""
    record = found()
    record.act(APPLY, EVE, (SELF, EVE))
    return record


def test_a_sound_record_adds_up_to_what_it_says() -> None:
    record = applied()
    admitted = record.act(ADMIT, EVE, (HOLDER, COMMITTEE))
    folding = Folding()
    assert [folding.take(content) for content in record.entries] == [[]] * (len(LISTED) + 3)
    eve = folding.state.register[EVE]
    assert (eve.membership.standing, eve.membership.branch) == (Standing.MEMBER, MILL)
    assert eve.entry == admitted
    assert folding.state.register[DAN].membership.standing is Standing.EXPELLED
    assert folding.state.branches[MILL].path == (WHOLE, MILL)
    assert len(folding.state.names) == len(record.entries)
    assert folding.finish() == []


def come_back(record: Record, decider: Identifier) -> None:
    """Have Ada leave, apply again, and be readmitted."""
    record.act(LeaveMembership(last_day=date(2026, 1, 5)), ADA, (SELF, ADA))
    record.later(days=1)
    record.act(APPLY, ADA, (SELF, ADA))
    record.act(ReadmitMember(branch=MILL, since=date(2026, 2, 1)), ADA, (HOLDER, decider))


SOUND: dict[str, Callable[[Record], object]] = {
    "admission": lambda r: (r.act(APPLY, EVE, (SELF, EVE)), r.act(ADMIT, EVE, (HOLDER, COMMITTEE))),
    "admission from above": lambda r: (
        r.act(APPLY, EVE, (SELF, EVE)),
        r.act(ADMIT, EVE, (HOLDER, CENTRAL)),
    ),
    "refusal": lambda r: (
        r.act(APPLY, EVE, (SELF, EVE)),
        r.act(RefuseApplication(reasons=Text("Too young")), EVE, (HOLDER, COMMITTEE)),
        r.act(APPLY, identifier("eve again"), (SELF, identifier("eve again"))),
    ),
    "withdrawal": lambda r: (
        r.act(APPLY, EVE, (SELF, EVE)),
        r.act(WithdrawApplication(), EVE, (SELF, EVE)),
    ),
    "leaving": lambda r: r.act(LeaveMembership(last_day=date(2026, 6, 30)), ADA, (SELF, ADA)),
    "coming back": lambda r: come_back(r, CENTRAL),
    "branches": lambda r: (
        r.act(
            CreateBranch(name=Text("New"), level=Level.GROUP, parent=MILL),
            identifier("new"),
            (HOLDER, COMMITTEE),
        ),
        r.act(RenameBranch(name=Text("Newer")), identifier("new"), (HOLDER, COMMITTEE)),
        r.act(MoveBranch(parent=PORT), identifier("new"), (HOLDER, CENTRAL), branch=WHOLE),
        r.act(CloseBranch(last_day=date(2026, 3, 1)), identifier("new"), (HOLDER, PORT_COMMITTEE)),
    ),
    "an appointment": lambda r: (
        r.act(
            MakeAppointment(
                organ=SECRETARY_OFFICE,
                holder=Pseudonym(ADA),
                since=date(2026, 1, 6),
                until=date(2026, 3, 1),
                reason=Text("Ben is ill"),
            ),
            identifier("deputy"),
            (HOLDER, CENTRAL),
        ),
        r.act(EndAppointment(last_day=date(2026, 2, 1)), identifier("deputy"), (HOLDER, CENTRAL)),
    ),
    "a deputy": lambda r: r.act(
        replace(APPOINTMENT, as_deputy=True), identifier("deputy"), (HOLDER, CENTRAL)
    ),
    "a year's appointment": lambda r: r.act(
        replace(APPOINTMENT, until=date(2027, 1, 5)), identifier("deputy"), (HOLDER, CENTRAL)
    ),
    "administrators": lambda r: (
        r.act(
            GrantAdministration(holder=Pseudonym(identifier("h9")), until=LAST),
            identifier("third"),
            *BOTH_ADMINISTRATORS,
            branch=WHOLE,
        ),
        r.act(
            RevokeAdministration(last_day=date(2026, 2, 1)),
            identifier("third"),
            *BOTH_ADMINISTRATORS,
            branch=WHOLE,
        ),
        r.act(
            RotateKey(key=KEY, old_key_lost=False),
            identifier("log"),
            *BOTH_ADMINISTRATORS,
            branch=WHOLE,
        ),
    ),
}


@pytest.mark.parametrize("name", SOUND)
def test_what_the_rules_allow_is_taken(name: str, record: Record) -> None:
    SOUND[name](record)
    assert failures_of(record.entries) == []


# --- Changed, dropped, reordered, invented, backdated ------------------------------------------


def test_a_dropped_entry_is_missed_by_what_follows_it() -> None:
    record = applied()
    record.act(ADMIT, EVE, (HOLDER, COMMITTEE))
    dropped = [*record.entries[:-2], record.entries[-1]]
    assert failures_of(dropped) == [
        ("record.order", "follows"),
        ("record.order", "aggregate"),
        ("record.right", "actors"),
        ("record.standing", "standing.not_possible"),
    ]


def test_entries_in_another_order_are_noticed() -> None:
    record = applied()
    record.act(ADMIT, EVE, (HOLDER, COMMITTEE))
    *before, one, other = record.entries
    assert ("record.order", "follows") in failures_of([*before, other, one])
    assert failures_of(record.entries[1:])[0] == ("record.founding", "place")


def test_a_changed_entry_breaks_what_rests_on_it() -> None:
    record = applied()
    record.act(ADMIT, EVE, (HOLDER, COMMITTEE))
    changed = rewritten(record.entries[-2], at="2026-01-05T10:00:01Z")
    assert failures_of([*record.entries[:-2], changed, record.entries[-1]]) == [
        ("record.order", "follows")
    ]


def test_time_does_not_go_back_by_more_than_a_minute(record: Record) -> None:
    entry = record.entry(APPLY, EVE, (SELF, EVE))
    for seconds, expected in ((60, []), (61, [("record.order", "at")])):
        before = replace(entry, at=entry.at - timedelta(hours=1, seconds=seconds))
        other = found()
        other.write(before)
        assert failures_of(other.entries) == expected


@pytest.mark.parametrize("what", ["right", "rules", "cause"])
def test_an_entry_rests_on_none_that_is_not_before_it(what: str, record: Record) -> None:
    invented = EntryHash("0" * 64)
    record.write(with_grounds(record.entry(APPLY, EVE, (SELF, EVE)), **{what: invented}))
    assert ("record.order", what) in failures_of(record.entries)


def test_bytes_that_are_no_entry_are_named_by_their_number(record: Record) -> None:
    folding = Folding()
    for content in record.entries:
        assert folding.take(content) == []
    (failure,) = folding.take(b"{}")
    assert (failure.check, failure.subject) == ("record.entry", f"entry {len(record.entries)}")
    (failure,) = folding.take(rewritten(record.entries[-1], kind="seat.fill"))
    assert failure.found.endswith("an entry of the kind 'seat.fill', version 1")


OPEN_CASE = DeclareCase(number=Text("2025/3"), stage=Stage.HEARING, since=FIRST)


@pytest.mark.parametrize("key", ["log.example+00000000+AAAA", WITNESSES[0].verifier.text, "none"])
def test_a_new_key_is_one_that_signs_notes(key: str, record: Record) -> None:
    rotate = RotateKey(key=Text(key), old_key_lost=False)
    record.act(rotate, identifier("log"), *BOTH_ADMINISTRATORS, branch=WHOLE)
    assert failures_of(record.entries) == [("record.entry", "key")]
    assert folded(record).state.rotations == []


def test_a_key_that_was_replaced_does_not_come_back(record: Record) -> None:
    for key in (KEY, Text(LOG.verifier.text), KEY):
        rotate = RotateKey(key=key, old_key_lost=False)
        record.act(rotate, identifier("log"), *BOTH_ADMINISTRATORS, branch=WHOLE)
    assert failures_of(record.entries) == [("record.order", "key")]
    found_now = [one.key for one in folded(record).state.rotations]
    assert found_now == [STRANGER.verifier, LOG.verifier]


# --- The founding --------------------------------------------------------------------------------


def test_a_record_without_a_founding_is_none() -> None:
    assert failures_of([]) == [("record.founding", "record")]


@pytest.mark.parametrize("number", range(1, len(LISTED)))
def test_a_founding_is_whole_only_with_all_that_it_lists(number: int, record: Record) -> None:
    assert failures_of(record.entries[:number])[-1] == ("record.founding", "record")


def test_a_second_founding_is_none(record: Record) -> None:
    founding = record.entries[0]
    assert ("record.founding", "place") in failures_of([*record.entries, founding])


def test_what_a_founding_lists_is_what_its_root_says() -> None:
    assert failures_of(found(list_root=Root("0" * 64)).entries) == [
        ("record.founding", "list_root")
    ]


def test_nothing_comes_between_a_founding_and_its_list() -> None:
    record = found(LISTED[:-1], more=1)
    record.act(APPLY, EVE, (SELF, EVE))
    assert failures_of(record.entries) == [
        ("record.founding", "kind"),
        ("record.founding", "list_root"),
    ]


@pytest.mark.parametrize(
    "aggregate, act",
    [
        (EVE, member(MILL)),
        (identifier("seat"), mandate(SECRETARY_OFFICE, EVE)),
        (identifier("case"), OPEN_CASE),
    ],
    ids=["a membership", "a mandate", "a case"],
)
def test_nobody_is_declared_anything_after_the_founding(
    aggregate: Identifier,
    act: Any,  # noqa: ANN401 - any act
    record: Record,
) -> None:
    founding = Folding()
    founding.take(record.entries[0])
    assert founding.state.founding is not None
    name = founding.state.founding.entry
    for cause in (None, name):
        entry = record.entry(act, aggregate, (HOLDER, CENTRAL))
        record.write(with_grounds(entry, cause=cause, right=name))
        found_now = failures_of(record.entries)
        assert ("record.founding", "kind") in found_now
        record.entries.pop()


def test_a_founding_can_list_an_open_case() -> None:
    record = found((*LISTED, (identifier("case"), MILL, OPEN_CASE)))
    assert failures_of(record.entries) == []


def test_a_case_is_declared_in_a_branch_that_exists() -> None:
    record = found((*LISTED, (identifier("case"), identifier("nowhere"), OPEN_CASE)))
    assert failures_of(record.entries) == [("record.order", "branch")]


def test_two_administrators_sign_the_founding_and_all_that_it_lists() -> None:
    record = found()
    one: Json = {"appointment": ADMINISTRATORS[0]}
    alone = rewritten(record.entries[0], actors=[one])
    assert failures_of([alone])[0] == ("record.right", "actors")
    member_and_one = rewritten(record.entries[0], actors=[{"membership": ADA}, one])
    assert failures_of([member_and_one])[0] == ("record.right", "actors")
    righted = rewritten(record.entries[0], right="0" * 64)
    assert ("record.right", "right") in failures_of([righted])
    listed = [record.entries[0], rewritten(record.entries[1], actors=[one])]
    assert failures_of(listed)[0] == ("record.right", "actors")


# --- The rule book -------------------------------------------------------------------------------


def test_an_act_under_another_rule_book_than_the_one_in_force_is_refused(record: Record) -> None:
    first = record.rules
    entry = record.entry(APPLY, EVE, (SELF, EVE))
    record.write(with_grounds(entry, rules=None))
    assert failures_of(record.entries) == [("record.rules", "rules")]
    record.entries.pop()
    record.write(with_grounds(entry, rules=record.last(ORGANISATION)))
    assert failures_of(record.entries) == [("record.rules", "rules")]
    assert first == record.rules


def with_rules(**rules: object) -> Record:
    """Return a record founded with other rules."""
    book = Values({**BOOK, **rules})
    listed = tuple(
        (a, b, replace(act, rules=book) if isinstance(act, AdoptRuleBook) else act)
        for a, b, act in LISTED
    )
    return found(listed)


def test_a_new_rule_book_holds_from_its_day_on() -> None:
    """The secretary, who is nobody's decider before, decides on applications afterwards."""
    record = found_to_change()
    first = record.rules
    named = {"application.decider": {"office": "secretary"}}
    second = change(record, announcement(date(2026, 1, 26), **named))
    record.write(with_grounds(record.entry(APPLY, EVE, (SELF, EVE)), rules=first))
    record.now += timedelta(days=1)
    record.act(ADMIT, EVE, (HOLDER, SECRETARY))
    assert failures_of(record.entries) == []
    assert record.rules == second


# --- Rights --------------------------------------------------------------------------------------

WITHOUT_RIGHT: dict[str, tuple[object, Identifier, tuple[tuple[Capacity, Identifier], ...]]] = {
    "a member": (ADMIT, EVE, ((SELF, ADA),)),
    "the applicant": (ADMIT, EVE, ((SELF, EVE),)),
    "an office that decides nothing": (ADMIT, EVE, ((HOLDER, SECRETARY),)),
    "the committee of another branch": (ADMIT, EVE, ((HOLDER, PORT_COMMITTEE),)),
    "an administrator": (ADMIT, EVE, ((APPOINTED, ADMINISTRATORS[0]),)),
    "both administrators": (ADMIT, EVE, BOTH_ADMINISTRATORS),
    "a mandate as an appointment": (ADMIT, EVE, ((APPOINTED, COMMITTEE),)),
    "a mandate with a helper who has none": (
        ADMIT,
        EVE,
        ((HOLDER, COMMITTEE), (HOLDER, SECRETARY)),
    ),
}


@pytest.mark.parametrize("who", WITHOUT_RIGHT)
def test_an_admission_by_somebody_without_the_right_is_refused(who: str) -> None:
    act, aggregate, actors = WITHOUT_RIGHT[who]
    record = applied()
    record._gave.setdefault(ADA, record.rules)
    record.act(act, aggregate, *actors)
    assert ("record.right", "actors") in failures_of(record.entries)


def test_a_right_that_nobody_has_is_not_had_by_an_invented_mandate() -> None:
    record = applied()
    record._gave[identifier("nobody")] = record.rules
    record.act(ADMIT, EVE, (HOLDER, identifier("nobody")))
    assert failures_of(record.entries) == [("record.right", "actors")]


def test_an_entry_names_the_entry_that_gave_the_right() -> None:
    record = applied()
    entry = record.entry(ADMIT, EVE, (HOLDER, COMMITTEE))
    record.write(with_grounds(entry, right=record.last(CENTRAL)))
    assert failures_of(record.entries) == [("record.right", "right")]


def test_a_right_ends_with_its_term() -> None:
    record = applied()
    record.now = record.now.replace(year=2028)
    record.act(ADMIT, EVE, (HOLDER, COMMITTEE))
    assert failures_of(record.entries) == [("record.right", "actors")]


def test_a_right_ends_when_its_mandate_ends() -> None:
    record = applied()
    ended = record.entry(EndMandate(last_day=date(2026, 1, 4)), COMMITTEE, (SELF, ADA))
    record.write(with_grounds(ended, right=record.last(ADA)))
    record.act(ADMIT, EVE, (HOLDER, COMMITTEE))
    assert failures_of(record.entries) == [("record.right", "actors")]


def test_nobody_decides_on_oneself() -> None:
    """Ada sits in the committee that decides, and was expelled elsewhere under this pseudonym."""
    record = found()
    come_back(record, COMMITTEE)
    assert failures_of(record.entries) == [("record.right", "actors")]


def found_with(way: str, standing: Standing) -> Record:
    """Found with Dan of a standing from which this is the way back."""
    keys = ("left", "leaving"), ("struck_off", "striking_off"), ("expelled", "expulsion")
    key = f"readmission.after_{dict(keys)[standing]}"
    book = AdoptRuleBook(
        number=1,
        in_force_from=FIRST,
        preset=Text("small-association"),
        rules=Values({**BOOK, key: way}),
    )
    listed = [
        (RULES, None, book),
        *(
            (one, branch, member(MILL, standing) if one == DAN else act)
            for one, branch, act in LISTED[1:]
        ),
    ]
    return found(listed)


@pytest.mark.parametrize(
    "way, standing, decider, failures",
    [
        ("application", Standing.LEFT, COMMITTEE, []),
        ("application", Standing.EXPELLED, COMMITTEE, []),
        ("level_above", Standing.LEFT, COMMITTEE, [("record.right", "actors")]),
        ("level_above", Standing.LEFT, CENTRAL, []),
        ("level_above", Standing.STRUCK_OFF, COMMITTEE, [("record.right", "actors")]),
        ("panel", Standing.STRUCK_OFF, CENTRAL, [("record.right", "actors")]),
        ("panel", Standing.EXPELLED, CENTRAL, [("record.right", "actors")]),
    ],
)
def test_who_readmits_is_whom_the_rule_book_names(
    way: str, standing: Standing, decider: Identifier, failures: list[tuple[str, str]]
) -> None:
    record = found_with(way, standing)
    record.act(APPLY, DAN, (SELF, DAN))
    record.act(ReadmitMember(branch=MILL, since=date(2026, 2, 1)), DAN, (HOLDER, decider))
    assert failures_of(record.entries) == failures


def test_one_officer_alone_ends_nobodys_membership(record: Record) -> None:
    record.act(LeaveMembership(last_day=date(2026, 6, 30)), ADA, (HOLDER, SECRETARY))
    record.act(RecordDeath(day=date(2026, 7, 1)), CAT, (HOLDER, SECRETARY), branch=PORT)
    assert failures_of(record.entries) == [("record.right", "actors")] * 2


def test_nobody_draws_members_over_who_answers_for_one_branch_only(record: Record) -> None:
    record.act(TransferMember(to=PORT, since=date(2026, 2, 1)), ADA, (HOLDER, SECRETARY))
    assert failures_of(record.entries) == [("record.right", "actors")]


def test_what_was_never_given_ends_nothing(record: Record) -> None:
    ended = identifier("unheard of")
    record.act(EndAppointment(last_day=date(2026, 2, 1)), ended, (HOLDER, CENTRAL))
    assert failures_of(record.entries) == [("record.order", "aggregate")]


def test_nobody_ends_what_is_held_in_another_branch_by_naming_ones_own(record: Record) -> None:
    deputy = identifier("deputy")
    record.act(replace(APPOINTMENT, holder=Pseudonym(CAT)), deputy, (HOLDER, CENTRAL), branch=PORT)
    record.act(EndAppointment(last_day=date(2026, 2, 1)), deputy, (HOLDER, COMMITTEE), branch=MILL)
    assert failures_of(record.entries) == [("record.right", "actors")]


@pytest.mark.parametrize(
    "holding, branch, expected",
    [
        (CENTRAL, WHOLE, []),
        (COMMITTEE, MILL, [("record.right", "actors")]),
        (COMMITTEE, WHOLE, [("record.right", "actors")]),
    ],
)
def test_no_branch_changes_the_rule_book_of_the_whole(
    holding: Identifier, branch: Identifier, expected: list[tuple[str, str]]
) -> None:
    record = found_to_change()
    record.act(announcement(date(2026, 6, 1)), RULES, (HOLDER, holding), branch=branch)
    assert failures_of(record.entries) == expected


def test_nobody_acts_for_another_member(record: Record) -> None:
    entry = record.entry(LeaveMembership(last_day=date(2026, 6, 30)), ADA, (SELF, BEN))
    record.write(entry)
    assert ("record.right", "actors") in failures_of(record.entries)


def test_a_rule_acts_only_where_something_follows_by_rule(record: Record) -> None:
    act = record.entry(RenameBranch(name=Text("By itself")), MILL, (HOLDER, COMMITTEE))
    record.write(with_grounds(replace(act, actors=(BY_RULE,)), right=None))
    assert failures_of(record.entries) == [("record.right", "actors"), ("record.right", "cause")]


def test_what_is_stated_at_the_founding_is_nobodys_to_do(record: Record) -> None:
    entry = record.entry(
        DeclareCase(number=Text("4"), stage=Stage.CHARGE, since=date(2026, 1, 5)),
        identifier("case"),
        (HOLDER, CENTRAL),
    )
    record.write(entry)
    assert ("record.right", "kind") in failures_of(record.entries)


def test_one_administrator_alone_changes_no_key(record: Record) -> None:
    act = RotateKey(key=KEY, old_key_lost=True)
    record.act(act, identifier("log"), BOTH_ADMINISTRATORS[0], branch=WHOLE)
    assert failures_of(record.entries) == [("record.right", "actors")]


def test_as_many_administrators_act_together_as_the_rule_book_says() -> None:
    for together, expected in ((2, []), (3, [("record.right", "actors")])):
        record = with_rules(**{"administrators.together": together})
        act = RotateKey(key=KEY, old_key_lost=False)
        record.act(act, identifier("log"), *BOTH_ADMINISTRATORS, branch=WHOLE)
        assert failures_of(record.entries) == expected


def appointed(since: date = date(2026, 1, 5)) -> Record:
    """Return a record in which Cat is appointed to the committee at the Port."""
    record = found()
    appointment = MakeAppointment(
        organ=COMMITTEE_BODY,
        holder=Pseudonym(CAT),
        since=since,
        until=date(2026, 6, 1),
        reason=Text("Nobody was elected"),
    )
    record.act(appointment, identifier("stand-in"), (HOLDER, CENTRAL), branch=PORT)
    return record


def test_whoever_is_appointed_decides_and_does_not_lead() -> None:
    stand_in, apply = (APPOINTED, identifier("stand-in")), replace(APPLY, branch=PORT)
    record = appointed()
    record.act(apply, EVE, (SELF, EVE), branch=PORT)
    record.act(ADMIT, EVE, stand_in, branch=PORT)
    assert failures_of(record.entries) == []
    record.act(RenameBranch(name=Text("Harbour")), PORT, stand_in, branch=PORT)
    assert failures_of(record.entries) == [("record.right", "actors")]


def test_a_right_begins_with_its_first_day() -> None:
    apply = replace(APPLY, branch=PORT)
    for since, expected in (
        (date(2026, 1, 5), []),
        (date(2026, 1, 6), [("record.right", "actors")]),
    ):
        record = appointed(since)
        record.act(apply, EVE, (SELF, EVE), branch=PORT)
        record.act(ADMIT, EVE, (APPOINTED, identifier("stand-in")), branch=PORT)
        assert failures_of(record.entries) == expected


@pytest.mark.parametrize(
    "since, until, part",
    [
        (date(2026, 1, 6), date(2026, 1, 5), "until"),
        (date(2026, 1, 6), date(2027, 1, 6), "term.too_long"),
        (date.max, date.max, "since"),
    ],
)
def test_an_appointment_ends_in_time(since: date, until: date, part: str, record: Record) -> None:
    """The rule book allows a year."""
    act = replace(APPOINTMENT, since=since, until=until)
    record.act(act, identifier("deputy"), (HOLDER, CENTRAL))
    assert failures_of(record.entries) == [("record.right", part)]


def test_where_no_rule_says_how_long_an_appointment_may_last_it_lasts() -> None:
    book = Values({key: value for key, value in BOOK.items() if key != "appointment.longest"})
    assert len(book) == len(BOOK) - 1
    listed = tuple(
        (one, at, replace(act, rules=book) if isinstance(act, AdoptRuleBook) else act)
        for one, at, act in LISTED
    )
    record = found(listed)
    before = failures_of(record.entries)
    act = replace(APPOINTMENT, until=date(2036, 1, 1))
    record.act(act, identifier("deputy"), (HOLDER, CENTRAL))
    assert failures_of(record.entries) == before == [("record.rules", "book.incomplete")]


def test_ending_a_mandate_late_does_not_make_it_longer() -> None:
    record = applied()
    ended = record.entry(EndMandate(last_day=date(2030, 1, 1)), COMMITTEE, (SELF, ADA))
    record.write(with_grounds(ended, right=record.last(ADA)))
    record.now = record.now.replace(year=2028)
    record.act(ADMIT, EVE, (HOLDER, COMMITTEE))
    assert failures_of(record.entries) == [("record.right", "actors")]


# --- Branches and memberships --------------------------------------------------------------------

BRANCHES: dict[str, tuple[object, Identifier, str]] = {
    "a second whole": (
        CreateBranch(name=Text("x"), level=Level.WHOLE),
        identifier("new"),
        "level",
    ),
    "a part without a whole": (
        CreateBranch(name=Text("x"), level=Level.LOCAL),
        identifier("new"),
        "parent",
    ),
    "a whole below": (
        CreateBranch(name=Text("x"), level=Level.WHOLE, parent=MILL),
        identifier("new"),
        "parent",
    ),
    "below nothing": (
        CreateBranch(name=Text("x"), level=Level.LOCAL, parent=EVE),
        identifier("new"),
        "parent",
    ),
    "below itself": (MoveBranch(parent=MILL), MILL, "parent"),
    "to nowhere": (MoveBranch(parent=EVE), MILL, "parent"),
    "with members": (CloseBranch(last_day=LAST), MILL, "branch.still_held"),
    "in the past": (CloseBranch(last_day=date(2026, 1, 4)), MILL, "last_day"),
    "with branches below": (CloseBranch(last_day=LAST), WHOLE, "branch"),
}


@pytest.mark.parametrize("name", BRANCHES)
def test_a_tree_that_cannot_be_is_refused(name: str, record: Record) -> None:
    act, aggregate, part = BRANCHES[name]
    record.act(act, aggregate, (HOLDER, CENTRAL), branch=WHOLE)
    assert ("record.order", part) in failures_of(record.entries)


GROUP = identifier("group")


def with_a_group() -> Record:
    """Return a record with a branch below the Port."""
    record = found()
    created = CreateBranch(name=Text("Group"), level=Level.GROUP, parent=PORT)
    record.act(created, GROUP, (HOLDER, PORT_COMMITTEE), branch=PORT)
    return record


def test_a_branch_moves_with_all_below_it() -> None:
    record = with_a_group()
    record.act(MoveBranch(parent=MILL), PORT, (HOLDER, CENTRAL), branch=WHOLE)
    folding = folded(record)
    assert failures_of(record.entries) == []
    assert folding.state.branches[PORT].path == (WHOLE, MILL, PORT)
    assert folding.state.branches[GROUP].path == (WHOLE, MILL, PORT, GROUP)
    assert folding.state.branches[MILL].path == (WHOLE, MILL)


def test_a_branch_closes_after_those_below_it() -> None:
    record, last_day = with_a_group(), date(2026, 3, 1)
    record.act(LeaveMembership(last_day=date(2026, 1, 5)), CAT, (SELF, CAT), branch=PORT)
    close = CloseBranch(last_day=last_day)
    record.act(close, PORT, (HOLDER, CENTRAL), branch=WHOLE)
    assert failures_of(record.entries) == [("record.order", "branch")]
    record.take_back(PORT)
    record.act(close, GROUP, (HOLDER, PORT_COMMITTEE), branch=PORT)
    record.act(close, PORT, (HOLDER, CENTRAL), branch=WHOLE)
    assert failures_of(record.entries) == []


def test_whoever_leaves_is_a_member_on_the_last_day_and_not_after_it(record: Record) -> None:
    record.act(LeaveMembership(last_day=date(2026, 6, 30)), ADA, (SELF, ADA))
    entries = folded(record).state.register[ADA].entries
    standings = [
        derive_membership(entries, day).standing for day in (date(2026, 6, 30), date(2026, 7, 1))
    ]
    assert standings == [Standing.MEMBER, Standing.LEFT]


def test_nothing_is_done_in_a_branch_that_is_not_or_is_no_more(record: Record) -> None:
    record.act(APPLY, EVE, (SELF, EVE), branch=identifier("nowhere"))
    assert ("record.order", "branch") in failures_of(record.entries)
    record.entries.pop()
    group, later = identifier("group"), found()
    created = CreateBranch(name=Text("Group"), level=Level.GROUP, parent=MILL)
    later.act(created, group, (HOLDER, COMMITTEE))
    later.act(CloseBranch(last_day=date(2026, 1, 5)), group, (HOLDER, COMMITTEE))
    later.now += timedelta(days=1)
    assert failures_of(later.entries) == []
    later.act(APPLY, EVE, (SELF, EVE), branch=group)
    assert ("record.order", "branch") in failures_of(later.entries)


def test_an_aggregate_stays_what_it_is(record: Record) -> None:
    entry = record.entry(APPLY, MILL, (SELF, MILL))
    record.write(entry)
    assert ("record.order", "aggregate") in failures_of(record.entries)


def correction(record: Record, **fields: Any) -> CorrectMembership:  # noqa: ANN401 - of the act
    wrong = record.last(EVE)
    assert wrong is not None
    return CorrectMembership(
        **{"wrong": wrong, "was_void": False, "reasons": Text("A slip"), **fields}
    )


def folded(record: Record) -> Folding:
    folding = Folding()
    for content in record.entries:
        folding.take(content)
    return folding


def admitted() -> Record:
    record = applied()
    record.act(ADMIT, EVE, (HOLDER, COMMITTEE))
    return record


def test_a_correction_says_what_was_right_and_leaves_what_was_known() -> None:
    record = admitted()
    record.act(correction(record, since=date(2026, 2, 15)), EVE, REGISTER, (HOLDER, CENTRAL))
    folding = folded(record)
    entries = folding.state.register[EVE].entries
    assert len(entries) == 3
    assert folding.state.register[EVE].membership.standing is Standing.MEMBER
    voided = admitted()
    voided.act(correction(voided, was_void=True), EVE, REGISTER, (HOLDER, CENTRAL))
    assert folded(voided).state.register[EVE].membership.standing is Standing.APPLICANT


@pytest.mark.parametrize(
    "fields, part",
    [
        ({"wrong": "0" * 64}, "membership"),
        ({"wrong": "0" * 64, "was_void": True}, "correction.unknown"),
        ({"branch": PORT}, "membership"),
        ({"since": date(2025, 1, 1)}, "standing.not_possible"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(fields: dict[str, Any], part: str) -> None:
    record = admitted()
    record.act(correction(record, **fields), EVE, REGISTER, (HOLDER, CENTRAL))
    assert ("record.standing", part) in failures_of(record.entries)
    assert folded(record).state.register[EVE].membership.standing is Standing.MEMBER


def test_nobody_is_admitted_twice_or_without_having_applied() -> None:
    record = admitted()
    record.act(ADMIT, EVE, (HOLDER, COMMITTEE))
    assert failures_of(record.entries) == [("record.standing", "standing.not_possible")]
    other = found()
    other.act(ADMIT, DAN, (HOLDER, COMMITTEE))
    assert failures_of(other.entries) == [("record.standing", "standing.not_possible")]


def test_an_application_on_paper_is_lodged_by_the_keeper_and_by_nobody_else() -> None:
    record = found()
    record.act(APPLY, EVE, REGISTER)
    assert folded(record).state.register[EVE].membership.standing is Standing.APPLICANT
    other = found()
    other.act(APPLY, EVE, (HOLDER, PORT_COMMITTEE))
    assert failures_of(other.entries) == [("record.right", "actors")]


@pytest.mark.parametrize(
    "act",
    [CorrectDetails(), CorrectDetails(name=Text("Eva")), SetCategory(category=Category.REDUCED)],
)
def test_what_is_held_is_put_right_without_a_change_of_standing(act: object) -> None:
    record = admitted()
    before = folded(record).state.register[EVE]
    record.act(act, EVE, REGISTER)
    assert folded(record).state.register[EVE] == before


@pytest.mark.parametrize(
    "act", [CorrectDetails(name=Text("Max")), CorrectDetails(birth_date=date(1980, 1, 1))]
)
def test_nobody_makes_somebody_else_of_oneself(act: CorrectDetails) -> None:
    record = admitted()
    record.act(act, EVE, (SELF, EVE))
    assert failures_of(record.entries) == [("record.right", "details.own")]


def test_one_s_own_address_is_put_right_by_the_person() -> None:
    record = admitted()
    record.act(CorrectDetails(address=Text("2 Mill Lane")), EVE, (SELF, EVE))
    assert failures_of(record.entries) == []


def test_details_are_put_right_by_the_person_and_the_category_is_not() -> None:
    record = admitted()
    record.act(CorrectDetails(), EVE, (SELF, EVE))
    assert failures_of(record.entries) == []
    other = admitted()
    other.act(SetCategory(category=Category.HONORARY), EVE, (SELF, EVE))
    assert failures_of(other.entries) == [("record.right", "actors")]


@given(st.permutations(range(len(LISTED) + 1)), st.integers(0, len(LISTED) + 1))
def test_any_order_of_sound_entries_ends_in_failures_or_none(order: list[int], cut: int) -> None:
    """Nothing raises, whatever follows on whatever."""
    entries = found().entries
    found_now = failures_of([entries[place] for place in order][:cut])
    sound = order == sorted(order) and cut == len(entries)
    assert (not found_now) == sound


# --- For whoever writes ---------------------------------------------------------------------------


def test_a_state_of_what_an_entry_rests_on_refuses_as_the_whole_record_does() -> None:
    record = found()
    apply = ApplyForMembership(branch=MILL, category=Category.FULL, name=Text("Fay"))
    fay = identifier("fay")
    record.act(apply, fay, (Capacity.MEMBERSHIP, fay))
    needed = {ORGANISATION, RULES, WHOLE, MILL, COMMITTEE, PORT_COMMITTEE, fay}
    sound = record.entry(AdmitMember(since=FIRST), fay, (Capacity.MANDATE, COMMITTEE))
    other = record.entry(AdmitMember(since=FIRST), fay, (Capacity.MANDATE, PORT_COMMITTEE))
    whole, part = Folding(), Folding()
    for content in record.entries:
        whole.take(content)
        if json.loads(content)["aggregate"] in needed:
            part.remember(content)
    for entry, refused in ((sound, []), (other, ["record.right"])):
        content = seal_entry(entry, same_key).content
        found_by = [[one.check for one in folding.refusals(content)] for folding in (whole, part)]
        assert found_by == [refused, refused]
    assert whole.take(seal_entry(sound, same_key).content) == []


def test_who_is_a_member_cannot_be_readmitted(record: Record) -> None:
    again = ReadmitMember(branch=MILL, since=date(2026, 2, 1))
    record.act(again, BEN, (HOLDER, COMMITTEE))
    assert failures_of(record.entries) == [("record.standing", "standing.not_possible")]
