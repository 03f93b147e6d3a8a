r"""ABIF, the Aggregated Ballot Information Format of electorama.

An example with rankings, and below it the same candidates with scores:

    {title: "Cake of the year"}
    =Apple:[Apple crumble]
    =Bundt:[Bundt cake]
    =Chess:[Chess pie]
    27: Apple > Bundt = Chess   # 27 papers: Apple first, the others equal
    12: Chess
    3:                          # three blank papers

    {max_rating: 5}
    =Apple:[Apple crumble]
    =Bundt:[Bundt cake]
    =Chess:[Chess pie]
    27: Apple/5, Bundt/2, Chess/0
    12: Chess/4 > Apple/1

A line of papers holds their number, a colon, and candidates in order of preference, ``>`` before
the less preferred, ``=`` between equals; or candidates with scores, more being better, between
commas or between ``>`` and ``=``, which must not contradict the scores and are then dropped. A
candidate without score between commas is not scored. Scores anywhere make all papers scored ones.

A candidate is a token (a letter, then letters, digits, ``_`` and ``-``), or any text in double
quotes or square brackets. Lines ``=Token:[Name]`` before the papers give them names and their
order; then a bare token must be among them, since a misspelt one would be a candidate of its own.
Comments begin with ``#`` outside quotes and brackets. Of lines ``{key: value}`` the keys ``title``,
``max_rating``, ``min_rating`` (0 if it is there) and ``ballot_type`` ("rated" for scored papers)
matter, others are passed over.

Read in ABIF's grammar (abif-v0.31.ebnf), its test files and abiftool's notes on metadata. Not read:
papers in commas without scores, which grammar and tools leave without a meaning; JSON after papers
or over several lines; ``*`` before or behind a candidate; candidates whose names follow without
``=``. The format knows neither seats nor parties, withdrawn candidates nor skipped places.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

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
    AnyProfile,
    Candidate,
    GradedPaper,
    GradedProfile,
    Paper,
    Profile,
    Ranking,
    TalliedProfile,
)
from comitia.errors import MalformedRecord

# Possessive, so that no text is tried a second time in another way.
_QUOTED = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_TOKEN = rf"(?:\[[^\]]*+\]|{_QUOTED}|[A-Za-z][A-Za-z0-9_-]*+)"
_COMMENT = r"(?:#.*+)?+"
_VERSION = re.compile(rf"ABIF(?:[ \t]++[0-9.]++)?+[ \t]*+{_COMMENT}")
_METADATA = re.compile(
    rf"\{{[ \t]*+({_QUOTED}|[A-Za-z_][A-Za-z0-9_]*+)[ \t]*+:[ \t]*+({_QUOTED}|[A-Za-z0-9_.+-]++)"
    rf"[ \t]*+\}}[ \t]*+{_COMMENT}"
)
_NAMED = re.compile(rf"=[ \t]*+({_TOKEN})[ \t]*+:[ \t]*+({_TOKEN})[ \t]*+{_COMMENT}")
_PAPERS = re.compile(r"([0-9]++)[ \t]*+:")
_ITEM = re.compile(rf"[ \t]*+({_TOKEN})[ \t]*+(?:/[ \t]*+([0-9]++)[ \t]*+)?+(?:([>=,])|#.*+|\Z)")
_NOTHING = re.compile(rf"[ \t]*+{_COMMENT}")
_ESCAPE = re.compile(r"\\(.)")

_RATED: Final = "rated"
_KEYS: Final = frozenset({"title", "max_rating", "min_rating", "ballot_type"})


class _Item(NamedTuple):
    """A candidate on a paper. separator: what follows, empty after the last one."""

    number: int
    score: int | None
    separator: str


@dataclass(frozen=True, slots=True)
class _Vote:
    """A line of papers, before it is known whether the file's papers are scored."""

    count: int
    items: tuple[_Item, ...]
    where: str

    @property
    def scored(self) -> bool:
        return any(item.score is not None for item in self.items)


@dataclass
class _Reader:
    """What the lines so far have said.

    numbers: of the candidates by token. names: in their order. items, papers: one value for all
    that are alike or written alike, which spares most of the memory and the time.
    """

    numbers: dict[str, int] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    metadata: dict[str, tuple[str, str]] = field(default_factory=dict)
    votes: list[_Vote] = field(default_factory=list)
    items: dict[_Item, _Item] = field(default_factory=dict)
    papers: dict[str, tuple[_Item, ...]] = field(default_factory=dict)
    defined: bool = False

    def add(self, token: str, name: str, where: str) -> int:
        self.names.append(name)
        check_candidates(len(self.names), where)
        return self.numbers.setdefault(token, len(self.names))


def parse_abif(text: str | bytes, where: str) -> Profile | GradedProfile:
    """Read papers from an ABIF file: rankings as a profile, scores as points.

    where: the file's name for messages.

    Raises MalformedRecord, with the line, for whatever the module's opening does not list.
    """
    reader = _Reader()
    for line, place in lines_of(decode_text(text, where), where):
        _parse_line(reader, line, place)
    if not reader.names:
        raise MalformedRecord(where, "no line of this file names a candidate")
    title, _ = reader.metadata.get("title", ("", where))
    candidates = tuple(map(Candidate, reader.names))
    if not _is_rated(reader):
        return Profile(title, 0, candidates, tuple(map(_ranked_paper, reader.votes)))
    most = _parse_most(reader)
    check_table(len(candidates), len(reader.votes), where)
    papers = tuple(_scored_paper(vote, len(candidates), most) for vote in reader.votes)
    return GradedProfile(title, 0, candidates, papers, most=most)


def _parse_line(reader: _Reader, line: str, where: str) -> None:
    if line.startswith("#"):
        return
    if line.startswith("{"):
        _parse_metadata(reader, line, where)
    elif line.startswith("="):
        _parse_named(reader, line, where)
    elif start := _PAPERS.match(line):
        _parse_vote(reader, start, where)
    elif reader.names or reader.votes or not _VERSION.fullmatch(line):
        problem = "expected papers ('27: A>B'), a candidate ('=A:[Ann]') or '{key: value}'"
        raise MalformedRecord(where, f"{problem}, found {excerpt(line)}")


def _parse_metadata(reader: _Reader, line: str, where: str) -> None:
    pair = _METADATA.fullmatch(line)
    if pair is None:
        problem = "expected one key and one value in curly brackets"
        raise MalformedRecord(where, f"{problem}, found {excerpt(line)}")
    key = pair[1].strip('"')
    if key not in _KEYS:
        return
    if key in reader.metadata:
        raise MalformedRecord(where, f"the file says {excerpt(key)} twice")
    reader.metadata[key] = _unquote(pair[2], where), where


def _parse_named(reader: _Reader, line: str, where: str) -> None:
    named = _NAMED.fullmatch(line)
    if named is None:
        raise MalformedRecord(where, f"expected '=Token:[Name]', found {excerpt(line)}")
    if reader.votes:
        raise MalformedRecord(where, "candidates must be named before the papers")
    token = _unquote(named[1], where)
    if token in reader.numbers:
        raise MalformedRecord(where, f"the candidate {excerpt(token)} is named twice")
    reader.defined = True
    reader.add(token, _unquote(named[2], where), where)


def _parse_vote(reader: _Reader, start: re.Match[str], where: str) -> None:
    count = parse_number(start[1], where, "the number of papers")
    check_count(count, where)
    written = start.string[start.end() :]
    items = reader.papers.get(written)
    if items is None:
        items = tuple(_parse_items(reader, start.string, start.end(), where))
        check_ranked([item.number for item in items], len(reader.names), where)
        _check_separators(_Vote(count, items, where))
        reader.papers[written] = items
    reader.votes.append(_Vote(count, items, where))


def _parse_items(reader: _Reader, line: str, position: int, where: str) -> Iterator[_Item]:
    if _NOTHING.fullmatch(line, position):
        return
    separator: str | None = ""
    while separator is not None:
        found = _ITEM.match(line, position)
        if found is None:
            rest = excerpt(line[position:].strip())
            raise MalformedRecord(where, f"expected a candidate and > = or , behind, found {rest}")
        score = None if found[2] is None else parse_number(found[2], where, "a score")
        separator, position = found[3], found.end()
        item = _Item(_parse_candidate(reader, found[1], where), score, separator or "")
        yield reader.items.setdefault(item, item)


def _parse_candidate(reader: _Reader, written: str, where: str) -> int:
    token = _unquote(written, where)
    number = reader.numbers.get(token)
    if number is not None:
        return number
    if reader.defined and written == token:
        raise MalformedRecord(where, f"no line '=Token:[Name]' names {excerpt(token)}")
    return reader.add(token, token, where)


def _check_separators(vote: _Vote) -> None:
    """Check that a paper says one thing: a ranking, or scores, or both alike."""
    separators = {item.separator for item in vote.items[:-1]}
    if separators <= {","}:
        if separators and not vote.scored:
            problem = "commas stand between scored candidates; write > or = between ranked ones"
            raise MalformedRecord(vote.where, problem)
    elif "," in separators:
        raise MalformedRecord(vote.where, "commas and > or = stand on one paper")
    elif vote.scored:
        for item, following in zip(vote.items, vote.items[1:], strict=False):
            _check_step(item, following, vote.where)


def _check_step(item: _Item, following: _Item, where: str) -> None:
    if item.score is None or following.score is None:
        raise MalformedRecord(where, "some ranked candidates have scores and others have none")
    rises, differs = item.score < following.score, item.score != following.score
    if rises if item.separator == ">" else differs:
        found = f"{item.score} {item.separator} {following.score}"
        raise MalformedRecord(where, f"the scores contradict the ranking: {found}")


def _is_rated(reader: _Reader) -> bool:
    kind, where = reader.metadata.get("ballot_type", ("", ""))
    scored = next((vote for vote in reader.votes if vote.scored), None)
    if scored and kind == "ranked":
        raise MalformedRecord(where, "the papers are said to be ranked, but there are scores")
    return scored is not None or kind == _RATED


def _parse_most(reader: _Reader) -> int:
    """Return the highest score allowed: what the file says, else the highest on any paper."""
    least, where = reader.metadata.get("min_rating", ("0", ""))
    if parse_number(least, where, "a number for min_rating") != 0:
        raise MalformedRecord(where, f"the lowest score must be 0, found {excerpt(least)}")
    if "max_rating" in reader.metadata:
        most, where = reader.metadata["max_rating"]
        return parse_number(most, where, "a number for max_rating")
    return max((item.score or 0 for vote in reader.votes for item in vote.items), default=0)


def _ranked_paper(vote: _Vote) -> Paper:
    places: list[list[int]] = [[]]
    for item in vote.items:
        places[-1].append(item.number)
        if item.separator == ">":
            places.append([])
    return Paper(vote.count, tuple(map(tuple, places)) if vote.items else ())


def _scored_paper(vote: _Vote, candidates: int, most: int) -> GradedPaper:
    if vote.items and not vote.scored:
        raise MalformedRecord(vote.where, "this paper has no scores, but others have")
    grades: list[int | None] = [None] * candidates
    for item in vote.items:
        if item.score is not None and item.score > most:
            problem = f"the score {item.score} is above max_rating, {most}"
            raise MalformedRecord(vote.where, problem)
        grades[item.number - 1] = item.score
    return GradedPaper(vote.count, tuple(grades))


def _unquote(written: str, where: str) -> str:
    """Return a token's or value's text, without quotes or brackets and white space around."""
    if written.startswith("["):
        return written[1:-1].strip()
    if not written.startswith('"'):
        return written
    if any(escaped not in {'"', "\\"} for escaped in _ESCAPE.findall(written)):
        problem = "a backslash must stand before a quote or a backslash"
        raise MalformedRecord(where, f"{problem}, found {excerpt(written)}")
    return _ESCAPE.sub(r"\1", written[1:-1]).strip()


def write_abif(profile: AnyProfile) -> str:
    """Return the papers of an election as an ABIF file.

    Seats, parties and rejected papers have no place in it and are left out.

    Raises MalformedRecord where the format cannot say what the profile holds: withdrawn
    candidates, skipped places, grades with names, totals without papers.
    """
    if isinstance(profile, TalliedProfile):
        raise MalformedRecord("papers", "an ABIF file holds papers, and here are totals only")
    if profile.withdrawn:
        raise MalformedRecord("withdrawn", "an ABIF file cannot say that candidates withdrew")
    names = [candidate.name for candidate in profile.candidates]
    check_writable([profile.title, *names])
    metadata: dict[str, str | int] = {"title": _quote(profile.title)} if profile.title else {}
    if isinstance(profile, GradedProfile):
        metadata |= {"ballot_type": _quote(_RATED), "max_rating": profile.most}
        papers = [_write_scores(paper, profile.scale) for paper in profile.papers]
    else:
        papers = [f"{paper.count}: {_write_ranking(paper.ranking)}" for paper in profile.papers]
    lines = [f"{{{key}: {value}}}" for key, value in metadata.items()]
    lines += [f"=c{number}:{_write_name(name)}" for number, name in enumerate(names, 1)]
    return "\n".join([*lines, *(line.rstrip() for line in papers), ""])


def _write_ranking(ranking: Ranking) -> str:
    if not all(ranking):
        raise MalformedRecord("papers", "an ABIF file cannot hold a place that was skipped")
    return ">".join("=".join(f"c{number}" for number in rank) for rank in ranking)


def _write_scores(paper: GradedPaper, scale: Sequence[str]) -> str:
    if scale:
        raise MalformedRecord("grades", "an ABIF file holds points; grades with names have none")
    scores: Mapping[int, int | None] = dict(enumerate(paper.grades, 1))
    written = (f"c{number}/{score}" for number, score in scores.items() if score is not None)
    return f"{paper.count}: {','.join(written)}"


def _write_name(name: str) -> str:
    """Brackets are what most programs read; only quotes can hold a bracket, or nothing."""
    return f"[{name}]" if name and not set("[]") & set(name) else _quote(name)


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
