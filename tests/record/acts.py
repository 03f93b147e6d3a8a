"""Some entries to test with: an application, and the admission that follows it."""

from __future__ import annotations

from datetime import UTC, date, datetime

from comitia.record.entries import Actor, Capacity, Entry, Grounds
from comitia.record.kinds.register import AdmitMember, ApplyForMembership, Category
from comitia.record.kinds.values import EntryHash, Identifier, Text

BRANCH, PERSON, OFFICE = (Identifier(f"{n:032x}") for n in (1, 2, 3))
HASHES = [EntryHash(f"{n:064x}") for n in range(4)]
KEY = bytes(range(32))
AT = datetime(2026, 11, 23, 12, 0, 5, tzinfo=UTC)
APPLICATION = Entry(
    act=ApplyForMembership(branch=BRANCH, category=Category.FULL, name=Text("Ada Löw")),
    at=AT,
    actors=(Actor(Capacity.MEMBERSHIP, PERSON),),
    aggregate=PERSON,
    branch=BRANCH,
    grounds=Grounds(rules=HASHES[1]),
)
ADMISSION = Entry(
    act=AdmitMember(since=date(2026, 12, 1)),
    at=AT,
    actors=(Actor(Capacity.MANDATE, OFFICE),),
    aggregate=PERSON,
    branch=BRANCH,
    grounds=Grounds(*HASHES),
)
ADMISSION_BYTES = (
    b'{"actors":[{"mandate":"00000000000000000000000000000003"}],'
    b'"aggregate":"00000000000000000000000000000002","at":"2026-11-23T12:00:05Z",'
    b'"branch":"00000000000000000000000000000001",'
    b'"cause":"' + HASHES[3].encode() + b'","fields":{"since":"2026-12-01"},'
    b'"follows":"' + HASHES[0].encode() + b'","kind":"membership.admit",'
    b'"right":"' + HASHES[1].encode() + b'","rules":"' + HASHES[2].encode() + b'","version":1}'
)


def same_key(size: int) -> bytes:
    return KEY[:size]
