"""Writing an archive, byte for byte as release 3.3.0 of the reference writes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from comitia.ballots.v1.model import (
    HEADER_NAME,
    ArchiveHeader,
    Event,
    EventType,
    Owned,
    PartialDecryption,
    RecordKind,
    Result,
    Sha256Hex,
    Shape,
    canonical_json,
    derive_hash,
    derive_result_record,
    record_name,
    tar_record,
)


@dataclass(frozen=True, slots=True)
class Link:
    """What the next event of an archive states: its height, and the hash of the event before it."""

    height: int = 0
    parent: Sha256Hex | None = None


class ArchiveWriter:
    """Appends events with their records to an archive.

    stream: writable, and flushed after each event.
    What order events must have is for the caller; the verifier checks it.
    """

    def __init__(
        self, stream: BinaryIO, header: ArchiveHeader, continued: Link | None = None
    ) -> None:
        """Write the archive's own header, unless an archive is to be ``continued``."""
        self._stream = stream
        self._timestamp = header.timestamp
        self._link = Link() if continued is None else continued
        if continued is None:
            self._write(tar_record(HEADER_NAME, header.to_bytes(), header.timestamp))

    def append(self, type_: EventType, *contents: bytes) -> Event:
        """Append an event after the records that it is about, the payload last; return the event.

        Raises ``ValueError`` where a step without a payload is given one, or the reverse.
        """
        if type_.has_payload != bool(contents):
            raise ValueError(f"the wrong number of records for {type_.value}")
        payload = derive_hash(contents[-1]) if contents else None
        event = Event(self._link.height, type_, self._link.parent, payload)
        data = event.to_bytes()
        records = [self._record(RecordKind.DATA, content) for content in contents]
        self._write(b"".join([*records, self._record(RecordKind.EVENT, data)]))
        self._link = Link(event.height + 1, derive_hash(data))
        return event

    def append_share(self, owner: int, share: PartialDecryption, shape: Shape) -> Event:
        """Append a trustee's partial decryption under its owner's number."""
        record = share.derive_record(shape)
        owned = canonical_json(Owned(owner, derive_hash(record)).to_json())
        return self.append(EventType.PARTIAL_DECRYPTION, record, owned)

    def append_shuffle(self, owner: int, record: bytes) -> Event:
        """Append a trustee's shuffle under its owner's number."""
        owned = canonical_json(Owned(owner, derive_hash(record)).to_json())
        return self.append(EventType.SHUFFLE, record, owned)

    def append_result(self, result: Result, shape: Shape) -> Event:
        """Append the result, which closes the archive."""
        return self.append(EventType.RESULT, derive_result_record(result, shape))

    def _write(self, data: bytes) -> None:
        """Write the header, or one event with its records."""
        self._stream.write(data)
        self._stream.flush()

    def _record(self, kind: RecordKind, content: bytes) -> bytes:
        return tar_record(record_name(kind, content), content, self._timestamp)
