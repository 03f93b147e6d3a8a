"""Which places are addresses on the web; ``fetching`` is loaded only for those."""

from __future__ import annotations

from typing import Final

from comitia.errors import StorageUnavailable

_SCHEMES: Final = ("http://", "https://")


class FetchFailedError(StorageUnavailable):
    """Why an address could not be fetched, which the sentence names."""


def is_url(text: str) -> bool:
    """Whether a text is an address to fetch from rather than a path."""
    return text.lower().startswith(_SCHEMES)
