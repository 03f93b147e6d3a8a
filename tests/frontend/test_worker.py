"""In a browser, under a strict policy: a worker of the one file makes ballots that are accepted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from comitia.ballots.v1.making import check_ballot
from comitia.ballots.v1.model import derive_tracker
from comitia.ballots.v1.parse import parse_audited_ballot
from tests.browser import Browser, running_browser
from tests.elections import make_election
from tests.frontend.pages import call, serving

MADE: Final = make_election()
RECORD: Final = MADE.records.election.decode()
CREDENTIAL: Final = MADE.credentials.private[0][1]
VOTES: Final = [[0, 1, 0, 1], [1, 0]]

SESSION: Final = """async (record, credential, votes, wrong) => {
  const text = (bytes) => new TextDecoder().decode(bytes);
  const problem = async (promise) => promise.then(() => "", (error) => error.message);
  const worker = new booth.EncryptionWorker();
  const { fingerprint } = await worker.open(new TextEncoder().encode(record));
  const first = await worker.prepare(credential, votes);
  const { ballot, tracker } = await worker.sign();
  const second = await worker.prepare(credential, votes);
  const { file } = await worker.audit();
  const problems = [
    await problem(worker.sign()),
    await problem(worker.prepare(credential, wrong)),
  ];
  const unanswered = problem(worker.prepare(credential, votes));
  worker.close();
  problems.push(await unanswered, await problem(worker.sign()));
  const hashes = [first.hash, second.hash];
  return { fingerprint, hashes, ballot: text(ballot), tracker, file: text(file), problems };
}"""

WITHOUT_A_FILE: Final = """async () => {
  const worker = new booth.EncryptionWorker("/nothing.js");
  const problem = async (promise) => promise.then(() => "", (error) => error.message);
  return [await problem(worker.sign()), await problem(worker.sign())];
}"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    profile: Path = tmp_path_factory.mktemp("profile")
    with running_browser(profile) as running, serving() as address:
        running.open(f"{address}/", 800)
        yield running


def test_a_worker_makes_ballots_and_opens_them_for_an_audit(browser: Browser) -> None:
    said = call(browser, SESSION, RECORD, CREDENTIAL, VOTES, [[0, 0, 0, 0], [1, 0]])
    ballot = said["ballot"].encode()
    check_ballot(ballot, MADE.election)
    audited = parse_audited_ballot(said["file"].encode(), MADE.election)
    hashes = said["hashes"]
    assert check_ballot(ballot, MADE.election).signed_hash == hashes[0]
    assert audited.unsigned.derive_signed_hash() == hashes[1] != hashes[0]
    openings = json.loads(said["file"])["openings"]
    assert [[opening["value"] for opening in row] for row in openings] == VOTES
    assert (said["fingerprint"], said["tracker"]) == (
        MADE.election.fingerprint,
        derive_tracker(ballot),
    )
    assert said["problems"] == [
        "no ballot is prepared",
        "question 1: expected from 1 to 2 choices, found 0",
        "the worker was ended",
        "the worker was ended",
    ]
    assert browser.complaints == []


def test_a_worker_that_cannot_start_is_no_silence(browser: Browser) -> None:
    assert call(browser, WITHOUT_A_FILE) == ["the worker failed"] * 2
