"""Limits: how often people and networks may do something, and the headers that say so.

A network is an IPv4 address, or the /64 of an IPv6 address: one household gets at least that. Behind the address of a
mobile operator are thousands of people, so limits of an address are wide, and those of an account narrow.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from ipaddress import IPv6Address, ip_network
from time import monotonic
from typing import Final, NamedTuple, Self

from limits import RateLimitItem, parse

from rules.languages import Text


class Allowed(NamedTuple):
    """The default rates of an act. `name` is that of the act in the names of its two policies."""

    name: str
    account: str
    address: str


class Act(Enum):
    """Acts that are counted: for each account, and for each address, together for all workers."""

    _value_: Allowed

    SIGN_UP = Allowed("sign-ups", account="10/hour", address="200/hour")
    STAFF_SIGN_IN = Allowed("staff-sign-ins", account="60/hour", address="2000/hour")
    LETTER = Allowed("letters", account="10/hour", address="200/hour")
    SUBMISSION = Allowed("submissions", account="30/hour", address="1000/hour")
    FILING = Allowed("filings", account="2000/hour", address="4000/hour")
    UPLOAD = Allowed("uploads", account="200/hour", address="5000/hour")
    COMMENT = Allowed("comments", account="120/hour", address="2000/hour")
    FLAG = Allowed("flags", account="30/hour", address="500/hour")

    @property
    def policies(self) -> tuple[str, str]:
        """The names of its policies: for an account, and for an address."""
        return f"{self.value.name}-per-account", f"{self.value.name}-per-address"


OPERATIONS: Final = "operations-per-address"
COST: Final = "cost-per-address"
"""The policies of GraphQL, counted by each worker for itself."""

DEFAULTS: Final[Mapping[str, str]] = {
    **{name: text for act in Act for name, text in zip(act.policies, act.value[1:], strict=True)},
    OPERATIONS: "300/2 seconds",
    COST: "300000/2 seconds",
}
"""The rate of each policy."""

ROUNDING: Final = 1e-6
"""Seconds by which sums of times differ from what they should be."""

EVERY: Final = "*"

Rates = Mapping[str, RateLimitItem]


def parse_rates(text: str) -> Rates:
    """Return the rate of each policy: the default, unless the text has another: "submissions-per-account=60/hour".

    Several are separated by commas; `*` stands for all policies. Raises ValueError, with a text of one line.
    """
    rates = dict(DEFAULTS)
    for entry in filter(None, map(str.strip, text.split(","))):
        name, _, rate = map(str.strip, entry.partition("="))
        if name not in {*DEFAULTS, EVERY}:
            raise ValueError(f"{name!r} must be one of {', '.join(sorted(DEFAULTS))}")
        rates.update(dict.fromkeys(rates if name == EVERY else [name], rate))
    return {name: _rate(name, rate) for name, rate in rates.items()}


def _rate(name: str, text: str) -> RateLimitItem:
    try:
        rate = parse(text)
    except ValueError:
        rate = None
    if rate is None or rate.amount < 1 or rate.get_expiry() < 1:
        raise ValueError(f"{name} must be a rate such as 30/hour or 100/10 seconds")
    return rate


def network_of(address: str) -> str:
    """Return the network of an address of a client, as it is counted."""
    if ":" not in address:
        return address
    try:
        parsed = IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    return str(parsed.ipv4_mapped or ip_network((parsed, 64), strict=False))


class QuotaState(NamedTuple):
    """State of a policy for one client. `reset`: seconds after which what is used is free again, at least a part."""

    policy: str
    quota: int
    window: int
    remaining: int
    reset: int
    is_exceeded: bool = False


def headers(states: Sequence[QuotaState], retry_after: int = 0) -> dict[str, str]:
    """Return the headers that say so (draft-ietf-httpapi-ratelimit-headers-10), and Retry-After if it is not 0."""
    sent = {"Retry-After": str(retry_after)} if retry_after else {}
    if states:
        sent["RateLimit-Policy"] = ", ".join(f'"{one.policy}";q={one.quota};w={one.window}' for one in states)
        sent["RateLimit"] = ", ".join(f'"{one.policy}";r={one.remaining};t={one.reset}' for one in states)
    return sent


class Wait(Text):
    """A number of seconds to wait, in words."""

    seconds: int

    def __new__(cls, seconds: int) -> Self:
        """Return the words for a number of seconds: minutes and hours are rounded up."""
        wait = super().__new__(cls, *_words(seconds))
        wait.seconds = seconds
        return wait


def _words(seconds: int) -> tuple[str, str]:
    if seconds < 120:
        return f"{seconds} detik", f"{seconds} second{'' if seconds == 1 else 's'}"
    minutes = math.ceil(seconds / 60)
    if minutes < 120:
        return f"{minutes} menit", f"{minutes} minutes"
    hours = math.ceil(minutes / 60)
    return f"{hours} jam", f"{hours} hours"


def delay(failures: int, free: int, most: int) -> int:
    """Return the seconds to wait after a number of failures: none for the `free` ones, then 1, 2, 4 up to `most`."""
    return 0 if failures <= free else min(most, 2 ** min(failures - free - 1, 30))


class Buckets:
    """Token buckets by key, in memory: each holds a quota, and is refilled evenly over a window.

    A bucket is one number, the moment at which it is full (the generic cell rate algorithm), so that a check is an
    operation of a dictionary. Full buckets are forgotten.
    """

    MOST: Final = 50_000
    """Buckets that are kept. If that number is in use, all are forgotten: memory is bounded, whatever is sent."""

    def __init__(self, policy: str, rate: RateLimitItem, clock: Callable[[], float] = monotonic) -> None:
        self._policy, self._quota, self._window, self._clock = policy, rate.amount, rate.get_expiry(), clock
        self._second = self._window / self._quota
        self._full_at: dict[str, float] = {}

    def take(self, key: str, tokens: int = 1) -> int:
        """Take tokens, and return 0; or take nothing, and return the seconds after which there will be enough."""
        now = self._clock()
        at = self._full_at.get(key, 0.0)
        full_at = (max(now, at)) + min(tokens, self._quota) * self._second
        missing = full_at - now - self._window
        if missing > ROUNDING:
            return math.ceil(missing)
        self._full_at[key] = full_at
        if len(self._full_at) > self.MOST:
            self._tidy(now)
        return 0

    def is_half_used(self, key: str) -> bool:
        """Return whether less than half of a bucket is left."""
        full_at = self._full_at.get(key)
        return full_at is not None and full_at - self._clock() > self._window / 2

    def state(self, key: str) -> QuotaState:
        """Return the state of a bucket."""
        missing = max(0.0, self._full_at.get(key, 0.0) - self._clock())
        remaining = max(0, self._quota - math.ceil(missing / self._second))
        return QuotaState(self._policy, self._quota, self._window, remaining, math.ceil(missing))

    def _tidy(self, now: float) -> None:
        self._full_at = {key: at for key, at in self._full_at.items() if at > now}
        if len(self._full_at) > self.MOST // 2:
            self._full_at = {}
