"""Boards that lie: records exchanged, dropped or added, and ballots chosen for decryption.

Rows 24, 25, 26, 33, 40 and 42. Whatever an insider can make consistent by itself is left to those
who kept an earlier copy, and to the trustees' own programs.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from comitia.ballots.v1.making import make_ballot
from comitia.ballots.v1.model import (
    BoundProofs,
    Check,
    EventType,
    Json,
    SizedTally,
    canonical_json,
    derive_ballot_record,
    derive_hash,
    derive_tally_record,
    tar_record,
)
from comitia.ballots.v1.parse import parse_bound_proofs, parse_election
from comitia.cli.command import main
from comitia.curve import ED25519
from comitia.errors import MalformedRecord
from comitia.verify import Sources, Subject, Verdict, verify_election
from tests.attacks.hostile import ballot_subject, failing, places_of, refusal, with_ballots
from tests.attacks.offices import Office
from tests.ballots.v1.forging import ballot_of, signed_again, unsigned
from tests.ballots.v1.keymaking import make_run
from tests.ballots.v1.samples import SAMPLES, SMALL
from tests.elections import (
    TIMESTAMP,
    VOTES,
    YES_NO,
    Made,
    Step,
    make_election,
    put_together,
    seeded,
    take_apart,
)
from tests.elections import verify_bytes as verify
from tests.verify.building import (
    Data,
    Happening,
    certify,
    event_place,
    failures_of,
    hold_again,
    items_of,
    refer_again,
    result_of,
    small,
    tally_of,
    with_setup,
    write_items,
)
from tests.verify.trusteeship import group_of

FOUR: Final = tuple(((vote[1]),) for vote in VOTES)


def four_voters() -> Made:
    """Return an election of one question and four ballots."""
    return make_election(questions=(YES_NO,), votes=FOUR, seed="four voters")


def without_shares(archive: bytes) -> list[Step]:
    """Return the steps of an election that waits for its trustees."""
    ends = {EventType.PARTIAL_DECRYPTION, EventType.RESULT}
    return [step for step in take_apart(archive) if step.type not in ends]


# --- Row 24: names and signers ---------------------------------------------------------------

NAME: Final = derive_hash(b'{"result":[[1,1]]}')
UNSAFE: Final = [
    "../../../etc/cron.d/job",
    "/etc/passwd",
    f"../{NAME}.data.json",
    f"/{NAME}.data.json",
    f"x/{NAME}.data.json",
    f"{NAME}.data.json/../../x",
    f"{NAME}.data.json ",
    f"{NAME}.data.jsonl",
    f"{NAME}.sh",
    f"{NAME.upper()}.data.json",
    f"{NAME[:-1]}.data.json",
    "..\\..\\x.data.json",
    "$(id).data.json",
    "",
]


@pytest.mark.parametrize("name", UNSAFE)
def test_attack_24_a_record_with_any_other_name_than_a_hash_ends_the_walk(name: str) -> None:
    """No name is ever a path: what cannot be a record is not looked at."""
    whole = put_together(take_apart(small().archive)[:-1])
    archive = whole + tar_record(name, b'{"result":[[1,1]]}', TIMESTAMP)
    report = verify(archive)
    assert places_of(report) == {"archive.readable": [Subject()]}
    (failure,) = failures_of(report)["archive.readable"]
    assert failure.found == "not the header of a record"
    assert result_of(report, Check.RESULT_VALUE).count == 0


@pytest.mark.parametrize("kind", [b"1", b"2", b"3", b"4", b"5", b"6", b"7", b"x", b"L", b"\0"])
def test_attack_24_a_link_a_device_or_a_folder_is_no_record(kind: bytes) -> None:
    *_, last = items_of(small().archive)
    assert isinstance(last, Happening)
    archive = bytearray(small().archive)
    header = 1024
    assert archive[header + 156 : header + 157] == b"0"
    archive[header + 156 : header + 157] = kind
    record = derive_hash(small().records.election)
    assert failing(bytes(archive)) == {"archive.readable": [Subject(None, record)]}


@pytest.mark.parametrize("uuid", ["../../../../etc/passwd", "a/b/c/d/e/f/g/h", "." * 14, "~" * 14])
def test_attack_24_an_identifier_is_no_path_either(uuid: str) -> None:
    """A file beside the archive is named by it, so none is asked for."""
    asked: list[str] = []

    def read_beside(name: str) -> None:
        asked.append(name)

    election = SAMPLES["election"].replaced(("uuid",), uuid)
    assert isinstance(refusal(lambda: parse_election(election)), MalformedRecord)
    records = with_setup(SMALL, election=election)
    setup, *after = take_apart(SMALL.archive)
    archive = put_together([Step(setup.type, records.in_order), *after])
    report = verify_election(Sources(lambda: io.BytesIO(archive), read_beside=read_beside), map)
    assert places_of(report) == {"setup.election": [Subject(0, derive_hash(election))]}
    assert asked == []


def test_attack_24_nothing_is_written_or_unpacked_while_an_archive_is_verified(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = office.archive(take_apart(small().archive), small())
    before = office.files()
    monkeypatch.chdir(office.folder)
    assert main(["verify", str(archive)]) == 0
    assert office.files() == before


def unsigned_records() -> dict[str, tuple[int, int, bytes]]:
    """Return records that have lost their signature, by step and place in it."""
    made = make_election(questions=(YES_NO,), votes=(((1, 0),),), keyholders=group_of(2, 3))
    ballot = json.loads(made.ballots[0])
    del ballot["signature"]
    trustees = json.loads(made.records.trustees)
    del trustees[0][1]["signatures"]
    keys = json.loads(made.records.trustees)
    del keys[0][1]["verification_keys"][0]["signature"]
    return {
        "ballot.canonical": (1, 0, canonical_json(ballot)),
        "setup.trustees": (0, 1, canonical_json(trustees)),
        "setup.trustees, a key": (0, 1, canonical_json(keys)),
    }


@pytest.mark.parametrize("name", unsigned_records())
def test_attack_24_a_record_without_its_signature_fails(name: str) -> None:
    made = make_election(questions=(YES_NO,), votes=(((1, 0),),), keyholders=group_of(2, 3))
    step, place, record = unsigned_records()[name]
    steps = take_apart(made.archive)
    steps[step] = refer_again(steps[step].with_content(place, record))
    assert failing(put_together(steps)) == {
        name.split(",", maxsplit=1)[0]: [Subject(step, derive_hash(record))]
    }


@pytest.mark.parametrize("signer", [1, 2, 3])
def test_attack_24_a_ballot_signed_by_another_voter_fails(signer: int) -> None:
    ballot = signed_again(ballot_of(SMALL), SMALL, voter=signer)
    record = derive_ballot_record(unsigned(ballot), ballot.signature)
    places = failing(with_ballots(SMALL, record, *SMALL.ballots[1:]))
    assert places == {"ballot.signature": [ballot_subject(1, record)]}


def test_attack_24_bound_shares_signed_by_each_other_fail() -> None:
    made = small()
    proofs = parse_bound_proofs(made.bound, made.election.shape, ED25519)
    first, second = proofs.shares
    exchanged = (
        replace(first, signature=second.signature),
        replace(second, signature=first.signature),
    )
    bound = BoundProofs(proofs.election_hash, exchanged).to_bytes()
    steps = take_apart(made.archive)
    shares = [Subject(n, derive_hash(steps[n].contents[0])) for n in (5, 6)]
    assert failing(made.archive, bound=bound) == {"decryption.bound": shares}


@pytest.mark.parametrize("field", ["coefexps", "signatures", "verification_keys", "certs"])
def test_attack_24_what_one_member_signed_is_not_another_s(field: str) -> None:
    made = make_election(questions=(YES_NO,), votes=(((1, 0),),), keyholders=group_of(2, 3))
    value = json.loads(made.records.trustees)
    items = value[0][1][field]
    items[0], items[1] = items[1], items[0]
    record = canonical_json(value)
    steps = take_apart(made.archive)
    steps[0] = refer_again(steps[0].with_content(1, record))
    places = failing(put_together(steps))
    assert places["setup.trustees"] == [Subject(0, derive_hash(record))]
    assert set(places) <= {"setup.trustees", "decryption.proof", "result.value"}


# --- Row 33: between every two events --------------------------------------------------------

Steps = list[Step]
STEPS: Final = take_apart(four_voters().archive)
"""Setup, four ballots, EndBallots, EncryptedTally, two shares, Result."""

WITHOUT_A_BALLOT: Final = {"tally.ballots", "tally.counts"}
REMOVED: Final[dict[int, set[str]]] = {
    0: {"archive.grammar"},
    1: WITHOUT_A_BALLOT,
    2: WITHOUT_A_BALLOT,
    3: WITHOUT_A_BALLOT,
    4: WITHOUT_A_BALLOT,
    5: {"archive.grammar"},
    6: {"archive.grammar"},
    7: {"decryption.present"},
    8: {"decryption.present"},
}
REPEATED: Final[dict[int, set[str]]] = {
    0: {"archive.grammar"},
    **{n: {"ballot.duplicate"} for n in (1, 2, 3, 4)},
    5: {"archive.grammar"},
    6: {"archive.grammar"},
    7: {"decryption.owner"},
    8: {"decryption.owner"},
    9: {"archive.grammar"},
}
EXCHANGED: Final[dict[int, set[str]]] = {
    0: {"archive.grammar"},
    4: {"archive.grammar"},
    5: {"archive.grammar"},
    6: {"archive.grammar"},
    8: {"archive.grammar"},
}
"""By the first of two events; any others can be exchanged, and only an earlier copy tells."""


@pytest.mark.parametrize("place", REMOVED)
def test_attack_33_an_event_taken_out_is_seen_though_the_chain_is_made_anew(place: int) -> None:
    assert set(failing(put_together([*STEPS[:place], *STEPS[place + 1 :]]))) == REMOVED[place]


@pytest.mark.parametrize("place", REPEATED)
def test_attack_33_an_event_put_in_again_is_seen_though_the_chain_is_made_anew(place: int) -> None:
    archive = put_together([*STEPS[: place + 1], *STEPS[place:]])
    assert set(failing(archive)) == REPEATED[place]


@pytest.mark.parametrize("place", EXCHANGED)
def test_attack_33_two_events_of_different_kinds_cannot_be_exchanged(place: int) -> None:
    steps = [*STEPS]
    steps[place], steps[place + 1] = steps[place + 1], steps[place]
    assert set(failing(put_together(steps))) == EXCHANGED[place]


@pytest.mark.parametrize("place", [1, 2, 3, 7])
def test_attack_33_two_events_of_one_kind_exchanged_are_told_by_an_earlier_copy(place: int) -> None:
    """The order of two voters' ballots, or of two shares, decides nothing; yet it was another."""
    steps = [*STEPS]
    steps[place], steps[place + 1] = steps[place + 1], steps[place]
    archive = put_together(steps)
    assert verify(archive).verdict is Verdict.VALID
    places = failing(archive, earlier=four_voters().archive)
    assert places == {"archive.extends": [event_place(archive, place)]}


@pytest.mark.parametrize("place", range(10))
def test_attack_33_an_event_taken_out_breaks_the_chain_of_all_that_follow(place: int) -> None:
    """Without making the chain anew: the next event names the one that is gone."""
    items = items_of(four_voters().archive)
    kept: list[Data | Happening] = []
    height = 0
    for item in items:
        if isinstance(item, Happening):
            if height != place:
                kept.append(replace(item, keep=True))
            height += 1
        else:
            kept.append(item)
    archive = write_items(kept)
    report = verify(archive, earlier=four_voters().archive)
    assert report.verdict is Verdict.INVALID
    places = places_of(report)
    extends = places["archive.extends"]
    assert len(extends) == 1
    if place < 9:
        assert places["archive.chain"][0] == event_place(archive, place)
        assert extends == [event_place(archive, place)]
    else:
        assert "archive.chain" not in places
        assert extends == [Subject(9, None)], "cut off at its end, which no chain tells"


@pytest.mark.parametrize(
    "place, part",
    [(n, p) for n, step in enumerate(STEPS) for p in range(len(step.contents))],
)
def test_attack_33_a_record_replaced_under_its_name_or_another_is_seen(
    place: int, part: int
) -> None:
    """Under the old name its hash is wrong; under its own the event before which it lies is."""
    content = STEPS[place].contents[part]
    items = items_of(four_voters().archive)
    number = next(n for n, i in enumerate(items) if isinstance(i, Data) and i.content == content)
    other = content[:-1] + b" " + content[-1:]
    for name, check in ((derive_hash(content), "archive.hashes"), (None, "archive.grammar")):
        changed = [
            replace(item, keep=True) if isinstance(item, Happening) else item for item in items
        ]
        changed[number] = Data(other, name)
        places = failing(write_items(changed))
        assert check in places
        assert {s.height for s in places[check]} <= {place, None}


@pytest.mark.parametrize("height", range(9))
def test_attack_33_a_record_put_between_any_two_events_is_seen(height: int) -> None:
    items = items_of(four_voters().archive)
    ends = [n for n, item in enumerate(items) if isinstance(item, Happening)]
    intruder = Data(b'"something else"')
    archive = write_items([*items[: ends[height] + 1], intruder, *items[ends[height] + 1 :]])
    places = failing(archive)
    assert places["archive.grammar"] == [event_place(archive, height + 1)]


INSIDERS: Final[dict[str, Callable[[Made], list[bytes]]]] = {
    "a ballot dropped": lambda made: [*made.ballots[:2], *made.ballots[3:]],
    "a ballot replaced": lambda made: [
        *made.ballots[:2],
        make_ballot(made.election, made.credentials.private[2][1], ((1, 0),), seeded("insider")),
        made.ballots[3],
    ],
    "a ballot after which it was replaced": lambda made: [
        *made.ballots,
        make_ballot(made.election, made.credentials.private[2][1], ((1, 0),), seeded("insider")),
    ],
    "the first two exchanged": lambda made: [made.ballots[1], made.ballots[0], *made.ballots[2:]],
}
FIRST_CHANGED: Final = dict(zip(INSIDERS, (3, 3, 5, 1), strict=True))


@pytest.mark.parametrize("name", INSIDERS)
def test_attack_33_what_all_insiders_together_make_consistent_an_earlier_copy_tells(
    name: str,
) -> None:
    """With the registrar's and all trustees' secrets: everything after the change is held again."""
    made = four_voters()
    archive = put_together(hold_again(made, ballots=INSIDERS[name](made)))
    assert verify(archive).verdict is Verdict.VALID
    kept = put_together(STEPS[:6])
    assert verify(made.archive, earlier=kept).verdict is Verdict.VALID
    places = failing(archive, earlier=kept)
    assert places == {"archive.extends": [event_place(archive, FIRST_CHANGED[name])]}


def test_attack_33_the_command_compares_with_an_earlier_copy(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    made = four_voters()
    steps = hold_again(made, ballots=INSIDERS["a ballot dropped"](made))
    now, kept = office.archive(steps, made), office.archive(STEPS[:5], made, "kept")
    assert main(["verify", "--json", str(now)]) == 0
    assert main(["verify", "--json", "--since", str(kept), str(now)]) == 1
    second = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert [c["id"] for c in second["checks"] if c["failures"]] == ["archive.extends"]


# --- Row 40: the registrar's list ------------------------------------------------------------


def with_list(made: Made, listed: list[Json], *, certificate: bytes | None = None) -> bytes:
    """Return the election held again with another list of credentials."""
    records = with_setup(made, credentials=canonical_json(listed), certificate=certificate)
    return put_together(hold_again(made, records=records))


def test_attack_40_a_list_in_another_order_is_told() -> None:
    """Its order may say who is who; nothing else changes, so it is a warning and no failure."""
    made = four_voters()
    listed = json.loads(made.records.credentials)
    report = verify(with_list(made, listed[::-1]))
    assert report.verdict is Verdict.VALID
    (warning,) = [w for w in report.warnings if w.id == "setup.credentials"]
    assert warning.subject == Subject(0, derive_hash(canonical_json(listed[::-1])))
    assert "may say something about the roll" in warning.text
    assert [w.id for w in verify(made.archive).warnings] == ["decryption.bound"]


def test_attack_40_a_list_changed_after_it_was_certified_fails_its_certificate() -> None:
    made = four_voters()
    listed = json.loads(made.records.credentials)
    certificate = certify(made).to_bytes()
    assert verify(with_list(made, listed, certificate=certificate)).verdict is Verdict.VALID
    other = ED25519.generator_power(ED25519.scalar(5)).text
    lists: list[list[Json]] = [listed[::-1], [*listed, other], [f"{one},1" for one in listed]]
    for changed in lists:
        report = verify(with_list(made, changed, certificate=certificate))
        assert places_of(report) == {"setup.credentials": [Subject(0, derive_hash(certificate))]}


def test_attack_40_a_list_changed_after_the_set_up_is_not_the_one_that_was_named() -> None:
    made = four_voters()
    listed = json.loads(made.records.credentials)
    steps = take_apart(made.archive)
    steps[0] = steps[0].with_content(2, canonical_json(listed[::-1]))
    archive = put_together(steps)
    places = failing(archive)
    assert places == {"archive.grammar": [event_place(archive, 0)]}


def test_attack_40_a_replaced_credential_leaves_its_voter_s_ballot_unlisted() -> None:
    made = four_voters()
    voter = ballot_of(made, 2).credential.text
    other = ED25519.generator_power(ED25519.scalar(5)).text
    listed = [other if one == voter else one for one in json.loads(made.records.credentials)]
    archive = with_list(made, listed)
    assert failing(archive) == {"ballot.credential": [ballot_subject(3, made.ballots[2])]}


def prepare_words(office: Office, made: Made, voter: int, archive: Path) -> list[str | Path]:
    """Write what a voter has, and return the words with which a ballot is prepared."""
    private = made.credentials.private[voter][1]
    credential = office.keep("credential", f"{private}\n".encode())
    choices = office.keep("choices", b"[[1,0]]")
    words: list[str | Path] = ["--privcred", credential, "--choice", choices]
    return [*words, "--archive", archive, "--dir", office.folder]


def test_attack_40_a_voter_whose_credential_was_replaced_is_told_before_voting(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also where one more was put on the list for it, validly, by a corrupt registrar."""
    made = four_voters()
    voter = ballot_of(made, 2).credential.text
    other = ED25519.generator_power(ED25519.scalar(5)).text
    listed = [other if one == voter else one for one in json.loads(made.records.credentials)]
    records = with_setup(made, credentials=canonical_json(listed))
    archive = office.archive([Step(EventType.SETUP, records.in_order)], made)
    words = prepare_words(office, made, 2, archive)
    before = office.files()
    assert office.run("prepare", *words) == 1
    assert "ballot.credential: " in capsys.readouterr().err
    assert office.files() == before
    honest = office.archive(STEPS[:1], made, "honest")
    assert office.run("prepare", *prepare_words(office, made, 2, honest)) == 0


def test_attack_40_a_server_records_no_ballot_of_a_credential_that_is_not_listed(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    made = four_voters()
    voter = ballot_of(made, 0).credential.text
    listed = [one for one in json.loads(made.records.credentials) if one != voter]
    records = with_setup(made, credentials=canonical_json(listed))
    archive = office.archive([Step(EventType.SETUP, records.in_order)], made)
    ballots = office.write("ballots", b"".join(record + b"\n" for record in made.ballots))
    assert office.run("cast", ballots, "--archive", archive) == 1
    said = capsys.readouterr()
    assert "line 1: refused: ballot.credential" in said.err
    assert said.out.count("recorded at height") == 3


# --- Rows 25, 26 and 42: what trustees are asked to decrypt ----------------------------------


def chosen_subset(made: Made, *voters: int) -> Steps:
    """Return the election as it was, with the tally of some of its ballots only."""
    steps = without_shares(made.archive)
    tally = tally_of([ballot_of(made, voter) for voter in voters], made.election)
    record = derive_tally_record(tally, made.election.shape)
    sized = SizedTally(len(voters), len(voters), derive_hash(record))
    steps[-1] = Step(steps[-1].type, (record, canonical_json(sized.to_json())))
    return steps


def box_of(made: Made, *voters: int) -> Steps:
    """Return the same election as if only these voters had voted."""
    ballots = [made.ballots[voter] for voter in voters]
    return without_shares(put_together(hold_again(made, ballots=ballots)))


def decrypt(office: Office, made: Made, archive: Path, *options: str | Path) -> int:
    """Let trustee 1 decrypt; return the exit status."""
    key = office.folder / "1.privkey"
    if not key.exists():
        office.key(made, 1)
    words = ("--key", key, "--archive", archive, "--dir", office.folder)
    return office.run("decrypt", *words, *options)


@pytest.mark.parametrize("voters", [(0,), (0, 1), (0, 1, 2)])
def test_attack_26_a_tally_of_chosen_ballots_is_not_decrypted(
    voters: tuple[int, ...], office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    """The board's head has four: the trustee adds them up and compares."""
    made = four_voters()
    archive = office.archive(chosen_subset(made, *voters), made)
    office.key(made, 1)
    before = office.files()
    assert decrypt(office, made, archive) == 1
    said = capsys.readouterr()
    assert said.err.startswith(f"comitia: {archive}: ")
    assert said.err.endswith("; nothing was done\n")
    assert "tally.ballots" in said.out
    assert office.files() == before
    sound = office.archive(without_shares(made.archive), made, "sound")
    assert decrypt(office, made, sound) == 0


@pytest.mark.parametrize("word", ["--tally", "--ballots", "--encrypted-tally", "--subset"])
def test_attack_26_there_is_no_way_to_hand_a_tally_to_a_trustee_s_program(
    word: str, office: Office
) -> None:
    made = four_voters()
    archive = office.archive(without_shares(made.archive), made)
    assert decrypt(office, made, archive, word, "x") == 2
    assert not (office.folder / "1.decryption").exists()


def test_attack_26_a_tally_that_is_no_product_of_ballots_is_not_decrypted(office: Office) -> None:
    """One voter's ciphertext times another that the board knows everything about."""
    made = four_voters()
    steps = chosen_subset(made, 0, 1)
    value: Any = json.loads(steps[-1].contents[0])
    stolen = ballot_of(made, 0).answers[0].choices[0]
    value[0][1] = {"alpha": stolen.alpha.text, "beta": stolen.beta.text}
    steps[-1] = refer_again(steps[-1].with_content(0, canonical_json(value)))
    archive = office.archive(steps, made)
    assert decrypt(office, made, archive) == 1
    assert not (office.folder / "1.decryption").exists()


def test_attack_26_an_open_election_is_not_decrypted(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    made = four_voters()
    archive = office.archive(STEPS[:4], made)
    assert decrypt(office, made, archive) == 1
    assert "nothing was done" in capsys.readouterr().err
    assert not (office.folder / "1.decryption").exists()


@pytest.mark.parametrize("fewer", [(0, 1, 2), (0, 1), (2, 3)])
def test_attack_26_a_board_with_fewer_ballots_than_were_seen_is_not_decrypted(
    fewer: tuple[int, ...], office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    """Consistent in itself, so only a copy that was kept can tell."""
    made = four_voters()
    archive = office.archive(box_of(made, *fewer), made)
    kept = office.archive(STEPS[:5], made, "kept")
    before = office.files()
    assert decrypt(office, made, archive, "--since", kept) == 1
    said = capsys.readouterr()
    assert "nothing was done" in said.err
    assert "archive.extends" in said.out
    assert set(office.files()) - set(before) == {"1.privkey"}


def test_attack_25_a_second_set_of_ballots_is_not_decrypted_with_one_key(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    """The difference of two sums is what the sets do not share: here, a single ballot."""
    made = four_voters()
    first = office.archive(box_of(made, 0, 1, 2), made)
    second = office.archive(box_of(made, 0, 1, 2, 3), made, "second")
    assert decrypt(office, made, first) == 0
    (office.folder / "1.decryption").rename(office.folder / "handed over")
    before = office.files()
    assert decrypt(office, made, second) == 1
    assert "comitia: trustee.ballots: encrypted tally: expected the ballots that end " in (
        capsys.readouterr().err
    )
    assert office.files() == before
    assert decrypt(office, made, first) == 0, "the same ones may be decrypted again"


def test_attack_25_a_member_of_a_group_remembers_its_ballots_as_well(office: Office) -> None:
    made = make_election(
        questions=(YES_NO,), votes=FOUR, keyholders=group_of(2, 3), seed="four of a group"
    )
    run = make_run(3, 2, seed="group")
    key = office.keep("member.key", run.secrets[0].private_file())
    opened = office.write("member.dkey", run.decryption_keys[0].to_bytes() + b"\n")
    first = office.archive(box_of(made, 0, 1), made)
    second = office.archive(box_of(made, 0, 1, 2), made, "second")
    words = ("--key", key, "--decryption-key", opened, "--dir", office.folder, "--archive")
    assert office.run("decrypt", *words, first) == 0
    before = office.files()
    assert office.run("decrypt", *words, second) == 1
    assert office.files() == before


@pytest.mark.parametrize("voter", range(4))
def test_attacks_25_and_42_a_board_that_drops_all_ballots_but_one_gets_no_decryption(
    voter: int, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    made = four_voters()
    archive = office.archive(box_of(made, voter), made)
    office.key(made, 1)
    before = office.files()
    assert decrypt(office, made, archive) == 1
    assert capsys.readouterr().err == (
        "comitia: trustee.ballots: encrypted tally: expected at least 2 ballots, found 1\n"
    )
    assert office.files() == before


@pytest.mark.parametrize("least, status", [("5", 1), ("4", 1), ("3", 0), ("1", 0)])
def test_attack_42_a_trustee_who_knows_how_many_voted_says_so(
    least: str, status: int, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    made = four_voters()
    archive = office.archive(box_of(made, 0, 1, 2), made)
    assert decrypt(office, made, archive, "--at-least", least) == status
    said = capsys.readouterr().err
    expected = f"expected at least {least} ballots, found 3\n" if status else ""
    assert said.endswith(expected)
    assert (office.folder / "1.decryption").exists() is (status == 0)


def test_attack_42_one_voter_s_several_ballots_are_one(office: Office) -> None:
    """Ballots that were replaced do not hide the last one."""
    made = make_election(
        questions=(YES_NO,),
        votes=FOUR[:1],
        revotes=((0, FOUR[1]), (0, FOUR[2])),
        seed="one voter thrice",
    )
    archive = office.archive(without_shares(made.archive), made)
    assert decrypt(office, made, archive) == 1
    assert not (office.folder / "1.decryption").exists()


def test_attack_42_ballots_of_nobody_on_the_list_hide_no_single_one(office: Office) -> None:
    """Put on the board by the board: they are not counted, and the archive does not hold."""
    made = four_voters()
    listed: list[Json] = [ballot_of(made, 0).credential.text]
    records = with_setup(made, credentials=canonical_json(listed))
    steps = without_shares(put_together(hold_again(made, records=records)))
    archive = office.archive(steps, made)
    assert decrypt(office, made, archive) == 1
    assert not (office.folder / "1.decryption").exists()


@pytest.mark.parametrize("weights", [(1, 0, 0, 0), (0, 0, 7, 0)])
def test_attack_42_ballots_of_no_weight_hide_no_single_one(
    weights: tuple[int, ...], office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    """Four are counted, and three of them add nothing: the sum is that of the fourth."""
    made = make_election(questions=(YES_NO,), votes=FOUR, weights=weights, seed="no weight")
    archive = office.archive(without_shares(made.archive), made)
    assert decrypt(office, made, archive) == 1
    assert "expected at least 2 ballots, found 1" in capsys.readouterr().err
    assert not (office.folder / "1.decryption").exists()
