"""The routes of the pages for developers: `/api`, the explorer and the files they load, all from this server."""

import os
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from rules.languages import LANGUAGES, Language, preferred_language
from web.api_page import EXPLORER, api_page, explorer_page
from web.kept import KeptFile
from web.policies import API_POLICY, EXPLORER_POLICY, STRICT_POLICY

HERE: Final = Path(__file__).parent
SCHEMA_PATH: Final = "/schema.graphql"
SCHEMA: Final = HERE.parent / "schema" / "schema.graphql"

HEADERS: Final = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": STRICT_POLICY,
}


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
    """Return the routes: `/api`, `/static/...`, and `/api/explorer` and `/schema.graphql` where they are served.

    The language of a page is that of `?lang=`, else of Accept-Language, else Indonesian. This call renders the pages,
    so that a missing file or text is an error at startup.
    """
    served = ((EXPLORER, has_explorer), (SCHEMA_PATH, has_schema))
    hidden = tuple(path for path, is_served in served if not is_served)
    texts = {language: api_page(language, hidden) for language in LANGUAGES}
    explorer = [
        _page(EXPLORER, {language: explorer_page(language) for language in LANGUAGES}, EXPLORER_POLICY),
        Route("/explorer", _moved),
    ]

    async def show_schema(_: Request) -> Response:
        return FileResponse(SCHEMA, media_type="text/plain; charset=utf-8", headers=HEADERS)

    return [
        _page("/api", texts, API_POLICY),
        *(explorer if has_explorer else []),
        *([Route(SCHEMA_PATH, show_schema)] if has_schema else []),
        Mount("/static", Assets(directory=HERE / "static")),
    ]


def _page(path: str, texts: dict[Language, str], policy: str) -> BaseRoute:
    """Return the route of a page with these texts."""
    headers = HEADERS | {"Content-Security-Policy": policy, "Vary": "Accept-Language"}
    pages = {
        language: KeptFile(text.encode(), "text/html", {**headers, "Content-Language": language})
        for language, text in texts.items()
    }

    async def show(request: Request) -> Response:
        language = preferred_language(request.query_params.get("lang"), request.headers.get("Accept-Language", ""))
        return pages[language].answer(request)

    return Route(path, show)


async def _moved(request: Request) -> Response:
    """Send old links to the explorer on, with what they open."""
    query = request.url.query
    return RedirectResponse(f"{EXPLORER}?{query}" if query else EXPLORER, 308)
