"""The pages for developers through ASGI: languages, links, headers, samples, the map and the vendored explorer."""

import hashlib
import re
import tomllib
from collections.abc import AsyncIterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from string import Template
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from graphql import build_schema, parse, validate
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette

from rules.languages import LANGUAGES, preferred_language
from web.maps import HEIGHT, WIDTH, draw_map, read_city_map
from web.pages import HERE, SCHEMA, page_routes

pytestmark = pytest.mark.anyio

PAGES = ["/api", "/api?lang=en", "/api/explorer", "/api/explorer?lang=en"]
ROUTES_OF_THE_APPLICATION = {"/", "/healthz", "/readyz"}
SAMPLES = sorted((HERE / "samples").glob("*.graphql"))
SOURCES = sorted(sample.read_text(encoding="utf-8").rstrip() for sample in SAMPLES)
EXPLORER = HERE / "static" / "explorer"
LOADING_CALLS = ["importScripts", "new Worker", "new SharedWorker", "import(", "eval(", "new Function"]


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=Starlette(routes=page_routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://tanggap.test") as client:
        yield client


class References(HTMLParser):
    """Collects every URL of a page, whatever its element, and everything inline that could run."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.inline: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        self.addresses += [value or "" for name, value in attrs if name in {"href", "src", "srcset", "action", "data"}]
        self.inline += [f"{tag} {name}" for name in names if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in names):
            self.inline.append(tag)


def schema_text() -> str:
    return SCHEMA.read_text(encoding="utf-8")


async def test_page_of_the_api_is_indonesian_by_default(
    client: httpx.AsyncClient,
) -> None:
    response = await client.get("/api", headers={"Accept-Language": "fr"})
    assert response.headers["Content-Language"] == "id"
    assert '<html lang="id">' in response.text
    assert "Kota yang menjawab warganya." in response.text


async def test_page_of_the_api_is_english_by_accept_language(client: httpx.AsyncClient) -> None:
    response = await client.get("/api", headers={"Accept-Language": "en-GB, id;q=0.5"})
    assert response.headers["Content-Language"] == "en"
    assert "A city that answers its citizens." in response.text
    assert response.headers["Vary"] == "Accept-Language, Accept-Encoding"


async def test_language_of_the_query_overrides_the_header(client: httpx.AsyncClient) -> None:
    english = await client.get("/api?lang=en", headers={"Accept-Language": "id"})
    indonesian = await client.get("/api?lang=id", headers={"Accept-Language": "en"})
    assert (english.headers["Content-Language"], indonesian.headers["Content-Language"]) == ("en", "id")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "id"),
        ("*", "id"),
        ("en", "en"),
        ("EN-us", "en"),
        ("id-ID, en;q=0.9", "id"),
        ("fr, en;q=0.2", "en"),
        ("id;q=0.4, en;q=0.5", "en"),
        ("id;q=0.5, en;q=0.5", "id"),
        ("en;q=0", "id"),
        ("en;q=high, id;q=0.1", "id"),
    ],
)
def test_highest_weight_chooses_the_language(header: str, language: str) -> None:
    assert preferred_language(None, header) == language


@given(requested=st.none() | st.text(), header=st.text(alphabet=st.sampled_from("enid-;q=.,* 019")) | st.text())
def test_any_header_leads_to_a_known_language(requested: str | None, header: str) -> None:
    assert preferred_language(requested, header) in LANGUAGES


def test_languages_have_the_same_texts_and_no_unused_ones() -> None:
    indonesian, english = (
        tomllib.loads((HERE / "texts" / f"{language}.toml").read_text(encoding="utf-8")) for language in LANGUAGES
    )
    page, explorer = (
        set(Template((HERE / name).read_text(encoding="utf-8")).get_identifiers())
        for name in ("api.html", "explorer.html")
    )
    assert indonesian.keys() == english.keys()
    assert [*indonesian["samples"]] == [*english["samples"]]
    assert indonesian.keys() <= page | {"open", "map_label", "samples", "explorer"}
    assert indonesian["explorer"].keys() == english["explorer"].keys() == explorer - {"language", "other", "samples"}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_sample_is_on_the_page_and_opens_in_the_explorer(client: httpx.AsyncClient, language: str) -> None:
    addresses = References((await client.get("/api", params={"lang": language})).text).addresses
    links = [urlsplit(address) for address in addresses if address.startswith("/api/explorer?")]
    given = [parse_qs(link.query) for link in links if "query=" in link.query]
    assert {query["lang"][0] for query in given} == {language}
    assert sorted(query["query"][0] for query in given) == SOURCES


@pytest.mark.parametrize("language", LANGUAGES)
async def test_explorer_has_every_sample_beside_it(client: httpx.AsyncClient, language: str) -> None:
    page = (await client.get("/api/explorer", params={"lang": language})).text
    assert sorted(map(unescape, re.findall(r'data-query="([^"]*)"', page))) == SOURCES


async def test_former_address_of_the_explorer_leads_there_for_good(client: httpx.AsyncClient) -> None:
    query = urlencode({"query": "{ cities { name } }"})
    for asked in ("", f"?{query}"):
        moved = await client.get(f"/explorer{asked}")
        assert (moved.status_code, moved.headers["Location"]) == (308, f"/api/explorer{asked}")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_page_that_is_not_served_has_no_links_to_it(client: httpx.AsyncClient, language: str) -> None:
    whole = References((await client.get("/api", params={"lang": language})).text).addresses
    transport = httpx.ASGITransport(app=Starlette(routes=page_routes(has_explorer=False, has_schema=False)))
    async with httpx.AsyncClient(transport=transport, base_url="http://tanggap.test") as without:
        left = References((await without.get("/api", params={"lang": language})).text).addresses
        assert (await without.get("/explorer")).status_code == 404
        for path in ("/api/explorer", "/schema.graphql"):
            assert (await without.get(path)).status_code == 404
            assert any(address.startswith(path) for address in whole)
    assert left == [address for address in whole if not address.startswith(("/api/explorer", "/schema.graphql"))]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_every_sample_is_one_operation(sample: Path) -> None:
    definitions = parse(sample.read_text(encoding="utf-8")).definitions
    assert [definition.kind for definition in definitions] == ["operation_definition"]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_every_sample_is_valid_against_the_printed_schema(sample: Path) -> None:
    schema = build_schema(schema_text())
    assert validate(schema, parse(sample.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("page", PAGES)
async def test_every_link_and_asset_of_a_page_is_served(client: httpx.AsyncClient, page: str) -> None:
    references = References((await client.get(page)).text)
    paths = {urlsplit(address).path for address in references.addresses} - ROUTES_OF_THE_APPLICATION - {""}
    if not SCHEMA.exists():
        paths.discard("/schema.graphql")
    assert paths
    answers = {path: (await client.get(path)).status_code for path in paths}
    assert answers == dict.fromkeys(paths, 200)


@pytest.mark.parametrize("page", PAGES)
async def test_page_references_no_other_origin(client: httpx.AsyncClient, page: str) -> None:
    references = References((await client.get(page)).text)
    assert [address for address in references.addresses if not re.match(r"/(?!/)|#", address)] == []


@pytest.mark.parametrize("page", PAGES)
async def test_page_has_no_inline_script_or_style(client: httpx.AsyncClient, page: str) -> None:
    assert References((await client.get(page)).text).inline == []


@pytest.mark.parametrize("style", sorted((HERE / "static").rglob("*.css")), ids=lambda style: style.name)
def test_style_sheet_loads_nothing(style: Path) -> None:
    text = style.read_text(encoding="utf-8")
    assert "@import" not in text
    assert [
        address for address in re.findall(r"url\(\s*[\"']?([^)]{,40})", text) if not address.startswith("data:")
    ] == []


@pytest.mark.parametrize("script", sorted((HERE / "static").rglob("*.js")), ids=lambda script: script.name)
def test_script_starts_no_worker_and_evaluates_and_imports_nothing(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    assert [call for call in LOADING_CALLS if call in text] == []
    assert re.findall(r"""(?:fetch|open|WebSocket|URL)\(\s*["'`](?:https?|wss?):""", text) == []


async def test_policy_allows_only_scripts_of_this_server(client: httpx.AsyncClient) -> None:
    for page in PAGES:
        policy = (await client.get(page)).headers["Content-Security-Policy"].split("; ")
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy


async def test_only_the_explorer_may_use_inline_styles(client: httpx.AsyncClient) -> None:
    allowed = [page for page in PAGES if "unsafe" in (await client.get(page)).headers["Content-Security-Policy"]]
    assert allowed == ["/api/explorer", "/api/explorer?lang=en"]
    assert "script-src 'self' 'unsafe" not in (await client.get("/api/explorer")).headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", [*PAGES, "/static/api.css", "/static/explorer/graphiql.min.js"])
async def test_responses_have_a_type_and_are_revalidated(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers
    assert headers["Cache-Control"] == "no-cache"
    assert headers["Content-Type"].split(";")[0] in {"text/html", "text/css", "text/javascript"}


@pytest.mark.parametrize("path", [*PAGES, "/static/api.css"])
async def test_unchanged_response_is_not_sent_again(client: httpx.AsyncClient, path: str) -> None:
    first = await client.get(path)
    again = await client.get(path, headers={"If-None-Match": f'"another", W/{first.headers["ETag"]}'})
    other = await client.get(path, headers={"If-None-Match": '"another"'})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert (other.status_code, other.content) == (200, first.content)


async def test_each_language_has_its_own_etag(client: httpx.AsyncClient) -> None:
    indonesian, english = [
        (await client.get("/api", params={"lang": language})).headers["ETag"] for language in LANGUAGES
    ]
    assert indonesian != english


@pytest.mark.parametrize("path", ["/static/", "/static/none.js", "/static/%2e%2e/pages.py", "/static/explorer"])
async def test_no_listing_and_no_file_outside_the_static_folder_is_served(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_printed_schema_is_served(client: httpx.AsyncClient) -> None:
    expected = schema_text()
    response = await client.get("/schema.graphql")
    assert response.text == expected
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_map_has_one_named_circle_for_each_kelurahan_inside_the_frame() -> None:
    city_map = read_city_map()
    svg = draw_map(city_map, "Map")
    assert len(city_map.dots) == svg.count("<circle") == svg.count("<title>") == 267
    assert (city_map.kecamatan, city_map.cities) == (44, 6)
    assert svg.count('<circle class="found"') == 1
    assert all(dot.radius <= dot.x <= WIDTH - dot.radius for dot in city_map.dots)
    assert all(dot.radius <= dot.y <= HEIGHT - dot.radius for dot in city_map.dots)


def test_markup_in_a_label_is_escaped() -> None:
    assert 'aria-label="a &lt;b&gt; &quot;c&quot;"' in draw_map(read_city_map(), 'a <b> "c"')


def test_vendored_files_match_the_hashes_in_their_readme() -> None:
    readme = (EXPLORER / "README.md").read_text(encoding="utf-8")
    named = dict(re.findall(r"^\| `([^`]+)` .*`([0-9a-f]{64})` \|$", readme, re.MULTILINE))
    found = {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in EXPLORER.iterdir()
        if file.suffix in {".js", ".css"}
    }
    assert named == found


def test_vendored_files_have_licences_no_source_maps_and_under_4_mb() -> None:
    names = {file.name for file in EXPLORER.iterdir()}
    assert {"LICENSE-graphiql.txt", "LICENSE-react.txt", "LICENSE-bundled.txt"} <= names
    assert not [name for name in names if name.endswith(".map")]
    assert sum(file.stat().st_size for file in EXPLORER.iterdir()) < 4_000_000
