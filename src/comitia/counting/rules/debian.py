"""The vote counting of the Debian project's constitution, A.6.

Text: Debian Constitution 1.7 (2016), section A.6, paragraphs 1 to 8, read; it stands word for word
in version 1.9 (2022) as A.5. Numbers in the functions are those paragraphs.

One option wins. The default option ("further discussion", "none of the above") stands for refusing
all others. An option needs the quorum of votes over it (A.6.2), and must defeat it by the option's
majority ratio N, N votes to one and more votes than against (A.6.3). Of what is left, the Schwartz
set is taken; the weakest defeats in it are dropped, all equally weak ones together, until there are
none; several options left are a tie (A.6.4 to A.6.8).

That tie is for the elector with the casting vote. No lot replaces them, so a seed is not used here:
only a recorded decision settles it. (The constitution lets chance decide in one case, the chair of
the technical committee, by a mechanism that its secretary chooses: that draw is recorded too.)

The quorum is the decimal number that was announced and the ratio a fraction; both are compared
exactly. Own reading: a withdrawn option is left out as if no paper named it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import groupby, islice
from math import ceil
from typing import Final

from comitia.counting.count import Count, Options, Rule
from comitia.counting.pairwise import (
    Pair,
    Preferences,
    Strength,
    defeats,
    matrix,
    preferences,
)
from comitia.counting.profile import Profile
from comitia.counting.schwartz import Round, drop_weakest
from comitia.counting.sheet import Cell, Purpose, Table
from comitia.errors import MalformedRecord

ONE: Final = Fraction(1)


def count_papers(count: Count) -> None:
    """Count rankings: A.6, after a look at what was decided before the count."""
    default = _default(count)
    _require_usable(count.options, count)
    over = preferences(count.ranked, count.standing)
    count.details.append(matrix("preferences", over, len(count.names)))
    unfit = tuple(_dropped(count, over, default))
    heads = ("option", "dropped for", "votes over default", "votes under it", "votes needed")
    count.details.append(Table("dropped options", heads, unfit))
    dropped = {row[0] for row in unfit}
    left = tuple(n for n in count.standing if n not in dropped)
    between = {pair: s for pair, s in defeats(over).items() if not dropped.intersection(pair)}
    rounds = tuple(drop_weakest(left, between))
    _show_rounds(count, rounds, between)
    _choose(count, rounds[-1].options)


def _default(count: Count) -> int:
    default = count.options.default
    if default is None:
        problem = "debian needs the default option; state its number, such as that of the last"
        raise MalformedRecord("default", problem)
    if default not in count.standing:
        problem = f"expected an option that stands, 1 to {len(count.names)}, found {default}"
        raise MalformedRecord("default", problem)
    return default


def _require_usable(options: Options, count: Count) -> None:
    if count.seats != 1:
        raise MalformedRecord("seats", f"debian chooses one option, found {count.seats}")
    if options.quorum < 0:
        raise MalformedRecord("quorum", f"expected 0 or more, found {options.quorum}")
    for number, ratio in options.ratios.items():
        if not 1 <= number <= len(count.names):
            problem = f"expected options 1 to {len(count.names)}, found {number}"
            raise MalformedRecord("ratios", problem)
        if ratio < 1:
            problem = f"option {number}: expected at least 1 to 1, found {ratio} to 1"
            raise MalformedRecord("ratios", problem)
    if options.ratios.get(options.default or 0, ONE) != ONE:
        raise MalformedRecord("ratios", "the default option needs no majority over itself")


def _dropped(count: Count, over: Preferences, default: int) -> Iterator[tuple[Cell, ...]]:
    """Yield the options that fail the quorum (A.6.2) or else their majority ratio (A.6.3).

    The votes needed are the fewest whole votes that would have sufficed.
    """
    quorum = count.options.quorum
    for option in count.standing:
        if option == default:
            continue
        votes, against = over[option, default], over[default, option]
        ratio = count.options.ratios.get(option, ONE)
        if votes < quorum:
            needed, reason = ceil(quorum), "quorum"
        elif votes < ratio * against or votes <= against:
            needed, reason = max(ceil(ratio * against), against + 1), "majority"
        else:
            continue
        yield option, reason, *map(Fraction, (votes, against, needed))


def _show_rounds(
    count: Count, rounds: tuple[Round, ...], strengths: Mapping[Pair, Strength]
) -> None:
    """Note A.6.5 to A.6.7 of each round; a Schwartz set, in the first round that has it."""
    numbered = tuple(enumerate(rounds, 1))
    sets = [
        (Fraction(number), option)
        for _, same in groupby(numbered, key=lambda one: one[1].options)
        for number, first in islice(same, 1)
        for option in first.options
    ]
    weakest = [
        (Fraction(number), *pair, Fraction(strengths[pair][0]), Fraction(-strengths[pair][1]))
        for number, one in numbered
        for pair in one.weakest
    ]
    count.details += [
        Table("Schwartz sets", ("from round", "option"), tuple(sets)),
        Table(
            "weakest defeats, dropped",
            ("round", "option", "defeats", "votes", "votes against"),
            tuple(weakest),
        ),
    ]


def _choose(count: Count, last: tuple[int, ...]) -> None:
    """Elect the option that is left; of several, whichever the casting vote chooses: A.6.8."""
    winner = last[0]
    if len(last) > 1:
        winner = count.settle(last, Purpose.ELECTED, casting_vote=True)
    count.winners.append(winner)


RULE: Final = Rule(
    name="debian",
    version=1,
    title="Debian constitution A.6 (Condorcet with a default option)",
    source="Debian Constitution 1.7 (2016), A.6; the same text is A.5 in version 1.9 (2022)",
    explanation="Voters rank the options, the default option (such as further discussion) among"
    " them. An option needs a quorum of votes that put it above the default and must win against"
    " it, by more than a plain majority where the rule book says so (3 to 1). Of the rest, the one"
    " that wins against each other one alone is chosen; where defeats go round in a circle, those"
    " with the fewest votes are dropped until the circle opens. A tie is for the person with the"
    " casting vote, never for the lot. It suits resolutions with several drafts. Dropping options"
    " below the default first means that voters can sink a rival by ranking the default above it.",
    decimals=0,
    takes=(Profile,),
    count=count_papers,
    single=True,
)
