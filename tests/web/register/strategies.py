"""Names, days and addresses, as people have them and as they are mistyped."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

WORDS = st.text("abcdefghijklmnopqrstuvwxyzäöüßéñç", min_size=1, max_size=12)
LONG_WORDS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=5, max_size=12)
NAMES = st.lists(WORDS, min_size=2, max_size=4).map(" ".join)
DAYS = st.dates(date(1900, 1, 1), date(2030, 12, 31))
ADDRESSES = st.text("abcdefghij 0123456789,.\n", min_size=1, max_size=60)
ANYTHING = st.text(max_size=300)
