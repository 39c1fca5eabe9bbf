"""Audit a Tanggap from outside: compute its points and boards again from public data, and compare.

It imports nothing of Tanggap. It reads the timelines and the point entries of all reports over GraphQL, derives the
entries that docs/scoring.md demands from the timelines, and all numbers of all boards and periods from timelines and
entries. It prints a line for each difference, and exits with 1 if there is any.

Days off are not in the API: they are read from the table that the city loaded, by default the one in this repository.

Run: PASSWORD=... python audit.py http://127.0.0.1:8000 [--email EMAIL] [--closed] [--days-off FILE]

With the EMAIL and the password of a staff member it also compares sums over the board of officers; no more than sums,
because timelines do not show who acted. The boards of open periods are compared as of one moment, which needs some
seconds without events. `--closed` leaves open periods out, for a city that is never quiet.
"""

import argparse
import asyncio
import csv
import itertools
import math
import os
import sys
import time
from bisect import bisect_right
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal, localcontext
from email.utils import parsedate_to_datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Self, TypeVar

import httpx

Json = dict[str, Any]
Key = TypeVar("Key")
Value = TypeVar("Value")

# --- The rules of docs/scoring.md -----------------------------------------------------------------------------------

JAKARTA = timezone(timedelta(hours=7))
LATER = {429, 503}
"""The statuses of a service that asks to try again later."""
POINTS = {
    "RESPONDED_PROMPTLY": 6,
    "RESPONDED": 4,
    "RESPONDED_LATE": 1,
    "RESPONSE_OVERDUE": -3,
    "PROCESSED_PROMPTLY": 10,
    "PROCESSED": 8,
    "PROCESSED_LATE": 2,
    "PROCESSING_OVERDUE": -8,
    "RATED_WELL": 2,
    "RATED_POORLY": -4,
    "REOPENED": -2,
}
"""Points for a category of weight 1."""
REVERSED_BY_REOPENING = {"PROCESSED_PROMPTLY", "PROCESSED", "PROCESSED_LATE", "RATED_WELL"}
"""Gains that a reopening reverses."""
DISMISSALS = {"DUPLICATE", "INVALID", "OUT_OF_REMIT"}
OVERDUE_RULES = {"RESPONSE_OVERDUE", "PROCESSING_OVERDUE"}
FINAL_RULES = OVERDUE_RULES | {"REOPENED"}
"""Entries that no later one makes good."""
FIX_RULES = {"PROCESSED_PROMPTLY", "PROCESSED", "PROCESSED_LATE"}
PLACE_METRES = 50
"""The first of several fixes of one unit, category and day gains when they are so near to each other."""
RATING_RULES = {"RATED_WELL", "RATED_POORLY"}
DECIDED_RATIOS = {
    "RESPONDED_PROMPTLY": ("responses", 1),
    "RESPONDED": ("responses", 1),
    "RESPONDED_LATE": ("responses", 0),
    "RESPONSE_OVERDUE": ("responses", 0),
    "PROCESSED_PROMPTLY": ("processings", 1),
    "PROCESSED": ("processings", 1),
    "PROCESSED_LATE": ("processings", 0),
    "PROCESSING_OVERDUE": ("processings", 0),
    "REOPENED": ("processings", 0),
}
"""The ratio that an entry decides, and what it adds to its numerator."""
MAX_SCORING_A_DAY = 3
CITIZEN_CAP = 10
CITIZEN_POINTS = {"ANSWERED": 1, "FIXED": 3, "INVALID": -2}
"""Points of the reporter."""
WEIGHTS = {"responses": 35, "processings": 35, "ratings": 20, "in time": 10}
"""Weights of the ratios in the responsiveness."""
PRIOR = 10
"""Average reports credited to each unit."""
MIN_DECIDED = 5
"""Decided responses, and decided fixes, that a unit needs for a responsiveness and a band."""
UNRANKED = {"DAY", "WEEK"}
"""Periods without ranks by responsiveness."""
TAIL = Decimal("0.001")
"""Probability of each tail outside the limits of the bands."""
MIN_WATCHED = 10
"""Decided responses or fixes from which less than a third on time puts a unit on the watchlist."""
MIN_FIXED = 5
"""Fixes from which reopenings far above those of the others put a unit on the watchlist."""
ROUNDING_ERROR = 1e-9

DAYS_OFF = Path(__file__).parent.parent / "models/reference/days_off.csv"
KINDS = ("KELURAHAN", "KECAMATAN", "CITY", "AGENCY")
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
CLOCK_LAG = 3 * SECOND
"""Longest delay between a missed deadline and its event."""
HEADER_LAG = 2 * SECOND
"""Greatest age of a Date header, which is cut to seconds."""


class Span(NamedTuple):
    """A period: its kind, its first and its last day."""

    period: str
    first: date
    last: date


@cache
def spans(day: date) -> tuple[Span, ...]:
    """Return the six periods that contain a day."""
    monday, month = day - timedelta(days=day.weekday()), day.replace(day=1)
    quarter = month.replace(month=1 + 3 * ((day.month - 1) // 3))
    return (
        Span("DAY", day, day),
        Span("WEEK", monday, monday + 6 * DAY),
        Span("MONTH", month, (month + 31 * DAY).replace(day=1) - DAY),
        Span("QUARTER", quarter, (quarter + 100 * DAY).replace(day=1) - DAY),
        Span("YEAR", date(day.year, 1, 1), date(day.year, 12, 31)),
        Span("ALL_TIME", date.min, date.max),
    )


def day_of(at: datetime) -> date:
    """Return the Jakarta day of a time."""
    return at.astimezone(JAKARTA).date()


def parse_time(text: str) -> datetime:
    """Parse a DateTime."""
    return datetime.fromisoformat(text)


def round_minutes(duration: timedelta) -> int:
    """Return whole minutes, rounded half up to two significant digits."""
    whole = duration // timedelta(minutes=1)
    unit = 10 ** max(len(str(whole)) - 2, 0)
    return whole if unit == 1 else (2 * whole + unit) // (2 * unit) * unit


def median(minutes: Counter[int]) -> float | None:
    """Return the median of a histogram, or None if it is empty."""
    values = list(itertools.chain.from_iterable([value] * minutes[value] for value in sorted(minutes)))
    half = len(values) // 2
    if not values:
        return None
    return float(values[half]) if len(values) % 2 else (values[half - 1] + values[half]) / 2


class Clock:
    """The time that counts for a target, added up day by day.

    It is all time for the hours ALWAYS, else that of days which are not off; for a target under a day from 7 to 19.
    """

    def __init__(self, target: timedelta, hours: str, days_off: frozenset[date]) -> None:
        self.target, self.hours, self.days_off = target, hours, days_off
        self._opens, self._closes = (timedelta(), DAY) if target >= DAY else (timedelta(hours=7), timedelta(hours=19))

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """Return the time that counts between two moments."""
        if self.hours == "ALWAYS":
            return end - start
        return sum(
            (max(min(closes, end) - max(opens, start), timedelta()) for opens, closes in self._days(start, end)),
            timedelta(),
        )

    def due(self, start: datetime, left: timedelta) -> datetime:
        """Return the last moment at which no more time than `left` has counted; if that is negative, one before."""
        if self.hours == "ALWAYS" or left < timedelta():
            return start + left
        for opens, closes in self._days(start, datetime.max.replace(tzinfo=JAKARTA)):
            if max(opens, start) + left < closes:
                return max(opens, start) + left
            left -= max(closes - max(opens, start), timedelta())
        raise AssertionError("days never end")

    def _days(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the time that counts on each day, from its begin to its end."""
        midnight = start.astimezone(JAKARTA).replace(hour=0, minute=0, second=0, microsecond=0)
        while midnight < end:
            if midnight.date() not in self.days_off:
                yield midnight + self._opens, midnight + self._closes
            midnight += DAY


class SlaTerms(NamedTuple):
    """The targets of a category, and its weight."""

    response: Clock
    processing: Clock
    weight: int


def sooner(old: Clock, new: Clock) -> Clock:
    """Return the clock of a report after its unit recategorises it: it always runs if one of both does.

    The old target stays unless the new one is shorter, also at night: then 12 hours may take longer than a day.
    """
    hours = "ALWAYS" if "ALWAYS" in {old.hours, new.hours} else "DAY"
    is_slower = hours == "DAY" and timedelta(hours=12) <= new.target < DAY <= old.target
    return Clock(old.target if is_slower else min(old.target, new.target), hours, old.days_off)


# --- Reading --------------------------------------------------------------------------------------------------------

HANDLER = """
fragment Handler on Handler { ... on Kelurahan { code } ... on Agency { code } }
"""
REFERENCE = """{
  kelurahans(first: 300) { edges { node { code name kecamatan { code name } city { code name } } } }
  agencies { code name kind }
  categories { code weight hours responseTargetMinutes processingTargetMinutes }
  reports(orderBy: OLDEST, first: 1) { edges { node { submittedAt } } }
}"""
EVENTS = """pageInfo { hasNextPage endCursor } edges { node {
  kind at actor toStatus resolution stars fromHandler { ...Handler } toHandler { ...Handler }
  fromCategory { code } toCategory { code }
} }"""
REPORTS = (
    HANDLER
    + f"""query($from: DateTime!, $to: DateTime!, $after: String) {{
  reports(filter: {{submittedFrom: $from, submittedTo: $to}}, orderBy: OLDEST, first: 15, after: $after) {{
    pageInfo {{ hasNextPage endCursor }}
    edges {{ node {{
      number importedFrom submittedAt scores resolution duplicateOf {{ number }} location {{ latitude longitude }}
      reporter {{ pseudonym }} category {{ code }} handler {{ ...Handler }}
      timeline(first: 30) {{ {EVENTS} }}
      points {{ id at points rule unit {{ ...Handler }} reverses {{ id }} }}
    }} }}
  }}
}}"""
)
TIMELINE = (
    HANDLER + f"query($number: String!, $after: String!) {{ report(number: $number) "
    f"{{ timeline(first: 100, after: $after) {{ {EVENTS} }} }} }}"
)
BOARD_FRAGMENTS = """
fragment Card on Scorecard {
  received responded processed overdue reopened dismissed duplicates handedOn withdrawn waivedPoints
  respondedOnTime processedOnTime satisfaction responsiveness
  medianResponseMinutes medianProcessingMinutes
}
fragment Ranked on Ranked {
  ... on Kelurahan { code } ... on Kecamatan { code } ... on City { code } ... on Agency { code }
  ... on Officer { id name } ... on Citizen { id pseudonym }
}
fragment Row on Standing { rank previousRank points responsiveness band subject { ...Ranked } scorecard { ...Card } }
"""
BOARDS = (
    *(
        BOARD_FRAGMENTS + f"query($kind: BoardKind!, $period: Period!, $on: Date!) {{ {selection} }}"
        for selection in (
            *(
                f"{metric}: leaderboard(kind: $kind, metric: {metric}, period: $period, on: $on) "
                "{ startsAt endsAt standings(first: 300) { totalCount edges { node { ...Row } } } }"
                for metric in ("POINTS", "RESPONSIVENESS")
            ),
            "watchlist(kind: $kind, period: $period, on: $on) { ...Row }",
        )
    ),
    *(
        f"""query($kind: BoardKind!, $period: Period!, $on: Date!) {{
  REPORTERS_{part.upper()}: leaderboard(kind: $kind, period: $period, on: $on) {{
    standings({part}: 150) {{ edges {{ node {{
      subject {{ ... on Place {{ code }} ... on Agency {{ code }} }} scorecard {{ reporters busiestReportersShare }}
    }} }} }}
  }}
}}"""
        for part in ("first", "last")
    ),
)
"""A document for each board: together they cost more than the API allows."""
AGENCIES = (
    BOARD_FRAGMENTS.split("fragment Ranked", maxsplit=1)[0]
    + "query($period: Period!, $on: Date!) { agencies { code kind "
    "scorecard(period: $period, on: $on) { ...Card reporters busiestReportersShare } } }"
)
PEOPLE = (
    BOARD_FRAGMENTS
    + """query($kind: BoardKind!, $period: Period!, $on: Date!, $after: String) {
  leaderboard(kind: $kind, metric: POINTS, period: $period, on: $on) {
    standings(first: 300, after: $after) {
      pageInfo { hasNextPage endCursor } edges { node { ...Row } }
    }
  }
}"""
)
HEAD = "{ reports(first: 1) { cursor } }"
SIGN_IN = """mutation($email: String!, $password: String!) {
  signIn(email: $email, password: $password) { session { accessToken } errors { message } }
}"""
SIGN_IN_INTERVAL = 15 * 60
"""Seconds between sign-ins: a token is valid for 30 minutes, and the audit of a year takes longer."""


class Api:
    """The GraphQL endpoint of a city."""

    def __init__(self, address: str, email: str | None) -> None:
        self._http = httpx.AsyncClient(base_url=address, timeout=300)
        self.email, self._sign_in_at = email, 0.0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def ask(self, document: str, **variables: object) -> Json:
        """Return the data of a response. Raises SystemExit if it has errors."""
        return (await self.ask_dated(document, **variables))[0]

    async def ask_dated(self, document: str, **variables: object) -> tuple[Json, datetime]:
        """Return the data of a response, and the time of the server in whole seconds."""
        if self.email is not None and time.monotonic() >= self._sign_in_at:
            await self._sign_in(self.email)
        body = {"query": document, "variables": variables}
        while (response := await self._http.post("/graphql", json=body)).status_code in LATER:  # noqa: ASYNC110
            await asyncio.sleep(int(response.headers.get("Retry-After", 1)))
        answer: Json = response.json()
        if answer.get("errors"):
            raise SystemExit(f"the API refused the query: {answer['errors'][0]['message']}")
        return answer["data"], parsedate_to_datetime(response.headers["date"])

    async def _sign_in(self, email: str) -> None:
        self._sign_in_at = time.monotonic() + SIGN_IN_INTERVAL
        payload = (await self.ask(SIGN_IN, email=email, password=os.environ["PASSWORD"]))["signIn"]
        if payload["errors"]:
            raise SystemExit(payload["errors"][0]["message"])
        self._http.headers["Authorization"] = f"Bearer {payload['session']['accessToken']}"

    async def reports_of(self, day: date) -> list[Json]:
        """Return the reports submitted on a day, with their whole timelines."""
        first = datetime(day.year, day.month, day.day, tzinfo=JAKARTA)
        bounds = {"from": first.isoformat(), "to": (first + DAY).isoformat()}
        nodes = [edge["node"] async for page in self._pages(REPORTS, "reports", **bounds) for edge in page["edges"]]
        found = [node for node in nodes if node["importedFrom"] is None]  # they are in no number
        for report in found:
            await self._complete(report)
        return found

    async def _complete(self, report: Json) -> None:
        """Read the remaining pages of a timeline."""
        first, number = report["timeline"]["pageInfo"], report["number"]
        if first["hasNextPage"]:
            async for page in self._pages(TIMELINE, "report", "timeline", number=number, after=first["endCursor"]):
                report["timeline"]["edges"] += page["edges"]

    async def people(self, kind: str, span: Span) -> list[Json]:
        """Return the rows of a board of people; of the thousands of citizens only pages with ranked rows."""
        rows: list[Json] = []
        board = {"kind": kind, "period": span.period, "on": day_in(span)}
        async for page in self._pages(PEOPLE, "leaderboard", "standings", **board):
            rows += [edge["node"] for edge in page["edges"]]
            if kind == "CITIZEN" and rows and rows[-1]["rank"] is None:
                break
        return rows

    async def _pages(self, document: str, *path: str, **variables: object) -> AsyncIterator[Json]:
        """Yield the pages of the connection at a path in the data, from the cursor `after` on."""
        position: Json = {"hasNextPage": True, "endCursor": variables.pop("after", None)}
        while position["hasNextPage"]:
            page = await self.ask(document, **variables, after=position["endCursor"])
            for name in path:
                page = page[name]
            yield page
            position = page["pageInfo"]


def day_in(span: Span) -> str:
    """Return a day that names the period in a query."""
    return str(date(2026, 1, 1) if span.period == "ALL_TIME" else span.first)


async def fetch_in_order(
    keys: Iterable[Key], fetch: Callable[[Key], Coroutine[Any, Any, Value]], concurrency: int = 4
) -> AsyncIterator[tuple[Key, Value]]:
    """Fetch values concurrently, and yield them in the order of their keys."""
    waiting: deque[tuple[Key, asyncio.Task[Value]]] = deque()
    for key in keys:
        waiting.append((key, asyncio.create_task(fetch(key))))
        if len(waiting) == concurrency:
            first, value = waiting.popleft()
            yield first, await value
    for key, value in waiting:
        yield key, await value


# --- Comparison -----------------------------------------------------------------------------------------------------


class Findings:
    """Numbers compared so far, by kind, and the number of differences."""

    def __init__(self) -> None:
        self.compared: Counter[str] = Counter()
        self.unknown: Counter[str] = Counter()
        self.differences = 0

    def compare(self, kind: str, where: Sequence[object], computed: object, served: object) -> None:
        """Compare a computed value with the served one; numbers may differ by rounding errors."""
        self.compared[kind] += 1
        if isinstance(computed, int | float) and isinstance(served, int | float):
            equal = abs(computed - served) < ROUNDING_ERROR
        else:
            equal = computed == served
        if not equal:
            self.report(kind, where, f"computed {computed}, served {served}")

    def compare_fields(self, kind: str, where: Sequence[object], computed: Json, served: Json) -> None:
        """Compare the computed fields of an object with the served ones."""
        for name, value in computed.items():
            self.compare(kind, (*where, name), value, served[name])

    def report(self, kind: str, where: Sequence[object], text: str) -> None:
        """Count and print a difference."""
        self.differences += 1
        print(f"DIFFERENT {kind}, {' '.join(map(str, where))}: {text}", flush=True)


@dataclass(slots=True)
class Counters:
    """Counters of a unit in a period. `by_people`: the points that do not come from missed deadlines.

    `reporters`: the reports received, by pseudonym.
    """

    points: int = 0
    entries: int = 0
    by_people: int = 0
    received: int = 0
    responded: int = 0
    processed: int = 0
    reopened: int = 0
    dismissed: int = 0
    duplicates: int = 0
    handed_on: int = 0
    withdrawn: int = 0
    waived_points: int = 0
    responses: int = 0
    responses_in_time: int = 0
    processings: int = 0
    processings_in_time: int = 0
    ratings: int = 0
    stars: int = 0
    response_minutes: Counter[int] = field(default_factory=Counter)
    processing_minutes: Counter[int] = field(default_factory=Counter)
    reporters: Counter[str | None] = field(default_factory=Counter)

    def add(self, other: "Counters") -> None:
        """Add other counters."""
        for name in COUNTER_NAMES:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.response_minutes.update(other.response_minutes)
        self.processing_minutes.update(other.processing_minutes)
        self.reporters.update(other.reporters)


COUNTER_NAMES = tuple(name for name in Counters.__slots__ if not name.endswith(("_minutes", "reporters")))


class Tallies:
    """Counters of all units and periods, and the daily changes of the reports that each unit holds."""

    def __init__(self) -> None:
        self.counters: defaultdict[tuple[str, date, str], Counters] = defaultdict(Counters)
        self._changes: defaultdict[str, defaultdict[date, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
        self._holdings: dict[str, tuple[list[date], list[tuple[int, int]]]] = {}

    def on(self, unit: str, day: date) -> Iterator[Counters]:
        """Yield the counters of a unit in the periods that contain a day."""
        for period, first, _ in spans(day):
            yield self.counters[period, first, unit]

    def add_holding(self, day: date, unit: str, is_open: int, is_late: int) -> None:
        """Change the numbers of open and of late reports that a unit holds."""
        change = self._changes[unit][day]
        change[0] += is_open
        change[1] += is_late

    def holding(self, unit: str, last: date) -> tuple[int, int]:
        """Return the numbers of open and of late reports that a unit held at the end of a day."""
        if unit not in self._holdings:
            changes = self._changes[unit]
            days = sorted(changes)
            opens = itertools.accumulate(changes[day][0] for day in days)
            lates = itertools.accumulate(changes[day][1] for day in days)
            self._holdings[unit] = days, list(zip(opens, lates, strict=True))
        days, sums = self._holdings[unit]
        count = bisect_right(days, last)
        return sums[count - 1] if count else (0, 0)


# --- Replay of one report -------------------------------------------------------------------------------------------


class Entry(NamedTuple):
    """An entry of the ledger."""

    id: str
    at: datetime
    unit: str
    rule: str
    points: int
    reverses: str | None


class Fix(NamedTuple):
    """A closing as FIXED of a report that scores. `taken_back`: the time at which its gain was reversed."""

    at: datetime
    number: str
    unit: str
    category: str
    place: tuple[float, float] | None
    has_gained: bool
    taken_back: datetime | None


class Rating(NamedTuple):
    """Stars for a unit; `entry` is the id of their point entry."""

    day: date
    unit: str
    stars: int
    entry: str | None


@dataclass
class Reference:
    """The reference data; `agencies` are those of the city, `external` the others."""

    kelurahan: list[str]
    agencies: list[str]
    external: set[str]
    terms: dict[str, SlaTerms]
    named: dict[str, set[str]]

    def members(self, kind: str) -> dict[str, list[str]]:
        """Return the subjects of a board kind by code, each with the units that count for it."""
        if kind == "AGENCY":
            return {code: [code] for code in self.agencies}
        depth = {"KELURAHAN": 4, "KECAMATAN": 3, "CITY": 2}[kind]
        found: dict[str, list[str]] = {}
        for code in self.kelurahan:
            found.setdefault(".".join(code.split(".")[:depth]), []).append(code)
        return found


def days_off_in(path: Path) -> frozenset[date]:
    """Read the days off from a table with a column `date`."""
    with path.open(encoding="utf-8-sig", newline="") as table:
        return frozenset(date.fromisoformat(row["date"]) for row in csv.DictReader(table))


def covers(unit: str, other: str) -> bool:
    """Return whether a unit is another one, or has it inside."""
    return other == unit or other.startswith(f"{unit}.")


def reference_of(answer: Json, days_off: frozenset[date]) -> Reference:
    """Parse the reference data."""

    def clock(category: Json, target: str) -> Clock:
        return Clock(timedelta(minutes=category[f"{target}TargetMinutes"]), category["hours"], days_off)

    agencies = answer["agencies"]
    kelurahan = [edge["node"] for edge in answer["kelurahans"]["edges"]]
    named: defaultdict[str, set[str]] = defaultdict(set)
    for unit in [*agencies, *(level for one in kelurahan for level in (one, one["kecamatan"], one["city"]))]:
        named[unit["name"]].add(unit["code"])
    return Reference(
        kelurahan=sorted(one["code"] for one in kelurahan),
        named=named,
        agencies=sorted(agency["code"] for agency in agencies if agency["kind"] == "CITY"),
        external={agency["code"] for agency in agencies if agency["kind"] == "EXTERNAL"},
        terms={
            category["code"]: SlaTerms(clock(category, "response"), clock(category, "processing"), category["weight"])
            for category in answer["categories"]
        },
    )


def code_of(node: Json | None) -> str | None:
    """Return the code of a unit, a place or a category."""
    return None if node is None else node["code"]


def initial_code(events: Sequence[Json], name: str, now: str) -> str:
    """Return the code at the submission: the old value of its first change, or the value of now."""
    return next((event[name]["code"] for event in events if event[name] is not None), now)


class ReportReplay:
    """The replay of a report up to a time. Its contributions go into the tallies, differences into the findings."""

    def __init__(self, node: Json, city: Reference, tallies: Tallies, findings: Findings, until: datetime) -> None:
        self._city, self._tallies, self._findings = city, tallies, findings
        self.number: str = node["number"]
        self.citizen = None if node["reporter"] is None else str(node["reporter"]["pseudonym"])
        self.submitted = parse_time(node["submittedAt"])
        events = [edge["node"] for edge in node["timeline"]["edges"]]
        self._handler = initial_code(events, "fromHandler", node["handler"]["code"])
        self._category = initial_code(events, "fromCategory", node["category"]["code"])
        self._terms = city.terms[self._category]
        self._place: tuple[float, float] | None = node["location"]["latitude"], node["location"]["longitude"]
        self.original = None if node["duplicateOf"] is None else str(node["duplicateOf"]["number"])
        self._events = [event | {"at": at} for event in events if (at := parse_time(event["at"])) <= until]
        entries = (
            Entry(
                one["id"], parse_time(one["at"]), one["unit"]["code"], one["rule"], one["points"], _id(one["reverses"])
            )
            for one in node["points"]
        )
        self.entries = [entry for entry in entries if entry.at <= until]
        self.scores, self._last_handler = bool(node["scores"]), node["handler"]["code"]
        self._reversed_at = {one.reverses: one.at for one in self.entries if one.reverses is not None}
        self.fixes: list[Fix] = []
        self.fixed_spans: list[tuple[datetime, datetime | None]] = []
        self.merged_at: datetime | None = None
        self.absolved_at: datetime | None = None
        self.scoring = {entry.unit for entry in self.entries}
        self.citizen_events: list[tuple[datetime, str]] = []
        self.ratings: list[Rating] = []
        self._accepted, self._reversed, self._is_lost = 0, set[str](), False
        self._is_open = False
        self._resolution: str | None = None
        self._may_be_upheld = False
        self._responded: datetime | None = None
        self._response_overdue = False
        self._since = self._held_from = self._opened = self.submitted
        self._held_before: dict[str, timedelta] = {}
        self._held_earlier = defaultdict[str, timedelta](timedelta)
        self._not_held = defaultdict[str, timedelta](timedelta)
        self._not_held_earlier = defaultdict[str, timedelta](timedelta)
        self._left: dict[str, datetime] = {}
        self._overdue_units = set[str]()

    def replay(self, until: datetime) -> None:
        """Replay all events, then count points and outcomes."""
        handlers = {
            "SUBMITTED": self._on_submitted,
            "STATUS_CHANGED": self._on_status_changed,
            "ASSIGNED": self._on_handed_on,
            "TRANSFERRED": self._on_handed_on,
            "MOVED": self._on_moved,
            "RECATEGORISED": self._on_recategorised,
            "RATED": self._on_rated,
            "REOPENED": self._on_reopened,
            "RESPONSE_OVERDUE": self._on_response_overdue,
            "PROCESSING_OVERDUE": self._on_processing_overdue,
        }
        for event in self._events:
            if event["kind"] in handlers:
                self._add_holding(event["at"], -1)
                handlers[event["kind"]](event, event["at"])
                self._add_holding(event["at"], 1)
        if self._events:
            self._check_deadlines(until - CLOCK_LAG)
        self._accept_absolution()
        if unexplained := self._next_entry():
            self._give_up(f"no event explains {unexplained}")
        self._count()

    def _add_holding(self, at: datetime, sign: int) -> None:
        if self._is_open:
            late = self._handler in self._overdue_units or (self._responded is None and self._response_overdue)
            self._tallies.add_holding(day_of(at), self._handler, sign, sign * late)

    # Events

    def _on_submitted(self, _: Json, at: datetime) -> None:
        self._is_open = True
        self._receive(at)

    def _on_status_changed(self, event: Json, at: datetime) -> None:
        self._check_deadlines(at)
        self._since = at
        resolution = event["resolution"]
        self._resolution = resolution
        if resolution == "WITHDRAWN":
            self._is_open = False
            for counters in self._tallies.on(self._handler, day_of(at)):
                counters.withdrawn += 1
            return
        self._respond(at)
        if event["toStatus"] != "PROCESSED":
            return
        held = self._held(at) + self._held_earlier[self._handler]
        self._stop(at)
        self._is_open = False
        if resolution == "FIXED":
            self.fixed_spans.append((at, None))
            self._count_fix(at, held, held + self._not_held[self._handler] + self._not_held_earlier[self._handler])
            return
        self.merged_at = at if resolution == "DUPLICATE" else None
        for counters in self._tallies.on(self._handler, day_of(at)):
            counters.dismissed += 1
            counters.duplicates += resolution == "DUPLICATE"
        self._reverse_gains(at)
        for blame in [one for one in self._standing() if one.rule == "REOPENED"][-1:] if self._may_be_upheld else ():
            self._expect(blame.unit, "REVERSAL", -blame.points, at, blame.id)
        if resolution == "INVALID":
            self.citizen_events.append((at, "INVALID"))

    def _count_fix(self, at: datetime, held: timedelta, judged: timedelta) -> None:
        target = self._terms.processing.target
        for counters in self._tallies.on(self._handler, day_of(at)):
            counters.processed += 1
            counters.processing_minutes[round_minutes(held)] += 1
        in_time = "PROCESSED_PROMPTLY" if judged <= target / 2 else "PROCESSED"
        self._accept_waivers()
        entry = self._next_entry()
        has_gained = entry is not None and entry.at == at and entry.rule.startswith("PROCESSED")
        if has_gained:
            self._earn(in_time if judged <= target else "PROCESSED_LATE", at)
        if not self._is_external and self._scores_for(self._handler) and not self._is_lost:
            taken_back = None if entry is None or not has_gained else self._reversed_at.get(entry.id)
            self.fixes.append(Fix(at, self.number, self._handler, self._category, self._place, has_gained, taken_back))
        self.citizen_events.append((at, "FIXED"))

    def _on_handed_on(self, event: Json, at: datetime) -> None:
        self._check_deadlines(at)
        self._respond(at, handed_on=event["toHandler"] is not None)
        self._leave_province(event, at)
        self._hand_over(event, at)

    def _on_moved(self, event: Json, at: datetime) -> None:
        if event["actor"] != "CITIZEN":
            self._place = None  # fixes are judged by the place of the reporter, which is not shown any more
            self._on_handed_on(event, at)
            return
        self._check_deadlines(at)
        self._hand_over(event, at, is_act=False)

    def _on_recategorised(self, event: Json, at: datetime) -> None:
        self._check_deadlines(at)
        self._respond(at, handed_on=event["toHandler"] is not None)
        self._leave_province(event, at)
        new = self._city.terms[event["toCategory"]["code"]]
        old = self._terms
        least = SlaTerms(sooner(old.response, new.response), sooner(old.processing, new.processing), old.weight)
        self._category = event["toCategory"]["code"]
        # Only the control room can give more time or another weight.
        self._terms = new if event["actor"] == "ADMIN" else least
        self._hand_over(event, at)

    def _on_rated(self, event: Json, at: datetime) -> None:
        stars = event["stars"]
        for entry in self._standing():
            if entry.rule in RATING_RULES and entry.unit == self._handler:
                self._expect(entry.unit, "REVERSAL", -entry.points, at, entry.id)
        gained = any(entry.rule in FIX_RULES and entry.unit == self._handler for entry in self._standing())
        if stars < 3 or (stars > 3 and gained):
            self._earn("RATED_WELL" if stars > 3 else "RATED_POORLY", at)
        made = (entry.id for entry in self.entries if entry.rule in RATING_RULES and entry.at == at)
        self.ratings.append(Rating(day_of(at), self._handler, stars, next(made, None)))

    def _on_reopened(self, _: Json, at: datetime) -> None:
        for counters in self._tallies.on(self._handler, day_of(at)):
            counters.reopened += 1
        for gain in self._gains():
            if gain.rule in REVERSED_BY_REOPENING:
                self._expect(gain.unit, "REVERSAL", -gain.points, at, gain.id)
        self.citizen_events.append((at, "REOPENED"))
        self._accept_absolution()
        self._earn("REOPENED", at)
        self.merged_at = self.absolved_at = None
        if self._resolution == "FIXED":
            self.fixed_spans[-1] = self.fixed_spans[-1][0], at
        self._may_be_upheld = self._resolution in DISMISSALS
        self._is_open, self._since, self._held_from, self._opened = True, at, at, at
        for unit, held in self._held_before.items():
            self._held_earlier[unit] += held
        for unit, not_held in self._not_held.items():
            self._not_held_earlier[unit] += not_held
        self._held_before, self._overdue_units = {}, set()
        self._not_held.clear()
        self._left.clear()

    def _on_response_overdue(self, _: Json, at: datetime) -> None:
        self._check_missed("RESPONSE_OVERDUE", self._response_due, at)
        self._response_overdue = True

    def _on_processing_overdue(self, _: Json, at: datetime) -> None:
        self._check_missed("PROCESSING_OVERDUE", self._handler_due, at)
        self._overdue_units.add(self._handler)

    # SLA

    @property
    def _is_external(self) -> bool:
        return self._handler in self._city.external

    @property
    def _response_due(self) -> datetime:
        return self._terms.response.due(self.submitted, self._terms.response.target)

    @property
    def _handler_due(self) -> datetime:
        clock = self._terms.processing
        return clock.due(self._held_from, clock.target - self._held_before.get(self._handler, timedelta()))

    def _held(self, at: datetime) -> timedelta:
        """Return how long the handler has held the report in this opening, in the time that counts."""
        return self._held_before.get(self._handler, timedelta()) + self._terms.processing.elapsed(self._held_from, at)

    def _stop(self, at: datetime) -> None:
        """Save how long the handler has held the report in this opening, in whole seconds."""
        if self._is_open:
            self._held_before[self._handler] = self._held(at) // SECOND * SECOND

    def _hand_over(self, event: Json, at: datetime, *, is_act: bool = True) -> None:
        """Stop the clock of the old handler, and start that of the new one. A move by the reporter is no act of it."""
        self._since, to = at, code_of(event["toHandler"])
        if to is None:
            return
        self._stop(at)
        for counters in self._tallies.on(self._handler, day_of(at)) if is_act else ():
            counters.handed_on += 1
        self._left[self._handler] = at
        if self._is_fetched(event["actor"], to):
            between = self._terms.processing.elapsed(self._left.get(to, self._opened), at) // SECOND * SECOND
            if to in self._left:
                self._held_before[to] += between
            else:
                self._not_held[to] = between
        self._handler, self._held_from = to, at
        self._receive(at)

    def _receive(self, at: datetime) -> None:
        """Count the report as received by its handler; all anonymous reports have one reporter, None."""
        for counters in self._tallies.on(self._handler, day_of(at)):
            counters.received += 1
            counters.reporters[self.citizen] += 1

    def _is_fetched(self, actor: str, to: str) -> bool:
        """Return whether the people of a unit, or of one above it, take the report from another unit.

        The actor is shown by name. A kecamatan may have the name of one of its kelurahan: then the times of the report
        are not visible from outside.
        """
        codes = self._city.named.get(actor, set())
        found = {covers(code, to) and not covers(code, self._handler) for code in codes}
        if len(found) > 1:
            self._is_lost = True
            self._findings.unknown["reports handed over by a unit whose name several have"] += 1
        return found == {True}

    def _check_missed(self, rule: str, due: datetime, at: datetime) -> None:
        """Compare the time of a missed deadline; a deadline moved into the past is missed at once."""
        self._findings.compare("missed deadline", (self.number, rule), max(due, self._since), at)
        self._since = max(self._since, at)
        self._earn(rule, at)

    def _check_deadlines(self, at: datetime) -> None:
        """Report deadlines that passed before a time without an event."""
        if self._is_external or not self._is_open:
            return
        pending = [] if self._handler in self._overdue_units else [("PROCESSING_OVERDUE", self._handler_due)]
        if self._responded is None and not self._response_overdue:
            pending.append(("RESPONSE_OVERDUE", self._response_due))
        for rule, due in pending:
            if max(due, self._since) < at:
                self._findings.report("missed deadline", (self.number, rule), f"due {due}, and no event until {at}")

    # Entries

    def _respond(self, at: datetime, *, handed_on: bool = False) -> None:
        """Count the response, if this is the first official act; handing a report on answers only the citizen."""
        if self._responded is not None:
            return
        self._responded = at
        if handed_on:
            self.citizen_events.append((at, "ANSWERED"))
            return
        for counters in self._tallies.on(self._handler, day_of(at)):
            counters.responded += 1
            counters.response_minutes[round_minutes(at - self.submitted)] += 1
        took, target = self._terms.response.elapsed(self.submitted, at), self._terms.response.target
        in_time = "RESPONDED_PROMPTLY" if took <= target / 4 else "RESPONDED"
        self._earn(in_time if took <= target else "RESPONDED_LATE", at)
        self.citizen_events.append((at, "ANSWERED"))

    def _earn(self, rule: str, at: datetime) -> None:
        if not self._is_external:
            self._expect(self._handler, rule, POINTS[rule] * self._terms.weight, at, None)

    def _standing(self) -> list[Entry]:
        """Return the entries so far that were not reversed, without reversals."""
        self._accept_waivers()
        so_far = self.entries[: self._accepted]
        return [one for one in so_far if one.reverses is None and one.id not in self._reversed]

    def _gains(self) -> list[Entry]:
        """Return the gains so far that were not reversed."""
        return [one for one in self._standing() if one.points > 0]

    def _leave_province(self, event: Json, at: datetime) -> None:
        """Reverse the gains of a report that an agency outside the province gets."""
        if code_of(event["toHandler"]) in self._city.external and not self._is_external:
            self._reverse_gains(at)

    def _reverse_gains(self, at: datetime) -> None:
        for gain in self._gains():
            self._expect(gain.unit, "REVERSAL", -gain.points, at, gain.id)
        self.citizen_events.append((at, "DISMISSED"))

    def _expect(self, unit: str, rule: str, points: int, at: datetime, reverses: str | None) -> None:
        """Compare the next entry with the demanded one; a report that does not score for the unit has none."""
        self._accept_waivers()
        if self._scores_for(unit) and not self._is_lost:
            entry, demanded = self._next_entry(), (at, unit, rule, points, reverses)
            self._findings.compared["entries"] += 1
            if entry is None or entry[1:] != demanded:
                self._give_up(f"computed {demanded}, served {entry}")
            else:
                self._accept(entry)

    def _scores_for(self, unit: str) -> bool:
        """Return whether the report scores for a unit: what is served says so only of the last handler.

        A reporter may act for another unit. Then their named report does not score for it, and has no entry of it.
        """
        if unit == self._last_handler or self.citizen is None:
            return self.scores
        return unit in self.scoring

    def _accept_waivers(self) -> None:
        """Accept the waivers that come next: they have no event in the timeline."""
        while (waiver := self._next_entry()) and waiver.rule == "WAIVED":
            known = {one.id: one for one in self.entries[: self._accepted] if one.reverses is None}
            waived = known.get(waiver.reverses or "")
            self._findings.compared["entries"] += 1
            if (
                waived is None
                or waived.id in self._reversed
                or (waiver.unit, -waiver.points) != (waived.unit, waived.points)
            ):
                self._give_up(f"{waiver} reverses {waived}")
            else:
                self._accept(waiver)

    def _accept_absolution(self) -> None:
        """Accept the reversals of blame for missed deadlines of a duplicate: its original has been fixed."""
        for blame in [one for one in self._standing() if one.rule in OVERDUE_RULES and self.merged_at is not None]:
            self._accept_waivers()
            entry = self._next_entry()
            if entry is None or entry.rule != "REVERSAL" or entry.reverses != blame.id:
                break
            self._expect(blame.unit, "REVERSAL", -blame.points, entry.at, blame.id)
            self.absolved_at = entry.at
        self._accept_waivers()

    @property
    def is_blamed(self) -> bool:
        """Whether it has missed a deadline for which an entry stands, as far as its entries are understood."""
        return not self._is_lost and any(one.rule in OVERDUE_RULES for one in self._standing())

    def _next_entry(self) -> Entry | None:
        """Return the first entry not accepted yet; None at the end, and after a wrong entry."""
        return None if self._is_lost or self._accepted == len(self.entries) else self.entries[self._accepted]

    def _accept(self, entry: Entry) -> None:
        self._accepted += 1
        if entry.reverses is not None:
            self._reversed.add(entry.reverses)

    def _give_up(self, text: str) -> None:
        """Report a wrong entry; the entries after it cannot be compared."""
        self._is_lost = True
        self._findings.report("entry", (self.number,), text)

    # Contributions

    def _count(self) -> None:
        overdue_entries = {entry.id for entry in self.entries if entry.rule in OVERDUE_RULES}
        for entry in self.entries:
            is_overdue = entry.id in overdue_entries or entry.reverses in overdue_entries
            for counters in self._tallies.on(entry.unit, day_of(entry.at)):
                counters.points += entry.points
                counters.entries += 1
                counters.waived_points += entry.points if entry.rule == "WAIVED" else 0
                counters.by_people += 0 if is_overdue else entry.points
        for unit, ratio, since, until, outcome in outcome_spans(self.entries, self.ratings):
            for period, first, last in spans(outcome.day):
                if since <= last and (until is None or until > last):
                    counters = self._tallies.counters[period, first, unit]
                    if ratio == "ratings":
                        counters.ratings += 1
                        counters.stars += outcome.value
                    elif ratio == "responses":
                        counters.responses += 1
                        counters.responses_in_time += outcome.value
                    else:
                        counters.processings += 1
                        counters.processings_in_time += outcome.value


def _id(node: Json | None) -> str | None:
    return None if node is None else node["id"]


class Outcome(NamedTuple):
    """The contribution of a report to a ratio: its day, and its value."""

    day: date
    value: int


def outcome_spans(
    entries: Sequence[Entry], ratings: Sequence[Rating]
) -> Iterator[tuple[str, str, date, date | None, Outcome]]:
    """Yield (unit, ratio, first day, day after the last, outcome): an outcome counts at the end of these days."""
    held: dict[tuple[str, str], tuple[date, Outcome]] = {}
    for day in sorted({day_of(entry.at) for entry in entries} | {rating.day for rating in ratings}):
        now = current_outcomes(
            [one for one in entries if day_of(one.at) <= day], [one for one in ratings if one.day <= day]
        )
        for key in held.keys() - now.keys() | {key for key in held if now.get(key) != held[key][1]}:
            since, outcome = held.pop(key)
            yield *key, since, day, outcome
        for key in now.keys() - held.keys():
            held[key] = day, now[key]
    for key, (since, outcome) in held.items():
        yield *key, since, None, outcome


def current_outcomes(entries: Sequence[Entry], ratings: Sequence[Rating]) -> dict[tuple[str, str], Outcome]:
    """Return the outcome for each unit and ratio, without reversed entries; FINAL_RULES are final."""
    reversed_ids = {entry.reverses for entry in entries}
    found: dict[tuple[str, str], Outcome] = {}
    final = set()
    for entry in entries:
        if entry.rule in DECIDED_RATIOS and entry.id not in reversed_ids:
            ratio, value = DECIDED_RATIOS[entry.rule]
            key = entry.unit, ratio
            if entry.rule in FINAL_RULES:
                final.add(key)
            if entry.rule in FINAL_RULES or key not in final:
                found[key] = Outcome(day_of(entry.at), value)
    units = {entry.unit for entry in entries}
    for rating in ratings:
        if rating.unit in units and (rating.entry is None or rating.entry not in reversed_ids):
            found[rating.unit, "ratings"] = Outcome(rating.day, rating.stars)
    return found


# --- Rules over many reports ----------------------------------------------------------------------------------------


def compare_scoring(replays: Sequence[ReportReplay], findings: Findings) -> None:
    """Compare which reports of a day score: the first three of each citizen.

    The reporters of anonymous reports are unknown. So are the units that a reporter acts for: their own reports do not
    score for these.
    """
    placed: Counter[str] = Counter()
    for replay in sorted(replays, key=lambda replay: (len(replay.number), replay.number)):
        if replay.citizen is None:
            findings.unknown["anonymous reports among the first three or not"] += 1
            continue
        placed[replay.citizen] += 1
        is_first = placed[replay.citizen] <= MAX_SCORING_A_DAY
        if is_first and not replay.scores:
            findings.unknown["named reports by people of the unit, or after one made anonymous"] += 1
            continue
        findings.compare("reports that score", (replay.number,), is_first, replay.scores or bool(replay.scoring))


def compare_places(fixes: Iterable[Fix], findings: Findings) -> None:
    """Compare which fixes have gained: of those of one unit, category, day and place the first whose gain stands."""
    groups: defaultdict[tuple[str, str, date], list[Fix]] = defaultdict(list)
    for fix in sorted(fixes, key=lambda fix: fix.at):
        groups[fix.unit, fix.category, day_of(fix.at)].append(fix)
    for group in groups.values():
        places = [fix.place for fix in group if fix.place is not None]
        if len(places) < len(group):
            findings.unknown["fixes of a unit on a day of which it moved a report"] += len(group)
            continue
        for number, fix in enumerate(group):
            taken = any(
                other.has_gained
                and (other.taken_back is None or other.taken_back > fix.at)
                and metres(place, places[number]) <= PLACE_METRES
                for other, place in zip(group[:number], places[:number], strict=True)
            )
            findings.compare("fixes of a place", (fix.number, fix.unit, fix.at), not taken, fix.has_gained)


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the distance of two points, in degrees of the ellipsoid WGS 84, on the plane at their mean latitude."""
    latitude = math.radians((one[0] + other[0]) / 2)
    squared = 1 - 0.00669437999014 * math.sin(latitude) ** 2
    across = 6378137.0 / math.sqrt(squared)
    along = across * (1 - 0.00669437999014) / squared
    north, east = math.radians(other[0] - one[0]) * along, math.radians(other[1] - one[1]) * across * math.cos(latitude)
    return math.hypot(north, east)


FixedSpans = tuple[list[tuple[datetime, datetime | None]], datetime | None, str | None]
"""The times in which a report was FIXED, the time at which it was merged into another one, and that one."""


def compare_absolutions(
    duplicates: Sequence[ReportReplay], reports: Mapping[str, FixedSpans], findings: Findings
) -> None:
    """Compare when the blame of duplicates was reversed: at the first moment at which an original was FIXED."""
    for report in duplicates:
        since, number, moments = report.merged_at, report.original, []
        while since is not None and number is not None and number in reports:
            spans_fixed, merged_at, original = reports[number]
            moments += [max(begin, since) for begin, end in spans_fixed if end is None or end > since]
            since, number = None if merged_at is None else max(since, merged_at), original
        if report.absolved_at is not None:
            findings.compare("duplicates", (report.number,), min(moments, default=None), report.absolved_at)
        else:
            findings.compare("duplicates", (report.number,), bool(moments), bool(moments) and not report.is_blamed)


class Citizens:
    """Points of the citizens by pseudonym; anonymous reports earn nothing."""

    def __init__(self) -> None:
        self._events: list[tuple[datetime, str, str, str]] = []
        self.sums: defaultdict[tuple[str, date, str], list[int]] = defaultdict(lambda: [0, 0])

    def add(self, replay: ReportReplay) -> None:
        """Collect the events of a report that count for its reporter."""
        if replay.citizen is not None:
            self._events += [(at, replay.citizen, replay.number, what) for at, what in replay.citizen_events]

    def compute(self, last: date) -> None:
        """Compute the points up to a day."""
        gained: defaultdict[tuple[str, date], int] = defaultdict(int)
        gains: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        for at, citizen, number, what in sorted(self._events, key=lambda event: event[0]):
            day = day_of(at)
            if day > last:
                break
            if what in {"DISMISSED", "REOPENED"}:
                back = [gain for gain in gains[number] if what == "DISMISSED" or gain[0] == "FIXED"]
                gains[number] = [gain for gain in gains[number] if gain not in back]
                for _, points in back:
                    self._add_points(citizen, day, -points)
            elif what == "INVALID":
                self._add_points(citizen, day, CITIZEN_POINTS[what])
            else:
                points = min(CITIZEN_POINTS[what], CITIZEN_CAP - gained[citizen, day])
                if points > 0:
                    gained[citizen, day] += points
                    gains[number].append((what, points))
                    self._add_points(citizen, day, points)

    def _add_points(self, citizen: str, day: date, points: int) -> None:
        for period, first, _ in spans(day):
            sums = self.sums[period, first, citizen]
            sums[0] += points
            sums[1] += 1


# --- Boards ---------------------------------------------------------------------------------------------------------


class RankedRow(NamedTuple):
    """A row of a board."""

    code: str
    rank: int | None
    points: int
    responsiveness: float | None


@dataclass
class Totals:
    """Totals behind a row of a board: counters, open and late reports."""

    counters: Counters
    open: int
    late: int

    @property
    def has_enough(self) -> bool:
        """Whether enough responses and fixes are decided for a responsiveness and a band."""
        return min(self.counters.responses, self.counters.processings) >= MIN_DECIDED

    def ratios(self) -> dict[str, tuple[float, int]]:
        """Return the four ratios, each as numerator and denominator."""
        counters = self.counters
        return {
            "responses": (counters.responses_in_time, counters.responses),
            "processings": (counters.processings_in_time, counters.processings),
            "ratings": ((counters.stars - counters.ratings) / 4, counters.ratings),
            "in time": (self.open - self.late, self.open),
        }


def responsiveness_of(ratios: Mapping[str, tuple[float, int]], pooled: Mapping[str, tuple[float, int]]) -> float | None:
    """Return the exact responsiveness, or None if no unit has a report."""
    known = [name for name in WEIGHTS if pooled[name][1]]
    if not known:
        return None
    total = 0.0
    for name in known:
        mean, (good, count) = pooled[name][0] / pooled[name][1], ratios[name]
        total += WEIGHTS[name] * (good + PRIOR * mean) / (count + PRIOR)
    return 100 * total / sum(WEIGHTS[name] for name in known)


def round_like(exact: float, served: object) -> float:
    """Round to two decimals; a served value that is one of the two nearest to `exact` is returned as it is."""
    if isinstance(served, int | float) and round(served, 2) == served and abs(served - exact) < 0.005 + ROUNDING_ERROR:
        return served
    return round(exact, 2)


def rank_rows(rows: Iterable[tuple[str, int, float | None, bool]]) -> list[RankedRow]:
    """Rank (code, points, responsiveness, whether ranked) by responsiveness, or by points where it is None.

    Best first; equals share a rank. Unranked rows come last, by code.
    """
    listed = list(rows)
    value = {code: points if figure is None else figure for code, points, figure, _ in listed}
    ordered = sorted(listed, key=lambda row: (not row[3], -value[row[0]] if row[3] else 0, row[0]))
    ranked: list[RankedRow] = []
    for number, (code, points, figure, is_ranked) in enumerate(ordered, 1):
        rank = number if is_ranked else None
        if is_ranked and ranked and value[ranked[-1].code] == value[code]:
            rank = ranked[-1].rank
        ranked.append(RankedRow(code, rank, points, figure))
    return ranked


def bands_of(totals: Mapping[str, Totals]) -> dict[str, str | None]:
    """Return the band of each unit: its two on-time shares against those of all units together."""
    pooled = _pool(totals.values())
    return {
        code: _band([(*map(int, one.ratios()[name]), *map(int, pooled[name])) for name in ("responses", "processings")])
        if one.has_enough
        else None
        for code, one in totals.items()
    }


def _band(shares: Sequence[Sequence[int]]) -> str:
    """Return the band of shares, each as (good, count, good of all units, count of all units)."""
    if any(lower_tail(good, count, good_all, count_all) < TAIL for good, count, good_all, count_all in shares):
        return "BELOW"
    bad = [(count - good, count, count_all - good_all, count_all) for good, count, good_all, count_all in shares]
    return "ABOVE" if any(lower_tail(*share) < TAIL for share in bad) else "AVERAGE"


@lru_cache(maxsize=100_000)
def lower_tail(good: int, count: int, good_all: int, count_all: int) -> Decimal:
    """Return P(X <= good) for a binomial X of `count` trials with the probability good_all / count_all.

    Every term from 0 upwards, with 50 digits.
    """
    with localcontext() as context:
        context.prec = 50
        p, q = Decimal(good_all) / count_all, Decimal(count_all - good_all) / count_all
        if not q:
            return Decimal(good == count)
        total = term = q**count
        for number in range(1, good + 1):
            term = term * (count - number + 1) / number * p / q
            total += term
        return total


class Boards:
    """Comparison of boards with the tallies; boards of a kind and a period kind must come in the order of days."""

    def __init__(self, city: Reference, tallies: Tallies, citizens: Citizens, findings: Findings) -> None:
        self._city, self._tallies, self._citizens, self._findings = city, tallies, citizens, findings
        self._before: dict[tuple[str, str, str], dict[str, int | None]] = {}

    def compare(self, kind: str, span: Span, answer: Any, closed: date) -> None:
        """Compare the board of a kind and a period; `closed` is the last day that is over."""
        if kind in KINDS:
            self._compare_boards(kind, span, answer, closed)
        elif kind == "EXTERNAL":
            self._compare_external(span, answer, closed)
        elif kind == "CITIZEN":
            self._compare_citizens(span, answer)
        else:
            self._compare_officers(span, answer)

    def _compare_boards(self, kind: str, span: Span, answer: Json, closed: date) -> None:
        """Compare both boards of a kind and a period, their scorecards, and the watchlist."""
        totals = {code: self._totals(span, units, closed) for code, units in self._city.members(kind).items()}
        figures, bands = self._responsiveness(totals, _rows(answer["RESPONSIVENESS"])), bands_of(totals)
        scorecards = {code: _scorecard(one, figures[code]) for code, one in totals.items()}
        counters = {code: one.counters for code, one in totals.items()}
        boards = {
            "POINTS": rank_rows((code, one.points, None, one.entries > 0) for code, one in counters.items()),
            "RESPONSIVENESS": rank_rows(
                (code, one.points, figures[code], figures[code] is not None and span.period not in UNRANKED)
                for code, one in counters.items()
            ),
        }
        for metric, rows in boards.items():
            board, where = answer[metric], (kind, metric, span.period, span.first)
            computed = {"startsAt": _midnight(span, span.first), "endsAt": _midnight(span, span.last, DAY)}
            self._findings.compare_fields("board", where, computed, board)
            self._findings.compare("board", (*where, "totalCount"), len(rows), board["standings"]["totalCount"])
            before = self._before.get((kind, metric, span.period), {})
            self._compare_rows(where, rows, before, bands, scorecards, _rows(board))
            self._before[kind, metric, span.period] = {row.code: row.rank for row in rows}
        watched = _watchlist(boards["RESPONSIVENESS"], totals, bands)
        where = (kind, "watchlist", span.period, span.first)
        self._compare_rows(where, watched, before, bands, scorecards, answer["watchlist"])
        for row in [*_rows(answer["REPORTERS_FIRST"]), *_rows(answer["REPORTERS_LAST"])]:
            code = row["subject"]["code"]
            computed = _reporters(counters[code].reporters)
            self._findings.compare_fields(
                "reporters", (kind, span.period, span.first, code), computed, row["scorecard"]
            )

    @staticmethod
    def _responsiveness(totals: Mapping[str, Totals], served: Sequence[Json]) -> dict[str, float | None]:
        """Return the responsiveness by code, round_like like the served one; None with too few responses or fixes."""
        shown = {row["subject"]["code"]: row["responsiveness"] for row in served}
        pooled = _pool(totals.values())
        figures: dict[str, float | None] = {}
        for code, one in totals.items():
            exact = responsiveness_of(one.ratios(), pooled) if one.has_enough else None
            figures[code] = None if exact is None else round_like(exact, shown.get(code))
        return figures

    def _totals(self, span: Span, units: Iterable[str], closed: date) -> Totals:
        """Return the totals of some units; open and late reports are those at the end of the period, or now."""
        totals = Totals(Counters(), 0, 0)
        for unit in units:
            if (counters := self._tallies.counters.get((span.period, span.first, unit))) is not None:
                totals.counters.add(counters)
            is_open, is_late = self._tallies.holding(unit, span.last if span.last <= closed else date.max)
            totals.open += is_open
            totals.late += is_late
        return totals

    def _compare_rows(
        self,
        where: Sequence[object],
        rows: Sequence[RankedRow],
        before: Mapping[str, int | None],
        bands: Mapping[str, str | None],
        scorecards: Mapping[str, Json],
        served: Sequence[Json],
    ) -> None:
        codes = [row["subject"]["code"] for row in served]
        self._findings.compare("order", where, [row.code for row in rows], codes)
        by_code = dict(zip(codes, served, strict=True))
        for row in rows:
            if row.code not in by_code:
                continue
            shown = by_code[row.code]
            computed = {
                "rank": row.rank,
                "previousRank": before.get(row.code),
                "points": row.points,
                "responsiveness": row.responsiveness,
                "band": bands[row.code],
            }
            self._findings.compare_fields("standing", (*where, row.code), computed, shown)
            self._findings.compare_fields("scorecard", (*where, row.code), scorecards[row.code], shown["scorecard"])

    def _compare_external(self, span: Span, answer: Json, closed: date) -> None:
        """Compare the scorecards of the external agencies; the others are compared on their board."""
        for agency in answer["agencies"]:
            if agency["kind"] == "EXTERNAL":
                totals = self._totals(span, [agency["code"]], closed)
                scorecard = _scorecard(totals, None) | _reporters(totals.counters.reporters)
                where = (agency["code"], span.period, span.first)
                self._findings.compare_fields("scorecard outside", where, scorecard, agency["scorecard"])

    def _compare_citizens(self, span: Span, served: Sequence[Json]) -> None:
        """Compare the rows of the citizen board. It lists only citizens who opted in."""
        where = ("CITIZEN", "POINTS", span.period, span.first)
        sums = {
            name: self._citizens.sums.get((span.period, span.first, name), [0, 0])
            for name in (row["subject"]["pseudonym"] for row in served)
        }
        rows = rank_rows((name, points, None, entries > 0) for name, (points, entries) in sums.items())
        before = self._before.get(("CITIZEN", "POINTS", span.period), {})
        self._before["CITIZEN", "POINTS", span.period] = {row.code: row.rank for row in rows}
        by_name = {row["subject"]["pseudonym"]: row for row in served}
        for row in rows:
            computed = {"rank": row.rank, "previousRank": before.get(row.code), "points": row.points}
            self._findings.compare_fields("citizens", (*where, row.code), computed, by_name[row.code])

    def _compare_officers(self, span: Span, served: Sequence[Json]) -> None:
        """Compare the sums over all officers with the totals of all units without missed deadlines, and their ranks."""
        units = [*self._city.kelurahan, *self._city.agencies, *self._city.external]
        counters = self._totals(span, units, date.max).counters
        sums = {"responded": counters.responded, "processed": counters.processed, "reopened": counters.reopened}
        sums |= {"dismissed": counters.dismissed, "duplicates": counters.duplicates, "handedOn": counters.handed_on}
        sums |= {"received": 0, "overdue": 0, "withdrawn": 0}
        shown = {name: sum(row["scorecard"][name] for row in served) for name in sums}
        where = ("OFFICER", "POINTS", span.period, span.first)
        self._findings.compare("officers", (*where, "points"), counters.by_people, sum(row["points"] for row in served))
        self._findings.compare_fields("officers", where, sums, shown)
        ranked = rank_rows((row["subject"]["id"], row["points"], None, row["rank"] is not None) for row in served)
        ranks = {row.code: row.rank for row in ranked}
        for row in served:
            rank = ranks[row["subject"]["id"]]
            self._findings.compare("officers", (*where, row["subject"]["name"]), rank, row["rank"])


def _rows(board: Json) -> list[Json]:
    return [edge["node"] for edge in board["standings"]["edges"]]


def _midnight(span: Span, day: date, after: timedelta = timedelta()) -> str | None:
    """Return the midnight at which a day begins, plus `after`, as the API formats it."""
    if span.period == "ALL_TIME":
        return None
    midnight = datetime(day.year, day.month, day.day, tzinfo=JAKARTA) + after
    return midnight.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _pool(totals: Iterable[Totals]) -> dict[str, tuple[float, int]]:
    sums = dict.fromkeys(WEIGHTS, (0.0, 0))
    for one in totals:
        for name, (good, count) in one.ratios().items():
            sums[name] = sums[name][0] + good, sums[name][1] + count
    return sums


def _scorecard(totals: Totals, responsiveness: float | None) -> Json:
    values = {name: good / count if count else None for name, (good, count) in totals.ratios().items()}
    return {
        "received": totals.counters.received,
        "responded": totals.counters.responded,
        "processed": totals.counters.processed,
        "overdue": totals.late,
        "reopened": totals.counters.reopened,
        "dismissed": totals.counters.dismissed,
        "duplicates": totals.counters.duplicates,
        "handedOn": totals.counters.handed_on,
        "withdrawn": totals.counters.withdrawn,
        "waivedPoints": totals.counters.waived_points,
        "respondedOnTime": values["responses"],
        "processedOnTime": values["processings"],
        "satisfaction": values["ratings"],
        "responsiveness": responsiveness,
        "medianResponseMinutes": median(totals.counters.response_minutes),
        "medianProcessingMinutes": median(totals.counters.processing_minutes),
    }


def _reporters(received: Counter[str | None]) -> Json:
    """Return the number of reporters, and the share of the three busiest."""
    share = sum(count for _, count in received.most_common(3)) / received.total() if received else None
    return {"reporters": len(received), "busiestReportersShare": share}


def _watchlist(
    rows: Iterable[RankedRow], totals: Mapping[str, Totals], bands: Mapping[str, str | None]
) -> list[RankedRow]:
    """Return the rows below the limits of a band or of reopenings, or with less than a third on time; worst first."""
    watched = []
    kept = {code: max(one.counters.processed - one.counters.reopened, 0) for code, one in totals.items()}
    kept_by_all, fixed_by_all = sum(kept.values()), sum(one.counters.processed for one in totals.values())
    for row in rows:
        fixed = totals[row.code].counters.processed
        is_reopened = fixed >= MIN_FIXED and lower_tail(kept[row.code], fixed, kept_by_all, fixed_by_all) < TAIL
        ratios = totals[row.code].ratios()
        shares = [ratios[name] for name in ("responses", "processings")]
        is_low = any(count >= MIN_WATCHED and 3 * good < count for good, count in shares)
        if is_reopened or is_low or bands[row.code] == "BELOW":
            watched.append(row)
    return sorted(watched, key=lambda row: (row.responsiveness is None, row.responsiveness or 0.0, row.code))


# --- Audit ----------------------------------------------------------------------------------------------------------


@dataclass
class Snapshot:
    """The boards of the open periods at one time: they include everything up to `until`.

    `closed` is the last day that is over.
    """

    until: datetime
    closed: date
    answers: dict[tuple[str, Span], Any] = field(default_factory=dict)


class Audit:
    """One audit of a city."""

    def __init__(self, api: Api, city: Reference, first: date) -> None:
        self._api, self._city, self._first = api, city, first
        self.findings = Findings()
        self._tallies, self._citizens = Tallies(), Citizens()
        self._fixes: list[Fix] = []
        self._merged: dict[str, FixedSpans] = {}
        self._duplicates: list[ReportReplay] = []
        self.reports, self._printed_at = 0, time.monotonic()

    async def snapshot(self) -> Snapshot:
        """Read the boards of the open periods during some seconds without events.

        The citizen board can be read at any time of the day: it changes when a day closes.
        """
        for _ in range(30):
            answer, shown = await self._api.ask_dated(HEAD)
            head, today = answer["reports"]["cursor"], day_of(shown)
            found = Snapshot(shown + HEADER_LAG, today - DAY)
            await asyncio.gather(
                self._fill(found, self._live_kinds, today), asyncio.sleep((HEADER_LAG + CLOCK_LAG) / SECOND)
            )
            if (await self._api.ask(HEAD))["reports"]["cursor"] == head:
                await self._fill(found, ["CITIZEN"], today)
                return found
        raise SystemExit("the city is never quiet for some seconds: audit closed periods only, with --closed")

    async def _fill(self, snapshot: Snapshot, kinds: Sequence[str], today: date) -> None:
        wanted = [(kind, span) for span in spans(today) for kind in kinds]
        async for board, answer in fetch_in_order(wanted, self._ask):
            snapshot.answers[board] = answer

    async def closed_only(self) -> Snapshot:
        """Return an empty snapshot that ends before today: open periods are left out."""
        _, shown = await self._api.ask_dated(HEAD)
        today = shown.astimezone(JAKARTA).replace(hour=0, minute=0, second=0)
        return Snapshot(today - timedelta(microseconds=1), day_of(today) - DAY)

    async def read(self, snapshot: Snapshot) -> None:
        """Read all reports day by day, and replay them."""
        async for day, nodes in fetch_in_order(self._days(day_of(snapshot.until)), self._api.reports_of):
            replays = [ReportReplay(node, self._city, self._tallies, self.findings, snapshot.until) for node in nodes]
            for replay in replays:
                replay.replay(snapshot.until)
                self._citizens.add(replay)
            compare_scoring(replays, self.findings)
            for replay in replays:
                self._fixes += replay.fixes
                self._merged[replay.number] = replay.fixed_spans, replay.merged_at, replay.original
            self._duplicates += [replay for replay in replays if replay.merged_at is not None]
            self.reports += len(replays)
            self._progress(f"{day}: {self.reports:,} reports")
        compare_places(self._fixes, self.findings)
        compare_absolutions(self._duplicates, self._merged, self.findings)
        self._citizens.compute(snapshot.closed)

    async def compare(self, snapshot: Snapshot) -> None:
        """Compare the boards of closed periods, then those of the snapshot."""
        closed = snapshot.closed
        over = sorted({span for day in self._days(closed) for span in spans(day) if span.last <= closed})
        boards = Boards(self._city, self._tallies, self._citizens, self.findings)
        wanted = [(kind, span) for span in over for kind in [*self._live_kinds, "CITIZEN"]]
        async for (kind, span), answer in fetch_in_order(wanted, self._ask):
            boards.compare(kind, span, answer, closed)
            self._progress(f"{kind} of {span.period} {span.first}: {self._total:,} numbers")
        for (kind, span), answer in snapshot.answers.items():
            boards.compare(kind, span, answer, closed)

    def _days(self, last: date) -> list[date]:
        return [self._first + number * DAY for number in range((last - self._first).days + 1)]

    @property
    def _live_kinds(self) -> list[str]:
        """Return the board kinds that change at once; the officer board needs a staff account."""
        return [*KINDS, "EXTERNAL", *(["OFFICER"] if self._api.email else [])]

    async def _ask(self, wanted: tuple[str, Span]) -> Any:
        kind, span = wanted
        if kind in KINDS:
            parts = [await self._api.ask(part, kind=kind, period=span.period, on=day_in(span)) for part in BOARDS]
            return {name: board for part in parts for name, board in part.items()}
        if kind == "EXTERNAL":
            return await self._api.ask(AGENCIES, period=span.period, on=day_in(span))
        return await self._api.people(kind, span)

    @property
    def _total(self) -> int:
        return sum(self.findings.compared.values())

    def _progress(self, line: str) -> None:
        if time.monotonic() - self._printed_at > 5:
            self._printed_at = time.monotonic()
            print(line, flush=True)

    def summary(self) -> None:
        """Print the numbers of comparisons and of differences."""
        for kind, count in sorted(self.findings.compared.items()):
            print(f"{count:>12,} compared: {kind}")
        for kind, count in self.findings.unknown.items():
            print(f"{count:>12,} unknown from outside: {kind}")
        if not self._api.email:
            print("             not compared: officers; their board needs the --email of a staff member")
        print(f"{self.reports:,} reports, {self._total:,} numbers, {self.findings.differences} differences")


async def main() -> int:
    """Audit the city given on the command line; return 1 if there are differences."""
    parser = argparse.ArgumentParser(description="Compute the points and the boards of a Tanggap again, and compare.")
    parser.add_argument("address", help="for example http://127.0.0.1:8000")
    parser.add_argument(
        "--email", help="of a staff member, for the board of officers; the password is read from PASSWORD"
    )
    parser.add_argument("--days-off", type=Path, default=DAYS_OFF, help="CSV table of the city's days off")
    parser.add_argument("--closed", action="store_true", help="compare closed periods only")
    options = parser.parse_args()
    async with Api(options.address, options.email) as api:
        answer = await api.ask(REFERENCE)
        edges = answer["reports"]["edges"]
        if not edges:
            raise SystemExit("the city has no reports to audit")
        audit = Audit(
            api,
            reference_of(answer, days_off_in(options.days_off)),
            day_of(parse_time(edges[0]["node"]["submittedAt"])),
        )
        snapshot = await (audit.closed_only() if options.closed else audit.snapshot())
        await audit.read(snapshot)
        await audit.compare(snapshot)
    audit.summary()
    return 1 if audit.findings.differences else 0


if __name__ == "__main__":
    try:
        sys.exit(asyncio.run(main()))
    except httpx.HTTPError as error:
        sys.exit(f"no answer from the city: {error!r}")
