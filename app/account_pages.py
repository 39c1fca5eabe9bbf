"""The pages that links of accounts lead to without an app: a button that confirms, or a form for a new password.

Opening a link changes nothing, because programs that look for malware open every link.
"""

from collections.abc import Callable
from html import escape
from typing import Final
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from actions import recovery
from app.plain_pages import plain_page
from app.services import Services
from rules.languages import Locale, Text, preferred_locale
from rules.letters import CONFIRMING, PURPOSES, SETTING_PASSWORD
from rules.passwords import LENGTH
from rules.refusals import Refusal

MOST_BYTES: Final = 16_384
"""Bytes of a form: the longest password that is looked at, each character of it escaped."""

CONFIRM_TITLE: Final = Text("Konfirmasi alamat e-mail", "Confirm the e-mail address")
CONFIRM_TEXT: Final = Text("Apakah alamat e-mail ini milik Anda?", "Is this e-mail address yours?")
CONFIRM_BUTTON: Final = Text("Ya, konfirmasi", "Yes, confirm")
CONFIRMED: Final = Text(
    "Alamat e-mail Anda sudah dikonfirmasi. Silakan masuk di aplikasi.",
    "Your e-mail address is confirmed. Please sign in with the app.",
)
PASSWORD_TITLE: Final = Text("Kata sandi baru", "New password")
PASSWORD_TEXT: Final = Text(
    f"Pilih kata sandi: {LENGTH[0]} sampai {LENGTH[1]} karakter.",
    f"Choose a password: {LENGTH[0]} to {LENGTH[1]} characters.",
)
PASSWORD_BUTTON: Final = Text("Simpan", "Save")
PASSWORD_SET: Final = Text(
    "Kata sandi baru Anda sudah tersimpan. Silakan masuk di aplikasi.",
    "Your new password is stored. Please sign in with the app.",
)
BUTTON_FORM: Final = '<form method="post"><button>{button}</button></form>'
NEW_FORM: Final = (
    '<form method="post"><input type="password" name="new" autocomplete="new-password" required autofocus> '
    "<button>{button}</button></form>"
)


def account_routes(services: Callable[[], Services]) -> list[BaseRoute]:
    """Return the routes of the pages."""

    async def confirm(request: Request) -> Response:
        return await _confirm(services(), request)

    async def set_password(request: Request) -> Response:
        return await _set_password(services(), request)

    pages = {
        PURPOSES[kind]: page
        for kinds, page in ((CONFIRMING, confirm), (SETTING_PASSWORD, set_password))
        for kind in kinds
    }
    return [Route(f"/account/{purpose}/{{token}}", page, methods=["GET", "POST"]) for purpose, page in pages.items()]


async def _confirm(service: Services, request: Request) -> Response:
    locale, now = _locale(request), service.transactions.now()
    try:
        letter = await recovery.link_letter(service.tokens.letters, request.path_params["token"], CONFIRMING, now)
        if request.method != "POST":
            form = BUTTON_FORM.format(button=escape(CONFIRM_BUTTON.in_locale(locale)))
            return plain_page(locale, CONFIRM_TITLE, CONFIRM_TEXT, form)
        await service.transactions.run(recovery.confirm_email, letter.id)
    except Refusal as refusal:
        return plain_page(locale, CONFIRM_TITLE, _said(refusal), status=404)
    return plain_page(locale, CONFIRM_TITLE, CONFIRMED)


async def _set_password(service: Services, request: Request) -> Response:
    locale, now, token = _locale(request), service.transactions.now(), request.path_params["token"]
    form = NEW_FORM.format(button=escape(PASSWORD_BUTTON.in_locale(locale)))
    try:
        await recovery.link_letter(service.tokens.letters, token, SETTING_PASSWORD, now)
        if request.method != "POST":
            return plain_page(locale, PASSWORD_TITLE, PASSWORD_TEXT, form)
        letter_id, hashed = await recovery.checked_reset(service.tokens.letters, token, await _password(request), now)
        await service.transactions.run(recovery.reset_password, letter_id, hashed)
    except Refusal as refusal:
        is_link = refusal.field == ("token",)
        return plain_page(
            locale, PASSWORD_TITLE, _said(refusal), "" if is_link else form, status=404 if is_link else 400
        )
    return plain_page(locale, PASSWORD_TITLE, PASSWORD_SET)


async def _password(request: Request) -> str:
    """Return the password of a form; an empty one for a form that is too long or has none."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return ""
    try:
        return parse_qs(body.decode(), errors="strict", max_num_fields=2)["new"][0]
    except (ValueError, KeyError):
        return ""


def _locale(request: Request) -> Locale:
    return preferred_locale(request.headers.get("accept-language", ""))


def _said(refusal: Refusal) -> Text:
    return Text(refusal.text(Locale.ID), refusal.text(Locale.EN))
