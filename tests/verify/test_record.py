"""A published record verified from its files: a sound one, and forgeries of every kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.errors import MalformedRecord
from comitia.law.balance import Balance, Column
from comitia.record.checkpoints import Checkpoint, sign_checkpoint
from comitia.record.checks import Check
from comitia.record.cosignatures import cosign
from comitia.record.entries import Capacity, entry_hash
from comitia.record.keys import SignerKey
from comitia.record.kinds.register import AdmitMember, ApplyForMembership, Category
from comitia.record.kinds.values import Text
from comitia.record.tree import EMPTY, TreeHead, leaf_hash
from comitia.verify import Status, Verdict
from comitia.verify.record import (
    NO_TRUST,
    NO_WITNESSES,
    NOT_WHOLE,
    RecordReport,
    UnreadableRecord,
    verify_record,
)
from comitia.verify.trust import Trust, parse_trust
from tests.attacks.sites import SITES_OF_RECORDS, watch_records
from tests.record.founded import (
    ADA,
    COMMITTEE,
    EVE,
    LISTED,
    MILL,
    SECRETARY,
    found,
    identifier,
    member,
)
from tests.record.published import Shelf, files_of
from tests.record.signers import LOG, ORIGIN, STRANGER, WITNESSES

NOW = 1795394146
NOWHERE = identifier("nowhere")


def organisation(decider: tuple[Capacity, object] = (Capacity.MANDATE, COMMITTEE)) -> list[bytes]:
    """Return the entries of an organisation that has admitted one member."""
    record = found()
    apply = ApplyForMembership(branch=MILL, category=Category.FULL, name=Text("Eve"))
    record.act(apply, EVE, (Capacity.MEMBERSHIP, EVE))
    record.act(AdmitMember(since=date(2026, 2, 1)), EVE, decider)  # type: ignore[arg-type]
    return record.entries


ENTRIES = organisation()
SIZE = len(ENTRIES)


def head_of(entries: Sequence[bytes]) -> TreeHead:
    return EMPTY.append_many(map(leaf_hash, entries)).head


TRUST = Trust(ORIGIN, (LOG.verifier,), tuple(one.verifier for one in WITNESSES), 2)


def publish(
    entries: Sequence[bytes],
    *,
    log: SignerKey = LOG,
    witnesses: Sequence[SignerKey] = WITNESSES,
    origin: str = ORIGIN,
) -> dict[str, bytes]:
    """Return all files of a record, signed and witnessed."""
    checkpoint = Checkpoint(origin, head_of(entries))
    note = sign_checkpoint(checkpoint, log)
    for one in witnesses:
        note = note.add(cosign(checkpoint, one, NOW))
    return {**files_of(entries), "checkpoint": note.to_bytes()}


def verified(
    files: Mapping[str, bytes], trust: Trust | None = TRUST, since: TreeHead | None = None
) -> RecordReport:
    return verify_record(Shelf(files).read, trust, since)


def failed(report: RecordReport) -> list[str]:
    return [result.check.id for result in report.checks if result.status is Status.FAILED]


def test_a_sound_record_is_valid_in_every_check() -> None:
    report = verified(publish(ENTRIES))
    assert report.verdict is Verdict.VALID
    applied = [check for check in Check if check.id in {r.check.id for r in report.checks}]
    assert applied == [
        *(Check.KEY, Check.WITNESS, Check.TILES),
        *(Check.ENTRY, Check.FOUNDING, Check.ORDER, Check.RULES, Check.RIGHT, Check.STANDING),
        Check.BALANCE,
    ]
    counts = {result.check: result.count for result in report.checks}
    assert (counts[Check.KEY], counts[Check.WITNESS], counts[Check.ENTRY]) == (1, 2, SIZE)
    assert report.to_json()["subject"] == {
        "origin": ORIGIN,
        "size": SIZE,
        "root": head_of(ENTRIES).root.hex(),
    }
    assert (report.to_json()["verdict"], report.to_json()["result"]) == ("valid", None)


def test_without_keys_it_is_not_checked_whose_record_it_is() -> None:
    report = verified(publish(ENTRIES), None)
    assert report.verdict is Verdict.INCOMPLETE
    left = [(r.check, r.reason) for r in report.checks if r.status is Status.NOT_CHECKED]
    assert left == [(Check.KEY, NO_TRUST), (Check.WITNESS, NO_TRUST)]


def test_without_witnesses_a_forked_view_cannot_be_noticed() -> None:
    report = verified(publish(ENTRIES), Trust(ORIGIN, (LOG.verifier,)))
    assert report.verdict is Verdict.INCOMPLETE
    left = [(r.check, r.reason) for r in report.checks if r.status is Status.NOT_CHECKED]
    assert left == [(Check.WITNESS, NO_WITNESSES)]


def test_progress_is_told_entry_by_entry() -> None:
    told: list[tuple[int, int]] = []
    shelf = Shelf(publish(ENTRIES))
    verify_record(shelf.read, TRUST, progress=lambda done, total: told.append((done, total)))
    assert told == [(n, SIZE) for n in range(1, SIZE + 1)]


# --- Whose record it is --------------------------------------------------------------------------


@dataclass(frozen=True)
class Forgery:
    """Published files that are not what they should be, and the check that says so."""

    files: Mapping[str, bytes]
    check: str


def of_another(**changed: object) -> dict[str, bytes]:
    return publish(ENTRIES, **changed)  # type: ignore[arg-type] # of publish's own


FORGERIES = {
    "signed by a stranger": Forgery(of_another(log=STRANGER), "record.key"),
    "under another name": Forgery(of_another(origin="other.example"), "record.key"),
    "seen by one witness only": Forgery(of_another(witnesses=WITNESSES[:1]), "record.witness"),
    "admission by somebody without the right": Forgery(
        publish(organisation((Capacity.MANDATE, SECRETARY))), "record.right"
    ),
    "a dropped entry": Forgery(publish([*ENTRIES[:-2], ENTRIES[-1]]), "record.order"),
    "entries in another order": Forgery(
        publish([*ENTRIES[:-2], ENTRIES[-1], ENTRIES[-2]]), "record.order"
    ),
    "an invented kind": Forgery(
        publish([*ENTRIES, ENTRIES[-1].replace(b"membership.admit", b"membership.expel")]),
        "record.entry",
    ),
    "no founding": Forgery(publish(ENTRIES[1:]), "record.founding"),
    "another root than the entries'": Forgery(
        {**files_of(ENTRIES[:-1]), "checkpoint": publish(ENTRIES)["checkpoint"]}, "record.tiles"
    ),
    "a changed entry under the old root": Forgery(
        {
            **publish(ENTRIES),
            f"tile/entries/000.p/{SIZE}": publish(ENTRIES)[f"tile/entries/000.p/{SIZE}"].replace(
                b"2026-02-01", b"2025-02-01"
            ),
        },
        "record.tiles",
    ),
    "a member of no branch": Forgery(
        publish(
            found(
                [(one, at, member(NOWHERE) if one == ADA else act) for one, at, act in LISTED]
            ).entries
        ),
        "record.balance",
    ),
    "a founding cut short": Forgery(publish(ENTRIES[:5]), "record.founding"),
    "a tile that is none": Forgery(
        {**publish(ENTRIES), f"tile/0/000.p/{SIZE}": b"x"}, "record.tiles"
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_record_fails_the_check_that_it_breaks(name: str) -> None:
    forgery = FORGERIES[name]
    report = verified(forgery.files)
    assert report.verdict is Verdict.INVALID
    assert forgery.check in failed(report)


ALONE = {
    "signed by a stranger": "record.key-1",
    "under another name": "record.signatures-1",
    "a false signature of a witness": "record._witnesses-1",
    "seen by one witness only": "record._witnesses-2",
    "a tile that is none": "record.contents-1",
    "rewritten": "record._consistent-1",
    "admission by somebody without the right": "record._fold-1",
    "a founding cut short": "record._fold-2",
    "a member of no branch": "record._balance-1",
}
"""Forgeries that the verifier notes at one place alone, with the place."""


def report_on(name: str) -> RecordReport:
    if name == "a false signature of a witness":
        return verified(with_a_false_cosignature(), replace(TRUST, witnesses=1))
    if name == "rewritten":
        return verified(publish(ENTRIES), TRUST, head_of([b"another"]))
    return verified(FORGERIES[name].files)


def test_every_place_that_notes_a_failure_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Switched off, each lets a forgery pass that nothing else refuses."""
    assert sorted(ALONE.values()) == sorted(map(str, SITES_OF_RECORDS))
    for name, place in ALONE.items():
        (site,) = [one for one in SITES_OF_RECORDS if str(one) == place]
        with monkeypatch.context() as patch:
            seen = watch_records(patch)
            assert report_on(name).verdict is Verdict.INVALID
            assert seen == {site}
        with monkeypatch.context() as patch:
            watch_records(patch, silent=site)
            assert report_on(name).verdict is not Verdict.INVALID


def test_a_failure_names_the_entry_by_its_place_and_hash() -> None:
    entries = organisation((Capacity.MANDATE, SECRETARY))
    report = verified(publish(entries))
    (result,) = [one for one in report.checks if one.check is Check.RIGHT]
    (failure,) = result.failures
    assert failure.subject.to_json() == {"height": SIZE - 1, "record": entry_hash(entries[-1])}
    assert failure.expected.endswith("actors: a right to membership.admit")
    assert failure.found == "register_keeper"


def test_what_does_not_add_up_names_the_entry_that_is_the_cause() -> None:
    report = verified(FORGERIES["a member of no branch"].files)
    assert failed(report) == ["record.balance"]
    (result,) = [one for one in report.checks if one.check is Check.BALANCE]
    (failure,) = result.failures
    assert failure.subject.height is None
    assert failure.subject.record is not None
    assert failure.expected == f"branch {NOWHERE}, 2026: 1 members at the end"
    assert (failure.found, result.count) == ("0", 3)


def test_the_members_of_the_last_year_are_counted() -> None:
    assert verified(publish(ENTRIES)).members == Balance(
        date(2026, 1, 1),
        date(2026, 1, 5),
        *(0, {**dict.fromkeys(Column, 0), Column.JOINED: 3}, 3),
    )
    assert verified(FORGERIES["a tile that is none"].files).members is None


def test_of_very_many_failures_only_the_number_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comitia.verify.record.MOST_FAILURES", 3)
    report = verified(publish(ENTRIES[1:]))
    (result,) = [one for one in report.checks if one.check is Check.ORDER]
    assert len(result.failures) == 4
    found_then = result.failures[-1].found
    assert found_then.endswith(" more failures of this check, which are not listed")


def with_a_false_cosignature() -> dict[str, bytes]:
    files = publish(ENTRIES)
    *lines, last = files["checkpoint"].decode().splitlines()
    spoiled = last[:-6] + ("AAAA" if last[-6:-2] != "AAAA" else "BBBB") + last[-2:]
    return {**files, "checkpoint": "\n".join([*lines, spoiled, ""]).encode()}


def test_a_false_signature_of_a_witness_fails() -> None:
    assert failed(verified(with_a_false_cosignature())) == ["record.witness"]


def test_entries_after_what_could_not_be_read_are_not_checked() -> None:
    report = verified(FORGERIES["a changed entry under the old root"].files, since=head_of([]))
    assert failed(report) == ["record.tiles"]
    left = {r.check: r.reason for r in report.checks if r.status is Status.NOT_CHECKED}
    assert left[Check.RIGHT] == NOT_WHOLE
    gone = {k: v for k, v in publish(ENTRIES).items() if k == "checkpoint"}
    report = verified(gone, since=head_of([]))
    assert {r.check for r in report.checks if r.status is Status.NOT_CHECKED} == {
        *(Check.KEY, Check.CONSISTENCY, Check.ENTRY, Check.FOUNDING, Check.ORDER),
        *(Check.RULES, Check.RIGHT, Check.STANDING, Check.BALANCE),
    }


# --- What was seen before ------------------------------------------------------------------------


@pytest.mark.parametrize("seen", [0, 1, 7, SIZE - 1, SIZE])
def test_a_record_continues_what_was_seen_of_it(seen: int) -> None:
    earlier = head_of(ENTRIES[:seen])
    for trust, since in ((replace(TRUST, seen=earlier), None), (TRUST, earlier)):
        report = verified(publish(ENTRIES), trust, since)
        assert report.verdict is Verdict.VALID
        assert Check.CONSISTENCY in [result.check for result in report.checks]


@pytest.mark.parametrize(
    "seen", [[b"another"], [*ENTRIES[:-1], b"another"], [*ENTRIES, ENTRIES[0]]]
)
def test_a_record_that_was_rewritten_or_cut_is_found_out(seen: list[bytes]) -> None:
    assert failed(verified(publish(ENTRIES), TRUST, head_of(seen))) == ["record.consistency"]


# --- Unreadable ----------------------------------------------------------------------------------


@pytest.mark.parametrize("checkpoint", [None, b"", b"x\n", b"a\nb\nc\n\n\xe2\x80\x94 x AAAAAAA=\n"])
def test_a_place_without_a_checkpoint_is_no_record(checkpoint: bytes | None) -> None:
    files = {} if checkpoint is None else {"checkpoint": checkpoint}
    with pytest.raises(UnreadableRecord, match=r"^record: no checkpoint: "):
        verified(files)


@given(st.data())
def test_any_file_may_be_anything(data: st.DataObject) -> None:
    """A report or a refusal comes of every change, and nothing but a sound record is valid."""
    files = publish(ENTRIES)
    path = data.draw(st.sampled_from(sorted(files)))
    at = data.draw(st.integers(0, len(files[path]) - 1))
    byte = data.draw(st.integers(0, 255))
    changed = files[path][:at] + bytes([byte]) + files[path][at + 1 :]
    try:
        report = verified({**files, path: changed})
    except UnreadableRecord:
        return
    assert (report.verdict is Verdict.VALID) == (changed == files[path])


# --- What is trusted -----------------------------------------------------------------------------

WORDS = f"origin {ORIGIN}\nlog {LOG.verifier.text}\n"
WITNESS = f"witness {WITNESSES[0].verifier.text}\n"


def test_what_is_trusted_is_read_as_it_was_written() -> None:
    for trust in (
        TRUST,
        replace(TRUST, seen=head_of(ENTRIES)),
        Trust(ORIGIN, (LOG.verifier, STRANGER.verifier)),
    ):
        assert parse_trust(trust.to_text().encode(), "trust") == trust
    assert parse_trust(f"# ours\n\n{WORDS}{WITNESS}".encode(), "trust").witnesses == 1


@pytest.mark.parametrize(
    "text, problem",
    [
        ("", "trust: the record's origin and a key of its log are needed"),
        (
            f"log {LOG.verifier.text}\n",
            "trust: the record's origin and a key of its log are needed",
        ),
        (WORDS + "witness\n", "trust, line 3: expected one of origin, "),
        (WORDS + "believe me\n", "trust, line 3: expected one of origin, "),
        (WORDS + f"origin {ORIGIN}\n", "trust, line 3: origin is said twice"),
        (WORDS + "witnesses 1\n", "trust, line 3: 1 of 0 witnesses cannot sign"),
        (WORDS + "witnesses many\n", "trust, line 3: "),
        (WORDS + "witness none\n", "trust, line 3: "),
        (WORDS + f"log {WITNESSES[0].verifier.text}\n", "trust, line 3: this is the key of a witn"),
        (WORDS + f"witness {LOG.verifier.text}\n", "trust, line 3: this is the key of a log"),
        (WORDS + "seen 5 x\n", "trust, line 3: "),
        (WORDS + 65 * WITNESS, "trust: more than 64 witnesses"),
        ("#" * 2**16 + "\n", "trust: more than 65536 bytes"),
    ],
)
def test_what_cannot_be_trusted_is_refused_with_its_line(text: str, problem: str) -> None:
    with pytest.raises(MalformedRecord) as refused:
        parse_trust(text.encode(), "trust")
    assert str(refused.value).startswith(problem)


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(MalformedRecord, match=r"^trust: not UTF-8 at byte 1$"):
        parse_trust(b"o\xff", "trust")
