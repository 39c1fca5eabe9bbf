"""The download of one's own data: complete, nobody else's, and once."""

import asyncio
import io
import zipfile
from datetime import timedelta
from typing import Any
from unittest.mock import Mock

import httpx
import orjson
import pytest

from actions.my_data import LIFETIME
from models.accounts import Account
from tests.city import City
from tests.wire import ERRORS, Caller

pytestmark = pytest.mark.anyio


@pytest.fixture
def city(stored_city: City) -> City:
    return stored_city


EXPORT = f"mutation {{ exportMyData {{ url {ERRORS} }} }}"
SUPPORT = f"mutation($id: ID!) {{ supportReport(id: $id) {{ {ERRORS} }} }}"


async def link_of(caller: Caller) -> str:
    payload = (await caller.ask(EXPORT))["exportMyData"]
    assert payload["errors"] == []
    url: str = payload["url"]
    return url


def opened(answer: httpx.Response) -> dict[str, bytes]:
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


async def test_export_has_all_of_a_person_and_nothing_of_others(city: City) -> None:
    citizen, other = await city.citizen("warga"), await city.citizen("tetangga")
    photo = await citizen.photo()
    report = await citizen.report(title="Lampu rusak", anonymous=True, photoIds=[photo])
    theirs = await other.report(title="Milik tetangga", description="Kata-kata tetangga")
    await citizen.comment(report["id"], "Masih gelap")
    await other.comment(report["id"], "Benar, gelap sekali")
    assert (await citizen.ask(SUPPORT, id=theirs["id"]))["supportReport"]["errors"] == []
    files = opened(await city.http.get(await link_of(citizen)))
    tables: dict[str, Any] = {
        name.removesuffix(".json"): orjson.loads(body) for name, body in files.items() if name.endswith(".json")
    }
    assert tables["account"]["email"] == "warga@contoh.id"
    assert [(one["title"], one["number"]) for one in tables["reports"]] == [("Lampu rusak", report["number"])]
    assert [one["words"] for one in tables["comments"]] == ["Masih gelap"]
    assert [(one["number"], bool(one["lasts"])) for one in tables["supports"]] == [(theirs["number"], True)]
    assert [one["number"] for one in tables["photos"]] == [report["number"]]
    assert {one["kind"] for one in tables["acts"]} == {"SUBMITTED", "COMMENTED"}
    assert len(tables["devices"]) == 1
    (picture,) = (body for name, body in files.items() if name.startswith("photos/"))
    assert picture.startswith(b"\xff\xd8")
    everything = b"".join(files.values())
    for word in (b"tetangga", b"Benar, gelap", b"argon2", b"password"):
        assert word not in everything


async def test_link_to_data_works_once_and_for_an_hour(city: City) -> None:
    citizen = await city.citizen()
    first, second = await link_of(citizen), await link_of(citizen)
    assert (await city.http.get(first)).status_code == 404  # the next one takes its place
    assert (await city.http.head(second)).status_code == 405
    answers = await asyncio.gather(*(city.http.get(second) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 404, 404, 404, 404]
    third = await link_of(citizen)
    account = await Account.get(email="warga@contoh.id")
    assert account.data_until is not None
    account.data_until -= LIFETIME + timedelta(seconds=1)
    await account.save()
    assert (await city.http.get(third)).status_code == 404
    for token in ("", "x", f"{account.public_id}.", f"{account.public_id}.x", "%00.%00", "x." * 500):
        assert (await city.http.get(f"/account/data/{token}")).status_code == 404


async def test_link_to_data_is_not_in_the_log(
    city: City, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    link = await link_of(await city.citizen())
    monkeypatch.setattr("app.my_data.read_my_data", None)  # fails after the token is known
    transport = city.http._transport
    assert isinstance(transport, httpx.ASGITransport)
    transport.raise_app_exceptions = False
    assert (await city.http.get(link)).status_code == 503
    assert "/account/data/{token}" in caplog.text
    assert link.rpartition("/")[2] not in caplog.text


async def test_export_needs_a_session(city: City) -> None:
    payload = (await Caller(city.http).ask(EXPORT))["exportMyData"]
    assert payload["url"] is None
    assert [error["code"] for error in payload["errors"]] == ["UNAUTHENTICATED"]


async def test_link_works_again_when_the_photos_could_not_be_read(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    citizen = await city.citizen()
    await citizen.photo()
    link = await link_of(citizen)
    with monkeypatch.context() as broken:
        broken.setattr(city.service._photos, "_read", Mock(side_effect=OSError("no such device")))
        assert (await city.http.get(link)).status_code == 503
    assert any(name.startswith("photos/") for name in opened(await city.http.get(link)))
    assert (await city.http.get(link)).status_code == 404
