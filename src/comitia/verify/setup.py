"""Checks of how an election was set up: the election, its trustees, its credentials."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from comitia.ballots.v1.equations import trustee_failures
from comitia.ballots.v1.model import Check, Election, Trustees, combine_keys, owner_keys
from comitia.ballots.v1.parse import (
    LARGEST_SETUP_BYTES,
    ForeignElements,
    NotSupported,
    parse_election,
    parse_trustees,
)
from comitia.errors import MalformedRecord
from comitia.verify.credentials import check_certificate, check_list
from comitia.verify.parallel import Verification, faults_of
from comitia.verify.reasons import KEYS_REASON, NO_ELECTION_REASON, NO_SETUP_REASON
from comitia.verify.structure import Located

_RECORDS_WITHOUT_CERTIFICATE: Final = 4


@dataclass(slots=True)
class Setup:
    """What the set-up says, as far as it could be read.

    weights: of the listed credentials, by their texts.
    keys_reason: why there are no trustees, where there are none.
    """

    election: Election | None = None
    trustees: Trustees | None = None
    weights: Mapping[str, int] = field(default_factory=dict)
    keys_reason: str = field(default=KEYS_REASON)
    unreadable: str = field(default=NO_ELECTION_REASON)


def check_setup(verification: Verification) -> Setup:
    """Check the records that open an election; return what later checks need of them."""
    setup, report = Setup(), verification.report
    located = verification.structure.setup
    for check in (Check.SETUP_ELECTION, Check.SETUP_TRUSTEES, Check.SETUP_CREDENTIALS):
        report.examined(check, 0)
    if not located:
        for check in (Check.SETUP_ELECTION, Check.SETUP_TRUSTEES, Check.SETUP_CREDENTIALS):
            report.not_checked(check, NO_SETUP_REASON)
        return setup
    _check_election(located[0], setup, verification)
    if setup.election is None:
        for check in (Check.SETUP_TRUSTEES, Check.SETUP_CREDENTIALS):
            report.not_checked(check, setup.unreadable)
        return setup
    _check_trustees(located, setup, setup.election, verification)
    listed = check_list(located[2], setup.election.group, verification)
    setup.weights = listed.weights
    if len(located) > _RECORDS_WITHOUT_CERTIFICATE:
        list_hash = located[2].record.hash
        check_certificate(located[3], setup.election, list_hash, listed.number, verification)
    return setup


def _check_election(located: Located, setup: Setup, verification: Verification) -> None:
    report = verification.report
    report.examined(Check.SETUP_ELECTION)
    try:
        setup.election = parse_election(verification.read(located, LARGEST_SETUP_BYTES))
    except NotSupported as error:
        setup.unreadable = error.problem
        report.not_checked(Check.SETUP_ELECTION, error.problem)
    except MalformedRecord as error:
        expected = "a well-formed election"
        report.fail(Check.SETUP_ELECTION, located.place, expected, str(error))


def _check_trustees(
    located: tuple[Located, ...], setup: Setup, election: Election, verification: Verification
) -> None:
    check, place, group = Check.SETUP_TRUSTEES, located[1].place, election.group
    report = verification.report
    try:
        trustees = parse_trustees(verification.read(located[1], LARGEST_SETUP_BYTES), group)
    except ForeignElements as error:
        for found in faults_of(error):
            report.fail(check, place, "a key of the group", found)
        return
    except NotSupported as error:
        setup.keys_reason = error.problem
        report.not_checked(check, error.problem)
        report.not_checked(Check.SETUP_ELECTION, error.problem)
        return
    except MalformedRecord as error:
        report.fail(check, place, "a well-formed list of trustees", str(error))
        return
    setup.trustees = trustees
    report.examined(check, len(owner_keys(trustees)))
    for failure in trustee_failures(trustees, group):
        report.fail(check, place, f"{failure.subject}: {failure.expected}", failure.found)
    product = combine_keys(trustees, group)
    if product != election.public_key:
        expected = f"public_key {product.text}, the product of the trustees' keys"
        found = election.public_key.text
        report.fail(Check.SETUP_ELECTION, located[0].place, expected, found)
