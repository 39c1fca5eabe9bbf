"""The routes of the pages: the front page, the explorer and the files they load, all from this server."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from rules.languages import LANGUAGES, preferred_language
from web.front import front_page

HERE: Final = Path(__file__).parent
EXPLORER: Final = "/explorer"
SCHEMA_PATH: Final = "/schema.graphql"
SCHEMA: Final = HERE.parent / "schema" / "schema.graphql"

STRICT_POLICY: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
FRONT_POLICY: Final = f"{STRICT_POLICY}; script-src 'self'; style-src 'self'; img-src 'self'"
# GraphiQL's editor positions its lines with style attributes and <style> elements, which need 'unsafe-inline'.
# Its fonts and cursors are data: URLs in its style sheet. Scripts come from our own files only.
EXPLORER_POLICY: Final = (
    f"{STRICT_POLICY}; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src data:; connect-src 'self'"
)
HEADERS: Final = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": STRICT_POLICY,
}


@dataclass(frozen=True, slots=True)
class Page:
    """An HTML page rendered at startup, and its Content-Security-Policy."""

    body: bytes
    policy: str

    @property
    def etag(self) -> str:
        """The entity tag of this version of the page, in quotes as in HTTP."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'

    def answer(self, request: Request, **headers: str) -> Response:
        """Return the page, or 304 without a body when the client has this version."""
        headers = HEADERS | {"Content-Security-Policy": self.policy, "ETag": self.etag} | headers
        known = request.headers.get("If-None-Match", "").split(",")
        if self.etag in [tag.strip().removeprefix("W/") for tag in known]:
            return Response(status_code=304, headers=headers)
        return Response(self.body, media_type="text/html", headers=headers)


class Assets(StaticFiles):
    """Static files with the headers of the pages. Clients revalidate them, so that an upgrade shows at once."""

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """Return the file, or 304 when the client has it."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers.update(HEADERS)
        return response


def page_routes(*, has_explorer: bool = True, has_schema: bool = True) -> list[BaseRoute]:
    """Return the routes of the pages: `/`, `/static/...`, and `/explorer` and `/schema.graphql` where they are served.

    The language of the front page is that of `?lang=`, else of Accept-Language, else Indonesian. This call renders
    the pages, so that a missing file or text is an error at startup.
    """
    pages = ((EXPLORER, has_explorer), (SCHEMA_PATH, has_schema))
    hidden = tuple(path for path, is_served in pages if not is_served)
    fronts = {language: Page(front_page(language, hidden).encode(), FRONT_POLICY) for language in LANGUAGES}
    explorer = Page((HERE / "explorer.html").read_bytes(), EXPLORER_POLICY)

    async def show_front(request: Request) -> Response:
        language = preferred_language(request.query_params.get("lang"), request.headers.get("Accept-Language", ""))
        return fronts[language].answer(request, **{"Content-Language": language, "Vary": "Accept-Language"})

    async def show_explorer(request: Request) -> Response:
        return explorer.answer(request)

    async def show_schema(_: Request) -> Response:
        return FileResponse(SCHEMA, media_type="text/plain; charset=utf-8", headers=HEADERS)

    return [
        Route("/", show_front),
        *([Route(EXPLORER, show_explorer)] if has_explorer else []),
        *([Route(SCHEMA_PATH, show_schema)] if has_schema else []),
        Mount("/static", Assets(directory=HERE / "static")),
    ]
