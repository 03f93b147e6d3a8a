"""What a result says to people: numbers of votes, and never what one ballot says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from comitia.ballots.v1.model import (
    Election,
    HomomorphicQuestion,
    ListsQuestion,
    Question,
    RankedQuestion,
    Reading,
    Result,
)
from comitia.cli.terminal import printable


def describe_result(result: Result, election: Election) -> Iterator[str]:
    """Yield the lines of a result.

    Of a ranked question only how many ballots the count takes: a ballot's numbers can be a pattern
    by which its voter is known.
    """
    for question, row in zip(election.questions, result, strict=True):
        yield printable(question.text)
        if isinstance(question, RankedQuestion):
            readings = Counter(question.read(v) for v in row if isinstance(v, tuple))
            parts = [f"{readings[reading]} {reading}" for reading in Reading if readings[reading]]
            yield f"  {len(row)} opened ballots: {', '.join(parts) or 'none'}"
            continue
        for name, votes in zip(choice_names(question), row, strict=True):
            yield f"  {votes:>8} {printable(name)}"


def choice_names(question: Question) -> tuple[str, ...]:
    """Return what each number of an answer stands for."""
    match question:
        case HomomorphicQuestion():
            return ("(blank)", *question.answers) if question.blank else question.answers
        case ListsQuestion():
            return tuple(name for names in question.lists for name in names)
        case RankedQuestion():
            return question.answers
