"""``comitia verify`` as its contract (design, section 6) describes it, in this process."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import pytest

from comitia.ballots.v1.model import bound_file_name, canonical_json, tar_record
from comitia.cli import main, verifying
from comitia.curve import kernel
from tests.elections import make_election, put_together, take_apart
from tests.verify.building import small, with_setup
from tests.verify.test_decryption import alone, archive_of, false_proof, given

BIDI = "\u202eevil\u2066"
ESCAPES = "\x1b[31mred\x1b]0;title\x07\x9b5m"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder that holds the small election's archive and nothing else."""
    (tmp_path / "small.bel").write_bytes(small().archive)
    return tmp_path


class Run:
    """One run of the command: its exit status, and what it printed."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> None:
        self.status = main([str(argument) for argument in arguments])
        self.out, self.err = capsys.readouterr()

    @property
    def json(self) -> dict[str, Any]:
        """The one object on standard output."""
        assert self.err == ""
        assert self.out.count("\n") == 1
        value = json.loads(self.out)
        assert isinstance(value, dict)
        return value


def verify_json(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> Run:
    return Run(capsys, "verify", "--json", *arguments)


# --- What is printed, and with which status ---


def test_a_valid_archive_ends_with_0_and_exactly_the_documented_keys(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = verify_json(capsys, folder / "small.bel")
    report = run.json
    assert run.status == 0
    assert list(report) == ["verdict", "subject", "checks", "warnings", "result"]
    assert report["verdict"] == "valid"
    assert report["subject"] == {
        "uuid": small().election.uuid,
        "election_hash": small().election.fingerprint,
    }
    assert {tuple(c) for c in report["checks"]} == {("id", "title", "status", "count", "failures")}
    assert {c["status"] for c in report["checks"]} == {"passed"}
    assert report["warnings"] == [
        {
            "id": "decryption.bound",
            "subject": {"height": None, "record": None},
            "text": "No bound decryption proofs were published beside the archive: "
            "that every share is right rests on the trustees' honesty.",
        }
    ]
    assert report["result"] == [[1, 1]]


def test_a_failure_ends_with_1_and_says_what_was_expected_and_found(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    steps = take_apart(small().archive)
    steps[-1] = replace(steps[-1], contents=(b'{"result":[[2,1]]}',))
    (folder / "small.bel").write_bytes(put_together(steps))
    run = verify_json(capsys, folder / "small.bel")
    (failed,) = [c for c in run.json["checks"] if c["status"] == "failed"]
    assert (run.status, run.json["verdict"]) == (1, "invalid")
    assert failed["id"] == "result.value"
    (failure,) = failed["failures"]
    assert (failure["expected"], failure["found"]) == ("question 1, choice 1: 1", "2")
    assert failure["subject"]["height"] == 7
    assert re.fullmatch("[0-9a-f]{64}", failure["subject"]["record"])


def test_an_open_election_ends_with_3(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "small.bel").write_bytes(put_together(take_apart(small().archive)[:3]))
    run = verify_json(capsys, folder)
    assert (run.status, run.json["verdict"], run.json["result"]) == (3, "incomplete", None)


def test_a_fault_in_an_open_election_ends_with_1(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = put_together(take_apart(small().archive)[:3]) + bytes(512)
    (folder / "small.bel").write_bytes(archive)
    run = verify_json(capsys, folder)
    assert (run.status, run.json["verdict"]) == (1, "invalid")


@pytest.mark.parametrize("option", [[], ["--json"], ["-v"]])
@pytest.mark.parametrize("steps, status", [(8, 0), (3, 3), (9, 1)])
def test_the_status_is_the_same_in_words_and_in_json(
    option: list[str],
    steps: int,
    status: int,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    all_steps = take_apart(small().archive)
    (folder / "small.bel").write_bytes(put_together([*all_steps, all_steps[-1]][:steps]))
    run = Run(capsys, "verify", *option, folder)
    assert (run.status, run.err) == (status, "")
    assert ("\n" in run.out.strip()) is (option != ["--json"])


@pytest.mark.parametrize("jobs", ["1", "2", "3", "9999"])
def test_the_json_is_the_same_for_any_number_of_jobs(
    jobs: str,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("comitia.verify.ballots._CIPHERTEXTS_A_CHUNK", 2)
    expected = verify_json(capsys, folder).out
    assert verify_json(capsys, folder, "--jobs", jobs).out == expected


def test_no_more_processes_are_started_than_there_are_cores(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    class Engine:
        def __init__(self, jobs: int) -> None:
            asked.append(jobs)

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None: ...

        map = map_unlocked = staticmethod(map)

    monkeypatch.setattr("comitia.cli.verifying.Engine", Engine)
    monkeypatch.setattr("comitia.cli.verifying.available_cores", lambda: 4)
    for options in ([], ["--jobs", "1"], ["--jobs", "3"], ["--jobs", "9999"]):
        assert verify_json(capsys, folder, *options).status == 0
    assert asked == [4, 1, 3, 4]


# --- What cannot be read ---


def unreadable(run: Run) -> str:
    """Return the sentence of a run that found nothing to verify."""
    assert run.status == 2
    assert list(run.json) == ["verdict", "error"]
    assert run.json["verdict"] == "unreadable"
    sentence = run.json["error"]
    assert isinstance(sentence, str)
    assert sentence
    assert "\n" not in sentence
    return sentence


def test_a_file_that_is_not_there_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "missing.bel"
    sentence = f"{missing}: No such file or directory"
    assert unreadable(verify_json(capsys, missing)) == sentence
    run = Run(capsys, "verify", missing)
    assert (run.status, run.out, run.err) == (2, "", f"comitia: {sentence}\n")


NOT_AN_ARCHIVE = "header: this is not an election archive of wire version 1"


@pytest.mark.parametrize(
    "content, problem",
    [
        (b"", NOT_AN_ARCHIVE),
        (b"x", NOT_AN_ARCHIVE),
        (b"\0" * 10240, NOT_AN_ARCHIVE),
        (b"%PDF-1.7\n" * 1000, NOT_AN_ARCHIVE),
        (small().archive[:511], NOT_AN_ARCHIVE),
        (small().archive[512:], "not JSON at character 38: Extra data"),
        (small().archive[:600], "header: not in its canonical form"),
        (
            tar_record("BELENIOS", b'{"version":2,"timestamp":"1"}', 1),
            "header, version: expected wire version 1, found 2",
        ),
        (
            tar_record("BELENIOS", b'{"version":1,"timestamp":"1"}', 2),
            "header: not in its canonical form",
        ),
        (
            tar_record("BELENIOS", b" " * 5000, 1),
            "header: its size of 5000 bytes is too large to be one",
        ),
    ],
)
def test_a_file_without_a_readable_header_is_named(
    content: bytes, problem: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "some.bel"
    path.write_bytes(content)
    assert unreadable(verify_json(capsys, path)) == f"{path}: {problem}"


def test_damage_after_a_readable_header_is_a_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "some.bel"
    path.write_bytes(small().archive[:1500])
    run = verify_json(capsys, path)
    assert (run.status, run.json["verdict"]) == (1, "invalid")


def test_a_folder_means_its_only_archive(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "votes.txt").write_text("[[1,0]]", encoding="utf-8")
    (folder / "inner").mkdir()
    (folder / "inner" / "other.bel").write_bytes(b"")
    by_file = verify_json(capsys, folder / "small.bel")
    by_folder = verify_json(capsys, folder)
    assert (by_file.status, by_file.out) == (by_folder.status, by_folder.out)


@pytest.mark.parametrize("number", [0, 2])
def test_a_folder_with_no_archive_or_two_is_refused(
    number: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("one.bel", "two.bel")[:number]:
        (tmp_path / name).write_bytes(small().archive)
    found = "2 archives" if number else "no archive"
    sentence = f"{tmp_path}: expected one .bel file in this folder, found {found}"
    assert unreadable(verify_json(capsys, tmp_path)) == sentence


@pytest.mark.parametrize("kind", ["pipe", "device", "endless device"])
def test_what_is_no_plain_file_is_refused_and_not_waited_for(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    path = {"pipe": pipe, "device": Path(os.devnull), "endless device": Path("/dev/zero")}[kind]
    sentence = f"{path}: expected a plain file; write what it holds to one first"
    assert unreadable(verify_json(capsys, path)) == sentence


def test_a_file_that_may_not_be_read_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused here in the system's name: to the super-user nothing is forbidden."""
    path = folder / "small.bel"

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("comitia.cli.files.os.open", refuse)
    assert unreadable(verify_json(capsys, path)) == f"{path}: Permission denied"


def test_a_file_that_cannot_be_read_on_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("comitia.cli.verifying.verify_election", fail)
    path = folder / "small.bel"
    assert unreadable(verify_json(capsys, path)) == f"{path}: Input/output error"


def test_a_name_too_long_for_any_file_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert unreadable(verify_json(capsys, "x" * 5000)).endswith(": File name too long")


# --- Options ---


@pytest.mark.parametrize("jobs", ["0", "-1", "x", "", "1.5", "10000", "9" * 5000, "\u00b2", "1 "])
def test_a_number_of_jobs_is_a_number_from_1_to_9999(
    jobs: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sentence = unreadable(verify_json(capsys, folder, f"--jobs={jobs}"))
    assert sentence == "argument --jobs: expected a whole number from 1 to 9999"


_WHOLE = "expected a whole number from 1 to 9999"


@pytest.mark.parametrize(
    "arguments, sentence",
    [
        ([], "the following arguments are required: PATH|URL"),
        (["a", "b"], "unrecognized arguments: b"),
        (["a", "--unknown"], "unrecognized arguments: --unknown"),
        (["a", "--since"], "argument --since: expected one argument"),
        (["a", "--jobs"], "argument --jobs: expected one argument"),
        (["a", "--min-shuffles"], "argument --min-shuffles: expected one argument"),
        *(
            ([f"--min-shuffles={number}"], f"argument --min-shuffles: {_WHOLE}")
            for number in ("0", "-1", "", "x", "1.0", "10000", "\u0662")
        ),
        (["a", "--verb"], "unrecognized arguments: --verb"),
        (["a", "-\x1b[31m"], "unrecognized arguments: -\\x1b[31m"),
    ],
)
def test_wrong_options_are_an_unreadable_verification(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert unreadable(verify_json(capsys, *arguments)) == sentence
    run = Run(capsys, "verify", *arguments)
    assert (run.status, run.out) == (2, "")
    assert run.err.startswith("usage: comitia")
    assert run.err.endswith(f"comitia: {sentence}\n")


def test_shuffles_are_demanded_of_ranked_ballots_only(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = verify_json(capsys, folder, "--min-shuffles", "9999")
    assert (run.status, run.json["verdict"]) == (0, "valid")


# --- An earlier view ---


def test_an_earlier_view_that_is_continued_passes(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    earlier = folder / "earlier"
    earlier.mkdir()
    (earlier / "small.bel").write_bytes(put_together(take_apart(small().archive)[:2]))
    for since in (earlier, earlier / "small.bel"):
        run = verify_json(capsys, folder / "small.bel", "--since", since)
        (extends,) = [c for c in run.json["checks"] if c["id"] == "archive.extends"]
        assert (run.status, extends["status"], extends["count"]) == (0, "passed", 2)


def test_an_earlier_view_that_is_not_continued_fails(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    earlier = folder / "earlier.tar"
    earlier.write_bytes(make_election().archive)
    run = verify_json(capsys, folder, "--since", earlier)
    failed = [c["id"] for c in run.json["checks"] if c["failures"]]
    assert (run.status, failed) == (1, ["archive.extends"])


@pytest.mark.parametrize(
    "content, problem",
    [(None, "No such file or directory"), (b"x", NOT_AN_ARCHIVE), (b"", NOT_AN_ARCHIVE)],
)
def test_an_earlier_view_that_cannot_be_read_is_named(
    content: bytes | None, problem: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    earlier = folder / "earlier"
    if content is not None:
        earlier.write_bytes(content)
    run = verify_json(capsys, folder / "small.bel", "--since", earlier)
    assert unreadable(run) == f"{earlier}: {problem}"


# --- Bound proofs beside the archive ---


def bound_status(run: Run) -> list[str]:
    return [c["status"] for c in run.json["checks"] if c["id"] == "decryption.bound"]


def test_bound_proofs_are_found_beside_the_archive(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bound = folder / bound_file_name(small().election.uuid)
    bound.write_bytes(small().bound)
    run = verify_json(capsys, folder / "small.bel")
    assert (run.status, bound_status(run), run.json["warnings"]) == (0, ["passed"], [])


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff" * 100])
def test_bound_proofs_that_are_none_fail(
    content: bytes, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / bound_file_name(small().election.uuid)).write_bytes(content)
    run = verify_json(capsys, folder)
    assert (run.status, bound_status(run)) == (1, ["failed"])


def test_bound_proofs_too_large_for_any_are_read_no_further(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comitia.cli.verifying.LARGEST_BOUND_BYTES", 10)
    (folder / bound_file_name(small().election.uuid)).write_bytes(small().bound)
    run = verify_json(capsys, folder)
    (failed,) = [c for c in run.json["checks"] if c["id"] == "decryption.bound"]
    assert run.status == 1
    assert failed["failures"][0]["found"] == (
        "bound proofs: not JSON at character 11: Expecting value"
    )


def test_a_pipe_in_place_of_bound_proofs_is_not_waited_for(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bound = folder / bound_file_name(small().election.uuid)
    os.mkfifo(bound)
    run = verify_json(capsys, folder)
    assert (run.status, bound_status(run)) == (3, ["not_checked"])
    words = Run(capsys, "verify", "-v", folder).out
    sentence = f"{bound}: expected a plain file; write what it holds to one first"
    assert f"because the file beside the archive cannot be read: {sentence}" in words


def test_a_link_in_place_of_bound_proofs_is_not_followed(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "elsewhere").write_bytes(small().bound)
    (folder / bound_file_name(small().election.uuid)).symlink_to(tmp_path / "elsewhere")
    run = verify_json(capsys, folder)
    assert (run.status, bound_status(run)) == (3, ["not_checked"])


@pytest.mark.parametrize(
    "error, sentence",
    [
        (MemoryError(), "there is not enough memory"),
        (IndexError("secret"), "this should not have happened (IndexError, test_verifying.py:"),
    ],
)
def test_what_nobody_foresaw_is_no_verdict(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    sentence: str,
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("comitia.cli.verifying.verify_election", fail)
    run = verify_json(capsys, folder)
    assert run.status == 2
    assert run.json["error"].startswith(f"{folder}: {sentence}")
    assert "secret" not in run.out


# --- In words ---


def test_a_report_in_words_ends_with_its_verdict(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = Run(capsys, "verify", folder).out
    lines = out.splitlines()
    election = small().election
    assert lines[0] == f"Election {election.uuid}, fingerprint {election.fingerprint}"
    assert lines[1].startswith("Last event ")
    assert lines[3].startswith("\u2713 archive.readable   passed      Every record")
    assert lines[-5].startswith("! decryption.bound: No bound decryption proofs")
    assert lines[-3] == "Result as recorded: [[1, 1]]"
    assert lines[-1] == "VALID, with a warning: every check that applies was made and holds."


def test_words_name_the_trustee_of_a_false_decryption_that_is_not_needed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = alone()
    shares = [(1, false_proof(made, 1)), *given(made, 2, 3)]
    (tmp_path / "group.bel").write_bytes(archive_of(made, shares))
    (tmp_path / bound_file_name(made.election.uuid)).write_bytes(made.bound)
    run = Run(capsys, "verify", tmp_path)
    warnings = [line for line in run.out.splitlines() if line.startswith("! ")]
    assert run.status == 0
    assert [line.split(" does not hold")[0] for line in warnings] == [
        "! decryption.proof: The decryption of trustee 1"
    ]
    assert run.out.endswith("VALID, with a warning: every check that applies was made and holds.\n")


def test_words_say_whose_decryptions_are_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = alone()
    (tmp_path / "group.bel").write_bytes(archive_of(made, given(made, 2)))
    run = Run(capsys, "verify", tmp_path)
    assert run.status == 1
    assert "expected decryptions by 2 of the trustees 1 to 3" in run.out


def test_words_show_five_failures_of_a_check_and_all_where_asked(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    credentials = b"[" + b",".join([b'"%064x"' % 2] * 7) + b"]"
    records = with_setup(small(), credentials=credentials)
    step = replace(take_apart(small().archive)[0], contents=records.in_order)
    (folder / "small.bel").write_bytes(put_together([step]))
    short = Run(capsys, "verify", folder).out
    long = Run(capsys, "verify", "-v", folder).out
    assert short.count("      expected ") == 5
    assert "    and 8 more; -v or --json shows all" in short
    assert long.count("      expected ") == 13
    assert " more; " not in long
    assert "    because the election is still open" in long
    assert "INVALID: something does not hold; see above." in short


def hostile(folder: Path) -> None:
    """Put texts that would play tricks with a terminal wherever an archive can hold any."""
    made = small()
    election = json.loads(made.records.election)
    election |= {"name": BIDI, "description": ESCAPES, f"{ESCAPES}{BIDI}": 1}
    records = with_setup(made, election=canonical_json(election))
    steps = take_apart(made.archive)
    steps[0] = replace(steps[0], contents=records.in_order)
    ballot = canonical_json({**json.loads(made.ballots[0]), f"{ESCAPES}{BIDI}": 1})
    steps[1] = replace(steps[1], contents=(ballot,))
    steps[-1] = replace(steps[-1], contents=(canonical_json({"result": [BIDI, ESCAPES]}),))
    (folder / "small.bel").write_bytes(put_together(steps))


@pytest.mark.parametrize("option", [[], ["-v"], ["--json"]])
def test_hostile_text_never_reaches_the_terminal_raw(
    option: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hostile(folder)
    run = Run(capsys, "verify", *option, folder)
    assert run.status == 1
    assert "evil" in run.out
    assert "red" in run.out
    assert not set(run.out + run.err) & set("\x1b\x07\x9b\u202e\u2066")


@pytest.mark.parametrize("option", [[], ["--json"]])
def test_a_hostile_name_of_a_file_never_reaches_the_terminal_raw(
    option: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"{ESCAPES}{BIDI}\udcff.bel"
    run = Run(capsys, "verify", *option, path)
    assert run.status == 2
    assert "evil" in run.out + run.err
    assert not set(run.out + run.err) & set("\x1b\x07\x9b\u202e\u2066\udcff")


def test_the_active_layer_of_the_kernel_is_shown_to_who_wants_more(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "kernel" not in Run(capsys, "verify", folder).out
    shown = Run(capsys, "verify", "-v", folder).out.splitlines()[-1]
    assert shown == f"Native kernel: {kernel.active_name()}"


@pytest.mark.parametrize("option", [[], ["--json"]])
def test_without_the_kernel_a_note_says_once_that_it_is_slower(
    option: list[str],
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with_kernel = Run(capsys, "verify", *option, folder)
    monkeypatch.setattr("comitia.cli.verifying.compiled_layers", tuple)
    without = Run(capsys, "verify", *option, folder)
    assert (without.status, without.out) == (with_kernel.status, with_kernel.out)
    assert (with_kernel.err, without.err) == ("", f"{verifying.WITHOUT_KERNEL}\n")
