"""A witness on another machine: what it signs, what it refuses, and what it remembers."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import pytest

from comitia.cli import main
from comitia.cli.files import lock_file, replace_public
from comitia.cli.record import attending
from comitia.record.cosignatures import verify_cosignatures
from comitia.record.keys import KeyKind, SignerKey, parse_verifier_key
from comitia.record.notes import Note, parse_note
from comitia.verify.trust import Trust, parse_trust
from tests.cli.record.conftest import Site
from tests.record.signers import LOG, ORIGIN, STRANGER, WITNESSES, signer
from tests.verify.test_record import ENTRIES, head_of, publish

CAPTURED = pytest.CaptureFixture[str]
LONG = [f"entry {n}".encode() for n in range(700)]
REWRITTEN = [b"another", *LONG[1:]]


@dataclass
class Run:
    """How a run of the command ended."""

    status: int
    out: str
    err: str


@dataclass
class Machine:
    """The witness's machine: its key, its state, and the site that it watches."""

    folder: Path
    site: Site
    capsys: CAPTURED

    @property
    def state(self) -> Path:
        return self.folder / "state"

    def words(self, *more: str) -> list[str]:
        key, state = str(self.folder / "key"), str(self.state)
        return ["record", "witness", self.site.address, "--key", key, "--state", state, *more]

    def run(self, *more: str) -> Run:
        status = main(self.words(*more))
        printed = self.capsys.readouterr()
        return Run(status, printed.out, printed.err)

    def publish(self, entries: list[bytes], log: SignerKey = LOG, **how: str) -> None:
        published = publish(entries, log=log, witnesses=(), **how)
        self.site.files = {**published, "key": f"{log.verifier.text}\n".encode()}

    def seen(self) -> Trust:
        return parse_trust(self.state.read_bytes(), "state")

    def signed(self) -> list[Note]:
        """Return the notes that were sent; each has this witness's signature, and it holds."""
        notes = [parse_note(body, "sent") for _, body in self.site.sent]
        for note in notes:
            (one,) = verify_cosignatures(note, [WITNESSES[0].verifier])
            assert one.cosigned_at == pytest.approx(time.time(), abs=60)
        return notes


KNOWN = ("--record-key", LOG.verifier.text)


@pytest.fixture
def machine(tmp_path: Path, site: Site, capsys: CAPTURED) -> Machine:
    (tmp_path / "key").write_text(WITNESSES[0].text + "\n", encoding="utf-8")
    (tmp_path / "key").chmod(0o600)
    made = Machine(tmp_path, site, capsys)
    made.publish(LONG[:300])
    return made


# --- The key --------------------------------------------------------------------------------------


def test_a_key_is_made_for_its_owner_alone_and_its_public_half_printed(
    tmp_path: Path, capsys: CAPTURED
) -> None:
    path = tmp_path / "key"
    words = ["record", "witness-key", str(path), "--name", "witness.example/w9"]
    assert main(words) == 0
    public = parse_verifier_key(capsys.readouterr().out.removesuffix("\n"), "printed")
    assert (public.name, public.kind) == ("witness.example/w9", KeyKind.COSIGNATURE)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert attending.read_witness_key(path).verifier == public


def test_a_key_is_never_overwritten(tmp_path: Path, capsys: CAPTURED) -> None:
    path = tmp_path / "key"
    path.write_bytes(b"precious")
    assert main(["record", "witness-key", str(path), "--name", "w"]) == 2
    assert "there is such a file already" in capsys.readouterr().err
    assert path.read_bytes() == b"precious"


# --- What is signed -----------------------------------------------------------------------------


def test_a_checkpoint_is_signed_stored_and_sent(machine: Machine) -> None:
    run = machine.run(*KNOWN)
    head = head_of(LONG[:300])
    told = f"Signed 300 entries with the root {head.root.hex()}\n"
    assert (run.status, run.out, run.err) == (0, told, "")
    assert machine.seen() == Trust(ORIGIN, (LOG.verifier,), seen=head)
    ((path, _),) = machine.site.sent
    (note,) = machine.signed()
    published = parse_note(machine.site.files["checkpoint"], "published")
    assert path == "/cosignatures"
    assert (note.text, len(note.signatures)) == (published.text, 1)
    kept = parse_note((machine.folder / "state.note").read_bytes(), "kept")
    assert kept == Note(note.text, (*published.signatures, *note.signatures))


def test_a_record_that_grows_is_signed_again_each_time(machine: Machine) -> None:
    for size in (300, 301, 301, 700):
        machine.publish(LONG[:size])
        assert machine.run(*KNOWN).status == 0
        assert machine.seen().seen == head_of(LONG[:size])
    assert len(machine.signed()) == 4


def test_what_is_kept_is_what_verify_trusts(machine: Machine) -> None:
    machine.publish(ENTRIES)
    assert machine.run(*KNOWN).status == 0
    assert main(["verify", machine.site.address, "--trust", str(machine.state)]) == 3
    assert "✓ record.consistency" in machine.capsys.readouterr().out


@pytest.mark.parametrize("status", [404, 405, 501])
def test_where_the_record_takes_no_signatures_the_note_is_printed_and_kept(
    machine: Machine, status: int
) -> None:
    machine.site.taken = status
    run = machine.run(*KNOWN)
    kept = (machine.folder / "state.note").read_bytes().decode()
    assert run.status == 0
    assert run.out.endswith(f"takes no signatures; it lies in {machine.state}.note:\n\n{kept}")


@pytest.mark.parametrize("status", [200, 302, 403, 500])
def test_an_answer_that_is_none_of_these_is_told_and_the_signature_kept(
    machine: Machine, status: int
) -> None:
    machine.site.taken = status
    run = machine.run(*KNOWN)
    assert (run.status, run.out) == (2, "")
    assert f"cosignatures: the server answered {status} to the signature, which lies" in run.err
    assert [path for path, _ in machine.site.sent] == ["/cosignatures"]
    assert machine.seen().seen == head_of(LONG[:300])


# --- Whose record it is --------------------------------------------------------------------------


def test_on_first_use_the_key_is_told_with_its_hash(machine: Machine) -> None:
    run = machine.run()
    assert run.status == 0
    assert (
        f"Trusted on first use, because no --record-key was given: {LOG.verifier.text}" in run.out
    )
    assert f"SHA-256 of this key: {sha256(LOG.verifier.public).hexdigest()}" in run.out
    assert machine.seen().log_keys == (LOG.verifier,)
    assert "first use" not in machine.run().out


def test_without_a_published_key_it_must_be_named(machine: Machine) -> None:
    del machine.site.files["key"]
    run = machine.run()
    assert run.status == 2
    assert "key: there is none at this address; name the record's key with --record-key" in run.err
    assert not machine.state.exists()


@pytest.mark.parametrize(
    "content", [WITNESSES[1].verifier.text.encode(), b"", b"\xff", b"a" * 5000]
)
def test_a_published_key_that_is_none_is_refused(machine: Machine, content: bytes) -> None:
    machine.site.files["key"] = content
    run = machine.run()
    assert (run.status, run.err.startswith("comitia: key: ")) == (2, True)
    assert not machine.state.exists()


def test_a_checkpoint_of_another_key_is_refused(machine: Machine) -> None:
    machine.publish(LONG[:300], STRANGER)
    run = machine.run(*KNOWN)
    assert (run.status, run.err.startswith("comitia: record.key: ")) == (1, True)
    assert (machine.site.sent, machine.state.exists()) == ([], False)


def test_a_record_under_another_name_is_refused(machine: Machine) -> None:
    machine.run(*KNOWN)
    machine.publish(LONG[:400], origin="other.example")
    run = machine.run(*KNOWN)
    assert (run.status, run.err.startswith("comitia: record.key: ")) == (1, True)
    assert len(machine.site.sent) == 1


def test_a_changed_key_is_taken_from_a_person_alone(machine: Machine) -> None:
    new = signer(f"{ORIGIN}/new")
    machine.run(*KNOWN)
    machine.publish(LONG[:400], new)
    assert machine.run().status == 1
    run = machine.run("--record-key", new.verifier.text)
    assert (run.status, run.out.splitlines()[0]) == (
        0,
        f"From now on the record's key is {new.verifier.text}",
    )
    assert machine.run().status == 0
    machine.publish(REWRITTEN[:400], new)
    assert machine.run().status == 1


def test_a_name_that_would_be_read_as_more_lines_is_refused(machine: Machine) -> None:
    machine.publish(LONG[:300], origin=f"x\u2028log {STRANGER.verifier.text}")
    run = machine.run(*KNOWN)
    assert (run.status, machine.state.exists(), machine.site.sent) == (2, False, [])
    assert "the record's name cannot be written on one line" in run.err


# --- Histories that are refused -------------------------------------------------------------------

HISTORIES = {
    "rewritten": REWRITTEN[:700],
    "forked": [*LONG[:299], b"another"],
    "forked and longer": [*LONG[:299], *REWRITTEN[:200]],
    "shrunk": LONG[:299],
    "emptied": [],
}


@pytest.mark.parametrize("name", HISTORIES)
def test_a_history_that_does_not_continue_is_refused_and_kept_as_evidence(
    machine: Machine, name: str
) -> None:
    machine.run(*KNOWN)
    before = machine.state.read_bytes()
    machine.publish(HISTORIES[name])
    run = machine.run(*KNOWN)
    assert (run.status, run.out) == (1, "")
    assert run.err.startswith("comitia: record.consistency: checkpoint: expected one that contin")
    assert machine.state.read_bytes() == before
    assert (machine.folder / "state.refused").read_bytes() == machine.site.files["checkpoint"]
    assert len(machine.site.sent) == 1


def test_tiles_that_are_not_those_of_the_checkpoint_are_refused(machine: Machine) -> None:
    machine.run(*KNOWN)
    machine.publish(LONG)
    machine.site.files["tile/0/001"] = bytes(8192)
    run = machine.run(*KNOWN)
    assert (run.status, run.err.startswith("comitia: record.tiles: ")) == (1, True)
    assert machine.seen().seen == head_of(LONG[:300])


def test_tiles_that_are_gone_prove_nothing(machine: Machine) -> None:
    machine.run(*KNOWN)
    machine.publish(LONG)
    machine.site.files = {k: v for k, v in machine.site.files.items() if not k.startswith("tile")}
    run = machine.run(*KNOWN)
    assert (run.status, "there is none at this address" in run.err) == (2, True)
    assert machine.seen().seen == head_of(LONG[:300])


# --- Killed ---------------------------------------------------------------------------------------


def test_killed_before_the_answer_it_never_signs_another_history(machine: Machine) -> None:
    """The state was stored before the signature left, so a fork of it is refused afterwards."""
    killed: list[int] = []
    process = subprocess.Popen([sys.executable, "-m", "comitia", *machine.words(*KNOWN)])

    def kill() -> None:
        killed.append(process.pid)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(30)

    machine.site.hook = kill
    assert process.wait(60) == -signal.SIGKILL
    assert killed == [process.pid]
    machine.site.hook = lambda: None
    assert machine.seen().seen == head_of(LONG[:300])
    machine.publish(HISTORIES["forked"])
    assert machine.run(*KNOWN).status == 1
    machine.publish(LONG[:300])
    assert machine.run(*KNOWN).status == 0
    assert len({note.text for note in machine.signed()}) == 1


@pytest.mark.parametrize("when", ["the state", "the signed checkpoint"])
def test_stopped_before_it_is_stored_nothing_was_sent(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    stored: list[str] = []

    def stop(path: Path, content: bytes) -> None:
        if len(stored) == (when != "the state"):
            raise KeyboardInterrupt
        stored.append(path.name)
        replace_public(path, content)

    with monkeypatch.context() as patch:
        patch.setattr(attending, "replace_public", stop)
        assert machine.run(*KNOWN).status == 130
    assert (machine.site.sent, stored) == ([], ["state"] if when != "the state" else [])
    assert machine.run(*KNOWN).status == 0


def test_two_at_once_do_not_share_a_state(machine: Machine) -> None:
    assert machine.run(*KNOWN).status == 0
    with lock_file(machine.folder / "state.lock"):
        run = machine.run(*KNOWN)
    assert (run.status, "another process works with this file" in run.err) == (2, True)
    assert len(machine.site.sent) == 1


# --- A hostile server -----------------------------------------------------------------------------


def test_a_server_that_answers_a_byte_at_a_time_is_left(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attending, "FETCHING_SECONDS", 0.5)
    machine.site.slowly = True
    machine.site.files["checkpoint"] = machine.site.files["checkpoint"][:60]
    began = time.monotonic()
    run = machine.run(*KNOWN)
    assert time.monotonic() - began < 2.5
    assert (run.status, run.err) == (
        2,
        f"comitia: {machine.site.address}: not done after 0.5 seconds\n",
    )
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_of_an_endless_answer_only_what_can_be_right_is_read(machine: Machine) -> None:
    machine.site.endless = True
    run = machine.run(*KNOWN)
    assert (run.status, "where at most 262144 are allowed" in run.err) == (2, True)


def test_a_redirect_within_the_host_is_followed(machine: Machine) -> None:
    machine.site.files["now"] = machine.site.files.pop("checkpoint")
    machine.site.moved["checkpoint"] = "/now"
    assert machine.run(*KNOWN).status == 0


@pytest.mark.parametrize("to", ["http://localhost:{port}/now", "https://127.0.0.1:{port}/now"])
def test_a_redirect_to_another_host_is_refused(machine: Machine, to: str) -> None:
    port = machine.site.address.rstrip("/").rpartition(":")[2]
    machine.site.moved["checkpoint"] = to.format(port=port)
    run = machine.run(*KNOWN)
    assert (run.status, run.err) == (
        2,
        f"comitia: {machine.site.address}checkpoint: it redirects to another host\n",
    )


@pytest.mark.parametrize(
    "content", [b"", b"\xff", b"a\nb\nc\n\n\xe2\x80\x94 x AAAAAAA=\n", b"\n\n"]
)
def test_what_is_no_checkpoint_is_refused(machine: Machine, content: bytes) -> None:
    machine.site.files["checkpoint"] = content
    run = machine.run(*KNOWN)
    assert (run.status, run.err.startswith("comitia: checkpoint")) == (2, True)
    assert run.err.count("\n") == 1


def test_a_state_that_is_damaged_is_never_taken_for_none(machine: Machine) -> None:
    machine.state.write_bytes(b"")
    run = machine.run(*KNOWN)
    assert (run.status, machine.site.sent) == (2, [])
    assert run.err.startswith(f"comitia: {machine.state}: the record's origin and a key of its log")


# --- Again and again ------------------------------------------------------------------------------


def test_it_goes_on_until_a_history_is_refused(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that is away is told and tried again; a rewritten history ends it."""
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        machine.publish(LONG if len(slept) == 1 else REWRITTEN)
        if len(slept) == 2:
            machine.site.files.clear()

    monkeypatch.setattr("comitia.cli.record.commands.time.sleep", sleep)
    run = machine.run(*KNOWN, "--every", "3600")
    assert (run.status, slept) == (1, [3600, 3600, 3600])
    assert [line.partition(" with")[0] for line in run.out.splitlines()] == [
        "Signed 300 entries",
        "Signed 700 entries",
    ]
    away, refused = run.err.splitlines()
    assert away == "comitia: checkpoint: there is none at this address"
    assert refused.startswith("comitia: record.consistency: ")


# --- Wrong words ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change, sentence",
    [
        (("--every", "0"), "expected a whole number from 1 to 604800"),
        (("--every", "99999999"), "expected a whole number from 1 to 604800"),
        (("--record-key", "none"), "the record's key: expected a name, eight digits and a key"),
        (("--record-key", WITNESSES[0].verifier.text), "this is the key of a witness"),
    ],
)
def test_wrong_options_are_one_sentence(
    machine: Machine, change: tuple[str, str], sentence: str
) -> None:
    run = machine.run(*change)
    assert (run.status, run.out, machine.site.sent) == (2, "", [])
    assert sentence in run.err


def test_wrong_names_and_addresses_are_refused(machine: Machine) -> None:
    words = machine.words()
    words[2] = "file:///record"
    assert main(words) == 2
    assert "expected an address that begins with https://" in machine.capsys.readouterr().err
    assert main(["record", "witness-key", str(machine.folder / "new"), "--name", "a b"]) == 2
    assert "expected a name without spaces and plus signs" in machine.capsys.readouterr().err
    assert not (machine.folder / "new").exists()


def test_an_address_without_its_last_stroke_is_the_same(machine: Machine) -> None:
    words = machine.words(*KNOWN)
    words[2] = words[2].rstrip("/")
    assert main(words) == 0
    assert len(machine.site.sent) == 1


@pytest.mark.parametrize(
    "content, problem",
    [
        (LOG.text, "this is the key of a log, not of a witness"),
        ("secret", "a private key begins with PRIVATE+KEY+"),
        ("x" * 5000, "more than the 1025 bytes that are allowed"),
    ],
)
def test_a_key_file_that_is_none_is_refused_and_not_repeated(
    machine: Machine, content: str, problem: str
) -> None:
    (machine.folder / "key").write_text(content, encoding="utf-8")
    run = machine.run(*KNOWN)
    assert (run.status, run.out, problem in run.err) == (2, "", True)
    assert content not in run.err


def test_a_key_that_others_can_read_is_refused(machine: Machine) -> None:
    (machine.folder / "key").chmod(0o644)
    run = machine.run(*KNOWN)
    assert (run.status, "others can read this secret" in run.err) == (2, True)


def test_the_key_is_printed_nowhere(machine: Machine) -> None:
    secret = WITNESSES[0].text.rpartition("+")[2]
    run = machine.run()
    kept = [path.read_bytes().decode() for path in machine.folder.glob("state*")]
    sent = [body.decode() for _, body in machine.site.sent]
    assert secret in (machine.folder / "key").read_text(encoding="utf-8")
    assert not any(secret in text for text in (run.out, run.err, *kept, *sent))


def test_the_state_of_another_machine_is_taken_on(machine: Machine) -> None:
    """A trust file is a state; what was seen in it must be continued."""
    seen = replace(Trust(ORIGIN, (LOG.verifier,)), seen=head_of(REWRITTEN[:100]))
    machine.state.write_text(seen.to_text(), encoding="utf-8")
    assert machine.run().status == 1
