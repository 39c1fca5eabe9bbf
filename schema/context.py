"""The context of a request, or of one live event, as the fields of the types use it."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self, TypeAlias, TypeVar

import strawberry
from strawberry.dataloader import DataLoader

from queries.log import heads
from queries.visibility import Viewpoint
from rules.access import Person
from rules.languages import Locale
from schema.costs import DEFAULT_LIMITS, Limits
from schema.freshness import Dependencies

if TYPE_CHECKING:
    from schema.places import ReferenceObjects

Key = TypeVar("Key")
Value = TypeVar("Value")

Batch: TypeAlias = Callable[[list[Key]], Awaitable[list[Value]]]
"""A query for several keys, which returns one value for each key, in the order of the keys."""

PictureUrls: TypeAlias = Callable[[str, str], tuple[str, str, str]]
"""Returns the addresses of a thumbnail, of the medium size and of the full picture, by the id of the photo and the
`base_url`."""

InLocale: TypeAlias = Annotated[
    Locale | None, strawberry.argument(description="Language of the text. That of the request when null.")
]

DEPENDS = {"depends": True}
"""The metadata of a field with an asynchronous resolver that says what its value depends on (`schema.freshness`). An
answer with any other asynchronous resolver is not kept."""

BATCHED = {"batched": True}
"""The metadata of a field with an asynchronous resolver that reads with `Context.load` only. What several aliases of it
read for an object is read together."""

BY_LOCALE = {"by_locale": True}
"""The metadata of a field that takes nothing from its request but the language."""

BY_VIEWER = {"by_viewer": True}
"""The metadata of a field whose value depends on the viewer. All other fields have the same value for everybody, and
are executed once for all subscribers: `tests/live/test_shared.py` checks it."""


BY_STAFF = {"by_staff": True}
"""The metadata of a field in which staff may see internal notes. It has the same value for everybody else, for whom it
is executed once. It is executed for each member of staff, because none of them sees the notes on their own reports."""


@dataclass(frozen=True, slots=True)
class Offers:
    """The ways in which the service can bring news while the app is closed. `vapid_public_key`: None without push."""

    vapid_public_key: str | None = None
    email: bool = False


@dataclass(kw_only=True)
class Context:
    """The viewer, the moment and the reference data of a request over HTTP, or of a socket.

    `base_url`: the address below which the client finds photos; empty if addresses have to be relative. `network`: the
    network of the client, as its limits are counted.

    `known_head`: the head of the log as of the arrival of the request, if that is known.

    Rows are loaded in batches and remembered. So a mutation calls `renew` before it answers, and a socket takes a
    `fresh` context for each operation and each event.
    """

    person: Person | None
    session_id: str | None
    token_refused: bool
    locale: Locale
    clock: Callable[[], datetime]
    current_epoch: Callable[[], str]
    current_places: "Callable[[], ReferenceObjects]"
    picture_urls: PictureUrls
    base_url: str
    limits: Limits = DEFAULT_LIMITS
    offers: Offers = Offers()
    network: str = ""
    known_head: tuple[str, int] | None = None
    now: datetime = field(init=False)
    places: "ReferenceObjects" = field(init=False)
    epoch: str = field(init=False)
    depends: Dependencies = field(init=False)
    _loaders: dict[Any, DataLoader[Any, Any]] = field(init=False)

    def __post_init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        """Take the present moment, reference data and epoch, and forget the rows that were loaded."""
        self.now, self.places, self.epoch = self.clock(), self.current_places(), self.current_epoch()
        self.forget()

    def forget(self) -> None:
        """Forget the rows that were loaded, and what the answer depends on."""
        self._loaders, self.depends = {}, Dependencies()

    @property
    def viewpoint(self) -> Viewpoint:
        """The viewer of what is read. An answer in which a hidden report is met is for this viewer only."""
        return Viewpoint(self.person, self.depends.on_viewer)

    async def log_head(self) -> tuple[str, int]:
        """Return the epoch of the log and a position up to which everything that is read from now on is included."""
        head: tuple[str, int] = self.known_head or await self.load(heads, None)
        return head

    def fresh(self, **changes: Any) -> Self:
        """Return a copy with these changes, in which nothing is loaded yet."""
        return replace(self, **changes)

    def load(self, batch: Callable[..., Awaitable[list[Any]]], key: Any, *shared: Hashable) -> Awaitable[Any]:
        """Load the value of a key. Keys that are asked for at the same time are read by one call of `batch`.

        `shared`: what `batch` takes beside the keys.
        """
        loader = self._loaders.get((batch, shared))
        if loader is None:
            loader = self._loaders[batch, shared] = DataLoader(lambda keys: batch(keys, *shared))
        return asyncio.shield(loader.load(key))


class Info(strawberry.Info[Context, None]):
    """The knowledge of a field about its request.

    `columns`: the columns of the rows that the selection of the field needs. None means whole rows: only `execution`
    knows the columns.
    """

    columns: ClassVar[tuple[str, ...] | None] = None

    def selects(self, name: str) -> bool:  # noqa: ARG002 # as in `execution`
        """Return whether a field of the value is selected. It may be, if nobody knows.

        `name`: in GraphQL, with the fields above it if it is deeper: "standings.edges.node.previousRank".
        """
        return True
