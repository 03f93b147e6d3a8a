"""Ballots that stand in an archive as nearly all do, each followed by the one event that may be.

Behind a ballot, an event without fault can say one thing only: the next height, the event before,
that this is a ballot, and which. So its record is made here and compared with the archive's bytes.
Where they are equal there is nothing left to find. Of everything else ``walk`` finds out what it is
and says it; it is also the reference for what is read here.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import BinaryIO, Final, NamedTuple

from comitia.ballots.v1.model import (
    BLOCK_BYTES,
    Event,
    EventType,
    RecordKind,
    Sha256Hex,
    padding,
    tar_block,
)
from comitia.ballots.v1.parse import CREDENTIAL_PREFIX_BYTES, find_credential

_HEADER: Final = re.compile(rb"([0-9a-f]{64})\.data\.json\0{26}.{24}([0-7]{11})\0", re.DOTALL)
_EVENT: Final = f".{RecordKind.EVENT}.json"
_DATA: Final = f".{RecordKind.DATA}.json"


class UsualBallot(NamedTuple):
    """Where such a ballot lies, the credential that it names, and what its event is.

    offset, size: of its content. end: of its event's record.
    """

    hash: Sha256Hex
    offset: int
    size: int
    credential: str | None
    event_hash: Sha256Hex
    end: int


@dataclass(frozen=True, slots=True)
class UsualReader:
    """Reads such ballots from an archive with this time stamp in its header."""

    stream: BinaryIO
    timestamp: int

    def read(self, offset: int, height: int, parent: Sha256Hex) -> UsualBallot | None:
        """Return the ballot whose record begins at an offset, or None where it is not usual.

        height, parent: what its event must say.
        """
        stream = self.stream
        stream.seek(offset)
        header = stream.read(BLOCK_BYTES)
        if (match := _HEADER.match(header)) is None:
            return None
        name, size = Sha256Hex(match[1].decode()), int(match[2], 8)
        if header != tar_block(name + _DATA, size, self.timestamp):
            return None
        prefix = stream.read(min(size, CREDENTIAL_PREFIX_BYTES))
        event = Event(height, EventType.BALLOT, parent, name).to_bytes()
        event_hash = Sha256Hex(hashlib.sha256(event).hexdigest())
        behind = (
            padding(size)
            + tar_block(event_hash + _EVENT, len(event), self.timestamp)
            + event
            + padding(len(event))
        )
        content = offset + BLOCK_BYTES
        stream.seek(content + size)
        if stream.read(len(behind)) != behind:
            return None
        end = content + size + len(behind)
        return UsualBallot(name, content, size, find_credential(prefix), event_hash, end)
