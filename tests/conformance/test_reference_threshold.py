"""A threshold group's keys made by the reference's program and by ours, side by side in one run."""

from __future__ import annotations

import itertools
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from comitia.ballots.v1.making import (
    CheckedCertificates,
    check_certificates,
    confirm,
    finish,
    generate_uuid,
    make_certificate,
    make_polynomial,
    open_decryption_key,
    parse_member_secret,
    route,
)
from comitia.ballots.v1.model import (
    CertificateContext,
    canonical_json,
    derive_certificate_id,
    derive_certificate_line,
    join_lines,
)
from comitia.ballots.v1.parse import (
    parse_member_certificates,
    parse_polynomials,
    parse_threshold_trustees,
    parse_vinput,
    parse_voutput,
    parse_voutputs,
)
from comitia.curve import BELENIOS_2048, ED25519, RFC_3526_2048, Group
from tests.elections import seeded

SECONDS = 120


@dataclass
class Mixed:
    """A run in a folder, whose files are named as the reference names them.

    theirs: the indexes of the members who use the reference's program.
    """

    tool: str
    folder: Path
    group: Group
    size: int
    threshold: int
    theirs: frozenset[int]

    @property
    def members(self) -> range:
        return range(1, self.size + 1)

    def run(self, step: int, *options: str, given: bytes = b"") -> bytes:
        """Run a step of the reference's program."""
        done = subprocess.run(
            [
                self.tool,
                "setup",
                "generate-trustee-key-threshold",
                f"--group={self.group.name}",
                f"--step={step}",
                *options,
            ],
            cwd=self.folder,
            input=given,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def write(self, name: str, *lines: bytes) -> None:
        (self.folder / name).write_bytes(join_lines(lines))

    def read(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()

    def make_certificates(self) -> list[str]:
        """Step 1; return the members' names."""
        names = []
        for index in self.members:
            if index in self.theirs:
                place = f"{index}/{self.threshold}/{self.size}"
                names.append(self.run(1, f"--threshold-context={place}").decode().strip())
            else:
                context = CertificateContext(self.group.name, self.size, self.threshold, index)
                secret, certificate = make_certificate(context, seeded(f"{index}"), all_needed=True)
                names.append(derive_certificate_id(certificate))
                self.write(f"{names[-1]}.cert", derive_certificate_line(certificate))
                (self.folder / f"{names[-1]}.key").write_bytes(secret.private_file())
        self.write("certs.jsons", *(self.read(f"{name}.cert").rstrip(b"\n") for name in names))
        return names

    def check_certificates(self) -> CheckedCertificates:
        """Step 2, by both."""
        self.run(2, "--certs=certs.jsons")
        certificates = parse_member_certificates(self.read("certs.jsons"), self.group)
        return check_certificates(certificates, self.group)

    def make_polynomials(self, names: list[str], checked: CheckedCertificates) -> None:
        """Step 3."""
        lines = []
        for index, name in zip(self.members, names, strict=True):
            if index in self.theirs:
                lines.append(self.run(3, "--certs=certs.jsons", f"--key={name}.key").rstrip(b"\n"))
            else:
                secret = parse_member_secret(self.read(f"{name}.key"))
                lines.append(make_polynomial(checked, secret, seeded(name)).to_bytes())
        self.write("polynomials.jsons", *lines)

    def route(self, names: list[str], checked: CheckedCertificates) -> None:
        """Step 4, by both, whose files must be equal."""
        self.run(4, "--certs=certs.jsons", "--polynomials=polynomials.jsons")
        polynomials = parse_polynomials(
            self.read("polynomials.jsons"), self.group, size=self.size, threshold=self.threshold
        )
        for name, vinput in zip(names, route(checked, polynomials), strict=True):
            assert join_lines([vinput.to_bytes()]) == self.read(f"{name}.vinput")

    def confirm(self, names: list[str], checked: CheckedCertificates) -> None:
        """Step 5."""
        lines = []
        for index, name in zip(self.members, names, strict=True):
            data = self.read(f"{name}.vinput")
            if index in self.theirs:
                options = ("--certs=certs.jsons", f"--key={name}.key")
                line = self.run(5, *options, given=data).rstrip(b"\n")
                assert parse_voutput(line, self.group).to_bytes() == line
                lines.append(line)
            else:
                vinput = parse_vinput(data, self.group, size=self.size, threshold=self.threshold)
                secret = parse_member_secret(self.read(f"{name}.key"))
                lines.append(confirm(checked, secret, vinput, seeded(name)).to_bytes())
        self.write("voutputs.jsons", *lines)

    def finish(self, names: list[str], checked: CheckedCertificates) -> None:
        """Step 6, by both, whose files must be equal; then every member opens its key."""
        given = self.read("voutputs.jsons")
        options = ("--certs=certs.jsons", "--polynomials=polynomials.jsons")
        made = self.run(6, *options, given=given)
        (self.folder / "made.json").write_bytes(made)
        polynomials = parse_polynomials(
            self.read("polynomials.jsons"), self.group, size=self.size, threshold=self.threshold
        )
        trustees, keys = finish(checked, polynomials, parse_voutputs(given, self.group))
        assert join_lines([canonical_json(trustees.parameters())]) == made
        assert parse_threshold_trustees(made.removesuffix(b"\n"), self.group) == trustees
        for index, name, key in zip(self.members, names, keys, strict=True):
            data = self.read(f"{name}.dkey")
            assert join_lines([key.to_bytes()]) == data
            secret = parse_member_secret(self.read(f"{name}.key"))
            owner, opened = open_decryption_key(data, secret, (trustees,), self.group)
            assert owner == index
            public_key = self.group.generator_power(opened.exponent)
            assert public_key == trustees.keys[index - 1].public_key

    def all_steps(self) -> list[str]:
        """Make the group's keys; return the members' names."""
        names = self.make_certificates()
        checked = self.check_certificates()
        self.make_polynomials(names, checked)
        self.route(names, checked)
        self.confirm(names, checked)
        self.finish(names, checked)
        return names


SUBSETS = [
    frozenset(chosen) for count in range(4) for chosen in itertools.combinations((1, 2, 3), count)
]


@pytest.mark.parametrize("theirs", SUBSETS, ids=lambda theirs: f"theirs {sorted(theirs)}")
def test_members_of_two_programs_make_the_keys_of_one_group(
    theirs: frozenset[int], reference_tool: str, tmp_path: Path
) -> None:
    Mixed(reference_tool, tmp_path, ED25519, 3, 2, theirs).all_steps()


@pytest.mark.parametrize("group", [BELENIOS_2048, RFC_3526_2048], ids=lambda group: group.name)
def test_so_do_they_over_the_larger_groups(
    group: Group, reference_tool: str, tmp_path: Path
) -> None:
    Mixed(reference_tool, tmp_path, group, 3, 2, frozenset({1, 3})).all_steps()


@pytest.mark.parametrize(
    "size, threshold, theirs", [(5, 3, {1, 4}), (5, 1, {2}), (3, 3, set()), (1, 1, set())]
)
def test_so_do_they_with_other_thresholds(
    size: int, threshold: int, theirs: set[int], reference_tool: str, tmp_path: Path
) -> None:
    """Where all are needed, the reference makes no certificate but takes ours."""
    Mixed(reference_tool, tmp_path, ED25519, size, threshold, frozenset(theirs)).all_steps()


TEMPLATE = {
    "description": "",
    "name": "",
    "questions": [{"answers": ["Yes", "No"], "min": 1, "max": 1, "question": "?"}],
    "administrator": "",
    "credential_authority": "",
}


@pytest.mark.parametrize("theirs", [set(), {1, 2, 3}], ids=["ours", "theirs"])
def test_the_reference_decrypts_with_the_keys_that_were_made(
    theirs: set[int], reference_tool: str, tmp_path: Path
) -> None:
    """A whole election of the reference over a group of ours: trustees 1 and 3 decrypt."""
    names = Mixed(reference_tool, tmp_path, ED25519, 3, 2, frozenset(theirs)).all_steps()

    def run(*command: str, given: bytes = b"") -> bytes:
        done = subprocess.run(
            [reference_tool, *command],
            cwd=tmp_path,
            input=given,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def add(event: str, payload: bytes = b"") -> None:
        run("archive", "add-event", f"--type={event}", given=payload)

    (tmp_path / "template.json").write_text(json.dumps(TEMPLATE), encoding="utf-8")
    group, uuid = "--group=Ed25519", f"--uuid={generate_uuid(seeded('uuid'))}"
    run("setup", "generate-credentials", uuid, group, "--count=1")
    next(tmp_path.glob("*.pubcreds")).rename(tmp_path / "public_creds.json")
    private = json.loads(next(tmp_path.glob("*.privcreds")).read_bytes())
    (tmp_path / "credential").write_text(next(iter(private.values())), encoding="ascii")
    (tmp_path / "choice.json").write_text("[[1,0]]", encoding="ascii")
    (tmp_path / "made.json").rename(tmp_path / "threshold.json")
    (tmp_path / "public_keys.jsons").touch()  # of single trustees, of whom there is none
    run("setup", "make-trustees")
    run("setup", "make-election", uuid, group, "--template=template.json")
    run("archive", "init")
    options = ("--privcred=credential", "--choice=choice.json")
    add("Ballot", run("election", "generate-ballot", *options))
    add("EndBallots")
    add("EncryptedTally", run("election", "compute-encrypted-tally"))
    for owner in (1, 3):
        name = names[owner - 1]
        files = (f"--key={name}.key", f"--decryption-key={name}.dkey", f"--trustee-id={owner}")
        add("PartialDecryption", run("election", "decrypt-threshold", *files))
    result = run("election", "compute-result")
    assert json.loads(result)["result"] == [[1, 0]]
    add("Result", result)
    run("election", "verify")
