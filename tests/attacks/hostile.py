"""What hostile archives are made of, and what a report says of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from comitia.ballots.v1.model import derive_hash
from comitia.curve import ED25519, Element, Group, Scalar
from comitia.errors import CheckFailed, ComitiaError
from comitia.verify import Report, Subject, Verdict
from tests.elections import Made, Step, put_together, take_apart
from tests.elections import verify_bytes as verify

Places = dict[str, list[Subject]]
"""The ids of failed checks, each with the subjects that failed it, once and in order."""


def places_of(report: Report) -> Places:
    """Return what failed, and where."""
    return {
        result.check.id: list(dict.fromkeys(failure.subject for failure in result.failures))
        for result in report.checks
        if result.failures
    }


def failing(archive: bytes, *, bound: bytes | None = None, earlier: bytes | None = None) -> Places:
    """Return what fails, and where, of an archive that must not be valid."""
    report = verify(archive, bound=bound, earlier=earlier)
    assert report.verdict is Verdict.INVALID
    return places_of(report)


def with_ballots(made: Made, *ballots: bytes) -> bytes:
    """Return an election's archive with other ballots, and everything after them as it was."""
    setup, *after = take_apart(made.archive)
    rest = after[len(made.ballots) :]
    steps = [Step(after[0].type, (ballot,)) for ballot in ballots]
    return put_together([setup, *steps, *rest])


def ballot_subject(height: int, record: bytes) -> Subject:
    """Return how a report names a ballot; the first has height 1."""
    return Subject(height, derive_hash(record))


def refusal(work: Callable[..., object], *given: object) -> ComitiaError:
    """Return the error with which something is refused."""
    with pytest.raises(ComitiaError) as caught:
        work(*given)
    return caught.value


def failed(work: Callable[..., object], *given: object) -> tuple[str, str]:
    """Return check and subject of a check that fails."""
    error = refusal(work, *given)
    assert isinstance(error, CheckFailed)
    return error.check, error.subject


def inverse(scalar: Scalar, group: Group = ED25519) -> Scalar:
    """Return one divided by a scalar."""
    return group.scalar(pow(int(scalar), -1, group.order))


def negative(scalar: Scalar, group: Group = ED25519) -> Scalar:
    """Return a scalar with the other sign."""
    return group.scalar(0) - scalar


def solved(total: Element, known: Element, exponent: Scalar, group: Group = ED25519) -> Element:
    """Return the X with known X^exponent = total."""
    return (total / known).power(inverse(exponent, group))
