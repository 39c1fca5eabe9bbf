"""Guesses at passwords: slowed down, and nobody is locked out by what others do."""

from typing import Final

from app.counters import Counters
from rules.emails import normal_email
from rules.limits import Wait, delay
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal

HOUR: Final = 3_600
"""Seconds for which failures are remembered, from the first of them on."""

KNOWN_FOR: Final = 30 * 24 * HOUR
"""Seconds for which a device is known, from its first sign-in on."""

OTHERS_MOST: Final = 60
"""Seconds that the failures of others can make anybody wait."""

OTHERS_SLOWER: Final = 5
"""Factor by which an account or a network has more free failures than one who guesses at one account."""

TURN_FOR: Final = 600
"""Seconds for which a turn is kept once it has come."""

TURNS_A_MINUTE: Final = 60
"""Turns that an address gets once too many guesses came from it."""


class Attempt:
    """An attempt that may be made. Say how it ended."""

    def __init__(self, counters: Counters, own: str, known: str, others: tuple[str, ...]) -> None:
        self._counters, self._own, self._known, self._others = counters, own, known, others

    async def failed(self) -> None:
        """Remember a wrong password."""
        for name in self._others:
            await self._counters.add(name, HOUR)

    async def succeeded(self) -> None:
        """Forget what went wrong before, and know the device from now on."""
        await self._counters.forget(f"attempts:{self._own}", f"wait:{self._own}", f"turn:{self._own}")
        await self._counters.add(self._known, KNOWN_FOR)


class SignIns:
    """The decision whether a password is checked now, by this law.

    1. A source is an account with a network. A known one is an account with a network and a device from which somebody
       signed in to it in the last 30 days. Each source has `free` attempts an hour; then it waits 1, 2, 4 seconds, up
       to `most`, after each further attempt. Attempts during the wait are refused without a look at the password, and
       make it no longer.
    2. A known source waits for its own attempts only. Nothing that others do delays it.
    3. When there are many failures for an account, or from a network, an unknown source has to wait before its
       first attempt: up to a minute, once. Its turn then is its own, whatever others do meanwhile.
    4. So a right password always signs in: at once from a known source, else after the wait that was announced.

    Two things are left. Who shares a network with somebody that guesses at the same account waits as that one does,
    unless their device is known there. And a network from which very many guesses come gets 60 turns a minute, for
    which its unknown sources compete. Another network, such as that of a telephone, helps in both cases.

    An account that does not exist is treated like any other, so that nobody learns which exist.
    """

    def __init__(self, counters: Counters, free: int, most: int) -> None:
        self._counters, self._free, self._most = counters, free, most

    async def begin(self, account: str, network: str, device: str | None) -> Attempt:
        """Begin an attempt. `account`: the address that was given, or another name of an account.

        Raises Refusal RATE_LIMITED.
        """
        name = _normal(account)
        known = f"known:{self._counters.digest(name, network, device or '')}"
        is_known = await self._counters.value(known) > 0
        own = known if is_known else self._counters.digest(name, network)
        await self._require_no_wait(own)
        others = () if is_known else tuple(f"failed:{self._counters.digest(one)}" for one in (name, network))
        if others:
            await self._require_turn(own, *others)
        attempts = await self._counters.add(f"attempts:{own}", HOUR)
        pause = delay(attempts, self._free, self._most)
        if pause and await self._counters.add(f"wait:{own}", pause) > 1:  # another one came first
            await self._require_no_wait(own)
        return Attempt(self._counters, own, known, others)

    async def _require_no_wait(self, own: str) -> None:
        seconds = await self._counters.seconds_left(f"wait:{own}")
        if seconds:
            raise _later(seconds)

    async def _require_turn(self, own: str, of_account: str, of_network: str) -> None:
        """Take the turn of an unknown source. Without one, give it a turn if too much failed before."""
        if await self._counters.value(f"turn:{own}"):
            await self._counters.forget(f"turn:{own}")
            return
        failures = max([await self._counters.value(name) for name in (of_account, of_network)]) // OTHERS_SLOWER
        seconds = delay(failures, self._free, min(OTHERS_MOST, self._most))
        if not seconds:
            return
        if await self._counters.add(f"turns:{of_network}", 60) > TURNS_A_MINUTE:
            raise _later(await self._counters.seconds_left(f"turns:{of_network}") or 1)
        await self._counters.add(f"wait:{own}", seconds)
        await self._counters.add(f"turn:{own}", seconds + TURN_FOR)
        raise _later(seconds)


def _normal(account: str) -> str:
    try:
        return normal_email(account)
    except Refusal:  # no account has it
        return account.casefold()[:320]


def _later(seconds: int) -> Refusal:
    return Refusal(ErrorCode.RATE_LIMITED, Message.SIGN_IN_LATER, wait=Wait(seconds))
