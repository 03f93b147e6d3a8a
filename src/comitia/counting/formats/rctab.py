"""The count sheet as RCTab's summary JSON, which programs that draw counts read (RCVis).

Read in RCTab's OutputWriter and TallyTransfers (format version "1"), in summaries that its tests
expect, and in what rcvformats checks and RCVis reads. What is peculiar to it:

- a round's ``tally`` is our stage's votes; what a round decides stands in its ``tallyResults`` with
  the votes that pass on because of it, so that transfers stand a round before ours;
- a surplus passes on in the round after the one in which the candidate is "elected"; rcvformats
  refuses votes that fall at another time, and RCVis a second entry. A candidate whose surplus waits
  is therefore "elected" here in the last round before it passes on, with more than the threshold
  from the true one on;
- who is "eliminated" leaves the tally with the next round, and the last round eliminates nobody.
  Papers that stay with them because the count ends (ERS97) are "exhausted" here. Those whom the end
  of the count excludes with all their votes are not eliminated: they stay in the tally to the end;
- figures have the rule's decimals, and six (rounded) of a rule that counts in fractions;
- "exhausted" is the name of what becomes non-transferable, so candidates may not bear it;
- a rule without a quota has no thresholds.

A rule that counts every stage anew (Meek) has rounds without ``transfers``. What our sheet knows
and the format does not (ties, reasons, parties) is left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final, TypeAlias

from comitia.counting import words
from comitia.counting.figures import text_of
from comitia.counting.sheet import Sheet, Stage
from comitia.errors import MalformedRecord

_Json: TypeAlias = int | str | Sequence["_Json"] | Mapping[str, "_Json"] | None

_EXHAUSTED: Final = "exhausted"
_RESERVED: Final = frozenset({_EXHAUSTED, "residual surplus", "uncounted"})
_DECIMALS: Final = 6
_UNUSED: Final = ("overvotes", "repeatedRankings", "skippedRankings")


def write_rctab(sheet: Sheet, *, date: str = "") -> str:
    """Return a count sheet as an RCTab summary. date: of the election, as 2024-05-01.

    Raises MalformedRecord for a sheet without stages, and for candidates whose names RCTab keeps
    for itself.
    """
    return json.dumps(rctab_summary(sheet, date=date), indent=2, sort_keys=True, ensure_ascii=False)


def rctab_summary(sheet: Sheet, *, date: str = "") -> Mapping[str, _Json]:
    """Return the object of the summary. Raises as ``write_rctab`` does."""
    if not sheet.stages:
        problem = f"RCTab's summary tells of rounds, and {sheet.rule} has none"
        raise MalformedRecord("stages", problem)
    for name in sheet.names:
        if name in _RESERVED:
            problem = "RCTab's summary keeps this name for votes of nobody; give another"
            raise MalformedRecord(f"the name {name!r}", problem)
    return {
        "jsonFormatVersion": "1",
        "config": {
            "contest": sheet.title,
            "date": date,
            "generatedBy": f"Comitia, {sheet.rule} {sheet.version}",
            "jurisdiction": "",
            "office": "",
        },
        "summary": {
            **_threshold("finalThreshold", sheet.quota, sheet),
            "numCandidates": len(sheet.names) - len(sheet.withdrawn),
            "numWinners": sheet.seats,
            "totalNumBallots": str(sheet.valid + sheet.invalid),
            "undervotes": sheet.invalid,
        },
        "results": list(_rounds(sheet)),
    }


def _rounds(sheet: Sheet) -> Iterator[Mapping[str, _Json]]:
    left, elected = _leaving(sheet), _electing(sheet)
    for number, stage in enumerate(sheet.stages):
        gone = {n for n, at in left.items() if at <= number}
        stuck = sum((stage.votes[n - 1] for n in gone), stage.non_transferable)
        absent = gone | sheet.withdrawn
        yield {
            "round": number + 1,
            **_threshold("threshold", stage.quota or sheet.quota, sheet),
            "tally": {
                name: _figure(votes, sheet)
                for n, (name, votes) in enumerate(zip(sheet.names, stage.votes, strict=True), 1)
                if n not in absent
            },
            "tallyResults": list(_results(number, elected, left, sheet)),
            "inactiveBallots": {
                "exhaustedChoices": _figure(stuck, sheet),
                **dict.fromkeys(_UNUSED, "0"),
            },
        }


def _leaving(sheet: Sheet) -> Mapping[int, int]:
    """Return the index of the stage at which each eliminated candidate's votes have gone.

    Not among them are those who are excluded with all their votes where the count ends.
    """
    left: dict[int, int] = {}
    excluded: list[int] = []
    for number, stage in enumerate(sheet.stages):
        excluded += stage.excluded
        givers = {transfer.source for transfer in stage.transfers}
        for n in excluded:
            if number and n not in left and (n in givers or not stage.votes[n - 1]):
                left[n] = number
    return left


def _electing(sheet: Sheet) -> Mapping[int, int]:
    """Return the index of the round in which each winner is elected here."""
    passing: dict[int | None, int] = {}
    for number, stage in enumerate(sheet.stages):
        for transfer in stage.transfers:
            passing.setdefault(transfer.source, number)
    return {
        n: max(number, passing.get(n, 0) - 1)
        for number, stage in enumerate(sheet.stages)
        for n in stage.elected
    }


def _results(
    number: int, elected: Mapping[int, int], left: Mapping[int, int], sheet: Sheet
) -> Iterator[Mapping[str, _Json]]:
    """Yield what a round decides, each with the votes that pass on before the next round."""
    after = sheet.stages[number + 1 : number + 2]
    passing = _passing(after[0], left) if after else {}
    told = _has_transfers(sheet)
    winning = [n for n, at in elected.items() if at == number]
    leaving = [n for n, at in left.items() if at == number + 1]
    for what, candidates in (("elected", winning), ("eliminated", leaving)):
        for n in candidates:
            transfers = {"transfers": _transfers(passing.get(n, {}), sheet)} if told else {}
            yield {what: sheet.name(n), **transfers}


def _has_transfers(sheet: Sheet) -> bool:
    """Tell whether votes pass from one candidate to another, or all are counted anew by keeps."""
    return not any(stage.keep for stage in sheet.stages)


def _passing(stage: Stage, left: Mapping[int, int]) -> Mapping[int, Mapping[int | None, Fraction]]:
    """Return the votes that pass at a stage, by whom they come from and to whom they go.

    What stays with an eliminated candidate goes to nobody.
    """
    passing: dict[int, dict[int | None, Fraction]] = {}
    for transfer in stage.transfers:
        if transfer.source is not None:
            to = passing.setdefault(transfer.source, {})
            to[transfer.target] = to.get(transfer.target, Fraction(0)) + transfer.votes
    for source, to in passing.items():
        if source in left and (stays := stage.votes[source - 1]):
            to[None] = to.get(None, Fraction(0)) + stays
    return passing


def _transfers(votes: Mapping[int | None, Fraction], sheet: Sheet) -> Mapping[str, str]:
    return {
        _EXHAUSTED if target is None else sheet.name(target): _figure(figure, sheet)
        for target, figure in votes.items()
    }


def _threshold(key: str, quota: Fraction | None, sheet: Sheet) -> Mapping[str, str]:
    return {} if quota is None else {key: _figure(quota, sheet)}


def _figure(value: Fraction, sheet: Sheet) -> str:
    if sheet.decimals is not None:
        return words.figure(value, sheet)
    return text_of(Fraction(round(value * 10**_DECIMALS), 10**_DECIMALS), _DECIMALS)
