"""Judging what happens to a report: the entries that it brings, decided under the locks of report and reporter."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from actions import ledger
from actions.ledger import NewEntry
from actions.log import LogTransaction
from models.accounts import Account
from models.ledger import CITIZEN, PointEntry
from models.log import LogEvent, ReportEventKind
from models.reports import ReportRow
from rules.geography import metres_between
from rules.periods import jakarta_day
from rules.scoring.points import (
    CLOSING_GAINS,
    FIXES,
    OVERDUE,
    PLACE_METRES,
    RATINGS,
    Rule,
    citizen_points,
    points_for,
    processing_rule,
    response_rule,
)
from rules.workflow import DISMISSALS, Resolution

FIXES_LOCK = 0x66697865
"""The advisory locks of `lock_fixes`, among others in the same database."""


async def lock_fixes(tx: LogTransaction, unit: str) -> None:
    """Let one transaction at a time make or reverse the gains of a unit's fixes, until its end.

    Of two closings of one place at once, the later one sees the gain of the earlier. SQLite has one writer anyway.
    """
    if tx.connection.capabilities.dialect != "sqlite":
        await tx.fetch("SELECT pg_advisory_xact_lock($1, hashtext($2))", FIXES_LOCK, unit)


class Scorer:
    """Adds entries about one report to `entries`, in the order in which they are made.

    `report` is its state before the judged act. `officer`: the account that acts for the unit; None for the clock.
    External handlers earn and lose nothing.
    """

    def __init__(self, tx: LogTransaction, report: ReportRow, officer: int | None, entries: list[NewEntry]) -> None:
        self._tx, self._report, self._officer, self._entries = tx, report, officer, entries
        self._is_locked = False

    async def judge_response(self, *, handed_on: bool = False) -> None:
        """Judge the first official act, for the unit in charge until then; later acts are no response.

        `handed_on`: the act gives the report to another unit. It answers the citizen, and earns the unit nothing.
        """
        report = self._report
        if report.responded_at is None:
            if not handed_on:
                elapsed = report.terms.response_clock(self._tx.calendar).between(report.submitted_at, self._tx.at)
                self.judge(response_rule(elapsed, report.terms.response_target))
            await self._reward_reporter(Rule.CITIZEN_ANSWERED)

    async def judge_fix(self, held: timedelta) -> None:
        """Judge a closing as FIXED by the time for which the unit has held the report, in all its openings.

        Of several reports of one place that a unit fixes on one day only one gains.
        """
        await self._lock_reporter()  # before the lock of the unit's fixes
        if self._report.scores_for_handler and not await self._is_place_fixed():
            self.judge(processing_rule(held, self._report.terms.processing_target))
        await self._reward_reporter(Rule.CITIZEN_FIXED)

    async def judge_dismissal(self, resolution: Resolution) -> None:
        """Judge any other closing: it reverses every gain from the report. It may uphold an earlier one."""
        await self.reverse_gains()
        await self._uphold()
        if resolution is Resolution.INVALID:
            await self._reward_reporter(Rule.CITIZEN_INVALID)

    async def judge_reopening(self) -> None:
        """Reverse the gains of the closing that did not hold; the unit that closed the report loses points."""
        entries = await ledger.standing(self._tx, self._report.id)
        gains = [entry for entry in entries if entry.rule in CLOSING_GAINS]
        for unit in {entry.unit for entry in gains if entry.rule in FIXES}:
            await lock_fixes(self._tx, unit)
        self._entries += [ledger.reversal(entry) for entry in gains]
        self.judge(Rule.REOPENED)

    async def judge_rating(self, stars: Rule | None) -> None:
        """Judge the stars for a closing. They take the place of those for earlier closings by the unit."""
        entries = await ledger.standing(self._tx, self._report.id)
        own = [entry for entry in entries if entry.unit == self._report.handler]
        self._entries += [ledger.reversal(entry) for entry in own if entry.rule in RATINGS]
        gained = any(entry.rule in FIXES for entry in own)
        if stars is not None and (gained or stars is not Rule.RATED_WELL):
            self.judge(stars)

    async def absolve(self, duplicates: Iterable[int], *, itself: bool) -> None:
        """Reverse the blame for the deadlines that duplicates missed: their original is FIXED.

        `duplicates`: the row ids of locked reports. `itself`: the report is a duplicate too.
        """
        made_now = [entry for entry in self._entries if itself and entry.rule in OVERDUE]
        absolved = [*([self._report.id] if itself else []), *duplicates]
        entries = await ledger.standing(self._tx, *absolved) if absolved else []
        self._entries += [ledger.reversal(entry) for entry in made_now]
        self._entries += [ledger.reversal(entry) for entry in entries if entry.rule in OVERDUE]

    async def reverse_gains(self) -> None:
        """Reverse every gain from the report, of this transaction and before; blame stays."""
        made_now = [entry for entry in self._entries if entry.points > 0]
        entries = await ledger.standing(self._tx, self._report.id)
        self._entries += [ledger.reversal(entry) for entry in entries if entry.points > 0]
        self._entries += [ledger.reversal(entry) for entry in made_now]

    async def _uphold(self) -> None:
        """Reverse the blame for a reopening that undid a dismissal: the next closing dismisses the report again."""
        if not self._report.dismissal_reopened:
            return
        reopenings = LogEvent.filter(report_id=self._report.id, kind=ReportEventKind.REOPENED)
        last = await reopenings.using_db(self._tx.connection).order_by("-position").first()
        if last is None or last.data["before"].get("resolution") not in DISMISSALS:
            return
        entries = await ledger.standing(self._tx, self._report.id)
        blame = [entry for entry in entries if entry.rule is Rule.REOPENED and entry.position > last.position]
        self._entries += [ledger.reversal(entry) for entry in blame]

    def judge(self, rule: Rule, at: datetime | None = None) -> None:
        """Add an entry for the unit in charge, if the report scores for it."""
        report = self._report
        if not report.scores_for_handler:
            return
        self._entries.append(
            NewEntry(
                unit=report.handler,
                account_id=self._officer,
                report_id=report.id,
                rule=rule,
                points=points_for(rule, report.weight),
                at=at,
            )
        )

    async def _is_place_fixed(self) -> bool:
        """Return whether a fix of the unit today, of the same category and within PLACE_METRES, has its gain."""
        report = self._report
        await lock_fixes(self._tx, report.handler)
        fixes = PointEntry.filter(
            unit=report.handler, day=jakarta_day(self._tx.at), rule__in=list(FIXES), report__category=report.category
        )
        places = [f"report__{name}" for name in ("own_latitude", "own_longitude", "latitude", "longitude")]
        near = [
            position
            for position, own_latitude, own_longitude, *present in await fixes.using_db(
                self._tx.connection
            ).values_list("position", *places)
            if metres_between(*report.own_place, *(present if own_latitude is None else (own_latitude, own_longitude)))
            <= PLACE_METRES
        ]
        if not near:
            return False
        reversals = PointEntry.filter(reverses__in=near).using_db(self._tx.connection)
        return len(near) > await reversals.count()

    async def _reward_reporter(self, rule: Rule) -> None:
        report = self._report
        if report.anonymous:
            return
        await self._lock_reporter()
        today = jakarta_day(self._tx.at)
        rows = PointEntry.filter(unit=CITIZEN, day=today, reverses__isnull=True, points__gt=0)
        own = rows.filter(account_id=report.reporter_id)
        left = rows.filter(account_id__isnull=True, report__reporter_id=report.reporter_id)  # made anonymous since
        gained = sum([entry.points for each in (own, left) for entry in await each.using_db(self._tx.connection)])
        gained += sum(entry.points for entry in self._entries if entry.unit == CITIZEN)
        points = citizen_points(rule, gained)
        if points:
            self._entries.append(
                NewEntry(unit=CITIZEN, account_id=report.reporter_id, report_id=report.id, rule=rule, points=points)
            )

    async def _lock_reporter(self) -> None:
        """Lock the reporter: of two concurrent acts on their reports the later one sees the gains of the earlier."""
        if not self._is_locked:
            self._is_locked = True
            reporter = Account.filter(id=self._report.reporter_id).using_db(self._tx.connection)
            await reporter.select_for_update(no_key=True).first()
