"""PrefLib's files of ordinal preferences (soc, soi, toc, toi) and of categories (cat).

An example with strict, incomplete orders; a file of categories has a line for each category's name
besides, the best first, and every line of papers lists the categories in that order:

    # FILE NAME: 00099-00000001.toi
    # TITLE: Chair of the allotments
    # DESCRIPTION:
    # DATA TYPE: toi
    # MODIFICATION TYPE: original
    # RELATES TO:
    # RELATED FILES:
    # PUBLICATION DATE: 2024-05-01
    # MODIFICATION DATE: 2024-05-01
    # NUMBER ALTERNATIVES: 3
    # NUMBER VOTERS: 9
    # NUMBER UNIQUE ORDERS: 3
    # ALTERNATIVE NAME 1: Ann
    # ALTERNATIVE NAME 2: Bob
    # ALTERNATIVE NAME 3: Cat
    4: 2,1,3
    3: 3
    2: 1,{2,3}

Read in PrefLib's own format specification (PrefLib-Data, FORMAT_SPECIFICATION.md). The numbers of
the header are compared with what follows, and an order that stands twice is refused, as the
specification wants. The format knows neither seats nor parties nor withdrawn candidates, and a line
without any alternative is a blank paper. Other data types (wmd, dat) hold no papers.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from comitia.counting.formats.reading import (
    check_candidates,
    check_count,
    check_ranked,
    check_table,
    check_writable,
    decode_text,
    excerpt,
    lines_of,
    parse_number,
)
from comitia.counting.profile import (
    Candidate,
    GradedPaper,
    GradedProfile,
    Paper,
    Profile,
    Rank,
    Ranking,
)
from comitia.errors import MalformedRecord

_Line: TypeAlias = tuple[str, str]

_CATEGORIES: Final = "cat"
_ORDERS: Final = ("soc", "soi", "toc", "toi")
_STRICT: Final = frozenset({"soc", "soi"})
_COMPLETE: Final = frozenset({"soc", "toc"})

# Possessive, so that no text is tried a second time in another way.
_GROUP = r"(?:[0-9]++|\{ *+(?:[0-9]++(?: *+, *+[0-9]++)*+ *+)?+\})"
_PAPERS = re.compile(rf"([0-9]++) *+:( *+(?:{_GROUP}(?: *+, *+{_GROUP})*+)?+)")
_EACH_GROUP = re.compile(_GROUP)


@dataclass(frozen=True)
class _Header:
    """What the lines that begin with # say, and where each says it."""

    values: Mapping[str, _Line]
    where: str

    def text(self, key: str) -> str:
        if key not in self.values:
            raise MalformedRecord(self.where, f"the header has no line '# {key}:'")
        return self.values[key][0]

    def number(self, key: str) -> int:
        value = self.text(key)
        return parse_number(value, self.values[key][1], f"a number for {key}")

    def named(self, kind: str, number: int) -> tuple[str, ...]:
        """Return the names of so many alternatives or categories; it must hold just those."""
        if (zero := f"{kind} NAME 0") in self.values:
            # As pref_voting writes them; papers are then numbered so too.
            problem = f"PrefLib numbers from 1, and here is a line '# {zero}:'"
            raise MalformedRecord(self.values[zero][1], problem)
        # The header can claim any number; the first name that is missing ends this.
        names = tuple(self.text(f"{kind} NAME {n}") for n in range(1, number + 1))
        held = sum(key.startswith(f"{kind} NAME ") for key in self.values)
        if held != number:
            problem = f"the header has {held} lines '# {kind} NAME', not {number}"
            raise MalformedRecord(self.where, problem)
        return names

    def check(self, key: str, found: int) -> None:
        if (said := self.number(key)) != found:
            problem = f"the header says {key}: {said}, but the lines below come to {found}"
            raise MalformedRecord(self.values[key][1], problem)


def parse_preflib(text: str | bytes, where: str) -> Profile | GradedProfile:
    """Read the papers of a PrefLib file: orders as a profile, categories as grades.

    where: the file's name for messages.

    Raises MalformedRecord, with the line, for whatever departs from the format.
    """
    header, lines = _split(decode_text(text, where), where)
    kind = header.text("DATA TYPE")
    alternatives = header.number("NUMBER ALTERNATIVES")
    check_candidates(alternatives, header.values["NUMBER ALTERNATIVES"][1])
    names = header.named("ALTERNATIVE", alternatives)
    if not names:
        raise MalformedRecord(where, "the file has no alternatives")
    candidates = tuple(map(Candidate, names))
    title = header.values.get("TITLE", ("", ""))[0]
    if kind == _CATEGORIES:
        scale = header.named("CATEGORY", header.number("NUMBER CATEGORIES"))
        graded = _parse_categories(header, lines, scale, len(candidates))
        return GradedProfile(title, 0, candidates, graded, scale)
    if kind not in _ORDERS:
        known = ", ".join((*_ORDERS, _CATEGORIES))
        problem = f"the data type {excerpt(kind)} is none of those that hold papers: {known}"
        raise MalformedRecord(header.values["DATA TYPE"][1], problem)
    return Profile(title, 0, candidates, _parse_orders(header, lines, kind, len(candidates)))


def _split(text: str, where: str) -> tuple[_Header, list[_Line]]:
    """Return the header and the lines after it."""
    values: dict[str, _Line] = {}
    papers: list[_Line] = []
    for line, place in lines_of(text, where):
        if not line.startswith("#"):
            papers.append((line, place))
            continue
        if papers:
            raise MalformedRecord(place, "a line of the header stands after papers")
        key, colon, value = line.removeprefix("#").partition(":")
        key = key.strip()
        said = values.setdefault(key, (value.strip(), place)) if colon else ("", place)
        # Other comments may repeat themselves.
        if said[1] != place and key.isupper():
            raise MalformedRecord(place, f"the header says {excerpt(key)} twice")
    return _Header(values, where), papers


class _Groups:
    """Reads lines of papers; what is written alike is one value, which spares most memory."""

    def __init__(self, candidates: int) -> None:
        self.candidates = candidates
        self.voters = 0
        self._known: dict[str, Rank] = {}
        self._met: set[Ranking] = set()

    def parse(self, line: str, where: str) -> tuple[int, Ranking]:
        """Return how many papers a line stands for, and its groups of alternatives."""
        found = _PAPERS.fullmatch(line)
        if found is None:
            problem = f"expected papers, such as '4: 2,{{1,3}}', found {excerpt(line)}"
            raise MalformedRecord(where, problem)
        count = parse_number(found[1], where, "the number of papers")
        check_count(count, where)
        groups = tuple(self._group(text, where) for text in _EACH_GROUP.findall(found[2]))
        check_ranked([number for group in groups for number in group], self.candidates, where)
        self._refuse_second(groups, where)
        self.voters += count
        return count, groups

    def _group(self, text: str, where: str) -> Rank:
        group = self._known.get(text)
        if group is None:
            numerals = text.strip("{}").split(",")
            meaning = "an alternative's number"
            group = tuple(parse_number(n.strip(), where, meaning) for n in numerals if n.strip())
            self._known[text] = group
        return group

    def _refuse_second(self, groups: Ranking, where: str) -> None:
        order = tuple(map(_in_order, groups))
        if order in self._met:
            raise MalformedRecord(where, "these preferences stand in the file already")
        self._met.add(order)


def _in_order(group: Rank) -> Rank:
    return group if len(group) < 2 else tuple(sorted(group))  # noqa: PLR2004 - one has no order


def _parse_orders(
    header: _Header, lines: Iterable[_Line], kind: str, candidates: int
) -> tuple[Paper, ...]:
    groups = _Groups(candidates)
    papers = []
    for line, place in lines:
        count, ranking = groups.parse(line, place)
        _check_kind(ranking, kind, candidates, place)
        papers.append(Paper(count, ranking))
    header.check("NUMBER VOTERS", groups.voters)
    header.check("NUMBER UNIQUE ORDERS", len(papers))
    return tuple(papers)


def _check_kind(ranking: Ranking, kind: str, candidates: int, where: str) -> None:
    if not all(ranking):
        raise MalformedRecord(where, "an empty place {} stands in files of categories only")
    if kind in _STRICT and any(len(rank) > 1 for rank in ranking):
        raise MalformedRecord(where, f"alternatives are tied, but the data type is {kind}")
    if kind in _COMPLETE and sum(map(len, ranking)) != candidates:
        raise MalformedRecord(where, f"alternatives are missing, but the data type is {kind}")


def _parse_categories(
    header: _Header, lines: Sequence[_Line], scale: Sequence[str], candidates: int
) -> tuple[GradedPaper, ...]:
    check_table(candidates, len(lines), header.where)
    groups = _Groups(candidates)
    papers = []
    for line, place in lines:
        count, categories = groups.parse(line, place)
        if len(categories) != len(scale):
            problem = f"there are {len(scale)} categories, and {len(categories)} on this line"
            raise MalformedRecord(place, problem)
        papers.append(GradedPaper(count, _grades(categories, candidates)))
    header.check("NUMBER VOTERS", groups.voters)
    header.check("NUMBER UNIQUE PREFERENCES", len(papers))
    return tuple(papers)


def _grades(categories: Ranking, candidates: int) -> tuple[int | None, ...]:
    grades: list[int | None] = [None] * candidates
    for grade, category in enumerate(categories):
        for number in category:
            grades[number - 1] = grade
    return tuple(grades)


def write_preflib(profile: Profile | GradedProfile, *, name: str = "", date: str = "") -> str:
    """Return the papers of an election as a PrefLib file, of the narrowest type that holds them.

    Seats, parties and rejected papers have no place in it and are left out; equal names get their
    numbers, since the format forbids them. name: of the file. date: of its publication.

    Raises MalformedRecord where candidates have withdrawn, a place was skipped, or points have no
    names: the format cannot say so.
    """
    if profile.withdrawn:
        raise MalformedRecord("withdrawn", "a PrefLib file cannot say that candidates withdrew")
    kind, lines = _orders(profile) if isinstance(profile, Profile) else _categories(profile)
    scale = () if isinstance(profile, Profile) else profile.scale
    names = profile.display_names()
    check_writable([name, date, profile.title, *names, *scale])
    header = {
        "FILE NAME": name,
        "TITLE": profile.title,
        "DESCRIPTION": "",
        "DATA TYPE": kind,
        "MODIFICATION TYPE": "original",
        "RELATES TO": "",
        "RELATED FILES": "",
        "PUBLICATION DATE": date,
        "MODIFICATION DATE": date,
        "NUMBER ALTERNATIVES": len(names),
        "NUMBER VOTERS": profile.size,
        f"NUMBER UNIQUE {'PREFERENCES' if scale else 'ORDERS'}": len(lines),
        **({"NUMBER CATEGORIES": len(scale)} if scale else {}),
        **{f"CATEGORY NAME {n}": category for n, category in enumerate(scale, 1)},
        **{f"ALTERNATIVE NAME {n}": one for n, one in enumerate(names, 1)},
    }
    said = [f"# {key}: {value}".rstrip() for key, value in header.items()]
    written = [f"{count}: {groups}".rstrip() for groups, count in lines.items()]
    return "\n".join([*said, *written, ""])


def _orders(profile: Profile) -> tuple[str, Mapping[str, int]]:
    """Return the data type, and how many papers say each thing, as the file says it."""
    papers: Counter[Ranking] = Counter()
    for paper in profile.papers:
        if not all(paper.ranking):
            raise MalformedRecord("papers", "a PrefLib file cannot hold a place that was skipped")
        papers[paper.ranking] += paper.count
    strict = all(len(rank) == 1 for ranking in papers for rank in ranking)
    everyone = len(profile.candidates)
    complete = all(sum(map(len, ranking)) == everyone for ranking in papers)
    kind = f"{'s' if strict else 't'}o{'c' if complete else 'i'}"
    return kind, _merged(papers.items())


def _categories(profile: GradedProfile) -> tuple[str, Mapping[str, int]]:
    if not profile.scale:
        raise MalformedRecord("grades", "a PrefLib file names its categories; points have no names")
    papers: Counter[Ranking] = Counter()
    for paper in profile.papers:
        groups: list[list[int]] = [[] for _ in profile.scale]
        for number, grade in enumerate(paper.grades, 1):
            if grade is not None:
                groups[grade].append(number)
        papers[tuple(map(tuple, groups))] += paper.count
    return _CATEGORIES, _merged(papers.items())


def _merged(papers: Iterable[tuple[Ranking, int]]) -> Mapping[str, int]:
    """Add up papers that tie the same candidates in another order; the first one's order stays."""
    first: dict[Ranking, Ranking] = {}
    counts: Counter[str] = Counter()
    for ranking, count in papers:
        kept = first.setdefault(tuple(map(_in_order, ranking)), ranking)
        counts[",".join(map(_write_group, kept))] += count
    return counts


def _write_group(group: Collection[int]) -> str:
    numbers = ",".join(map(str, group))
    return numbers if len(group) == 1 else f"{{{numbers}}}"
