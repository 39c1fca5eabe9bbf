"""The services of a running process, created at its start and shared by all its requests."""

from dataclasses import dataclass

from starlette.types import Scope

from actions.transaction import Transactions
from app.admission import Admission
from app.auth import ANONYMOUS, Tokens, identify, read_header, sends_token
from app.context import AppContext
from app.ended_sessions import EndedSessions
from app.hosts import base_url
from app.limiter import Limiter, Traffic
from execution.answers import Answers
from media.storage import photo_urls
from models.reference.gazetteer import Gazetteer
from queries.outbox import connected_agencies
from queries.reference import read_reference_data
from rules.languages import preferred_locale
from schema.context import Offers
from schema.costs import Limits
from schema.places import ReferenceObjects, reference_objects
from subscriptions.boards import LiveBoards
from subscriptions.notifier import Notifier
from subscriptions.tailer import LogTailer
from subscriptions.transport.connections import Connections


async def read_places() -> ReferenceObjects:
    """Read the reference data as the objects of the schema."""
    return reference_objects(Gazetteer(await read_reference_data()), await connected_agencies())


@dataclass(kw_only=True)
class Services:
    """The services of a process. `places` is replaced as a whole when the reference data changes."""

    transactions: Transactions
    tokens: Tokens
    notifier: Notifier
    tailer: LogTailer
    boards: LiveBoards
    connections: Connections
    places: ReferenceObjects
    answers: Answers
    ended_sessions: EndedSessions
    public_url: str
    limits: Limits
    offers: Offers
    limiter: Limiter
    admission: Admission

    async def reload_places(self) -> None:
        """Reload the reference data. Requests in progress keep the objects they have."""
        await self.transactions.reload_calendar()
        self.places = await read_places()

    def refuses(self, authorization: str) -> bool:
        """Return whether an authorization is known not to be valid, without asking the database.

        The end of a session is known as soon as the tailer has read it, at most a second later.
        """
        claims = read_header(self.tokens, authorization)
        return sends_token(authorization) and (claims is None or claims[0] in self.ended_sessions)

    def base_url(self, scope: Scope) -> str:
        """Return the address below which a client finds photos: PUBLIC_URL, or that of its request or handshake.

        Answers and frames with addresses may be shared only by clients for which this is the same.
        """
        return self.public_url or base_url(scope)

    async def context(
        self, authorization: str | None, languages: str | None, base_url: str, network: str = ""
    ) -> AppContext:
        """Return the context of a request, or of a websocket before its `connection_init`, from its headers.

        `network`: that of its client.
        """
        identity = ANONYMOUS
        if authorization is not None:
            identity = await identify(self.tokens, authorization, self.transactions.now())
        return AppContext(
            person=identity.person,
            session_id=identity.session_id,
            token_until=identity.until,
            token_refused=identity.person is None and sends_token(authorization),
            locale=preferred_locale(languages or ""),
            clock=self.transactions.now,
            transactions=self.transactions,
            tokens=self.tokens,
            current_epoch=lambda: self.tailer.epoch,
            current_places=lambda: self.places,
            picture_urls=photo_urls,
            base_url=base_url,
            limits=self.limits,
            offers=self.offers,
            limiter=self.limiter,
            traffic=Traffic(self.limiter, self.admission, network),
            network=network,
            tailer=self.tailer,
            boards=self.boards,
        )
