"""The reversals that the events of a report require (docs/scoring.md), for the verification of the scores."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeAlias

from rules.criteria import ReportSnapshot
from rules.scoring.points import CLOSING_GAINS, OVERDUE, RATINGS, Rule
from rules.workflow import DISMISSALS, Resolution


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryMade:
    """The event of a point entry. `reverses`: the position of the entry that it takes back."""

    position: int
    at: datetime
    unit: str
    rule: Rule
    points: int
    reverses: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """An event of a report, with the report before it (None for its first event) and after it."""

    position: int
    at: datetime
    kind: str
    before: ReportSnapshot | None
    after: ReportSnapshot

    @property
    def closed_as(self) -> Resolution | None:
        """The resolution with which it closes the report. None if it does not."""
        return self.after.resolution if self.before is not None and self.before.resolution is None else None


class Absolution(NamedTuple):
    """The event by which a duplicate has a FIXED original: the original is fixed, or the report is merged into it."""

    position: int
    at: datetime


class MissingReversal(NamedTuple):
    """An entry that the event at the position `by` had to take back, and did not."""

    by: int
    entry: EntryMade


Condition: TypeAlias = Callable[[EntryMade], bool]
"""Whether an act must take back an entry that stands, or that it makes itself."""


class _Standing:
    """The entries of one report that nothing has reversed, and those that its last act has to take back."""

    def __init__(self) -> None:
        self.missing: list[MissingReversal] = []
        self._entries: dict[int, EntryMade] = {}
        self._due: dict[int, EntryMade] = {}
        self._position = 0
        self._at: datetime | None = None
        self._conditions: Sequence[Condition] = ()

    def end(self) -> None:
        """End the last act: what it had to take back and did not is missing."""
        for key, entry in self._due.items():
            self.missing.append(MissingReversal(self._position, entry))
            del self._entries[key]  # reported once
        self._due = {}

    def begin(self, position: int, at: datetime, conditions: Sequence[Condition]) -> None:
        """Begin an act, after the entries of the one before it."""
        self.end()
        self._position, self._at, self._conditions = position, at, conditions
        self._due = {key: entry for key, entry in self._entries.items() if self._is_due(entry)}

    def enter(self, entry: EntryMade) -> None:
        """Add an entry. What another moment takes back, such as a waiver, is no reversal by the act."""
        if entry.reverses is None:
            self._entries[entry.position] = entry
            if self._is_due(entry):
                self._due[entry.position] = entry
        elif entry.at == self._at or entry.reverses not in self._due:
            self._entries.pop(entry.reverses, None)
            self._due.pop(entry.reverses, None)

    def _is_due(self, entry: EntryMade) -> bool:
        return any(condition(entry) for condition in self._conditions)


def missing_reversals(
    acts: Iterable[Act], entries: Iterable[EntryMade], absolutions: Iterable[Absolution]
) -> list[MissingReversal]:
    """Return the reversals that the history of one report lacks. Each is part of the act that requires it."""
    standing = _Standing()
    absolved = {each.position: each for each in absolutions}
    by_position: dict[int, Act | EntryMade | Absolution] = {**absolved}
    by_position |= {act.position: act for act in acts} | {entry.position: entry for entry in entries}
    reopening: Act | None = None
    for position in sorted(by_position):
        one = by_position[position]
        if isinstance(one, EntryMade):
            standing.enter(one)
            continue
        conditions = list(_conditions(one, reopening)) if isinstance(one, Act) else []
        if position in absolved:
            conditions.append(lambda entry: entry.rule in OVERDUE)
        standing.begin(position, one.at, conditions)
        if isinstance(one, Act) and one.kind == "REOPENED":
            reopening = one
    standing.end()
    return standing.missing


def _conditions(act: Act, reopening: Act | None) -> Iterator[Condition]:
    """Yield which entries an act takes back. `reopening`: the last one before it."""
    if act.before is None:
        return
    dismisses = act.closed_as not in {None, Resolution.FIXED}
    if dismisses or (act.after.external and not act.before.external):
        yield lambda entry: entry.points > 0
    if act.kind == "REOPENED":
        yield lambda entry: entry.rule in CLOSING_GAINS
    if act.kind == "RATED":
        unit = act.before.handler
        yield lambda entry: entry.rule in RATINGS and entry.unit == unit and entry.position < act.position
    if act.closed_as in DISMISSALS and reopening is not None and _undid_dismissal(reopening):
        since = reopening.position
        yield lambda entry: entry.rule is Rule.REOPENED and since < entry.position


def _undid_dismissal(reopening: Act) -> bool:
    return reopening.before is not None and reopening.before.resolution in DISMISSALS


class _Merge(NamedTuple):
    """The time for which a report is a duplicate of another: positions from its closing until its reopening."""

    closing: Act
    original: int
    until: float


def originals(acts: Iterable[Act]) -> set[int]:
    """Return the row ids of the reports into which a report was ever merged."""
    return {merge.original for merge in _merges(acts)}


def absolutions(
    report: int, acts: Mapping[int, Sequence[Act]], since: float = 0, until: float = float("inf")
) -> Iterator[Absolution]:
    """Yield the events between two positions by which a report's blame for missed deadlines goes.

    `acts`: the closings and reopenings of the report and of all its originals, theirs and so on, by row id.
    """
    for merge in _merges(acts.get(report, ())):
        first, last = max(since, merge.closing.position), min(until, merge.until)
        if first >= last:
            continue
        of_original = acts.get(merge.original, ())
        before = [act for act in of_original if act.position < merge.closing.position]
        if before and before[-1].after.resolution is Resolution.FIXED and merge.closing.position > since:
            yield Absolution(merge.closing.position, merge.closing.at)
        for act in of_original:
            if act.closed_as is Resolution.FIXED and first < act.position < last:
                yield Absolution(act.position, act.at)
        yield from absolutions(merge.original, acts, first, last)


def _merges(acts: Iterable[Act]) -> Iterator[_Merge]:
    closing: Act | None = None
    for act in acts:
        if closing is not None and act.after.resolution is None:
            yield _Merge(closing, closing.after.duplicate_of_id or 0, act.position)
            closing = None
        if act.closed_as is Resolution.DUPLICATE:
            closing = act
    if closing is not None:
        yield _Merge(closing, closing.after.duplicate_of_id or 0, float("inf"))


def is_blamed(entries: Collection[EntryMade]) -> bool:
    """Return whether a report has an entry for a missed deadline."""
    return any(entry.rule in OVERDUE for entry in entries)
