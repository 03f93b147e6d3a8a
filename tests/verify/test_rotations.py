"""The record's key is changed: who is believed, and who is not.

The thief holds the old key, which was stolen, and can sign checkpoints and write entries with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.errors import StorageUnavailable
from comitia.record.checkpoints import Checkpoint, sign_checkpoint
from comitia.record.checks import Check
from comitia.record.entries import Capacity
from comitia.record.keys import SignerKey
from comitia.record.kinds.publicrecord import RotateKey
from comitia.record.kinds.values import Identifier, Text
from comitia.verify import Status, Verdict
from comitia.verify.record import NOT_WHOLE, RecordReport, verify_record
from comitia.verify.rotations import LOST
from comitia.verify.trust import Trust
from tests.record.founded import ADMINISTRATORS, COMMITTEE, WHOLE, Record, found, identifier
from tests.record.published import Shelf
from tests.record.signers import LOG, ORIGIN, STRANGER, signer
from tests.verify.test_record import TRUST, failed, head_of, publish, verified

NEW, NEWER, THIEF = (signer(f"{ORIGIN}/{name}") for name in ("new", "newer", "thief"))
OLD = LOG
BOTH = tuple((Capacity.APPOINTMENT, one) for one in ADMINISTRATORS)
BY_THE_NEW = replace(TRUST, log_keys=(NEW.verifier,))


@dataclass
class Kept:
    """A record whose key changes, with its handovers."""

    record: Record = field(default_factory=found)
    key: SignerKey = OLD
    handovers: dict[str, bytes] = field(default_factory=dict)

    def rotate(
        self,
        new: SignerKey,
        *,
        lost: bool = False,
        by: Sequence[tuple[Capacity, Identifier]] = BOTH,
        signer_of_it: SignerKey | None = None,
    ) -> Kept:
        """Change the key; the one before hands over."""
        act = RotateKey(key=Text(new.verifier.text), old_key_lost=lost)
        self.record.act(act, identifier("log"), *by, branch=WHOLE)
        size = len(self.record.entries)
        if not lost:
            checkpoint = Checkpoint(ORIGIN, head_of(self.record.entries))
            note = sign_checkpoint(checkpoint, signer_of_it or self.key)
            self.handovers[f"handover/{size}"] = note.to_bytes()
        self.key = new
        return self

    def files(self, log: SignerKey | None = None, **how: object) -> dict[str, bytes]:
        published = publish(self.record.entries, log=log or self.key, **how)  # type: ignore[arg-type] # of publish's own
        return {**published, **self.handovers}


def rotated() -> Kept:
    return Kept().rotate(NEW)


def reason_of(report: RecordReport) -> str | None:
    (result,) = [one for one in report.checks if one.check is Check.KEY]
    return result.reason


# --- What is followed ----------------------------------------------------------------------------


@pytest.mark.parametrize("known", [OLD, NEW, NEWER], ids=["the first", "one between", "the last"])
def test_from_whichever_key_is_known_the_one_in_force_is_found(known: SignerKey) -> None:
    files = rotated().rotate(NEWER).files()
    trust = replace(TRUST, log_keys=(known.verifier,))
    assert verified(files, trust).verdict is Verdict.VALID


def test_of_several_known_keys_the_latest_is_begun_from() -> None:
    kept = rotated().rotate(NEWER)
    both = replace(TRUST, log_keys=(OLD.verifier, NEW.verifier))
    first = next(iter(kept.handovers))
    assert verified({**kept.files(), first: b""}, both).verdict is Verdict.VALID
    assert failed(verified({**kept.files(), first: b""})) == ["record.key"]


def test_a_checkpoint_may_carry_the_signature_of_the_old_key_too() -> None:
    kept = rotated()
    note = sign_checkpoint(Checkpoint(ORIGIN, head_of(kept.record.entries)), OLD, NEW)
    trust = Trust(ORIGIN, (OLD.verifier,))
    files = {**kept.files(), "checkpoint": note.to_bytes()}
    assert failed(verified(files, trust)) == []
    assert reason_of(verified(files, trust)) is None


def test_a_key_that_was_lost_is_compared_by_a_person() -> None:
    kept = Kept().rotate(NEW, lost=True)
    report = verified(kept.files())
    place = len(kept.record.entries) - 1
    assert report.verdict is Verdict.INCOMPLETE
    assert reason_of(report) == LOST.format(place=place, key=NEW.verifier.text)
    assert verified(kept.files(), BY_THE_NEW).verdict is Verdict.VALID


def test_a_lost_key_between_stops_whoever_knows_only_an_older_one() -> None:
    files = Kept().rotate(NEW, lost=True).rotate(NEWER).files()
    assert verified(files).verdict is Verdict.INCOMPLETE
    assert verified(files, BY_THE_NEW).verdict is Verdict.VALID


# --- Attacks -----------------------------------------------------------------------------------


def by_one_administrator() -> dict[str, bytes]:
    return Kept().rotate(NEW, by=BOTH[:1]).files()


def by_an_officer() -> dict[str, bytes]:
    return Kept().rotate(NEW, by=((Capacity.MANDATE, COMMITTEE),)).files()


def old_key_after_the_change() -> dict[str, bytes]:
    return rotated().files(OLD)


def old_key_although_it_was_lost() -> dict[str, bytes]:
    return Kept().rotate(NEW, lost=True).files(OLD)


def key_of_nobody_after_the_change() -> dict[str, bytes]:
    return rotated().files(STRANGER)


def change_that_the_old_key_did_not_sign() -> dict[str, bytes]:
    return Kept().rotate(THIEF, signer_of_it=THIEF).files()


def change_without_a_handover() -> dict[str, bytes]:
    kept = rotated()
    kept.handovers.clear()
    return kept.files()


def handover_of_another_history() -> dict[str, bytes]:
    kept = rotated()
    other = Checkpoint(ORIGIN, head_of([*kept.record.entries[:-1], b"another"]))
    (path,) = kept.handovers
    return {**kept.files(), path: sign_checkpoint(other, OLD).to_bytes()}


def handover_from_before_the_change() -> dict[str, bytes]:
    kept = rotated()
    before = Checkpoint(ORIGIN, head_of(kept.record.entries[:-1]))
    (path,) = kept.handovers
    return {**kept.files(), path: sign_checkpoint(before, OLD).to_bytes()}


def handover_of_another_record() -> dict[str, bytes]:
    kept = rotated()
    other = Checkpoint("other.example", head_of(kept.record.entries))
    (path,) = kept.handovers
    return {**kept.files(), path: sign_checkpoint(other, OLD).to_bytes()}


def false_signature_of_the_new_key() -> dict[str, bytes]:
    kept = rotated()
    wrong = sign_checkpoint(Checkpoint(ORIGIN, head_of([b"another"])), NEW)
    note = replace(wrong, text=Checkpoint(ORIGIN, head_of(kept.record.entries)).text)
    return {**kept.files(), "checkpoint": note.to_bytes()}


ATTACKS: list[tuple[Callable[[], Mapping[str, bytes]], list[str]]] = [
    (by_one_administrator, ["record.right"]),
    (by_an_officer, ["record.right"]),
    (old_key_after_the_change, ["record.key"]),
    (old_key_although_it_was_lost, ["record.key"]),
    (key_of_nobody_after_the_change, ["record.key"]),
    (change_that_the_old_key_did_not_sign, ["record.key"]),
    (change_without_a_handover, ["record.key"]),
    (handover_of_another_history, ["record.key"]),
    (handover_from_before_the_change, ["record.key"]),
    (handover_of_another_record, ["record.key"]),
]


@pytest.mark.parametrize("attack, checks", ATTACKS, ids=lambda one: getattr(one, "__name__", ""))
def test_an_attack_fails_the_check_that_it_breaks_alone(
    attack: Callable[[], Mapping[str, bytes]], checks: list[str]
) -> None:
    assert failed(verified(attack())) == checks


def test_a_false_signature_of_the_new_key_is_none() -> None:
    trust = Trust(ORIGIN, (OLD.verifier,))
    assert failed(verified(false_signature_of_the_new_key(), trust)) == ["record.key"]


def invented_by_the_thief() -> tuple[Kept, dict[str, bytes]]:
    """Return the true record, whose key was changed, and the thief's, with a change of his own."""
    true, forged = rotated(), Kept()
    return true, forged.rotate(THIEF).files(witnesses=())


def test_a_change_that_the_thief_of_the_old_key_invents_has_no_witnesses() -> None:
    """His signatures are as good as the organisation's were: only others saw another history."""
    _, forged = invented_by_the_thief()
    assert failed(verified(forged)) == ["record.witness"]


def test_a_change_that_the_thief_invents_does_not_continue_what_was_seen() -> None:
    true, forged = invented_by_the_thief()
    seen = replace(TRUST, witnesses=0, seen=head_of(true.record.entries))
    assert failed(verified(forged, seen)) == ["record.consistency"]


def test_to_whoever_knows_the_new_key_the_thief_is_nobody() -> None:
    _, forged = invented_by_the_thief()
    by_new = Trust(ORIGIN, (NEW.verifier,))
    assert failed(verified(forged, by_new)) == ["record.key"]


def test_whoever_knows_only_the_stolen_key_and_no_witness_is_told_that_it_is_not_checked() -> None:
    _, forged = invented_by_the_thief()
    report = verified(forged, Trust(ORIGIN, (OLD.verifier,)))
    left = [one.check for one in report.checks if one.status is Status.NOT_CHECKED]
    assert (report.verdict, left) == (Verdict.INCOMPLETE, [Check.WITNESS])


# --- What cannot be read -----------------------------------------------------------------------


def test_whose_signature_it_needs_is_not_known_before_all_was_read() -> None:
    files = rotated().files()
    entries = next(path for path in files if path.startswith("tile/entries/"))
    report = verified({**files, entries: b"x"})
    assert (failed(report), reason_of(report)) == (["record.tiles"], NOT_WHOLE)


def test_a_handover_that_cannot_be_had_fails_with_the_reason() -> None:
    kept = rotated()
    shelf = Shelf(kept.files())

    def read(path: str) -> bytes:
        if path.startswith("handover"):
            raise StorageUnavailable("not today")
        return shelf.read(path)

    report = verify_record(read, TRUST)
    (result,) = [one for one in report.checks if one.check is Check.KEY]
    (failure,) = result.failures
    path = f"handover/{len(kept.record.entries)}"
    assert failure.expected == f"{path}: a checkpoint signed with the key before"
    assert failure.found == "not today"


@given(st.data())
def test_any_handover_may_be_anything(data: st.DataObject) -> None:
    """Only the true one leads on, whatever else stands in its place."""
    kept = rotated()
    (path,) = kept.handovers
    true = kept.handovers[path]
    at = data.draw(st.integers(0, len(true)))
    other = true[:at] + data.draw(st.binary(max_size=3)) + true[at + data.draw(st.integers(0, 3)) :]
    report = verified({**kept.files(), path: other})
    assert (report.verdict is Verdict.VALID) == (other == true)
    assert set(failed(report)) <= {"record.key"}
