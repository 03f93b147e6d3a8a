"""The six steps: who sends something false is named, and then all start afresh."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from comitia.ballots.v1.model import canonical_json
from tests.cli.election.conftest import Stations
from tests.cli.election.parties import (
    TRUSTEES,
    Done,
    World,
    comitia,
    one,
    sentence,
    wrong_options,
)

AFRESH = "The keys cannot be used: all members start afresh, with new certificates.\n"


def aborted(done: Done) -> str:
    """Return the sentence with which a run of the steps ends for all."""
    assert done.status == 1, done
    said, advice = done.err.splitlines(keepends=True)
    assert advice == AFRESH
    assert said.startswith("comitia: setup.trustees: ")
    return said


def rewrite(world: World, path: Path, change: Callable[[Any], None]) -> None:
    """Change what a member sends before announcing it: the hash is that of the changed file."""
    value = json.loads(path.read_bytes())
    change(value)
    path.write_bytes(canonical_json(value) + b"\n")
    world.announce(path)


# --- Single keys and certificates ---


def test_a_key_of_one_s_own_is_private_and_its_hash_is_announced(tmp_path: Path) -> None:
    done = comitia("trustee-key", "--name", "Zo\u00eb", "--dir", tmp_path)
    public, secret = one(tmp_path, "*.pubkey"), one(tmp_path, "*.privkey")
    assert (done.status, done.err) == (0, "")
    assert comitia("hashes", public).out in done.out
    assert json.loads(public.read_bytes())["name"] == "Zo\u00eb"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert json.loads(secret.read_bytes()) not in done.out + public.read_text()


@pytest.mark.parametrize("name", ["", " ", "a\nb", "\x1b[2J", "\u202e", "\udcff"])
def test_a_name_that_cannot_be_published_is_refused(name: str, tmp_path: Path) -> None:
    said = wrong_options(comitia("trustee-key", "--name", name, "--dir", tmp_path))
    assert "expected a name that can be printed" in said
    assert list(tmp_path.iterdir()) == []


def test_keys_are_not_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comitia.cli.election.steps.derive_hash", lambda _: "a" * 64)
    secret = tmp_path / "AAAAAAAA.privkey"
    assert comitia("trustee-key", "--dir", tmp_path).status == 0
    first = secret.read_bytes()
    said = sentence(comitia("trustee-key", "--dir", tmp_path), 2)
    assert f"{secret}: there is such a file already" in said
    assert secret.read_bytes() == first


@pytest.mark.parametrize("place", ["3/3/3", "1/1/1", "5/2/2"])
def test_a_threshold_that_forgives_no_loss_must_be_meant(place: str, tmp_path: Path) -> None:
    said = sentence(comitia("threshold-certificate", "--place", place, "--dir", tmp_path), 2)
    assert "one lost key loses the result: choose fewer, or say --all-needed" in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "place, problem",
    [("4/2/3", "an index lies between"), ("1/4/3", "a threshold lies"), ("1/2/9999", "from 1 to")],
)
def test_a_place_that_no_group_has_is_refused(place: str, problem: str, tmp_path: Path) -> None:
    words = ("threshold-certificate", "--place", place, "--dir", tmp_path)
    assert problem in sentence(comitia(*words), 2)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["", "1", "0/2/3", "1/2", "1/2/3/4", "-1/2/3", "\u0661/2/3"])
def test_a_place_of_another_form_is_refused(place: str) -> None:
    done = comitia("threshold-certificate", f"--place={place}")
    assert "expected I/K/N, such as 1/2/3" in wrong_options(done)


def test_the_order_of_files_does_not_matter(at: Stations) -> None:
    world = at("confirmed")
    words = [
        list(reversed(group))
        for group in (world.sent("cert"), world.sent("polynomial"), world.sent("voutput"))
    ]
    names = ("--certs", "--polynomials", "--outputs")
    files = [word for name, group in zip(names, words, strict=True) for word in (name, *group)]
    world.run("threshold-finish", *files, "--hashes", world.hashes, "--dir", world.server)
    assert (world.server / "threshold.json").exists()


def test_the_server_sorts_for_members_with_another_program(at: Stations) -> None:
    world = at("polynomials")
    said = world.run(
        *("threshold-route", "--certs", *world.sent("cert")),
        *("--polynomials", *world.sent("polynomial")),
        *("--hashes", world.hashes, "--dir", world.server),
    )
    names = {f"{one(world.folder(name), '*.key').stem}.vinput" for name in TRUSTEES}
    assert {path.name for path in world.server.glob("*.vinput")} == names
    assert said.count("For trustee") == 3


# --- Whoever sends something false is named ---


def test_a_certificate_of_another_group_names_its_owner(at: Stations, tmp_path: Path) -> None:
    world = at("certificates")
    one(world.folder("ben"), "*.cert").unlink()
    world.run("threshold-certificate", "--place", "2/1/3", "--dir", world.folder("ben"))
    world.announce(one(world.folder("ben"), "*.cert"))
    said = aborted(comitia(*world.step("threshold-polynomial", "cert")))
    assert "trustee 2, certificate" in said
    assert list(tmp_path.rglob("*.polynomial")) == []


def test_a_missing_or_second_certificate_names_its_owner(at: Stations) -> None:
    world = at("certificates")
    certificates, common = world.sent("cert"), ("--hashes", world.hashes)
    key = one(world.folder("ann"), "*.key")
    words = ("threshold-polynomial", "--key", key, *common, "--dir", world.root, "--certs")
    assert "trustee 3" in aborted(comitia(*words, *certificates[:2]))
    assert "trustee 3" in aborted(comitia(*words, *certificates[:2], certificates[1]))


def test_a_certificate_over_another_curve_is_refused(at: Stations) -> None:
    world = at("certificates")
    words = [word for word in world.step("threshold-polynomial", "cert") if word != "Ed25519"]
    words.insert(words.index("--group") + 1, "RFC-3526-2048")
    assert sentence(comitia(*words), 2).startswith(f"comitia: {world.sent('cert')[0]}")


def change_text(field: str) -> Callable[[Any], None]:
    def change(value: Any) -> None:  # noqa: ANN401 - JSON of any kind
        *way, last = field.split(".")
        for name in way:
            value = value[int(name) if name.isdigit() else name]
        place = int(last) if last.isdigit() else last
        text = value[place]
        value[place] = ("2" if text[0] == "1" else "1") + text[1:]

    return change


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("field", ["signature.challenge", "signature.response"])
def test_a_certificate_that_is_not_signed_names_its_owner(
    place: int, field: str, at: Stations
) -> None:
    world = at("certificates")
    rewrite(world, world.sent("cert")[place], change_text(field))
    said = aborted(comitia(*world.step("threshold-polynomial", "cert")))
    assert f"trustee {place + 1}, signature of the certificate" in said


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize(
    "field",
    [
        "coefexps.signature.challenge",
        "coefexps.signature.response",
        "signature.challenge",
        "signature.response",
    ],
)
def test_a_polynomial_that_is_not_signed_names_its_owner(
    place: int, field: str, at: Stations
) -> None:
    world = at("polynomials")
    rewrite(world, world.sent("polynomial")[place], change_text(field))
    for words in (
        world.step("threshold-confirm", "cert", "polynomial"),
        ("threshold-route", *world.step("threshold-route", "cert", "polynomial")[3:]),
    ):
        assert f"trustee {place + 1}" in aborted(comitia(*words))
    assert list(world.root.rglob("*.voutput")) == list(world.root.rglob("*.vinput")) == []


@pytest.mark.parametrize("place", [1, 2])
def test_a_false_secret_names_its_sender(place: int, at: Stations) -> None:
    world = at("polynomials")

    def garble(value: Any) -> None:  # noqa: ANN401 - JSON of any kind
        message = json.loads(value["secrets"][0])
        message["data"] = message["data"][:-2] + ("00" if message["data"][-2:] != "00" else "11")
        value["secrets"][0] = canonical_json(message).decode()

    rewrite(world, world.sent("polynomial")[place], garble)
    said = aborted(comitia(*world.step("threshold-confirm", "cert", "polynomial")))
    assert f"trustee {place + 1}, secret for trustee 1" in said
    assert list(world.folder("ann").glob("*.voutput")) == []


def test_a_polynomial_that_comes_twice_or_not_at_all_names_its_owner(at: Stations) -> None:
    world = at("polynomials")
    first, second, third = world.sent("polynomial")
    key = one(world.folder("ann"), "*.key")
    words = ("threshold-confirm", "--key", key, "--certs", *world.sent("cert"))
    common = ("--hashes", world.hashes, "--dir", world.root, "--polynomials")
    assert "trustee 2: expected one polynomial" in aborted(comitia(*words, *common, first, third))
    twice = comitia(*words, *common, first, second, second, third)
    assert "trustee 2: expected one polynomial that is signed by this trustee, found 2" in aborted(
        twice
    )


def test_what_nobody_in_the_group_sent_is_refused(at: Stations, tmp_path: Path) -> None:
    world, stranger = at("polynomials"), World(tmp_path / "strangers")
    stranger.make_certificates()
    stranger.make_polynomials()
    foreign = stranger.sent("polynomial")[0]
    world.announce(foreign)
    words = world.step("threshold-confirm", "cert", "polynomial")
    place = words.index("--hashes")
    said = aborted(comitia(*words[:place], foreign, *words[place:]))
    assert "polynomial: expected one polynomial of each member, found 1 of nobody" in said


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize(
    "field",
    ["public_key.public_key", "public_key.pok.challenge", "public_key.signature.response"],
)
def test_a_false_confirmation_names_its_owner(place: int, field: str, at: Stations) -> None:
    world = at("confirmed")
    output = world.sent("voutput")[place]
    if field.endswith("public_key"):
        other = json.loads(world.sent("voutput")[place - 1].read_bytes())["public_key"][
            "public_key"
        ]
        rewrite(world, output, lambda value: value["public_key"].update(public_key=other))
    else:
        rewrite(world, output, change_text(field))
    assert f"trustee {place + 1}" in aborted(comitia(*world.finishing))
    assert list(world.server.glob("*.dkey")) == []
    assert not (world.server / "threshold.json").exists()


@pytest.mark.parametrize(
    "ending, station, step",
    [
        ("cert", "certificates", "threshold-polynomial"),
        ("polynomial", "polynomials", "threshold-confirm"),
        ("voutput", "confirmed", "threshold-finish"),
    ],
)
@pytest.mark.parametrize("content", [b"", b"\n", b"{}", b"null", b"\xff", b"[" * 99, b"{}\n{}\n"])
def test_a_malformed_file_is_named_by_its_path(
    ending: str, station: str, step: str, content: bytes, at: Stations
) -> None:
    world = at(station)
    path = world.sent(ending)[1]
    path.write_bytes(content)
    world.announce(path)
    words = {
        "threshold-polynomial": lambda: world.step(step, "cert"),
        "threshold-confirm": lambda: world.step(step, "cert", "polynomial"),
        "threshold-finish": lambda: world.finishing,
    }
    said = sentence(comitia(*words[step]()), 2)
    assert said.startswith(f"comitia: {path}")


# --- One's own secret ---


def test_a_secret_of_nobody_s_certificate_is_refused(at: Stations, tmp_path: Path) -> None:
    world, other = at("polynomials"), World(tmp_path / "others")
    other.make_certificates()
    key = one(other.folder("ann"), "*.key")
    for command, endings in (
        ("threshold-polynomial", ["cert"]),
        ("threshold-confirm", ["cert", "polynomial"]),
    ):
        words = world.step(command, *endings)
        done = comitia(command, "--key", key, *words[3:])
        assert done.status in {1, 2}
        assert "certificate" in done.err
    assert not key.with_suffix(".memory").exists()


@pytest.mark.parametrize("content", ["", "x" * 22, "1" * 21 + "0", "1" * 23, "1" * 22 + "\r\n"])
def test_a_malformed_secret_is_refused_without_being_repeated(content: str, at: Stations) -> None:
    world = at("certificates")
    key = one(world.folder("ann"), "*.key")
    key.write_text(content)
    done = comitia(*world.step("threshold-polynomial", "cert"))
    assert done.status in {1, 2}
    assert done.err.count("\n") == done.status % 2 + 1
    assert not content.strip() or content.strip() not in done.out + done.err


def test_a_secret_that_others_can_read_is_refused(at: Stations) -> None:
    world = at("certificates")
    key = one(world.folder("ann"), "*.key")
    for mode in (0o644, 0o640, 0o604, 0o610):
        key.chmod(mode)
        said = sentence(comitia(*world.step("threshold-polynomial", "cert")), 2)
        assert said == (
            f"comitia: {key}: others can read this secret (mode {mode:o}); "
            "make it yours with chmod 600\n"
        )
