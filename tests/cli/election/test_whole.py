"""Whole elections by the commands alone, from the first key to a result that verifies."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.election.conftest import Stations
from tests.cli.election.parties import ADA, BO, RESULT, World, statuses, verify

LISTS = {
    "name": "Board",
    "description": "",
    "questions": [
        {
            "type": "Lists",
            "value": {"question": "List?", "answers": [["Red", "r1", "r2"], ["Blue", "b1"]]},
        },
        {"question": "Approve?", "answers": ["Yes"], "min": 0, "max": 1},
    ],
    "language": ["en", "ltr"],
}
RED, BLUE = "[[[1,1,0],[0,0]],[1]]", "[[[0,0,0],[1,1]],[0]]"


def expect_valid(world: World, result: object) -> None:
    status, report = verify(world.server)
    assert (status, report["verdict"], report["warnings"]) == (0, "valid", [])
    assert statuses(report) == {"passed"}
    assert report["result"] == result


def expect_no_leak(world: World) -> None:
    """Expect that no secret was printed or published, and that private files are private."""
    published = [path for path in world.root.rglob("*") if path.is_file()]
    published = [path for path in published if path not in world.private_files()]
    text = "".join(world.said) + "".join(path.read_text() for path in published)
    secrets = world.secrets()
    assert len(set(secrets)) == len(secrets) > 3
    assert [secret for secret in secrets if secret in text] == []
    modes = {stat.S_IMODE(path.stat().st_mode) for path in world.private_files()}
    assert modes == {0o600}


def test_an_election_with_a_server_key_and_two_of_three_trustees(at: Stations) -> None:
    world = at("collected")
    assert RESULT in world.publish()
    assert json.loads((world.server / "result.json").read_bytes()) == {"result": [[0, 2, 1]]}
    expect_valid(world, [[0, 2, 1]])
    expect_no_leak(world)


def test_an_election_with_the_server_s_key_alone_over_the_2048_bit_group(tmp_path: Path) -> None:
    world = World(tmp_path, group="RFC-3526-2048", place=None)
    world.issue("ann\nben\n")
    world.make_keys()
    world.set_up()
    world.rehearse()
    world.vote({"ann": ADA, "ben": BO})
    world.close()
    world.decrypt("server")
    world.collect("server")
    world.publish()
    expect_valid(world, [[0, 1, 1]])
    expect_no_leak(world)


def test_an_election_in_which_all_trustees_are_needed_with_weights_and_lists(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, place="2/2", with_server_key=False)
    world.issue("ann@example.org,ann,2\nben@example.org,ben,5\ncem@example.org,,1100000000\n")
    world.make_keys()
    world.set_up(LISTS)
    world.rehearse()
    world.vote({"ann": RED, "ben": BLUE, "cem@example.org": RED})
    world.vote({"ben": RED})
    world.close()
    world.decrypt("ann", "ben")
    world.collect("ann", "ben")
    world.publish()
    all_ = 1_100_000_007
    expect_valid(world, [[[str(all_)] * 2 + [0], [0, 0]], [str(all_)]])
    expect_no_leak(world)
    assert "all are needed. One lost key loses the result." in "".join(world.said)


def test_an_election_that_any_one_of_two_trustees_opens(tmp_path: Path) -> None:
    world = World(tmp_path, place="1/2", with_server_key=False)
    world.issue("ann\nben\n")
    world.make_keys()
    world.set_up()
    world.rehearse()
    world.vote({"ann": ADA, "ben": BO})
    world.close()
    world.decrypt("ben")
    world.collect("ben")
    world.publish()
    expect_valid(world, [[0, 1, 1]])
    expect_no_leak(world)


def real(*words: object, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "comitia", "election", *map(str, words)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "NO_COLOR": "1"},
    )
    assert (done.returncode, done.stderr) == (0, ""), done
    return done.stdout


def test_an_election_by_real_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path, place=None)

    def run(*words: object) -> str:
        world.said.append(real(*words, folder=tmp_path))
        return world.said[-1]

    monkeypatch.setattr(world, "run", run)
    world.issue("ann\nben\n")
    world.make_keys()
    world.set_up()
    world.rehearse()
    world.vote({"ann": ADA, "ben": ADA})
    world.close()
    world.decrypt("server")
    world.collect("server")
    world.publish()
    expect_valid(world, [[0, 2, 0]])
    expect_no_leak(world)


def test_an_empty_election_has_a_result_too(at: Stations) -> None:
    world = at("rehearsed")
    world.close()
    world.decrypt("server", "ben", "cem")
    world.collect("server", "ben", "cem")
    world.publish()
    expect_valid(world, [[0, 0, 0]])
