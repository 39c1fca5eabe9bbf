"""Live news of a person: the state at once, then again after each event that changes it."""

from dataclasses import dataclass

from models.log import EventRow, Topic
from queries import news
from rules.access import Person
from subscriptions.channels import CitizenChannel
from subscriptions.shared import SharedSubscription
from subscriptions.states import StateStream
from subscriptions.tailer import Key, Listener, LogTailer


@dataclass(frozen=True)
class NewsChannel(CitizenChannel):
    """The events that change the news of a person: those that are news, and NEWS_READ."""

    def accepts(self, event: EventRow) -> bool:
        """Return whether an event that concerns the person changes their news."""
        return event.topic is Topic.NEWS or news.is_news(event, self.person.account_id)

    @property
    def keys(self) -> list[Key]:
        """The keys beside those of the reports that the person supports."""
        return [*super().keys, ("news", self.person.account_id)]


@dataclass(frozen=True, slots=True)
class NewsState:
    """The number of unread news, and the newest of all. `epoch`: that of the log."""

    unread: int
    latest: EventRow | None
    epoch: str


class NewsStream(StateStream[NewsState]):
    """The news of a person, at most once a second."""

    def __init__(self, shared: SharedSubscription, tailer: LogTailer, person: Person, seconds: float) -> None:
        super().__init__(shared, seconds)
        self._tailer, self._person = tailer, person

    async def listen(self) -> Listener:
        """Listen for news, and for the reading of them on another device."""
        return await NewsChannel(self._person).listen(self._tailer)

    async def read(self) -> NewsState:
        """Read the state."""
        account_id = self._person.account_id
        return NewsState(await news.unread(account_id), await news.latest(account_id), self._tailer.epoch)

    def differs(self, known: NewsState, state: NewsState) -> bool:
        """Return whether anything differs: a comment more is another newest event, also if all before was read."""
        return _shown(known) != _shown(state)


def _shown(state: NewsState) -> tuple[int, int | None, str]:
    return state.unread, None if state.latest is None else state.latest.position, state.epoch
