"""A trustee's share of a rehearsal, from bytes."""

from __future__ import annotations

import pytest

from comitia.ballots.v1.model import RehearsalShare
from comitia.ballots.v1.parse import largest_tally_bytes
from comitia.curve import BELENIOS_2048, ED25519, Group
from tests.ballots.v1.samples import FIELD_SAMPLES, SAMPLES, Sample, refusal

BOTH = pytest.mark.parametrize(
    "sample, group",
    [
        pytest.param(SAMPLES["rehearsal"], ED25519, id="Ed25519"),
        pytest.param(FIELD_SAMPLES["rehearsal"], BELENIOS_2048, id="BELENIOS-2048"),
    ],
)


@BOTH
def test_a_share_is_read_as_it_was_made(sample: Sample, group: Group) -> None:
    share = sample.parse(sample.record)
    assert isinstance(share, RehearsalShare)
    assert share.to_bytes() == sample.record
    assert share.owner == 1
    assert {type(factor) for factor in share.share.factors[0]} == {type(group.generator)}


@BOTH
def test_a_share_larger_than_any_is_refused_unread(sample: Sample, group: Group) -> None:
    largest = 2 * largest_tally_bytes((3,), group)
    assert len(sample.record) <= largest
    words = f"rehearsal: {largest + 1} bytes, where at most {largest} are allowed"
    assert refusal(sample.parse, sample.record.ljust(largest + 1)) == words


@pytest.mark.parametrize("version", [0, 2])
def test_a_share_of_another_version_is_refused(version: int) -> None:
    sample = SAMPLES["rehearsal"]
    record = sample.replaced(("version",), version)
    assert refusal(sample.parse, record) == f"version: expected 1, found {version}"
