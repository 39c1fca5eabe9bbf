"""Refusals: one exception for every refusal that a person can act on."""

from collections.abc import Awaitable, Callable, Iterator
from enum import StrEnum
from types import TracebackType
from typing import ParamSpec, Self, TypeVar, cast

from rules.languages import Locale
from rules.limits import Wait
from rules.messages import Message

P = ParamSpec("P")
T = TypeVar("T")


class ErrorCode(StrEnum):
    """The kind of a refusal. Frontends branch on it, never on the text."""

    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    NOT_FOUND = "NOT_FOUND"
    INVALID = "INVALID"
    OUT_OF_AREA = "OUT_OF_AREA"
    CONFLICT = "CONFLICT"
    TRANSITION_REFUSED = "TRANSITION_REFUSED"
    PROOF_REQUIRED = "PROOF_REQUIRED"
    PROOF_REUSED = "PROOF_REUSED"
    RATE_LIMITED = "RATE_LIMITED"
    DUPLICATE_REQUEST = "DUPLICATE_REQUEST"
    TOO_FAR_APART = "TOO_FAR_APART"
    UNAVAILABLE = "UNAVAILABLE"


class Refusal(Exception):
    """A change is refused, and nothing has changed.

    `field` is the path of the invalid argument as the client wrote it, and empty for other refusals. `values` fill
    the message, which `text` returns in the reader's language. `also`: the other faults of the same input.
    """

    def __init__(self, code: ErrorCode, message: Message, /, *field: str, **values: object) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.field = field
        self.values = values
        self.also: tuple[Refusal, ...] = ()

    def text(self, locale: Locale) -> str:
        """Return the message in `locale` with its values."""
        return self.message.text(locale, **self.values)

    @property
    def retry_after(self) -> int:
        """The seconds after which it may be tried again. 0 if that is not known."""
        wait, seconds = self.values.get("wait"), self.values.get("seconds")
        if isinstance(wait, Wait):
            return wait.seconds
        return seconds if isinstance(seconds, int) else 0

    def __str__(self) -> str:
        return f"{self.code}: {self.text(Locale.EN)}"


class Faults:
    """The refusals of an input. Leaving the block raises all of them, so that a person learns every fault at once."""

    def __init__(self) -> None:
        self._refusals: list[Refusal] = []

    def __enter__(self) -> Self:
        return self

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._refusals)

    def __iter__(self) -> Iterator[Refusal]:
        return iter(self._refusals)

    def add(self, refusal: Refusal) -> None:
        """Remember a refusal until the block is left."""
        self._refusals.append(refusal)

    def check(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what a check returns. If it raises a Refusal, remember it; the value is then never used."""
        try:
            return function(*args, **kwargs)
        except Refusal as refusal:
            self._refusals += (refusal, *refusal.also)
            return cast("T", None)

    async def check_async(self, answer: Awaitable[T]) -> T:
        """Return what an asynchronous check returns, as `check` does."""
        try:
            return await answer
        except Refusal as refusal:
            self._refusals += (refusal, *refusal.also)
            return cast("T", None)

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, _: TracebackType | None) -> None:
        if isinstance(fault, Refusal):
            self._refusals += (fault, *fault.also)
        elif fault is not None:
            return
        if self._refusals:
            first, *others = self._refusals
            first.also = tuple(others)
            raise first from None
