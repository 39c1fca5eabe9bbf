"""The built screens through ASGI: from memory, compressed, in both languages, under a strict policy."""

import gzip
import json
import re
from collections.abc import AsyncIterator, Mapping
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from starlette.applications import Starlette
from starlette.requests import Request

from app import command_line
from app.cli import main
from app.schema import make_schema
from app.trusted import manifest_faults, read_manifest
from execution.trusted import Manifest, hash_of
from rules.languages import Language
from rules.letters import PURPOSES
from schema.costs import DEFAULT_LIMITS
from web.screens import BUILD, BUILT, DOCUMENTS, PATHS, NothingShown, PagesError, Preview, read_built, screen_routes

pytestmark = pytest.mark.anyio

PAGE = """<!doctype html>
<html lang="id">
<head>
  <title>Tanggap</title>
  <meta name="tanggap" content="{}">
  <script type="module" src="/built/assets/main-3f9a.js"></script>
</head>
<body></body>
</html>
"""
SCRIPT = "export const words = 'Lapor, Lapor, Lapor, Lapor, Lapor, Lapor, Lapor, Lapor, Lapor'\n" * 20
FILES = {
    "assets/main-3f9a.js": SCRIPT,
    "assets/main-11aa.css": "body { color: black }",
    "icons/192.png": "\x89PNG",
    "sw.js": "self.skipWaiting()",
    "manifest.webmanifest": "{}",
    "documents.json": "{}",
}
SETTINGS = {"tiles": {"url": "https://peta.id/{z}/{x}/{y}", "attribution": '<b>"© Kota"'}, "email": False}
ADDRESSES = (
    *("/", "/lapor", "/laporan", "/laporan/JK2611300001", "/kelurahan", "/kelurahan/31.71.01.1001", "/peringkat"),
    *("/masuk", "/daftar", "/sandi", "/akun", "/akun/perangkat", "/bantuan"),
    *(f"/akun/{purpose}/AAAA" for purpose in sorted(set(PURPOSES.values()))),
    *("/meja", "/meja/laporan/JK2611300001", "/ruang-kendali"),
)
EVIL = '"><script>alert(1)</script>&'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of built files; each page says which it is."""
    for name, text in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="latin-1")
    for name in PATHS:
        (tmp_path / f"{name}.html").write_text(PAGE.replace("<body>", f"<body>{name} {'teks ' * 200}"))
    return tmp_path


async def preview_of(request: Request, language: Language) -> Preview | None:
    number = request.path_params.get("number", "")
    if number == "JK0":
        raise NothingShown
    words = f"{EVIL} {language}"
    return Preview("article", EVIL, words, f"https://kota.id/{EVIL}", None) if number == "JK1" else None


@pytest.fixture
async def client(folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    routes = screen_routes(read_built(folder), SETTINGS, ["https://peta.id"], preview_of)
    transport = httpx.ASGITransport(app=Starlette(routes=routes))
    async with httpx.AsyncClient(transport=transport, base_url="http://tanggap.test") as client:
        yield client


def directives(policy: str) -> Mapping[str, str]:
    return dict(each.split(" ", 1) for each in policy.split("; "))


async def test_each_address_of_a_screen_shows_it(client: httpx.AsyncClient) -> None:
    shown = [(await client.get(path)).text for path in ADDRESSES]
    names = [re.findall(r"<body>(\w+)", text)[0] for text in shown]
    assert names == ["index"] * 16 + ["desk"] * 2 + ["wall"]
    assert [(await client.head(path)).status_code for path in ADDRESSES] == [200] * len(ADDRESSES)


@pytest.mark.parametrize(
    "path",
    [
        *("/tidak-ada", "/lapor/1", "/laporan/JK1/foto", "/akun/a/b", "/peringkat/x", "/ruang-kendali/x", "/mejaku"),
        *("/built/", "/built/assets/", "/built/assets/main.js", "/built/index.html", "/index.html"),
        *("/built/documents.json", "/documents.json", "/built/%2e%2e/pages.py", "/built/assets/..%2fsw.js"),
    ],
)
async def test_unknown_address_is_not_found(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


@pytest.mark.parametrize(
    ("path", "accepted", "language"),
    [("/", "", "id"), ("/meja", "en-GB, id;q=0.5", "en"), ("/?lang=en", "id", "en"), ("/?lang=id", "en", "id")],
)
async def test_language_is_asked_for_or_accepted(
    client: httpx.AsyncClient, path: str, accepted: str, language: str
) -> None:
    answer = await client.get(path, headers={"Accept-Language": accepted})
    assert f'<html lang="{language}">' in answer.text
    assert answer.headers["Content-Language"] == language
    assert answer.headers["Vary"] == "Accept-Language, Accept-Encoding"
    assert answer.headers["Cache-Control"] == "no-cache"


async def test_scripts_read_the_settings_from_the_page(client: httpx.AsyncClient) -> None:
    for path in ("/", "/meja", "/ruang-kendali", "/laporan/JK1"):
        (content,) = re.findall(r'<meta name="tanggap" content="([^"]*)">', (await client.get(path)).text)
        assert "<" not in content
        assert json.loads(unescape(content)) == SETTINGS


@pytest.mark.parametrize(
    ("accepted", "is_compressed"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("", False),
        ("br", False),
        ("identity, gzip;q=0", False),
        ("gzip;q=0.000", False),
        ("*", False),
    ],
)
async def test_answer_is_compressed_for_those_who_take_it(
    client: httpx.AsyncClient, accepted: str, is_compressed: bool
) -> None:
    for path, text in (("/built/assets/main-3f9a.js", SCRIPT), ("/", None)):
        async with client.stream("GET", path, headers={"Accept-Encoding": accepted}) as answer:
            body = b"".join([part async for part in answer.aiter_raw()])
        assert ("Content-Encoding" in answer.headers) is is_compressed
        plain = gzip.decompress(body) if is_compressed else body
        assert int(answer.headers["Content-Length"]) == len(body)
        assert text is None or plain.decode() == text
        assert (len(body) < len(plain)) is is_compressed


async def test_picture_is_not_compressed_again(client: httpx.AsyncClient) -> None:
    answer = await client.get("/built/icons/192.png")
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Content-Type"] == "image/png"


async def test_version_that_the_client_has_is_not_sent_again(client: httpx.AsyncClient) -> None:
    tags = set()
    for path in ("/", "/?lang=en", "/laporan/JK1", "/built/assets/main-3f9a.js"):
        for accepted in ("gzip", "identity"):
            sent = {"Accept-Encoding": accepted}
            first = await client.get(path, headers=sent)
            tag = first.headers["ETag"]
            again = await client.get(path, headers=sent | {"If-None-Match": f'"x", W/{tag}'})
            assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
            assert again.headers["Vary"] == first.headers["Vary"]
            assert (await client.get(path, headers=sent | {"If-None-Match": '"x"'})).content == first.content
            tags.add(tag)
    assert len(tags) == 8


@pytest.mark.parametrize(
    ("path", "kind", "kept"),
    [
        ("/built/assets/main-3f9a.js", "text/javascript", "public, max-age=31536000, immutable"),
        ("/built/assets/main-11aa.css", "text/css", "public, max-age=31536000, immutable"),
        ("/built/icons/192.png", "image/png", "no-cache"),
        ("/sw.js", "text/javascript", "no-cache"),
        ("/manifest.webmanifest", "application/manifest+json", "no-cache"),
        ("/built/manifest.webmanifest", "application/manifest+json", "no-cache"),
    ],
)
async def test_only_files_named_by_their_contents_are_kept(
    client: httpx.AsyncClient, path: str, kind: str, kept: str
) -> None:
    headers = (await client.get(path)).headers
    assert (headers["Content-Type"].partition(";")[0], headers["Cache-Control"]) == (kind, kept)


async def test_screen_may_load_from_here_and_pictures_from_named_origins(client: httpx.AsyncClient) -> None:
    allowed = directives((await client.get("/")).headers["Content-Security-Policy"])
    assert allowed["img-src"] == "'self' data: blob: https://peta.id"
    here = ("script-src", "style-src", "connect-src", "worker-src", "manifest-src", "font-src")
    assert {allowed[each] for each in here} == {"'self'"}
    shut = ("default-src", "base-uri", "form-action", "frame-ancestors")
    assert {allowed[each] for each in shut} == {"'none'"}
    assert set(allowed) == {*here, *shut, "img-src"}


async def test_service_worker_may_fetch_what_the_screens_load(client: httpx.AsyncClient) -> None:
    allowed = directives((await client.get("/sw.js")).headers["Content-Security-Policy"])
    assert (allowed["script-src"], allowed["connect-src"]) == ("'self'", "'self' https://peta.id")


async def test_preview_is_escaped_in_the_language_of_the_page(client: httpx.AsyncClient) -> None:
    text = (await client.get("/laporan/JK1?lang=en")).text
    head = text.partition("</head>")[0]
    assert "<script>alert" not in head
    assert unescape(re.findall("<title>([^<]*)</title>", head)[0]) == f"{EVIL} · Tanggap"
    found = dict(re.findall(r'<meta property="og:(\w+)" content="([^"]*)">', head))
    assert {name: unescape(content) for name, content in found.items()} == {
        "site_name": "Tanggap",
        "type": "article",
        "title": EVIL,
        "description": f"{EVIL} en",
        "url": f"https://kota.id/{EVIL}",
    }
    assert re.findall(r'<meta name="description" content="([^"]*)">', head) == [found["description"]]


async def test_page_of_nothing_is_the_screen_with_404(client: httpx.AsyncClient) -> None:
    plain = await client.get("/")
    for path, status in (("/laporan/JK0", 404), ("/laporan/JK2", 200)):
        answer = await client.get(path, headers={"If-None-Match": plain.headers["ETag"] if status == 404 else ""})
        assert (answer.status_code, answer.text) == (status, plain.text)


@pytest.mark.parametrize("marker", ['<html lang="id">', "<title>Tanggap</title>", '<meta name="tanggap" content="{}">'])
def test_built_page_without_a_place_to_fill_is_named(folder: Path, marker: str) -> None:
    (folder / "index.html").write_text(PAGE.replace(marker, ""))
    with pytest.raises(PagesError) as raised:
        read_built(folder)
    assert str(raised.value) == f"{folder}/index.html must have {marker} once. Build it with: {BUILD}"


def test_server_without_built_pages_says_how_to_build_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command_line, "BUILT", tmp_path)
    result = CliRunner().invoke(main, ["serve"], env={"MEDIA_DIR": str(tmp_path)})
    assert result.stderr == (
        f"Error: {tmp_path}/index.html cannot be read: No such file or directory. Build it with: {BUILD}\n"
    )


def test_trusted_documents_of_the_pages_come_beside_those_of_the_city(tmp_path: Path) -> None:
    text, own = "{ cities { name } }", tmp_path / "own.json"
    own.write_text(json.dumps({hash_of(text): text}))
    folder = tmp_path / "apps"
    folder.mkdir()
    (folder / "app.json").write_text(json.dumps({"a": "{ categories { code } }"}))
    manifest = read_manifest(folder, own)
    assert manifest.text_of({"documentId": hash_of(text)}) == text
    manifest.require(text)
    manifest.require("{ categories { code } }")


def test_committed_pages_are_whole_and_their_documents_can_be_executed() -> None:
    read_built(BUILT)
    documents: dict[str, Any] = json.loads(DOCUMENTS.read_text(encoding="utf-8"))
    assert {name: hash_of(text) for name, text in documents.items()} == {name: name for name in documents}
    assert list(manifest_faults(Manifest(documents), make_schema(), (), DEFAULT_LIMITS)) == []
