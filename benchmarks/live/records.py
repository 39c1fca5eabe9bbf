"""What a client writes down of all that it was told, through every connection, and the comparison with the log."""

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
    """An event as it was told. `live`: it happened while its operation was being followed; times are of the clock."""

    position: int
    kind: str
    report_id: int | None
    version: int
    at: float
    arrived: float
    live: bool


@dataclass
class Findings:
    """How the records differ from the log; `examples` say where, in words."""

    lost: int = 0
    doubled: int = 0
    disordered: int = 0
    false: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many there are; 0 is what the system promises."""
        return self.lost + self.doubled + self.disordered + self.false

    def add(self, other: "Findings") -> None:
        """Add those of another record."""
        self.lost += other.lost
        self.doubled += other.doubled
        self.disordered += other.disordered
        self.false += other.false
        self.examples += other.examples


class EventRecord:
    """The record of one subscription to events: it begins at a cursor, or with the first item that comes."""

    def __init__(self, interest: Interest, cursor: str | None) -> None:
        self.interest = interest
        self.items: list[Item] = []
        self._began_after = None if cursor is None else decode(cursor)[1]
        self._cursor = cursor
        self._followed_since = 0.0

    @property
    def document(self) -> str:
        """What to subscribe with."""
        return self.interest.document

    def begin(self, now: float) -> dict[str, Any]:
        """Begin to follow, or go on where the record ends: return the variables to subscribe with."""
        self._followed_since = now
        return {**self.interest.variables, "after": self._cursor}

    def take(self, told: dict[str, Any], now: float) -> None:
        """Write down an item."""
        self._cursor = told["cursor"]
        at = datetime.fromisoformat(told["at"]).timestamp()
        report_id = row_id(told["reportId"], "Report")
        if told["report"] is not None and told["report"]["version"] < told["version"]:
            report_id = None  # an old state beside a new event: as false as an event of no report
        position = decode(told["cursor"])[1]
        live = at > self._followed_since
        self.items.append(Item(position, told["kind"], report_id, told["version"], at, now, live))

    def compare(self, log: Sequence[Event]) -> Findings:
        """Compare with the log: each event that concerns the subscription, after its beginning, once, in order."""
        positions = [item.position for item in self.items]
        start = positions[0] - 1 if self._began_after is None and positions else self._began_after
        due = {} if start is None else {e.position: e for e in self.interest.concerned(log) if e.position > start}
        times = Counter(positions)
        lost = sorted(due.keys() - times.keys())
        doubled = sorted(position for position, count in times.items() if count > 1)
        back = [later for sooner, later in pairwise(dict.fromkeys(positions)) if later < sooner]
        false = [item.position for item in self.items if not _is_told(item, due.get(item.position))]
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
    """What a client knows of one board: the snapshot, and the updates folded into it."""

    document = BOARD

    def __init__(self, kind: str, period: str, first: int) -> None:
        self.kind, self.period, self.first = kind, period, first
        self.rows: list[Row] = []
        self.updates = 0
        self._position = 0
        self._findings = Findings()

    def begin(self, now: float) -> dict[str, Any]:  # noqa: ARG002 # the form of all records
        """Begin anew, with a snapshot: return the variables to subscribe with."""
        self._position = 0
        return {"kind": self.kind, "period": self.period, "first": self.first}

    def take(self, told: dict[str, Any], now: float) -> None:  # noqa: ARG002 # likewise
        """Fold an update in."""
        self.updates += 1
        position = decode(told["cursor"])[1]
        if position < self._position:
            self._note(f"goes back from {self._position} to {position}", disordered=1)
        self._position = position
        rows = {} if told["snapshot"] else {row[0]: row for row in self.rows}
        self._check(rows, told["shifts"])
        rows |= {
            row["subject"]["code"]: (row["subject"]["code"], row["rank"], row["points"]) for row in told["standings"]
        }
        self.rows = sorted(rows.values(), key=lambda row: (row[1] is None, row[1] or 0, row[0]))[: self.first]

    def compare(self, truth: Sequence[Row]) -> Findings:
        """Compare with the board as it is in truth, and tell what was wrong on the way."""
        findings = Findings()
        findings.add(self._findings)
        if self.rows != list(truth[: self.first]):
            wrong = sorted(set(self.rows) ^ set(truth[: self.first]))
            findings.lost += 1
            findings.examples.append(f"{self._name}: not the truth at position {self._position}: {wrong[:6]}")
        return findings

    @property
    def _name(self) -> str:
        return f"board {self.kind} {self.period} first {self.first}"

    def _check(self, rows: dict[str, Row], shifts: Iterable[dict[str, Any]]) -> None:
        """Note each shift that does not begin where its row stands: an update before it is missing."""
        for shift in shifts:
            known = rows.get(shift["subject"]["code"])
            before = (shift["fromRank"], shift["points"] - shift["pointsDelta"])
            if known is not None and known[1:] != before:
                self._note(f"{known} shifts from {before} at position {self._position}", lost=1)

    def _note(self, what: str, lost: int = 0, disordered: int = 0) -> None:
        self._findings.add(Findings(lost=lost, disordered=disordered, examples=[f"{self._name}: {what}"]))


Record = EventRecord | BoardRecord


def _is_told(item: Item, event: Event | None) -> bool:
    """Whether an item tells an event as the log has it."""
    return event is not None and (item.kind, item.report_id, item.version) == (
        event.kind,
        event.report_id,
        event.version,
    )
