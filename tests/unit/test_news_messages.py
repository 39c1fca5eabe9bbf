"""The words of news, their encryption for a browser, and the e-mail with them."""

import json
from base64 import urlsafe_b64decode
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import http_ece
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from rules import opaque
from rules.digests import Digest
from rules.languages import Locale, Text
from rules.news import NewsItem, shortened
from rules.push import PushTarget, VapidKey
from rules.push_messages import PushSender, encrypted, payload
from rules.unsubscribing import UnsubscribeTokens
from rules.workflow import ReportStatus, Resolution

NOW = datetime(2026, 11, 29, 5, tzinfo=UTC)
GAMBIR = Text("Gambir", "Gambir")
KINDS = ["STATUS_CHANGED", "REOPENED", "ASSIGNED", "TRANSFERRED", "RECATEGORISED", "MOVED", "COMMENTED"]
UNSUBSCRIBE = "https://lapor.contoh.id/unsubscribe/abc"


def item(kind: str = "COMMENTED", number: int = 1, words: str | None = "Halo", title: str = "Sampah") -> NewsItem:
    return NewsItem(
        number=f"JK261129{number:04}",
        title=title,
        kind=kind,
        status=None,
        resolution=None,
        actor=GAMBIR,
        handler=Text("Dinas SDA", "Dinas SDA"),
        category=Text("Banjir", "Flood"),
        words=words,
    )


def digest(items: list[NewsItem], count: int | None = None, locale: Locale = Locale.ID) -> Digest:
    return Digest(
        sender="Kota Tanggap <kabar@lapor.contoh.id>",
        recipient="warga@contoh.id",
        locale=locale,
        items=items,
        count=len(items) if count is None else count,
        unsubscribe=UNSUBSCRIBE,
        message_id="<news.1@lapor.contoh.id>",
        at=NOW,
    )


def received(message: EmailMessage) -> tuple[EmailMessage, str, str]:
    """Return a message as its receiver reads it, with its text and its HTML."""
    read = message_from_bytes(message.as_bytes(), policy=default)
    assert isinstance(read, EmailMessage)
    text, html = (part.get_content() for part in read.iter_parts())
    return read, text, html


@pytest.mark.parametrize("locale", Locale)
@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_news_has_a_sentence_in_both_languages(kind: str, locale: Locale) -> None:
    sentence = item(kind).sentence(locale)
    assert sentence[0].isupper()
    assert sentence[-1] in ".:"
    assert sentence != item(kind).sentence(Locale.EN if locale is Locale.ID else Locale.ID)


@pytest.mark.parametrize("resolution", Resolution)
def test_each_outcome_has_a_sentence(resolution: Resolution) -> None:
    closed = {name: getattr(item("STATUS_CHANGED"), name) for name in NewsItem.__slots__}
    closed |= {"status": ReportStatus.PROCESSED, "resolution": resolution}
    assert NewsItem(**closed).sentence(Locale.ID) != item("STATUS_CHANGED").sentence(Locale.ID)


@given(st.text(max_size=2_000))
def test_shortened_text_is_the_beginning_of_the_text(text: str) -> None:
    short = shortened(text)
    assert len(short) <= 300
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


def test_browser_decrypts_what_is_sent_and_nobody_else() -> None:
    private, secret = ec.generate_private_key(ec.SECP256R1()), b"0123456789abcdef"
    target = PushTarget(endpoint="https://push.contoh.id/1", p256dh=public(private), auth=opaque.encode(secret))
    content = payload(item(words="Besok 🚒 " + "x" * 3_000), Locale.ID, "https://lapor.contoh.id/JK1")
    assert len(content) < 3_000
    sent = encrypted(content, target)
    assert sent != encrypted(content, target)
    shown = json.loads(http_ece.decrypt(sent, private_key=private, auth_secret=secret))
    assert shown["title"] == "Sampah"
    assert shown["body"].startswith("Gambir menulis: Besok 🚒")
    assert (shown["lang"], shown["report"], shown["url"]) == ("id", "JK2611290001", "https://lapor.contoh.id/JK1")
    with pytest.raises(http_ece.ECEException):
        http_ece.decrypt(sent, private_key=private, auth_secret=secret[::-1])


def public(private: ec.EllipticCurvePrivateKey) -> str:
    number = private.private_numbers().private_value.to_bytes(32)
    return VapidKey(number).public


def test_headers_name_the_service_and_hide_the_report() -> None:
    key = VapidKey.derived("rahasia")
    sender = PushSender(key, "mailto:kota@contoh.id")
    target = PushTarget(endpoint="https://push.contoh.id:444/1?x", p256dh=key.public, auth="_" * 21 + "w")
    headers = sender.headers(target, "JK2611290001", datetime.now(UTC))
    scheme, token, shown = headers["Authorization"].replace(",", "").split(" ")
    claims = jwt.decode(
        token.removeprefix("t="), key.private.public_key(), algorithms=["ES256"], audience="https://push.contoh.id:444"
    )
    assert (scheme, shown, claims["sub"]) == ("vapid", f"k={key.public}", "mailto:kota@contoh.id")
    assert len(urlsafe_b64decode(headers["Topic"])) == 24
    again = sender.headers(target, "JK2611290001", datetime.now(UTC))
    assert again["Topic"] == headers["Topic"] != sender.headers(target, "JK2611290002", NOW)["Topic"]
    assert "JK" not in headers["Topic"]


def test_email_has_the_news_by_report_and_a_way_to_end_it() -> None:
    items = [item(), item("MOVED", 2, None, "<b>Banjir</b> & lumpur"), item("ASSIGNED", 1, None)]
    message, text, html = received(digest(items, 40).message())
    assert message["Subject"] == "40 kabar tentang laporan Anda"
    assert message["To"] == "warga@contoh.id"
    assert message["List-Unsubscribe"] == f"<{UNSUBSCRIBE}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Message-ID"] == "<news.1@lapor.contoh.id>"
    reports = "Sampah (JK2611290001)\n- Gambir menulis: Halo\n- Laporan ini sekarang ditangani Dinas SDA."
    assert reports in text
    assert "37 kabar lain" in text
    assert text.count(UNSUBSCRIBE) == html.count(UNSUBSCRIBE) == 1
    assert "<b>" not in html
    assert "&lt;b&gt;Banjir&lt;/b&gt; &amp; lumpur" in html


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=150), st.text(max_size=400))
def test_any_title_and_words_make_an_email_that_can_be_read(title: str, words: str) -> None:
    words = words.encode("utf-8", "ignore").decode()
    message, text, _ = received(digest([item(words=words, title=title or "x")], locale=Locale.EN).message())
    assert message["Subject"].startswith("News of report JK2611290001:")
    assert message["Content-Language"] == "en"
    assert "To end them:" in text


@given(st.text(max_size=30), st.text(max_size=60))
def test_only_tokens_of_this_secret_are_read(public_id: str, other: str) -> None:
    public_id = public_id.encode("utf-8", "ignore").decode()
    token = UnsubscribeTokens("rahasia").write(public_id)
    assert UnsubscribeTokens("rahasia").read(token) == public_id
    assert UnsubscribeTokens("lain").read(token) is None
    assert UnsubscribeTokens("rahasia").read(other) is None
    assert UnsubscribeTokens("rahasia").read(token[:-1]) is None
