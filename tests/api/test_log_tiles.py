"""The published log over HTTP: checkpoints, tiles and entries as C2SP tlog-tiles, tlog-checkpoint and signed-note."""

import json
from base64 import b64decode
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from actions.log_tree import grow
from models.database import fetch
from models.log import LogEvent
from rules.checkpoints import Checkpoint, LogSigner
from rules.merkle import leaf_hash, root_of, split
from tests.city import City
from tests.wire import GAMBIR

pytestmark = pytest.mark.anyio

IMMUTABLE = "public, max-age=31536000, immutable"


def signer(city: City) -> LogSigner:
    return city.service.settings.log_signer()


async def sign(city: City) -> Checkpoint:
    """Let the tree grow up to now; return the checkpoint that is served."""
    await fetch("UPDATE log_tree SET signed_at = NULL WHERE id = 1")
    assert await grow(city.transactions, signer(city))
    return Checkpoint.from_note((await city.http.get("/log/checkpoint")).text)


def bundle(content: bytes) -> list[bytes]:
    """Return the entries of a bundle."""
    entries = []
    while content:
        end = 2 + int.from_bytes(content[:2], "big")
        entries.append(content[2:end])
        content = content[end:]
    return entries


async def test_checkpoint_is_a_note_signed_by_the_key_of_the_log(city: City) -> None:
    citizen = await city.citizen()
    await citizen.report()
    await sign(city)
    answer = await city.http.get("/log/checkpoint")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert answer.headers["cache-control"] == "no-cache"
    text, signature = answer.text.split("\n\n— ")
    origin, size, _ = text.split("\n")
    name, encoded = signature.removesuffix("\n").split(" ")
    key_name, key_id, key = signer(city).verifier(city.services.tailer.epoch).split("+")
    public = b64decode(key)
    assert (name, key_name, int(size)) == (origin, origin, 1)
    assert sha256(f"{origin}\n".encode() + public).digest()[:4].hex() == key_id
    assert (public[0], b64decode(encoded)[:4].hex()) == (1, key_id)
    Ed25519PublicKey.from_public_bytes(public[1:]).verify(b64decode(encoded)[4:], f"{text}\n".encode())


async def test_entries_and_tiles_have_the_root_of_the_checkpoint(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    report = await citizen.report()
    await officer.move(report["id"], "IN_PROGRESS", note="Rahasia")
    checkpoint = await sign(city)
    events = await LogEvent.filter(topic__in=["report", "ledger", "period"]).order_by("position")
    assert checkpoint.size == len(events) > 2
    entries = bundle((await city.http.get(f"/log/tile/entries/000.p/{checkpoint.size}")).content)
    hashes = split((await city.http.get(f"/log/tile/0/000.p/{checkpoint.size}")).content)
    assert [json.loads(entry)["position"] for entry in entries] == [event.position for event in events]
    assert list(map(leaf_hash, entries)) == hashes
    assert root_of(checkpoint.size, lambda _: b"".join(hashes)) == checkpoint.root
