"""The parties of an election with their folders, who give the commands one after the other.

Everything runs in this process, secret steps too, so that a whole election takes a few seconds; one
election in ``test_whole`` is held by real processes.
"""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from comitia.cli import main

TRUSTEES = ("ann", "ben", "cem")
ROLL = "ann@example.org,ann\nben@example.org,ben\ncem@example.org,cem\n"
QUESTION = {"question": "Who?", "answers": ["Ada", "Bo"], "blank": True, "min": 1, "max": 1}
TEMPLATE = {"name": "Chair", "description": "", "questions": [QUESTION]}
RANKED = {"type": "NonHomomorphic", "value": {"answers": ["Ada", "Bo"], "question": "In order?"}}
ADA, BO, BLANK = "[[0,1,0]]", "[[0,0,1]]", "[[1,0,0]]"
RESULT = "Who?\n         0 (blank)\n         2 Ada\n         1 Bo\n"
"""What is said of the stations' result."""
_APART = ("registrar", "ceremony", "voter", "trustee")


@dataclass(frozen=True)
class Done:
    """What a command left behind that a person sees."""

    status: int
    out: str
    err: str


def comitia(*words: object) -> Done:
    """Run ``comitia election`` with these words."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        for module in _APART:
            patch.setattr(f"comitia.cli.election.{module}.run_apart", lambda do, item: do(item))
        patch.setattr("comitia.cli.verifying.available_cores", lambda: 1)
        status = main(["election", *map(str, words)])
    return Done(status, out.getvalue(), err.getvalue())


def sentence(done: Done, status: int) -> str:
    """Return the one sentence with which a command ended, and which is no defect's."""
    assert (done.status, done.err.count("\n")) == (status, 1), done
    assert done.err.startswith("comitia: ")
    assert "should not have happened" not in done.err
    return done.err


def wrong_options(done: Done) -> str:
    """Return what is said of a command line that was not understood, after its usage."""
    assert (done.status, done.out) == (2, ""), done
    usage, _, said = done.err.partition("\ncomitia: ")
    assert usage.startswith("usage: comitia election")
    return said


def one(folder: Path, pattern: str) -> Path:
    """Return the only file in a folder that fits."""
    (path,) = folder.glob(pattern)
    return path


def verify(*words: object) -> tuple[int, dict[str, object]]:
    """Run ``comitia verify --json``."""
    out = io.StringIO()
    with redirect_stdout(out):
        status = main(["verify", "--json", "--jobs", "1", *map(str, words)])
    report: dict[str, object] = json.loads(out.getvalue())
    return status, report


def statuses(report: dict[str, object]) -> set[str]:
    """Return how the checks of a report ended."""
    checks = report["checks"]
    assert isinstance(checks, list)
    return {check["status"] for check in checks}


def private(path: Path, content: str) -> Path:
    """Write a file that only its owner can read."""
    path.touch(0o600)
    path.write_text(content, encoding="utf-8")
    return path


@dataclass
class World:
    """One election and the folder in which every party has its own.

    place: of the threshold group, "K/N", or None where the server's key is the only one.
    said: everything that any command printed.
    """

    root: Path
    uuid: str = ""
    group: str = "Ed25519"
    place: str | None = "2/3"
    with_server_key: bool = True
    said: list[str] = field(default_factory=list)

    def copy(self, root: Path) -> World:
        """Return the same election in another folder."""
        shutil.copytree(self.root, root, dirs_exist_ok=True)
        return World(root, self.uuid, self.group, self.place, self.with_server_key, [*self.said])

    def run(self, *words: object) -> str:
        """Run a command that must end well; return what it said."""
        done = comitia(*words)
        assert (done.status, done.err) == (0, ""), done
        self.said.append(done.out)
        return done.out

    def folder(self, name: str) -> Path:
        folder = self.root / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @property
    def server(self) -> Path:
        return self.folder("server")

    @property
    def hashes(self) -> Path:
        return self.root / "hashes.txt"

    @property
    def archive(self) -> Path:
        return self.server / f"{self.uuid}.bel"

    @property
    def signatures(self) -> Path:
        """The file of the shuffles' signatures."""
        return self.server / f"{self.uuid}.shuffles.json"

    @property
    def members(self) -> tuple[str, ...]:
        return () if self.place is None else TRUSTEES[: int(self.place.partition("/")[2])]

    # --- what the parties do, in their order ---

    def issue(self, roll: str = ROLL) -> None:
        self.uuid = self.run("uuid").strip()
        registrar = self.folder("registrar")
        (registrar / "voters.txt").write_text(roll, encoding="utf-8")
        self.run(
            *("credentials", "--uuid", self.uuid, "--voters", registrar / "voters.txt"),
            *("--group", self.group, "--dir", registrar),
        )
        for name in ("public_creds.json", "credentials_certificate.json"):
            shutil.copy(registrar / name, self.server)

    def announce(self, *paths: Path) -> None:
        """Put the files' hashes on everybody's list."""
        with self.hashes.open("a", encoding="utf-8") as stream:
            stream.write(self.run("hashes", *paths))

    def make_server_key(self) -> None:
        self.run("trustee-key", "--name", "server", "--group", self.group, "--dir", self.server)
        self.announce(one(self.server, "*.pubkey"))

    def make_certificates(self) -> None:
        for index, name in enumerate(self.members, 1):
            self.run(
                *("threshold-certificate", "--place", f"{index}/{self.place}"),
                *("--group", self.group, "--dir", self.folder(name), *self.all_needed),
            )
        self.announce(*self.sent("cert"))

    @property
    def all_needed(self) -> tuple[str, ...]:
        threshold, _, size = (self.place or "").partition("/")
        return ("--all-needed",) if threshold == size else ()

    def sent(self, ending: str) -> list[Path]:
        """Return what each member has handed over in a step, in the order of their places."""
        return [one(self.folder(name), f"*.{ending}") for name in self.members]

    def step(self, command: str, *endings: str, name: str = "ann") -> tuple[object, ...]:
        """Return the words of a member's command in the making of keys."""
        key = one(self.folder(name), "*.key")
        options = {"cert": "--certs", "polynomial": "--polynomials", "voutput": "--outputs"}
        files = [word for ending in endings for word in (options[ending], *self.sent(ending))]
        common = ("--hashes", self.hashes, "--group", self.group, "--dir", self.folder(name))
        return (command, "--key", key, *files, *common)

    def make_polynomials(self) -> None:
        for name in self.members:
            self.run(*self.step("threshold-polynomial", "cert", name=name))
        self.announce(*self.sent("polynomial"))

    def confirm(self) -> None:
        for name in self.members:
            words = self.step("threshold-confirm", "cert", "polynomial", name=name)
            self.run(*words, "--name", name)
        self.announce(*self.sent("voutput"))

    @property
    def finishing(self) -> tuple[object, ...]:
        """The words of the last step."""
        return (
            *("threshold-finish", "--certs", *self.sent("cert")),
            *("--polynomials", *self.sent("polynomial"), "--outputs", *self.sent("voutput")),
            *("--hashes", self.hashes, "--group", self.group, "--dir", self.server),
        )

    def finish(self) -> None:
        self.run(*self.finishing)
        for name in self.members:
            key = one(self.folder(name), "*.key")
            shutil.copy(self.server / f"{key.stem}.dkey", self.folder(name))
        self.announce(self.server / "threshold.json")

    def make_keys(self) -> None:
        if self.with_server_key:
            self.make_server_key()
        if self.place is not None:
            self.make_certificates()
            self.make_polynomials()
            self.confirm()
            self.finish()

    def setting_up(self, template: object = None) -> tuple[object, ...]:
        """Return the words that set the election up."""
        path = self.server / "template.json"
        path.write_text(json.dumps(TEMPLATE if template is None else template), encoding="utf-8")
        trustees = [*self.server.glob("*.pubkey"), *self.server.glob("threshold.json")]
        return (
            *("setup", "--uuid", self.uuid, "--template", path, "--trustees", *trustees),
            *("--credentials", self.server / "public_creds.json"),
            *("--certificate", self.server / "credentials_certificate.json"),
            *("--hashes", self.hashes, "--group", self.group, "--dir", self.server),
        )

    def set_up(self, template: object = None) -> None:
        self.run(*self.setting_up(template))
        self.hand_out(*self.members)
        self.deliver()

    def hand_out(self, *names: str) -> None:
        """Give parties a copy of the archive."""
        for name in names:
            shutil.copy(self.archive, self.folder(name))
            if self.signatures.exists():
                shutil.copy(self.signatures, self.folder(name))

    def deliver(self) -> None:
        """Bring every voter the credential, and a copy of the archive."""
        private_file = (self.folder("registrar") / "private_creds.json").read_bytes()
        for voter, credential in json.loads(private_file).items():
            private(self.folder(f"voter/{voter}") / "credential", f"{credential}\n")
            self.hand_out(f"voter/{voter}")

    def key_words(self, name: str) -> tuple[object, ...]:
        folder = self.folder(name)
        if name == "server":
            return ("--key", one(folder, "*.privkey"))
        return ("--key", one(folder, "*.key"), "--decryption-key", one(folder, "*.dkey"))

    def trustee(self, command: str, name: str) -> tuple[object, ...]:
        """Return the words of a trustee's command."""
        folder = self.folder(name)
        return (command, *self.key_words(name), "--archive", folder, "--dir", folder)

    @property
    def trustees(self) -> tuple[str, ...]:
        return (*(("server",) if self.with_server_key else ()), *self.members)

    def rehearse(self) -> None:
        for name in self.trustees:
            self.run(*self.trustee("rehearse", name))
        self.run("check-rehearsal", *self.results_of("rehearsal"), "--archive", self.server)

    def results_of(self, ending: str, names: Sequence[str] | None = None) -> list[Path]:
        return [one(self.folder(name), f"*.{ending}") for name in names or self.trustees]

    def preparing(self, voter: str, choice: str = ADA) -> tuple[object, ...]:
        """Return the words that prepare a ballot."""
        folder = self.folder(f"voter/{voter}")
        private(folder / "choice", choice)
        return (
            *("prepare", "--privcred", folder / "credential", "--choice", folder / "choice"),
            *("--archive", folder, "--dir", folder),
        )

    def prepare(self, voter: str, choice: str = ADA) -> tuple[str, Path]:
        """Return the hash of a ballot that is prepared, and its file."""
        before = set(self.folder(f"voter/{voter}").glob("*.prepared"))
        said = self.run(*self.preparing(voter, choice))
        (path,) = set(self.folder(f"voter/{voter}").glob("*.prepared")) - before
        noted = re.search(r"^  ([A-Za-z0-9+/]{43})$", said, re.MULTILINE)
        assert noted is not None
        return noted[1], path

    def signing(self, path: Path, voter: str) -> tuple[object, ...]:
        folder = self.folder(f"voter/{voter}")
        return ("sign", path, "--privcred", folder / "credential", "--archive", folder)

    def ballot(self, voter: str, choice: str = ADA) -> Path:
        """Return a ballot to be cast."""
        _, path = self.prepare(voter, choice)
        self.run(*self.signing(path, voter))
        return path.with_suffix(".ballot")

    def cast(self, *ballots: Path) -> str:
        return self.run("cast", *ballots, "--archive", self.server)

    def vote(self, choices: dict[str, str] | None = None) -> None:
        chosen = {"ann": ADA, "ben": BO, "cem": ADA} if choices is None else choices
        self.cast(*(self.ballot(voter, choice) for voter, choice in chosen.items()))

    def close(self) -> None:
        self.run("close", "--archive", self.server)
        self.hand_out(*self.members)

    def shuffle(self, *names: str) -> None:
        """Have trustees shuffle, each what the one before left; the server records it."""
        for name in names:
            self.hand_out(*self.members)
            self.run(*self.trustee("shuffle", name))
            self.run("shuffles", *self.results_of("shuffle", [name]), "--archive", self.server)

    def close_shuffles(self) -> None:
        self.run("close-shuffles", "--archive", self.server)
        self.hand_out(*self.members)

    def decrypt(self, *names: str) -> None:
        for name in names:
            self.run(*self.trustee("decrypt", name))

    def collect(self, *names: str) -> None:
        self.run("decryptions", *self.results_of("decryption", names), "--archive", self.server)

    def publish(self) -> str:
        return self.run("result", "--archive", self.server)

    # --- what must stay secret ---

    def secrets(self) -> list[str]:
        """Return every secret of a private file as a person would see it."""
        found = [path.read_text().strip() for path in self.root.rglob("*.key")]
        found += [json.loads(path.read_bytes()) for path in self.root.rglob("*.privkey")]
        for path in self.root.rglob("private_creds.json"):
            found += json.loads(path.read_bytes()).values()
        return found

    def private_files(self) -> list[Path]:
        endings = {".key", ".privkey", ".memory", ".prepared"}
        names = {"private_creds.json", "registrar_creds.json", "credential", "choice"}
        files = [path for path in self.root.rglob("*") if path.is_file()]
        return [path for path in files if path.suffix in endings or path.name in names]
