"""``comitia verify`` of a record, from a folder and from an address."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import date
from functools import partial
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path

import pytest

from comitia.cli import main
from comitia.record.kinds.register import RecordDeath
from tests.record.folding.test_balance import BOTH_KEEPERS, in_the_next_year
from tests.record.founded import BEN
from tests.verify.test_record import ENTRIES, TRUST, publish

CAPTURED = pytest.CaptureFixture[str]


def store(files: dict[str, bytes], folder: Path) -> Path:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


@pytest.fixture
def record(tmp_path: Path) -> Path:
    return store(publish(ENTRIES), tmp_path / "record")


@pytest.fixture
def trust(tmp_path: Path) -> str:
    path = tmp_path / "trust.txt"
    path.write_text(TRUST.to_text(), encoding="utf-8")
    return str(path)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


@pytest.fixture
def address(record: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Give the address at which the record is served."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    server = HTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(record)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


def verify(capsys: CAPTURED, *words: str) -> tuple[int, str, str]:
    status = main(["verify", *words])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def test_a_record_in_a_folder_is_verified_in_words(
    record: Path, trust: str, capsys: CAPTURED
) -> None:
    status, out, err = verify(capsys, str(record), "--trust", trust)
    assert (status, err) == (0, "")
    assert out.startswith(f"Record record.example.org/union, {len(ENTRIES)} entries\nRoot ")
    assert "✓ record.right" in out
    assert out.endswith("VALID: every check that applies was made and holds.\n")


def test_without_trust_it_is_incomplete(record: Path, capsys: CAPTURED) -> None:
    status, out, _ = verify(capsys, str(record), "--json")
    report = json.loads(out)
    assert (status, report["verdict"]) == (3, "incomplete")
    left = [one["id"] for one in report["checks"] if one["status"] == "not_checked"]
    assert left == ["record.key", "record.witness"]


def test_a_record_at_an_address_is_the_same(
    address: str, record: Path, trust: str, capsys: CAPTURED
) -> None:
    assert verify(capsys, address, "--json", "--trust", trust) == verify(
        capsys, str(record), "--json", "--trust", trust
    )


def test_of_an_application_the_address_is_enough(
    address: str, record: Path, trust: str, capsys: CAPTURED
) -> None:
    expected = verify(capsys, address, "--json", "--trust", trust)
    below = [*record.iterdir()]
    (record / "record").mkdir()
    for one in below:
        one.rename(record / "record" / one.name)
    assert verify(capsys, address, "--json", "--trust", trust) == expected


def test_what_is_not_at_the_address_is_missed(
    address: str, record: Path, trust: str, capsys: CAPTURED
) -> None:
    (record / f"tile/0/000.p/{len(ENTRIES)}").unlink()
    status, out, _ = verify(capsys, address, "--json", "--trust", trust)
    failures = {one["id"]: one["failures"] for one in json.loads(out)["checks"]}
    assert status == 1
    assert failures["record.tiles"][0]["found"] == "tile/0/000: there is none at this address"
    (record / "checkpoint").unlink()
    status, out, _ = verify(capsys, address, "--json", "--trust", trust)
    assert status == 2
    assert json.loads(out) == {
        "verdict": "unreadable",
        "error": "record: no checkpoint: checkpoint: there is none at this address",
    }


def test_a_server_that_is_not_there_is_one_sentence(capsys: CAPTURED) -> None:
    status, out, err = verify(capsys, "http://127.0.0.1:9/")
    assert (status, out) == (2, "")
    assert err.startswith("comitia: record: no checkpoint: http://127.0.0.1:9/checkpoint: ")


def test_an_earlier_copy_is_continued_or_not(
    record: Path, trust: str, tmp_path: Path, capsys: CAPTURED
) -> None:
    earlier = str(store(publish(ENTRIES[:-1]), tmp_path / "earlier"))
    assert verify(capsys, str(record), "--since", earlier, "--trust", trust)[0] == 0
    status, out, _ = verify(capsys, earlier, "--since", str(record), "--trust", trust, "--json")
    failed = [one["id"] for one in json.loads(out)["checks"] if one["status"] == "failed"]
    assert (status, failed) == (1, ["record.consistency"])


def test_wrong_words_are_one_sentence(
    record: Path, trust: str, tmp_path: Path, capsys: CAPTURED
) -> None:
    (tmp_path / "none").write_text("believe me\n", encoding="utf-8")
    for words, sentence in (
        ((str(record), "--trust", str(tmp_path / "none")), "line 1: expected one of origin, "),
        ((str(record), "--trust", str(tmp_path / "missing")), "No such file or directory"),
        ((str(record), "--since", str(tmp_path)), "expected an earlier copy of the record"),
        (
            (str(tmp_path), "--trust", trust),
            "--trust: is for records and their entries, and this is neither",
        ),
    ):
        status, out, err = verify(capsys, *words)
        assert (status, out) == (2, "")
        assert err.startswith("comitia: ")
        assert sentence in err
        assert err.count("\n") == 1


def test_verbosely_it_tells_how_many_members_there_are_and_why(
    tmp_path: Path, trust: str, capsys: CAPTURED
) -> None:
    record = in_the_next_year()
    died = record.act(RecordDeath(day=date(2026, 12, 31)), BEN, *BOTH_KEEPERS)
    place = str(store(publish(record.entries), tmp_path / "next"))
    status, out, _ = verify(capsys, place, "--trust", trust, "-v")
    assert status == 0
    told = out[out.index("Members on") : out.index("VALID")]
    assert told.splitlines() == [
        "Members on 2027-01-05: 2",
        "  at the start                              3",
        "  + joined                                  0",
        "  + readmitted                              0",
        "  + transferred in                          0",
        "  - left                                    0",
        "  - transferred out                         0",
        "  - struck off                              0",
        "  - expelled                                0",
        "  - died                                    0",
        "  ± entered since, for days before         -1",
        "  = at the end                              2",
        f"    -1 by {died}",
        "",
    ]
    assert "Members on" not in verify(capsys, place, "--trust", trust)[1]


def test_where_nothing_was_entered_late_there_is_no_line_for_it(
    record: Path, trust: str, capsys: CAPTURED
) -> None:
    out = verify(capsys, str(record), "--trust", trust, "-v")[1]
    assert out[out.index("  - died") : out.index("\n\nVALID")].splitlines() == [
        "  - died                     0",
        "  = at the end               3",
    ]


def test_without_all_entries_no_members_are_told(
    record: Path, trust: str, capsys: CAPTURED
) -> None:
    (record / f"tile/0/000.p/{len(ENTRIES)}").unlink()
    assert "Members on" not in verify(capsys, str(record), "--trust", trust, "-v")[1]
