from __future__ import annotations

import json
from dataclasses import replace

import pytest

from comitia.ballots.v1.model import Check, Fingerprint, Sha256Hex, Uuid
from comitia.verify import CheckResult, Failure, Report, Status, Subject, Verdict, Warning_
from comitia.verify.report import Place, ReportBuilder
from tests.verify.building import small

RECORD = Sha256Hex("a" * 64)


def finished(builder: ReportBuilder) -> Report:
    made = small().election
    election = replace(made, uuid=Uuid("u" * 14), fingerprint=Fingerprint("f" * 43))
    return builder.finish(election, [[1]], Subject(7, RECORD))


def test_a_report_says_everything_in_json() -> None:
    builder = ReportBuilder()
    builder.examined(Check.BALLOT_PROOF, 3)
    builder.fail(Check.BALLOT_PROOF, Place(9, 2, RECORD), "this", "that")
    builder.not_checked(Check.TALLY_BALLOTS, "no reason")
    builder.examined(Check.ARCHIVE_CHAIN)
    builder.warn(Check.DECRYPTION_BOUND, Place(), "careful")
    assert finished(builder).to_json() == {
        "verdict": "invalid",
        "subject": {"uuid": "u" * 14, "election_hash": "f" * 43},
        "checks": [
            {
                "id": "archive.chain",
                "title": Check.ARCHIVE_CHAIN.title,
                "status": "passed",
                "count": 1,
                "failures": [],
            },
            {
                "id": "ballot.proof",
                "title": Check.BALLOT_PROOF.title,
                "status": "failed",
                "count": 3,
                "failures": [
                    {
                        "subject": {"height": 2, "record": RECORD},
                        "expected": "this",
                        "found": "that",
                    }
                ],
            },
            {
                "id": "tally.ballots",
                "title": Check.TALLY_BALLOTS.title,
                "status": "not_checked",
                "count": 0,
                "failures": [],
            },
        ],
        "warnings": [
            {
                "id": "decryption.bound",
                "subject": {"height": None, "record": None},
                "text": "careful",
            }
        ],
        "result": [[1]],
    }


def test_failures_and_warnings_stand_in_the_order_of_the_archive() -> None:
    builder = ReportBuilder()
    for offset in (30, 10, 20, 10):
        place = Place(offset, offset, RECORD)
        builder.fail(Check.BALLOT_PROOF, place, "", f"{offset}")
        builder.warn(Check.BALLOT_PROOF, place, f"{offset}")
    report = finished(builder)
    assert [failure.found for failure in report.checks[0].failures] == ["10", "10", "20", "30"]
    assert [warning.text for warning in report.warnings] == ["10", "10", "20", "30"]


def test_failures_of_one_place_keep_their_order() -> None:
    builder = ReportBuilder()
    for found in "cab":
        builder.fail(Check.BALLOT_PROOF, Place(5), "", found)
    assert [failure.found for failure in finished(builder).checks[0].failures] == list("cab")


def test_what_failed_and_was_not_wholly_checked_has_failed() -> None:
    builder = ReportBuilder()
    builder.not_checked(Check.BALLOT_PROOF, "half of it")
    builder.fail(Check.BALLOT_PROOF, Place(), "this", "that")
    assert finished(builder).checks == (
        CheckResult(
            Check.BALLOT_PROOF, Status.FAILED, 0, (Failure(Subject(), "this", "that"),), None
        ),
    )


def test_the_first_reason_for_not_checking_stands() -> None:
    builder = ReportBuilder()
    builder.examined(Check.BALLOT_PROOF, 7)
    builder.not_checked(Check.BALLOT_PROOF, "first")
    builder.not_checked(Check.BALLOT_PROOF, "second")
    assert finished(builder).checks == (
        CheckResult(Check.BALLOT_PROOF, Status.NOT_CHECKED, 7, (), "first"),
    )


def test_whether_a_check_has_failed_is_known_while_the_report_grows() -> None:
    builder = ReportBuilder()
    assert not builder.has_failed(Check.BALLOT_PROOF)
    builder.examined(Check.BALLOT_PROOF)
    assert not builder.has_failed(Check.BALLOT_PROOF)
    builder.fail(Check.BALLOT_PROOF, Place(), "this", "that")
    assert builder.has_failed(Check.BALLOT_PROOF)


@pytest.mark.parametrize(
    "statuses, verdict",
    [
        ("", Verdict.VALID),
        ("passed passed", Verdict.VALID),
        ("passed not_checked", Verdict.INCOMPLETE),
        ("not_checked failed", Verdict.INVALID),
        ("failed passed", Verdict.INVALID),
    ],
)
def test_the_verdict_is_the_worst_of_all_checks(statuses: str, verdict: Verdict) -> None:
    results = tuple(
        CheckResult(Check.BALLOT_PROOF, Status(status), 0, (), None) for status in statuses.split()
    )
    assert Report(None, None, results, (), None).verdict is verdict


def test_warnings_change_no_verdict() -> None:
    warning = Warning_("decryption.bound", Subject(), "careful")
    assert Report(None, None, (), (warning,), None).verdict is Verdict.VALID


def test_ids_and_titles_are_each_check_s_own() -> None:
    assert len({check.id for check in Check}) == len({check.title for check in Check}) == len(Check)
    assert all(check.title.endswith(".") and json.dumps(check.id) for check in Check)
