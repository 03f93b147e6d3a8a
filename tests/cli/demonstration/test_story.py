"""``comitia demo``: one real run as a program, and small ones in this process."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from comitia.ballots.v1.model import EventType
from comitia.cli import main
from comitia.engine import Engine
from tests.elections import take_apart

BLT = """4 1
-3
2 1 2 0
3 3 2 0
1 3 0
2 0
0
"Ada"
"Bo \u202e"
"Withdrawn"
"Nobody's choice"
"A [bold]club[/bold]"
"""
COUNCIL_CSV = """3,1,
2,1,
1,2,3,1,
1,
"Candidate 1","Ann Adams","Independent (Ind)",
"Candidate 2","Bob Brown","Labour (Lab)",
"Candidate 3","Cat Clark","Green (Gr)",
"Ward 1 - Anytown",
"""


@dataclass(frozen=True)
class Run:
    """A demonstration that has been told: its status, its words and the folder that it left."""

    status: int
    out: str
    err: str
    left: Path

    @property
    def archive(self) -> Path:
        (archive,) = self.left.glob("*.bel")
        return archive


def folder_in(folder: Path) -> Path:
    (left,) = folder.glob("comitia-demo-*")
    return left


@pytest.fixture(scope="session")
def fast(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Give the one real run of ``comitia demo --fast``."""
    folder = tmp_path_factory.mktemp("demo")
    done = subprocess.run(
        [sys.executable, "-m", "comitia", "demo", "--fast"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**os.environ, "TMPDIR": str(folder)},
    )
    return Run(done.returncode, done.stdout, done.stderr, folder_in(folder))


@pytest.fixture(scope="module")
def small_club(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Give a run on a small BLT file: a withdrawn candidate, blank papers, hostile names."""
    folder = tmp_path_factory.mktemp("club")
    (folder / "club.blt").write_text(BLT, encoding="utf-8")
    return tell(folder, "--ballots", str(folder / "club.blt"))


def tell(folder: Path, *options: str) -> Run:
    """Run the demonstration in this process alone, with its folder inside ``folder``."""
    capture = pytest.MonkeyPatch()
    out, err = (folder / name for name in ("out", "err"))
    with (
        out.open("w", encoding="utf-8") as stdout,
        err.open("w", encoding="utf-8") as stderr,
        capture.context() as patch,
    ):
        patch.setattr(tempfile, "tempdir", str(folder))
        patch.setattr(sys, "stdout", stdout)
        patch.setattr(sys, "stderr", stderr)
        patch.setattr("comitia.cli.demonstration.story.Engine", lambda: Engine(1))
        for module in ("holding", "keyholders"):
            name = f"comitia.cli.demonstration.{module}.run_apart"
            patch.setattr(name, lambda do, item: do(item))
        name = "comitia.cli.demonstration.keyholders.run_each_apart"
        patch.setattr(name, lambda do, items: [do(item) for item in items])
        status = main(["demo", *options])
    said, complained = (path.read_text(encoding="utf-8") for path in (out, err))
    return Run(status, said, complained, folder_in(folder))


def opened(run: Run) -> list[list[int]]:
    """Return the rankings that were opened, sorted."""
    (votes,) = json.loads((run.left / "result.json").read_bytes())["result"]
    return sorted(votes)


def counted_by(run: Run) -> object:
    """Return what the question says of its ballots."""
    election = json.loads((run.left / "election.json").read_bytes())
    return election["questions"][0]["extra"]


def refusal(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    """Return the one sentence with which a demonstration does not begin."""
    assert main(["demo", *options]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    return err


def verify_json(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, object]]:
    status = main(["verify", "--json", str(path)])
    return status, json.loads(capsys.readouterr().out)


# --- The real run ---


def test_the_fast_demonstration_ends_well_and_says_nothing_on_the_side(fast: Run) -> None:
    assert (fast.status, fast.err) == (0, "")
    assert "VALID: every check that applies was made and holds." in fast.out
    assert "--fast: every tenth paper" in fast.out
    assert f"comitia verify {fast.archive}" in fast.out
    heads = re.findall(r"^(\d+)\. ", fast.out, re.MULTILINE)
    assert heads == [str(number) for number in range(1, 14)]


def test_what_the_demonstration_leaves_is_valid_with_bound_proofs(
    fast: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    status, report = verify_json(fast.left, capsys)
    assert (status, report["verdict"], report["warnings"]) == (0, "valid", [])
    checks = report["checks"]
    assert isinstance(checks, list)
    made = {check["id"] for check in checks}
    assert {"decryption.bound", "shuffle.proof", "shuffle.signature"} <= made
    result = json.loads((fast.left / "result.json").read_bytes())
    assert report["result"] == result["result"]


def test_the_demonstration_leaves_the_reference_s_files_and_private_ones_alone(fast: Run) -> None:
    uuid = fast.archive.stem
    names = {path.name for path in fast.left.iterdir()}
    endings = (".privkey", ".pubkey", ".key", ".cert", ".dkey")
    keys = {name for name in names if name.endswith(endings)} - {"registrar.key"}
    assert names - keys == {
        *(f"{uuid}.bel", f"{uuid}.bound.json", f"{uuid}.shuffles.json", "altered"),
        *("count-sheet.html", "count-sheet.pdf"),
        *("election.json", "trustees.json", "threshold.json", "result.json"),
        *("public_creds.json", "private_creds.json", "registrar_creds.json", "registrar.key"),
    }
    assert Counter(name.partition(".")[2] for name in keys) == {
        "privkey": 1,
        "pubkey": 1,
        "cert": 3,
        "dkey": 3,
        "key": 2,  # the third was lost on stage
    }
    private = {n for n in names if n.endswith((".privkey", ".key"))} | {
        "private_creds.json",
        "registrar_creds.json",
    }
    modes = {name: stat.S_IMODE((fast.left / name).stat().st_mode) for name in private}
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(fast.left.stat().st_mode) == 0o700


def test_no_private_key_or_credential_is_in_what_is_published(fast: Run) -> None:
    keys = [path for ending in ("privkey", "key") for path in fast.left.glob(f"*.{ending}")]
    secrets = [path.read_text().strip().strip('"') for path in keys]
    secrets += json.loads((fast.left / "private_creds.json").read_bytes()).values()
    endings = ("bound.json", "shuffles.json", "pubkey", "cert", "dkey")
    published = [path for ending in endings for path in fast.left.glob(f"*.{ending}")]
    published += [fast.archive, fast.left / "threshold.json", fast.left / "public_creds.json"]
    text = fast.out + "".join(path.read_text(encoding="utf-8") for path in published)
    assert len(secrets) == 145 + 4  # the server's, two trustees', the registrar's
    assert not [secret for secret in secrets if secret in text]


def test_the_trustee_who_lost_the_key_did_not_decrypt(fast: Run) -> None:
    assert "Trustee 4 has lost the key" in fast.out
    lost = re.search(r"The file (\w{8})\.\.\. is deleted for good", fast.out)
    assert lost is not None
    assert [path.suffix for path in sorted(fast.left.glob(f"{lost[1]}*"))] == [".cert", ".dkey"]
    steps = take_apart(fast.archive.read_bytes())
    shares = [step for step in steps if step.type is EventType.PARTIAL_DECRYPTION]
    assert [json.loads(step.contents[-1])["owner"] for step in shares] == [1, 2, 3]
    bound = json.loads((fast.left / f"{fast.archive.stem}.bound.json").read_bytes())
    assert [share["owner"] for share in bound["shares"]] == [1, 2, 3]


def test_the_tampering_step_names_the_altered_ballot(
    fast: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    looked_for = re.search(r"its record in the archive:\n +([0-9a-f]{64})\n", fast.out)
    altered = re.search(r"In a copy, byte (\d+) is changed: one digit of a proof", fast.out)
    assert looked_for is not None
    assert altered is not None
    record, place = looked_for[1], int(altered[1])
    assert re.search(r"^ +ballot\.proof +that ballot$", fast.out, re.MULTILINE)
    before = fast.archive.read_bytes()
    after = (fast.left / "altered" / fast.archive.name).read_bytes()
    assert [n for n in range(len(before)) if before[n] != after[n]] == [place]
    status, report = verify_json(fast.left / "altered", capsys)
    assert (status, report["verdict"]) == (1, "invalid")
    checks = report["checks"]
    assert isinstance(checks, list)
    named = {f["subject"]["record"] for check in checks for f in check["failures"]}
    assert named == {record}


def test_the_command_that_finds_a_ballot_finds_it(fast: Run) -> None:
    command = re.search(r"^ +(tar tf .*)$", fast.out, re.MULTILINE)
    assert command is not None
    done = subprocess.run(
        ["/bin/sh", "-c", command[1]], capture_output=True, text=True, timeout=60, check=True
    )
    assert re.fullmatch(r"[0-9a-f]{64}\.data\.json\n", done.stdout)


# --- Ballots of one's own ---


def test_a_blt_file_with_withdrawn_candidates_and_blank_papers_is_held(small_club: Run) -> None:
    assert (small_club.status, small_club.err) == (0, "")
    assert "8 papers" in small_club.out
    assert "Papers that rank nobody, and so vote blank: 3." in small_club.out
    assert "11. The opened ballots are counted: Scottish STV" in small_club.out
    assert "   5 papers, 1 seat, quota 3.00000" in small_club.out
    assert "   Elected: Bo \\u202e" in small_club.out
    assert "Withdrawn" not in small_club.out
    assert "The 8 opened rankings are exactly the 8 papers, in another order." in small_club.out
    papers = [[1, 2, 0], [1, 2, 0], *[[0, 1, 0]] * 3, *[[0, 0, 0]] * 3]
    assert opened(small_club) == sorted(papers)
    assert counted_by(small_club) == {"method": "STV", "blank": True, "seats": 1}


def test_hostile_names_of_candidates_never_reach_the_terminal_raw(small_club: Run) -> None:
    assert "Bo \\u202e" in small_club.out
    assert "A [bold]club[/bold]" in small_club.out
    assert not set(small_club.out) & set("\x1b\u202e")


def test_a_council_csv_is_held(tmp_path: Path) -> None:
    (tmp_path / "ward.csv").write_text(COUNCIL_CSV, encoding="utf-8")
    run = tell(tmp_path, "--ballots", str(tmp_path / "ward.csv"))
    assert run.status == 0
    assert "Ward 1 - Anytown" in run.out
    assert opened(run) == sorted([[1, 0, 0], [1, 0, 0], [3, 1, 2], [0, 0, 0]])


def test_papers_with_ties_and_gaps_are_held_and_none_is_shown(tmp_path: Path) -> None:
    names = "".join(f'"C{number}"\n' for number in range(5))
    papers = "1 4 2 5 1 3 0\n1 1=2 3 0\n1 - 5 0\n1 0\n"
    (tmp_path / "club.blt").write_text(f'5 2\n{papers}0\n{names}"T"\n', encoding="utf-8")
    run = tell(tmp_path, "--ballots", str(tmp_path / "club.blt"))
    assert (run.status, run.err) == (0, "")
    assert counted_by(run) == {"method": "Schulze", "blank": True}
    pattern = [4, 2, 5, 1, 3]
    votes = [[0, 0, 0, 0, 0], [0, 0, 0, 0, 2], [1, 1, 2, 0, 0], pattern]
    assert opened(run) == sorted(votes)
    assert 'Result as recorded: ["4 opened ballots"]' in run.out
    assert "4 opened ballots, for the count" not in run.out
    shown = ["".join(filter(str.isdigit, line)) for line in run.out.splitlines()]
    assert not [line for line in shown if line in {"42513", "11200", "00002"}]
    for between in (",", ", ", " ", "  "):
        assert between.join(map(str, pattern)) not in run.out


# --- Where something is wrong ---


def test_a_key_that_does_not_work_stops_the_story_before_anybody_votes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ward.csv").write_text(COUNCIL_CSV, encoding="utf-8")
    monkeypatch.setattr("comitia.cli.demonstration.keyholders.can_open", lambda *_: False)
    run = tell(tmp_path, "--ballots", str(tmp_path / "ward.csv"))
    assert run.status == 1
    assert "Some key does NOT work." in run.out
    assert "Everybody votes" not in run.out


def test_a_count_that_differs_stops_the_story(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ward.csv").write_text(COUNCIL_CSV, encoding="utf-8")
    monkeypatch.setattr("comitia.cli.demonstration.story.Counter", id)
    run = tell(tmp_path, "--ballots", str(tmp_path / "ward.csv"))
    assert run.status == 1
    assert "The opened rankings are NOT those of the papers." in run.out
    assert "Somebody changes" not in run.out


def test_a_change_that_is_not_traced_to_its_ballot_stops_the_story(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ward.csv").write_text(COUNCIL_CSV, encoding="utf-8")
    monkeypatch.setattr(
        "comitia.cli.demonstration.story._a_digit_of", lambda archive, _: len(archive) - 1
    )
    run = tell(tmp_path, "--ballots", str(tmp_path / "ward.csv"))
    assert run.status == 1
    assert "It did NOT name the ballot that was changed." in run.out
    assert "Done in" not in run.out


@pytest.mark.parametrize(
    "content, problem",
    [
        ("", "the format is not known"),
        ("not ballots\n", "the format is not known"),
        ('2 1\n1 3 0\n0\n"A"\n"B"\n"T"\n', "line 2"),
        ('2 1\n0\n"A"\n"B"\n"T"\n', "there are no papers in this file"),
        ('2 1\n100001 1 0\n0\n"A"\n"B"\n"T"\n', "100001 papers; the demonstration takes"),
        ("2 1\n1 " + "- " * 255 + '1 0\n0\n"A"\n"B"\n"T"\n', "a candidate in place 256; a ranked"),
        ("31 1\n1 1 0\n0\n" + '"A"\n' * 31 + '"T"\n', "31 candidates; a ranked ballot holds up to"),
        ("2 1\n\x1b[31m\n", "the control character U+001B"),
    ],
)
def test_a_file_that_cannot_be_held_is_one_sentence(
    content: str, problem: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "some.blt"
    path.write_text(content, encoding="utf-8")
    sentence = refusal(capsys, "--ballots", str(path))
    assert sentence.startswith(f"comitia: {path}")
    assert problem in sentence
    assert "\x1b" not in sentence


def test_a_file_that_is_not_there_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "missing.blt"
    assert refusal(capsys, "--ballots", str(path)) == (
        f"comitia: {path}: No such file or directory\n"
    )


@pytest.mark.parametrize("path", ["/dev/zero", "/"])
def test_what_is_no_plain_file_is_one_sentence(
    path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refusal(capsys, "--ballots", path).startswith(f"comitia: {path}: expected a plain file")


def test_a_temporary_folder_that_is_not_there_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    assert "No such file or directory" in refusal(capsys, "--fast")
