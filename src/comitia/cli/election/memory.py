"""What a trustee's program remembers of a key, so that nobody can make it do its work twice.

A private file beside the key: which polynomial was made with it, which election it belongs to, and
which set of ballots it decrypted. It outlives a crash: it is written before anything that it speaks
of leaves the program.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from comitia.ballots.v1.model import Fingerprint, Json, Sha256Hex, canonical_json
from comitia.ballots.v1.parse import (
    LARGEST_REFERENCE_BYTES,
    expect_canonical,
    expect_hash,
    expect_object,
    parse_json,
)
from comitia.ballots.v1.parse.values import expect_fingerprint
from comitia.cli.files import lock_file, read_private, replace_private
from comitia.errors import CheckFailed

_NAMES: Final = ("polynomial", "election", "ballots", "tally")
KEY_CHECK: Final = "trustee.key"
BALLOTS_CHECK: Final = "trustee.ballots"


@dataclass(frozen=True, slots=True)
class Memory:
    """What was done with one key so far.

    polynomial: the hash of the file of step 3. election: the fingerprint.
    ballots: the event that ended the voting, which fixes every ballot before it.
    tally: the hash of the encrypted tally that was decrypted, its ranked ballots as shuffled last.
    """

    polynomial: Sha256Hex | None = None
    election: Fingerprint | None = None
    ballots: Sha256Hex | None = None
    tally: Sha256Hex | None = None

    def for_election(self, election: Fingerprint) -> Memory:
        """Return the memory of a key that belongs to an election; refuse one of another."""
        if self.election not in {None, election}:
            found = f"one that was used for the election {self.election}"
            expected = f"a key that was never used, or used for {election}"
            raise CheckFailed(KEY_CHECK, "private key", expected, found)
        return replace(self, election=election)

    def for_ballots(self, ballots: Sha256Hex, tally: Sha256Hex) -> Memory:
        """Return the memory of a key that has decrypted a set of ballots; refuse a second set."""
        if self.ballots is not None and (self.ballots, self.tally) != (ballots, tally):
            expected = f"the ballots that end with event {self.ballots}, as decrypted before"
            found = f"other ballots, which end with event {ballots}"
            if self.ballots == ballots:
                found = "another tally or another shuffle of these ballots"
            raise CheckFailed(BALLOTS_CHECK, "encrypted tally", expected, found)
        return replace(self, ballots=ballots, tally=tally)


@contextmanager
def remembering(key: Path) -> Iterator[Path]:
    """Give the file of a key's memory, which no other process changes meanwhile.

    It lies beside the key itself, wherever a link to the key may lie.
    """
    key = key.resolve()
    with lock_file(key):
        yield key.with_suffix(".memory")


def read_memory(path: Path) -> Memory:
    """Return what is remembered; nothing where there is no file."""
    try:
        data = read_private(path, LARGEST_REFERENCE_BYTES)
    except FileNotFoundError:
        return Memory()
    where = str(path)
    value = parse_json(data, where, LARGEST_REFERENCE_BYTES)
    fields = expect_object(value, where, _NAMES, optional=_NAMES)
    expect_canonical(data, value, where)
    hashes = {
        name: expect_hash(fields[name], f"{where}, {name}")
        for name in ("polynomial", "ballots", "tally")
        if name in fields
    }
    election = None
    if "election" in fields:
        election = expect_fingerprint(fields["election"], f"{where}, election")
    return Memory(hashes.get("polynomial"), election, hashes.get("ballots"), hashes.get("tally"))


def write_memory(path: Path, memory: Memory) -> None:
    """Remember, safely, before what is remembered is done."""
    values = (memory.polynomial, memory.election, memory.ballots, memory.tally)
    fields: dict[str, Json] = {
        name: value for name, value in zip(_NAMES, values, strict=True) if value is not None
    }
    replace_private(path, canonical_json(fields))


def expect_first_polynomial(memory: Memory) -> None:
    """Refuse a second polynomial for one certificate: two would give both away."""
    if memory.election is not None:
        expected = "one that is new; start afresh with a new certificate"
        found = f"one that was used for the election {memory.election}"
        raise CheckFailed(KEY_CHECK, "member's key", expected, found)
    if memory.polynomial is not None:
        raise CheckFailed(
            KEY_CHECK,
            "member's key",
            "one that has made no polynomial yet; hand that one over, or start afresh with new "
            "certificates",
            f"one that has made the polynomial with the hash {memory.polynomial}",
        )
