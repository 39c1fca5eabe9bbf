"""The refusals of operations before they begin. Each has the seconds after which it may be tried again."""

from typing import Final

from rules.limits import QuotaState, Wait
from rules.messages import Message
from schema.errors import RequestCode, RequestError

OVERLOADED_FOR: Final = 2
"""Seconds after which an operation that found the queue full should be tried again."""


class TurnedAway(RequestError):
    """Nothing was executed. `quotas`: the state of the exceeded policy, if there is one. `status`: that of HTTP."""

    status: int

    def __init__(
        self, message: Message, retry_after: int, quotas: tuple[QuotaState, ...] = (), **values: object
    ) -> None:
        super().__init__(RequestCode.RATE_LIMITED, message, **values)
        self.extensions = {"retryAfter": retry_after}
        self.retry_after, self.quotas = retry_after, quotas


class TooManyRequests(TurnedAway):
    """A network sends more than it may."""

    status = 429

    def __init__(self, seconds: int, *quotas: QuotaState) -> None:
        super().__init__(Message.TOO_MANY_REQUESTS, seconds, quotas, wait=Wait(seconds))


class Overloaded(TurnedAway):
    """The queue before the database is full."""

    status = 503

    def __init__(self) -> None:
        super().__init__(Message.BUSY, OVERLOADED_FOR, seconds=OVERLOADED_FOR)
