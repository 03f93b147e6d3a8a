"""The demonstration as a person sees it: what happens, why, and how anybody can check it."""

from __future__ import annotations

import re
import secrets
import tempfile
import textwrap
import time
from collections import Counter
from pathlib import Path
from typing import Final

from comitia.ballots.v1.model import Event, Fingerprint, Result
from comitia.cli.demonstration.holding import Holding
from comitia.cli.demonstration.keyholders import FORGETFUL, MEMBERS, THRESHOLD
from comitia.cli.demonstration.tallying import (
    compare_figures,
    count_opened,
    tell_result,
    write_sheet,
)
from comitia.cli.demonstration.ward import Ward, load_file, load_ward
from comitia.cli.reporting import show_report
from comitia.cli.terminal import Terminal, printable
from comitia.cli.verifying import find_archive, verify_found
from comitia.counting.lots import Lots
from comitia.engine import Engine
from comitia.verify import Report, Status, Verdict

FAILED: Final = 1
_HEAD: Final = "bold"
_INDENT: Final = "   "
_COLUMNS: Final = 80


def run(ballots: Path | None, *, fast: bool, terminal: Terminal) -> int:
    """Hold, verify and explain an election; return 0, or 1 where anything is wrong."""
    ward = load_ward(fast=fast) if ballots is None else load_file(ballots, fast=fast)
    folder = Path(tempfile.mkdtemp(prefix="comitia-demo-"))
    with Engine() as engine:
        return _Story(ward, folder, engine, terminal, fast=fast).tell()


class _Story:
    """One telling."""

    def __init__(
        self, ward: Ward, folder: Path, engine: Engine, terminal: Terminal, *, fast: bool
    ) -> None:
        self._ward = ward
        self._folder = folder
        self._terminal = terminal
        self._fast = fast
        self._holding = Holding(ward, folder, engine)
        self._seed = secrets.token_hex(16)
        self._began = time.monotonic()
        self._step = 0

    def tell(self) -> int:
        """Tell the whole story; stop where something is wrong."""
        try:
            return self._tell_all()
        finally:
            self._holding.leave()

    def _tell_all(self) -> int:
        self._introduce()
        if not self._set_up():
            return FAILED
        self._vote()
        result = self._open_result()
        report = self._verify()
        if report.verdict is not Verdict.VALID or not self._compare(result):
            return FAILED
        if not self._count(result):
            return FAILED
        self._follow_one_ballot()
        if not self._tamper():
            return FAILED
        self._conclude()
        return 0

    def _say(self, text: str = "", style: str | None = None) -> None:
        self._terminal.say(text, style)

    def _tell(self, text: str, style: str | None = None) -> None:
        """Say a paragraph of our own words."""
        lines = textwrap.wrap(
            text,
            _COLUMNS,
            initial_indent=_INDENT,
            subsequent_indent=_INDENT,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for line in lines:
            self._say(line, style)

    def _head(self, title: str) -> None:
        self._step += 1
        self._say()
        self._say(f"{self._step}. {title}", _HEAD)

    def _introduce(self) -> None:
        ward = self._ward
        title = f"A secret election that anybody can check: {printable(ward.title)}"
        self._terminal.say(title, _HEAD, hang=len(_INDENT))
        self._tell(
            f"{len(ward.votes)} papers, each with its whole ranking of the candidates: "
            "one ranked question."
        )
        if self._fast:
            self._tell("--fast: every tenth paper, so no comparison with the official count.")
        self._tell("Lots, if the count needs any, come from a seed. It is fixed now; its SHA-256:")
        self._say(f"{_INDENT}   {Lots(self._seed).commitment}")
        self._tell(f"Ballots: {printable(ward.source)}")
        if ward.blank:
            self._tell(f"Papers that rank nobody, and so vote blank: {ward.blank}.")

    def _set_up(self) -> bool:
        """Tell how the election is prepared; return whether every key works."""
        holding = self._holding
        self._head("The registrar makes a credential for every voter")
        holding.issue_credentials()
        self._tell(
            f"{len(self._ward.votes)} private credentials: each voter would get one by letter. "
            "Published are their public parts, sorted, so that their order tells nothing."
        )
        self._head(f"The server and {MEMBERS} trustees make the key together")
        holding.make_keys()
        self._tell(
            "Nobody ever holds the election's private key: it exists in parts only. No vote can be "
            f"read unless the server and any {THRESHOLD} of the {MEMBERS} trustees act together."
        )
        self._head("The election opens")
        election = holding.open()
        self._say(f"{_INDENT}Identifier  {election.uuid}")
        self._say(f"{_INDENT}Fingerprint {election.fingerprint}")
        self._tell("Every ballot and every proof from here on is bound to this fingerprint.")
        self._head("All of them rehearse on a test tally")
        if not holding.rehearse():
            self._tell("Some key does NOT work.", "bold red")
            return False
        self._tell("Every key works. Better found out now than after the vote.")
        return True

    def _vote(self) -> None:
        holding = self._holding
        self._head("Everybody votes")
        with self._terminal.progress("voters encrypt, prove and sign") as advance:
            holding.make_ballots(advance)
        with self._terminal.progress("the server checks and records") as advance:
            holding.cast_ballots(advance)
        self._tell(
            f"{len(holding.trackers)} ballots: encrypted on the voter's side and signed, each with "
            "a proof that its maker knows what is in it; checked by the server, then recorded."
        )

    def _open_result(self) -> Result:
        holding = self._holding
        self._head("The voting ends, and the ballots are shuffled")
        holding.close()
        with self._terminal.progress("shuffling, and checking each shuffle") as advance:
            holding.shuffle(advance)
        self._tell(
            "Rankings cannot be added up: they are opened one by one. So that no ballot leads back "
            "to its voter, the server and a trustee, one after the other, put all ballots into a "
            "secret order and encrypt them anew, and prove that none was changed. Unless both "
            "tell, nobody knows whose ballot is whose."
        )
        self._head(f"Trustee {FORGETFUL} has lost the key")
        lost = holding.lose_key()
        self._tell(
            f"The file {lost.name[:8]}... is deleted for good. With every key needed this would be "
            f"the end; here any {THRESHOLD} of the {MEMBERS} trustees suffice."
        )
        self._head(f"The server and {THRESHOLD} trustees open the shuffled ballots")
        holding.decrypt()
        result = holding.publish()
        self._tell("Each proves that the share is right; together the shares open the rankings.")
        return result

    def _verify(self) -> Report:
        self._head("Anybody verifies the archive from scratch")
        report = verify_found(find_archive(self._holding.archive), None, None, self._terminal)
        show_report(report, self._terminal)
        return report

    def _compare(self, result: Result) -> bool:
        """Compare the opened ballots with the papers and the official count; return if equal."""
        ward = self._ward
        opened = [vote for vote in result[0] if isinstance(vote, tuple)]
        same_papers = Counter(opened) == Counter(ward.votes)
        self._head("The ballots that came out")
        if same_papers:
            count = len(opened)
            text = f"The {count} opened rankings are exactly the {count} papers, in another order."
            self._tell(text, "green")
        else:
            self._tell("The opened rankings are NOT those of the papers.", "bold red")
        return same_papers

    def _count(self, result: Result) -> bool:
        """Count the opened ballots; return whether all is as officially declared, if it was."""
        ward = self._ward
        counted = count_opened(result[0], ward, self._seed)
        self._rule = counted.rule.name
        self._head(f"The opened ballots are counted: {counted.rule.title}")
        tell_result(counted.sheet, self._terminal, _INDENT)
        html, pdf = write_sheet(counted, self._folder)
        self._tell("Every figure of every stage, and why, to read and to pin up:")
        self._say(f"{_INDENT}   {html}")
        self._say(f"{_INDENT}   {pdf}")
        if ward.official is None:
            if self._fast:
                self._tell("--fast: not compared with the official count, which has every paper.")
            return counted.sheet.decided
        equal, figures = compare_figures(counted.sheet, ward.official)
        if equal == figures:
            self._tell(
                f"{figures} of {figures} figures of the official count sheet are the same: the "
                "quota, every candidate's votes at every stage, and who was elected at which.",
                "green",
            )
        else:
            self._tell(f"Only {equal} of {figures} official figures are the same.", "bold red")
        return equal == figures

    def _follow_one_ballot(self) -> None:
        tracker, event = secrets.choice(self._holding.trackers)
        self._head("One voter looks for the ballot")
        self._tell("When casting, this voter was shown the ballot's tracker:")
        self._say(f"{_INDENT}   {tracker}")
        self._tell("It is the hash of the ballot, which is the name of its record in the archive:")
        self._say(f"{_INDENT}   {event.payload}")
        self._tell(
            f"It is there, at height {event.height}; whoever drops or changes it is found out by "
            "anybody who kept this archive. The voter looks for it with"
        )
        self._say(f"{_INDENT}   tar tf {self._holding.archive} | grep {str(event.payload)[:16]}")
        self._chosen: tuple[Fingerprint, Event] = (tracker, event)

    def _tamper(self) -> bool:
        """Change one byte of that ballot in a copy; return whether the verifier named the fault."""
        self._head("Somebody changes one byte of that ballot")
        _, event = self._chosen
        content = bytearray(self._holding.archive.read_bytes())
        place = _a_digit_of(bytes(content), str(event.payload))
        content[place] = ord("0") + (content[place] - ord("0") + 1) % 10
        altered = self._folder / "altered"
        altered.mkdir()
        copy = altered / self._holding.archive.name
        copy.write_bytes(content)
        self._tell(f"In a copy, byte {place} is changed: one digit of a proof.")
        report = verify_found(find_archive(copy), None, None, self._terminal)
        self._tell(f"The verifier says: {report.verdict.value.upper()}", "bold red")
        named = False
        for result in report.checks:
            if result.status is Status.FAILED:
                failure = result.failures[0]
                named = named or failure.subject.record == event.payload
                same = failure.subject.record == event.payload
                record = "that ballot" if same else f"record {failure.subject.record}"
                self._say(f"{_INDENT}   {result.check.id:<17} {record}")
        if not named:
            self._tell("It did NOT name the ballot that was changed.", "bold red")
        return named and report.verdict is Verdict.INVALID

    def _conclude(self) -> None:
        seconds = time.monotonic() - self._began
        self._say()
        self._say(f"Done in {seconds:.0f} s.", _HEAD)
        self._tell(
            "Everything that was published, and the parties' private files (test keys: nothing "
            f"secret), is in {self._folder}"
        )
        self._tell("Check it again, here or on another machine, with")
        self._say(f"{_INDENT}   comitia verify {self._holding.archive}")
        self._say(f"{_INDENT}   comitia count {self._rule} {self._holding.archive}")
        self._tell("or, in a copy of the repository, the same after python3 dev.py.")


def _a_digit_of(archive: bytes, record: str) -> int:
    """Return the place of a digit in a proof of the ballot that is this record."""
    start = archive.index(f"{record}.data.json".encode())
    proof = re.compile(rb'"proof":\{"challenge":"[0-9]{4}').search(archive, start)
    if proof is None:
        raise AssertionError("a recorded ballot has proofs")
    return proof.end() - 1
