"""Pages for links in e-mails: plain text and at most a form, without a script, a style or a cookie."""

from html import escape
from typing import Final

from starlette.responses import HTMLResponse

from rules.languages import Locale, Text

HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Robots-Tag": "noindex",
}
PAGE: Final = """<!doctype html>
<html lang="{lang}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><main><h1>{title}</h1><p>{text}</p>{form}</main></html>
"""


def plain_page(locale: Locale, title: Text, text: Text, form: str = "", status: int = 200) -> HTMLResponse:
    """Return a page. `form` is HTML."""
    content = PAGE.format(
        lang=locale.value.lower(),
        title=escape(title.in_locale(locale)),
        text=escape(text.in_locale(locale)),
        form=form,
    )
    return HTMLResponse(content, status, HEADERS | {"Content-Language": locale.value.lower()})
