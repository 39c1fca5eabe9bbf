"""Records of all that a client received through all its connections, and their comparison with the log."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

from benchmarks.live.interests import Interest
from benchmarks.live.truth import Event, Row
from rules.cursors import decode
from schema.nodes import row_id

BOARD = """
subscription($kind: BoardKind!, $period: Period!, $first: Int) {
  leaderboardChanged(kind: $kind, period: $period, first: $first) {
    cursor snapshot
    standings { rank points subject { ...Who } }
    shifts { fromRank points pointsDelta subject { ...Who } }
  }
}
fragment Who on Ranked { ... on Kelurahan { code } ... on Kecamatan { code } ... on City { code } }
"""


class Item(NamedTuple):
    """An event as it was delivered. `live`: it happened while its operation ran. Times are Unix seconds."""

    position: int
    kind: str
    report_id: int | None
    version: int
    at: float
    arrived: float
    live: bool


@dataclass
class Findings:
    """Differences of records from the log, by kind; `examples` describe some of them."""

    lost: int = 0
    doubled: int = 0
    disordered: int = 0
    false: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Number of differences; the system guarantees 0."""
        return self.lost + self.doubled + self.disordered + self.false

    def add(self, other: "Findings") -> None:
        """Add the findings of another record."""
        self.lost += other.lost
        self.doubled += other.doubled
        self.disordered += other.disordered
        self.false += other.false
        self.examples += other.examples


class EventRecord:
    """The record of a subscription to events: it begins at a cursor, or with the first item received."""

    def __init__(self, interest: Interest, cursor: str | None) -> None:
        self.interest = interest
        self.items: list[Item] = []
        self._began_after = None if cursor is None else decode(cursor)[1]
        self._cursor = cursor
        self._followed_since = 0.0

    @property
    def document(self) -> str:
        """The subscription document."""
        return self.interest.document

    def begin(self, now: float) -> dict[str, Any]:
        """Begin, or resume where the record ends; return the variables to subscribe with."""
        self._followed_since = now
        return {**self.interest.variables, "after": self._cursor}

    def take(self, event: dict[str, Any], now: float) -> None:
        """Append an event."""
        self._cursor = event["cursor"]
        at = datetime.fromisoformat(event["at"]).timestamp()
        report_id = row_id(event["reportId"], "Report")
        if event["report"] is not None and event["report"]["version"] < event["version"]:
            report_id = None  # a stale state beside a new event counts as false
        position = decode(event["cursor"])[1]
        live = at > self._followed_since
        self.items.append(Item(position, event["kind"], report_id, event["version"], at, now, live))

    def compare(self, log: Sequence[Event]) -> Findings:
        """Compare with the log: each event expected after the beginning must be there once, in order."""
        positions = [item.position for item in self.items]
        start = positions[0] - 1 if self._began_after is None and positions else self._began_after
        due = {} if start is None else {e.position: e for e in self.interest.expected(log) if e.position > start}
        times = Counter(positions)
        lost = sorted(due.keys() - times.keys())
        doubled = sorted(position for position, count in times.items() if count > 1)
        back = [later for sooner, later in pairwise(dict.fromkeys(positions)) if later < sooner]
        false = [item.position for item in self.items if not _matches(item, due.get(item.position))]
        what = f"{self.document.split('{')[1].split('(')[0].strip()} {self.interest.variables} after {start}"
        return Findings(
            len(lost),
            sum(times[position] - 1 for position in doubled),
            len(back),
            len(false),
            [
                f"{what}: {word} {found[:10]}"
                for word, found in (("lost", lost), ("doubled", doubled), ("disordered", back), ("false", false))
                if found
            ],
        )


class BoardRecord:
    """The state of one board at a client: the snapshot, and the updates applied to it."""

    document = BOARD

    def __init__(self, kind: str, period: str, first: int) -> None:
        self.kind, self.period, self.first = kind, period, first
        self.rows: list[Row] = []
        self.updates = 0
        self._position = 0
        self._findings = Findings()

    def begin(self, now: float) -> dict[str, Any]:  # noqa: ARG002 # the interface of all records
        """Begin again with a snapshot; return the variables to subscribe with."""
        self._position = 0
        return {"kind": self.kind, "period": self.period, "first": self.first}

    def take(self, update: dict[str, Any], now: float) -> None:  # noqa: ARG002 # the interface of all records
        """Apply an update."""
        self.updates += 1
        position = decode(update["cursor"])[1]
        if position < self._position:
            self._note(f"goes back from {self._position} to {position}", disordered=1)
        self._position = position
        rows = {} if update["snapshot"] else {row[0]: row for row in self.rows}
        self._check(rows, update["shifts"])
        rows |= {
            row["subject"]["code"]: (row["subject"]["code"], row["rank"], row["points"]) for row in update["standings"]
        }
        self.rows = sorted(rows.values(), key=lambda row: (row[1] is None, row[1] or 0, row[0]))[: self.first]

    def compare(self, truth: Sequence[Row]) -> Findings:
        """Compare with the true board; return the difference and the errors found in updates."""
        findings = Findings()
        findings.add(self._findings)
        if self.rows != list(truth[: self.first]):
            wrong = sorted(set(self.rows) ^ set(truth[: self.first]))
            findings.lost += 1
            findings.examples.append(f"{self._name}: not the true board at position {self._position}: {wrong[:6]}")
        return findings

    @property
    def _name(self) -> str:
        return f"board {self.kind} {self.period} first {self.first}"

    def _check(self, rows: dict[str, Row], shifts: Iterable[dict[str, Any]]) -> None:
        """Record each shift that does not start at the rank and points of its row: an update is missing."""
        for shift in shifts:
            known = rows.get(shift["subject"]["code"])
            before = (shift["fromRank"], shift["points"] - shift["pointsDelta"])
            if known is not None and known[1:] != before:
                self._note(f"{known} shifts from {before} at position {self._position}", lost=1)

    def _note(self, what: str, lost: int = 0, disordered: int = 0) -> None:
        self._findings.add(Findings(lost=lost, disordered=disordered, examples=[f"{self._name}: {what}"]))


Record = EventRecord | BoardRecord


def _matches(item: Item, event: Event | None) -> bool:
    """Return whether an item equals an event of the log."""
    return event is not None and (item.kind, item.report_id, item.version) == (
        event.kind,
        event.report_id,
        event.version,
    )
