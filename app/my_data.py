"""The download of everything that the service has of a person: a ZIP, by a link that works once."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from tempfile import SpooledTemporaryFile
from typing import IO, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from actions.my_data import give_data_link_back, use_data_link
from app.plain_pages import plain_page
from app.services import Services
from media.storage import PhotoStore
from queries.my_data import MyData, read_my_data
from rules.languages import Locale, Text, preferred_locale
from rules.messages import Message
from rules.periods import jakarta_day
from rules.refusals import Refusal

logger = logging.getLogger("tanggap.my_data")

IN_MEMORY: Final = 1 << 20
"""Bytes of a ZIP that are kept in memory. A larger one is in a temporary file without a name."""

BLOCK: Final = 1 << 16
"""Bytes that are sent at once."""

TITLE: Final = Text("Data saya", "My data")
READ_ME: Final = """\
Ini semua data Anda yang disimpan layanan ini, satu berkas JSON untuk setiap jenis. Foto ada di folder photos.
This is all your data that the service has, one JSON file for each kind. Photos are in the folder photos.

account        akun / the account
roles          peran di pemerintah kota / roles in the city's administration
devices        perangkat yang masuk ke akun / devices that signed in
identities     akun di layanan masuk pegawai / accounts at the sign-in service for staff
notifications  peramban yang menerima pemberitahuan / browsers that get notifications
reports        laporan, juga yang anonim / reports, anonymous ones too
unmasked       kata-kata dari laporan yang disamarkan / words of masked reports
acts           tindakan pada laporan sendiri / acts on your own reports
comments       komentar / comments
supports       dukungan untuk laporan / reports that you supported
flags          laporan yang Anda tandai / reports that you flagged
points         poin warga / points as a citizen
photos         foto yang diunggah / photos that you uploaded
"""


def my_data_routes(services: Callable[[], Services], store: PhotoStore) -> list[BaseRoute]:
    """Return the route of the download."""

    async def download(request: Request) -> Response:
        if request.method == "HEAD":  # Starlette answers it by GET, which would use the link up
            return Response(status_code=405, headers={"Allow": "GET"})
        service = services()
        token, locale = request.path_params["token"], preferred_locale(request.headers.get("accept-language", ""))
        try:
            account_id = await service.transactions.run(use_data_link, token)
        except Refusal as refusal:
            return plain_page(locale, TITLE, Text(refusal.text(Locale.ID), refusal.text(Locale.EN)), status=404)
        data = await read_my_data(account_id)
        try:
            file = await asyncio.to_thread(_write, data, store)
        except OSError as error:
            logger.warning("photos unavailable error=%r", error)
            await service.transactions.run(give_data_link_back, token)
            return plain_page(locale, TITLE, Message.PHOTOS_UNAVAILABLE.value, status=503)
        headers = {
            "Cache-Control": "no-store",
            "Content-Disposition": f'attachment; filename="data-saya-{jakarta_day(service.transactions.now())}.zip"',
            "Content-Length": str(file.tell()),
        }
        return StreamingResponse(_blocks(file), media_type="application/zip", headers=headers)

    return [Route("/account/data/{token}", download)]


def _write(data: MyData, store: PhotoStore) -> IO[bytes]:
    """Write the ZIP, and return it open at its end. Blocking; safe in threads."""
    with ExitStack() as unless_written:
        file: IO[bytes] = unless_written.enter_context(SpooledTemporaryFile(max_size=IN_MEMORY))
        with ZipFile(file, "w", ZIP_DEFLATED) as archive:
            archive.writestr("README.txt", READ_ME)
            for name, table in data.tables.items():
                archive.writestr(f"{name}.json", orjson.dumps(table, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z))
            for name in data.photos:
                with suppress(FileNotFoundError):  # it was removed
                    archive.writestr(f"photos/{name}", store.read(name), ZIP_STORED)
        file.seek(0, 2)
        unless_written.pop_all()  # it is closed when it is sent
    return file


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while block := file.read(BLOCK):
            yield block
