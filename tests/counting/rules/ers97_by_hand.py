"""ERS97 a second time, as a hall of people would do it: one object a paper, decimals, no pooling.

Written from the text, paragraph by paragraph, to compare with; it shares nothing with the rule but
the readings that the rule's docstring states. Slow on purpose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import ROUND_DOWN, Decimal
from typing import NamedTuple

from comitia.counting.profile import Profile

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


class Slip:
    """One voting paper with the value marked on it (5.3.12)."""

    def __init__(self, places: list[list[int]]) -> None:
        self.places = places
        self.value = Decimal("1.00")

    def next_available(self, continuing: Iterable[int]) -> int | None:
        """6.10: the next place with a continuing candidate, unless that is uncertain."""
        for place in self.places:
            if set(place) & set(continuing):
                return place[0] if len(place) == 1 else None
        return None


class Row(NamedTuple):
    """One stage on the result sheet."""

    votes: list[Decimal]
    non_transferable: Decimal
    quota: Decimal
    elected: list[int]
    excluded: set[int]
    batches: list[tuple[Decimal, int, list[Decimal]]]


class ReturningOfficer:
    """Counts one election. draw: the lot, given the candidates between whom it is."""

    def __init__(self, profile: Profile, seats: int, draw: Callable[[list[int]], int]) -> None:
        self.places = seats
        self.draw = draw
        self.everybody = list(range(1, len(profile.candidates) + 1))
        self.continuing = [n for n in self.everybody if n not in profile.withdrawn]
        self.bundles: dict[int, list[list[Slip]]] = {n: [] for n in self.everybody}
        self.vote = dict.fromkeys(self.everybody, ZERO)
        self.lost = ZERO
        self.elected: list[int] = []
        self.points: list[dict[int, Decimal]] = []
        self.rows: list[Row] = []
        self.valid = 0
        self.first_stage(profile)

    def first_stage(self, profile: Profile) -> None:
        first: dict[int, list[Slip]] = {n: [] for n in self.everybody}
        for paper in profile.papers:
            places = [[n for n in place if n not in profile.withdrawn] for place in paper.ranking]
            while places and not places[0] and paper.ranking[len(paper.ranking) - len(places)]:
                places.pop(0)  # only withdrawn candidates stood there
            if places and len(places[0]) == 1:
                first[places[0][0]] += [Slip(places) for _ in range(paper.count)]
        for candidate, bundle in first.items():
            self.valid += len(bundle)
            self.vote[candidate] = Decimal(len(bundle)) + ZERO
            if bundle:
                self.bundles[candidate].append(bundle)
        self.quota = self.calculate_quota()
        self.points.append(dict(self.vote))
        new = self.deem_elected()
        if len(self.continuing) + len(self.elected) == self.places:
            new += self.elect_all_that_continue()
        self.write_row(new, set(), [])

    def calculate_quota(self) -> Decimal:
        """5.1.6; the non-transferable vote is left out as 5.4.8 asks."""
        whole = Decimal(self.valid) - self.lost
        quotient = (whole / (self.places + 1)).quantize(CENT, ROUND_DOWN)
        return quotient if quotient * (self.places + 1) == whole else quotient + CENT

    def count(self) -> list[Row]:
        """5.2: stage by stage."""
        while len(self.elected) < self.places:
            surpluses = {n: self.vote[n] - self.quota for n in self.elected}
            surpluses = {n: surplus for n, surplus in surpluses.items() if surplus > 0}
            if surpluses and not self.may_defer(sum(surpluses.values(), ZERO)):
                self.transfer_surplus(surpluses)
            else:
                self.exclude(sum(surpluses.values(), ZERO))
        return self.rows

    def excludable(self, surplus: Decimal) -> list[int]:
        """5.2.5: every number of the lowest who could be excluded together."""
        order = sorted(self.vote[n] for n in self.continuing)
        return [
            number
            for number in range(1, len(order))
            if len(order) - number + len(self.elected) >= self.places
            and sum(order[:number], ZERO) + surplus <= order[number]
        ]

    def may_defer(self, surplus: Decimal) -> bool:
        """5.2.2."""
        order = sorted(self.vote[n] for n in self.continuing)
        by_a = surplus <= order[1] - order[0]
        by_b = any(number >= 2 for number in self.excludable(surplus))
        return by_a or by_b

    def history(self, candidate: int) -> list[Decimal]:
        return [point[candidate] for point in self.points]

    def first_or_lot(self, tied: list[int], *, least: bool) -> int:
        wanted = (min if least else max)(self.history(n) for n in tied)
        same = [n for n in tied if self.history(n) == wanted]
        return same[0] if len(same) == 1 else self.draw(same)

    def active_vote(self) -> Decimal:
        """6.20, by what is there: continuing candidates, surpluses, papers being transferred."""
        surpluses = sum((max(ZERO, self.vote[n] - self.quota) for n in self.elected), ZERO)
        others = [n for n in self.everybody if n not in self.elected]
        return surpluses + sum((self.vote[n] for n in others), ZERO)

    def deem_elected(self) -> list[int]:
        """5.1.7, 5.3.13, 5.4.9 with 5.6.2."""
        new: list[int] = []
        while len(self.elected) < self.places:
            best = max(self.continuing, key=lambda n: (self.vote[n], -n))
            left = self.places - len(self.elected)
            enough = self.vote[best] * (left + 1) >= self.active_vote()
            if self.vote[best] < self.quota and not enough:
                return new
            equal = [n for n in self.continuing if self.vote[n] == self.vote[best]]
            if len(equal) > left:
                ranked = sorted(equal, key=self.history, reverse=True)
                if self.history(ranked[left - 1]) == self.history(ranked[left]):
                    ranked = [n for n in ranked if self.history(n) > self.history(ranked[left])]
                new += [self.elect(n) for n in ranked[:left]]
                return new
            new += [self.elect(n) for n in equal]
        return new

    def elect(self, candidate: int) -> int:
        self.continuing.remove(candidate)
        self.elected.append(candidate)
        return candidate

    def elect_all_that_continue(self) -> list[int]:
        return [self.elect(n) for n in sorted(self.continuing, key=lambda n: (-self.vote[n], n))]

    def transfer_surplus(self, surpluses: dict[int, Decimal]) -> None:
        """5.2.3, 5.3."""
        most = max(surpluses.values())
        largest = [n for n in sorted(surpluses) if surpluses[n] == most]
        giver = largest[0] if len(largest) == 1 else self.first_or_lot(largest, least=False)
        last = self.bundles[giver][-1]
        transferable = [slip for slip in last if slip.next_available(self.continuing)]
        total = sum((slip.value for slip in transferable), ZERO)
        if total > most:
            value = (most / len(transferable)).quantize(CENT, ROUND_DOWN)
            for slip in transferable:
                slip.value = value
        self.hand_out(transferable)
        self.lost += most - sum((slip.value for slip in transferable), ZERO)
        self.vote[giver] = self.quota
        self.points.append(dict(self.vote))
        self.write_row(self.deem_elected(), set(), [])

    def hand_out(self, slips: list[Slip]) -> None:
        receivers = [slip.next_available(self.continuing) for slip in slips]
        for candidate in self.continuing:
            pairs = zip(slips, receivers, strict=True)
            bundle = [slip for slip, receiver in pairs if receiver == candidate]
            if bundle:
                self.bundles[candidate].append(bundle)
                self.vote[candidate] += sum((slip.value for slip in bundle), ZERO)

    def choose(self, number: int) -> list[int]:
        chosen: list[int] = []
        while len(chosen) < number:
            rest = [n for n in self.continuing if n not in chosen]
            lowest = [n for n in rest if self.vote[n] == min(self.vote[m] for m in rest)]
            if len(chosen) + len(lowest) <= number:
                chosen += lowest
            else:
                chosen.append(self.first_or_lot(lowest, least=True))
        return chosen

    def exclude(self, surplus: Decimal) -> None:
        """5.2.5, 5.4, 5.5.1."""
        out = self.choose(max(self.excludable(surplus)))
        self.continuing = [n for n in self.continuing if n not in out]
        if len(self.continuing) + len(self.elected) == self.places:
            self.write_row(self.elect_all_that_continue(), set(out), [])
            return
        new: list[int] = []
        batches = []
        held = [(slip, n) for n in out for bundle in self.bundles[n] for slip in bundle]
        for value in sorted({slip.value for slip, _ in held}, reverse=True):
            if len(self.elected) == self.places:
                break
            batch = [(slip, giver) for slip, giver in held if slip.value == value]
            stuck = [slip for slip, _ in batch if slip.next_available(self.continuing) is None]
            for _, giver in batch:
                self.vote[giver] -= value
            self.hand_out([slip for slip, _ in batch])
            self.lost += value * len(stuck)
            if stuck and not self.elected:
                self.quota = self.calculate_quota()
            self.points.append(dict(self.vote))
            new += self.deem_elected()
            batches.append((value, len(batch), [self.vote[n] for n in self.everybody]))
        self.write_row(new, set(out), batches)

    def write_row(
        self,
        elected: list[int],
        excluded: set[int],
        batches: list[tuple[Decimal, int, list[Decimal]]],
    ) -> None:
        """5.3.11, 5.4.15: the row must add up. 5.5.2: in the end, the others are excluded."""
        votes = [self.vote[n] for n in self.everybody]
        assert sum(votes, self.lost) == self.valid
        if len(self.elected) == self.places:
            excluded = excluded | set(self.continuing)
        self.rows.append(Row(votes, self.lost, self.quota, elected, excluded, batches))
