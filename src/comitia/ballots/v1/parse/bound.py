"""The bound decryption proofs beside an archive, from bytes."""

from __future__ import annotations

from typing import Final

from comitia.ballots.v1.model import BoundProofs, BoundShare, Json, Shape, width_of
from comitia.ballots.v1.parse.json import (
    expect_canonical,
    expect_integer,
    expect_list,
    expect_object,
    parse_json,
)
from comitia.ballots.v1.parse.tally import largest_tally_bytes
from comitia.ballots.v1.parse.values import ValueReader, expect_fingerprint, expect_hash
from comitia.curve import Group
from comitia.errors import MalformedRecord

LARGEST_BOUND_BYTES: Final = 16 * 2**20
_MOST_OWNERS: Final = 1024


def parse_bound_proofs(data: bytes, shape: Shape, group: Group) -> BoundProofs:
    """Return the shares of a file of bound proofs; owners ascend and none has two."""
    where = "bound proofs"
    largest = min(LARGEST_BOUND_BYTES, _MOST_OWNERS * largest_tally_bytes(shape, group))
    value = parse_json(data, where, largest)
    fields = expect_object(value, where, ("version", "election_hash", "shares"))
    if (version := expect_integer(fields["version"], "version")) != 1:
        raise MalformedRecord("version", f"expected 1, found {version}")
    election_hash = expect_fingerprint(fields["election_hash"], "election_hash")
    shares = tuple(
        parse_bound_share_value(item, shape, group, f"shares[{i}]")
        for i, item in enumerate(expect_list(fields["shares"], "shares"))
    )
    owners = [share.owner for share in shares]
    if owners != sorted(set(owners)):
        raise MalformedRecord("shares", "their owners are not in ascending order")
    expect_canonical(data, value, where)
    return BoundProofs(election_hash, shares)


def parse_bound_share(data: bytes, shape: Shape, group: Group) -> BoundShare:
    """Return one share from the file that its trustee hands over."""
    value = parse_json(data, "bound share", largest_tally_bytes(shape, group))
    share = parse_bound_share_value(value, shape, group, "bound share")
    expect_canonical(data, value, "bound share")
    return share


def parse_bound_share_value(value: Json, shape: Shape, group: Group, where: str) -> BoundShare:
    """Return one share from its JSON value."""
    fields = expect_object(value, where, ("owner", "payload", "proofs", "signature"))
    reader = ValueReader(group)
    rows = expect_list(fields["proofs"], f"{where}.proofs", len(shape))
    return BoundShare(
        owner=expect_integer(fields["owner"], f"{where}.owner"),
        payload=expect_hash(fields["payload"], f"{where}.payload"),
        proofs=tuple(
            reader.proofs(row, f"{where}.proofs[{i}]", width_of(row_shape))
            for i, (row, row_shape) in enumerate(zip(rows, shape, strict=True))
        ),
        signature=reader.proof(fields["signature"], f"{where}.signature"),
    )
