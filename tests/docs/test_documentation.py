"""What the documents say of the program is what the program does."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from comitia.ballots.v1.equations.tally import MOST_SEARCHED
from comitia.ballots.v1.model import Check, Method, derive_hash, derive_tracker
from comitia.ballots.v1.parse import (
    LARGEST_EVENT_BYTES,
    LARGEST_SETUP_BYTES,
    parse_template,
)
from comitia.ballots.v1.parse.election import LONGEST_UUID, MOST_CHOICES
from comitia.ballots.v1.parse.trustees import MOST_MEMBERS
from comitia.cli.election import commands as election
from comitia.curve import GROUPS, embedding_of
from comitia.curve.embedding import LARGEST
from comitia.verify import Status, Verdict
from comitia.verify.report import MOST_FAILURES
from comitia.web.project.environment import SETTING_NAMES
from tests.elections import RANK, RANK_VOTES, make_election, verify_bytes

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    page
    for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("src/**/*.md"))
    if ".venv" not in page.parts
)
HEAD = {"name": "", "description": ""}
PLAIN_HELP = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1"}


def read(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def run(*command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command], check=True, capture_output=True, text=True, env=PLAIN_HELP
    )
    return done.stdout


def code_blocks(text: str) -> list[str]:
    """Return the contents of the fenced blocks of a page."""
    return re.findall(r"^```[a-z]*\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


OF_ELECTIONS = tuple(f"election {command.name}" for command in election.COMMANDS)
OF_RECORDS = ("record witness-key", "record key", "record new-key", "record witness")
OF_REGISTERS = ("register founding",)
NAMES = (
    *("", "demo", "verify", "count", "election", "record", "register"),
    *("serve", "clock", "check", "backup", "restore"),
)


@pytest.mark.parametrize("name", [*NAMES, *OF_ELECTIONS, *OF_RECORDS, *OF_REGISTERS])
def test_the_help_in_the_reference_is_the_programs(name: str) -> None:
    words = name.split()
    title = " ".join(["comitia", *words])
    expected = f"$ {title} --help\n" + run("-m", "comitia", *words, "--help")
    assert expected in code_blocks(read("docs/reference/command.md"))


def test_every_subcommand_is_in_the_reference() -> None:
    documented = re.findall(
        r"^## `comitia ?([a-z -]*)`$", read("docs/reference/command.md"), re.MULTILINE
    )
    overview = run("-m", "comitia", "--help").split("positional arguments:")[1]
    commands = re.findall(r"^    ([a-z]+) ", overview, re.MULTILINE)
    assert documented == ["", *commands, *OF_ELECTIONS, *OF_RECORDS, *OF_REGISTERS]


def test_every_command_of_an_election_in_a_page_is_one() -> None:
    used = {
        word
        for page in PAGES
        for word in re.findall(r"comitia election ([a-z][a-z-]*)\b", page.read_text())
    }
    assert used == {command.name for command in election.COMMANDS}


def test_commands_of_an_election_in_a_page_have_the_options_they_are_given() -> None:
    helps = {
        block.removeprefix("$ comitia election ").split(" --help")[0]: block
        for block in code_blocks(read("docs/reference/command.md"))
        if block.startswith("$ comitia election ")
    }
    lines = [
        line.replace("\\\n", " ")
        for page in PAGES
        for block in code_blocks(page.read_text())
        for line in re.findall(r"comitia election (?:.*\\\n)*.*", block)
        if "--help" not in line
    ]
    given = {(line.split()[2], word) for line in lines for word in re.findall(r"--[a-z-]+", line)}
    assert len(given) > 20
    assert [(name, option) for name, option in given if option not in helps[name]] == []


def test_the_settings_in_the_how_to_are_the_applications() -> None:
    rows = re.findall(
        r"^\| `(COMITIA_\w+)`", read("docs/how-to/run-the-application.md"), re.MULTILINE
    )
    assert sorted(rows) == sorted(SETTING_NAMES)


def test_the_template_in_the_reference_is_one() -> None:
    (template,) = re.findall(
        r"^```json\n(.*?)^```$", read("docs/reference/command.md"), re.MULTILINE | re.DOTALL
    )
    questions = parse_template(template.encode()).questions
    assert [question.kind.value for question in questions] == ["Homomorphic", "Lists"]


def test_the_counting_methods_in_the_reference_are_the_programs() -> None:
    """Each line of the table, and the template, is read as the method that it names."""
    text = read("docs/reference/ranked-questions.md")
    (template,) = re.findall(r"^```json\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    lines = re.findall(r"^\| `(\{\"method\".*?\})` \|", text, re.MULTILINE)
    filled = [line.replace(":B", ":true").replace(":S", ":2").replace(":M", ":5") for line in lines]
    value = json.loads(template)
    extras = [value["extra"], *map(json.loads, filled)]
    asked = [{**value, "extra": extra} for extra in extras]
    made = parse_template(json.dumps({**HEAD, "questions": asked}).encode())
    assert [question.to_json() for question in made.questions] == asked
    assert {json.loads(line)["method"] for line in filled} == {method.value for method in Method}


def test_the_limits_of_ranked_questions_in_the_reference_are_the_programs() -> None:
    text = read("docs/reference/ranked-questions.md")
    for group in GROUPS.values():
        embedding = embedding_of(group)
        most = f"up to {embedding.most} | 0 to {LARGEST}" if embedding else "no ranked questions | "
        assert f"| {group.name} | {most} |" in text


def checks_in(text: str) -> list[tuple[str, ...]]:
    return re.findall(r"^\| `([a-z.]+)` \| (.*?) \|", text, re.MULTILINE)


def test_the_list_of_checks_is_the_programs() -> None:
    """Those of an archive, and apart from them those that no report has."""
    text = read("docs/reference/checks.md")
    of_archives, apart = text.split("## Checks of what is in no archive")
    of_no_archive = [Check.BALLOT_AUDITED, Check.AUDIT_OPENING]
    assert checks_in(apart) == [(check.id, check.title) for check in of_no_archive]
    assert checks_in(of_archives) == [
        (check.id, check.title) for check in Check if check not in of_no_archive
    ]


def test_the_limits_in_the_reference_are_the_programs() -> None:
    text = " ".join(read("docs/reference/checks.md").split())
    assert f"more than {LONGEST_UUID} characters" in text
    assert f"more than {MOST_CHOICES:,} choices, lists and permitted sums" in text
    assert f"more than {MOST_MEMBERS:,} members" in text
    assert f"{LARGEST_SETUP_BYTES // 2**20} MiB for an election" in text
    assert f"{LARGEST_EVENT_BYTES // 2**10} KiB for events" in text
    assert f"at most {MOST_FAILURES:,} failures" in text
    assert MOST_SEARCHED == 2**24
    assert "more than 2^24 together" in text


def test_the_report_in_the_reference_has_the_programs_fields() -> None:
    text = read("docs/reference/report.md")
    example = json.loads(code_blocks(text)[0])
    made = make_election()
    verified = verify_bytes(made.archive.replace(b'"result":[[1,', b'"result":[[2,'))
    report = verified.to_json()

    def fields(value: object) -> object:
        if isinstance(value, dict):
            return {name: fields(item) for name, item in value.items()}
        return [fields(value[0])] if isinstance(value, list) and value else None

    failed = [result.to_json() for result in verified.checks if result.failures]
    assert fields({**example, "result": []}) == fields({**report, "checks": failed, "result": []})


def test_the_reference_names_every_verdict_and_status() -> None:
    text = read("docs/reference/report.md")
    named = set(re.findall(r"`([a-z_]+)`", text))
    assert {*(v.value for v in Verdict), *(s.value for s in Status), "unreadable"} <= named


def test_every_dev_command_in_a_page_is_one() -> None:
    commands = set(re.findall(r"^  ([a-z]+) ", run("dev.py", "--help"), re.MULTILINE))
    used = {word for page in PAGES for word in re.findall(r"dev\.py ([a-z]+)\b", page.read_text())}
    assert {"demo", "test", "comitia", "lint"} <= used <= commands


def test_the_readme_gives_the_two_commands_first() -> None:
    first = code_blocks(read("README.md"))[0]
    assert first == "python3 dev.py demo\npython3 dev.py test\n"


def test_continuous_integration_runs_the_readmes_test_command() -> None:
    assert re.search(r"^python3 dev\.py test$", read(".ci/run"), re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_within_the_repository_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def headings_of(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as the web shows them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_to_headings_lead_to_one(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]*)#([^)]+)\)", page.read_text(encoding="utf-8"))
    targets = [(page.parent / path if path else page, anchor) for path, anchor in links]
    assert [anchor for path, anchor in targets if anchor not in headings_of(path)] == []


def test_every_page_of_the_documentation_is_reachable_from_the_readme() -> None:
    reached: set[Path] = set()
    waiting = [ROOT / "README.md", ROOT / "docs" / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or page.suffix != ".md":
            continue
        reached.add(page)
        links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
        waiting += [(page.parent / link).resolve() for link in links]
    assert {page for page in PAGES if "docs" in page.parts} <= reached


def test_the_tutorials_tampering_is_found(tmp_path: Path) -> None:
    """The script in the tutorial, as it stands, on an archive of ours."""
    script = re.search(
        r"<<'EOF'\n(.*?)^EOF$", read("docs/tutorial/first-election.md"), re.MULTILINE | re.DOTALL
    )
    assert script
    made = make_election(questions=(RANK,), votes=tuple((vote,) for vote in RANK_VOTES[:3]))
    (tmp_path / "copy.bel").write_bytes(made.archive)
    subprocess.run([sys.executable, "-c", script[1]], check=True, cwd=tmp_path)
    report = verify_bytes((tmp_path / "copy.bel").read_bytes())
    failed = [result.check.id for result in report.checks if result.failures]
    assert report.verdict is Verdict.INVALID
    assert {"archive.hashes", "ballot.proof", "ballot.signature"} <= set(failed)


def test_the_tracker_recipe_gives_the_name_of_the_record() -> None:
    recipe = re.search(r'python3 -c "(.*?)" TRACKER', read("docs/how-to/find-your-ballot.md"))
    assert recipe

    ballot = make_election().ballots[0]
    found = run("-c", recipe[1], derive_tracker(ballot)).strip()
    assert found == derive_hash(ballot)
