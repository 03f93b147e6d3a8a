"""The languages that there are: English, in the code, and one file each for the others."""

from __future__ import annotations

from pathlib import Path
from typing import Final

LOCALE: Final = Path(__file__).resolve().parents[1] / "locale"
SOURCE: Final = "en"
LANGUAGES: Final = (
    SOURCE,
    *sorted(file.parents[1].name for file in LOCALE.glob("*/LC_MESSAGES/django.po")),
)
