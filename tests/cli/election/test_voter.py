"""A voter's program: it encrypts, is put to the test, or signs; never both of a ballot."""

from __future__ import annotations

import json
import re
import shutil
import stat
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from comitia.ballots.v1.model import (
    HomomorphicQuestion,
    ListsQuestion,
    RankedQuestion,
    canonical_json,
    derive_tracker,
)
from comitia.ballots.v1.parse import parse_votes
from comitia.curve import ED25519
from comitia.errors import MalformedRecord
from tests.cli.election.conftest import Stations
from tests.cli.election.parties import (
    ADA,
    BLANK,
    World,
    comitia,
    one,
    private,
    sentence,
    wrong_options,
)
from tests.elections import put_together, take_apart


def voter(world: World, name: str = "ann") -> Path:
    return world.folder(f"voter/{name}")


# --- Preparing ---


def test_a_voter_is_shown_hash_election_and_what_comes_next(at: Stations) -> None:
    world = at("open")
    noted, path = world.prepare("ann")
    said = world.said[-1]
    fingerprint = re.search(r"fingerprint (\S{43}): compare it", said)
    assert fingerprint is not None
    assert f"Its fingerprint, for everybody: {fingerprint[1]}\n" in "".join(world.said)
    assert "Election Chair\n" in said
    assert f"  comitia election open --archive {voter(world)} {path}\n" in said
    assert (stat.S_IMODE(path.stat().st_mode), len(noted)) == (0o600, 43)


def test_a_path_that_a_shell_would_obey_is_quoted(at: Stations) -> None:
    world = at("open")
    hostile = world.folder("$(touch gone) ;id")
    said = world.run(*world.preparing("ann"), "--dir", hostile)
    opening = f"comitia election open --archive {voter(world)}"
    assert f"{opening} '{one(hostile, '*.prepared')}'\n" in said


@pytest.mark.parametrize(
    "choice, problem",
    [
        ("[[1,1,0]]", "question 1: a blank vote chooses nothing"),
        ("[[0,1,1]]", "question 1: expected from 1 to 1 choices, found 2"),
        ("[[0,0,0]]", "question 1: expected from 1 to 1 choices, found 0"),
        ("[[0,2,0]]", "expected an integer from 0 to 1, found 2"),
        ("[[0,true,0]]", "expected an integer, found a boolean"),
        ("[[0,1]]", "expected 3 items, found 2"),
        ("[]", "expected 1 items, found 0"),
        ("{}", "expected a list, found an object"),
        ("", "not JSON"),
        ("[" * 100, "nested more than"),
    ],
)
def test_a_choice_that_the_questions_do_not_permit_is_refused(
    choice: str, problem: str, at: Stations
) -> None:
    world = at("open")
    said = sentence(comitia(*world.preparing("ann", choice)), 2)
    assert said.startswith(f"comitia: {voter(world) / 'choice'}")
    assert problem in said
    assert list(voter(world).glob("*.prepared")) == []


VOTED = (
    HomomorphicQuestion("Who?", ("Ada", "Bo"), 1, 1, blank=True),
    ListsQuestion("List?", (("Red", "r1"), ("Blue",))),
    RankedQuestion("In order?", ("Ada", "Bo")),
)


@given(st.binary() | st.recursive(st.integers(0, 2), st.lists).map(json.dumps).map(str.encode))
@example(b"[[0,0,1],[[1,1],[0]],[255,0]]")
@example(b"[[0,0,2],[[1,1],[0]],[1,2]]")
@example(b"[[0,0,1],[[1,1],[0]],[256,0]]")
def test_any_choice_is_read_or_refused(data: bytes) -> None:
    try:
        votes = parse_votes(data, VOTED, ED25519)
    except MalformedRecord:
        return
    assert [len(row) for row in votes] == [3, 3, 2]
    assert max(*votes[0], *votes[1]) <= 1
    assert max(votes[2]) <= 255


@pytest.mark.parametrize("name", ["credential", "choice"])
def test_a_secret_that_others_can_read_is_refused(name: str, at: Stations) -> None:
    world = at("open")
    words = world.preparing("ann")
    (voter(world) / name).chmod(0o644)
    assert sentence(comitia(*words), 2) == (
        f"comitia: {voter(world) / name}: others can read this secret (mode 644); "
        "make it yours with chmod 600\n"
    )


MALFORMED = ["", "secret-secret", "11111-111111-11111-11111O", "\u00e9" * 25, "1" * 5000]


@pytest.mark.parametrize("credential", MALFORMED)
def test_a_malformed_credential_is_refused_without_being_repeated(
    credential: str, at: Stations
) -> None:
    world = at("open")
    private(voter(world) / "credential", credential)
    said = sentence(comitia(*world.preparing("ann")), 2)
    assert said.startswith(f"comitia: {voter(world) / 'credential'}")
    assert not credential or credential not in said


@pytest.mark.parametrize("typed", ["11111-111111-11111-111111", " 1111-111111-11111-111111O"])
def test_a_credential_on_the_command_line_is_refused_without_being_repeated(
    typed: str, at: Stations
) -> None:
    world = at("open")
    words = ["prepare", "--privcred", typed, "--choice", voter(world) / "choice"]
    said = wrong_options(comitia(*words))
    assert "--privcred: expected a file that holds this" in said
    assert typed.strip() not in said
    words = ["prepare", "--privcred", voter(world) / "credential", "--choice", ADA]
    said = wrong_options(comitia(*words))
    assert "--choice: expected a file that holds this" in said
    assert ADA not in said


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_a_credential_may_end_its_line_or_not(ending: str, at: Stations) -> None:
    world = at("open")
    credential = (voter(world) / "credential").read_text().strip()
    (voter(world) / "credential").write_bytes(f"{credential}{ending}".encode())
    world.prepare("ann")


def test_a_credential_that_is_not_on_the_list_is_refused(at: Stations, tmp_path: Path) -> None:
    world, other = at("open"), World(tmp_path / "other")
    other.issue()
    strangers = json.loads((other.folder("registrar") / "private_creds.json").read_bytes())
    private(voter(world) / "credential", strangers["ann"])
    said = sentence(comitia(*world.preparing("ann")), 1)
    assert "found one that is not on the list: was it made for this election?" in said
    assert strangers["ann"] not in said
    assert list(voter(world).glob("*.prepared")) == []


def test_nothing_is_encrypted_to_a_key_that_is_not_the_trustees(at: Stations) -> None:
    world = at("open")
    steps = take_apart(world.archive.read_bytes())
    election = json.loads(steps[0].contents[0])
    election["public_key"] = json.loads(steps[0].contents[1])[0][1]["public_key"]
    false = steps[0].with_content(0, canonical_json(election))
    one(voter(world), "*.bel").write_bytes(put_together([false]))
    said = sentence(comitia(*world.preparing("ann")), 1)
    assert "setup.election: public_key: expected the product of the trustees' keys" in said
    assert list(voter(world).glob("*.prepared")) == []


def test_nothing_is_encrypted_where_a_trustee_proves_nothing(at: Stations) -> None:
    world = at("open")
    steps = take_apart(world.archive.read_bytes())
    trustees = json.loads(steps[0].contents[1])
    trustees[0][1]["pok"]["challenge"] = "1"
    false = steps[0].with_content(1, canonical_json(trustees))
    one(voter(world), "*.bel").write_bytes(put_together([false]))
    assert "setup.trustees: trustee 1" in sentence(comitia(*world.preparing("ann")), 1)


# --- Signing or opening ---


def test_a_signed_ballot_has_the_tracker_that_was_shown(at: Stations) -> None:
    world = at("open")
    path = world.ballot("ann")
    assert f"  {derive_tracker(path.read_bytes()[:-1])}\n" in world.said[-1]


def test_a_prepared_ballot_is_signed_once_and_then_gone(at: Stations) -> None:
    world = at("open")
    _, path = world.prepare("ann")
    world.run(*world.signing(path, "ann"))
    for words in (world.signing(path, "ann"), ("open", path, "--archive", world.server)):
        assert "No such file or directory" in sentence(comitia(*words), 2)


def test_a_prepared_ballot_is_opened_once_and_then_never_signed(at: Stations) -> None:
    world = at("open")
    _, path = world.prepare("ann")
    world.run("open", path, "--archive", world.server)
    opened = path.with_suffix(".audited.json")
    assert stat.S_IMODE(opened.stat().st_mode) == 0o600
    for prepared in (path, opened):
        said = sentence(comitia(*world.signing(prepared, "ann")), 2)
        assert "No such file" in said or "expected a prepared ballot, neither signed nor" in said
    assert "expected a prepared ballot" in sentence(
        comitia("open", opened, "--archive", world.server), 2
    )
    assert list(voter(world).glob("*.ballot")) == []


def test_a_ballot_that_was_signed_before_a_crash_is_not_opened(
    at: Stations, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = at("open")
    _, path = world.prepare("ann")

    def fail(*_: object) -> None:
        raise OSError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr("comitia.cli.election.voter._remove", fail)
        assert "power cut" in sentence(comitia(*world.signing(path, "ann")), 2)
    signed = path.with_suffix(".ballot").read_bytes()
    said = sentence(comitia("open", path, "--archive", world.server), 2)
    assert "this ballot was signed" in said
    said = sentence(comitia(*world.signing(path, "ann")), 2)
    assert f"{path.with_suffix('.ballot')}: there is such a file already" in said
    assert path.with_suffix(".ballot").read_bytes() == signed


def test_a_ballot_that_was_opened_before_a_crash_is_gone(
    at: Stations, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = at("open")
    _, path = world.prepare("ann")

    def fail(*_: object) -> None:
        raise OSError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr("comitia.cli.election.voter.write_private", fail)
        assert "power cut" in sentence(comitia("open", path, "--archive", world.server), 2)
    assert not path.exists()


def test_a_prepared_ballot_survives_where_it_cannot_be_opened_to(at: Stations) -> None:
    world = at("open")
    _, path = world.prepare("ann")
    path.with_suffix(".audited.json").write_text("kept")
    said = sentence(comitia("open", path, "--archive", world.server), 2)
    assert "audited.json: there is such a file already" in said
    assert path.exists()


def test_a_ballot_is_not_signed_with_another_s_credential(at: Stations) -> None:
    world = at("open")
    _, path = world.prepare("ann")
    said = sentence(comitia(*world.signing(path, "ben")), 2)
    assert said == f"comitia: {path}: the ballot was prepared with another credential\n"
    assert path.exists()


def test_a_ballot_of_another_election_is_neither_signed_nor_opened(
    at: Stations, tmp_path: Path
) -> None:
    world, other = at("open"), World(tmp_path / "other", place=None)
    other.issue()
    other.make_keys()
    other.set_up()
    _, path = world.prepare("ann")
    said = sentence(comitia("open", path, "--archive", other.server), 1)
    assert said.startswith("comitia: ballot.election: ")
    words = ("sign", path, "--privcred", voter(world) / "credential", "--archive", other.server)
    said = sentence(comitia(*words), 2)
    assert "the ballot was prepared for another election" in said
    assert path.exists()


@pytest.mark.parametrize("mode", [0o644, 0o640])
def test_a_prepared_ballot_that_others_can_read_is_refused(mode: int, at: Stations) -> None:
    world = at("open")
    _, path = world.prepare("ann")
    path.chmod(mode)
    for words in (world.signing(path, "ann"), ("open", path, "--archive", world.server)):
        assert "make it yours with chmod 600" in sentence(comitia(*words), 2)


@pytest.mark.parametrize("content", ["", "comitia prepared ballot 1\n", "{}"])
def test_what_is_no_prepared_ballot_is_refused(content: str, at: Stations) -> None:
    world = at("open")
    path = private(voter(world) / "a.prepared", content)
    for words in (world.signing(path, "ann"), ("open", path, "--archive", world.server)):
        assert sentence(comitia(*words), 2).startswith(f"comitia: {path}")


# --- Auditing ---


def opened(world: World, choice: str = ADA) -> tuple[str, Path]:
    noted, path = world.prepare("ann", choice)
    world.run("open", path, "--archive", world.server)
    return noted, path.with_suffix(".audited.json")


def test_an_honest_ballot_passes_the_audit_and_shows_its_choices(at: Stations) -> None:
    world = at("open")
    for choice, row in ((ADA, "[x] Ada"), (BLANK, "[x] (blank)")):
        noted, path = opened(world, choice)
        said = world.run("audit", path, "--hash", noted, "--archive", world.server)
        assert "Who?\n" in said
        assert f"  {row}\n" in said
        assert said.count("[x]") == 1
        assert f"Hash {noted}\n" in said
        path.unlink()


def test_another_hash_than_the_one_that_was_noted_fails_the_audit(at: Stations) -> None:
    world = at("open")
    noted, path = opened(world)
    for other in ("A" * 43, noted[:-1], noted.lower(), "\x1b[2J"):
        done = comitia("audit", path, "--hash", other, "--archive", world.server)
        assert (done.status, done.err) == (1, "")
        assert "The hash is NOT the one that was noted" in done.out
        assert "This ballot is NOT what its maker said" in done.out
        assert "\x1b" not in done.out


def change(path: Path, what: str) -> None:
    value = json.loads(path.read_bytes())
    answer, (openings,) = value["ballot"]["answers"][0], value["openings"]
    match what:
        case "choice":
            openings[1]["value"], openings[2]["value"] = 0, 1
        case "randomness":
            openings[0]["randomness"] = str(int(openings[0]["randomness"]) - 1)
        case "ciphertext":
            answer["choices"][1]["alpha"] = answer["choices"][0]["alpha"]
        case "proof":
            answer["individual_proofs"][0][0]["response"] = "1"
        case _:
            value["ballot"]["election_hash"] = "A" * 43
    path.write_bytes(canonical_json(value))


@pytest.mark.parametrize(
    "what, check",
    [
        ("choice", "audit.opening: question 1, choice 2"),
        ("randomness", "audit.opening: question 1, choice 1"),
        ("ciphertext", "audit.opening: question 1, choice 2"),
        ("proof", "ballot.proof: question 1"),
        ("election", "ballot.election: "),
    ],
)
def test_a_ballot_that_is_not_what_its_maker_said_fails_the_audit(
    what: str, check: str, at: Stations
) -> None:
    world = at("open")
    _, path = opened(world)
    change(path, what)
    done = comitia("audit", path, "--archive", world.server)
    assert (done.status, done.err) == (1, "")
    assert check in done.out
    assert "Do not vote with that program." in done.out


def test_what_is_no_opened_ballot_is_refused_by_the_audit(at: Stations) -> None:
    world = at("open")
    ballot = world.ballot("ann")
    for path in (ballot, world.server / "election.json", world.root / "missing"):
        said = sentence(comitia("audit", path, "--archive", world.server), 2)
        assert said.startswith(f"comitia: {path}")


def test_a_voter_needs_the_archive_alone(at: Stations) -> None:
    world = at("open")
    shutil.rmtree(world.server)
    world.ballot("ann")
