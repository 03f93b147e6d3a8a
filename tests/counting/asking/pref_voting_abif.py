"""Answer with the names and papers that pref_voting reads in an ABIF file."""

import json
import sys
import tempfile
from pathlib import Path
from unittest.mock import MagicMock

# pref_voting.io imports these at once, for plots, made-up elections and PrefLib's files.
for name in ("preflibtools", "preflibtools.instances", "prefsampling", "prefsampling.ordinal"):
    sys.modules.setdefault(name, MagicMock())
sys.modules.setdefault("seaborn", MagicMock())

# The peers' environment alone has it.
from pref_voting.io.readers import (  # type: ignore[import-not-found] # noqa: E402 - after those
    abif_to_profile_with_ties,
)

for line in sys.stdin:
    with tempfile.NamedTemporaryFile("w", suffix=".abif") as file:
        file.write(json.loads(line))
        file.flush()
        read = abif_to_profile_with_ties(Path(file.name))
    rankings, counts = read.rankings_counts
    answer = {
        "names": [read.cmap[token] for token in read.candidates],
        "papers": [
            [int(count), {str(token): int(rank) for token, rank in ranking.rmap.items()}]
            for ranking, count in zip(rankings, counts, strict=True)
        ],
    }
    sys.stdout.write(json.dumps(answer) + "\n")
