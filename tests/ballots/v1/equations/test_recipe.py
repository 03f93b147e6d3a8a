"""Recipes: traced from the equations, and refused where something cannot be traced."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import replace

import pytest

from comitia.ballots.v1.equations import NotTraceable, compile_recipe
from comitia.ballots.v1.equations.recipe_tables import Tables
from comitia.ballots.v1.equations.symbols import SymbolicNumber, SymbolicPoint, Trace
from comitia.ballots.v1.model import Election, ListsQuestion, Question, RankedQuestion
from comitia.curve import ED25519
from comitia.curve.ed25519 import EdwardsPoint
from comitia.curve.recipes import Kitchen, Recipe
from comitia.curve.vartime import compiled_layers, library
from tests.elections import BOARD, CHOOSE, GRADE, LISTS, RANK, YES_NO, make_election

LAYERS = [layer for layer in compiled_layers() if layer.runs_here]


def election_of(*questions: Question) -> Election:
    return replace(make_election().election, questions=questions)


@pytest.fixture
def trace() -> Trace:
    return Trace(election_of(YES_NO))


def scalars_of(recipe: Recipe) -> set[int]:
    """Return the scalar slots that some commitment or challenge depends on."""
    of_ladders = {n for row in _rows(recipe.ladders, 4) for n in row[1:3]}
    of_sums = {n for row in _rows(recipe.combinations, 5) for n in row[3:]}
    of_challenges = {
        recipe.pool[place]
        for _, _, first, number in _rows(recipe.challenges, 4)
        for place in range(first, first + number)
    }
    return of_ladders | of_sums | of_challenges


def _rows(table: array[int], width: int) -> list[list[int]]:
    return [list(table[first : first + width]) for first in range(0, len(table), width)]


@pytest.mark.parametrize(
    "questions",
    [(YES_NO,), (CHOOSE,), (BOARD,), (LISTS, YES_NO), (RANK,), (CHOOSE, GRADE, LISTS)],
    ids=["bits", "blank", "empty list", "lists", "ranked", "mixed"],
)
def test_every_scalar_and_every_element_of_a_ballot_matters(
    questions: tuple[Question, ...],
) -> None:
    """What no equation asks for could be changed without anybody noticing."""
    recipe = compile_recipe(election_of(*questions))
    assert set(range(recipe.scalars)) <= scalars_of(recipe)
    assert {row[0] for row in _rows(recipe.ladders, 4)} >= set(range(recipe.elements))
    choices = [slot for slots in (recipe.tallied, recipe.exported) for slot in slots]
    assert len(choices) == len(set(choices)) < recipe.elements


def test_the_recipe_of_a_yes_or_no_is_as_long_as_its_proofs() -> None:
    recipe = compile_recipe(election_of(YES_NO))
    # Two choices with two branches, an overall proof with two, one signature.
    assert len(_rows(recipe.challenges, 4)) == 2 + 1 + 1
    assert (recipe.elements, recipe.scalars) == (1 + 2 * 2, 2 * (2 * 2 + 2 + 1))
    assert recipe.powers == 2 * (2 * 2) + 2 * 2 + 1
    assert list(recipe.no_identity) == [0]
    assert (len(recipe.tallied), len(recipe.exported)) == (4, 0)


def test_a_ranked_answer_is_given_out_and_not_summed() -> None:
    recipe = compile_recipe(election_of(RANK))
    assert (len(recipe.tallied), len(recipe.exported)) == (0, 2)
    assert isinstance(RANK, RankedQuestion)


def test_of_lists_the_mark_of_a_zero_must_not_be_the_identity() -> None:
    recipe = compile_recipe(election_of(LISTS))
    assert isinstance(LISTS, ListsQuestion)
    assert len(recipe.no_identity) == 2


def number(trace: Trace) -> SymbolicNumber:
    return trace.scalar()


Asked = Callable[[Trace], object]
REFUSED: dict[str, tuple[Asked, str]] = {
    "a value": (lambda t: int(number(t)), "the value of a scalar"),
    "bytes": (lambda t: number(t).to_bytes(), "the bytes of a scalar"),
    "a difference": (lambda t: number(t) - number(t), "a difference of scalars"),
    "a product": (lambda t: number(t) * number(t), "a product of scalars"),
    "a sum with a constant": (lambda t: number(t) + t.group.scalar(3), "a sum of other things"),
    "two scalars compared": (lambda t: number(t) == number(t), "a comparison of other things"),
    "two hashes compared": (
        lambda t: t.group.hash_to_scalar("a") == t.group.hash_to_scalar("b"),
        "a comparison of other things",
    ),
    "a text read": (lambda t: t.group.parse_element("1"), "a text is to be read"),
    "a scalar read": (lambda t: t.group.parse_scalar("1"), "a text is to be read"),
    "bytes reduced": (lambda t: t.group.reduce(b"1"), "bytes are to be reduced"),
    "wide bytes": (lambda t: t.group.wide_bytes, "the size of wide bytes"),
    "another generator": (lambda t: t.group.independent_generator(0), "another generator"),
    "a foreign exponent": (
        lambda t: t.group.generator_power(ED25519.scalar(1)),
        "a power of g of a foreign exponent",
    ),
    "a power by a foreign scalar": (
        lambda t: t.element().power(ED25519.scalar(1)),
        "a power of another exponent",
    ),
    "a power by a sum": (
        lambda t: t.element().power(number(t) + number(t)),
        "a power of another exponent",
    ),
    "a power of a power": (
        lambda t: t.element().power(number(t)).power(number(t)),
        "a power of a power",
    ),
    "a product with the key": (
        lambda t: t.element() * SymbolicPoint(t, is_key=True),
        "a product with the key itself",
    ),
    "a quotient by an element": (lambda t: t.element() / t.element(), "a quotient by another"),
    "whether a product is the identity": (
        lambda t: (t.element() * t.element()).is_identity,
        "something else than an element",
    ),
    "the order of elements": (lambda t: t.element().sort_key, "the order of elements"),
}


@pytest.mark.parametrize("ask, said", REFUSED.values(), ids=REFUSED)
def test_what_the_kernel_has_no_table_for_is_refused(ask: Asked, said: str, trace: Trace) -> None:
    with pytest.raises(NotTraceable, match=said):
        ask(trace)


def test_a_symbol_equals_nothing_else(trace: Trace) -> None:
    assert number(trace) != 1
    assert number(trace).__eq__(1) is NotImplemented


def recipe_of(trace: Trace, *points: SymbolicPoint) -> Recipe:
    for point in points:
        trace.combine(point)
    symbols = "".join(f"<element {n}>" for n in range(trace.elements))
    scalars = "".join(f'<scalar {n}>"' for n in range(trace.scalars))
    return Tables(trace, f'{symbols}{scalars},"signature":').recipe((), ())


def test_combinations_that_have_no_row_are_refused(trace: Trace) -> None:
    parts = [SymbolicPoint(trace, powers=(((n,), trace.scalar().slots[0]),)) for n in range(4)]
    trace.elements = 4
    with pytest.raises(NotTraceable, match="more parts than a combination has"):
        recipe_of(trace, parts[0] * parts[1] * parts[2] * parts[3])


def test_a_bare_power_of_g_in_a_product_is_refused(trace: Trace) -> None:
    with pytest.raises(NotTraceable, match="a bare power of g"):
        recipe_of(trace, trace.element() * SymbolicPoint(trace, shift=1))


def test_a_positive_multiple_of_an_exponent_of_g_is_refused(trace: Trace) -> None:
    shifted = trace.element() * SymbolicPoint(trace, shift=2)
    with pytest.raises(NotTraceable, match="a positive multiple"):
        recipe_of(trace, shifted.power(trace.scalar()))


def test_a_record_without_all_symbols_is_refused(trace: Trace) -> None:
    trace.element()
    with pytest.raises(NotTraceable, match="does not hold all its symbols"):
        Tables(trace, ',"signature":')


def test_an_element_that_is_no_symbol_is_refused(trace: Trace) -> None:
    tables = Tables(trace, ',"signature":')
    with pytest.raises(NotTraceable, match="no symbol"):
        tables._slot(ED25519.generator)


def test_a_scalar_in_a_statement_is_refused(trace: Trace) -> None:
    scalar = trace.scalar()
    trace.challenges.append((f"sum|{scalar.text}", ()))
    with pytest.raises(NotTraceable, match="a scalar in a statement"):
        recipe_of(trace)


def test_a_power_that_is_asked_for_twice_is_made_once(trace: Trace) -> None:
    power = trace.element().power(trace.scalar())
    recipe = recipe_of(trace, power, power * trace.element())
    assert recipe.powers == 1
    assert [row[:3] for row in _rows(recipe.ladders, 4)] == [[0, 0, -1], [1, -1, -1]]


def test_the_product_of_nothing_has_the_identity_s_text(trace: Trace) -> None:
    assert trace.group.identity.text == ED25519.identity.text


def test_symbols_that_follow_one_another_are_one_piece(trace: Trace) -> None:
    texts = [trace.element().text for _ in range(4)]
    trace.challenges.append((f"a|{texts[0]},{texts[1]}|{texts[3]},{texts[2]},b", ()))
    pieces = _rows(recipe_of(trace).pieces, 3)
    assert [piece[0] for piece in pieces] == [0, 1, 0, 1, 0, 1, 0]
    assert [piece[1:] for piece in pieces if piece[0] == 1] == [[0, 2], [3, 1], [2, 1]]


def test_symbols_that_fail_the_equations_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Failure:
        check = "ballot.proof"

    monkeypatch.setattr(
        "comitia.ballots.v1.equations.recipe.ballot_failures", lambda *_: iter([Failure()])
    )
    with pytest.raises(NotTraceable, match=r"symbols fail ballot\.proof"):
        compile_recipe(election_of(YES_NO))


@pytest.mark.skipif(not LAYERS, reason="no C compiler, so no native kernel")
class TestKitchen:
    """The kernel with a recipe."""

    @staticmethod
    def kitchen(**changed: array[int]) -> Kitchen:
        election = make_election().election
        recipe = replace(compile_recipe(election), **changed)  # type: ignore[arg-type] # its tables
        key = election.public_key
        assert isinstance(key, EdwardsPoint)
        return Kitchen(LAYERS[0], recipe, ED25519.generator, key)

    def test_marks_and_weights_must_be_as_many_as_texts(self) -> None:
        for counts, weights in (([True], None), ([True, True], [1])):
            with pytest.raises(ValueError, match="as many texts as marks and weights"):
                self.kitchen().check([b"{}", b"{}"], counts, weights)

    def test_no_texts_make_no_findings(self) -> None:
        found = self.kitchen().check([], [])
        assert (found.passed, found.digests, found.tallied) == (b"", b"", 0)
        assert set(found.tally[::32]) == {1}  # identities

    @pytest.mark.parametrize(
        "table, place, value",
        [
            ("steps", 0, 9),
            ("steps", 2, 10**6),
            ("derived", 0, 10**6),
            ("derived", 1, -1),
            ("sums", 1, 10**6),
            ("pool", 0, -2),
            ("ladders", 0, 10**6),
            ("ladders", 1, 10**6),
            ("ladders", 3, 1),
            ("combinations", 0, 10**6),
            ("combinations", 4, 10**6),
            ("pieces", 0, 4),
            ("pieces", 2, 10**6),
            ("challenges", 1, 10**6),
            ("challenges", 3, 10**6),
            ("no_identity", 0, 10**6),
            ("tallied", 0, -1),
            ("exported", None, 10**6),
        ],
    )
    def test_a_recipe_that_names_what_is_not_there_is_refused(
        self, table: str, place: int | None, value: int
    ) -> None:
        changed = array("i", getattr(compile_recipe(make_election().election), table))
        if place is None:
            changed.append(value)
        else:
            changed[place] = value
        with pytest.raises(ValueError, match="does not fit together"):
            self.kitchen(**{table: changed}).check([b"{}"], [True])

    def test_want_of_memory_is_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        kitchen = self.kitchen()

        class Library:
            @staticmethod
            def comitia_check_ballots_vartime(*_: object) -> int:
                return -1

        ffi, _ = library()
        monkeypatch.setattr("comitia.curve.recipes.library", lambda: (ffi, Library))
        with pytest.raises(MemoryError):
            kitchen.check([b"{}"], [True])
