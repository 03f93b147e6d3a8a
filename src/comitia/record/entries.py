"""An entry of the record: what was done, by which right, under which rules, and what it follows.

Its bytes are canonical JSON and a leaf of the record's tree; its name is the leaf hash. It names
other entries by theirs, so nothing that it rests on can be exchanged. It never names a person:
whoever acts does so by a mandate, an appointment or a membership, or a rule acts by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from typing import Any, Final

from comitia.errors import MalformedRecord
from comitia.record.canonical import Json, canonical_bytes, parse_canonical
from comitia.record.commitments import Commitment, Disclosure, verify_disclosure
from comitia.record.keys import Randomness
from comitia.record.kinds.declaring import KINDS, ActKind, kind_of, seal, unseal
from comitia.record.kinds.values import (
    EntryHash,
    Identifier,
    form_of,
    read_time,
    write_time,
)
from comitia.record.tiles import LARGEST_ENTRY_BYTES
from comitia.record.tree import leaf_hash

_MOST_ACTORS: Final = 8
_REFERENCES: Final = ("cause", "follows", "right", "rules")
_REQUIRED: Final = ("actors", "aggregate", "at", "fields", "kind", "version")
_ALL_FIELDS: Final = (*_REQUIRED, *_REFERENCES, "branch")


class UnknownKind(MalformedRecord):
    """An entry of a kind, or of a version, that this program does not know."""


@unique
class Capacity(StrEnum):
    """By what somebody acts. A rule acts alone and has no identifier."""

    MANDATE = "mandate"
    APPOINTMENT = "appointment"
    MEMBERSHIP = "membership"
    RULE = "rule"


@dataclass(frozen=True, slots=True, order=True)
class Actor:
    """Whoever acts: by which mandate, appointment or membership, or a rule by itself."""

    capacity: Capacity
    id: Identifier | None = None

    def to_json(self) -> Json:
        """Return ``{"mandate": "..."}`` or ``{"rule": true}``."""
        return {self.capacity.value: True if self.id is None else self.id}


BY_RULE: Final = Actor(Capacity.RULE)


@dataclass(frozen=True, slots=True)
class Grounds:
    """What an entry rests on, each by its hash; None where there is none.

    follows: the last entry of the same aggregate. right: the entry that gave the actor the right.
    rules: the entry by which the rule book in force was adopted. cause: the entry that this is a
    consequence of.
    """

    follows: EntryHash | None = None
    right: EntryHash | None = None
    rules: EntryHash | None = None
    cause: EntryHash | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. aggregate: the identifier of what the act changes. branch: where it was done.

    act: an instance of its kind's class; salted values that were not disclosed are ``Withheld``.
    """

    act: Any
    at: datetime
    actors: tuple[Actor, ...]
    aggregate: Identifier
    branch: Identifier | None = None
    grounds: Grounds = Grounds()

    @property
    def kind(self) -> ActKind:
        """The kind of the act."""
        return kind_of(self.act)


@dataclass(frozen=True, slots=True)
class SealedEntry:
    """An entry as it is recorded, and what lies beside it until it is deleted."""

    content: bytes
    disclosures: tuple[Disclosure, ...]

    @property
    def hash(self) -> EntryHash:
        """Its name."""
        return entry_hash(self.content)


def entry_hash(content: bytes) -> EntryHash:
    """Return the name of an entry with these bytes: the hash of a leaf."""
    return EntryHash(leaf_hash(content).hex())


def seal_entry(entry: Entry, randomness: Randomness) -> SealedEntry:
    """Return the bytes of an entry, and the disclosures of its salted values.

    randomness: gives so many random bytes. Raises ValueError for an entry that no reader would
    take: too large, without an actor, or with values that are not in their form.
    """
    sealed = seal(entry.act, randomness)
    kind = entry.kind
    value: dict[str, Json] = {
        "actors": [actor.to_json() for actor in entry.actors],
        "aggregate": entry.aggregate,
        "at": write_time(entry.at),
        "fields": sealed.fields,
        "kind": kind.name,
        "version": kind.version,
    }
    if entry.branch is not None:
        value["branch"] = entry.branch
    for name in _REFERENCES:
        if (named := getattr(entry.grounds, name)) is not None:
            value[name] = named
    content = canonical_bytes(value)
    try:
        parse_entry(content)
    except MalformedRecord as error:
        raise ValueError(f"an entry that cannot be read: {error}") from error
    return SealedEntry(content, sealed.disclosures)


def parse_entry(
    content: bytes, disclosures: Iterable[Disclosure] = (), where: str = "entry"
) -> Entry:
    """Return the entry that some bytes are. Raises MalformedRecord, and UnknownKind.

    disclosures: of its salted values; each must open the commitment of its field.
    """
    return read_entry(parse_entry_value(content, where), disclosures, where)


def parse_entry_value(content: bytes, where: str = "entry") -> dict[str, Json]:
    """Return the object that an entry's bytes are, for ``read_entry``. Raises MalformedRecord."""
    value = parse_canonical(content, where, LARGEST_ENTRY_BYTES)
    if not isinstance(value, dict):
        raise MalformedRecord(where, "expected an object")
    return value


def read_entry(
    value: Mapping[str, Json], disclosures: Iterable[Disclosure] = (), where: str = "entry"
) -> Entry:
    """Return the entry that an object is, as ``parse_entry`` does."""
    for name in _REQUIRED:
        if name not in value:
            raise MalformedRecord(where, f"the field {name} is missing")
    for name in value:
        if name not in _ALL_FIELDS:
            raise MalformedRecord(where, f"the field {name[:40]!r} does not belong here")
    kind = _read_kind(value, where)
    disclosed = _open(value["fields"], disclosures)
    return Entry(
        act=unseal(kind, value["fields"], disclosed, f"{where}.fields"),
        at=read_time(value["at"], f"{where}.at"),
        actors=_read_actors(value["actors"], f"{where}.actors"),
        aggregate=_identifier(value["aggregate"], f"{where}.aggregate"),
        branch=_identifier(value["branch"], f"{where}.branch") if "branch" in value else None,
        grounds=Grounds(**{name: _reference(value, name, where) for name in _REFERENCES}),
    )


def _read_kind(value: Mapping[str, Json], where: str) -> ActKind:
    name, version = value["kind"], value["version"]
    if not isinstance(name, str) or isinstance(version, bool) or not isinstance(version, int):
        raise MalformedRecord(where, "expected a kind's name and a version's number")
    kind = KINDS.get((name, version))
    if kind is None:
        raise UnknownKind(where, f"an entry of the kind {name[:60]!r}, version {version}")
    return kind


def _open(fields: Json, disclosures: Iterable[Disclosure]) -> dict[str, Json]:
    """Return the disclosed values by field, each compared with its commitment."""
    opened: dict[str, Json] = {}
    for disclosure in disclosures:
        sealed = fields.get(disclosure.field) if isinstance(fields, dict) else None
        if not isinstance(sealed, dict) or "hmac_sha256" not in sealed:
            raise MalformedRecord(f"disclosure of {disclosure.field}", "nothing is sealed there")
        verify_disclosure(disclosure, Commitment(str(sealed["hmac_sha256"])))
        opened[disclosure.field] = disclosure.value
    return opened


def _read_actors(value: Json, where: str) -> tuple[Actor, ...]:
    if not isinstance(value, list) or not 0 < len(value) <= _MOST_ACTORS:
        raise MalformedRecord(where, f"expected 1 to {_MOST_ACTORS} actors")
    actors = tuple(_read_actor(one, f"{where}[{i}]") for i, one in enumerate(value))
    if len(set(actors)) != len(actors) or (BY_RULE in actors and len(actors) > 1):
        raise MalformedRecord(where, "the same actor twice, or a rule that does not act alone")
    return actors


def _read_actor(value: Json, where: str) -> Actor:
    if not isinstance(value, dict) or len(value) != 1:
        raise MalformedRecord(where, "expected one capacity")
    ((name, named),) = value.items()
    if name not in set(Capacity):
        raise MalformedRecord(where, f"expected one of {', '.join(Capacity)}")
    if name != Capacity.RULE:
        return Actor(Capacity(name), _identifier(named, where))
    if named is not True:
        raise MalformedRecord(where, 'expected {"rule":true}')
    return BY_RULE


def _identifier(value: Json, where: str) -> Identifier:
    read = form_of(Identifier).read
    identifier: Identifier = read(value, where)
    return identifier


def _reference(value: Mapping[str, Json], name: str, where: str) -> EntryHash | None:
    if name not in value:
        return None
    read = form_of(EntryHash).read
    found: EntryHash = read(value[name], f"{where}.{name}")
    return found
