"""A trustee's share of a rehearsal, from bytes."""

from __future__ import annotations

from comitia.ballots.v1.model import PartialDecryption
from comitia.ballots.v1.model.rehearsal import (
    REHEARSAL_VERSION,
    REHEARSED_VALUES,
    RehearsalShare,
)
from comitia.ballots.v1.parse.bound import parse_bound_share_value
from comitia.ballots.v1.parse.json import (
    expect_canonical,
    expect_integer,
    expect_object,
    parse_json,
)
from comitia.ballots.v1.parse.tally import largest_tally_bytes
from comitia.ballots.v1.parse.values import ValueReader, expect_fingerprint
from comitia.curve import Group
from comitia.errors import MalformedRecord


def parse_rehearsal_share(data: bytes, group: Group) -> RehearsalShare:
    """Return a share of the test tally; whether it is right is a check (``equations``)."""
    where, count = "rehearsal", len(REHEARSED_VALUES)
    value = parse_json(data, where, 2 * largest_tally_bytes((count,), group))
    names = ("version", "election_hash", "decryption_factors", "decryption_proofs", "bound")
    fields = expect_object(value, where, names)
    if (version := expect_integer(fields["version"], "version")) != REHEARSAL_VERSION:
        raise MalformedRecord("version", f"expected {REHEARSAL_VERSION}, found {version}")
    reader = ValueReader(group)
    factors = tuple(
        reader.element(item, place)
        for item, place in reader.row(fields["decryption_factors"], "decryption_factors", count)
    )
    share = RehearsalShare(
        election_hash=expect_fingerprint(fields["election_hash"], "election_hash"),
        share=PartialDecryption(
            (factors,), (reader.proofs(fields["decryption_proofs"], "decryption_proofs", count),)
        ),
        bound=parse_bound_share_value(fields["bound"], (count,), group, "bound"),
    )
    expect_canonical(data, value, where)
    reader.finish()
    return share
