"""Every number of every scorecard, computed again from the log and the ledger according to docs/scoring.md.

Nothing of `rules/scoring/` is used: what a period has is found by
looking at each report as it stood at the period's end.
"""

import statistics
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import TypeAlias

import pytest

from models.accounts import Account
from models.database import database, fetch
from models.ledger import CITIZEN, PointEntry
from models.log import EVENT_COLUMNS, EventRow, LogEvent, Topic
from models.tallies import median_minutes
from queries.leaderboards import Board, BoardKey, ScorecardData, read_board, read_scorecards
from queries.officers import code_of
from rules.boards import BoardKind, Metric
from rules.periods import Period, Span, jakarta_day, previous, span
from rules.service_time import ServiceHours
from rules.sla import is_fetched
from schema.scorecards import Scorecard
from tests.service_days import CATEGORY_HOURS, in_service
from tests.world import GAZETTEER, World

pytestmark = pytest.mark.anyio

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
EXTERNAL = {code for code, agency in GAZETTEER.agencies.items() if agency.kind == "EXTERNAL"}
ON_TIME = {"RESPONDED_PROMPTLY", "RESPONDED", "PROCESSED_PROMPTLY", "PROCESSED"}
LATE = {"RESPONDED_LATE", "PROCESSED_LATE", "RESPONSE_OVERDUE", "PROCESSING_OVERDUE", "REOPENED"}
LINES = {
    "WITHDRAWN": ("withdrawn",),
    "INVALID": ("dismissed",),
    "OUT_OF_REMIT": ("dismissed",),
    "DUPLICATE": ("dismissed", "duplicates"),
}
ACTS = ("dismissed", "duplicates", "handed_on", "withdrawn")
COUNTS = ("received", "responded", "processed", "reopened", "overdue", "waived_points", *ACTS)

Unit: TypeAlias = str
Officer: TypeAlias = int | None
Who: TypeAlias = tuple[Unit, Officer]
"""A unit as a whole (None), or an officer acting for it."""


@dataclass
class Own:
    """The numbers of a subject in a period."""

    points: int = 0
    entries: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))
    open: int = 0
    answered: list[int] = field(default_factory=list)
    fixed: list[int] = field(default_factory=list)
    shares: dict[str, list[Fraction]] = field(default_factory=lambda: defaultdict(list))

    def add(self, other: "Own") -> None:
        self.points += other.points
        self.entries += other.entries
        self.open += other.open
        self.answered += other.answered
        self.fixed += other.fixed
        for name in COUNTS:
            self.counts[name] += other.counts[name]
        for name, each in other.shares.items():
            self.shares[name] += each

    def in_hand(self) -> list[Fraction]:
        """For each report in its hands, whether it is not late."""
        return [Fraction(0)] * self.counts["overdue"] + [Fraction(1)] * (self.open - self.counts["overdue"])


@dataclass
class History:
    """The events and the unit entries of one report, in the order of the log."""

    events: list[EventRow] = field(default_factory=list)
    entries: list[PointEntry] = field(default_factory=list)


async def read_histories() -> list[History]:
    found: dict[int, History] = defaultdict(History)
    for row in await LogEvent.filter(topic=Topic.REPORT).order_by("position").values(*EVENT_COLUMNS):
        event = EventRow(**row)
        found[event.report_id or 0].events.append(event)
    for entry in await PointEntry.exclude(unit=CITIZEN).order_by("position"):
        found[entry.report_id].entries.append(entry)
    return list(found.values())


def two_digits(duration: timedelta) -> int:
    whole = str(duration // MINUTE)
    return (
        int(whole)
        if len(whole) < 3
        else int(Fraction(int(whole), 10 ** (len(whole) - 2)) + Fraction(1, 2)) * 10 ** (len(whole) - 2)
    )


@dataclass
class Walk:
    """The state of one report during a pass over its events, in a period that ends with `days`.

    `held`: for how long each unit had it while it was open, up to `since`. `run_out`: the units whose time ran out in
    this opening.
    """

    days: Span
    own: dict[Who, Own]
    since: datetime
    held: dict[Unit, timedelta] = field(default_factory=lambda: defaultdict(timedelta))
    left: dict[Unit, datetime] = field(default_factory=dict)
    run_out: set[Unit] = field(default_factory=set)
    answer_late: bool = False
    closer: Officer = None
    hours: ServiceHours = ServiceHours.ALWAYS

    def count(self, event: EventRow, name: str, unit: Unit, *officers: Officer) -> list[Own]:
        """Count something for a unit and these officers, if it happened in the period; return for whom."""
        counted = (
            [self.own[unit, who] for who in (None, *officers)] if self.days.contains(jakarta_day(event.at)) else []
        )
        for own in counted:
            own.counts[name] += 1
        return counted

    def see(self, event: EventRow) -> None:
        before, after = event.before, event.after
        if before is None or before.handler != after.handler:
            self.count(event, "received", after.handler)
        self.follow_hours(event)
        if before is None:
            return
        unit, officer = before.handler, event.account_id
        if before.responded_at is None and after.responded_at is not None and before.handler == after.handler:
            for own in self.count(event, "responded", unit, officer):
                own.answered.append(two_digits(event.at - after.submitted_at))
        if event.kind == "STATUS_CHANGED":
            self.see_status(event, unit, officer)
        if event.kind == "REOPENED":
            self.count(event, "reopened", unit, self.closer)
            self.run_out.clear()
            self.left.clear()
            self.since = event.at
        if before.handler != after.handler:
            self.count(event, "handed_on", unit, officer)
            self.hand_over(event, unit, after.handler)
        self.answer_late = self.answer_late or event.kind == "RESPONSE_OVERDUE"
        self.run_out |= {unit} if event.kind == "PROCESSING_OVERDUE" else set()

    def see_status(self, event: EventRow, unit: Unit, officer: Officer) -> None:
        after = event.after
        self.closer = officer
        for own in self.count(event, "processed", unit, officer) if after.resolution == "FIXED" else ():
            own.fixed.append(two_digits(self.held_by(unit, event.at)))
        for name in LINES.get(after.resolution or "", ()):
            self.count(event, name, unit, *(() if name == "withdrawn" else (officer,)))
        if after.status == "PROCESSED":
            self.held[unit] = self.held_by(unit, event.at)

    def follow_hours(self, event: EventRow) -> None:
        """Take the hours of the category; only the control room lets a clock stand still that never did."""
        recategorised = event.kind == "RECATEGORISED" and (event.actor == "ADMIN" or self.hours is ServiceHours.DAY)
        if event.before is None or recategorised:
            self.hours = CATEGORY_HOURS[event.after.category]

    def hand_over(self, event: EventRow, leaving: Unit, receiving: Unit) -> None:
        self.held[leaving] = self.held_by(leaving, event.at)
        self.left[leaving] = self.since = event.at
        if is_fetched(event.actor or "", leaving, receiving) and receiving in self.left:
            self.held[receiving] += in_service(self.left[receiving], event.at, self.hours)

    def held_by(self, unit: Unit, until: datetime) -> timedelta:
        """Return the time for which the unit in charge has had it by the clock of the report, in whole seconds."""
        return (self.held[unit] + in_service(self.since, until, self.hours)) // SECOND * SECOND


def count_acts(history: History, days: Span, own: dict[Who, Own]) -> None:
    """Walk through the life of a report up to the end of the period, and count what happened in it."""
    walk = Walk(days, own, history.events[0].at)
    seen = [event for event in history.events if days.last is None or jakarta_day(event.at) <= days.last]
    for event in seen:
        walk.see(event)
    if seen and seen[-1].after.status != "PROCESSED":
        last = seen[-1].after
        late = last.handler in walk.run_out or (walk.answer_late and last.responded_at is None)
        own[last.handler, None].open += 1
        own[last.handler, None].counts["overdue"] += late


def count_entries(history: History, days: Span, own: dict[Who, Own]) -> None:
    """Count the entries of a report that were not reversed at the end of the period."""
    until = [entry for entry in history.entries if days.last is None or entry.day <= days.last]
    for entry in until:
        for who in {(entry.unit, None), (entry.unit, entry.account_id)} if days.contains(entry.day) else ():
            own[who].points += entry.points
            own[who].entries += 1
            own[who].counts["waived_points"] += entry.points * (entry.rule == "WAIVED")
    reversed_by_then = {entry.reverses for entry in until}
    standing = [one for one in until if one.position not in reversed_by_then and one.reverses is None]
    for who in {(entry.unit, officer) for entry in until for officer in (None, entry.account_id)}:
        mine = [one for one in standing if one.unit == who[0] and who[1] in (None, one.account_id)]
        for share, word in (("responded", "RESPON"), ("processed", "PROCESS")):
            of_share = [one for one in mine if one.rule.startswith(word)]
            of_share += [one for one in mine if one.rule == "REOPENED"] if share == "processed" else []
            passed = sorted(
                (one for one in of_share if one.rule.endswith("OVERDUE") or one.rule == "REOPENED"),
                key=lambda one: one.position,
            )
            for decisive in (passed or of_share)[-1:]:
                assert decisive.rule in ON_TIME | LATE
                if days.contains(decisive.day):
                    own[who].shares[share].append(Fraction(decisive.rule in ON_TIME))
        stars = ratings_of(history, until, who, days)
        for event, closer in stars[-1:]:
            if who[1] in (None, closer) and days.contains(jakarta_day(event.at)):
                own[who].shares["satisfied"].append(Fraction(event.data["stars"] - 1, 4))


def ratings_of(history: History, until: list[PointEntry], who: Who, days: Span) -> list[tuple[EventRow, Officer]]:
    """Return the ratings of a unit's closings that were not reversed, each with the officer who closed."""
    reversed_by_then = {entry.reverses for entry in until}
    found = []
    for event in history.events:
        if event.kind != "RATED" or (days.last is not None and jakarta_day(event.at) > days.last):
            continue
        entries = [one for one in until if one.rule.startswith("RATED") and one.at == event.at]
        if any(one.position in reversed_by_then for one in entries):
            continue
        closer = [
            one.account_id for one in history.events if one.kind == "STATUS_CHANGED" and one.position < event.position
        ]
        if event.after.handler == who[0]:
            found.append((event, closer[-1]))
    return found


def naive(histories: Iterable[History], days: Span) -> dict[Who, Own]:
    own: dict[Who, Own] = defaultdict(Own)
    for history in histories:
        count_acts(history, days, own)
        count_entries(history, days, own)
    return own


def by_subject(kind: BoardKind, own: dict[Who, Own], officers: dict[int, str]) -> dict[str, Own]:
    """Add up what counts for the subjects of a board."""
    found: dict[str, Own] = defaultdict(Own)
    digits = {BoardKind.KELURAHAN: 13, BoardKind.KECAMATAN: 8, BoardKind.CITY: 5}
    for (unit, officer), part in own.items():
        if kind is BoardKind.OFFICER:
            if officer in officers:
                found[officers[officer]].add(part)
        elif officer is None and (unit in GAZETTEER.agencies) == (kind is BoardKind.AGENCY):
            found[unit[: digits.get(kind)]].add(part)
    return found


def mean(values: Collection[Fraction]) -> Fraction | None:
    return sum(values, Fraction(0)) / len(values) if values else None


def figure(own: Own, everybody: Own, weights: dict[str, int]) -> float | None:
    if min(len(own.shares["responded"]), len(own.shares["processed"])) < 5:
        return None
    total, due = 0, Fraction(0)
    for name, weight in weights.items():
        mine, all_of_them = (each.in_hand() if name == "in time" else each.shares[name] for each in (own, everybody))
        middle = mean(all_of_them)
        if middle is not None:
            total += weight
            due += weight * (sum(mine, Fraction(0)) + 10 * middle) / (len(mine) + 10)
    return float(100 * due / total)


def assert_card(card: ScorecardData, own: Own, where: object) -> None:
    shown = Scorecard.of(card)
    assert {name: getattr(shown, name) for name in COUNTS} == own.counts, where
    assert card.counters.open == own.open, where
    for mine, values in ((card.response_minutes, own.answered), (card.processing_minutes, own.fixed)):
        assert median_minutes(mine) == (statistics.median(values) if values else None), where
    shares = (shown.responded_on_time, shown.processed_on_time, shown.satisfaction)
    for value, name in zip(shares, ("responded", "processed", "satisfied"), strict=True):
        wanted = mean(own.shares[name])
        assert value == (None if wanted is None else pytest.approx(float(wanted))), (where, name)


def assert_board(board: Board, own: dict[str, Own], figures: dict[str, float | None], where: object) -> None:
    """Check that each rank follows from the number of better subjects."""
    assert {place.code for place in board.rows} >= own.keys(), where
    scores = {
        place.code: place.points if board.metric is Metric.POINTS else place.responsiveness for place in board.rows
    }
    none = board.metric is Metric.RESPONSIVENESS and board.period in ("DAY", "WEEK")
    ranked = set() if none else {code for code, figure in figures.items() if figure is not None}
    for place in board.rows:
        assert (place.rank is not None) is (place.code in ranked), (where, place)
        assert place.points == own[place.code].points, (where, place)
        if board.metric is Metric.RESPONSIVENESS:
            wanted = figures.get(place.code)
            assert place.responsiveness == (None if wanted is None else pytest.approx(wanted, abs=0.0051)), (
                where,
                place,
            )
        if place.rank is not None:
            assert place.rank == 1 + sum((scores[code] or 0) > (scores[place.code] or 0) for code in ranked), (
                where,
                place,
            )


def subjects(kind: BoardKind) -> Collection[str]:
    known = {
        BoardKind.KELURAHAN: GAZETTEER.kelurahan,
        BoardKind.KECAMATAN: GAZETTEER.kecamatan,
        BoardKind.CITY: GAZETTEER.cities,
        BoardKind.AGENCY: GAZETTEER.agencies.keys() - EXTERNAL,
        BoardKind.OFFICER: (),
    }
    return tuple(known[kind])


def figures_of(kind: BoardKind, own: dict[str, Own]) -> dict[str, float | None]:
    """The responsiveness of each; external agencies have none, and count for no mean."""
    weights = {"responded": 35, "processed": 35, "satisfied": 20, "in time": 10}
    if kind is BoardKind.OFFICER:
        del weights["in time"]
    everybody = Own()
    for code, part in own.items():
        if code not in EXTERNAL:
            everybody.add(part)
    return {code: figure(part, everybody, weights) for code, part in own.items() if code not in EXTERNAL}


async def compare(
    kind: BoardKind, period: Period, day: date, histories: list[History], officers: dict[int, str]
) -> int:
    """Compare all scorecards and both boards of a kind with the histories. Return the number of subjects."""
    days = span(period, day)
    own = by_subject(kind, naive(histories, days), officers)
    figures = figures_of(kind, own)
    (cards,) = await read_scorecards([BoardKey(kind, period, day, subjects(kind), Metric.RESPONSIVENESS)])
    for code in own.keys() | cards.keys():
        assert_card(cards[code], own[code], (kind, days, code))
        assert (cards[code].responsiveness is None) is (figures.get(code) is None)
    points = {code: float(part.points) if part.entries else None for code, part in own.items()}
    for metric, due in ((Metric.POINTS, points), (Metric.RESPONSIVENESS, figures)):
        board = await read_board(kind, period, day, subjects(kind), metric)
        known = defaultdict(Own, {code: part for code, part in own.items() if code not in EXTERNAL})
        assert_board(board, known, due, (kind, metric, days))
        before = previous(period, days)
        earlier = (
            () if before is None else (await read_board(kind, period, before.first or day, subjects(kind), metric)).rows
        )
        assert board.previous_ranks == {place.code: place.rank for place in earlier if place.rank}, (kind, metric, days)
    return len(own)


async def test_every_scorecard_and_board_follows_from_the_report_histories(database_url: str) -> None:
    """The life crosses a month, and the weeks in it begin on other days than the months."""
    async with database(database_url):
        await fetch("UPDATE log_head SET open_from = NULL")
        await World(7, datetime(2026, 3, 22, 3, tzinfo=UTC)).act_randomly(300)
        histories = await read_histories()
        officers = {one.id: code_of("officer", one.public_id) for one in await Account.all()}
        days = sorted({jakarta_day(event.at) for history in histories for event in history.events})
        compared = 0
        for period in Period:
            for day in sorted({span(period, day).first or days[0] for day in days}):
                for kind in set(BoardKind) - {BoardKind.CITIZEN}:
                    compared += await compare(kind, period, day, histories, officers)
        assert compared > 300
