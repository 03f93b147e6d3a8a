"""Second texts for one value, wrong shapes, and two serialisations: rows 11, 12 and 49."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any, Final

import pytest

from comitia.ballots.v1.making import check_ballot
from comitia.ballots.v1.model import (
    Check,
    EventType,
    Json,
    canonical_json,
    derive_hash,
    derive_tracker,
)
from comitia.ballots.v1.parse import parse_bound_proofs, parse_election, parse_threshold_trustees
from comitia.curve import BELENIOS_2048, ED25519, GROUPS, Group, NotCanonical
from comitia.errors import MalformedRecord
from comitia.verify import Status, Subject, Verdict
from tests.attacks.hostile import (
    ballot_subject,
    failing,
    places_of,
    refusal,
    with_ballots,
)
from tests.ballots.v1.keymaking import make_run
from tests.ballots.v1.samples import (
    FIELD,
    FIELD_SAMPLES,
    LISTED,
    SAMPLES,
    SCALARS,
    SMALL,
    Path,
    changed,
    field_of,
    walk,
)
from tests.elections import CHOOSE, YES_NO, Made, Step, make_election, put_together, take_apart
from tests.elections import verify_bytes as verify
from tests.verify.building import Happening, items_of, refer_again, result_of, small, write_items
from tests.verify.trusteeship import group_of

Change = Callable[[Any], Json]
P: Final = 2**255 - 19


def archive_with(made: Made, step: int, part: int, content: bytes) -> bytes:
    """Return an election with another record at a place, and references to it mended."""
    steps = take_apart(made.archive)
    steps[step] = refer_again(steps[step].with_content(part, content))
    return put_together(steps)


# --- Row 11: numbers -------------------------------------------------------------------------


def second_texts(text: str, order: int) -> list[str]:
    """Return other texts that a careless reader takes for the same number."""
    value = int(text)
    return [
        str(value + order),
        str(value + 2 * order),
        str(value - order),
        f"0{text}",
        f"+{text}",
        f" {text}",
        f"{text} ",
        f"{text}\n",
        f"{text}.0",
        f"0x{value:x}",
        f"{text[:1]}_{text[1:]}",
        text.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
    ]


@pytest.mark.parametrize("group", [ED25519, BELENIOS_2048], ids=lambda group: group.name)
def test_attack_11_every_scalar_of_every_record_has_one_text(group: Group) -> None:
    samples = SAMPLES if group is ED25519 else FIELD_SAMPLES
    tried = 0
    for sample in samples.values():
        paths = [p for p, part in walk(sample.value) if field_of(p) in SCALARS and part != ""]
        strings = [p for p in paths if isinstance(at(sample.value, p), str)]
        for path in strings[:: max(1, len(strings) // 3)]:
            for text in second_texts(str(at(sample.value, path)), group.order):
                error = refusal(sample.parse, sample.replaced(path, text))
                assert isinstance(error, MalformedRecord)
                assert error.where == sample.place(path)
                tried += 1
    assert tried > 100


def at(value: Json, path: Path) -> Json:
    """Return the part of a value at a path."""
    part: Any = value
    for step in path:
        part = part[step]
    return part  # type: ignore[no-any-return] # a part of a JSON value


@pytest.mark.parametrize("field", ["challenge", "response"])
def test_attack_11_a_scalar_of_a_ballot_plus_the_order_fails_in_the_archive(field: str) -> None:
    """The signature covers the text, so only the voter can do it: a second ballot, one vote."""
    path = ("answers", 1, "individual_proofs", 0, 1, field)
    record = SAMPLES["ballot"].changed(path, lambda text: str(int(text) + ED25519.order))
    places = failing(with_ballots(SMALL, record, *SMALL.ballots[1:]))
    assert places == {"ballot.canonical": [ballot_subject(1, record)]}


@pytest.mark.parametrize(
    "step, part, path, check",
    [
        (0, 1, (0, 1, "pok", "response"), "setup.trustees"),
        (5, 0, ("decryption_proofs", 0, 1, "challenge"), "decryption.proof"),
        (6, 0, ("decryption_proofs", 0, 0, "response"), "decryption.proof"),
    ],
)
def test_attack_11_a_scalar_plus_the_order_fails_its_record(
    step: int, part: int, path: Path, check: str
) -> None:
    value = json.loads(take_apart(small().archive)[step].contents[part])
    record = canonical_json(changed(value, path, lambda text: str(int(text) + ED25519.order)))
    places = failing(archive_with(small(), step, part, record))
    assert places == {check: [Subject(step, derive_hash(record))]}


def test_attack_11_an_element_of_a_field_plus_its_prime_is_no_second_text() -> None:
    p = int(BELENIOS_2048.p)
    paths = [("answers", 0, "choices", 0, half) for half in ("alpha", "beta")]
    for path in paths:
        record = FIELD_SAMPLES["ballot"].changed(path, lambda text: str(int(text) + p))
        places = failing(with_ballots(FIELD, record))
        assert places == {"ballot.element": [ballot_subject(1, record)]}


POINT: Final = ED25519.generator_power(ED25519.scalar(2)).text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(POINT.upper(), id="capital digits"),
        pytest.param("0x" + POINT[2:], id="a prefix"),
        pytest.param(POINT + "00", id="longer"),
        pytest.param(POINT[:-2], id="shorter"),
        pytest.param(f" {POINT[1:]}", id="a space"),
        pytest.param(bytes.fromhex(POINT)[::-1].hex(), id="the other end first"),
    ],
)
def test_attack_11_a_point_has_one_text(text: str) -> None:
    assert ED25519.parse_element(POINT).text == POINT
    with pytest.raises(NotCanonical):
        ED25519.parse_element(text)


@pytest.mark.parametrize("y", range(2, 19))
def test_attack_11_a_point_s_number_plus_the_prime_is_no_second_text(y: int) -> None:
    """Only so few numbers leave room below 2^255 for a second text."""
    for text in (f"{P + y:064x}", f"{(P + y) | 1 << 255:064x}"):
        with pytest.raises(NotCanonical, match="not the canonical encoding of a point"):
            ED25519.parse_element(text)


@pytest.mark.parametrize("case", ["upper", "one"])
def test_attack_11_capital_digits_make_no_second_ballot(case: str) -> None:
    text = json.loads(SMALL.ballots[0])["answers"][0]["choices"][0]["alpha"]
    letter = next(c for c in text if c.isalpha())
    other = text.upper() if case == "upper" else text.replace(letter, letter.upper(), 1)
    record = SMALL.ballots[0].replace(text.encode(), other.encode(), 1)
    assert derive_tracker(record) != derive_tracker(SMALL.ballots[0])
    places = failing(with_ballots(SMALL, record, *SMALL.ballots[1:]))
    assert places == {"ballot.element": [ballot_subject(1, record)]}


def test_attack_11_a_ballot_has_one_form() -> None:
    """Every other way to write the same values is refused, so that one ballot has one tracker."""
    record = SMALL.ballots[0]
    value = json.loads(record)
    reversed_fields = canonical_json(dict(reversed(value.items())))
    variants = [
        json.dumps(value).encode(),
        json.dumps(value, indent=1).encode(),
        record + b"\n",
        b"\xef\xbb\xbf" + record,
        record.replace(b'"answers"', b'"\\u0061nswers"'),
        record.replace(b"/", b"\\/", 1) if b"/" in record else record + b" ",
        reversed_fields,
        record[:-1] + b',"extra":0}',
        record[:-1] + b',"signature":' + canonical_json(value["signature"]) + b"}",
        record.replace(b'"answers":', b'"answers":[],"answers":', 1),
        record.decode().encode("utf-16"),
    ]
    for number, variant in enumerate(variants):
        error = refusal(check_ballot, variant, SMALL.election)
        assert isinstance(error, MalformedRecord)
        places = failing(with_ballots(SMALL, variant, *SMALL.ballots[1:]))
        assert places["ballot.canonical"] == [ballot_subject(1, variant)], number


def test_attack_11_a_field_given_twice_is_refused_in_every_record() -> None:
    """Readers differ in which of the two they take."""
    for sample in SAMPLES.values():
        name = next((n for n in (sample.value if isinstance(sample.value, dict) else {})), None)
        if name is None:
            continue
        twice = b"{" + f'"{name}":0,'.encode() + sample.record[1:]
        error = refusal(sample.parse, twice)
        assert f"the field '{name}' appears twice in one object" in str(error)


@pytest.mark.parametrize(
    "record",
    [
        b'{"result":[[01,1]]}',
        b'{"result":[[1.0,1]]}',
        b'{"result":[[1e0,1]]}',
        b'{"result":[["1",1]]}',
        b'{"result":[[+1,1]]}',
        b'{"result":[[-0,1]]}',
        b'{"result": [[1,1]]}',
        b'{"result":[[1,1]],"result":[[1,1]]}',
        b'{"result":[[1,1]]}\n',
        b'{"result":[[true,1]]}',
    ],
)
def test_attack_11_a_result_has_one_form(record: bytes) -> None:
    steps = take_apart(small().archive)
    steps[-1] = Step(EventType.RESULT, (record,))
    assert failing(put_together(steps)) == {"result.value": [Subject(7, derive_hash(record))]}


def test_attack_11_an_event_has_one_form() -> None:
    items = items_of(small().archive)
    last = items[-1]
    assert isinstance(last, Happening)
    event = json.loads(last.event.to_bytes())
    for raw in (
        json.dumps(event).encode(),
        canonical_json({**event, "height": "7"}),
        canonical_json(dict(reversed(event.items()))),
        canonical_json({**event, "extra": 0}),
    ):
        archive = write_items([*items[:-1], Happening(last.event, raw=raw, keep=True)])
        places = failing(archive)
        assert places["archive.grammar"] == [Subject(7, derive_hash(raw))]


# --- Row 12: shapes --------------------------------------------------------------------------


def _instead(new: Json, _: Json) -> Json:
    """Put another value in the place of one."""
    return new


def wrong_lengths(value: Json) -> Iterator[tuple[Path, Json]]:
    """Yield a value with each of its lists empty, one shorter, one longer and doubled."""
    for path, part in walk(value):
        if isinstance(part, list):
            shapes: list[list[Json]] = [[], part[:-1], [*part, part[-1]] if part else [0], part * 2]
            for shape in shapes:
                if shape != part:
                    yield path, changed(value, path, partial(_instead, shape))


@pytest.mark.parametrize("made", [SMALL, LISTED], ids=["choices", "lists"])
def test_attack_12_a_ballot_of_any_other_shape_is_refused_when_it_is_cast(made: Made) -> None:
    tried = 0
    for _, value in wrong_lengths(json.loads(made.ballots[0])):
        record = canonical_json(value)
        error = refusal(check_ballot, record, made.election)
        assert isinstance(error, MalformedRecord)
        tried += 1
    assert tried > 50


@pytest.mark.parametrize("made", [SMALL, LISTED], ids=["choices", "lists"])
@pytest.mark.parametrize("count", [0, 1, 3])
def test_attack_12_a_ballot_of_another_shape_is_one_failure_and_the_tally_goes_on(
    made: Made, count: int
) -> None:
    """Its own check fails; nothing is thrown, and the checks of all others are made."""
    value = json.loads(made.ballots[0])
    value["answers"][0]["choices"] = (value["answers"][0]["choices"] * 3)[:count]
    record = canonical_json(value)
    report = verify(with_ballots(made, record, *made.ballots[1:]))
    assert places_of(report) == {"ballot.canonical": [ballot_subject(1, record)]}
    assert result_of(report, Check.TALLY_BALLOTS).status is Status.NOT_CHECKED
    assert result_of(report, Check.DECRYPTION_PROOF).status is Status.PASSED
    assert result_of(report, Check.RESULT_VALUE).status is Status.PASSED


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda _: [], id="no answers"),
        pytest.param(lambda answers: answers[:1], id="one of two"),
        pytest.param(lambda answers: [*answers, answers[0]], id="an answer to no question"),
        pytest.param(lambda answers: answers[::-1], id="the other way round"),
        pytest.param(lambda answers: [answers], id="nested"),
        pytest.param(lambda _: {}, id="an object"),
        pytest.param(lambda _: None, id="null"),
        pytest.param(lambda _: [None, None], id="nulls"),
    ],
)
def test_attack_12_other_answers_than_there_are_questions_are_one_failure(change: Change) -> None:
    record = SAMPLES["ballot"].changed(("answers",), change)
    places = failing(with_ballots(SMALL, record, *SMALL.ballots[1:]))
    assert places == {"ballot.canonical": [ballot_subject(1, record)]}


STEPS: Final = [
    pytest.param(4, "tally.ballots", id="tally"),
    pytest.param(5, "decryption.proof", id="share"),
    pytest.param(7, "result.value", id="result"),
]


@pytest.mark.parametrize("step, check", STEPS)
def test_attack_12_tallies_shares_and_results_of_any_other_shape_fail_their_record(
    step: int, check: str
) -> None:
    sound = take_apart(small().archive)[step].contents[0]
    for path, value in wrong_lengths(json.loads(sound)):
        record = canonical_json(value)
        places = failing(archive_with(small(), step, 0, record))
        assert places == {check: [Subject(step, derive_hash(record))]}, path


def test_attack_12_rows_of_lists_are_cut_as_the_question_says() -> None:
    """The same ciphertexts in the same order, with another list's borders."""
    steps = take_apart(LISTED.archive)
    number = next(n for n, s in enumerate(steps) if s.type is EventType.ENCRYPTED_TALLY)
    (first, second), other = json.loads(steps[number].contents[0])
    wrong: list[Json] = [
        [[*first, second[0]], second[1:]],
        [[*first, *second]],
        [*first, *second],
    ]
    for rows in wrong:
        record = canonical_json([rows, other])
        places = failing(archive_with(LISTED, number, 0, record))
        assert places == {"tally.ballots": [Subject(number, derive_hash(record))]}


def test_attack_12_bound_proofs_of_any_other_shape_fail_their_file() -> None:
    made = small()
    for path, value in wrong_lengths(json.loads(made.bound)):
        data = canonical_json(value)
        assert set(failing(made.archive, bound=data)) == {"decryption.bound"}, path
        if path != ("shares",):
            refusal(parse_bound_proofs, data, made.election.shape, ED25519)


def test_attack_12_a_group_s_arrays_have_one_item_a_member() -> None:
    run = make_run(3, 2)
    value: Any = run.trustees.parameters()
    tried = 0
    for path, other in wrong_lengths(value):
        record = canonical_json(other)
        error = refusal(parse_threshold_trustees, record, ED25519)
        assert isinstance(error, MalformedRecord), path
        tried += 1
    for name in ("certs", "coefexps", "signatures", "verification_keys"):
        assert [len(value[name])] == [3]
    assert tried >= 16


@pytest.mark.parametrize("count", [0, 1, 3])
def test_attack_12_a_member_has_as_many_coefficients_as_the_threshold(count: int) -> None:
    """More would raise the threshold for this member's secret, fewer lower it."""
    made = make_election(keyholders=group_of(2, 3), seed="coefficients")
    value = json.loads(made.records.trustees)
    message = json.loads(value[0][1]["coefexps"][0]["message"])
    message["coefexps"] = (message["coefexps"] * 2)[:count]
    value[0][1]["coefexps"][0]["message"] = canonical_json(message).decode()
    record = canonical_json(value)
    places = failing(archive_with(made, 0, 1, record))
    assert places == {"setup.trustees": [Subject(0, derive_hash(record))]}


@pytest.mark.parametrize("threshold", [0, 1, 3, 4, -1, "2", None])
def test_attack_12_a_stated_threshold_is_the_one_that_everything_else_has(threshold: Json) -> None:
    made = make_election(keyholders=group_of(2, 3), seed="coefficients")
    value = json.loads(made.records.trustees)
    value[0][1]["threshold"] = threshold
    record = canonical_json(value)
    places = failing(archive_with(made, 0, 1, record))
    assert places == {"setup.trustees": [Subject(0, derive_hash(record))]}


# --- Row 49: one serialisation ---------------------------------------------------------------

COMPOSED: Final = "Zoë Ångström"


def election_named(name: str) -> bytes:
    """Return the record of the small election with a candidate of this name."""
    return SAMPLES["election"].replaced(("questions", 0, "answers", 0), name)


def test_attack_49_composed_and_decomposed_names_are_two_elections() -> None:
    """They look alike; ballots of the one are worth nothing in the other."""
    composed, decomposed = (unicodedata.normalize(form, COMPOSED) for form in ("NFC", "NFD"))
    one, other = (parse_election(election_named(name)) for name in (composed, decomposed))
    assert composed != decomposed
    assert one.fingerprint != other.fingerprint
    assert [q.to_json() for q in one.questions] != [q.to_json() for q in other.questions]


def test_attack_49_a_ballot_for_the_composed_name_fails_beside_the_decomposed_one() -> None:
    composed, decomposed = (unicodedata.normalize(form, COMPOSED) for form in ("NFC", "NFD"))
    question = replace(CHOOSE, answers=(composed, *CHOOSE.answers[1:]))
    made = make_election(questions=(question, YES_NO), seed="accents")
    assert verify(made.archive, bound=made.bound).verdict is Verdict.VALID
    value = changed(
        json.loads(made.records.election), ("questions", 0, "answers", 0), lambda _: decomposed
    )
    places = failing(archive_with(made, 0, 0, canonical_json(value)))
    assert set(places) == {"ballot.election", "ballot.proof", "decryption.proof"}
    assert places["ballot.election"] == [
        ballot_subject(n, record) for n, record in enumerate(made.ballots, 1)
    ]


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda value: json.dumps(value).encode(), id="with spaces, escaped"),
        pytest.param(lambda value: json.dumps(value, ensure_ascii=False).encode(), id="spaces"),
        pytest.param(lambda value: canonical_json(dict(reversed(value.items()))), id="reversed"),
        pytest.param(lambda value: canonical_json(value) + b"\n", id="a line's end"),
    ],
)
def test_attack_49_another_serialisation_of_the_election_is_another_election(
    write: Callable[[dict[str, Json]], bytes],
) -> None:
    """Its bytes are kept and hashed as they are, so that no two readers can differ."""
    record = write(json.loads(SMALL.records.election))
    assert parse_election(record).fingerprint != SMALL.election.fingerprint
    places = failing(archive_with(SMALL, 0, 0, record))
    assert set(places) == {"ballot.election", "ballot.proof", "decryption.proof"}


def test_attack_49_what_is_signed_is_what_is_stored() -> None:
    """The hash in a ballot's signature is of its bytes, and no second writer is asked for them."""
    for record in SMALL.ballots:
        ballot = check_ballot(record, SMALL.election)
        body = canonical_json({k: v for k, v in json.loads(record).items() if k != "signature"})
        assert record.startswith(body[:-1])
        assert ballot.signed_hash == ballot.signature.hash == derive_tracker(body)
    respaced = SMALL.ballots[0].replace(b'","answers', b'", "answers', 1)
    with pytest.raises(MalformedRecord):
        check_ballot(respaced, SMALL.election)


def test_attack_49_the_three_groups_write_an_element_in_one_way_each() -> None:
    for group in GROUPS.values():
        for exponent in (1, 2, 3, group.order - 1):
            element = group.generator_power(group.scalar(exponent))
            assert group.parse_element(element.text).text == element.text
            assert element.text == element.text.strip().lower()
            assert element.text.isascii()
