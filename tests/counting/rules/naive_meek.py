"""Meek's rules once more, from their texts: every single paper, decimals, no tree."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal, setcontext

from comitia.counting.profile import Profile
from tests.counting.stv_elections import preset_order, single_papers

NANO = Decimal("0.000000001")
ONE = Decimal(1)
setcontext(Context(prec=40))


def up(value: Decimal) -> Decimal:
    return value.quantize(NANO, ROUND_CEILING)


def cut(value: Decimal) -> Decimal:
    return value.quantize(NANO, ROUND_FLOOR)


@dataclass
class Event:
    """What ends with an election or the choice of whom to exclude; excluded: at its beginning."""

    excluded: set[int]
    votes: dict[int, Decimal]
    quota: Decimal
    keep: dict[int, Decimal]
    elected: set[int]


@dataclass
class Outcome:
    winners: set[int]
    events: list[Event]


def shown(events: list[Event]) -> list[Event]:
    """Leave out what has the figures of the event before and neither elects nor excludes."""
    kept = events[:1]
    for event in events[1:]:
        if event.excluded or event.elected or event.votes != kept[-1].votes:
            kept.append(event)
    return kept


def naive_prf(profile: Profile, seats: int) -> Outcome:
    papers = single_papers(profile, over_gaps=True)
    hopeful = {n for n in range(1, len(profile.candidates) + 1) if n not in profile.withdrawn}
    order = preset_order(hopeful)
    kf = dict.fromkeys(hopeful, ONE)
    elected: set[int] = set()
    omega = Decimal("0.000001")
    events: list[Event] = []
    excluded = set[int]()

    while len(elected) < seats and len(elected) + len(hopeful) > seats:  # B.1
        previous = None
        while True:
            v = dict.fromkeys(kf, Decimal(0))
            for paper in papers:  # B.2.a
                w = ONE
                for c in paper:
                    kept = up(w * kf[c])
                    v[c] += kept
                    w -= kept
                    if w == 0:
                        break
            q = cut(sum(v.values(), Decimal(0)) / (seats + 1)) + NANO  # B.2.b
            reached = {c for c in hopeful if v[c] >= q}  # B.2.c
            elected |= reached
            hopeful -= reached
            s = max(Decimal(0), sum((v[c] - q for c in elected), Decimal(0)))  # B.2.d
            done = s < omega or (previous is not None and s >= previous)
            if reached or done:  # B.2.e
                events.append(Event(excluded, v, q, dict(kf), reached))
                excluded = set()
                break
            previous = s
            for c in elected:  # B.2.f
                kf[c] = min(ONE, up(up(kf[c] * q) / v[c]))
        if not reached:  # B.3
            low = min(v[c] for c in hopeful)
            tied = {c for c in hopeful if v[c] <= low + s}
            out = next(c for c in order if c in tied)
            excluded = {out}
            hopeful.remove(out)
            kf[out] = Decimal(0)
    if len(elected) < seats:  # C
        elected |= hopeful
    return Outcome(elected, shown(events))


def naive_nz(profile: Profile, seats: int) -> Outcome:  # noqa: C901 - reads as the text does
    papers = single_papers(profile, over_gaps=False)
    standing = [n for n in range(1, len(profile.candidates) + 1) if n not in profile.withdrawn]
    numbers = naive_numbers(len(profile.candidates), seats, len(papers))
    if seats == 1:
        return naive_nz_part_2(papers, standing, numbers)
    hopeful, elected = {c for paper in papers for c in paper}, set[int]()  # 20
    if len(hopeful) <= seats:  # 21, 3
        return Outcome(hopeful, [])
    excluded = set(standing) - hopeful
    kv = {c: ONE if c in hopeful else Decimal(0) for c in standing}
    history: list[dict[int, Decimal]] = []
    events: list[Event] = []
    met: list[dict[int, Decimal]] = []

    def complete() -> bool:
        return len(elected) == seats or len(elected) + len(hopeful) == seats

    while not complete():
        again = kv in met
        met.append(dict(kv))
        v = dict.fromkeys(standing, Decimal(0))
        for paper in papers:  # 10
            left = ONE
            for c in paper:
                v[c] += up(left * kv[c])
                left = up(left * (1 - kv[c]))
        history.append(v)
        q = cut(sum(v.values(), Decimal(0)) / (seats + 1)) + NANO  # 11
        reached = {c for c in hopeful if v[c] >= q}  # 12
        elected |= reached
        hopeful -= reached
        out = None
        if len(history) > 1 and not complete():  # 13, 23
            surplus = sum((max(Decimal(0), v[c] - q) for c in elected), Decimal(0))
            lowest, *others = sorted(v[c] for c in hopeful)
            if lowest + surplus < others[0] or surplus < Decimal("0.0001") or again:
                tied = [c for c in hopeful if v[c] == lowest]
                out = to_exclude(tied, history, numbers, len(history))
        if reached or out or len(history) == 1:
            events.append(Event(excluded, v, q, dict(kv), reached))
            met.clear()
            excluded = {out} if out else set()
        for c in elected:  # 17
            kv[c] = min(ONE, up(up(kv[c] * q) / v[c]))
        if out:
            hopeful.remove(out)
            kv[out] = Decimal(0)
    if len(elected) < seats:
        elected |= hopeful
    return Outcome(elected, shown(events))


def naive_nz_part_2(papers: list[list[int]], standing: list[int], numbers: list[int]) -> Outcome:
    hopeful, out = list(standing), set[int]()
    history: list[dict[int, Decimal]] = []
    events: list[Event] = []
    while True:
        firsts = [next((c for c in paper if c in hopeful), None) for paper in papers]
        v = {c: Decimal(firsts.count(c)) for c in standing}
        history.append(v)
        active = len(papers) - firsts.count(None)
        m = Decimal(active // 2 + active % 2)  # 26
        reached = [c for c in hopeful if v[c] >= m]  # 27, 31
        if len(reached) == 2:  # 34 (b)
            reached.remove(to_exclude(reached, history, numbers, len(history)))
        winners = set(reached) if len(reached) == 1 else set()
        events.append(Event(out, v, m, {}, winners))
        if winners:
            return Outcome(winners, events)
        fewest = min(v[c] for c in hopeful)  # 28, 34 (a)
        tied = [c for c in hopeful if v[c] == fewest]
        out = {to_exclude(tied, history, numbers, len(history) + 1)}
        hopeful = [c for c in hopeful if c not in out]


def to_exclude(
    tied: list[int], history: list[dict[int, Decimal]], numbers: list[int], step: int
) -> int:
    """19, 40, 48."""
    sign = 1 if step % 2 else -1
    return min(tied, key=lambda c: ([votes[c] for votes in history], sign * numbers[c - 1]))


def naive_numbers(candidates: int, vacancies: int, papers: int) -> list[int]:
    """Clauses 41 to 47, with the remainders as the text writes them."""
    x, y, z = candidates + 5, vacancies, (papers + 1000 * (papers % 10)) % 30323
    drawn: list[int] = []
    numbers: list[int] = []
    while len(numbers) < candidates:
        x, y, z = (171 * x) % 30269, (172 * y) % 30307, (170 * z) % 30323
        drawn.append((10000 * x) // 30269 + (10000 * y) // 30307 + (10000 * z) // 30323)
        if len(drawn) > 4 and drawn[-1] not in numbers:
            numbers.append(drawn[-1])
    return numbers
