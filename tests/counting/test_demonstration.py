"""The election that `comitia demo` holds, against the data it was taken from."""

import hashlib
import json
import tarfile
from pathlib import Path
from typing import Any

from comitia.counting.formats import read_rankings
from comitia.counting.profile import Profile

FOLDER = Path(__file__).parents[2] / "src" / "comitia" / "cli" / "demonstration"
WARD = "orkney_2017_ward2"


def shipped_ballots() -> bytes:
    return (FOLDER / "kirkwall-west-and-orphir-2017.csv").read_bytes()


def shipped_profile() -> Profile:
    return read_rankings(shipped_ballots(), "demonstration")


def shipped_facts() -> Any:  # noqa: ANN401 - JSON
    return json.loads((FOLDER / "kirkwall-west-and-orphir-2017.json").read_bytes())


def shipped_count() -> Any:  # noqa: ANN401 - JSON
    return shipped_facts()["official_count"]


def test_the_papers_give_the_official_first_preferences() -> None:
    official = [int(votes.removesuffix(".00000")) for votes in shipped_count()["stages"][0]]

    assert list(shipped_profile().first_preferences()) == official
    assert sum(official) == shipped_profile().size == 1447


def test_the_facts_are_those_of_the_ballot_file() -> None:
    facts = shipped_facts()

    assert facts["title"] == shipped_profile().title == "Kirkwall West and Orphir Ward"
    assert facts["ballots"]["file"] == "kirkwall-west-and-orphir-2017.csv"
    assert facts["ballots"]["sha256"] == hashlib.sha256(shipped_ballots()).hexdigest()
    assert (shipped_profile().seats, len(shipped_profile().candidates)) == (4, 7)


def test_the_readme_states_sources_and_terms_as_the_facts_do() -> None:
    readme = " ".join((FOLDER / "README.md").read_text(encoding="utf-8").split())
    facts = shipped_facts()
    ballots, official = facts["ballots"], facts["official_count"]

    for fact in ("terms", "source", "commit", "commit_date", "path"):
        assert ballots[fact] in readme
    for fact in ("source", "commit", "path", "licence", "licence_text", "credit"):
        assert official[fact] in readme


def test_the_papers_are_those_of_the_reference_data(reference_data: Path) -> None:
    with tarfile.open(reference_data / "counting" / "scottish-wards.tar.xz") as archive:
        original = archive.extractfile(f"data_dev/{WARD}.csv")
        assert original is not None
        assert shipped_ballots() == original.read()


def test_the_official_figures_are_those_of_the_reference_data(reference_data: Path) -> None:
    stages = json.loads(
        (reference_data / "counting" / "scottish-official-stages.json").read_bytes()
    )

    sheet = stages["wards"][WARD]

    assert shipped_count()["quota"] == sheet["quota"]
    assert [[float(v) for v in stage] for stage in shipped_count()["stages"]] == sheet["stages"]
    assert shipped_count()["elected_at"] == sheet["elected_at"]
