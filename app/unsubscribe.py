"""The page that ends e-mails: linked from each of them, without a sign-in, and for mail programs by one click.

Opening the link changes nothing, because programs that look for malware open every link. A mail program posts to it
(RFC 8058), and so does the button of the page.
"""

from collections.abc import Callable
from html import escape
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from actions.notifications import end_email_news
from app.plain_pages import plain_page
from app.services import Services
from rules.languages import Text, preferred_locale
from rules.unsubscribing import UnsubscribeTokens

TITLE: Final = Text("Kabar melalui e-mail", "News by e-mail")
QUESTION: Final = Text(
    "Berhenti menerima kabar laporan Anda melalui e-mail?", "End the e-mails with news of your reports?"
)
BUTTON: Final = Text("Berhenti berlangganan", "Unsubscribe")
DONE: Final = Text(
    "Anda tidak lagi menerima kabar melalui e-mail. Anda dapat mengaktifkannya kembali di aplikasi.",
    "You get no more news by e-mail. You can turn them on again in the app.",
)
UNKNOWN: Final = Text(
    "Tautan ini tidak berlaku. Anda dapat menghentikan e-mail di aplikasi.",
    "This link is not valid. You can end the e-mails in the app.",
)
FORM: Final = '<form method="post"><button name="List-Unsubscribe" value="One-Click">{button}</button></form>'


def unsubscribe_routes(services: Callable[[], Services], tokens: UnsubscribeTokens) -> list[BaseRoute]:
    """Return the route of the page."""

    async def answer(request: Request) -> Response:
        locale = preferred_locale(request.headers.get("accept-language", ""))
        public_id = tokens.read(request.path_params["token"])
        if public_id is None:
            return plain_page(locale, TITLE, UNKNOWN, status=404)
        if request.method != "POST":
            return plain_page(locale, TITLE, QUESTION, FORM.format(button=escape(BUTTON.in_locale(locale))))
        await services().transactions.run(end_email_news, public_id)
        return plain_page(locale, TITLE, DONE)

    return [Route("/unsubscribe/{token}", answer, methods=["GET", "POST"])]
