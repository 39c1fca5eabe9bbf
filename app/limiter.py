"""The limits of this process: those that all workers share, and those that each counts for itself."""

from app.counters import Counters
from app.sign_ins import Attempt, SignIns
from rules.limits import COST, OPERATIONS, Act, Buckets, QuotaState, Rates, waiting
from rules.messages import Message
from schema.errors import RequestCode, RequestError


class TooManyRequests(RequestError):
    """A network sends more than it may. Nothing was executed. `state`: that of the exceeded policy."""

    def __init__(self, state: QuotaState, seconds: int) -> None:
        super().__init__(RequestCode.RATE_LIMITED, Message.TOO_MANY_REQUESTS, wait=waiting(seconds))
        self.extensions = {"retryAfter": seconds}
        self.state, self.retry_after = state, seconds


class Limiter:
    """The limits. `network`: that of the client, as `rules.limits.network_of` returns it."""

    def __init__(self, rates: Rates, counters: Counters, sign_ins: SignIns) -> None:
        self._rates, self._counters, self._sign_ins = rates, counters, sign_ins
        self.operations = Buckets(OPERATIONS, rates[OPERATIONS])
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
        seconds = self.operations.take(network)
        if seconds:
            raise TooManyRequests(self.operations.state(network), seconds)

    def spend(self, network: str, cost: int) -> None:
        """Count the cost of an operation. Raises TooManyRequests."""
        seconds = self._cost.take(network, cost)
        if seconds:
            raise TooManyRequests(self._cost.state(network), seconds)
