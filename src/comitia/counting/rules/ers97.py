"""ERS97: the single transferable vote of the Electoral Reform Society, for counting by hand.

Text: "How to conduct an election by the Single Transferable Vote", 3rd edition, 1997, sections 4 to
6, read in full in the reprint that OpenSTV carries (also at opavote.com/methods/ers97-stv-rules);
the opening of its model election at rosenstiel.co.uk/stvrules/model.htm. Paragraphs are cited by
number. All figures are whole hundredths (5.1.6, 5.3.7).

Where the text leaves room, this is how it is read:

- 6.8, 6.9: a paper with no candidate, or several, in the first place is invalid. Withdrawn
  candidates are passed over as if not named (as in 7.1); a paper that names nobody else is invalid.
- 6.10, 6.12, 6.17: a later place is uncertain, and the paper non-transferable, where a continuing
  candidate shares it, be the others out already: the figure does not stand alone. Places that only
  elected or excluded candidates share are passed over. So is a number that was left out: nothing
  asks for consecutive numbers, and the order of what is there is certain.
- 4.3: where no more candidates stand than there are places, all are elected at the first stage.
- 5.1.7, 5.3.13, 5.4.9: candidates are taken in turn, so each election lowers the places not yet
  filled and the total active vote (5.6.1) before the next is looked at. Where equal candidates all
  find a place, file order is the order of the list; nothing depends on it.
- 5.2.2 (a) and (b) come to one test: some number of the lowest candidates, one or more, could be
  excluded under 5.2.5, which adds their votes to the surpluses.
- 5.2.5: "the candidate next above" may have as many votes as the last who is excluded. This occurs
  only where the others excluded have no votes and nothing is deferred; who goes is a tie.
- 5.2.3, 5.2.5, 5.6.2: where more than two are equal, the earliest point at which not all of them
  were decides who remains in question, then the earliest at which those differ. A lot is between
  those whom no point tells apart.
- 5.3.2: a candidate elected because the quota fell has their surplus taken from the papers received
  last, which are the first preferences if there were none since. So Colin Rosenstiel, who finished
  the text, in Voting matters 11 (2000).
- 5.3.9: where papers keep their value, the part of the surplus that they do not carry becomes
  non-transferable; the model election does so, and 5.3.11 would not add up otherwise.
- 5.4.1: papers of one value are one batch, from whichever of the excluded they come.
- 5.5.1: the candidates whose exclusion was proposed keep their papers and are excluded.
- 5.5.2: papers not reached when the last place is filled stay, in the sheet, with the excluded
  candidate who had them, so that every stage adds up to the valid vote.
- 5.6.3: an earlier lot is given to the recount as a recorded decision.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Final

from comitia.counting.count import Count, Rule, tied_for
from comitia.counting.parcels import Parcel, papers_with_first_preference, sort_papers
from comitia.counting.profile import Paper, Profile
from comitia.counting.result_sheet import ResultSheet
from comitia.counting.sheet import Code, Kind, Means, Purpose, SubStage

_DECIMALS: Final = 2
_ONE: Final = 10**_DECIMALS


def count_ers97(count: Count) -> None:
    """Count by ERS97: the stages of 5.1 and 5.2 until all places are filled."""
    hall = _Hall(count)
    hall.count_first_preferences()
    while hall.unfilled:
        surpluses = hall.surpluses()
        if number := hall.number_to_exclude(sum(surpluses.values())):
            hall.exclude(hall.lowest(number), surpluses)
        else:
            hall.transfer_surplus(surpluses)


class _Hall:
    """The counting hall: who continues, who has which papers, what the quota is."""

    def __init__(self, count: Count) -> None:
        self._count = count
        self._sheet = ResultSheet(count, _DECIMALS)
        self._votes: Mapping[int, int] = self._sheet.votes
        self._parcels: dict[int, list[Parcel]] = {n: [] for n in count.standing}
        self._continuing = list(count.standing)
        self._quota = 0

    @property
    def unfilled(self) -> int:
        """The number of places not yet filled."""
        return self._count.seats - len(self._count.winners)

    @property
    def _active_vote(self) -> int:
        """The total active vote, found as in 5.6.1."""
        kept = sum(min(self._votes[n], self._quota) for n in self._count.winners)
        return self._count.valid * _ONE - self._sheet.non_transferable - kept

    @property
    def _required(self) -> int:
        """The votes required by clause (b), taken up to the next hundredth that suffices."""
        return _divided_up(self._active_vote, self.unfilled + 1)

    def surpluses(self) -> dict[int, int]:
        """Return the surpluses not yet transferred, by candidate (6.18)."""
        elected = {n: self._votes[n] - self._quota for n in self._count.winners}
        return {n: surplus for n, surplus in elected.items() if surplus > 0}

    # First stage: 5.1

    def count_first_preferences(self) -> None:
        """Sort the papers, find the quota and whoever reaches it."""
        count = self._count
        papers = papers_with_first_preference(count.ranked)
        count.valid = sum(paper.count for paper in papers)
        count.invalid += count.profile.size - count.valid
        piles = sort_papers(papers, self._continuing)
        for candidate in self._continuing:
            if pile := piles.get(candidate):
                self._parcels[candidate].append(Parcel(_ONE, pile))
                self._sheet.votes[candidate] = self._parcels[candidate][0].worth
        self._quota = _divided_up(count.valid * _ONE, count.seats + 1)
        self._sheet.tell(Code.QUOTA_DIVIDED, (), self._quota, numbers=(count.valid, count.seats))
        self._sheet.note_point()
        self._deem_elected()
        if self._continuing and len(self._continuing) == self.unfilled:
            self._elect_remaining()
        self._end_stage(Kind.FIRST_PREFERENCES, ())

    # Who is elected: 5.1.7, 5.3.13, 5.4.9

    def _deem_elected(self) -> list[int]:
        """Elect and return whoever has the quota or the votes required, the highest first."""
        elected: list[int] = []
        while self.unfilled:
            level = tied_for({n: self._votes[n] for n in self._continuing}, best=True)
            votes = self._votes[level[0]]
            if votes < min(self._quota, self._required):
                break
            fits = len(level) <= self.unfilled
            chosen, equal = (level, ()) if fits else self._tell_apart(level)
            if chosen:
                self._elect(chosen, votes)
                elected += chosen
            if equal:
                self._sheet.tell(Code.EQUAL_THROUGHOUT, equal, votes)
            if not fits:
                break
        return elected

    def _elect(self, chosen: Sequence[int], votes: int) -> None:
        if votes >= self._quota:
            self._sheet.tell(Code.QUOTA_REACHED, chosen, self._quota)
        else:
            figures = self._required, self._active_vote
            self._sheet.tell(Code.REQUIRED_REACHED, chosen, *figures, numbers=(self.unfilled,))
        self._sheet.elect(chosen)
        self._continuing = [n for n in self._continuing if n not in chosen]

    def _tell_apart(self, level: Sequence[int]) -> tuple[list[int], tuple[int, ...]]:
        """Return which of too many equal candidates are elected, and who cannot be: 5.6.2."""
        chosen: list[int] = []
        rest = list(level)
        while places := self.unfilled - len(chosen):
            found = self._sheet.points.look_forward(rest, most=True)
            if len(found.candidates) > places:
                return chosen, found.candidates
            for candidate in found.candidates:
                self._count.note_tie(
                    rest, Purpose.ELECTED, candidate, Means.LOOK_FORWARD, found.stage
                )
                chosen.append(candidate)
                rest.remove(candidate)
        return chosen, ()

    def _elect_remaining(self) -> None:
        """Elect all who continue, as many as there are places: 4.3, 5.5.1."""
        remaining = sorted(self._continuing, key=lambda n: (-self._votes[n], n))
        self._sheet.tell(Code.DEEMED_ELECTED, remaining)
        self._sheet.elect(remaining)
        self._continuing = []

    # Which stage comes next: 5.2

    def number_to_exclude(self, surplus: int) -> int:
        """Return how many of the lowest are excluded together, 0 where a surplus goes first.

        5.2.5, and so 5.2.2 (a) for one, (b) for several: with the deferred surpluses they must not
        exceed the candidate next above, and enough candidates must remain.
        """
        votes = sorted(self._votes[n] for n in self._continuing)
        most = len(votes) - self.unfilled
        able = [k for k in range(1, most + 1) if sum(votes[:k]) + surplus <= votes[k]]
        return max(able, default=0)

    def lowest(self, number: int) -> list[int]:
        """Return so many candidates with the fewest votes; ties as in 5.2.5."""
        left = {n: self._votes[n] for n in self._continuing}
        chosen: list[int] = []
        while len(chosen) < number:
            tied = tied_for(left, best=False)
            if len(tied) > number - len(chosen):
                code = Code.FEWEST_OF_OTHERS if chosen else Code.FEWEST_EQUAL
                self._sheet.tell(code, tied, left[tied[0]])
                tied = [self._sheet.decide(tied, Purpose.EXCLUDED, most=False)]
            chosen += tied
            left = {n: votes for n, votes in left.items() if n not in tied}
        return chosen

    # A surplus: 5.2.3, 5.3

    def transfer_surplus(self, surpluses: Mapping[int, int]) -> None:
        """Transfer the largest surplus."""
        lowest, second = sorted(self._votes[n] for n in self._continuing)[:2]
        figures = sum(surpluses.values()), second - lowest
        self._sheet.tell(Code.SURPLUS_NOT_DEFERRED, tuple(surpluses), *figures)
        largest = tied_for(surpluses, best=True)
        if len(largest) > 1:
            self._sheet.tell(Code.SURPLUS_EQUAL, largest, surpluses[largest[0]])
            largest = [self._sheet.decide(largest, Purpose.SURPLUS, most=True)]
        self._pass_on(largest[0], surpluses[largest[0]])
        self._sheet.note_point()
        self._deem_elected()
        self._end_stage(Kind.SURPLUS, largest)

    def _pass_on(self, giver: int, surplus: int) -> None:
        """Transfer the papers that a candidate received last: 5.3.2 to 5.3.10."""
        last = self._parcels[giver][-1]
        self._sheet.tell(Code.PAPERS_EXAMINED, [giver], surplus, last.value, numbers=(last.size,))
        piles = sort_papers(last.papers, self._continuing)
        receivers = [n for n in piles if n is not None]
        transferable = Parcel(last.value, tuple(chain(*(piles[n] for n in receivers))))
        value = self._transfer_value(surplus, transferable)
        for receiver in receivers:
            parcel = Parcel(value, piles[receiver])
            self._parcels[receiver].append(parcel)
            self._sheet.move(giver, receiver, parcel.worth)
        self._sheet.move(giver, None, self._votes[giver] - self._quota)

    def _transfer_value(self, surplus: int, transferable: Parcel) -> int:
        """Return the value at which the transferable papers pass on: 5.3.7."""
        worth, size = transferable.worth, transferable.size
        if worth > surplus:
            value, left = divmod(surplus, size)
            divided = worth, surplus, value, left
            self._sheet.tell(Code.SURPLUS_DIVIDED, (), *divided, numbers=(size,))
            return value
        if size:
            kept = worth, transferable.value, surplus - worth
            self._sheet.tell(Code.VALUES_KEPT, (), *kept, numbers=(size,))
        else:
            self._sheet.tell(Code.NONE_TRANSFERABLE, (), surplus)
        return transferable.value

    # An exclusion: 5.2.5, 5.4, 5.5

    def exclude(self, excluded: Sequence[int], surpluses: Mapping[int, int]) -> None:
        """Exclude candidates and transfer their papers, unless who remains is elected: 5.5.1."""
        self._continuing = [n for n in self._continuing if n not in excluded]
        self._tell_why(excluded, surpluses)
        if len(self._continuing) == self.unfilled:
            elected = tuple(self._continuing)
            self._sheet.tell(Code.JUST_ENOUGH, excluded)
            self._elect_remaining()
            self._end_stage(Kind.ELECTION, elected, excluded)
        else:
            batches = self._transfer_batches(excluded)
            self._end_stage(Kind.EXCLUSION, excluded, excluded, batches)

    def _tell_why(self, excluded: Sequence[int], surpluses: Mapping[int, int]) -> None:
        votes, surplus = sum(self._votes[n] for n in excluded), sum(surpluses.values())
        above = min(self._votes[n] for n in self._continuing)
        alone = len(excluded) == 1
        if surpluses:
            code = Code.SURPLUS_DEFERRED if alone else Code.SURPLUS_DEFERRED_GROUP
            self._sheet.tell(code, tuple(surpluses), surplus, above - votes)
        if alone:
            if votes < above:  # else the tie has been told
                self._sheet.tell(Code.FEWEST_VOTES, excluded, votes, above)
        else:
            self._sheet.tell(Code.EXCLUDED_TOGETHER, excluded, votes, surplus, above)

    def _transfer_batches(self, excluded: Sequence[int]) -> list[SubStage]:
        """Transfer the papers by value, the highest first, until all places are filled."""
        values = {parcel.value for n in excluded for parcel in self._parcels[n]}
        batches = [
            self._transfer_batch(value, excluded)
            for value in sorted(values, reverse=True)
            if self.unfilled
        ]
        for candidate in excluded:
            if left := self._votes[candidate]:
                self._sheet.tell(Code.PAPERS_LEFT, [candidate], left)
        return batches

    def _transfer_batch(self, value: int, excluded: Sequence[int]) -> SubStage:
        """Transfer all papers of one value and see who is elected: 5.4.2 to 5.4.10."""
        received: defaultdict[int, list[Paper]] = defaultdict(list)
        papers, lost = 0, self._sheet.non_transferable
        for giver in excluded:
            held = chain(*(one.papers for one in self._parcels[giver] if one.value == value))
            for receiver, pile in sort_papers(held, self._continuing).items():
                papers += Parcel(value, pile).size
                self._sheet.move(giver, receiver, Parcel(value, pile).worth)
                if receiver is not None:
                    received[receiver] += pile
        for receiver, together in received.items():
            self._parcels[receiver].append(Parcel(value, tuple(together)))
        self._sheet.tell(Code.BATCH_TRANSFERRED, (), value, numbers=(papers,))
        if self._sheet.non_transferable > lost and not self._count.winners:
            self._lower_quota()
        self._sheet.note_point()
        return self._sheet.sub_stage(value, papers, self._deem_elected())

    def _lower_quota(self) -> None:
        """Find the quota anew without the non-transferable vote: 5.4.8."""
        former, lost = self._quota, self._sheet.non_transferable
        self._quota = _divided_up(self._count.valid * _ONE - lost, self._count.seats + 1)
        self._sheet.tell(Code.QUOTA_LOWERED, (), lost, former, self._quota)

    def _end_stage(
        self,
        kind: Kind,
        candidates: Sequence[int],
        excluded: Sequence[int] = (),
        sub_stages: Sequence[SubStage] = (),
    ) -> None:
        """End a stage. When all places are filled, whoever continues is excluded: 5.5.2."""
        if self.unfilled:
            figures = self._active_vote, self._required
            self._sheet.tell(Code.VOTES_REQUIRED, (), *figures, numbers=(self.unfilled,))
        elif self._continuing:
            self._sheet.tell(Code.FORMALLY_EXCLUDED, self._continuing)
            excluded = (*excluded, *self._continuing)
        self._sheet.end_stage(kind, candidates, self._quota, excluded, sub_stages)


def _divided_up(hundredths: int, divisor: int) -> int:
    """Return a quotient to two decimals, 0.01 more where it is not exact: 5.1.6."""
    return -(-hundredths // divisor)


RULE: Final = Rule(
    name="ers97",
    version=1,
    title="ERS97 single transferable vote",
    source=(
        "Electoral Reform Society: How to conduct an election by the Single Transferable Vote,"
        " 3rd edition, 1997, sections 5 and 6"
    ),
    explanation=(
        "Rules for a count by hand, long in use in British unions, student unions, societies and"
        " professional bodies. Voters rank candidates; whoever reaches the quota is elected, and"
        " what exceeds it passes on by the papers received last, to two decimals. Surpluses that"
        " cannot matter yet wait, candidates who cannot catch up leave together, and the votes"
        " required sink as papers run out of preferences, so the last place rarely needs a full"
        " quota. Ties go by the earliest point at which the tied differed, else by lot. Choose it"
        " where your rule book names it, or where people must be able to repeat the count on a"
        " table."
    ),
    decimals=_DECIMALS,
    takes=(Profile,),
    count=count_ers97,
)
