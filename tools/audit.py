"""Audit a Tanggap from outside: compute its points and its boards again, from what everybody can read.

Nothing of Tanggap is imported. The timelines and the entries of all reports are read over GraphQL. From the timelines
follow the entries that the rules of docs/scoring.md demand, from timelines and entries every number of every board of
every period. Each difference is told in a line.

Run: PASSWORD=... python audit.py http://127.0.0.1:8000 [--email EMAIL] [--closed]

With the EMAIL and the password of somebody of the staff, sums over the board of officers are compared too; more cannot
be, for timelines do not show who acted. The numbers of open periods hold at one moment, in which nothing may happen for
some seconds. `--closed` leaves these periods out, for a city that never rests. It ends with 1 when something differs.
"""

import argparse
import asyncio
import itertools
import os
import sys
import time
from bisect import bisect_right
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, NamedTuple, Self, TypeVar

import httpx

Json = dict[str, Any]
Thing = TypeVar("Thing")
Answer = TypeVar("Answer")

# --- The rules, as docs/scoring.md has them -------------------------------------------------------------------------

JAKARTA = timezone(timedelta(hours=7))
WORTH = {
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
OF_A_CLOSING = {"PROCESSED_PROMPTLY", "PROCESSED", "PROCESSED_LATE", "RATED_WELL"}
"""What a reopening takes back."""
BY_CLOCK = {"RESPONSE_OVERDUE", "PROCESSING_OVERDUE"}
DECIDES = {
    "RESPONDED_PROMPTLY": ("responses", 1),
    "RESPONDED": ("responses", 1),
    "RESPONDED_LATE": ("responses", 0),
    "RESPONSE_OVERDUE": ("responses", 0),
    "PROCESSED_PROMPTLY": ("processings", 1),
    "PROCESSED": ("processings", 1),
    "PROCESSED_LATE": ("processings", 0),
    "PROCESSING_OVERDUE": ("processings", 0),
}
"""The share that an entry decides, and what it adds to those in time."""
SCORING_A_DAY = 3
CITIZEN_CAP = 10
ANSWERED, FIXED, INVALID = 1, 3, -2
"""What a citizen gains or loses."""
WEIGHTS = {"responses": 35, "processings": 35, "ratings": 20, "in time": 10}
PRIOR, ENOUGH, LOW = 10, 5, 50

KINDS = ("KELURAHAN", "KECAMATAN", "CITY", "AGENCY")
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
CLOCK_LAG, HEADER_LAG = 3 * SECOND, 2 * SECOND
"""So long after a target has passed its event may be written; a Date header may be so old, and is cut to seconds."""


class Span(NamedTuple):
    """A period: what kind, its first and its last day."""

    period: str
    first: date
    last: date


@cache
def spans(day: date) -> tuple[Span, ...]:
    """Return the five periods that a day is in."""
    monday, month = day - timedelta(days=day.weekday()), day.replace(day=1)
    return (
        Span("DAY", day, day),
        Span("WEEK", monday, monday + 6 * DAY),
        Span("MONTH", month, (month + 31 * DAY).replace(day=1) - DAY),
        Span("YEAR", date(day.year, 1, 1), date(day.year, 12, 31)),
        Span("ALL_TIME", date.min, date.max),
    )


def day_of(at: datetime) -> date:
    """Return the day in Jakarta."""
    return at.astimezone(JAKARTA).date()


def moment(text: str) -> datetime:
    """Read a DateTime."""
    return datetime.fromisoformat(text)


def kept_minutes(duration: timedelta) -> int:
    """Return whole minutes, of which two digits are kept, rounded half up."""
    whole = duration // timedelta(minutes=1)
    unit = 10 ** max(len(str(whole)) - 2, 0)
    return whole if unit == 1 else (2 * whole + unit) // (2 * unit) * unit


def median(minutes: Counter[int]) -> float | None:
    """Return the value in the middle, or the mean of the two there; None of none."""
    every = list(itertools.chain.from_iterable([value] * minutes[value] for value in sorted(minutes)))
    half = len(every) // 2
    if not every:
        return None
    return float(every[half]) if len(every) % 2 else (every[half - 1] + every[half]) / 2


class Terms(NamedTuple):
    """What a category asks, and its weight."""

    response: timedelta
    processing: timedelta
    weight: int


# --- Reading --------------------------------------------------------------------------------------------------------

CODES = """
fragment Handler on Handler { ... on Kelurahan { code } ... on Agency { code } }
"""
REFERENCE = """{
  kelurahans(first: 300) { edges { node { code } } }
  agencies { code kind }
  categories { code weight responseTargetMinutes processingTargetMinutes }
  reports(orderBy: OLDEST, first: 1) { edges { node { submittedAt } } }
}"""
EVENTS = """pageInfo { hasNextPage endCursor } edges { node {
  kind at actor toStatus resolution stars fromHandler { ...Handler } toHandler { ...Handler }
  fromCategory { code } toCategory { code }
} }"""
REPORTS = (
    CODES
    + f"""query($from: DateTime!, $to: DateTime!, $after: String) {{
  reports(filter: {{submittedFrom: $from, submittedTo: $to}}, orderBy: OLDEST, first: 100, after: $after) {{
    pageInfo {{ hasNextPage endCursor }}
    edges {{ node {{
      number submittedAt reporter {{ pseudonym }} category {{ code }} handler {{ ...Handler }}
      timeline(first: 100) {{ {EVENTS} }}
      points {{ id at points rule unit {{ ...Handler }} reverses {{ id }} }}
    }} }}
  }}
}}"""
)
LONG = (
    CODES + f"query($number: String!, $after: String!) {{ report(number: $number) "
    f"{{ timeline(first: 100, after: $after) {{ {EVENTS} }} }} }}"
)
CARD = """
fragment Card on Scorecard {
  received responded processed overdue reopened respondedOnTime processedOnTime satisfaction responsiveness
  medianResponseMinutes medianProcessingMinutes
}
fragment Ranked on Ranked {
  ... on Kelurahan { code } ... on Kecamatan { code } ... on City { code } ... on Agency { code }
  ... on Officer { id name } ... on Citizen { id pseudonym }
}
fragment Row on Standing { rank previousRank points responsiveness subject { ...Ranked } }
"""
BOARDS = (
    CARD
    + """query($kind: BoardKind!, $period: Period!, $on: Date!) {
  POINTS: leaderboard(kind: $kind, metric: POINTS, period: $period, on: $on) {
    cursor startsAt endsAt standings(first: 300) { totalCount edges { node { ...Row scorecard { ...Card } } } }
  }
  RESPONSIVENESS: leaderboard(kind: $kind, metric: RESPONSIVENESS, period: $period, on: $on) {
    cursor startsAt endsAt standings(first: 300) { totalCount edges { node { ...Row scorecard { ...Card } } } }
  }
  watchlist(kind: $kind, period: $period, on: $on) { ...Row scorecard { ...Card } }
}"""
)
AGENCIES = (
    CARD.split("fragment Ranked", maxsplit=1)[0]
    + "query($period: Period!, $on: Date!) { agencies { code kind scorecard(period: $period, on: $on) { ...Card } } }"
)
PEOPLE = (
    CARD
    + """query($kind: BoardKind!, $period: Period!, $on: Date!, $after: String) {
  leaderboard(kind: $kind, metric: POINTS, period: $period, on: $on) {
    standings(first: 300, after: $after) {
      pageInfo { hasNextPage endCursor } edges { node { ...Row scorecard { ...Card } } }
    }
  }
}"""
)
HEAD = "{ reports(first: 1) { cursor } }"
SIGN_IN = """mutation($email: String!, $password: String!) {
  signIn(email: $email, password: $password) { session { accessToken } errors { message } }
}"""
SIGNED_IN = 15 * 60
"""Seconds, and then anew: a token works for 30 minutes, and the audit of a year takes longer."""


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
        """Return the data of an answer; it ends the audit when there are errors in it."""
        return (await self.ask_dated(document, **variables))[0]

    async def ask_dated(self, document: str, **variables: object) -> tuple[Json, datetime]:
        """Return the data of an answer, and what the server's clock showed, in whole seconds."""
        if self.email is not None and time.monotonic() >= self._sign_in_at:
            await self._sign_in(self.email)
        response = await self._http.post("/graphql", json={"query": document, "variables": variables})
        answer: Json = response.json()
        if answer.get("errors"):
            raise SystemExit(f"the API refuses: {answer['errors'][0]['message']}")
        return answer["data"], parsedate_to_datetime(response.headers["date"])

    async def _sign_in(self, email: str) -> None:
        self._sign_in_at = time.monotonic() + SIGNED_IN
        payload = (await self.ask(SIGN_IN, email=email, password=os.environ["PASSWORD"]))["signIn"]
        if payload["errors"]:
            raise SystemExit(payload["errors"][0]["message"])
        self._http.headers["Authorization"] = f"Bearer {payload['session']['accessToken']}"

    async def reports_of(self, day: date) -> list[Json]:
        """Read the reports submitted on a day, each with its whole timeline."""
        first = datetime(day.year, day.month, day.day, tzinfo=JAKARTA)
        bounds = {"from": first.isoformat(), "to": (first + DAY).isoformat()}
        found: list[Json] = []
        page: Json = {"hasNextPage": True, "endCursor": None}
        while page["hasNextPage"]:
            reports = (await self.ask(REPORTS, **bounds, after=page["endCursor"]))["reports"]
            found += [edge["node"] for edge in reports["edges"]]
            page = reports["pageInfo"]
        for report in found:
            await self._complete(report)
        return found

    async def _complete(self, report: Json) -> None:
        """Read what of a timeline is on further pages."""
        page = report["timeline"]["pageInfo"]
        while page["hasNextPage"]:
            more = (await self.ask(LONG, number=report["number"], after=page["endCursor"]))["report"]["timeline"]
            report["timeline"]["edges"] += more["edges"]
            page = more["pageInfo"]

    async def people(self, kind: str, span: Span) -> list[Json]:
        """Read a board of people: of citizens, who are thousands, the pages that have ranked ones."""
        rows: list[Json] = []
        page: Json = {"hasNextPage": True, "endCursor": None}
        while page["hasNextPage"]:
            asked = {"kind": kind, "period": span.period, "on": on(span), "after": page["endCursor"]}
            standings = (await self.ask(PEOPLE, **asked))["leaderboard"]["standings"]
            rows += [edge["node"] for edge in standings["edges"]]
            page = standings["pageInfo"]
            if kind == "CITIZEN" and rows and rows[-1]["rank"] is None:
                break
        return rows


def on(span: Span) -> str:
    """Return a day to ask for the period with."""
    return str(date(2026, 1, 1) if span.period == "ALL_TIME" else span.first)


async def in_order(
    things: Iterable[Thing], ask: Callable[[Thing], Coroutine[Any, Any, Answer]], at_once: int = 4
) -> AsyncIterator[tuple[Thing, Answer]]:
    """Ask for some things at once, and yield the answers in their order."""
    waiting: deque[tuple[Thing, asyncio.Task[Answer]]] = deque()
    for thing in things:
        waiting.append((thing, asyncio.create_task(ask(thing))))
        if len(waiting) == at_once:
            first, answer = waiting.popleft()
            yield first, await answer
    for thing, answer in waiting:
        yield thing, await answer


# --- What is compared -----------------------------------------------------------------------------------------------


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class Findings:
    """How many numbers have been compared, by what they are of, and how many differ."""

    def __init__(self) -> None:
        self.compared: Counter[str] = Counter()
        self.unknown: Counter[str] = Counter()
        self.differences = 0

    def same(self, what: str, where: Sequence[object], computed: object, served: object) -> None:
        """Compare a number; numbers with fractions may differ by what floating point does."""
        self.compared[what] += 1
        if computed == served:
            return
        fractions = isinstance(computed, int | float) and isinstance(served, int | float)
        if fractions and abs(computed - served) < 1e-9:  # type: ignore[operator] # both are numbers
            return
        self.tell(what, where, f"computed {computed}, served {served}")

    def tell(self, what: str, where: Sequence[object], text: str) -> None:
        """Tell of a difference."""
        self.differences += 1
        say(f"DIFFERENT {what}, {' '.join(map(str, where))}: {text}")


@dataclass(slots=True)
class Card:
    """What a unit has gathered in a period. `by_people`: the points that were nobody's clock's."""

    points: int = 0
    entries: int = 0
    by_people: int = 0
    received: int = 0
    responded: int = 0
    processed: int = 0
    reopened: int = 0
    responses: int = 0
    responses_in_time: int = 0
    processings: int = 0
    processings_in_time: int = 0
    ratings: int = 0
    stars: int = 0
    response_minutes: Counter[int] = field(default_factory=Counter)
    processing_minutes: Counter[int] = field(default_factory=Counter)

    def add(self, other: "Card") -> None:
        """Add what another has gathered."""
        for name in COUNTER_NAMES:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.response_minutes.update(other.response_minutes)
        self.processing_minutes.update(other.processing_minutes)


COUNTER_NAMES = tuple(name for name in Card.__slots__ if not name.endswith("_minutes"))


class Books:
    """What all units have gathered in all periods, and by how much what is in their hands changed on each day."""

    def __init__(self) -> None:
        self.cards: defaultdict[tuple[str, date, str], Card] = defaultdict(Card)
        self._moves: defaultdict[str, defaultdict[date, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
        self._hands: dict[str, tuple[list[date], list[tuple[int, int]]]] = {}

    def on(self, unit: str, day: date) -> Iterator[Card]:
        """Yield the cards of a unit of the periods that a day is in."""
        for period, first, _ in spans(day):
            yield self.cards[period, first, unit]

    def moved(self, day: date, unit: str, is_open: int, is_late: int) -> None:
        """Take down that so many reports more are open in the hands of a unit, and so many of them late."""
        move = self._moves[unit][day]
        move[0] += is_open
        move[1] += is_late

    def hands(self, unit: str, last: date) -> tuple[int, int]:
        """Return how many reports were open in the hands of a unit at the end of a day, and how many of them late."""
        if unit not in self._hands:
            moves = self._moves[unit]
            days = sorted(moves)
            opens = itertools.accumulate(moves[day][0] for day in days)
            lates = itertools.accumulate(moves[day][1] for day in days)
            self._hands[unit] = days, list(zip(opens, lates, strict=True))
        days, sums = self._hands[unit]
        place = bisect_right(days, last)
        return sums[place - 1] if place else (0, 0)


# --- One report, lived again ----------------------------------------------------------------------------------------


class Entry(NamedTuple):
    """A line of the ledger."""

    id: str
    at: datetime
    unit: str
    rule: str
    points: int
    reverses: str | None


class Rating(NamedTuple):
    """Stars for a unit; `entry` is the one that was made for them."""

    day: date
    unit: str
    stars: int
    entry: str | None


class Silence(NamedTuple):
    """What should have brought an entry, and did not: others of the citizen and the day must have scored before."""

    unit: str
    at: datetime | None


@dataclass
class Reference:
    """What of the city everybody knows; `agencies` are those of the city, `external` the others."""

    kelurahan: list[str]
    agencies: list[str]
    external: set[str]
    terms: dict[str, Terms]

    def members(self, kind: str) -> dict[str, list[str]]:
        """Return who stands on the boards of a kind, each with the units that count for it, by code."""
        if kind == "AGENCY":
            return {code: [code] for code in self.agencies}
        depth = {"KELURAHAN": 4, "KECAMATAN": 3, "CITY": 2}[kind]
        found: dict[str, list[str]] = {}
        for code in self.kelurahan:
            found.setdefault(".".join(code.split(".")[:depth]), []).append(code)
        return found


def reference_of(answer: Json) -> Reference:
    """Read the reference data."""
    agencies = answer["agencies"]
    return Reference(
        kelurahan=sorted(edge["node"]["code"] for edge in answer["kelurahans"]["edges"]),
        agencies=sorted(one["code"] for one in agencies if one["kind"] == "CITY"),
        external={one["code"] for one in agencies if one["kind"] == "EXTERNAL"},
        terms={
            one["code"]: Terms(
                timedelta(minutes=one["responseTargetMinutes"]),
                timedelta(minutes=one["processingTargetMinutes"]),
                one["weight"],
            )
            for one in answer["categories"]
        },
    )


def code_of(node: Json | None) -> str | None:
    """Return the code of a unit, a place or a category."""
    return None if node is None else node["code"]


def at_first(events: Sequence[Json], name: str, now: str) -> str:
    """Return what was so at the submission: what the first change of it changed, or what is so now."""
    return next((event[name]["code"] for event in events if event[name] is not None), now)


class Life:
    """A report, lived again up to a moment. What it counts for goes into the books, what is wrong into the findings."""

    def __init__(self, node: Json, city: Reference, books: Books, findings: Findings, until: datetime) -> None:
        self._city, self._books, self._findings = city, books, findings
        self.number: str = node["number"]
        self.citizen = None if node["reporter"] is None else str(node["reporter"]["pseudonym"])
        self.submitted = moment(node["submittedAt"])
        events = [edge["node"] for edge in node["timeline"]["edges"]]
        self._handler = at_first(events, "fromHandler", node["handler"]["code"])
        self._terms = city.terms[at_first(events, "fromCategory", node["category"]["code"])]
        self._events = [event | {"at": at} for event in events if (at := moment(event["at"])) <= until]
        entries = (
            Entry(one["id"], moment(one["at"]), one["unit"]["code"], one["rule"], one["points"], _id(one["reverses"]))
            for one in node["points"]
        )
        self.entries = [entry for entry in entries if entry.at <= until]
        self.scoring = {entry.unit for entry in self.entries}
        self.silences: list[Silence] = []
        self.told_to_citizen: list[tuple[datetime, str]] = []
        self.ratings: list[Rating] = []
        self._place, self._taken_back, self._is_lost = 0, set[str](), False
        self._is_open = False
        self._responded: datetime | None = None
        self._response_overdue = False
        self._since = self._held_from = self.submitted
        self._held_before: dict[str, timedelta] = {}
        self._held_earlier: dict[str, timedelta] = {}
        self._ran_out = set[str]()

    def live(self, until: datetime) -> None:
        """Go through all that happened, then count the points and the decisions."""
        acts = {
            "SUBMITTED": self._submitted,
            "STATUS_CHANGED": self._status_changed,
            "ASSIGNED": self._passed_on,
            "TRANSFERRED": self._passed_on,
            "RECATEGORISED": self._recategorised,
            "RATED": self._rated,
            "REOPENED": self._reopened,
            "RESPONSE_OVERDUE": self._response_is_overdue,
            "PROCESSING_OVERDUE": self._processing_is_overdue,
        }
        for event in self._events:
            if event["kind"] in acts:
                self._moved(event["at"], -1)
                acts[event["kind"]](event, event["at"])
                self._moved(event["at"], 1)
        if self._events:
            self._nothing_missed(until - CLOCK_LAG)
        self._waivers()
        if self._place < len(self.entries) and not self._is_lost:
            self._lose(f"nothing explains {self.entries[self._place]}")
        self._count()

    def _moved(self, at: datetime, sign: int) -> None:
        if self._is_open:
            late = self._handler in self._ran_out or (self._responded is None and self._response_overdue)
            self._books.moved(day_of(at), self._handler, sign, sign * late)

    # What happens

    def _submitted(self, _: Json, at: datetime) -> None:
        self._is_open = True
        for card in self._books.on(self._handler, day_of(at)):
            card.received += 1

    def _status_changed(self, event: Json, at: datetime) -> None:
        self._nothing_missed(at)
        self._since = at
        resolution = event["resolution"]
        if resolution == "WITHDRAWN":
            self._is_open = False
            return
        self._answer(at)
        if event["toStatus"] != "PROCESSED":
            return
        held = self._held(at) + self._held_earlier.get(self._handler, timedelta())
        self._stop(at)
        self._is_open = False
        if resolution == "FIXED":
            self._fixed(at, held)
            return
        self._take_back(at)
        if resolution == "INVALID":
            self.told_to_citizen.append((at, "INVALID"))

    def _fixed(self, at: datetime, held: timedelta) -> None:
        target = self._terms.processing
        for card in self._books.on(self._handler, day_of(at)):
            card.processed += 1
            card.processing_minutes[kept_minutes(held)] += 1
        in_time = "PROCESSED_PROMPTLY" if held <= target / 2 else "PROCESSED"
        self._earn(in_time if held <= target else "PROCESSED_LATE", at)
        self.told_to_citizen.append((at, "FIXED"))

    def _passed_on(self, event: Json, at: datetime) -> None:
        self._nothing_missed(at)
        self._answer(at)
        self._hand_over(event, at)

    def _recategorised(self, event: Json, at: datetime) -> None:
        self._nothing_missed(at)
        self._answer(at)
        new = self._city.terms[event["toCategory"]["code"]]
        old = self._terms
        least = Terms(min(old.response, new.response), min(old.processing, new.processing), old.weight)
        if (code_of(event["toHandler"]) or self._handler) in self._city.external and not self._is_external:
            self._take_back(at)
        self._terms = (
            new if event["actor"] == "ADMIN" else least
        )  # only the control room gives more time, or another weight
        self._hand_over(event, at)

    def _rated(self, event: Json, at: datetime) -> None:
        stars = event["stars"]
        if stars != 3:
            self._earn("RATED_WELL" if stars > 3 else "RATED_POORLY", at)
        made = (entry.id for entry in self.entries if entry.rule in {"RATED_WELL", "RATED_POORLY"} and entry.at == at)
        self.ratings.append(Rating(day_of(at), self._handler, stars, next(made, None)))

    def _reopened(self, _: Json, at: datetime) -> None:
        for card in self._books.on(self._handler, day_of(at)):
            card.reopened += 1
        for gain in self._gains():
            if gain.rule in OF_A_CLOSING:
                self._expect(gain.unit, "REVERSAL", -gain.points, at, gain.id)
        self.told_to_citizen.append((at, "REOPENED"))
        self._earn("REOPENED", at)
        self._is_open, self._since, self._held_from = True, at, at
        for unit, held in self._held_before.items():
            self._held_earlier[unit] = self._held_earlier.get(unit, timedelta()) + held
        self._held_before, self._ran_out = {}, set()

    def _response_is_overdue(self, _: Json, at: datetime) -> None:
        self._fell_due("RESPONSE_OVERDUE", self.submitted + self._terms.response, at)
        self._response_overdue = True

    def _processing_is_overdue(self, _: Json, at: datetime) -> None:
        self._fell_due("PROCESSING_OVERDUE", self._handler_due, at)
        self._ran_out.add(self._handler)

    # The clocks

    @property
    def _is_external(self) -> bool:
        return self._handler in self._city.external

    @property
    def _handler_due(self) -> datetime:
        return self._held_from + self._terms.processing - self._held_before.get(self._handler, timedelta())

    def _held(self, at: datetime) -> timedelta:
        """Return for how long the handler has had it in this opening."""
        return self._held_before.get(self._handler, timedelta()) + (at - self._held_from)

    def _stop(self, at: datetime) -> None:
        """Keep for how long the handler has had it in this opening, in whole seconds."""
        if self._is_open:
            self._held_before[self._handler] = self._held(at) // SECOND * SECOND

    def _hand_over(self, event: Json, at: datetime) -> None:
        """Stop the clock of who gives it away, and go on with that of who gets it."""
        self._since, to = at, code_of(event["toHandler"])
        if to is None:
            return
        self._stop(at)
        self._handler, self._held_from = to, at
        for card in self._books.on(to, day_of(at)):
            card.received += 1

    def _fell_due(self, rule: str, due: datetime, at: datetime) -> None:
        """Compare when it is said to have fallen due; a target moved into the past falls due at once."""
        self._findings.same("time that ran out", (self.number, rule), max(due, self._since), at)
        self._since = max(self._since, at)
        self._earn(rule, at)

    def _nothing_missed(self, at: datetime) -> None:
        """Tell of a target that has passed by a moment, and that no event is about."""
        if self._is_external or not self._is_open:
            return
        ahead = [] if self._handler in self._ran_out else [("PROCESSING_OVERDUE", self._handler_due)]
        if self._responded is None and not self._response_overdue:
            ahead.append(("RESPONSE_OVERDUE", self.submitted + self._terms.response))
        for rule, due in ahead:
            if max(due, self._since) < at:
                self._findings.tell("time that ran out", (self.number, rule), f"due {due}, and not there at {at}")

    # The entries

    def _answer(self, at: datetime) -> None:
        """Count the first official act."""
        if self._responded is not None:
            return
        self._responded = at
        took, target = at - self.submitted, self._terms.response
        for card in self._books.on(self._handler, day_of(at)):
            card.responded += 1
            card.response_minutes[kept_minutes(took)] += 1
        in_time = "RESPONDED_PROMPTLY" if took <= target / 4 else "RESPONDED"
        self._earn(in_time if took <= target else "RESPONDED_LATE", at)
        self.told_to_citizen.append((at, "ANSWERED"))

    def _earn(self, rule: str, at: datetime) -> None:
        if not self._is_external:
            self._expect(self._handler, rule, WORTH[rule] * self._terms.weight, at, None)

    def _gains(self) -> list[Entry]:
        """Return the gains so far that nothing has taken back."""
        self._waivers()
        so_far = self.entries[: self._place]
        return [one for one in so_far if one.points > 0 and one.reverses is None and one.id not in self._taken_back]

    def _take_back(self, at: datetime) -> None:
        for gain in self._gains():
            self._expect(gain.unit, "REVERSAL", -gain.points, at, gain.id)
        self.told_to_citizen.append((at, "TAKEN_BACK"))

    def _expect(self, unit: str, rule: str, points: int, at: datetime, reverses: str | None) -> None:
        """Compare the next entry with what the rules demand; a unit for which the report does not score has none."""
        self._waivers()
        if unit not in self.scoring:
            self.silences.append(Silence(unit, None if rule in BY_CLOCK else at))
        elif not self._is_lost:
            made = self.entries[self._place] if self._place < len(self.entries) else None
            demanded = (at, unit, rule, points, reverses)
            self._findings.compared["entries"] += 1
            if made is None or made[1:] != demanded:
                self._lose(f"computed {demanded}, served {made}")
            else:
                self._take(made)

    def _waivers(self) -> None:
        """Take in what the control room has taken back meanwhile: no event tells of it."""
        while not self._is_lost and self._place < len(self.entries) and self.entries[self._place].rule == "WAIVED":
            waiver = self.entries[self._place]
            known = {one.id: one for one in self.entries[: self._place] if one.reverses is None}
            back = known.get(waiver.reverses or "")
            self._findings.compared["entries"] += 1
            if back is None or back.id in self._taken_back or (waiver.unit, -waiver.points) != (back.unit, back.points):
                self._lose(f"{waiver} takes back {back}")
            else:
                self._take(waiver)

    def _take(self, entry: Entry) -> None:
        self._place += 1
        if entry.reverses is not None:
            self._taken_back.add(entry.reverses)

    def _lose(self, text: str) -> None:
        """Tell of an entry that is wrong; those after it cannot be compared."""
        self._is_lost = True
        self._findings.tell("entry", (self.number,), text)

    # What it counts for

    def _count(self) -> None:
        by_clock = {entry.id for entry in self.entries if entry.rule in BY_CLOCK}
        for entry in self.entries:
            is_clocks = entry.id in by_clock or entry.reverses in by_clock
            for card in self._books.on(entry.unit, day_of(entry.at)):
                card.points += entry.points
                card.entries += 1
                card.by_people += 0 if is_clocks else entry.points
        for unit, share, since, until, decision in decisions(self.entries, self.ratings):
            for period, first, last in spans(decision.day):
                if since <= last and (until is None or until > last):
                    card = self._books.cards[period, first, unit]
                    if share == "ratings":
                        card.ratings += 1
                        card.stars += decision.worth
                    elif share == "responses":
                        card.responses += 1
                        card.responses_in_time += decision.worth
                    else:
                        card.processings += 1
                        card.processings_in_time += decision.worth


def _id(node: Json | None) -> str | None:
    return None if node is None else node["id"]


class Decision(NamedTuple):
    """What a report counts for in a share: on which day, and how much."""

    day: date
    worth: int


def decisions(
    entries: Sequence[Entry], ratings: Sequence[Rating]
) -> Iterator[tuple[str, str, date, date | None, Decision]]:
    """Yield (unit, share, from the end of this day on, to before the end of that, what is decided then)."""
    held: dict[tuple[str, str], tuple[date, Decision]] = {}
    for day in sorted({day_of(entry.at) for entry in entries} | {rating.day for rating in ratings}):
        now = standing([one for one in entries if day_of(one.at) <= day], [one for one in ratings if one.day <= day])
        for key in held.keys() - now.keys() | {key for key in held if now.get(key) != held[key][1]}:
            since, decision = held.pop(key)
            yield *key, since, day, decision
        for key in now.keys() - held.keys():
            held[key] = day, now[key]
    for key, (since, decision) in held.items():
        yield *key, since, None, decision


def standing(entries: Sequence[Entry], ratings: Sequence[Rating]) -> dict[tuple[str, str], Decision]:
    """Return what is decided for each unit and share by what has not been taken back; what ran out, for good."""
    taken_back = {entry.reverses for entry in entries}
    found: dict[tuple[str, str], Decision] = {}
    ran_out = set()
    for entry in entries:
        if entry.rule in DECIDES and entry.id not in taken_back:
            share, worth = DECIDES[entry.rule]
            key = entry.unit, share
            if entry.rule in BY_CLOCK:
                ran_out.add(key)
            if entry.rule in BY_CLOCK or key not in ran_out:
                found[key] = Decision(day_of(entry.at), worth)
    units = {entry.unit for entry in entries}
    for rating in ratings:
        if rating.unit in units and (rating.entry is None or rating.entry not in taken_back):
            found[rating.unit, "ratings"] = Decision(rating.day, rating.stars)
    return found


# --- Laws over many reports -----------------------------------------------------------------------------------------


def compare_scoring(lives: Sequence[Life], findings: Findings) -> None:
    """Compare which of a day's reports score: of one citizen three for a unit, the first ones.

    Who reported anonymously cannot be seen, so an anonymous report may be one more of anybody's.
    """
    scoring: defaultdict[str, list[tuple[datetime, Life]]] = defaultdict(list)
    for life in lives:
        for unit in life.scoring:
            scoring[unit].append((min(entry.at for entry in life.entries if entry.unit == unit), life))
    for unit, those in scoring.items():
        for citizen, count in Counter(life.citizen for _, life in those if life.citizen is not None).items():
            findings.compared["reports that score"] += count
            if count > SCORING_A_DAY:
                findings.tell("reports that score", (unit, citizen), f"{count} of a day")
    for life in lives:
        for unit, at in set(life.silences):
            before = [
                other
                for since, other in scoring[unit]
                if (at is None or since <= at) and (life.citizen is None or other.citizen in {life.citizen, None})
            ]
            if life.citizen is None or any(other.citizen is None for other in before):
                findings.unknown["acts without an entry where the citizen may be one that is anonymous"] += 1
            else:
                findings.compared["reports that do not score"] += 1
            if len(before) < SCORING_A_DAY:
                findings.tell("entry", (life.number, unit, at), f"none, and only {len(before)} others score")


class Citizens:
    """What the citizens have gained, by pseudonym; those who are anonymous gain nothing."""

    def __init__(self) -> None:
        self._told: list[tuple[datetime, str, str, str]] = []
        self.sums: defaultdict[tuple[str, date, str], list[int]] = defaultdict(lambda: [0, 0])

    def take(self, life: Life) -> None:
        """Take down what counts of a report."""
        if life.citizen is not None:
            self._told += [(at, life.citizen, life.number, what) for at, what in life.told_to_citizen]

    def count(self, last: date) -> None:
        """Add up what counted up to a day."""
        gained: defaultdict[tuple[str, date], int] = defaultdict(int)
        standing: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        for at, citizen, number, what in sorted(self._told, key=lambda told: told[0]):
            day = day_of(at)
            if day > last:
                break
            if what in {"TAKEN_BACK", "REOPENED"}:
                back = [gain for gain in standing[number] if what == "TAKEN_BACK" or gain[0] == "FIXED"]
                standing[number] = [gain for gain in standing[number] if gain not in back]
                for _, points in back:
                    self._enter(citizen, day, -points)
            elif what == "INVALID":
                self._enter(citizen, day, INVALID)
            else:
                worth = min({"ANSWERED": ANSWERED, "FIXED": FIXED}[what], CITIZEN_CAP - gained[citizen, day])
                if worth > 0:
                    gained[citizen, day] += worth
                    standing[number].append((what, worth))
                    self._enter(citizen, day, worth)

    def _enter(self, citizen: str, day: date, points: int) -> None:
        for period, first, _ in spans(day):
            sums = self.sums[period, first, citizen]
            sums[0] += points
            sums[1] += 1


# --- The boards -----------------------------------------------------------------------------------------------------


class Row(NamedTuple):
    """Where somebody stands."""

    code: str
    rank: int | None
    points: int
    figure: float | None


@dataclass
class Held:
    """What a row of a board is made of."""

    card: Card
    open: int
    late: int

    def shares(self) -> dict[str, tuple[float, int]]:
        """Return the four shares, each as so much of so many."""
        card = self.card
        return {
            "responses": (card.responses_in_time, card.responses),
            "processings": (card.processings_in_time, card.processings),
            "ratings": ((card.stars - card.ratings) / 4, card.ratings),
            "in time": (self.open - self.late, self.open),
        }


def figure_of(shares: Mapping[str, tuple[float, int]], pooled: Mapping[str, tuple[float, int]]) -> float | None:
    """Return the responsiveness, not rounded; None when nobody has any report."""
    known = [name for name in WEIGHTS if pooled[name][1]]
    if not known:
        return None
    total = 0.0
    for name in known:
        mean, (good, count) = pooled[name][0] / pooled[name][1], shares[name]
        total += WEIGHTS[name] * (good + PRIOR * mean) / (count + PRIOR)
    return 100 * total / sum(WEIGHTS[name] for name in known)


def rounded(exact: float, served: object) -> float:
    """Return two digits after the point: what is served if it is one of the two that lie next to the exact figure."""
    if isinstance(served, int | float) and round(served, 2) == served and abs(served - exact) < 0.005 + 1e-9:
        return served
    return round(exact, 2)


def ranked(rows: Iterable[tuple[str, int, float | None, bool]], *, by_figure: bool) -> list[Row]:
    """Rank (code, points, figure, whether ranked): the best first, equals share a rank; the others last, by code."""
    found: list[Row] = []
    worth = {code: (figure or 0.0) if by_figure else points for code, points, figure, _ in rows}
    ordered = sorted(rows, key=lambda row: (not row[3], -worth[row[0]] if row[3] else 0, row[0]))
    for place, (code, points, figure, is_ranked) in enumerate(ordered, 1):
        rank = place if is_ranked else None
        if is_ranked and found and worth[found[-1].code] == worth[code]:
            rank = found[-1].rank
        found.append(Row(code, rank, points, figure if by_figure else None))
    return found


class Boards:
    """Compares boards with the books, those of a kind and a period in the order of their days."""

    def __init__(self, city: Reference, books: Books, citizens: Citizens, findings: Findings) -> None:
        self._city, self._books, self._citizens, self._findings = city, books, citizens, findings
        self._before: dict[tuple[str, str, str], dict[str, int | None]] = {}

    def compare(self, kind: str, span: Span, answer: Any, closed: date) -> None:
        """Compare what is told of a kind and a period; `closed`: the last day that is over."""
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
        held = {code: self._held(span, units, closed) for code, units in self._city.members(kind).items()}
        served = {row["subject"]["code"]: row for row in _rows(answer["RESPONSIVENESS"])}
        pooled = _pooled(held.values())
        figures: dict[str, float | None] = {}
        for code, one in held.items():
            exact = figure_of(one.shares(), pooled) if one.card.responses >= ENOUGH else None
            figures[code] = None if exact is None else rounded(exact, served.get(code, {}).get("responsiveness"))
        points = ranked([(c, h.card.points, None, h.card.entries > 0) for c, h in held.items()], by_figure=False)
        figured = ranked(
            [(c, h.card.points, figures[c], figures[c] is not None) for c, h in held.items()], by_figure=True
        )
        cards = {code: _scorecard(one, figures[code]) for code, one in held.items()}
        for metric, rows in (("POINTS", points), ("RESPONSIVENESS", figured)):
            board = answer[metric]
            where = (kind, metric, span.period, span.first)
            self._findings.same("board", (*where, "startsAt"), _begins(span, span.first), board["startsAt"])
            self._findings.same("board", (*where, "endsAt"), _begins(span, span.last, DAY), board["endsAt"])
            self._findings.same("board", (*where, "totalCount"), len(rows), board["standings"]["totalCount"])
            before = self._before.get((kind, metric, span.period), {})
            self._compare_rows(where, rows, before, cards, _rows(board))
            self._before[kind, metric, span.period] = {row.code: row.rank for row in rows}
            if metric == "RESPONSIVENESS":
                watched = sorted(_watched(rows, held), key=lambda row: (-(row.rank or 0), row.code))
                self._compare_rows((kind, "watchlist", *where[2:]), watched, before, cards, answer["watchlist"])

    def _held(self, span: Span, units: Iterable[str], closed: date) -> Held:
        """Add up what some units have: in their hands as at the period's end, or as it is now."""
        sum_of = Held(Card(), 0, 0)
        for unit in units:
            if (card := self._books.cards.get((span.period, span.first, unit))) is not None:
                sum_of.card.add(card)
            is_open, is_late = self._books.hands(unit, span.last if span.last <= closed else date.max)
            sum_of.open += is_open
            sum_of.late += is_late
        return sum_of

    def _compare_rows(
        self,
        where: Sequence[object],
        rows: Sequence[Row],
        before: Mapping[str, int | None],
        cards: Mapping[str, Json],
        served: Sequence[Json],
    ) -> None:
        codes = [row["subject"]["code"] for row in served]
        self._findings.same("order", where, [row.code for row in rows], codes)
        by_code = dict(zip(codes, served, strict=True))
        for row in rows:
            if row.code not in by_code:
                continue
            told = by_code[row.code]
            computed = {
                "rank": row.rank,
                "previousRank": before.get(row.code),
                "points": row.points,
                "responsiveness": row.figure,
            }
            for name, value in computed.items():
                self._findings.same("standing", (*where, row.code, name), value, told[name])
            for name, value in cards[row.code].items():
                self._findings.same("scorecard", (*where, row.code, name), value, told["scorecard"][name])

    def _compare_external(self, span: Span, answer: Json, closed: date) -> None:
        """Compare the scorecards of the agencies outside the city; those of the others are on their board."""
        for agency in answer["agencies"]:
            if agency["kind"] == "EXTERNAL":
                card = _scorecard(self._held(span, [agency["code"]], closed), None)
                for name, value in card.items():
                    where = (agency["code"], span.period, span.first, name)
                    self._findings.same("scorecard outside", where, value, agency["scorecard"][name])

    def _compare_citizens(self, span: Span, served: Sequence[Json]) -> None:
        """Compare the board of the citizens: they are those whom it shows."""
        where = ("CITIZEN", "POINTS", span.period, span.first)
        sums = {
            name: self._citizens.sums.get((span.period, span.first, name), [0, 0])
            for name in (row["subject"]["pseudonym"] for row in served)
        }
        rows = ranked([(name, points, None, entries > 0) for name, (points, entries) in sums.items()], by_figure=False)
        before = self._before.get(("CITIZEN", "POINTS", span.period), {})
        self._before["CITIZEN", "POINTS", span.period] = {row.code: row.rank for row in rows}
        told = {row["subject"]["pseudonym"]: row for row in served}
        for row in rows:
            computed = {"rank": row.rank, "previousRank": before.get(row.code), "points": row.points}
            for name, value in computed.items():
                self._findings.same("citizens", (*where, row.code, name), value, told[row.code][name])

    def _compare_officers(self, span: Span, served: Sequence[Json]) -> None:
        """Compare the sums over all officers with what people, and not clocks, did in all units, and their ranks."""
        units = [*self._city.kelurahan, *self._city.agencies, *self._city.external]
        card = self._held(span, units, date.max).card
        sums = {"responded": card.responded, "processed": card.processed, "reopened": card.reopened}
        sums |= {"received": 0, "overdue": 0}
        where = ("OFFICER", "POINTS", span.period, span.first)
        self._findings.same("officers", (*where, "points"), card.by_people, sum(row["points"] for row in served))
        for name, value in sums.items():
            told = sum(row["scorecard"][name] for row in served)
            self._findings.same("officers", (*where, name), value, told)
        points = ((row["subject"]["id"], row["points"], None, row["rank"] is not None) for row in served)
        ranks = {row.code: row.rank for row in ranked(list(points), by_figure=False)}
        for row in served:
            self._findings.same("officers", (*where, row["subject"]["name"]), ranks[row["subject"]["id"]], row["rank"])


def _rows(board: Json) -> list[Json]:
    return [edge["node"] for edge in board["standings"]["edges"]]


def _begins(span: Span, day: date, after: timedelta = timedelta()) -> str | None:
    """Return the midnight at which a day begins, or the one some time after it, as it is served."""
    if span.period == "ALL_TIME":
        return None
    midnight = datetime(day.year, day.month, day.day, tzinfo=JAKARTA) + after
    return midnight.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _pooled(every: Iterable[Held]) -> dict[str, tuple[float, int]]:
    sums = dict.fromkeys(WEIGHTS, (0.0, 0))
    for one in every:
        for name, (good, count) in one.shares().items():
            sums[name] = sums[name][0] + good, sums[name][1] + count
    return sums


def _scorecard(held: Held, figure: float | None) -> Json:
    values = {name: good / count if count else None for name, (good, count) in held.shares().items()}
    return {
        "received": held.card.received,
        "responded": held.card.responded,
        "processed": held.card.processed,
        "overdue": held.late,
        "reopened": held.card.reopened,
        "respondedOnTime": values["responses"],
        "processedOnTime": values["processings"],
        "satisfaction": values["ratings"],
        "responsiveness": figure,
        "medianResponseMinutes": median(held.card.response_minutes),
        "medianProcessingMinutes": median(held.card.processing_minutes),
    }


def _watched(rows: Iterable[Row], held: Mapping[str, Held]) -> Iterator[Row]:
    """Yield who is ranked and has a low figure, or less than a third of answers or of reports in time."""
    for row in rows:
        shares = held[row.code].shares()
        low = any(3 * shares[name][0] < shares[name][1] for name in ("responses", "processings"))
        if row.figure is not None and (row.figure < LOW or low):
            yield row


# --- The audit ------------------------------------------------------------------------------------------------------


@dataclass
class Snapshot:
    """The boards of the open periods, as they were at one moment: everything up to `until` is in them.

    `closed`: the last day that is over.
    """

    until: datetime
    closed: date
    answers: dict[tuple[str, Span], Any] = field(default_factory=dict)


class Audit:
    """One walk over a city."""

    def __init__(self, api: Api, city: Reference, first: date) -> None:
        self._api, self._city, self._first = api, city, first
        self.findings = Findings()
        self._books, self._citizens = Books(), Citizens()
        self.reports, self._told_at = 0, time.monotonic()

    async def snapshot(self) -> Snapshot:
        """Read the boards of the open periods while nothing happens, so that they hold at one moment.

        That of the citizens has the whole day to be read in: it is renewed when a day closes.
        """
        for _ in range(30):
            answer, shown = await self._api.ask_dated(HEAD)
            head, today = answer["reports"]["cursor"], day_of(shown)
            found = Snapshot(shown + HEADER_LAG, today - DAY)
            await asyncio.gather(
                self._fill(found, self._moving, today), asyncio.sleep((HEADER_LAG + CLOCK_LAG) / SECOND)
            )
            if (await self._api.ask(HEAD))["reports"]["cursor"] == head:
                await self._fill(found, ["CITIZEN"], today)
                return found
        raise SystemExit("something happens all the time: audit the closed periods alone, with --closed")

    async def _fill(self, snapshot: Snapshot, kinds: Sequence[str], today: date) -> None:
        async for asked, answer in in_order([(kind, span) for span in spans(today) for kind in kinds], self._ask):
            snapshot.answers[asked] = answer

    async def closed_only(self) -> Snapshot:
        """Leave out the open periods: everything before today."""
        _, shown = await self._api.ask_dated(HEAD)
        today = shown.astimezone(JAKARTA).replace(hour=0, minute=0, second=0)
        return Snapshot(today - timedelta(microseconds=1), day_of(today) - DAY)

    async def read(self, snapshot: Snapshot) -> None:
        """Read all reports, day by day, and live them again."""
        last = day_of(snapshot.until)
        days = [self._first + number * DAY for number in range((last - self._first).days + 1)]
        async for day, nodes in in_order(days, self._api.reports_of):
            lives = [Life(node, self._city, self._books, self.findings, snapshot.until) for node in nodes]
            for life in lives:
                life.live(snapshot.until)
                self._citizens.take(life)
            compare_scoring(lives, self.findings)
            self.reports += len(lives)
            self._progress(f"{day}: {self.reports:,} reports")
        self._citizens.count(snapshot.closed)

    async def compare(self, snapshot: Snapshot) -> None:
        """Compare the boards of closed periods, then those of the snapshot."""
        closed = snapshot.closed
        days = (self._first + number * DAY for number in range((closed - self._first).days + 1))
        over = sorted({span for day in days for span in spans(day) if span.last <= closed})
        boards = Boards(self._city, self._books, self._citizens, self.findings)
        wanted = [(kind, span) for span in over for kind in [*self._moving, "CITIZEN"]]
        async for (what, span), answer in in_order(wanted, self._ask):
            boards.compare(what, span, answer, closed)
            self._progress(f"{what} of {span.period} {span.first}: {self._total:,} numbers")
        for (what, span), answer in snapshot.answers.items():
            boards.compare(what, span, answer, closed)

    @property
    def _moving(self) -> list[str]:
        """Return the kinds of boards that move at once; that of the officers is for the staff."""
        return [*KINDS, "EXTERNAL", *(["OFFICER"] if self._api.email else [])]

    async def _ask(self, wanted: tuple[str, Span]) -> Any:
        kind, span = wanted
        if kind in KINDS:
            return await self._api.ask(BOARDS, kind=kind, period=span.period, on=on(span))
        if kind == "EXTERNAL":
            return await self._api.ask(AGENCIES, period=span.period, on=on(span))
        return await self._api.people(kind, span)

    @property
    def _total(self) -> int:
        return sum(self.findings.compared.values())

    def _progress(self, line: str) -> None:
        if time.monotonic() - self._told_at > 5:
            self._told_at = time.monotonic()
            say(line)

    def summary(self) -> None:
        """Say how much has been compared, and how much of it differs."""
        for what, count in sorted(self.findings.compared.items()):
            say(f"{count:>12,} compared: {what}")
        for what, count in self.findings.unknown.items():
            say(f"{count:>12,} cannot be known from outside: {what}")
        if not self._api.email:
            say("             not compared: officers, whose board is for the staff: give an --email of theirs")
        say(f"{self.reports:,} reports, {self._total:,} numbers, {self.findings.differences} differences")


async def main() -> int:
    """Audit the city that is named on the command line; return 1 when something differs."""
    parser = argparse.ArgumentParser(description="Compute the points and the boards of a Tanggap again, and compare.")
    parser.add_argument("address", help="for example http://127.0.0.1:8000")
    parser.add_argument(
        "--email", help="of somebody of the staff, for the board of officers; PASSWORD has the password"
    )
    parser.add_argument("--closed", action="store_true", help="only periods that are over")
    asked = parser.parse_args()
    async with Api(asked.address, asked.email) as api:
        answer = await api.ask(REFERENCE)
        edges = answer["reports"]["edges"]
        if not edges:
            raise SystemExit("there are no reports yet")
        audit = Audit(api, reference_of(answer), day_of(moment(edges[0]["node"]["submittedAt"])))
        snapshot = await (audit.closed_only() if asked.closed else audit.snapshot())
        await audit.read(snapshot)
        await audit.compare(snapshot)
    audit.summary()
    return 1 if audit.findings.differences else 0


if __name__ == "__main__":
    try:
        sys.exit(asyncio.run(main()))
    except httpx.HTTPError as error:
        sys.exit(f"the city does not answer: {error!r}")
