"""Setting up: only what will hold is opened, and once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from comitia.errors import StorageUnavailable
from tests.cli.election.conftest import Stations
from tests.cli.election.parties import QUESTION, RANKED, TEMPLATE, World, comitia, one, sentence


def refused(world: World, template: object = None, status: int = 2) -> str:
    """Return why an election is not set up; nothing of it is left then."""
    said = sentence(comitia(*world.setting_up(template)), status)
    assert list(world.server.glob("*.bel")) == []
    assert not (world.server / "election.json").exists()
    return said


def test_everybody_is_told_what_to_compare(at: Stations) -> None:
    world = at("keys")
    said = world.run(*world.setting_up())
    assert "Trustee 1: needed. If this key is lost, so is the result." in said
    assert "Trustees 2 to 4: any 2 suffice, so 1 lost key costs nothing." in said
    assert "Trustee 1 (server): " in said
    assert "Trustee 4 (cem): " in said
    registrar = world.said[1]
    fingerprint = registrar.partition("the list's fingerprint, for everybody: ")[2].split()[0]
    assert f"Credentials: {fingerprint}\n" in said


@pytest.mark.parametrize(
    "template, problem",
    [
        ({**TEMPLATE, "questions": []}, "expected at least one question"),
        ({**TEMPLATE, "questions": [{**QUESTION, "answers": []}]}, "question 1: expected at least"),
        ({**TEMPLATE, "questions": [{**QUESTION, "max": 3}]}, "question 1: expected min <= max <="),
        ({**TEMPLATE, "questions": [{**QUESTION, "min": 2}]}, "questions[0]: expected min <= max"),
        ({**TEMPLATE, "language": ["en", "up"]}, "language[1]: expected ltr or rtl"),
        ({**TEMPLATE, "name": 1}, "name: expected a string, found a number"),
        ({"name": "Chair"}, "the field description is missing"),
        ({**TEMPLATE, "more": 1}, "the field 'more' does not belong here"),
        ([], "expected an object, found a list"),
    ],
)
def test_a_template_that_is_none_is_refused(template: object, problem: str, at: Stations) -> None:
    assert problem in refused(at("keys"), template)


def test_ranked_ballots_cannot_have_weights(tmp_path: Path) -> None:
    world = World(tmp_path, place=None)
    world.issue("a@x,ann,2\nb@x,ben\n")
    world.make_keys()
    said = refused(world, {**TEMPLATE, "questions": [QUESTION, RANKED]})
    assert "question 2: ranked ballots cannot have weights" in said


def test_the_registrar_s_own_list_is_published_without_names(tmp_path: Path) -> None:
    world = World(tmp_path, place=None)
    world.issue("ann@x,,2\nben@x\n")
    world.make_keys()
    public = (world.server / "public_creds.json").read_bytes()
    own = (world.folder("registrar") / "registrar_creds.json").read_bytes()
    (world.server / "public_creds.json").write_bytes(own)
    world.set_up()
    archive = world.archive.read_bytes()
    assert public in archive
    assert b"ann@x" in own
    assert b"ann@x" not in archive


@pytest.mark.parametrize(
    "content, problem",
    [
        (b"", "not JSON"),
        (b"{}", "expected a list"),
        (b"[]", "expected at least one credential"),
        (b"[1]", "entry 1: expected a string"),
        (b'["1"]', "credentials[0]: expected a public credential"),
    ],
)
def test_a_list_of_credentials_that_is_none_is_refused(
    content: bytes, problem: str, at: Stations
) -> None:
    world = at("keys")
    (world.server / "public_creds.json").write_bytes(content)
    assert problem in refused(world)


@pytest.mark.parametrize("change", ["twice", "foreign"])
def test_credentials_that_would_not_hold_are_refused(change: str, at: Stations) -> None:
    world = at("keys")
    path = world.server / "public_creds.json"
    credentials = json.loads(path.read_bytes())
    credentials += credentials[:1] if change == "twice" else ["f" * 64]
    path.write_text(json.dumps(credentials))
    words = [word for word in world.setting_up() if word != "--certificate"]
    words.remove(world.server / "credentials_certificate.json")
    done = comitia(*words)
    assert done.status == 1
    assert "setup.credentials" in done.out
    assert done.err == "comitia: this election would not hold; nobody was told of it\n"
    assert list(world.server.glob("*.bel")) == []


def test_a_certificate_of_another_list_is_refused(at: Stations, tmp_path: Path) -> None:
    world, other = at("keys"), World(tmp_path / "other")
    other.issue()
    name = "credentials_certificate.json"
    (world.server / name).write_bytes((other.server / name).read_bytes())
    said = refused(world, status=1)
    assert said.startswith("comitia: setup.credentials: credentials certificate, uuid")


def test_a_certified_list_is_refused_with_one_credential_less(at: Stations) -> None:
    world = at("keys")
    path = world.server / "public_creds.json"
    path.write_text(json.dumps(json.loads(path.read_bytes())[1:]))
    assert "credentials certificate, voter_list_length: expected 2" in refused(world, status=1)


def test_one_key_in_two_places_is_refused(at: Stations) -> None:
    world = at("keys")
    words = list(world.setting_up())
    key = one(world.server, "*.pubkey")
    words.insert(words.index(key), key)
    said = sentence(comitia(*words), 1)
    assert said.startswith("comitia: setup.trustees: trustee 2, public key: expected ")


@pytest.mark.parametrize("field", ["challenge", "response"])
def test_a_key_without_its_proof_is_refused(field: str, at: Stations) -> None:
    world = at("keys")
    path = one(world.server, "*.pubkey")
    key = json.loads(path.read_bytes())
    key["pok"][field] = "1"
    path.write_text(json.dumps(key, separators=(",", ":")))
    world.announce(path)
    assert refused(world, status=1).startswith("comitia: setup.trustees: trustee 1")


def test_a_key_of_another_group_is_refused_by_its_path(at: Stations, tmp_path: Path) -> None:
    world, other = at("keys"), World(tmp_path / "other", group="RFC-3526-2048", place=None)
    other.make_keys()
    foreign = one(other.server, "*.pubkey")
    world.announce(foreign)
    words = [
        foreign if word == one(world.server, "*.pubkey") else word for word in world.setting_up()
    ]
    assert sentence(comitia(*words), 2).startswith(f"comitia: {foreign}, ")


def test_a_second_set_up_leaves_the_first_archive_alone(at: Stations) -> None:
    world = at("voted")
    before = {path: path.read_bytes() for path in world.server.iterdir()}
    said = sentence(comitia(*world.setting_up()), 2)
    assert said.startswith(f"comitia: {world.archive}: there is such a file already")
    world.archive.rename(world.server / "kept")
    (world.server / "election.json").write_text("of another election")
    said = sentence(comitia(*world.setting_up()), 2)
    assert said.startswith(f"comitia: {world.server / 'election.json'}: there is such a file")
    assert (world.server / "kept").read_bytes() == before[world.archive]


def test_a_set_up_that_could_not_be_stored_leaves_no_archive(
    at: Stations, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = at("keys")

    def fail(*_: object) -> None:
        raise StorageUnavailable("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("comitia.ballots.v1.making.storage.ArchiveFile.append", fail)
        assert "the disk is full" in sentence(comitia(*world.setting_up()), 2)
    assert list(world.server.glob("*.bel")) == []
    world.run(*world.setting_up())
