"""Limits of acts and of attempts at passwords, as resolvers enforce them."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from resolvers.context import MutationContext
from rules.devices import device_of
from rules.limits import Act, QuotaState, Wait
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal

T = TypeVar("T")


async def require_allowed(context: MutationContext, act: Act, account: int | str) -> None:
    """Count an act of an account. Raises Refusal RATE_LIMITED when it was done too often.

    `account`: its row id, or the address of one that may not exist.
    """
    states = await context.limiter.count(act, str(account), context.network)
    context.quotas += states
    require_left(states)


def require_left(states: list[QuotaState]) -> None:
    """Raise Refusal RATE_LIMITED when a policy is exceeded: that of the account is the first."""
    of_account, of_network = states[0], states[-1]
    if of_account.is_exceeded:
        raise Refusal(ErrorCode.RATE_LIMITED, Message.TOO_OFTEN, wait=Wait(of_account.reset))
    if of_network.is_exceeded:
        raise Refusal(ErrorCode.RATE_LIMITED, Message.TOO_OFTEN_HERE, wait=Wait(of_network.reset))


async def attempted(context: MutationContext, account: str, check: Callable[[], Awaitable[T]]) -> T:
    """Check a password, and return the result. A wrong one is counted as a guess at the account.

    Raises Refusal RATE_LIMITED, without a look at the password, after too many.
    """
    attempt = await context.limiter.attempt(account, context.network, device_of(context.user_agent))
    try:
        result = await check()
    except Refusal as refusal:
        if refusal.code is not ErrorCode.RATE_LIMITED:
            await attempt.failed()
        raise
    await attempt.succeeded()
    return result
