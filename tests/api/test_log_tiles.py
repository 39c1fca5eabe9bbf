"""The published log over HTTP: checkpoints, tiles and entries as C2SP tlog-tiles, tlog-checkpoint and signed-note."""

import asyncio
import json
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from actions.epoch import begin_epoch
from actions.log_tree import EVERY, grow
from actions.periods import close_periods
from actions.transaction import Transactions
from models.database import fetch
from models.leaves import leaf
from models.log import LogEvent, Topic
from queries import log_audit
from rules.checkpoints import Checkpoint, LogSigner
from rules.merkle import HASH_BYTES, WIDTH, GrowingTree, leaf_hash, root_of, split
from tests.city import City, in_process
from tests.published import publish, published_events
from tests.wire import GAMBIR

pytestmark = pytest.mark.anyio

IMMUTABLE = "public, max-age=31536000, immutable"
START = datetime(2026, 3, 10, 1, tzinfo=UTC)


NOWHERE = (
    "0/002",
    "0/002.p/89",
    "0/003",
    "0/003.p/1",
    "0/000.p/0",
    "0/000.p/256",
    "0/000.p/088",
    "0/000.p/",
    "0/000.p/-1",
    "0/0",
    "0/1",
    "0/0000",
    "0/x000/000",
    "0/x001/000",
    "0/x001/x234/067",
    "0/x999/x999/x999/x999/x999/999",
    "0/x999/x999/x999/x999/x999/x999/x999/999",
    "00/000",
    "1/000",
    "2/000.p/1",
    "63/000.p/1",
    "64/000",
    "-1/000",
    "٠/000",
    "0/٠٠٠",
    "entries/002",
    "entries/002.p/89",
    "entries/x001/000",
    "entries",
    "entries/",
    "entries/000/",
    "entries/000%0A",
    "entries/000%00",
    "",
    "%ff",
    "a" * 5_000,
)
"""Paths below /log/tile/ of a log with 600 entries that name nothing, or name it in a wrong way."""


def signer(city: City) -> LogSigner:
    return city.service.settings.log_signer()


async def checkpoint(city: City) -> Checkpoint:
    """Publish everything, and return the checkpoint that is served."""
    await publish(city.transactions, signer(city))
    return Checkpoint.from_note((await city.http.get("/log/checkpoint")).text)


def bundled_entries(content: bytes) -> list[bytes]:
    """Return the entries of a bundle."""
    found = []
    while content:
        end = 2 + int.from_bytes(content[:2], "big")
        found.append(content[2:end])
        content = content[end:]
    return found


async def add_events(count: int, first: int = 1) -> None:
    """Append events to the log as fast as possible: closings of days, as it were."""
    for position in range(first, first + count):
        await LogEvent.create(
            position=position, topic=Topic.LEDGER, kind="RECOUNTED", at=START, data={}, report_id=position
        )
    await fetch("UPDATE log_head SET position = $1", first + count - 1)


async def root_of_events() -> bytes:
    """Return the root over all events that are entries."""
    tree = GrowingTree(0, {})
    for event in await published_events():
        tree.append(leaf_hash(leaf(event)))
    return tree.root()


@pytest.fixture
async def filled(city: City) -> City:
    """A city with 600 entries: two full tiles, and a partial one of 88."""
    await fetch("DELETE FROM log_event")
    await add_events(600)
    await publish(city.transactions, signer(city))
    return city


async def test_checkpoint_is_a_note_signed_by_the_key_of_the_log(city: City) -> None:
    await (await city.citizen()).report()
    await checkpoint(city)
    answer = await city.http.get("/log/checkpoint")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert answer.headers["cache-control"] == "no-cache"
    text, signature = answer.text.split("\n\n— ")
    origin, size, _ = text.split("\n")
    name, encoded = signature.removesuffix("\n").split(" ")
    key_name, key_id, key = signer(city).verifier(city.services.tailer.epoch).split("+", 2)
    public = b64decode(key)
    assert (name, key_name, int(size)) == (origin, origin, 1)
    assert sha256(f"{origin}\n".encode() + public).digest()[:4].hex() == key_id
    assert (public[0], b64decode(encoded)[:4].hex()) == (1, key_id)
    Ed25519PublicKey.from_public_bytes(public[1:]).verify(b64decode(encoded)[4:], f"{text}\n".encode())


async def test_entries_and_tiles_have_the_root_of_the_checkpoint(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    report = await citizen.report()
    await officer.move(report["id"], "IN_PROGRESS", note="Rahasia")
    signed = await checkpoint(city)
    events = await published_events()
    assert signed.size == len(events) > 2
    found = bundled_entries((await city.http.get(f"/log/tile/entries/000.p/{signed.size}")).content)
    hashes = (await city.http.get(f"/log/tile/0/000.p/{signed.size}")).content
    assert found == list(map(leaf, events))
    assert list(map(leaf_hash, found)) == split(hashes)
    assert root_of(signed.size, lambda _: hashes) == signed.root
    assert json.loads(found[0])["report"] == report["id"]


async def test_erased_texts_and_people_leave_the_log_as_it_was(city: City) -> None:
    citizen, officer = await city.citizen("zubaidah"), await city.official(GAMBIR, name="wahyu")
    report = await citizen.report(title="Rahasia", description="Rahasia", address="Rahasia")
    await officer.move(report["id"], "PROCESSED", resolution="INVALID", note="Rahasia")
    await citizen.act("reopenReport", report["id"], reason="Rahasia")
    signed = await checkpoint(city)
    before = (await city.http.get(f"/log/tile/entries/000.p/{signed.size}")).content
    assert not any(secret in before for secret in (b"Rahasia", b"zubaidah", b"wahyu"))
    for erasing in (
        "DELETE FROM note",
        "UPDATE report SET title = '', description = '', address = NULL",
        "UPDATE account SET email = public_id, pseudonym = public_id, pseudonym_key = public_id",
        "UPDATE point_entry SET account_id = NULL",
    ):
        await fetch(erasing)
    assert (await city.http.get(f"/log/tile/entries/000.p/{signed.size}")).content == before
    differences: list[str] = []
    await log_audit.verify(differences.append, signed)
    assert differences == []


async def test_full_tiles_are_immutable_and_partial_ones_have_every_width(filled: City) -> None:
    full = await filled.http.get("/log/tile/0/001")
    assert (full.status_code, len(full.content), full.headers["cache-control"]) == (200, 8_192, IMMUTABLE)
    assert full.headers["content-type"] == "application/octet-stream"
    for path, width in (("0/002.p/88", 88), ("0/002.p/1", 1), ("0/000.p/255", 255), ("1/000.p/2", 2)):
        partial = await filled.http.get(f"/log/tile/{path}")
        assert (partial.status_code, len(partial.content)) == (200, width * HASH_BYTES), path
        assert "immutable" not in partial.headers["cache-control"]
    whole = await filled.http.get("/log/tile/entries/000")
    assert (len(bundled_entries(whole.content)), whole.headers["cache-control"]) == (WIDTH, IMMUTABLE)
    assert len(bundled_entries((await filled.http.get("/log/tile/entries/002.p/88")).content)) == 88


async def test_root_follows_from_the_tiles_alone(filled: City) -> None:
    signed = await checkpoint(filled)
    leaves = (await filled.http.get("/log/tile/0/002.p/88")).content
    above = (await filled.http.get("/log/tile/1/000.p/2")).content
    assert signed.size == 600
    assert root_of(600, lambda key: above if key.level else leaves) == signed.root == await root_of_events()


async def test_what_does_not_exist_is_not_found(filled: City) -> None:
    for path in NOWHERE:
        for method in ("GET", "HEAD"):
            answer = await filled.http.request(method, f"/log/tile/{path}")
            assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-cache"), path


async def test_other_methods_are_refused_and_head_has_the_headers(filled: City) -> None:
    for path in ("/log/checkpoint", "/log/tile/0/000", "/log/tile/entries/000"):
        assert (await filled.http.post(path)).status_code == 405
        head, whole = await filled.http.head(path), await filled.http.get(path)
        for answer in (head, whole):
            del answer.headers["x-request-id"]
        assert (head.status_code, head.headers) == (200, whole.headers)


async def test_changed_row_shows_in_its_bundle_and_not_in_its_tile(filled: City) -> None:
    tile = (await filled.http.get("/log/tile/0/001")).content
    await LogEvent.filter(position=300).update(report_id=9)
    found = bundled_entries((await filled.http.get("/log/tile/entries/001")).content)
    differing = [at for at, entry in enumerate(found) if leaf_hash(entry) != split(tile)[at]]
    assert differing == [300 - 1 - WIDTH]
    await LogEvent.filter(position=260).delete()
    found = bundled_entries((await filled.http.get("/log/tile/entries/001")).content)
    assert len(found) == WIDTH
    assert leaf_hash(found[0]) == split(tile)[0]
    assert leaf_hash(found[-1]) != split(tile)[-1]


async def test_each_closed_day_has_a_checkpoint_with_its_closing(city: City) -> None:
    citizen = await city.citizen()
    city.transactions.now = lambda: START
    await close_periods(city.transactions)
    await citizen.report()
    city.transactions.now = lambda: START + timedelta(days=2)
    await close_periods(city.transactions)
    await citizen.report()
    signed = await checkpoint(city)
    closings = {event.data["last"]: event.position for event in await published_events() if event.topic is Topic.PERIOD}
    assert list(closings) == ["2026-03-10", "2026-03-11"]
    for day, position in closings.items():
        answer = await city.http.get(f"/log/checkpoint/{day}")
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
        of_day = Checkpoint.from_note(answer.text)
        assert signer(city).has_signed(answer.text)
        assert of_day.size == len([event for event in await published_events() if event.position <= position])
        assert of_day.size < signed.size
    for day in ("2026-03-09", "2026-03-12", "20260310", "2026-3-10", "hari ini", "2026-W11-2", "%00"):
        assert (await city.http.get(f"/log/checkpoint/{day}")).status_code == 404


async def test_checkpoints_are_seconds_apart_in_all_workers(city: City) -> None:
    now = datetime.now(UTC)
    city.transactions.now = lambda: now
    await checkpoint(city)
    await (await city.citizen()).report()
    assert not await grow(city.transactions, signer(city))
    other = Transactions(now=lambda: now + EVERY)
    assert await grow(other, signer(city))
    assert Checkpoint.from_note((await city.http.get("/log/checkpoint")).text).size == 1
    earlier = Transactions(now=lambda: now - timedelta(days=1))  # a clock that was set back
    assert await grow(earlier, signer(city))


async def test_new_epoch_signs_the_same_tree_under_another_name(filled: City) -> None:
    before = await checkpoint(filled)
    epoch = await begin_epoch()
    after = await checkpoint(filled)
    assert (after.size, after.root) == (before.size, before.root)
    assert (before.origin, after.origin) == (
        signer(filled).origin(filled.services.tailer.epoch),
        signer(filled).origin(epoch),
    )


async def test_workers_at_once_add_each_event_once(filled: City) -> None:
    await add_events(900, first=601)
    await fetch("UPDATE log_tree SET signed_at = NULL")
    done = await asyncio.gather(*(grow(Transactions(), signer(filled)) for _ in range(4)))
    assert any(done)
    await publish(filled.transactions, signer(filled))
    signed = await checkpoint(filled)
    assert (signed.size, signed.root) == (1_500, await root_of_events())


async def test_tree_of_an_empty_log_is_signed_and_has_no_tiles(city: City) -> None:
    await fetch("DELETE FROM log_event")
    signed = await checkpoint(city)
    assert (signed.size, signed.root) == (0, sha256().digest())
    assert (await city.http.get("/log/tile/0/000.p/1")).status_code == 404


async def test_origin_is_that_of_the_settings(database_url: str, tmp_path: Path) -> None:
    async with in_process(database_url, tmp_path / "media", public_url="https://lapor.example.id") as city:
        assert (await checkpoint(city)).origin == f"lapor.example.id/log/{city.services.tailer.epoch}"
