"""Messages of Web Push: encrypted for the browser (RFC 8291), sent under the name of the service (RFC 8292)."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import http_ece
import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from rules import opaque
from rules.languages import Locale
from rules.news import NewsItem
from rules.push import PushTarget, VapidKey

TTL: Final = timedelta(days=3)
"""The time for which a push service keeps a message for a browser that is not reachable."""

TOKEN_VALIDITY: Final = timedelta(hours=12)
"""The validity of the token for a push service. RFC 8292 allows a day."""

TOPIC_BYTES: Final = 24
"""Bytes of a topic: 32 characters, the most that RFC 8030 allows."""


@dataclass(frozen=True, slots=True)
class PushSender:
    """The service as push services know it. `subject`: an address for their operators."""

    key: VapidKey
    subject: str

    def headers(self, target: PushTarget, report: str, now: datetime) -> dict[str, str]:
        """Return the headers of a message about a report. A later one about the same report replaces it."""
        return {
            "Authorization": f"vapid t={self._token(target.endpoint, now)}, k={self.key.public}",
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(int(TTL.total_seconds())),
            "Topic": self._topic(target, report),
            "Urgency": "normal",
        }

    def _token(self, endpoint: str, now: datetime) -> str:
        parts = urlsplit(endpoint)
        claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": now + TOKEN_VALIDITY, "sub": self.subject}
        return jwt.encode(claims, self.key.private, algorithm="ES256")

    def _topic(self, target: PushTarget, report: str) -> str:
        """Return a name for the report that tells the push service neither its number nor who else follows it."""
        about = f"{target.endpoint} {report}".encode()
        return opaque.encode(hmac.digest(urlsafe_b64decode(target.auth + "=="), about, hashlib.sha256)[:TOPIC_BYTES])


def payload(item: NewsItem, locale: Locale, url: str | None) -> bytes:
    """Return the JSON that the service worker of the app gets."""
    shown = {
        "title": item.title,
        "body": item.text(locale),
        "lang": locale.value.lower(),
        "report": item.number,
        "url": url,
    }
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode()


def encrypted(content: bytes, target: PushTarget) -> bytes:
    """Encrypt a payload so that only the browser can read it. Each time the key and the salt are new."""
    body: bytes = http_ece.encrypt(
        content,
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=urlsafe_b64decode(target.p256dh + "="),
        auth_secret=urlsafe_b64decode(target.auth + "=="),
    )
    return body
