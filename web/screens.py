"""The screens of citizens, officers and the wall: files that `web/app` is built into, answered from memory (ADR 46)."""

import json
import mimetypes
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from rules.languages import LANGUAGES, Language, preferred_language
from web.kept import KeptFile
from web.policies import STRICT_POLICY

BUILT: Final = Path(__file__).parent / "built"
DOCUMENTS: Final = BUILT / "documents.json"
"""The GraphQL documents of the screens, as a manifest of trusted documents."""

BUILD: Final = "npm run build --prefix web/app"

LINKS: Final = ("/akun/confirm/{token}", "/akun/reset/{token}", "/akun/invite/{token}")
"""The paths of the links of e-mails about accounts. The page takes the token out of its address at once."""

PATHS: Final[Mapping[str, tuple[str, ...]]] = {
    "index": (
        *("/", "/lapor", "/laporan", "/kelurahan", "/peringkat", "/masuk", "/daftar", "/sandi", "/akun"),
        *("/akun/{page}", *LINKS, "/bantuan"),
    ),
    "desk": ("/meja", "/meja/{rest:path}"),
    "wall": ("/ruang-kendali",),
}
"""The paths of each screen. What is at a path is decided by its scripts."""

PREVIEWING: Final = "index"
PREVIEWED: Final = ("/laporan/{number}", "/kelurahan/{code}")
"""The screen and those of its paths that other sites show with a title and a picture."""

AT_ROOT: Final = ("sw.js", "manifest.webmanifest")
"""Files that are at the root of the site too: a service worker serves what is below its own folder."""

TITLE: Final = "<title>Tanggap</title>"
LANGUAGE: Final = '<html lang="id">'
SETTINGS: Final = '<meta name="tanggap" content="{}">'

IMMUTABLE: Final = "public, max-age=31536000, immutable"
"""For files with a hash of their contents in their names."""

TYPES: Final = {".js": "text/javascript", ".webmanifest": "application/manifest+json", ".woff2": "font/woff2"}
"""Media types of which Python's table has an old one, or none."""


class PagesError(RuntimeError):
    """Built files that are missing or not as expected. The text is one line that says how to build them."""


class NothingShown(Exception):
    """Nothing that a visitor may know of is at an address."""


class Preview(NamedTuple):
    """The preview of a page on other sites. `url` and `image` are whole addresses: without a known host None."""

    kind: str
    title: str
    description: str
    url: str | None
    image: str | None


Previewing = Callable[[Request, Language], Awaitable[Preview | None]]
"""A function that returns the preview of a page, or None if it cannot be known now. Raises NothingShown."""


@dataclass(frozen=True, eq=False)
class Built:
    """The built files: the HTML of each screen by its name, and other files by their paths below `web/built`."""

    pages: Mapping[str, str]
    files: Mapping[str, bytes]


@cache
def read_built(folder: Path) -> Built:
    """Read the built files. Raises PagesError."""
    pages = {}
    for name in PATHS:
        file = folder / f"{name}.html"
        try:
            pages[name] = file.read_text(encoding="utf-8")
        except OSError as error:
            raise PagesError(f"{file} cannot be read: {error.strerror}. Build it with: {BUILD}") from None
        for marker in (LANGUAGE, SETTINGS, *((TITLE,) if name == PREVIEWING else ())):
            if pages[name].count(marker) != 1:
                raise PagesError(f"{file} must have {marker} once. Build it with: {BUILD}")
    files = {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for part in ("assets/**/*", "icons/**/*", *AT_ROOT)
        for file in folder.glob(part)
        if file.is_file()
    }
    return Built(MappingProxyType(pages), MappingProxyType(files))


def screen_routes(
    built: Built, settings: Mapping[str, Any], images: Iterable[str], previewing: Previewing
) -> list[BaseRoute]:
    """Return the routes of the screens and of the files they load.

    `settings`: what the scripts of the screens have to know. `images`: other origins from which they load pictures.
    """
    sources = " ".join(["'self'", "data:", "blob:", *sorted(set(images))])
    screens = {name: _Screen(html, settings, sources) for name, html in built.pages.items()}
    citizens = screens[PREVIEWING]

    async def show_previewed(request: Request) -> Response:
        language = _language(request)
        try:
            preview = await previewing(request, language)
        except NothingShown:
            return citizens.answer(request, language, status=404)
        return citizens.answer(request, language, preview)

    return [
        *(Route(path, screens[name].show) for name, paths in PATHS.items() for path in paths),
        *(Route(path, show_previewed) for path in PREVIEWED),
        *_file_routes(built.files, sources),
    ]


class _Screen:
    """The HTML of a screen, in both languages."""

    def __init__(self, html: str, settings: Mapping[str, Any], sources: str) -> None:
        content = escape(json.dumps(settings, ensure_ascii=False, separators=(",", ":")))
        filled = html.replace(SETTINGS, SETTINGS.replace("{}", content))
        self._policy = (
            f"{STRICT_POLICY}; script-src 'self'; style-src 'self'; img-src {sources}; connect-src 'self'; "
            "worker-src 'self'; manifest-src 'self'; font-src 'self'"
        )
        self._texts = {language: filled.replace(LANGUAGE, f'<html lang="{language}">') for language in LANGUAGES}
        self._kept = {language: self._page(language, text) for language, text in self._texts.items()}

    async def show(self, request: Request) -> Response:
        """Answer with the screen."""
        return self.answer(request, _language(request))

    def answer(
        self, request: Request, language: Language, preview: Preview | None = None, status: int = 200
    ) -> Response:
        """Answer with the screen in a language, with the preview of what it will show."""
        if preview is None:
            return self._kept[language].answer(request, status)
        return self._page(language, self._texts[language].replace(TITLE, _head(preview))).answer(request, status)

    def _page(self, language: Language, text: str) -> KeptFile:
        headers = {
            "Cache-Control": "no-cache",
            "Content-Language": language,
            "Content-Security-Policy": self._policy,
            "Vary": "Accept-Language",
        }
        return KeptFile(text.encode(), "text/html", headers)


def _file_routes(files: Mapping[str, bytes], sources: str) -> list[BaseRoute]:
    kept = {f"/built/{name}": KeptFile(body, _type(name), _headers(name, sources)) for name, body in files.items()}
    kept |= {f"/{name}": kept[f"/built/{name}"] for name in AT_ROOT if name in files}

    async def show(request: Request) -> Response:
        file = kept.get(request.scope["path"])
        if file is None:
            raise HTTPException(404)
        return file.answer(request)

    return [Route(path, show) for path in ("/built/{name:path}", *(f"/{name}" for name in AT_ROOT))]


def _headers(name: str, sources: str) -> Mapping[str, str]:
    headers = {"Cache-Control": IMMUTABLE if name.startswith("assets/") else "no-cache"}
    if name == "sw.js":  # what a service worker loads is subject to the policy of its own file
        loaded = " ".join(each for each in sources.split() if each not in {"data:", "blob:"})
        headers["Content-Security-Policy"] = f"{STRICT_POLICY}; script-src 'self'; connect-src {loaded}"
    return headers


def _type(name: str) -> str:
    return TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"


def _language(request: Request) -> Language:
    return preferred_language(request.query_params.get("lang"), request.headers.get("Accept-Language", ""))


def _head(preview: Preview) -> str:
    """Return the title of a page and its preview (Open Graph) as HTML."""
    properties = {
        "og:site_name": "Tanggap",
        "og:type": preview.kind,
        "og:title": preview.title,
        "og:description": preview.description,
        "og:url": preview.url,
        "og:image": preview.image,
    }
    lines = [
        f"<title>{escape(preview.title)} · Tanggap</title>",
        f'<meta name="description" content="{escape(preview.description)}">',
        *(f'<meta property="{name}" content="{escape(text)}">' for name, text in properties.items() if text),
    ]
    return "\n".join(lines)
