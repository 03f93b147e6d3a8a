"""What caches, witnesses and other people's programs are given."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from unittest import mock

import pytest
from django.test import Client
from pytest_django import Settings

from comitia.record.checkpoints import parse_checkpoint
from comitia.record.cosignatures import cosign
from comitia.record.keys import KeyKind, SignerKey, generate_key
from comitia.record.notes import LARGEST_NOTE_BYTES, parse_note, sign_note
from comitia.record.tiles import Bundle, parse_bundle, parse_tile
from comitia.record.tiles import Tile as TilePlace
from comitia.web.acts import clock
from comitia.web.acts.models import Entry
from comitia.web.publicrecord.models import Log, SignedCheckpoint, WitnessCosignature
from comitia.web.publicrecord.publishing import shown_checkpoint
from comitia.web.publicrecord.sequencing import LATELY, place_entries, sequence, sequence_soon
from tests.web.founded import Founded, an_organisation

pytestmark = pytest.mark.django_db
WITNESSES = tuple(
    generate_key(f"example.net/w{n}", KeyKind.COSIGNATURE, secrets.token_bytes) for n in (1, 2)
)
STRANGER = generate_key("example.net/w3", KeyKind.COSIGNATURE, secrets.token_bytes)
KEY = generate_key("example.org/record", KeyKind.NOTE, secrets.token_bytes)


@pytest.fixture(autouse=True)
def data(settings: Settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    settings.WITNESSES = ()


@pytest.fixture
def world() -> Iterator[Founded]:
    with an_organisation() as world:
        yield world


@pytest.fixture
def client() -> Client:
    return Client(enforce_csrf_checks=True)


def placed(world: Founded, *names: str) -> None:
    """Have people apply, and sign a checkpoint over it."""
    for name in names:
        world.apply(name)
    sequence(clock.now())


def signed(client: Client, *keys: SignerKey, path: str = "latest") -> bytes:
    note = parse_note(client.get(f"/record/{path}").content, path)
    checkpoint = parse_checkpoint(note.text, path)
    return note.add(*(cosign(checkpoint, key, 1_800_000_000) for key in keys)).to_bytes()


def send(client: Client, body: bytes) -> tuple[int, str]:
    answer = client.post("/record/cosignatures", body, content_type="text/plain")
    return answer.status_code, answer.text


def shown_size(client: Client) -> int:
    note = parse_note(client.get("/record/checkpoint").content, "checkpoint")
    return parse_checkpoint(note.text, "checkpoint").head.size


# --- Caching -------------------------------------------------------------------------------------


def test_a_tile_is_kept_for_ever_and_asked_for_by_anybody(world: Founded, client: Client) -> None:
    placed(world)
    answer = client.get("/record/tile/0/000.p/15")
    leaves = list(Entry.objects.order_by("number").values_list("hash", flat=True))
    hashes = parse_tile(answer.content, TilePlace(0, 0, 15), "tile")
    assert [one.hex() for one in hashes] == leaves
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer["Content-Type"] == "application/octet-stream"
    assert "Set-Cookie" not in answer
    again = client.get("/record/tile/0/000.p/15", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_head_tells_the_length_and_brings_nothing(world: Founded, client: Client) -> None:
    placed(world)
    answer = client.head("/record/tile/entries/000.p/3")
    whole = client.get("/record/tile/entries/000.p/3").content
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["Content-Length"] == str(len(whole))
    contents = [bytes(one.content) for one in Entry.objects.order_by("number")[:3]]
    assert list(parse_bundle(whole, Bundle(0, 3), "bundle")) == contents


def test_the_checkpoint_is_asked_for_again_each_time(world: Founded, client: Client) -> None:
    placed(world)
    answer = client.get("/record/checkpoint")
    assert (answer["Cache-Control"], answer["Content-Type"]) == (
        "public, no-cache",
        "text/plain; charset=utf-8",
    )
    same = {"If-None-Match": answer["ETag"]}
    assert client.get("/record/checkpoint", headers=same).status_code == 304
    placed(world, "Eve")
    assert client.get("/record/checkpoint", headers=same).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        *("tile/0/000", "tile/0/000.p/16", "tile/1/000.p/1", "tile/entries/001.p/1", "x"),
        *("tile/0/0", "tile/64/000", "tile/0/000.p/0", "checkpoint/", "tile/../checkpoint"),
    ],
)
def test_what_is_not_there_is_not_found(world: Founded, client: Client, path: str) -> None:
    placed(world)
    assert client.get(f"/record/{path}").status_code == 404


@pytest.mark.parametrize("path", ["checkpoint", "latest", "tile/0/000.p/1", "trust", "key"])
def test_before_the_founding_there_is_nothing(client: Client, path: str) -> None:
    assert client.get(f"/record/{path}").status_code == 404


def test_nothing_there_is_changed_by_asking(world: Founded, client: Client) -> None:
    placed(world)
    for path in ("", "checkpoint", "key", "trust", "tile/0/000.p/1"):
        assert client.post(f"/record/{path}").status_code in {403, 405}
    assert client.get("/record/cosignatures").status_code == 405


# --- Placing -------------------------------------------------------------------------------------


def test_an_act_has_a_place_as_soon_as_it_is_committed(
    world: Founded, django_capture_on_commit_callbacks: mock.Mock
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        world.apply("Eve")
    assert Log.objects.get().size == 16
    sequence_soon()
    assert sequence(clock.now()) == 0
    assert SignedCheckpoint.objects.count() == 1


def test_what_was_committed_out_of_turn_is_placed_by_the_next_run(world: Founded) -> None:
    *before, last = Entry.objects.order_by("number")
    late = before[-1]
    hidden = Entry.objects.exclude(pk=late.pk)
    with mock.patch("comitia.web.publicrecord.sequencing.Entry.objects", hidden):
        assert place_entries(world.now, KEY) == 14
    sequence_soon()
    assert not hasattr(late, "place")
    assert place_entries(world.now, KEY) == 1
    late.refresh_from_db()
    assert (late.place.index, last.place.index) == (14, 13)


@pytest.mark.parametrize("window, placed", [(0, 0), (1, 0), (2, 1), (LATELY, 1)])
def test_how_far_back_it_looks_is_said(world: Founded, window: int, placed: int) -> None:
    *_, late, _ = Entry.objects.order_by("number")
    hidden = Entry.objects.exclude(pk=late.pk)
    with mock.patch("comitia.web.publicrecord.sequencing.Entry.objects", hidden):
        place_entries(world.now, KEY)
    assert place_entries(world.now, KEY, window=window) == placed


# --- Witnesses -----------------------------------------------------------------------------------


def test_witnesses_lead_what_is_shown_and_nobody_is_shown_less_than_before(
    world: Founded, client: Client, settings: Settings
) -> None:
    settings.WITNESSES = tuple(one.verifier for one in WITNESSES)
    placed(world)
    first = signed(client, WITNESSES[0])
    placed(world, "Eve")
    assert shown_size(client) == 16  # no witness has ever signed
    assert send(client, first) == (204, "")
    assert shown_size(client) == 16
    placed(world, "Fay")
    assert shown_size(client) == 16
    assert client.get("/record/latest").text.splitlines()[1] == "17"
    assert send(client, signed(client, *WITNESSES)) == (204, "")
    assert shown_size(client) == 17
    placed(world, "Gus")
    world.later(hours=23)
    assert shown_size(client) == 17
    world.later(hours=2)
    assert shown_size(client) == 18  # the witnesses were silent for a day


def test_a_signature_that_is_sent_twice_is_kept_once(
    world: Founded, client: Client, settings: Settings
) -> None:
    settings.WITNESSES = (WITNESSES[0].verifier,)
    placed(world)
    body = signed(client, WITNESSES[0])
    assert send(client, body) == (204, "")
    assert send(client, body) == (204, "")
    assert client.get("/record/checkpoint").content == body
    assert WitnessCosignature.objects.count() == 1


def test_who_is_no_witness_of_ours_is_refused(
    world: Founded, client: Client, settings: Settings
) -> None:
    settings.WITNESSES = (WITNESSES[0].verifier,)
    placed(world)
    assert send(client, signed(client, STRANGER))[0] == 403
    false = signed(client, WITNESSES[0])[:-6] + b"AAA=\n"
    assert send(client, false)[0] in {400, 403}
    assert WitnessCosignature.objects.count() == 0


def test_a_false_signature_of_a_witness_is_refused(
    world: Founded, client: Client, settings: Settings
) -> None:
    settings.WITNESSES = (WITNESSES[0].verifier,)
    placed(world)
    other = generate_key(WITNESSES[0].name, KeyKind.COSIGNATURE, secrets.token_bytes)
    note = parse_note(client.get("/record/latest").content, "latest")
    made = cosign(parse_checkpoint(note.text, "latest"), other, 1)
    forged = type(made)(made.name, WITNESSES[0].verifier.id, made.signature)
    assert send(client, note.add(forged).to_bytes())[0] == 403
    assert WitnessCosignature.objects.count() == 0


@pytest.mark.parametrize("size", ["15", "99"])
def test_a_checkpoint_that_we_never_signed_is_refused(
    world: Founded, client: Client, settings: Settings, size: str
) -> None:
    settings.WITNESSES = (WITNESSES[0].verifier,)
    placed(world)
    note = sign_note(f"localhost/record\n{size}\n{'A' * 43}=\n", KEY)
    cosigned = note.add(cosign(parse_checkpoint(note.text, ""), WITNESSES[0], 1))
    assert send(client, cosigned.to_bytes()) == (404, "this is no checkpoint of this record\n")


@pytest.mark.parametrize(
    "body", [b"", b"\xff", b"x\n\n\xe2\x80\x94 x y\n", b"a" * (LARGEST_NOTE_BYTES + 1)]
)
def test_what_is_no_checkpoint_is_malformed(client: Client, body: bytes) -> None:
    assert send(client, body)[0] == 400


def test_without_witnesses_the_last_checkpoint_is_shown(world: Founded) -> None:
    assert shown_checkpoint(world.now) is None
    placed(world)
    placed(world, "Eve")
    shown = shown_checkpoint(world.now + timedelta(days=400))
    assert shown == SignedCheckpoint.objects.get(size=16)


# --- Tokens --------------------------------------------------------------------------------------


def test_with_a_token_entries_are_for_those_who_bring_it(
    world: Founded, client: Client, settings: Settings
) -> None:
    settings.RECORD_TOKEN = "a-token-of-the-organisation"
    placed(world)
    tile = "/record/tile/entries/000.p/15"
    for brought in ({}, {"Authorization": "Bearer x"}, {"Authorization": settings.RECORD_TOKEN}):
        answer = client.get(tile, headers=brought)
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    own = {"Authorization": f"Bearer {settings.RECORD_TOKEN}"}
    answer = client.get(tile, headers=own)
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
    assert len(parse_bundle(answer.content, Bundle(0, 15), "bundle")) == 15
    for path in ("checkpoint", "latest", "tile/0/000.p/15"):
        assert client.get(f"/record/{path}").status_code == 200


# --- The page ------------------------------------------------------------------------------------


def test_the_page_says_where_the_record_stands_and_how_to_check_it(
    world: Founded, client: Client, settings: Settings
) -> None:
    assert "Nothing is recorded yet" in client.get("/record/").text
    settings.WITNESSES = tuple(one.verifier for one in WITNESSES)
    placed(world)
    send(client, signed(client, WITNESSES[0]))
    page = client.get("/record/").text
    assert SignedCheckpoint.objects.get().root in page
    assert "comitia verify --trust record.trust http://testserver/record/" in page
    rows = page[page.index("<tbody") : page.index("</tbody")]
    assert rows.count("<tr") == 2
    assert rows.count("never") == 1
    assert "Nobody else watches" not in page
    assert "COMITIA_RECORD_TOKEN" not in page


def test_the_page_says_where_nobody_watches_and_where_a_token_is_needed(
    world: Founded, client: Client, settings: Settings
) -> None:
    settings.RECORD_TOKEN = "a-token-of-the-organisation"
    placed(world)
    page = client.get("/record/").text
    assert "Nobody else watches" in page
    assert "COMITIA_RECORD_TOKEN" in page
    assert settings.RECORD_TOKEN not in page


def test_the_trust_file_asks_for_a_witness_once_one_has_signed(
    world: Founded, client: Client, settings: Settings
) -> None:
    settings.WITNESSES = (WITNESSES[0].verifier,)
    placed(world)
    assert "\nwitnesses 0\n" in client.get("/record/trust").text
    send(client, signed(client, WITNESSES[0]))
    answer = client.get("/record/trust")
    assert "\nwitnesses 1\nseen 15 " in answer.text
    assert answer["Content-Disposition"] == 'attachment; filename="record.trust"'
