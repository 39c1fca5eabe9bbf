"""E-mails with the news of some hours: text and HTML, with a way to end them by one click (RFC 8058)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from html import escape
from typing import Final

from rules.languages import Locale, Text
from rules.news import NewsItem, shortened

ITEMS_AT_MOST: Final = 30
"""News in an e-mail. The app has the others."""

SUBJECT_ONE: Final = Text("Kabar laporan {number}: {title}", "News of report {number}: {title}")
SUBJECT_MANY: Final = Text("{count} kabar tentang laporan Anda", "{count} news of your reports")
GREETING: Final = Text(
    "Ini kabar terbaru tentang laporan yang Anda kirim atau dukung.",
    "This is the latest news of the reports that you submitted or support.",
)
MORE: Final = Text("Masih ada {count} kabar lain di aplikasi.", "The app has {count} more.")
END: Final = Text(
    "Anda menerima e-mail ini karena memilihnya di aplikasi. Berhenti menerimanya:",
    "You get this e-mail because you chose so in the app. To end them:",
)
END_LINK: Final = Text("Berhenti berlangganan", "Unsubscribe")

_HTML: Final = """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><title>{subject}</title></head>
<body style="font-family: sans-serif; line-height: 1.5; max-width: 40em">
<p>{greeting}</p>
{reports}{more}
<p style="color: #555; font-size: small">{end} <a href="{unsubscribe}">{link}</a></p>
</body></html>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The news of one person, oldest first. `count`: of all news, of which `items` may be the newest.

    `unsubscribe`: the address that ends the e-mails. `message_id`: the same for each attempt to send it, so that a
    second copy is recognised.
    """

    sender: str
    recipient: str
    locale: Locale
    items: Sequence[NewsItem]
    count: int
    unsubscribe: str
    message_id: str
    at: datetime

    def message(self) -> EmailMessage:
        """Return the e-mail."""
        message = EmailMessage()
        name, address = parseaddr(self.sender)
        message["From"] = Address(name, addr_spec=address)
        message["To"] = Address(addr_spec=self.recipient)
        message["Subject"] = self.subject
        message["Date"] = format_datetime(self.at)
        message["Message-ID"] = self.message_id
        message["Auto-Submitted"] = "auto-generated"
        message["List-Unsubscribe"] = f"<{self.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(self._text())
        message.add_alternative(self._html(), subtype="html")
        message["Content-Language"] = self.locale.value.lower()
        return message

    @property
    def subject(self) -> str:
        """The subject: the report, if all news are of one, otherwise their number."""
        first = self.items[0]
        if all(item.number == first.number for item in self.items):
            return self._in(SUBJECT_ONE, number=first.number, title=shortened(first.title))
        return self._in(SUBJECT_MANY, count=self.count)

    def _in(self, text: Text, **values: object) -> str:
        return text.in_locale(self.locale).format(**values)

    @property
    def _more(self) -> str:
        missing = self.count - len(self.items)
        return self._in(MORE, count=missing) if missing else ""

    def _by_report(self) -> dict[tuple[str, str], list[str]]:
        """Return the sentences of each report, by its number and title."""
        found: dict[tuple[str, str], list[str]] = {}
        for item in self.items:
            found.setdefault((item.number, item.title), []).append(item.text(self.locale))
        return found

    def _text(self) -> str:
        reports = [
            "\n".join([f"{title} ({number})", *(f"- {each}" for each in sentences)])
            for (number, title), sentences in self._by_report().items()
        ]
        parts = [self._in(GREETING), *reports, self._more, f"{self._in(END)}\n{self.unsubscribe}"]
        return "\n\n".join(part for part in parts if part) + "\n"

    def _html(self) -> str:
        reports = "".join(
            f"<h2>{escape(title)} <small>({escape(number)})</small></h2>\n"
            f"<ul>{''.join(f'<li>{escape(each)}</li>' for each in sentences)}</ul>\n"
            for (number, title), sentences in self._by_report().items()
        )
        return _HTML.format(
            lang=self.locale.value.lower(),
            subject=escape(self.subject),
            greeting=escape(self._in(GREETING)),
            reports=reports,
            more=f"<p>{escape(self._more)}</p>" if self._more else "",
            end=escape(self._in(END)),
            unsubscribe=escape(self.unsubscribe),
            link=escape(self._in(END_LINK)),
        )
