"""The address of a request: one valid host, or none."""

from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.hosts import base_url


def of(*hosts: bytes, scheme: str = "http") -> str:
    return base_url({"type": "http", "scheme": scheme, "headers": [(b"host", host) for host in hosts]})


@pytest.mark.parametrize(
    ("scheme", "host", "expected"),
    [
        ("http", b"lapor.example.id", "http://lapor.example.id"),
        ("https", b"lapor.example.id", "https://lapor.example.id"),
        ("ws", b"lapor.example.id", "http://lapor.example.id"),
        ("wss", b"lapor.example.id", "https://lapor.example.id"),
        ("http", b"LAPOR.Example.ID", "http://lapor.example.id"),
        ("http", b"lapor.example.id:80", "http://lapor.example.id"),
        ("https", b"lapor.example.id:443", "https://lapor.example.id"),
        ("https", b"lapor.example.id:80", "https://lapor.example.id:80"),
        ("http", b"localhost:8000", "http://localhost:8000"),
        ("http", b"10.0.2.2:8000", "http://10.0.2.2:8000"),
        ("http", b"[::1]:8000", "http://[::1]:8000"),
        ("http", b"[2001:DB8:0:0::1]", "http://[2001:db8::1]"),
        ("http", b"node_1:8000", "http://node_1:8000"),
        ("http", b"xn--bcher-kva.example", "http://xn--bcher-kva.example"),
        ("http", b"evil.example", "http://evil.example"),
    ],
)
def test_valid_host_is_the_base_of_addresses_in_normal_form(scheme: str, host: bytes, expected: str) -> None:
    assert of(host, scheme=scheme) == expected


@pytest.mark.parametrize(
    "host",
    [
        b"",
        b" ",
        b".",
        b"a..b",
        b"lapor.example.id ",
        b"user@evil.example",
        b"user:password@evil.example",
        b"evil.example/",
        b"evil.example/path",
        b"evil.example?x",
        b"evil.example#x",
        b"evil.example\\x",
        b"evil.example\r\nX-Injected: 1",
        b"evil.example\n",
        b"evil.example\0",
        b'"><script>alert(1)</script>',
        b"javascript:alert(1)",
        b"http://evil.example",
        b"evil.example, other.example",
        b"*.example.id",
        b"evil%2eexample",
        "bücher.example".encode(),
        b"b\xfccher.example",
        b"evil.example:",
        b"evil.example:0",
        b"evil.example:65536",
        b"evil.example:8000:8000",
        b"evil.example:+80",
        b"[::1",
        b"[::1]x",
        b"[::1%25eth0]",
        b"[fe80::1%eth0]",
        b"[gggg::]",
        b"[1.2.3.4]",
        b"a" * 301,
        b"a" * 1_000_000,
    ],
)
def test_anything_but_a_host_leaves_addresses_relative(host: bytes) -> None:
    assert of(host) == ""


def test_no_host_and_two_hosts_leave_addresses_relative() -> None:
    assert of() == of(b"a.example", b"b.example") == of(b"a.example", b"a.example") == ""


@given(st.binary(max_size=40) | st.from_regex(rb"[a-z0-9.:@/\[\]%_-]{0,40}", fullmatch=True))
@example(b"a.example:00080")
def test_base_is_empty_or_exactly_an_origin(host: bytes) -> None:
    base = of(host)
    if base:
        parts = urlsplit(base)
        assert base == f"http://{parts.netloc}"
        assert parts.username is None
        assert of(parts.netloc.encode()) == base
