"""How long a voter's browser takes for a ballot of 34 candidates, in a worker.

Headless Chromium on this machine, with the bundle that pages load. *Opening* is once an election:
reading its record and making the tables for its key. *Ballot* is from asking the worker to having
the signed bytes, encrypted and proved. Meanwhile a timer beats on the page's own thread: the
longest time without a beat is the longest task there, which somebody who types would notice. Beside
it stand the same ballot made on that thread, and as a control the same timer while nothing is made.
Times are by the clock: other work on the machine counts, and shows in the control.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))

from comitia.ballots.v1.making import (
    check_ballot,
    generate_credential,
    generate_trustee_key,
    generate_uuid,
)
from comitia.ballots.v1.model import (
    ElectionTemplate,
    HomomorphicQuestion,
    derive_election_record,
)
from comitia.ballots.v1.parse import parse_election
from comitia.curve import GROUPS
from tests.browser import running_browser
from tests.frontend.pages import call, serving

BOARD = HomomorphicQuestion("Board?", tuple(f"Candidate {n}" for n in range(1, 35)), 0, 7)
CHOSEN = 5
VOTES = [[int(place < CHOSEN) for place in range(34)]]

MEASURE = """async (record, credential, votes, rounds) => {
  const beat = 4;
  const gapDuring = async (work) => {
    let last = performance.now();
    let longest = 0;
    const look = () => {
      const now = performance.now();
      longest = Math.max(longest, now - last - beat);
      last = now;
    };
    const timer = setInterval(look, beat);
    await new Promise((resolve) => setTimeout(resolve, 10 * beat));
    longest = 0;
    const began = performance.now();
    const made = await work();
    const took = performance.now() - began;
    await new Promise((resolve) => setTimeout(resolve, 2 * beat));
    clearInterval(timer);
    return { took, longest, made };
  };
  const bytes = new TextEncoder().encode(record);
  const idle = [];
  for (let round = 0; round < rounds; round += 1) {
    idle.push(await gapDuring(() => new Promise((resolve) => setTimeout(resolve, 100))));
  }
  const worker = new booth.EncryptionWorker();
  const opening = await gapDuring(() => worker.open(bytes));
  const inWorker = [];
  for (let round = 0; round < rounds; round += 1) {
    inWorker.push(await gapDuring(async () => {
      await worker.prepare(credential, votes);
      return new TextDecoder().decode((await worker.sign()).ballot);
    }));
  }
  worker.close();
  const desk = new booth.Desk(booth.browserRandomness);
  desk.answer({ kind: "open", election: bytes });
  const onPage = [];
  for (let round = 0; round < rounds; round += 1) {
    onPage.push(await gapDuring(async () => {
      desk.answer({ kind: "prepare", credential, votes });
      return new TextDecoder().decode(desk.answer({ kind: "sign" }).reply.ballot);
    }));
  }
  return { opening: opening.took, inWorker, onPage, idle };
}"""


COLUMNS = ("median", "fastest", "slowest", "longest task")
LABELS = {
    "ballot in a worker": "inWorker",
    "ballot on the page": "onPage",
    "nothing, for 100 ms": "idle",
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15, help="ballots made in each way")
    parser.add_argument("--group", choices=sorted(GROUPS), default="Ed25519")
    options = parser.parse_args()
    group = GROUPS[options.group]
    credential = generate_credential(os.urandom)
    _, key = generate_trustee_key(group, os.urandom)
    template = ElectionTemplate("A benchmark", "", (BOARD,))
    record = derive_election_record(template, generate_uuid(os.urandom), key.public_key, group)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_browser(Path(folder)) as browser,
        serving() as address,
    ):
        browser.open(f"{address}/", 800)
        found = call(browser, MEASURE, record.decode(), credential, VOTES, options.rounds)
        version = browser.tell("Browser.getVersion")["product"]
    for row in found["inWorker"] + found["onPage"]:
        check_ballot(row["made"].encode(), parse_election(record))
    print(f"{version}, {platform.machine()}, {os.cpu_count()} processors, {group.name}")
    print(f"{'opening the election':24}{found['opening']:10.0f} ms")
    print(f"{'':24}" + "".join(f"{column:>13}" for column in COLUMNS))
    for label, rows in LABELS.items():
        times = [row["took"] for row in found[rows]]
        longest = max(row["longest"] for row in found[rows])
        figures = (statistics.median(times), min(times), max(times), longest)
        print(f"{label:24}" + "".join(f"{figure:10.0f} ms" for figure in figures))


if __name__ == "__main__":
    main()
