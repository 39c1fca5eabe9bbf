"""Addresses, keys and settings of notifications."""

from base64 import urlsafe_b64decode

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from rules.push import VapidKey, checked_target, is_public_https
from rules.refusals import Refusal
from rules.smtp import SmtpServer


@pytest.mark.parametrize(
    "address",
    [
        "https://fcm.googleapis.com/fcm/send/abc:def",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
        "https://web.push.apple.com:443/QH-x",
        "https://wns2-par02p.notify.windows.com/w/?token=BQYAAA%3d%3d",
        "https://xn--bcher-kva.example.org/",
        "https://8.8.8.8/x",
        "https://[2606:4700:4700::1111]/x",
    ],
)
def test_address_of_a_push_service_is_public(address: str) -> None:
    assert is_public_https(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "push",
        "http://push.example.org/x",
        "https:///x",
        "https://localhost/x",
        "https://push/x",
        "https://push.local/x",
        "https://db.internal./x",
        "https://push.example.org:99999/x",
        "https://u@push.example.org/x",
        "https://u:p@push.example.org/x",
        "https://push.example.org/x#y",
        "https://push.example.org/ x",
        "https://püsh.example.org/x",
        "https://-push.example.org/x",
        "https://127.0.0.1/x",
        "https://2130706433/x",
        "https://0x7f.1/x",
        "https://10.0.0.1/x",
        "https://169.254.169.254/x",
        "https://192.168.1.1/x",
        "https://[::1]/x",
        "https://[::ffff:127.0.0.1]/x",
        "https://[fe80::1]/x",
        "https://[fe80::1%25eth0]/x",
        "https://[x/x",
        "https://push.example.org/" + "x" * 2_000,
    ],
)
def test_address_that_is_not_on_the_internet_is_refused(address: str) -> None:
    assert not is_public_https(address)


@given(st.text(max_size=100), st.text(max_size=100), st.text(max_size=30))
def test_any_text_is_a_subscription_or_three_faults(endpoint: str, p256dh: str, auth: str) -> None:
    with pytest.raises(Refusal) as refused:
        checked_target(endpoint, p256dh, auth)
    assert refused.value.field == ("endpoint",)
    assert refused.value.also[0].field == ("p256dh",)


def test_point_beside_the_curve_is_refused() -> None:
    key = VapidKey.derived("rahasia").public
    raw = bytearray(urlsafe_b64decode(key + "="))
    raw[-1] ^= 1
    target = checked_target("https://push.example.org/x", key, "_" * 21 + "w")
    assert (target.p256dh, target.auth) == (key, "_" * 21 + "w")
    for wrong in (raw.hex(), key[:-2], key + "AAAA"):
        with pytest.raises(Refusal) as refused:
            checked_target("https://push.example.org/x", wrong, "_" * 22)
        assert refused.value.field == ("p256dh",)


@given(st.text(min_size=1, max_size=100).filter(lambda text: text.isascii()))
def test_derived_key_is_stable_and_its_public_part_is_a_point(secret: str) -> None:
    key = VapidKey.derived(secret)
    assert key.public == VapidKey.derived(secret).public
    point = urlsafe_b64decode(key.public + "=")
    assert len(point) == 65
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)


def test_mail_server_is_read_from_its_address() -> None:
    server = SmtpServer.read("smtp://kota%40contoh.id:p%2Fw@mail.contoh.id")
    assert (server.host, server.port, server.user, server.password) == (
        "mail.contoh.id",
        587,
        "kota@contoh.id",
        "p/w",
    )
    assert server.needs_starttls
    assert not SmtpServer.read("smtp://127.0.0.1:25").needs_starttls
    tls = SmtpServer.read("smtps://u:p@mail.contoh.id")
    assert (tls.port, tls.uses_tls, tls.needs_starttls) == (465, True, False)


@pytest.mark.parametrize(
    "url",
    ["mail.contoh.id", "http://mail.contoh.id", "smtp://", "smtp://u@h", "smtp://h/x", "smtp://h?x", "smtp://h:x"],
)
def test_wrong_address_of_a_mail_server_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"not smtp|needs a|Port"):
        SmtpServer.read(url)
