"""The count sheet: every figure of every stage, every tie and its decision, who is elected.

A sheet is plain values: what happened, to whom, with which figures. Sentences and layout are made
from it elsewhere (``words``, ``showing``), so that another language is another file. Candidates are
numbers from 1, in file order; a tuple with a figure for each candidate is in that order too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias


class Kind(StrEnum):
    """What a stage does."""

    FIRST_PREFERENCES = "first preferences"
    SURPLUS = "surplus"
    SURPLUSES = "surpluses"
    EXCLUSION = "exclusion"
    ELECTION = "election"


class Code(StrEnum):
    """What a stage's sentences say; ``words`` has one for each.

    The names of a fact's candidates and its figures stand in the sentence in their order.
    """

    ALL_EQUAL = "all equal"
    DEEMED_ELECTED = "deemed elected"
    QUOTA_REACHED = "quota reached"
    QUOTA_SET = "quota set"
    VALUE_SET = "value set"
    LOWEST = "lowest"
    FEWEST_VOTES = "fewest votes"
    FEWEST_EQUAL = "fewest equal"
    SURPLUS_ALONE = "surplus alone"
    SURPLUS_LARGEST = "surplus largest"
    SURPLUS_EQUAL = "surplus equal"
    TIE_SETTLED = "tie settled"
    VALUE_BECOMES = "value becomes"
    PAPERS_KEEP_VALUE = "papers keep value"
    CUT_OFF = "cut off"
    MAJORITY = "majority"
    ONLY_ONE_LEFT = "only one left"
    LAST_TWO_EQUAL = "last two equal"
    QUOTA_DIVIDED = "quota divided"
    QUOTA_LOWERED = "quota lowered"
    VOTES_REQUIRED = "votes required"
    REQUIRED_REACHED = "required reached"
    EQUAL_THROUGHOUT = "equal throughout"
    SURPLUS_NOT_DEFERRED = "surplus not deferred"
    SURPLUS_DEFERRED = "surplus deferred"
    SURPLUS_DEFERRED_GROUP = "surplus deferred for a group"
    PAPERS_EXAMINED = "papers examined"
    SURPLUS_DIVIDED = "surplus divided"
    VALUES_KEPT = "values kept"
    NONE_TRANSFERABLE = "none transferable"
    EXCLUDED_TOGETHER = "excluded together"
    LOT_NARROWED = "lot narrowed"
    BATCH_TRANSFERRED = "batch transferred"
    PAPERS_LEFT = "papers left"
    JUST_ENOUGH = "just enough"
    FORMALLY_EXCLUDED = "formally excluded"
    COUNTED_TIMES = "counted times"
    SURPLUS_LEFT = "surplus left"
    SURPLUS_SMALL = "surplus small"
    SURPLUS_STUCK = "surplus stuck"
    WITHIN_SURPLUS = "within surplus"
    CANNOT_OVERTAKE = "cannot overtake"
    MORE_THAN_PAPERS = "more than papers"
    NO_TRANSFER = "no transfer"
    WEIGHTS_SCALED = "weights scaled"
    LISTED_FIRST = "listed first"
    LISTED_LAST = "listed last"
    NOT_NAMED = "not named"
    NO_MORE_THAN_PLACES = "no more than places"
    PLACES_LEFT_EMPTY = "places left empty"
    SEATED = "seated"
    SEATED_WITH = "seated with"
    EQUAL_WITH = "equal with"
    PASSED_OVER = "passed over"
    LOAD_LOWEST = "load lowest"
    LOAD_LOWER = "load lower"
    LOADS_EQUAL = "loads equal"
    NO_APPROVALS = "no approvals"
    NO_PAPER_SHARED = "no paper shared"
    SHARE_SET = "share set"
    PRICE_LOWEST = "price lowest"
    PRICE_LOWER = "price lower"
    PRICES_EQUAL = "prices equal"
    NOBODY_AFFORDABLE = "nobody affordable"
    KEEPS_PART = "keeps part"
    FEWEST_OF_OTHERS = "fewest of others"
    ABSOLUTE_MAJORITY = "absolute majority"
    MAJORITY_REACHED = "majority reached"
    MAJORITY_SHARED = "majority shared"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a sentence tells of a stage.

    numbers: what is counted whole whatever the rule's decimals, as papers and places are.
    texts: names that are no candidates': of groups, of what is counted.
    """

    code: Code
    candidates: tuple[int, ...] = ()
    figures: tuple[Fraction, ...] = ()
    numbers: tuple[int, ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Transfer:
    """Votes that pass from one candidate to another, or (None) become non-transferable.

    source: None where they come from the non-transferable papers or from nobody in particular.
    """

    source: int | None
    target: int | None
    votes: Fraction


@dataclass(frozen=True, slots=True)
class SubStage:
    """A batch of papers within a stage: all of one value.

    votes: of each candidate after the batch. papers: how many moved.
    """

    value: Fraction
    papers: int
    votes: tuple[Fraction, ...]
    non_transferable: Fraction
    elected: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the count.

    candidates: whose surplus passes on, or who are excluded; none of the first preferences.
    votes: of each candidate after the stage. quota: the one in force after it.
    elected, excluded: at this stage, in order.
    transfers: empty where votes do not pass from one candidate to another (Meek's counts all anew).
    keep: of each candidate the part that they keep of each paper (Meek), else empty.
    """

    kind: Kind
    candidates: tuple[int, ...]
    votes: tuple[Fraction, ...]
    non_transferable: Fraction
    quota: Fraction | None = None
    elected: tuple[int, ...] = ()
    excluded: tuple[int, ...] = ()
    facts: tuple[Fact, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    sub_stages: tuple[SubStage, ...] = ()
    keep: tuple[Fraction, ...] = ()


class Purpose(StrEnum):
    """What a tie is about: what happens to whoever it decides for."""

    ELECTED = "elected"
    EXCLUDED = "excluded"
    SURPLUS = "surplus first"
    PLACED = "placed first"


class Means(StrEnum):
    """What decided a tie; CASTING_VOTE and NOTHING, what does not decide it yet."""

    LOOK_BACK = "look-back"
    LOOK_BACK_IN_PART = "look-back in part"
    LOOK_FORWARD = "look-forward"
    RULE = "rule"
    SEED = "seed"
    PERSON = "person"
    CASTING_VOTE = "casting vote"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Tie:
    """Candidates whom the figures do not tell apart, and what told them apart.

    decided: the candidate of whom ``purpose`` then holds; None while nobody has decided.
    stage: the earlier stage at which they differed, for LOOK_BACK and LOOK_FORWARD. Where that
    stage left several equal (LOOK_BACK_IN_PART), the tie between those is recorded next.
    recorded: a person's words, for PERSON.
    """

    between: tuple[int, ...]
    purpose: Purpose
    decided: int | None
    means: Means
    stage: int | None = None
    recorded: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """A figure for each candidate: votes, approvals, points.

    name: what is counted, in one word ("approvals").
    """

    name: str
    figures: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Pairwise:
    """For each two candidates how many papers prefer the row's to the column's.

    name: "preferences" for the papers, "beat paths" for the strengths of the strongest paths.
    paths: for each pair (row, column) the candidates along the strongest path, ends included.
    """

    name: str
    figures: tuple[tuple[int, ...], ...]
    paths: dict[tuple[int, int], tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Grades:
    """How many papers gave each candidate each grade.

    names: the grades, best first. counts: a row a candidate. medians: of each, from 0; None of a
    candidate without any grade.
    """

    names: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    medians: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Levels:
    """The candidates in the order of the result, those who are equal on one level."""

    levels: tuple[tuple[int, ...], ...]


Cell: TypeAlias = Fraction | int | str


@dataclass(frozen=True, slots=True)
class Table:
    """Anything else that a rule's sheet shows. ``int`` cells are candidates' numbers.

    name: what it shows, in a few words. heads: of the columns.
    """

    name: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Account:
    """What happened, in order and with the reasons, under a rule without stages.

    name: what it tells of, in a few words.
    """

    name: str
    facts: tuple[Fact, ...]


Detail: TypeAlias = Totals | Pairwise | Grades | Levels | Table | Account


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole count.

    rule, version: which counting rule, and which version of it.
    names: of the candidates, each unique. withdrawn: numbers of those who did not stand.
    decimals: of every figure; None where they are fractions.
    valid, invalid: papers. ``invalid`` are those that the rule does not count at all.
    quota: the last one in force; None of a rule without.
    winners: in order of election. decided: False where the count stopped at the last tie.
    commitment: SHA-256 of the seed of the lots, or None where there was none.
    """

    rule: str
    version: int
    title: str
    names: tuple[str, ...]
    withdrawn: frozenset[int]
    seats: int
    decimals: int | None
    valid: int
    invalid: int
    quota: Fraction | None
    winners: tuple[int, ...]
    stages: tuple[Stage, ...]
    ties: tuple[Tie, ...]
    details: tuple[Detail, ...]
    decided: bool
    commitment: str | None

    def name(self, candidate: int) -> str:
        """Return a candidate's name."""
        return self.names[candidate - 1]
