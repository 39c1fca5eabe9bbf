from typing import Any

import pytest
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from app.hosts import network
from rules.languages import Locale
from rules.limits import DEFAULTS, Buckets, QuotaState, Wait, delay, headers, network_of, parse_rates


def test_rates_are_the_defaults_but_for_what_the_text_replaces() -> None:
    rates = parse_rates("submissions-per-account = 3/minute, cost-per-address=50/10 seconds")
    assert rates.keys() == DEFAULTS.keys()
    assert (rates["submissions-per-account"].amount, rates["submissions-per-account"].get_expiry()) == (3, 60)
    assert (rates["cost-per-address"].amount, rates["cost-per-address"].get_expiry()) == (50, 10)
    assert rates["comments-per-account"] == parse_rates("")["comments-per-account"]
    assert {rate.amount for rate in parse_rates("*=7/hour").values()} == {7}


@pytest.mark.parametrize("text", ["nothing=3/hour", "comments-per-account", "comments-per-account=3", "*=0/hour"])
def test_wrong_rate_is_named(text: str) -> None:
    with pytest.raises(ValueError, match=r"nothing|-per-a"):
        parse_rates(text)


def test_network_is_an_address_of_ipv4_or_a_64_of_ipv6() -> None:
    assert network_of("203.0.113.7") == network_of("::ffff:203.0.113.7") == "203.0.113.7"
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff:1%eth0") == "2001:db8::/64"
    assert network_of("2001:db8:0:1::1") != network_of("2001:db8::1")
    assert network_of(":no address") == ":no address"


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("peer", "forwarded", "counted"),
    [
        ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "192.0.2.66, 198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "192.0.2.66, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
        ("203.0.113.5", "192.0.2.66", "203.0.113.5"),
    ],
    ids=["of a proxy", "forged before it", "over two proxies", "of no proxy"],
)
async def test_client_cannot_choose_the_network_it_is_counted_in(peer: str, forwarded: str, counted: str) -> None:
    seen: list[str] = []

    async def app(scope: Any, *_: Any) -> None:
        seen.append(network(scope))

    headers = [(b"x-forwarded-for", forwarded.encode())]
    scope: Any = {"type": "http", "client": (peer, 1), "headers": headers}
    await ProxyHeadersMiddleware(app, "10.0.0.0/8")(scope, None, None)  # type: ignore[arg-type] # it calls neither
    assert seen == [counted]


def test_delay_doubles_after_the_free_attempts_up_to_the_longest() -> None:
    assert [delay(failures, 2, 10) for failures in range(8)] == [0, 0, 0, 1, 2, 4, 8, 10]
    assert delay(10**9, 2, 10) == 10


def test_bucket_gives_its_quota_and_then_as_much_as_flows_in() -> None:
    now = 100.0
    bucket = Buckets("p", parse_rates("*=10/10 seconds")["cost-per-address"], lambda: now)
    assert [bucket.take("a", 4) for _ in range(3)] == [0, 0, 2], "nothing is taken by the one that is refused"
    assert bucket.take("b", 99) == 0, "what costs more than the quota waits for a full bucket"
    assert bucket.state("a") == QuotaState("p", 10, 10, 2, 8)
    now += 2
    assert bucket.take("a", 4) == 0
    assert (bucket.take("a"), bucket.take("b")) == (1, 0)
    now += 20
    assert bucket.state("a") == QuotaState("p", 10, 10, 10, 0)


def test_buckets_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Buckets, "MOST", 100)
    bucket = Buckets("p", parse_rates("*=10/10 seconds")["cost-per-address"])
    for number in range(1_000):
        bucket.take(str(number))
    assert len(bucket._full_at) <= 100


def test_headers_are_structured_fields_of_the_draft() -> None:
    states = [
        QuotaState("a-per-account", 30, 3600, 0, 12, is_exceeded=True),
        QuotaState("a-per-address", 900, 3600, 899, 3600),
    ]
    assert headers(states, 12) == {
        "Retry-After": "12",
        "RateLimit-Policy": '"a-per-account";q=30;w=3600, "a-per-address";q=900;w=3600',
        "RateLimit": '"a-per-account";r=0;t=12, "a-per-address";r=899;t=3600',
    }
    assert headers([]) == {}


def test_time_to_wait_is_said_in_words() -> None:
    assert [Wait(seconds).in_locale(Locale.EN) for seconds in (1, 90, 121, 9_000)] == [
        "1 second",
        "90 seconds",
        "3 minutes",
        "3 hours",
    ]
    assert Wait(9_000).in_locale(Locale.ID) == "3 jam"
