"""Live rankings: sums read once from the tallies, then folded from the log; one calculation for all who watch.

A board shows the period that the log has open. When the event that closes that period is handed out it is read anew:
what comes after that event counts in the next.

Each board in use is a task of its process. It gives every watcher the board as it stands, then what changed, at most
four times a second: the latest truth matters, not each step.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

from models.accounts import AccessKind
from models.log import REBUILT, EventRow, Topic
from queries.leaderboards import Board, read_open_board
from rules.periods import Period, Span
from rules.scoring.counters import ZERO, CounterDelta, Counters
from rules.scoring.ranking import BoardKind, Metric, RankedRow, Shift, rank, shifts
from subscriptions.tailer import EpochChanged, LogTailer, Listener

logger = logging.getLogger("tanggap.boards")

INTERVAL = 0.25
"""Seconds between two updates of a board, at least."""

QUEUE_SIZE = 100
"""Updates that may wait for a watcher; one that lags further gets a new snapshot."""

RETRY = 1.0
"""Seconds before a board that could not be read is read again."""

TOPICS = {
    Metric.POINTS: (Topic.LEDGER, Topic.PERIOD),
    Metric.RESPONSIVENESS: (Topic.LEDGER, Topic.REPORT, Topic.PERIOD),
}
"""What a board is folded from: entries, and for what is in a unit's hands the acts as well."""

LISTED = (AccessKind.ROLE_GIVEN, AccessKind.ROLE_TAKEN)
"""What changes who stands on the board of officers, of the topic ACCESS."""


@dataclass(frozen=True, slots=True)
class BoardUpdate:
    """A board as it stands, and of it all places (a snapshot), or those that differ from the update before.

    `serial` is higher with each update that a LiveBoard publishes: a snapshot has those up to its own, and the next
    difference after them is for it. `indexes` tells how high each place stood before and stands now (0 first).
    """

    serial: int
    board: Board
    snapshot: bool
    places: tuple[RankedRow, ...]
    shifts: tuple[Shift, ...]
    indexes: Mapping[str, tuple[int, int]]

    def top(self, count: int) -> "BoardUpdate":
        """Keep what a screen of the first `count` places needs: it applies the rows, and cuts what lies below them.

        That is what changed among them, what has just left them, and what has come up among them without a change of
        its own, because others with the same rank have fallen.
        """
        changed = {place.code for place in self.places if min(self.indexes[place.code]) < count}
        entered = {place.code for place in self.board.places[:count] if self.indexes[place.code][0] >= count}
        return replace(
            self,
            places=tuple(place for place in self.board.places if place.code in changed | entered),
            shifts=tuple(shift for shift in self.shifts if shift.code in changed),
        )


class Watcher:
    """A bounded queue of the updates of one board; iterate to get them."""

    def __init__(self) -> None:
        self._queue: deque[BoardUpdate] = deque()
        self._filled = asyncio.Event()

    @property
    def is_full(self) -> bool:
        """Whether no more updates may wait."""
        return len(self._queue) >= QUEUE_SIZE

    def enqueue(self, update: BoardUpdate) -> None:
        """Take an update; a snapshot takes the place of all that waits."""
        if update.snapshot:
            self._queue.clear()
        self._queue.append(update)
        self._filled.set()

    async def __aiter__(self) -> AsyncIterator[BoardUpdate]:
        while True:
            await self._filled.wait()
            self._filled.clear()
            while self._queue:
                yield self._queue.popleft()


class LiveBoard:
    """One board of this process, kept current by `run`."""

    def __init__(self, tailer: LogTailer, read: Callable[[], Awaitable[Board]], topics: Collection[Topic]) -> None:
        self._hub, self._read, self._topics = tailer, read, topics
        self._watchers: set[Watcher] = set()
        self._board: Board | None = None
        self._serial = 0

    def snapshot(self) -> BoardUpdate | None:
        """Return the board as it stands, with the serial of the last update; None before it has been read."""
        return None if self._board is None else _snapshot(self._board, self._serial)

    def watch(self) -> Watcher:
        """Begin to watch: the board as it stands, as soon as it has been read, then each update."""
        watcher = Watcher()
        self._watchers.add(watcher)
        current = self.snapshot()
        if current is not None:
            watcher.enqueue(current)
        return watcher

    def unwatch(self, watcher: Watcher) -> None:
        """Stop watching."""
        self._watchers.discard(watcher)

    async def run(self) -> None:
        """Read the board, fold the log into it, and read it anew when its period closes or it lags; until cancelled."""
        while True:
            try:
                with self._hub.listen(*(("topic", topic) for topic in self._topics)) as listener:
                    board = await self._read()
                    if board.epoch != self._hub.epoch:
                        raise EpochChanged  # noqa: TRY301 # the tail has not heard of it yet, or this reading was too early
                    self._board = board
                    self._serial += 1
                    self._publish(board, _snapshot(board, self._serial))
                    await self._follow(listener)
            except EpochChanged:
                await asyncio.sleep(INTERVAL)
            except Exception as error:  # noqa: BLE001 # the database may be away; the watchers wait for the truth
                logger.warning("board unreadable error=%r", error)
                await asyncio.sleep(RETRY)

    async def _follow(self, listener: Listener) -> None:
        """Fold what comes until `_fold` or a listener that lags asks for the board to be read anew."""
        stale = False
        while not stale and not listener.overflowed:
            await asyncio.sleep(INTERVAL)
            await listener.wait()
            stale = self._fold(listener.take_waiting())

    def _fold(self, events: Iterable[EventRow]) -> bool:
        """Fold events into the board and publish what changed, or return True if one of them means to read it anew."""
        board = self._board
        if board is None:
            return False
        sums, position = dict(board.sums), board.position
        codes = {place.code for place in board.places}
        for event in events:
            if event.position <= board.position:
                continue
            if event.kind == REBUILT or event.kind in LISTED:
                return True
            if event.topic is Topic.PERIOD and event.data["period"] == board.period:
                return True
            position = event.position
            for delta in map(CounterDelta.from_data, event.data.get("counts", ())):
                if board.is_news(delta.unit, delta.officer):
                    return True
                subject = board.subject_of(delta.unit, delta.officer)
                if subject in codes:
                    sums[subject] = sums.get(subject, ZERO) + _part(delta, board.span)
        places = tuple(rank(board.kind, board.metric, codes, sums))
        current = self._board = replace(board, sums=sums, position=position, places=places)
        changed = shifts(board.places, current.places)
        if changed:
            self._serial += 1
            self._publish(current, _difference(board, current, changed, self._serial))
        return False

    def _publish(self, board: Board, update: BoardUpdate) -> None:
        """Give the update to all watchers; one that lags gets the board as it stands instead of what it missed."""
        for watcher in self._watchers:
            watcher.enqueue(_snapshot(board, update.serial) if watcher.is_full else update)


class LiveBoards:
    """The live boards of this process, each begun when first watched."""

    def __init__(self, tailer: LogTailer, subjects: Callable[[BoardKind], Collection[str]]) -> None:
        self._hub, self._subjects = tailer, subjects
        self._boards: dict[tuple[BoardKind, Metric, Period], LiveBoard] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def board(self, kind: BoardKind, period: Period, metric: Metric = Metric.POINTS) -> LiveBoard:
        """Return a live board, begun when it is the first time that somebody asks."""
        return self._boards.get((kind, metric, period)) or self._begin(kind, metric, period)

    def _begin(self, kind: BoardKind, metric: Metric, period: Period) -> LiveBoard:
        async def read() -> Board:
            return await read_open_board(kind, period, self._subjects(kind), metric)

        topics = (*TOPICS[metric], Topic.ACCESS) if kind is BoardKind.OFFICER else TOPICS[metric]
        board = self._boards[kind, metric, period] = LiveBoard(self._hub, read, topics)
        self._tasks.append(asyncio.create_task(board.run(), name=f"board-{kind}-{metric}-{period}"))
        return board


def _part(delta: CounterDelta, days: Span) -> Counters:
    """Return what of a change counts for the open period of these days; what is in a unit's hands always does."""
    counts = days.contains(delta.day) and days.contains(delta.made)
    return delta.counters if counts else delta.counters.state


def _snapshot(board: Board, serial: int) -> BoardUpdate:
    indexes = {place.code: (index, index) for index, place in enumerate(board.places)}
    return BoardUpdate(serial, board, snapshot=True, places=board.places, shifts=(), indexes=indexes)


def _difference(before: Board, after: Board, changed: Collection[Shift], serial: int) -> BoardUpdate:
    codes = {shift.code for shift in changed}
    was = {place.code: index for index, place in enumerate(before.places)}
    return BoardUpdate(
        serial,
        after,
        snapshot=False,
        places=tuple(place for place in after.places if place.code in codes),
        shifts=tuple(changed),
        indexes={place.code: (was[place.code], index) for index, place in enumerate(after.places)},
    )
