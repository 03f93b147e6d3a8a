"""Rule books to begin from, as data: a whole one for each common kind of organisation.

A preset is a beginning, which an organisation reads, changes and adopts. That a value names a law
is evidence for its being allowed, never a claim that it is; where nobody has compared it with the
law's text in force, it is marked as not checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from comitia.law.presets import german_party, small_association, uk_union
from comitia.law.presets.preset import Preset

PRESETS: Final[Mapping[str, Preset]] = {
    preset.key: preset
    for preset in (small_association.PRESET, uk_union.PRESET, german_party.PRESET)
}
"""Every preset by its key."""
