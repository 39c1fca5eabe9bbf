"""What an act earns or costs: the entries that it brings, decided under the locks of the report and its reporter."""

from datetime import datetime, timedelta

from actions import ledger
from actions.change import Change
from actions.ledger import Entry
from models.accounts import Account
from models.database import fetch
from models.ledger import CITIZEN, PointEntry
from models.reports import ReportRow
from rules.periods import jakarta_day, midnight
from rules.scoring.points import (
    CLOSING_GAINS,
    Rule,
    citizen_points,
    may_score,
    points_for,
    processing_rule,
    response_rule,
)
from rules.workflow import Resolution

DAY = timedelta(days=1)


class Score:
    """The entries of one change about one report, in the order in which they are made.

    `officer`: who acts for the unit; None for the clock. External handlers earn and lose nothing.
    """

    def __init__(self, change: Change, report: ReportRow, officer: int | None) -> None:
        self._change, self._report, self._officer = change, report, officer
        self._is_locked = False
        self.entries: list[Entry] = []

    async def answered(self) -> None:
        """Judge the first official act, for the unit in charge until then."""
        report = self._report
        if report.responded_at is None:
            await self.unit(response_rule(self._change.at - report.submitted_at, report.response_target))
            await self._citizen(Rule.CITIZEN_ANSWERED)

    async def fixed(self, held: timedelta) -> None:
        """Judge a closing as FIXED, by the time for which the unit has had the report in all."""
        await self.unit(processing_rule(held, self._report.processing_target))
        await self._citizen(Rule.CITIZEN_FIXED)

    async def void(self, resolution: Resolution) -> None:
        """Judge any other closing: it takes back every gain that the report gave."""
        await self.taken_back()
        if resolution is Resolution.INVALID:
            await self._citizen(Rule.CITIZEN_INVALID)

    async def reopened(self) -> None:
        """Take back what a closing gave that did not hold; the unit that closed it loses."""
        await self._lock()
        gains = await ledger.gains(self._change, self._report.id)
        self.entries += [ledger.reversal(gain) for gain in gains if gain.rule in CLOSING_GAINS]
        await self.unit(Rule.REOPENED)

    async def taken_back(self) -> None:
        """Reverse every gain that the report gave, in this change or before; blame stays."""
        await self._lock()
        made_now = [entry for entry in self.entries if entry.points > 0]
        self.entries += [ledger.reversal(gain) for gain in await ledger.gains(self._change, self._report.id)]
        self.entries += [ledger.reversal(gain) for gain in made_now]

    async def unit(self, rule: Rule, at: datetime | None = None) -> None:
        """Make an entry of the unit in charge, unless three other reports of the same citizen and day score for it."""
        report = self._report
        if report.external:
            return
        await self._lock()
        if not may_score(report.id, await self._scoring()):
            return
        self.entries.append(
            Entry(
                unit=report.handler,
                account_id=self._officer,
                report_id=report.id,
                rule=rule,
                points=points_for(rule, report.weight),
                at=at,
            )
        )

    async def _citizen(self, rule: Rule) -> None:
        report = self._report
        if report.anonymous:
            return
        await self._lock()
        today = jakarta_day(self._change.at)
        rows = PointEntry.filter(unit=CITIZEN, account_id=report.reporter_id, day=today, reverses__isnull=True)
        gained = sum(entry.points for entry in await rows.using_db(self._change.using) if entry.points > 0)
        worth = citizen_points(rule, gained + sum(one.points for one in self.entries if one.unit == CITIZEN))
        if worth:
            self.entries.append(
                Entry(unit=CITIZEN, account_id=report.reporter_id, report_id=report.id, rule=rule, points=worth)
            )

    async def _scoring(self) -> set[int]:
        """Return the reports of the same citizen and day of submission that have an entry of the unit."""
        first = midnight(jakarta_day(self._report.submitted_at))
        rows = await fetch(
            "SELECT DISTINCT r.id FROM report r JOIN point_entry e ON e.report_id = r.id "
            "WHERE r.reporter_id = $1 AND r.submitted_at >= $2 AND r.submitted_at < $3 AND e.unit = $4",
            self._report.reporter_id,
            first,
            first + DAY,
            self._report.handler,
            using=self._change.using,
        )
        return {row["id"] for row in rows}

    async def _lock(self) -> None:
        """Lock the reporter: of two acts on their reports at once, the later sees what the earlier has made."""
        if not self._is_locked:
            self._is_locked = True
            owner = Account.filter(id=self._report.reporter_id).using_db(self._change.using)
            await owner.select_for_update(no_key=True).first()
