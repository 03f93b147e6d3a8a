"""The whole way: a server, acts in its database, and `comitia verify` as another process."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from comitia.cli.files import write_private
from comitia.record.keys import KeyKind, generate_key
from tests.cli.test_serving import environment, running

ROOT = Path(__file__).resolve().parents[3]
TOKEN = "a-token-of-the-organisation"
WITNESS = generate_key("example.net/w1", KeyKind.COSIGNATURE, secrets.token_bytes)


def act_in(data: Path, *steps: str, **variables: str) -> None:
    """Act in a process of its own, as a worker of the server would."""
    kept = environment(COMITIA_DATA=str(data), PYTHONPATH=str(ROOT), **variables)
    program = [sys.executable, "-m", "tests.web.founding_program", *steps]
    subprocess.run(program, check=True, env=kept, cwd=ROOT)


def found_in(data: Path) -> None:
    act_in(data, "found")


def fetch(address: str) -> bytes:
    with urllib.request.urlopen(address) as answer:  # noqa: S310 - ours
        return bytes(answer.read())


def witness(address: str, folder: Path) -> None:
    """Sign what is published, on a machine of the witness's own."""
    key = folder / "witness.key"
    if not key.exists():
        write_private(key, f"{WITNESS.text}\n".encode())
    command = ["record", "witness", f"{address}record/", "--key", str(key)]
    subprocess.run(
        [sys.executable, "-m", "comitia", *command, "--state", str(folder / "witness.state")],
        check=True,
        env=environment(),
    )


def verify(address: str, trust: Path, **variables: str) -> tuple[int, dict[str, str]]:
    """Verify as somebody on another machine; return the exit status and each check's status."""
    command = [sys.executable, "-m", "comitia", "verify", "--json", "--trust", str(trust)]
    done = subprocess.run(
        [*command, f"{address}record/"],
        check=False,
        capture_output=True,
        env=environment(**variables),
    )
    report = json.loads(done.stdout)
    return done.returncode, {one["id"]: one["status"] for one in report.get("checks", ())}


@pytest.mark.parametrize("token", ["", TOKEN], ids=["open", "token"])
def test_another_process_verifies_what_the_server_publishes(tmp_path: Path, token: str) -> None:
    data, trust = tmp_path / "data", tmp_path / "record.trust"
    settings = {"COMITIA_WITNESSES": WITNESS.verifier.text, "COMITIA_RECORD_TOKEN": token}
    with running("--data", data, **settings) as (_, address):
        with pytest.raises(urllib.error.HTTPError, match="503"):
            fetch(f"{address}record/")  # nothing is published before the founding
        found_in(data)
        witness(address, tmp_path)
        trust.write_bytes(fetch(f"{address}record/trust"))
        assert f"witness {WITNESS.verifier.text}\nwitnesses 1\nseen 17 " in trust.read_text()
        status, checks = verify(address, trust, COMITIA_RECORD_TOKEN=token)
        assert (status, set(checks.values())) == (0, {"passed"})
        assert {"record.key", "record.witness", "record.consistency"} <= checks.keys()
        if token:
            assert verify(address, trust)[0] == 1
            with pytest.raises(urllib.error.HTTPError, match="401"):
                fetch(f"{address}record/tile/entries/000.p/17")
    assert os.stat(data / "record.key").st_mode & 0o077 == 0  # noqa: PTH116 - of its mode alone
