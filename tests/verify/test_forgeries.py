"""Every way to forge a record, and the check of ``comitia verify`` that refuses it by name.

The worst forger is the organisation itself: it has the key, and signs what it likes. With it may go
the witnesses; then only what the entries say of one another is left, and what an auditor saw
before.
Where even this finds nothing, the table says so.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from comitia.cli import main
from comitia.record.canonical import Json
from comitia.record.checks import Check
from comitia.record.entries import Capacity, Entry
from comitia.record.keys import SignerKey
from comitia.record.kinds.organisation import MakeAppointment
from comitia.record.kinds.register import (
    AdmitMember,
    ApplyForMembership,
    Category,
    LeaveMembership,
    ReadmitMember,
    RecordDeath,
)
from comitia.record.kinds.rulebook import AdoptRuleBook, WithdrawAnnouncement
from comitia.record.kinds.values import EntryHash, Identifier, Pseudonym, Text
from comitia.verify.trust import Trust
from tests.cli.test_records import store
from tests.record.founded import (
    ADA,
    BEN,
    COMMITTEE,
    DAN,
    EVE,
    FIRST,
    LISTED,
    MILL,
    PORT_COMMITTEE,
    RULES,
    SECRETARY,
    SECRETARY_OFFICE,
    WHOLE,
    Record,
    found,
    identifier,
    listed_under,
    member,
    rewritten,
    with_grounds,
)
from tests.record.published import files_of
from tests.record.rulebooks import (
    BOTH,
    adoption,
    announce,
    announcement,
    change,
    found_to_change,
)
from tests.record.signers import LOG, STRANGER, WITNESSES
from tests.verify.test_record import TRUST, head_of, publish

SELF, HOLDER = Capacity.MEMBERSHIP, Capacity.MANDATE
NEW_BOOK = announcement(date(2026, 1, 26), **{"application.decider": {"office": "secretary"}})
APPLY = ApplyForMembership(branch=MILL, category=Category.FULL, name=Text("Eve"))
ADMIT = AdmitMember(since=date(2026, 2, 1))
LEAVE = LeaveMembership(last_day=date(2026, 1, 10))
BACK = ReadmitMember(branch=MILL, since=date(2026, 2, 1))
FAY = identifier("fay")


def applied() -> Record:
    """Return a record under its second rule book, with Eve's application as its last entry."""
    record = found_to_change()
    change(record, NEW_BOOK)
    record.now += timedelta(days=1)
    record.act(APPLY, EVE, (SELF, EVE))
    return record


def sound() -> Record:
    """Return it with the admission, and with a member who goes, and whose office ends."""
    record = applied()
    record.act(ADMIT, EVE, (HOLDER, SECRETARY))
    record.act(LeaveMembership(last_day=date(2026, 6, 30)), ADA, (SELF, ADA))
    return record


SOUND = sound().entries
APPLIED, ADMITTED, LEFT, ENDED = range(len(SOUND) - 4, len(SOUND))
SEEN = head_of(SOUND[:LEFT])
LISTED_MEMBER = 1 + [one for one, _, _ in LISTED].index(BEN)


# --- Forgeries ---------------------------------------------------------------------------------


def admitted_otherwise(change: Callable[[Entry], Entry]) -> list[bytes]:
    """Return the record with another admission in place of the true one, and all else sound."""
    record = applied()
    record.write(change(record.entry(ADMIT, EVE, (HOLDER, SECRETARY))))
    record.act(LeaveMembership(last_day=date(2026, 6, 30)), ADA, (SELF, ADA))
    return record.entries


def admitted_by(*actors: tuple[Capacity, Identifier], since: date = ADMIT.since) -> list[bytes]:
    record = applied()
    record.act(AdmitMember(since=since), EVE, *actors)
    return record.entries


def appended(
    act: object, aggregate: Identifier, *actors: tuple[Capacity, Identifier]
) -> list[bytes]:
    record = sound()
    record.act(act, aggregate, *actors)
    return record.entries


def backdated() -> list[bytes]:
    record = sound()
    entry = record.entry(APPLY, FAY, (SELF, FAY))
    record.write(replace(entry, at=entry.at - timedelta(hours=2)))
    return record.entries


def under_the_book_before() -> list[bytes]:
    record = applied()
    first = json.loads(SOUND[2])["rules"]
    record.write(with_grounds(record.entry(ADMIT, EVE, (HOLDER, SECRETARY)), rules=first))
    return record.entries


def under_no_book() -> list[bytes]:
    return admitted_otherwise(lambda entry: with_grounds(entry, rules=None))


def by_a_right_that_nobody_gave() -> list[bytes]:
    return admitted_otherwise(lambda entry: with_grounds(entry, right=entry.grounds.rules))


def declared_where_no_branch_is() -> list[bytes]:
    nowhere = member(identifier("nowhere"))
    return found([(a, b, nowhere if a == BEN else act) for a, b, act in LISTED]).entries


def appointed_by_the_port() -> list[bytes]:
    make = MakeAppointment(
        organ=SECRETARY_OFFICE,
        holder=Pseudonym(ADA),
        since=FIRST,
        until=date(2026, 12, 31),
        reason=Text("The Port wants a say"),
    )
    return appended(make, identifier("friend"), (HOLDER, PORT_COMMITTEE))


def under(
    rules: Mapping[str, Json],
    *acts: tuple[object, Identifier, tuple[Capacity, Identifier]],
) -> list[bytes]:
    """Return a record founded with other values of some rules, and what was done then."""
    record = found(listed_under(rules))
    for act, aggregate, actor in acts:
        record.act(act, aggregate, actor)
    return record.entries


ANOTHER = announcement(date(2026, 6, 1), **{"member.minimum_age": 40})


def adopted(
    forge: Callable[[AdoptRuleBook], AdoptRuleBook], *actors: tuple[Capacity, Identifier], days: int
) -> list[bytes]:
    """Return the record with another rule book at its end, announced so many days before."""
    record = sound()
    name = announce(record, ANOTHER)
    record.now += timedelta(days=days)
    act = forge(adoption(ANOTHER, name, 3))
    record.act(act, RULES, *(actors or BOTH), branch=WHOLE)
    return record.entries


def adopted_though_withdrawn() -> list[bytes]:
    record = sound()
    name = announce(record, ANOTHER)
    record.act(WithdrawAnnouncement(announced=name), RULES, BOTH[1], branch=WHOLE)
    record.now += timedelta(days=30)
    record.act(adoption(ANOTHER, name, 3), RULES, *BOTH, branch=WHOLE)
    return record.entries


@dataclass(frozen=True)
class Forgery:
    """A record that is not what it should be, and the checks that fail of what it says.

    continues: whether what an auditor saw before is in it, unchanged.
    """

    entries: Sequence[bytes]
    checks: tuple[str, ...]
    continues: bool = False


def changed(place: int, old: bytes, new: bytes) -> list[bytes]:
    assert old in SOUND[place]
    return [*SOUND[:place], SOUND[place].replace(old, new), *SOUND[place + 1 :]]


GONE = ("record.order", "record.right", "record.standing")
"""What fails where an application is missing: somebody is admitted who is unknown."""
NOTHING: tuple[str, ...] = ()
"""Entries that could be true: only witnesses, or what was seen before, tell."""

FORGERIES: Mapping[str, Forgery] = {
    # Changed
    "a changed entry": Forgery(changed(APPLIED, b'"full"', b'"reduced"'), ("record.order",)),
    "a changed entry that nothing rests on": Forgery(
        changed(ADMITTED, b"2026-02-01", b"2026-03-01"), NOTHING
    ),
    "a changed last entry": Forgery(
        [*SOUND[:ENDED], rewritten(SOUND[ENDED], at="2026-03-01T12:00:00Z")],
        NOTHING,
        continues=True,
    ),
    "the same entry in another form": Forgery(
        changed(APPLIED, b'"actors":', b'"actors": '), ("record.entry", *GONE)
    ),
    "a changed founding": Forgery(
        changed(LISTED_MEMBER, b'"full"', b'"honorary"'), ("record.founding",)
    ),
    # Dropped
    "a dropped entry": Forgery([*SOUND[:APPLIED], *SOUND[ADMITTED:]], GONE),
    "a dropped end": Forgery(SOUND[:ADMITTED], NOTHING),
    "an office that outlasts the membership": Forgery(
        SOUND[:ENDED], ("record.order",), continues=True
    ),
    "a dropped beginning": Forgery(
        SOUND[1:], ("record.founding", "record.order", "record.rules", "record.right")
    ),
    # Reordered
    "two entries in another order": Forgery(
        [*SOUND[:APPLIED], SOUND[ADMITTED], SOUND[APPLIED], *SOUND[LEFT:]], GONE
    ),
    "an entry twice": Forgery([*SOUND, SOUND[LEFT]], GONE, continues=True),
    # Invented
    "an invented kind": Forgery(
        [*SOUND, rewritten(SOUND[LEFT], kind="membership.sell")],
        ("record.entry",),
        continues=True,
    ),
    "an invented member": Forgery(
        appended(ADMIT, DAN, (HOLDER, SECRETARY)), ("record.standing",), continues=True
    ),
    "an invented founding member": Forgery(
        appended(member(MILL), FAY, (HOLDER, SECRETARY)),
        ("record.founding", "record.right"),
        continues=True,
    ),
    "a member of no branch": Forgery(declared_where_no_branch_is(), ("record.balance",)),
    # Backdated
    "a backdated entry": Forgery(backdated(), ("record.order",), continues=True),
    "an admission before the application": Forgery(
        admitted_by((HOLDER, SECRETARY), since=date(2025, 12, 1)), ("record.standing",)
    ),
    # Another view for somebody else
    "a forked view": Forgery(admitted_by((HOLDER, SECRETARY), since=date(2026, 2, 2)), NOTHING),
    # Under other rules
    "an act under the rule book before": Forgery(under_the_book_before(), ("record.rules",)),
    "an act under no rule book": Forgery(under_no_book(), ("record.rules",)),
    # Under rules that nobody could know, or wanted
    "a rule book that was not announced": Forgery(
        adopted(lambda act: replace(act, announced=None), days=30),
        ("record.rules",),
        continues=True,
    ),
    "a rule book announced by what is no announcement": Forgery(
        adopted(lambda act: replace(act, announced=EntryHash("0" * 64)), days=30),
        ("record.rules",),
        continues=True,
    ),
    "a rule book adopted too early": Forgery(
        adopted(lambda act: act, days=5), ("record.rules",), continues=True
    ),
    "other rules than those announced": Forgery(
        adopted(lambda act: replace(act, rules=NEW_BOOK.rules), days=30),
        ("record.rules",),
        continues=True,
    ),
    "another first day than the one announced": Forgery(
        adopted(lambda act: replace(act, in_force_from=date(2026, 5, 1)), days=30),
        ("record.rules",),
        continues=True,
    ),
    "a rule book whose announcement was withdrawn": Forgery(
        adopted_though_withdrawn(), ("record.rules",), continues=True
    ),
    "a rule book without its majority": Forgery(
        adopted(lambda act: replace(act, against=9), days=30), ("record.rules",), continues=True
    ),
    "a rule book without a vote": Forgery(
        adopted(lambda act: replace(act, in_favour=None), days=30),
        ("record.rules",),
        continues=True,
    ),
    "a rule book on the word of one": Forgery(
        adopted(lambda act: act, BOTH[0], days=30), ("record.right",), continues=True
    ),
    # Without the right
    "an admission by the decider of the rule book before": Forgery(
        admitted_by((HOLDER, COMMITTEE)), ("record.right",)
    ),
    "an admission by a body of another branch": Forgery(
        admitted_by((HOLDER, PORT_COMMITTEE)), ("record.right",)
    ),
    "an admission by the applicant": Forgery(admitted_by((SELF, EVE)), ("record.right",)),
    "an admission by a right that nobody gave": Forgery(
        by_a_right_that_nobody_gave(), ("record.right",)
    ),
    # Against what the rule book says of members
    "an admission below the level of the rules": Forgery(
        under(
            {"application.level": "top"},
            (APPLY, EVE, (SELF, EVE)),
            (ADMIT, EVE, (HOLDER, COMMITTEE)),
        ),
        ("record.right",),
    ),
    "an admission while members may object": Forgery(
        under(
            {"application.objections": {"days": 14}},
            (APPLY, EVE, (SELF, EVE)),
            (ADMIT, EVE, (HOLDER, COMMITTEE)),
        ),
        ("record.standing",),
    ),
    "a leaving without its notice": Forgery(
        under({"leaving.notice": {"months": 1}}, (LEAVE, ADA, (SELF, ADA))), ("record.standing",)
    ),
    "a leaving that one dates back oneself": Forgery(
        under(
            {"leaving.notice": {"months": 1}},
            (replace(LEAVE, declared_on=date(2025, 12, 1)), ADA, (SELF, ADA)),
        ),
        ("record.standing",),
    ),
    "a member again who did not ask": Forgery(
        under(
            {"readmission.after_expulsion": "application"},
            (BACK, DAN, (HOLDER, COMMITTEE)),
        ),
        ("record.standing",),
    ),
    "a new member for an honour": Forgery(
        under({}, (replace(APPLY, category=Category.HONORARY), EVE, (SELF, EVE))),
        ("record.standing",),
    ),
    "an appointment by another branch": Forgery(
        appointed_by_the_port(), ("record.right",), continues=True
    ),
    "a death on the word of one": Forgery(
        appended(RecordDeath(day=date(2026, 1, 6)), BEN, (HOLDER, SECRETARY)),
        ("record.right",),
        continues=True,
    ),
}


BY_WHOSE_IT_IS = frozenset({"record.key", "record.witness", "record.tiles", "record.consistency"})
"""What refuses even entries that could be true, each alone: the tests below show it of all."""
OF_PARTS = frozenset({"record.inclusion", "record.disclosure"})
"""Checks of one entry, or of one field, which no report on a whole record has."""


def test_every_check_has_a_forgery_that_it_alone_refuses() -> None:
    alone = {forgery.checks[0] for forgery in FORGERIES.values() if len(forgery.checks) == 1}
    assert alone | BY_WHOSE_IT_IS | OF_PARTS == {check.id for check in Check}
    assert any(not one.checks and not one.continues for one in FORGERIES.values())


# --- Verified from the command line --------------------------------------------------------------


@dataclass
class Auditor:
    """Somebody with this program, what they know, and what they are shown."""

    folder: Path
    capsys: pytest.CaptureFixture[str]
    trust: Trust = TRUST

    def failed(self, files: Mapping[str, bytes]) -> list[str]:
        """Return the checks that failed, and see that the verdict and the status say so."""
        (self.folder / "trust").write_text(self.trust.to_text(), encoding="utf-8")
        place = store(dict(files), self.folder / "record")
        words = [str(place), "--trust", str(self.folder / "trust"), "--json"]
        status = main(["verify", *words])
        report = json.loads(self.capsys.readouterr().out)
        failed = [one["id"] for one in report["checks"] if one["status"] == "failed"]
        assert (status, report["verdict"]) == ((1, "invalid") if failed else (0, "valid"))
        assert all(one["failures"] for one in report["checks"] if one["id"] in failed)
        return failed


@pytest.fixture
def auditor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Auditor:
    return Auditor(tmp_path, capsys)


def in_order(*checks: str) -> list[str]:
    """Return checks in the order of a report."""
    return [one.id for one in Check if one.id in checks]


def signed(forgery: Forgery, log: SignerKey = LOG, *witnesses: SignerKey) -> dict[str, bytes]:
    return publish(forgery.entries, log=log, witnesses=witnesses)


def test_the_record_that_they_forge_is_sound(auditor: Auditor) -> None:
    auditor.trust = replace(TRUST, seen=SEEN)
    assert auditor.failed(publish(SOUND)) == []


@pytest.mark.parametrize("name", FORGERIES)
def test_signed_by_log_and_witnesses_it_fails_by_what_it_says(name: str, auditor: Auditor) -> None:
    forgery = FORGERIES[name]
    assert auditor.failed(signed(forgery, LOG, *WITNESSES)) == in_order(*forgery.checks)


@pytest.mark.parametrize("name", FORGERIES)
def test_without_its_witnesses_it_fails_besides(name: str, auditor: Auditor) -> None:
    forgery = FORGERIES[name]
    assert auditor.failed(signed(forgery)) == in_order("record.witness", *forgery.checks)


@pytest.mark.parametrize("name", FORGERIES)
def test_to_whoever_saw_the_true_record_it_does_not_continue_it(
    name: str, auditor: Auditor
) -> None:
    forgery = FORGERIES[name]
    auditor.trust = replace(TRUST, seen=SEEN)
    also = () if forgery.continues else ("record.consistency",)
    found_now = auditor.failed(signed(forgery, LOG, *WITNESSES))
    assert found_now == in_order(*also, *forgery.checks)


@pytest.mark.parametrize("name", FORGERIES)
def test_signed_by_somebody_else_it_is_another_record(name: str, auditor: Auditor) -> None:
    forgery = FORGERIES[name]
    found_now = auditor.failed(signed(forgery, STRANGER, *WITNESSES))
    assert found_now == in_order("record.key", *forgery.checks)


@pytest.mark.parametrize("name", FORGERIES)
def test_under_the_true_checkpoint_no_file_of_it_is_believed(name: str, auditor: Auditor) -> None:
    files = {**files_of(FORGERIES[name].entries), "checkpoint": publish(SOUND)["checkpoint"]}
    assert auditor.failed(files) == ["record.tiles"]
