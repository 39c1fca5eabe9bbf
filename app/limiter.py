"""The limits of this process: those that all workers share, and those that each counts for itself."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from app.admission import Admission
from app.counters import Counters
from app.sign_ins import Attempt, SignIns
from app.turning_away import TooManyRequests
from rules.limits import COST, OPERATIONS, Act, Buckets, QuotaState, Rates

CONNECTION_AGAIN: Final = 10
"""Seconds after which a refused socket or event stream should be tried again."""


class Limiter:
    """The limits. `connections`: sockets and event streams that a network may have open.

    `network`: that of the client, as `rules.limits.network_of` returns it.
    """

    def __init__(self, rates: Rates, counters: Counters, sign_ins: SignIns, connections: int) -> None:
        self._most_connections = connections
        self._connections: Counter[str] = Counter()
        self._rates, self._counters, self._sign_ins = rates, counters, sign_ins
        self._operations = Buckets(OPERATIONS, rates[OPERATIONS])
        self._cost = Buckets(COST, rates[COST])

    async def count(self, act: Act, account: str, network: str) -> list[QuotaState]:
        """Count an act of an account from a network, and return the state of its policies."""
        of_account, of_network = act.policies
        states = [await self._counters.hit(of_account, self._rates[of_account], self._counters.digest(account))]
        if not states[0].is_exceeded:  # who is refused as an account uses up nothing of a network that others share
            states.append(await self._counters.hit(of_network, self._rates[of_network], self._counters.digest(network)))
        return states

    async def attempt(self, account: str, network: str, device: str | None) -> Attempt:
        """Begin an attempt at the password of an account. Raises Refusal RATE_LIMITED."""
        return await self._sign_ins.begin(account, network, device)

    def begin_operation(self, network: str) -> None:
        """Count an operation. Raises TooManyRequests."""
        seconds = self._operations.take(network)
        if seconds:
            raise TooManyRequests(seconds, self._operations.state(network))

    def spend(self, network: str, cost: int) -> None:
        """Count the cost of an operation. Raises TooManyRequests."""
        seconds = self._cost.take(network, cost)
        if seconds:
            raise TooManyRequests(seconds, self._cost.state(network))

    def quotas(self, network: str) -> list[QuotaState]:
        """Return the state of the policies of requests of which more than half is used."""
        buckets = (self._operations, self._cost)
        return [bucket.state(network) for bucket in buckets if bucket.is_half_used(network)]

    @contextmanager
    def connection(self, network: str) -> Iterator[None]:
        """Count a socket or an event stream while it is open. Raises TooManyRequests."""
        if self._connections[network] >= self._most_connections:
            raise TooManyRequests(CONNECTION_AGAIN)
        self._connections[network] += 1
        try:
            yield
        finally:
            self._connections[network] -= 1
            if not self._connections[network]:
                del self._connections[network]


class Traffic:
    """The limits of the operations of a socket or an event stream."""

    def __init__(self, limiter: Limiter, admission: Admission, network: str) -> None:
        self._admission, self._network = admission, network
        self.begin_operation, self.spend = limiter.begin_operation, limiter.spend

    @contextmanager
    def admitted(self) -> Iterator[None]:
        """Have a place in the queue before the database. Raises TurnedAway."""
        with self._admission.place(self._network) as place:
            place.take()
            yield
