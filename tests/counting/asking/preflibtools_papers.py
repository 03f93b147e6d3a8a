"""Answer with the names and papers that preflibtools reads in a PrefLib file."""

import json
import sys

# The peers' environment alone has it.
from preflibtools.instances import (  # type: ignore[import-not-found]
    CategoricalInstance,
    OrdinalInstance,
)

for line in sys.stdin:
    question = json.loads(line)
    categories = question["kind"] == "cat"
    read = CategoricalInstance() if categories else OrdinalInstance()
    read.parse_str(question["text"], question["kind"])
    said = read.preferences if categories else read.orders
    answer = {
        "title": read.title,
        "names": list(read.alternatives_name.values()),
        "scale": list(read.categories_name.values()) if categories else [],
        "papers": [[read.multiplicity[groups], groups] for groups in said],
    }
    sys.stdout.write(json.dumps(answer) + "\n")
