"""A count under way: what a counting rule is given, and where it writes what it does.

A rule is a function that takes a ``Count`` and writes stages, winners, ties and details into it. It
never chooses silently: whatever its figures leave open it gives to ``settle``, or records with
``note_tie`` where its own text decides. A tie that nothing decides ends the count where it stands;
``run`` then returns the sheet so far, not decided.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from comitia.counting.constraints import Constraint, Constraints
from comitia.counting.lots import Decision, Lots, Undecided
from comitia.counting.profile import AnyProfile, GradedProfile, Profile, TalliedProfile
from comitia.counting.sheet import Detail, Means, Purpose, Sheet, Stage, Tie
from comitia.errors import MalformedRecord


@dataclass(frozen=True, slots=True)
class Options:
    """What is decided before a count and not in its file.

    seats: instead of the file's. seed, decisions: for ties that the rule leaves to the lot.
    default: of Debian's rule, the option that stands for "none of them". quorum: the votes that an
    option needs over the default. ratios: N of each option that needs N to 1; 1 where not named.
    """

    seats: int | None = None
    seed: str | None = None
    decisions: tuple[Decision, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    default: int | None = None
    quorum: Fraction = Fraction(0)
    ratios: Mapping[int, Fraction] = field(default_factory=dict)


class Count:
    """One count. ``profile`` and ``options`` are given; the rest is written by the rule.

    invalid: papers that the rule does not count; set by the rule where it refuses some.
    """

    def __init__(self, profile: AnyProfile, options: Options, *, single: bool = False) -> None:
        """Begin; nothing is counted yet. Raises MalformedRecord for seats that cannot be filled."""
        self.profile = profile
        self.options = options
        self.names = profile.display_names()
        numbers = range(1, len(profile.candidates) + 1)
        self.standing = tuple(n for n in numbers if n not in profile.withdrawn)
        self.seats = options.seats or profile.seats or (1 if single else 0)
        if not self.seats:
            raise MalformedRecord("seats", "the file does not say how many; state the number")
        if not 1 <= self.seats <= len(self.standing):
            problem = f"expected 1 to {len(self.standing)}, the candidates, found {self.seats}"
            raise MalformedRecord("seats", problem)
        self.lots = Lots(options.seed, options.decisions)
        self.constraints = Constraints(options.constraints, self.seats)
        self.invalid = profile.rejected
        self.valid = profile.size
        self.quota: Fraction | None = None
        self.stages: list[Stage] = []
        self.winners: list[int] = []
        self.ties: list[Tie] = []
        self.details: list[Detail] = []

    @property
    def ranked(self) -> Profile:
        """The papers of a rule that takes rankings."""
        if not isinstance(self.profile, Profile):
            raise TypeError("this rule takes rankings")
        return self.profile

    @property
    def graded(self) -> GradedProfile:
        """The papers of a rule that takes grades or points."""
        if not isinstance(self.profile, GradedProfile):
            raise TypeError("this rule takes grades")
        return self.profile

    def settle(
        self,
        between: Collection[int],
        purpose: Purpose,
        *,
        preset: bool = False,
        casting_vote: bool = False,
    ) -> int:
        """Return one of several candidates by the lot, and record it.

        preset: where the rule wants one order for all its ties, made before the count.
        casting_vote: where the rule names a person who decides, whom no seed replaces.
        Raises Undecided, with the tie recorded, where neither a person nor a seed decides.
        """
        tied = tuple(sorted(between))
        try:
            drawn = self.lots.draw(tied, preset=preset, by_person=casting_vote)
        except Undecided:
            missing = Means.CASTING_VOTE if casting_vote else Means.NOTHING
            self.ties.append(Tie(tied, purpose, None, missing))
            raise
        means = Means.SEED if drawn.how is None else Means.PERSON
        self.ties.append(Tie(tied, purpose, drawn.candidate, means, recorded=drawn.how or ""))
        return drawn.candidate

    def note_tie(
        self,
        between: Iterable[int],
        purpose: Purpose,
        decided: int,
        means: Means,
        stage: int | None = None,
    ) -> None:
        """Record a tie that the rule's own text has decided. stage: counted from 1."""
        self.ties.append(Tie(tuple(sorted(between)), purpose, decided, means, stage))

    def figures(self, by_candidate: Mapping[int, Fraction]) -> tuple[Fraction, ...]:
        """Return a figure for each candidate in file order, 0 for those not named."""
        zero = Fraction(0)
        return tuple(by_candidate.get(n, zero) for n in range(1, len(self.names) + 1))


@dataclass(frozen=True, slots=True)
class Rule:
    """A counting rule: named, versioned, with its text.

    name: as the command knows it. source: the text that it follows. explanation: one paragraph for
    whoever must choose a rule. decimals: of every figure, None for fractions.
    takes: the kinds of papers that it can count. constrained: whether it knows constraints.
    single: whether it elects one where neither file nor caller says how many.
    """

    name: str
    version: int
    title: str
    source: str
    explanation: str
    decimals: int | None
    takes: tuple[type[AnyProfile], ...]
    count: Callable[[Count], None]
    constrained: bool = False
    single: bool = False


_KINDS: Mapping[type[AnyProfile], str] = {
    Profile: "rankings",
    GradedProfile: "grades or points",
    TalliedProfile: "totals without papers",
}


def run(rule: Rule, profile: AnyProfile, options: Options | None = None) -> Sheet:
    """Count papers by a rule.

    Raises MalformedRecord for papers, seats, constraints or decisions that the rule cannot use.
    """
    options = options or Options()
    if not isinstance(profile, rule.takes):
        wanted = " or ".join(_KINDS[kind] for kind in rule.takes)
        problem = f"{rule.name} takes {wanted}, these are {_KINDS[type(profile)]}"
        raise MalformedRecord("papers", problem)
    if options.constraints and not rule.constrained:
        raise MalformedRecord("constraints", f"{rule.name} knows no constraints")
    count = Count(profile, options, single=rule.single)
    count.constraints.require_possible(count.standing)
    decided = True
    try:
        rule.count(count)
        count.lots.require_all_used()
    except Undecided:
        decided = False
    return _sheet(rule, count, decided=decided)


def _sheet(rule: Rule, count: Count, *, decided: bool) -> Sheet:
    profile = count.profile
    return Sheet(
        rule=rule.name,
        version=rule.version,
        title=profile.title,
        names=count.names,
        withdrawn=profile.withdrawn,
        seats=count.seats,
        decimals=rule.decimals,
        valid=count.valid,
        invalid=count.invalid,
        quota=count.quota,
        winners=tuple(count.winners),
        stages=tuple(count.stages),
        ties=tuple(count.ties),
        details=tuple(count.details),
        decided=decided,
        commitment=count.lots.commitment,
    )


def tied_for(figures: Mapping[int, Fraction] | Mapping[int, int], *, best: bool) -> Sequence[int]:
    """Return the candidates with the highest (``best``) or the lowest figure, in file order."""
    wanted = max(figures.values()) if best else min(figures.values())
    return sorted(n for n, figure in figures.items() if figure == wanted)
