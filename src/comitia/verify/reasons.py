"""Why a check that applies could not be made, in the words of the report."""

from __future__ import annotations

from typing import Final

KEYS_REASON: Final = "the trustees' keys cannot be read"
MISSING_REASON: Final = "a decryption that is needed is missing or cannot be read"
NO_ELECTION_REASON: Final = "the election's record cannot be read"
NO_SETUP_REASON: Final = "the archive has no complete Setup event"
NO_TALLY_REASON: Final = "the encrypted tally cannot be read"
OPEN_REASON: Final = "the election is still open"
SHUFFLE_REASON: Final = "the last shuffle cannot be read"
UNREAD_REASON: Final = "a ballot that counts cannot be read"
