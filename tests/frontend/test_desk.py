"""What the page asks of its worker, and what it is answered."""

from __future__ import annotations

import json
from typing import Any, Final

from comitia.ballots.v1.making import check_ballot, prepare_ballot, sign_ballot
from comitia.ballots.v1.model import derive_tracker
from comitia.ballots.v1.parse import parse_audited_ballot
from tests.elections import make_election, seeded
from tests.frontend.conftest import Booth

MADE: Final = make_election()
ELECTION: Final = MADE.election
CREDENTIAL: Final = MADE.credentials.private[0][1]
VOTES: Final = [[0, 1, 0, 1], [1, 0]]
OPEN: Final = {"kind": "open", "election": MADE.records.election.decode()}
PREPARE: Final = {"kind": "prepare", "credential": CREDENTIAL, "votes": VOTES}
SIGN: Final = {"kind": "sign"}
AUDIT: Final = {"kind": "audit"}
OPENED: Final = {"reply": {"fingerprint": ELECTION.fingerprint}}
NOTHING_PREPARED: Final = {"problem": "no ballot is prepared"}


def answers(booth: Booth, *requests: Any) -> Any:  # noqa: ANN401 - JSON
    return booth.ask("desk", requests=requests, seed="desk")


def test_a_ballot_is_prepared_and_signed(booth: Booth) -> None:
    randomness = seeded("desk")
    prepared = prepare_ballot(ELECTION, CREDENTIAL, VOTES, randomness)
    ballot = sign_ballot(prepared.unsigned, CREDENTIAL, ELECTION, randomness)
    assert answers(booth, OPEN, PREPARE, SIGN) == [
        OPENED,
        {"reply": {"hash": prepared.hash}},
        {"reply": {"ballot": ballot.decode(), "tracker": derive_tracker(ballot)}},
    ]


def test_a_ballot_that_was_opened_can_be_checked_and_is_not_signed(booth: Booth) -> None:
    prepared = prepare_ballot(ELECTION, CREDENTIAL, VOTES, seeded("desk"))
    file = prepared.open().to_bytes()
    opened, _, audited, *refused = answers(booth, OPEN, PREPARE, AUDIT, SIGN, AUDIT)
    assert (opened, audited) == (OPENED, {"reply": {"file": file.decode()}})
    assert refused == [NOTHING_PREPARED, NOTHING_PREPARED]
    parse_audited_ballot(audited["reply"]["file"].encode(), ELECTION)


def test_a_signed_ballot_is_neither_signed_again_nor_opened(booth: Booth) -> None:
    *_, signed, again, audited = answers(booth, OPEN, PREPARE, SIGN, SIGN, AUDIT)
    check_ballot(signed["reply"]["ballot"].encode(), ELECTION)
    assert [again, audited] == [NOTHING_PREPARED, NOTHING_PREPARED]


def test_a_vote_that_is_refused_leaves_no_earlier_ballot_to_be_cast(booth: Booth) -> None:
    wrong = PREPARE | {"votes": [[1, 1, 1, 1], [1, 0]]}
    *_, refused, signed = answers(booth, OPEN, PREPARE, wrong, SIGN)
    assert refused == {"problem": "question 1: a blank vote chooses nothing"}
    assert signed == NOTHING_PREPARED


def test_another_election_leaves_no_earlier_ballot_to_be_cast(booth: Booth) -> None:
    assert answers(booth, OPEN, PREPARE, OPEN, SIGN)[-1] == NOTHING_PREPARED
    malformed = {"kind": "open", "election": "{}"}
    *_, refused, prepared = answers(booth, OPEN, malformed, PREPARE)
    assert refused == {"problem": "election: the field version is missing"}
    assert prepared == {"problem": "no election is open"}


def test_nothing_is_prepared_before_an_election_is_open(booth: Booth) -> None:
    assert answers(booth, PREPARE, SIGN) == [{"problem": "no election is open"}, NOTHING_PREPARED]


def test_no_refusal_says_what_was_typed_or_chosen(booth: Booth) -> None:
    typed = PREPARE | {"credential": "secretsecretsecret"}
    chosen = PREPARE | {"votes": [[7777, 7777, 7777, 7777], [7777, 7777]]}
    broken = PREPARE | {"votes": "secretsecretsecret"}
    outcomes = answers(booth, OPEN, typed, chosen, broken)[1:]
    assert [list(outcome) for outcome in outcomes] == [["problem"]] * 3
    said = json.dumps(outcomes)
    assert "secretsecret" not in said
    assert "7777" not in said
