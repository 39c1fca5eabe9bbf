"""What every request and socket is given: who asks, in which language, and the parts of the service it uses."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from starlette.requests import HTTPConnection

from actions.transaction import Transactions
from app.auth import Tokens, identify
from media.upload import picture_urls
from models.places import read_reference_data
from models.reference.gazetteer import Gazetteer
from resolvers.loaders import RequestContext
from rules.languages import Locale
from schema.places import Places, places_of
from subscriptions.boards import Boards
from subscriptions.bus import Bus
from subscriptions.hub import Hub
from subscriptions.sockets import Sockets
from web.languages import preferred_language


@dataclass(kw_only=True)
class AppContext(RequestContext):
    """The `Context` of resolvers and the `LiveContext` of subscriptions. A socket fills `connection_params`."""

    hub: Hub
    boards: Boards
    token_until: datetime | None
    connection_params: dict[str, Any] | None = field(default=None)


@dataclass(kw_only=True)
class Services:
    """The parts of a running service, made at its start and shared by all requests of the process."""

    transactions: Transactions
    tokens: Tokens
    bus: Bus
    hub: Hub
    boards: Boards
    sockets: Sockets
    places: Places
    public_url: str

    async def reload_places(self) -> None:
        """Read the reference data anew; objects in use stay as they are."""
        self.places = places_of(Gazetteer(await read_reference_data()))

    async def context(self, request: HTTPConnection) -> AppContext:
        """Make the context of a request, or of a socket before its `connection_init`."""
        header = request.headers.get("authorization")
        identity = await identify(self.tokens, header, self.transactions.now())
        return AppContext(
            person=identity.person,
            session_id=identity.session_id,
            token_until=identity.until,
            token_refused=header is not None and identity.person is None,
            locale=locale_of(request.headers.get("accept-language", "")),
            transactions=self.transactions,
            tokens=self.tokens,
            current_epoch=lambda: self.hub.epoch,
            current_places=lambda: self.places,
            picture_urls=lambda name: picture_urls(name, self.public_url),
            hub=self.hub,
            boards=self.boards,
        )


def locale_of(accept_language: str) -> Locale:
    """Return the language of messages for an Accept-Language header."""
    return Locale(preferred_language(None, accept_language).upper())
