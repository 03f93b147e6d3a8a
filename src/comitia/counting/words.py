"""The sheet in plain English: one sentence for each thing that happened.

Nothing else in ``counting`` holds words for people; a translation is a second file like this one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final, assert_never

from comitia.counting.figures import approximate, text_of
from comitia.counting.sheet import Cell, Code, Fact, Kind, Means, Purpose, Sheet, Stage, Tie

SENTENCES: Final[Mapping[Code, str]] = {
    Code.ALL_EQUAL: "{names} all have {0} votes.",
    Code.DEEMED_ELECTED: "As many candidates remain as places; {names} {are} elected.",
    Code.QUOTA_REACHED: "{names} {have} reached the quota of {0}.",
    Code.QUOTA_SET: "The quota is {0}.",
    Code.VALUE_SET: "Each paper passes on at {0} of its value.",
    Code.LOWEST: "{names} {have} the fewest votes.",
    Code.FEWEST_VOTES: "{names} {have} the fewest votes, {0}; the next has {1}.",
    Code.FEWEST_EQUAL: "{names} have the fewest votes, {0} each.",
    Code.SURPLUS_ALONE: "{names} {have} a surplus of {0} over the quota, from {1} votes.",
    Code.SURPLUS_LARGEST: "Of {0} votes {names} {have} the largest surplus, {1}; the next is {2}.",
    Code.SURPLUS_EQUAL: "{names} have equal surpluses of {0}.",
    Code.TIE_SETTLED: "The tie is decided: {names}. How, is told with the ties.",
    Code.VALUE_BECOMES: "Papers received at a value of {0} pass on at {1} each.",
    Code.PAPERS_KEEP_VALUE: "Every paper passes on at the value at which it came.",
    Code.CUT_OFF: "{0} votes are lost because each paper's value is cut off.",
    Code.MAJORITY: "{names} {have} {0} of the {1} votes that still count, more than half.",
    Code.ONLY_ONE_LEFT: "Only {names} {are} left.",
    Code.LAST_TWO_EQUAL: "Only {names} are left, with {0} votes each.",
    Code.QUOTA_DIVIDED: (
        "The valid papers ({n0}), divided by one more than the places ({n1}) to two decimals and"
        " not rounded down, give the quota: {0}."
    ),
    Code.QUOTA_LOWERED: (
        "Papers worth {0} are now non-transferable and nobody was elected before: the quota falls"
        " from {1} to {2}."
    ),
    Code.VOTES_REQUIRED: (
        "The total active vote is {0}; divided by one more than the places not yet filled ({n0}),"
        " it makes {1} the votes required for election."
    ),
    Code.REQUIRED_REACHED: (
        "{names} {have} the {0} votes required, which is less than the quota: the total active"
        " vote, {1}, divided by one more than the places not yet filled ({n0})."
    ),
    Code.EQUAL_THROUGHOUT: (
        "{names} have {0} votes each, enough for election, but there are fewer places than such"
        " candidates and they were equal at every point of the count: none of them is elected yet."
    ),
    Code.SURPLUS_NOT_DEFERRED: (
        "The surpluses not yet transferred ({names}) come to {0}, more than the {1} between the two"
        " lowest candidates; they could change who is excluded, so the largest is transferred."
    ),
    Code.SURPLUS_DEFERRED: (
        "The surpluses not yet transferred ({names}) come to {0} and are deferred: they do not"
        " exceed the {1} between the two lowest candidates."
    ),
    Code.SURPLUS_DEFERRED_GROUP: (
        "The surpluses not yet transferred ({names}) come to {0} and are deferred: they do not"
        " exceed the {1} by which the lowest candidates together are below the one next above."
    ),
    Code.PAPERS_EXAMINED: (
        "The surplus of {names} is {0}; it is taken from the papers received last ({n0}, worth {1}"
        " each)."
    ),
    Code.SURPLUS_DIVIDED: (
        "Those that are transferable ({n0}) are worth {0}, more than the surplus, so each passes"
        " on at {2}: {1} divided by {n0}, cut to two decimals. What the cut leaves, {3}, becomes"
        " non-transferable."
    ),
    Code.VALUES_KEPT: (
        "Those that are transferable ({n0}) are worth {0}, not more than the surplus, so each"
        " keeps its value of {1}. The rest of the surplus, {2}, becomes non-transferable."
    ),
    Code.NONE_TRANSFERABLE: (
        "None of them names a further candidate who could receive it; the whole surplus, {0},"
        " becomes non-transferable."
    ),
    Code.EXCLUDED_TOGETHER: (
        "{names} have {0} votes together; with the surpluses deferred ({1}) that does not exceed"
        " the {2} of the candidate next above, so they are excluded together."
    ),
    Code.LOT_NARROWED: (
        "{names} {have} as many votes now but had not at an earlier point of the count, so the"
        " lot is between the others."
    ),
    Code.BATCH_TRANSFERRED: "The papers worth {0} each are transferred ({n0}).",
    Code.PAPERS_LEFT: (
        "All places are filled, so no more papers are transferred: {0} votes stay with {names}."
    ),
    Code.JUST_ENOUGH: "The exclusion of {names} would leave as many candidates as places.",
    Code.FORMALLY_EXCLUDED: "All places are filled; {names} {are} formally excluded.",
    Code.COUNTED_TIMES: "Counts of all papers up to this result: {n0}.",
    Code.SURPLUS_LEFT: "The surplus that is still to be distributed is {0}.",
    Code.SURPLUS_SMALL: "The surplus that is left, {0}, is less than {1}; it goes no further.",
    Code.SURPLUS_STUCK: "The surplus that is left, {0}, cannot be made smaller.",
    Code.WITHIN_SURPLUS: "{names} are no further apart than the surplus of {0}, and so are tied.",
    Code.CANNOT_OVERTAKE: "Even the whole surplus, {0}, would not bring the lowest candidate up to "
    "the next one.",
    Code.MORE_THAN_PAPERS: "Rounding up gave the candidates {0} votes more than there are papers.",
    Code.NO_TRANSFER: "No papers are transferred any more.",
    Code.WEIGHTS_SCALED: "Each paper of {names} passes on at its weight times the surplus of {0}, "
    "divided by the {1} votes.",
    Code.LISTED_FIRST: "Of them {names} stands first on the ballot, and goes first by this rule.",
    Code.LISTED_LAST: "Of them {names} stands last on the ballot, and goes last by this rule.",
    Code.NOT_NAMED: "No valid paper names {names}, who can therefore not be elected.",
    Code.NO_MORE_THAN_PLACES: "No more candidates remain than places; {names} {are} elected.",
    Code.PLACES_LEFT_EMPTY: "No other candidate remains; places left empty: {n0}.",
    Code.SEATED: "{names} {are} elected.",
    Code.SEATED_WITH: "{names} {are} elected with {0} {texts}.",
    Code.EQUAL_WITH: "{names} are equal with {0} {texts}, and not all of them can be elected.",
    Code.PASSED_OVER: (
        "{names} {are} passed over: with {names} elected as well, what is set for {texts} could not"
        " be kept."
    ),
    Code.LOAD_LOWEST: (
        "{names} {are} elected: the papers that approve of {names} ({n0}) then bear {0} each. No"
        " other candidate is left whom a paper approves of."
    ),
    Code.LOAD_LOWER: (
        "{names} {are} elected: the papers that approve of {names} ({n0}) then bear {0} each, the"
        " lowest load that any candidate would bring; the next lowest is {1}."
    ),
    Code.LOADS_EQUAL: "{names} would bring the same load, {0}, the lowest.",
    Code.NO_APPROVALS: "No paper approves of any candidate who is left: {names}.",
    Code.NO_PAPER_SHARED: (
        "No paper approves of two of them, and there are places for all: so nobody's election"
        " changes anything for the others, and all are elected."
    ),
    Code.SHARE_SET: (
        "The papers ({n0}) share the places ({n1}) equally: each can pay {0} of a place."
    ),
    Code.PRICE_LOWEST: (
        "{names} {are} elected: the papers that approve of {names} ({n0}) pay for one place, none"
        " of them more than {0}. No other candidate can be paid for."
    ),
    Code.PRICE_LOWER: (
        "{names} {are} elected: the papers that approve of {names} ({n0}) pay for one place, none"
        " of them more than {0}, the lowest price of any candidate; the next lowest is {1}."
    ),
    Code.PRICES_EQUAL: "{names} have the same price, {0}, the lowest.",
    Code.NOBODY_AFFORDABLE: (
        "No other candidate's papers have enough left to pay for a place. Places left: {n0}. They"
        " are filled by the least load, where what a paper has left makes its load less."
    ),
    Code.KEEPS_PART: "Of each paper that reaches {names}, {0} stays there and the rest passes on.",
    Code.FEWEST_OF_OTHERS: "Of the others {names} have the fewest votes, {0} each.",
    Code.ABSOLUTE_MAJORITY: "Of {0} votes that still count, half, rounded up to whole votes, is an "
    "absolute majority: {1}.",
    Code.MAJORITY_REACHED: "{names} {have} {0} votes, an absolute majority.",
    Code.MAJORITY_SHARED: "{names} have an absolute majority each, {0} votes; only one can be "
    "elected.",
}
"""By code; {names} are the fact's candidates, {0}, {1}... its figures, {n0}... its numbers, {texts}
its texts."""


LONGEST_FRACTION: Final = 15
"""Written out in a sentence, in characters; longer ones stand in the tables only."""


def join(names: Sequence[str]) -> str:
    """Return "A", "A and B" or "A, B and C"."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def action_of(stage: Stage, sheet: Sheet) -> str:
    """Return the head of a stage: "Surplus of A", "Exclusion of B and C"."""
    names = join([sheet.name(n) for n in stage.candidates])
    match stage.kind:
        case Kind.FIRST_PREFERENCES:
            return "First preferences"
        case Kind.SURPLUS:
            return f"Surplus of {names}"
        case Kind.SURPLUSES:
            return "Surpluses distributed"
        case Kind.EXCLUSION:
            return f"Exclusion of {names}"
        case Kind.ELECTION:
            return f"Election of {names}"
        case _:
            assert_never(stage.kind)


def sentences_of(stage: Stage, sheet: Sheet) -> tuple[str, ...]:
    """Return what happened at a stage, a sentence for each fact."""
    return tuple(sentence_of(fact, sheet) for fact in stage.facts)


def sentence_of(fact: Fact, sheet: Sheet) -> str:
    """Return a fact as a sentence."""
    return SENTENCES[fact.code].format(
        *(_told(value, sheet) for value in fact.figures),
        names=join([sheet.name(n) for n in fact.candidates]),
        texts=join(fact.texts),
        are="are" if len(fact.candidates) > 1 else "is",
        have="have" if len(fact.candidates) > 1 else "has",
        **{f"n{place}": number for place, number in enumerate(fact.numbers)},
    )


_PURPOSES: Final[Mapping[Purpose, str]] = {
    Purpose.ELECTED: "elected",
    Purpose.EXCLUDED: "excluded",
    Purpose.SURPLUS: "whose surplus passes on first",
    Purpose.PLACED: "placed first",
}


def decision_of(tie: Tie) -> str:
    """Return how a tie was decided, for a sheet: "look-back to stage 2: excluded"."""
    purpose = _PURPOSES[tie.purpose]
    match tie.means:
        case Means.LOOK_BACK:
            how = f"by the rule, looking back to stage {tie.stage}"
        case Means.LOOK_BACK_IN_PART:
            how = f"by the rule, looking back to stage {tie.stage}, where some were still equal"
        case Means.LOOK_FORWARD:
            how = f"by the rule, looking forward from the first stage: they differed at {tie.stage}"
        case Means.RULE:
            how = "by the rule"
        case Means.SEED:
            how = "by lot, from the seed"
        case Means.PERSON:
            how = f"by a recorded decision: {tie.recorded}"
        case Means.CASTING_VOTE:
            how = "by nobody yet: whoever has the casting vote decides, and it must be recorded"
        case Means.NOTHING:
            how = "by nobody yet: a lot must be drawn, or a seed given"
        case _:
            assert_never(tie.means)
    return f"{purpose}, {how}"


def _told(value: Fraction, sheet: Sheet) -> str:
    """Return a figure for a sentence: a fraction that nobody can read is told about."""
    exact = figure(value, sheet)
    if sheet.decimals is not None or len(exact) <= LONGEST_FRACTION:
        return exact
    return f"about {approximate(value)}"


def figure(value: Fraction, sheet: Sheet) -> str:
    """Return a figure with the sheet's decimals."""
    return text_of(value, sheet.decimals)


def cell_text(cell: Cell, sheet: Sheet) -> str:
    """Return what stands in a cell of one of the sheet's tables."""
    match cell:
        case int():
            return sheet.name(cell)
        case str():
            return cell
        case _:
            return figure(cell, sheet)
