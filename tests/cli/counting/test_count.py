"""``comitia count`` as its contract (design, section 6) describes it, in this process."""

from __future__ import annotations

import json
import stat
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from comitia.cli import main
from comitia.cli.counting.papers import ranking_of
from comitia.counting.rules import RULES
from tests.elections import CHOOSE, GRADE, LISTS, RANK, RANK_VOTES, YES_NO, make_election

BLT = """3 1
4 1 0
3 2 0
3 3 0
0
"Ada"
"Bo"
"Cy"
"Chair"
"""
"""Bo and Cy are last and equal; whoever of them goes first, Ada wins."""

NAMES = ("Ada", "Bo", "Cy")
SEED = "the numbers of last Saturday's lottery"


class Run:
    """One run of the command: its exit status, and what it printed."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> None:
        self.status = main(["count", *map(str, arguments)])
        self.out, self.err = capsys.readouterr()

    @property
    def sentence(self) -> str:
        """The one sentence of a run that cannot count."""
        assert (self.status, self.out, self.err.count("\n")) == (2, "", 1)
        assert "should not have happened" not in self.err
        return self.err.removeprefix("comitia: ").rstrip("\n")

    @property
    def sheet(self) -> dict[str, Any]:
        """The one object on standard output."""
        assert (self.err, self.out.count("\n")) == ("", 1)
        value = json.loads(self.out)
        assert isinstance(value, dict)
        return value


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """Give a file of ten papers."""
    path = tmp_path / "papers.blt"
    path.write_text(BLT, encoding="utf-8")
    return path


def write(path: Path, content: object) -> Path:
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


# --- What is printed, and with which status ---


def test_the_json_of_a_count_is_what_the_contract_says(
    papers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = Run(capsys, "scottish-stv", papers, "--seed", SEED, "--json")
    sheet = run.sheet
    loser = sheet["ties"][0]["decided"]
    stays = {"Bo": "Cy", "Cy": "Bo"}[loser]
    assert run.status == 0
    assert {key: sheet[key] for key in ("rule", "seats", "candidates", "quota", "winners")} == {
        "rule": "scottish-stv",
        "seats": 1,
        "candidates": ["Ada", "Bo", "Cy"],
        "quota": "6.00000",
        "winners": ["Ada"],
    }
    assert sheet["stages"][0]["votes"] == {"Ada": "4.00000", "Bo": "3.00000", "Cy": "3.00000"}
    assert sheet["ties"][0]["between"] == ["Bo", "Cy"]
    assert sheet["seed_sha256"] == sha256(SEED.encode()).hexdigest()
    assert [stage["action"] for stage in sheet["stages"]] == [
        "First preferences",
        f"Exclusion of {loser}",
        f"Exclusion of {stays}",
    ]
    assert sheet["stages"][1]["votes"] == {"Ada": "4.00000", stays: "3.00000", loser: "0.00000"}
    assert [stage["elected"] for stage in sheet["stages"]] == [[], [], ["Ada"]]


def test_a_tie_that_nothing_decides_stops_the_count_with_3(
    papers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = Run(capsys, "scottish-stv", papers, "--json")
    assert run.status == 3
    assert run.sheet["winners"] == []
    assert [tie["decided"] for tie in run.sheet["ties"]] == [None]


def test_a_person_is_told_between_whom_and_what_to_do(
    papers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = Run(capsys, "scottish-stv", papers)
    assert run.status == 3
    assert "Tie between Bo and Cy" in run.out
    assert "draw the lot and give it with --decide, or a --seed" in " ".join(run.out.split())
    assert run.out.rstrip().endswith("Elected: nobody")


def test_a_recorded_decision_decides_and_is_told(
    papers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    decided = [{"between": ["Bo", "Cy"], "decided": "Bo", "how": "drawn on 3 May"}]
    lots = write(tmp_path / "lots.json", decided)
    run = Run(capsys, "scottish-stv", papers, "--decide", lots, "--json")
    tie = run.sheet["ties"][0]
    assert (run.status, tie["between"], tie["decided"]) == (0, ["Bo", "Cy"], "Bo")
    assert "drawn on 3 May" in tie["how"]


def test_a_decision_about_no_tie_is_refused(
    papers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    decided = [
        {"between": ["Bo", "Cy"], "decided": "Bo", "how": "drawn"},
        {"between": ["Ada", "Cy"], "decided": "Cy", "how": "drawn"},
    ]
    lots = write(tmp_path / "lots.json", decided)
    run = Run(capsys, "scottish-stv", papers, "--decide", lots)
    assert "this count has no (further) tie between candidates 1, 3" in run.sentence


def test_constraints_pass_over_and_say_whom(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    papers = write(tmp_path / "papers.blt", BLT.replace("3 1\n", "3 2\n").replace("3 3 0", "2 3 0"))
    groups = write(
        tmp_path / "groups.json", {"groups": {"Acme": {"members": ["Ada", "Bo"], "at_most": 1}}}
    )
    run = Run(capsys, "approval", papers, "--constraints", groups, "--json")
    assert (run.status, run.sheet["winners"]) == (0, ["Ada", "Cy"])
    assert "Acme" in run.out


def test_every_rule_is_listed_with_its_paragraph(capsys: pytest.CaptureFixture[str]) -> None:
    run = Run(capsys, "--list-rules")
    told = " ".join(run.out.split())
    assert run.status == 0
    for rule in RULES.values():
        assert f"{rule.name} (version {rule.version}): {rule.title}" in told
        assert " ".join(rule.explanation.split()) in told


def test_the_table_is_printed_for_a_spreadsheet(
    papers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = Run(capsys, "scottish-stv", papers, "--seed", SEED, "--csv")
    assert run.status == 0
    rows = [line.split(",") for line in run.out.splitlines()]
    assert [row for row in rows if row[0].strip('"') == "Ada"]


def test_everything_is_written_at_once(
    papers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = {
        "html": "<!doctype html",
        "pdf": "%PDF-",
        "rctab": "{",
        "blt": "3 1",
        "preflib": "#",
        "abif": "{title",
    }
    words = [word for name in options for word in (f"--{name}", str(tmp_path / f"written.{name}"))]
    run = Run(capsys, "scottish-stv", papers, "--seed", SEED, *words)
    assert run.status == 0
    for name, begins in options.items():
        path = tmp_path / f"written.{name}"
        assert path.read_bytes().lower().startswith(begins.lower().encode())
        assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert len(list(tmp_path.iterdir())) == 1 + len(options)


def test_papers_written_are_counted_alike(
    papers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = Run(capsys, "scottish-stv", papers, "--seed", SEED, "--json")
    for name in ("blt", "preflib", "abif"):
        again = tmp_path / f"again.{name}"
        Run(capsys, "scottish-stv", papers, "--seed", SEED, f"--{name}", again)
        run = Run(capsys, "scottish-stv", again, "--seats", "1", "--seed", SEED, "--json")
        assert run.out == first.out


# --- What cannot be counted ---


@pytest.mark.parametrize(
    "words, said",
    [
        ([], "expected RULE FILE, or --list-rules"),
        (["scottish-stv"], "expected RULE FILE, or --list-rules"),
        (["stv", "PAPERS"], "no counting rule is called 'stv' (known: approval,"),
        (["scottish-stv", "PAPERS", "--seats", "0"], "--seats: expected a whole number from 1 on"),
        (["scottish-stv", "PAPERS", "--seats", "4"], "expected 1 to 3, the candidates, found 4"),
        (["scottish-stv", "PAPERS", "--seats", "\u0661"], "--seats: expected a whole number"),
        (["scottish-stv", "PAPERS", "--seed", ""], "--seed: expected a text"),
        (["scottish-stv", "PAPERS", "--question", "1"], "only an election archive has questions"),
        (["scottish-stv", "PAPERS", "--quorum", "1"], "--quorum: only the rule debian takes it"),
        (["scottish-stv", "PAPERS", "--default", "1"], "--default: only the rule debian takes it"),
        (["scottish-stv", "PAPERS", "--ratio", "1=3"], "--ratio: only the rule debian takes it"),
        (["debian", "PAPERS", "--default", "4"], "expected an option's number, from 1 to 3"),
        (["debian", "PAPERS", "--ratio", "1"], "--ratio: expected N=R"),
        (["debian", "PAPERS", "--ratio", "9=1"], "expected an option's number, from 1 to 3"),
        (["debian", "PAPERS", "--quorum", "1e9"], "--quorum: expected a decimal number"),
        (["majority-judgment", "PAPERS"], "majority-judgment takes grades or points, these are"),
        (["scottish-stv", "missing.blt"], "missing.blt"),
        (["scottish-stv", "PAPERS", "--decide", "missing.json"], "missing.json"),
    ],
)
def test_what_cannot_be_meant_is_one_sentence(
    words: list[str], said: str, papers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = Run(capsys, *(str(papers) if word == "PAPERS" else word for word in words))
    assert said in run.sentence


def test_constraints_that_a_rule_does_not_know_are_refused(
    papers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    groups = write(
        tmp_path / "groups.json", {"groups": {"Acme": {"members": ["Ada"], "at_most": 1}}}
    )
    run = Run(capsys, "scottish-stv", papers, "--constraints", groups)
    assert "scottish-stv knows no constraints" in run.sentence


def test_a_refused_count_leaves_no_file(
    papers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "sheet.html"
    assert Run(capsys, "scottish-stv", papers, "--seats", "9", "--html", page).status == 2
    grades = write(tmp_path / "grades.abif", "3:Ada/5,Bo/2\n")
    run = Run(capsys, "score", grades, "--seats", "1", "--html", page, "--blt", tmp_path / "b.blt")
    assert run.sentence.startswith("--blt: grades, points and totals have no place")
    assert {path.name for path in tmp_path.iterdir()} == {"papers.blt", "grades.abif"}


def test_a_folder_that_is_not_there_is_named_and_nothing_is_printed(
    papers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "missing" / "sheet.html"
    run = Run(capsys, "scottish-stv", papers, "--seed", SEED, "--json", "--html", page)
    assert "missing" in run.sentence


def test_a_file_that_was_there_is_replaced_whole(
    papers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = write(tmp_path / "sheet.html", "what was there before")
    Run(capsys, "scottish-stv", papers, "--seed", SEED, "--html", page)
    assert page.read_bytes().lower().startswith(b"<!doctype html")


def test_a_malformed_file_is_named_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    papers = write(tmp_path / "papers.blt", BLT.replace("3 2 0", "3 9 0"))
    sentence = Run(capsys, "scottish-stv", papers).sentence
    assert "papers.blt" in sentence
    assert "line 3" in sentence


def test_hostile_names_cannot_play_with_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hostile = BLT.replace('"Bo"', '"Bo \u202e\x1b[31m[bold]"')
    run = Run(capsys, "scottish-stv", write(tmp_path / "papers.blt", hostile), "--seed", SEED)
    assert "\u202e" not in run.out + run.err
    assert "\x1b" not in run.out + run.err


# --- Archives ---


@pytest.fixture(scope="module")
def ranked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the archive of an election with a ranked, a homomorphic and a graded question."""
    votes = tuple(
        (vote, choice, grade)
        for vote, choice, grade in zip(
            RANK_VOTES,
            ((1, 0), (0, 1), (1, 0), (0, 0), (1, 0)),
            ((1, 2), (2, 2), (2, 1), (1, 1), (1, 2)),
            strict=True,
        )
    )
    made = make_election(questions=(RANK, YES_NO, GRADE), votes=votes, seed="count")
    path = tmp_path_factory.mktemp("count") / f"{made.election.uuid}.bel"
    path.write_bytes(made.archive)
    return path


def test_an_archive_is_counted_from_its_result(
    ranked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = Run(capsys, "scottish-stv", ranked, "--question", "1", "--json")
    assert run.sheet["candidates"] == ["Ada", "Bo", "Cy"]
    assert run.sheet["stages"][0]["votes"] == {"Ada": "1.00000", "Bo": "3.00000", "Cy": "0.00000"}
    assert (run.sheet["seats"], run.sheet["valid"]) == (2, 4)


def test_the_only_question_that_a_rule_can_count_needs_no_number(
    ranked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = Run(capsys, "majority-judgment", ranked, "--json")
    assert (run.status, run.sheet["winners"]) == (0, ["Red"])


def test_the_sums_of_a_question_are_approvals(
    ranked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = Run(capsys, "approval", ranked, "--question", "2", "--seats", "1", "--json")
    assert (run.status, run.sheet["winners"]) == (0, ["Yes"])


@pytest.mark.parametrize(
    "words, said",
    [
        (["--question", "4"], "expected a question's number, from 1 to 3, found '4'"),
        (["--question", "0"], "expected a question's number"),
        (["--question", "3"], "scottish-stv takes rankings, these are grades or points"),
    ],
)
def test_a_question_that_is_not_there_is_one_sentence(
    words: list[str], said: str, ranked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said in Run(capsys, "scottish-stv", ranked, *words).sentence


def test_an_archive_without_a_question_for_the_rule_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    votes = (((0, 1, 0, 0), (1, 1, 1, 0, 0)),)
    made = make_election(questions=(CHOOSE, LISTS), votes=votes, seed="unfit")
    (tmp_path / "unfit.bel").write_bytes(made.archive)
    run = Run(capsys, "scottish-stv", tmp_path / "unfit.bel")
    assert "scottish-stv can count no question" in run.sentence
    run = Run(capsys, "approval", tmp_path, "--question", "2", "--seats", "1")
    assert "no counting rule shares out seats among lists" in run.sentence


def test_an_archive_that_does_not_verify_is_not_counted(
    ranked: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = ranked.read_bytes()
    place = whole.index(b'"proof":{"challenge":"') + 30
    changed = whole[:place] + (b"7" if whole[place : place + 1] != b"7" else b"8")
    (tmp_path / "bad.bel").write_bytes(changed + whole[place + 1 :])
    run = Run(capsys, "scottish-stv", tmp_path / "bad.bel", "--question", "1")
    assert "the archive is invalid, and only a valid one is counted" in run.sentence
    assert "`comitia verify` says why" in run.sentence


def test_skipped_ranks_leave_one_empty_place() -> None:
    assert ranking_of((2, 0, 1)) == ((3,), (1,))
    assert ranking_of((4, 1, 0, 4, 10**30)) == ((2,), (), (1, 4), (), (5,))
    assert ranking_of((0, 3)) == ((), (2,))
    assert ranking_of((0, 0)) == ()
