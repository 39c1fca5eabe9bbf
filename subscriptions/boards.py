"""Live boards: counters read once from the tallies, then updated from the log, once for all who watch a board.

A board shows the period that is open in the log. When the event that closes this period is dispatched, the board is
read again: later events count for the next period.

Each board in use has one task in its process. It gives every watcher a snapshot, then the changes, at most four times a
second: watchers need the current state, not every step.
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
from rules.boards import BOARDS, BoardKind, Metric, SubjectType
from rules.periods import Period, Span
from rules.scoring.counters import ZERO, CounterDelta, Counters
from rules.scoring.ranking import RankedRow, Shift, rank, shifts
from subscriptions.tailer import EpochChanged, Listener, LogTailer

logger = logging.getLogger("tanggap.boards")

INTERVAL = 0.25
"""Minimum seconds between two updates of a board."""

QUEUE_SIZE = 100
"""Updates that may wait for a watcher. A watcher that lags further gets a new snapshot."""

RETRY_SECONDS = 1.0
"""Seconds before a board that could not be read is read again."""

TOPICS = {
    Metric.POINTS: (Topic.LEDGER, Topic.PERIOD),
    Metric.RESPONSIVENESS: (Topic.LEDGER, Topic.REPORT, Topic.PERIOD),
}
"""The events that change a board. Responsiveness also counts the reports a unit holds, which report events change."""

ROLE_CHANGES = (AccessKind.ROLE_GIVEN, AccessKind.ROLE_TAKEN)
"""The events of the topic ACCESS that change who is on the board of officers."""


@dataclass(frozen=True, slots=True)
class BoardUpdate:
    """The current board with all its rows (a snapshot), or with the rows that differ from the previous update.

    `serial` grows with each update that a LiveBoard publishes: a snapshot includes all updates up to its own serial.
    `indexes` maps each row to its previous and current index, 0 for the first.
    """

    serial: int
    board: Board
    snapshot: bool
    rows: tuple[RankedRow, ...]
    shifts: tuple[Shift, ...]
    indexes: Mapping[str, tuple[int, int]]

    def top(self, count: int) -> "BoardUpdate":
        """Return the part that a client needs which shows the first `count` rows and cuts off the others.

        These are the rows that changed among them, those that have just left them, and those that moved up among them
        without a change of their own, because others with the same rank have fallen.
        """
        changed = {row.code for row in self.rows if min(self.indexes[row.code]) < count}
        entered = {row.code for row in self.board.rows[:count] if self.indexes[row.code][0] >= count}
        return replace(
            self,
            rows=tuple(row for row in self.board.rows if row.code in changed | entered),
            shifts=tuple(shift for shift in self.shifts if shift.code in changed),
        )


class Watcher:
    """A bounded queue of the updates of one board. Iterate to get them."""

    def __init__(self) -> None:
        self._queue: deque[BoardUpdate] = deque()
        self._filled = asyncio.Event()

    @property
    def is_full(self) -> bool:
        """Whether no further update fits."""
        return len(self._queue) >= QUEUE_SIZE

    def enqueue(self, update: BoardUpdate) -> None:
        """Add an update. A snapshot replaces all waiting updates."""
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
    """One board of this process. `run` keeps it current."""

    def __init__(self, tailer: LogTailer, read: Callable[[], Awaitable[Board]], topics: Collection[Topic]) -> None:
        self._tailer, self._read, self._topics = tailer, read, topics
        self._watchers: set[Watcher] = set()
        self._board: Board | None = None
        self._serial = 0

    def snapshot(self) -> BoardUpdate | None:
        """Return a snapshot with the serial of the last update. None before the board has been read."""
        return None if self._board is None else _snapshot(self._board, self._serial)

    def watch(self) -> Watcher:
        """Return a watcher that gets a snapshot, as soon as the board has been read, then each update."""
        watcher = Watcher()
        self._watchers.add(watcher)
        current = self.snapshot()
        if current is not None:
            watcher.enqueue(current)
        return watcher

    def unwatch(self, watcher: Watcher) -> None:
        """Remove a watcher."""
        self._watchers.discard(watcher)

    async def run(self) -> None:
        """Read the board and apply events to it. Read it again when needed. Runs until cancelled."""
        while True:
            try:
                with self._tailer.listen(*(("topic", topic) for topic in self._topics)) as listener:
                    board = await self._read()
                    if board.epoch != self._tailer.epoch:
                        raise EpochChanged  # noqa: TRY301 # the tailer or this read is still in the old epoch: try again below
                    self._board = board
                    self._serial += 1
                    self._publish(board, _snapshot(board, self._serial))
                    await self._follow(listener)
            except EpochChanged:
                await asyncio.sleep(INTERVAL)
            except Exception as error:  # noqa: BLE001 # the database may be unavailable; the watchers wait
                logger.warning("board unreadable error=%r", error)
                await asyncio.sleep(RETRY_SECONDS)

    async def _follow(self, listener: Listener) -> None:
        """Apply events until the board has to be read again, because of an event or an overflowed listener."""
        stale = False
        while not stale and not listener.overflowed:
            await asyncio.sleep(INTERVAL)
            await listener.wait()
            stale = self._apply(listener.take_waiting())

    def _apply(self, events: Iterable[EventRow]) -> bool:
        """Apply events and publish the changes. Return True if an event requires to read the board again."""
        board = self._board
        if board is None:
            return False
        counters, position = dict(board.counters), board.position
        codes = {row.code for row in board.rows}
        for event in events:
            if event.position <= board.position:
                continue
            if event.kind == REBUILT or event.kind in ROLE_CHANGES:
                return True
            if event.topic is Topic.PERIOD and event.data["period"] == board.period:
                return True
            position = event.position
            for delta in map(CounterDelta.from_data, event.data.get("counts", ())):
                if board.is_news(delta.unit, delta.officer):
                    return True
                subject = board.subject_of(delta.unit, delta.officer)
                if subject in codes:
                    counters[subject] = counters.get(subject, ZERO) + _countable(delta, board.span)
        rows = tuple(rank(board.kind, board.metric, board.period, codes, counters))
        current = self._board = replace(board, counters=counters, position=position, rows=rows)
        changed = shifts(board.rows, current.rows)
        if changed:
            self._serial += 1
            self._publish(current, _difference(board, current, changed, self._serial))
        return False

    def _publish(self, board: Board, update: BoardUpdate) -> None:
        """Give an update to all watchers. A watcher that lags gets a snapshot instead of the updates it missed."""
        for watcher in self._watchers:
            watcher.enqueue(_snapshot(board, update.serial) if watcher.is_full else update)


class LiveBoards:
    """The live boards of this process. Each begins when it is first requested."""

    def __init__(self, tailer: LogTailer, subjects: Callable[[BoardKind], Collection[str]]) -> None:
        self._tailer, self._subjects = tailer, subjects
        self._boards: dict[tuple[BoardKind, Metric, Period], LiveBoard] = {}
        self._tasks: dict[LiveBoard, asyncio.Task[None]] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def board(self, kind: BoardKind, period: Period, metric: Metric = Metric.POINTS) -> LiveBoard:
        """Return a live board. The first call for it begins it."""
        return self._boards.get((kind, metric, period)) or self._begin(kind, metric, period)

    def read_again(self) -> None:
        """Let every board be read again, with other subjects: the reference data have changed."""
        for board, task in list(self._tasks.items()):
            task.cancel()
            self._run(board, task.get_name())

    def _run(self, board: LiveBoard, name: str) -> None:
        self._tasks[board] = asyncio.create_task(board.run(), name=name)

    def _begin(self, kind: BoardKind, metric: Metric, period: Period) -> LiveBoard:
        async def read() -> Board:
            return await read_open_board(kind, period, self._subjects(kind), metric)

        topics = (*TOPICS[metric], Topic.ACCESS) if BOARDS[kind].subject_type is SubjectType.OFFICER else TOPICS[metric]
        board = self._boards[kind, metric, period] = LiveBoard(self._tailer, read, topics)
        self._run(board, f"board-{kind}-{metric}-{period}")
        return board


def _countable(delta: CounterDelta, days: Span) -> Counters:
    """Return the counters of a delta that count for the open period. Reports held by a unit always count."""
    counts = days.contains(delta.day) and days.contains(delta.made)
    return delta.counters if counts else delta.counters.state


def _snapshot(board: Board, serial: int) -> BoardUpdate:
    indexes = {row.code: (index, index) for index, row in enumerate(board.rows)}
    return BoardUpdate(serial, board, snapshot=True, rows=board.rows, shifts=(), indexes=indexes)


def _difference(before: Board, after: Board, changed: Collection[Shift], serial: int) -> BoardUpdate:
    codes = {shift.code for shift in changed}
    was = {row.code: index for index, row in enumerate(before.rows)}
    return BoardUpdate(
        serial,
        after,
        snapshot=False,
        rows=tuple(row for row in after.rows if row.code in codes),
        shifts=tuple(changed),
        indexes={row.code: (was[row.code], index) for index, row in enumerate(after.rows)},
    )
