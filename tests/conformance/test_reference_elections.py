"""Reference elections through the command line; any verifier of the contract can be tried.

The command is ``PROGRAM verify --json --jobs 1 [--since OLD] PATH``; COMITIA_CONFORMANCE_VERIFIER
names another program than this project's. The expectations are those of ``vectors/README.md``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.conftest import Verify

VALID = (
    "h-blank-basic3-ed25519",
    "h-blank-basic3-belenios2048",
    "h-threshold2of3-ed25519",
    "h-weighted-ed25519",
    "h-unicode-ed25519",
    "lists-ed25519",
    "nh-mixed-schulze-2shuffles-ed25519",
    "nh-stv-2shuffles-ed25519",
    "perf-34x7-100",
    "perf-stv10-100",
    "perf-yesno-100",
)
WITH_A_SHUFFLE_OF_NOBODY = "perf-stv10-100"
"""It names an owner 2 of a shuffle, and has one trustee: a warning, because the other is enough."""

FAILS = {
    "01-proof-digit-flipped": ("ballot.proof",),
    "01b-proof-digit-flipped-last-ballot": ("ballot.proof",),
    "01c-same-but-archive-still-open": ("ballot.proof",),
    "02-signature-response-flipped": ("ballot.signature",),
    "03-credential-swapped-with-other-voter": ("ballot.signature",),
    "04-credential-not-in-list": ("ballot.credential",),
    "05-duplicate-ballot-appended": ("ballot.duplicate",),
    "06-dropped-ballot-tally-unchanged": ("tally.ballots",),
    "08-two-event-records-swapped-raw": ("archive.chain",),
    "09-raw-byte-changed-in-place": ("archive.hashes",),
    "10-num_tallied-plus-1": ("tally.counts",),
    "11-total_weight-plus-5": ("tally.counts",),
    "12-encrypted-tally-entries-swapped": ("tally.ballots",),
    "13-wrong-result": ("result.value",),
    "14-decryption-proof-flipped": ("decryption.proof",),
    "15-one-partial-decryption-dropped": ("decryption.present",),
    "16-partial-decryption-wrong-owner": ("decryption.owner", "decryption.proof"),
    "17-extra-EndBallots-midway-tally-unchanged": ("archive.grammar",),
    "18-extra-EndBallots-midway-retallied": ("archive.grammar",),
    "23-first-public-credential-removed": ("ballot.credential",),
    "24-duplicate-public-credential": ("setup.credentials",),
    "25-trustee-proof-flipped": ("setup.trustees",),
    "26-trailing-zero-blocks": ("archive.trailing",),
    "27-non-canonical-json-ballot": ("ballot.canonical",),
    "28-extra-field-in-ballot": ("ballot.canonical",),
    "29-ballot-worth-11-votes": ("ballot.proof",),
    "30-first-12-ballots-hidden-by-EndBallots-complete": ("archive.grammar",),
}
"""Variants of both elections, and the checks of which one must fail."""

FAILS_WITH_SHUFFLES = {
    **{number: checks for number, checks in FAILS.items() if not number.startswith(("29", "30"))},
    "19-shuffle-ciphertexts-swapped": ("shuffle.proof",),
    "20-shuffle-proof-s1-flipped": ("shuffle.proof",),
    "21-shuffles-swapped": ("shuffle.proof",),
    "22-all-shuffle-events-dropped": ("shuffle.present",),
}
"""The same of the election with a ranked question."""

BLANK = "h-blank-basic3-ed25519"
MIXED = "nh-mixed-schulze-2shuffles-ed25519"


def with_status(report: dict[str, Any], status: str) -> set[str]:
    return {check["id"] for check in report["checks"] if check["status"] == status}


@pytest.mark.parametrize("name", VALID)
def test_a_sound_election_is_valid(name: str, elections: Path, verify: Verify) -> None:
    status, report = verify(elections / name)
    result = json.loads((elections / name / "result.json").read_text(encoding="utf-8"))
    assert (status, report["verdict"]) == (0, "valid")
    assert report["result"] == result["result"]
    assert with_status(report, "failed") | with_status(report, "not_checked") == set()
    warned = {warning["id"] for warning in report["warnings"]}
    of_shuffles = (
        {"shuffle.signature"} if "shuffle.proof" in with_status(report, "passed") else set()
    )
    of_nobody = {"shuffle.owner"} if name == WITH_A_SHUFFLE_OF_NOBODY else set()
    assert warned == {"decryption.bound"} | of_shuffles | of_nobody


@pytest.mark.parametrize("variant", FAILS)
def test_an_altered_election_is_invalid(variant: str, elections: Path, verify: Verify) -> None:
    status, report = verify(elections / f"{BLANK}--{variant}")
    assert (status, report["verdict"]) == (1, "invalid")
    assert with_status(report, "failed") & set(FAILS[variant])


@pytest.mark.parametrize("variant", FAILS_WITH_SHUFFLES)
def test_an_altered_election_with_a_ranked_question_is_invalid(
    variant: str, elections: Path, verify: Verify
) -> None:
    status, report = verify(elections / f"{MIXED}--{variant}")
    assert (status, report["verdict"]) == (1, "invalid")
    assert with_status(report, "failed") & set(FAILS_WITH_SHUFFLES[variant])


def test_an_honest_prefix_is_incomplete(elections: Path, verify: Verify) -> None:
    status, report = verify(elections / f"{BLANK}--30-honest-prefix-12-ballots")
    assert (status, report["verdict"]) == (3, "incomplete")
    assert with_status(report, "failed") == set()


def test_the_complete_election_continues_its_honest_prefix(elections: Path, verify: Verify) -> None:
    prefix = elections / f"{BLANK}--30-honest-prefix-12-ballots"
    status, report = verify(elections / BLANK, "--since", prefix)
    assert (status, report["verdict"]) == (0, "valid")
    assert "archive.extends" in with_status(report, "passed")


@pytest.mark.parametrize("name", [BLANK, MIXED])
def test_swapped_ballots_are_valid_and_do_not_continue_the_earlier_view(
    name: str, elections: Path, verify: Verify
) -> None:
    unchanged = elections / f"{name}--00-unchanged"
    swapped = elections / f"{name}--07-two-ballots-swapped-chain-recomputed"
    assert verify(swapped)[0] == 0
    status, report = verify(swapped, "--since", unchanged)
    assert (status, with_status(report, "failed")) == (1, {"archive.extends"})
    assert verify(unchanged, "--since", unchanged)[0] == 0


def test_every_variant_has_its_expectation(elections: Path) -> None:
    """A variant that is added to the reference data must be added here."""
    swapped = "07-two-ballots-swapped-chain-recomputed"
    sound = {"00-unchanged", swapped}
    assert variants_of(BLANK, elections) == {*FAILS, *sound, "30-honest-prefix-12-ballots"}
    assert variants_of(MIXED, elections) == {*FAILS_WITH_SHUFFLES, *sound}
    complete = {folder.name for folder in elections.iterdir() if "--" not in folder.name}
    assert complete == set(VALID)


def variants_of(name: str, elections: Path) -> set[str]:
    found = (folder.name.split("--", 1) for folder in elections.glob(f"{name}--*"))
    return {variant for _, variant in found}
