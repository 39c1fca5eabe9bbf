"""The screens of `web.screens` in a city: their settings, and the previews of reports and kelurahan for other sites."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from starlette.requests import Request
from starlette.routing import BaseRoute

from app.hosts import network
from app.oidc import START
from app.origins import origin_of
from app.services import Services
from app.settings import Settings
from app.tiles import tiles_origin
from app.turning_away import TurnedAway
from media.storage import photo_urls
from models.reports import PhotoValues
from queries import reports
from queries.visibility import EVERYBODY
from rules.languages import Language, Locale, Text
from rules.report_numbers import parse_report_number
from rules.workflow import RESOLUTION_LABELS, STATUS_LABELS, ReportStatus, Resolution
from web.screens import BUILT, NothingShown, Preview, read_built, screen_routes

logger = logging.getLogger("tanggap.screens")

PREVIEW_SECONDS: Final = 2.0
"""Seconds for the statement of a preview. A page is not kept waiting for it."""

REPORT: Final = Text(
    "{category} di {kelurahan}, {city}. Status: {status}.", "{category} in {kelurahan}, {city}. Status: {status}."
)
KELURAHAN: Final = Text(
    "Laporan warga di kelurahan ini, Kecamatan {kecamatan}, {city}: apa yang dijawab, dan secepat apa.",
    "Reports of citizens here, in kecamatan {kecamatan}, {city}: what was answered, and how soon.",
)


class _PreviewedReport(NamedTuple):
    """The columns of a report that its preview shows, all of them public."""

    number: str
    title: str
    status: str
    resolution: str | None
    category: str
    kelurahan: str
    erased: bool
    citizen_photos: PhotoValues


def city_screens(settings: Settings, services: Callable[[], Services]) -> list[BaseRoute]:
    """Return the routes of the screens with the settings of the city. Raises web.screens.PagesError."""

    async def preview(request: Request, language: Language) -> Preview | None:
        return await _preview(services(), request, Locale(language.upper()))

    origins = [tiles_origin(settings.tiles_url), origin_of(settings.public_url)]
    return screen_routes(read_built(BUILT), _settings_of(settings), filter(None, origins), preview)


def _settings_of(settings: Settings) -> Mapping[str, Any]:
    """Return what the scripts of the screens have to know."""
    tiles = {"url": settings.tiles_url, "attribution": settings.tiles_attribution}
    return {
        "tiles": tiles if settings.tiles_url else None,
        "email": bool(settings.smtp_url),
        "staffSignIn": START if settings.oidc_issuer else None,
    }


async def _preview(services: Services, request: Request, locale: Locale) -> Preview | None:
    base = services.base_url(request.scope)
    if "code" in request.path_params:
        return _kelurahan_preview(services, request.path_params["code"], base, locale)
    number = parse_report_number(request.path_params["number"])
    if number is None:
        raise NothingShown
    try:
        services.limiter.begin_operation(network(request.scope))
        with services.admission.place(network(request.scope)) as place:
            place.take()
            async with asyncio.timeout(PREVIEW_SECONDS):
                found = await reports.by_number(number, EVERYBODY, _PreviewedReport._fields)
    except TurnedAway:
        return None  # the screen itself is in memory, and can say more than a refusal here
    except Exception as error:  # noqa: BLE001 # whatever the driver raises: the screen shows that the city has trouble
        logger.warning("no preview error=%s", type(error).__name__)
        return None
    if found is None:
        raise NothingShown
    report = _PreviewedReport(*found[0][: len(_PreviewedReport._fields)])
    if report.erased:
        raise NothingShown
    return _report_preview(services, report, base, locale)


def _report_preview(services: Services, report: _PreviewedReport, base: str, locale: Locale) -> Preview:
    kelurahan = services.places.kelurahan[report.kelurahan]
    status = STATUS_LABELS[ReportStatus(report.status)].in_locale(locale)
    if report.resolution is not None:
        status += f" ({RESOLUTION_LABELS[Resolution(report.resolution)].in_locale(locale)})"
    photo = next(iter(report.citizen_photos or ()), None)
    return Preview(
        kind="article",
        title=report.title,
        description=REPORT.in_locale(locale).format(
            category=services.places.categories[report.category].names.in_locale(locale),
            kelurahan=kelurahan.name,
            city=_spoken(kelurahan.city.name),
            status=status,
        ),
        url=f"{base}/laporan/{report.number}" if base else None,
        image=photo_urls(photo[0], base).medium if base and photo is not None else None,
    )


def _kelurahan_preview(services: Services, code: str, base: str, locale: Locale) -> Preview:
    kelurahan = services.places.kelurahan.get(code)
    if kelurahan is None:
        raise NothingShown
    return Preview(
        kind="website",
        title=f"Kelurahan {kelurahan.name}",
        description=KELURAHAN.in_locale(locale).format(
            kecamatan=kelurahan.kecamatan.name, city=_spoken(kelurahan.city.name)
        ),
        url=f"{base}/kelurahan/{code}" if base else None,
        image=None,
    )


def _spoken(city: str) -> str:
    """Return the name of a city as people say it: "Jakarta Pusat" for "Kota Administrasi Jakarta Pusat"."""
    return city.partition(" Administrasi ")[2] or city
