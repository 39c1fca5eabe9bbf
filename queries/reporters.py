"""Reporters of the reports that units received: how many, and how much came from the busiest three.

There is no counter of it: a reporter counts once, for a kecamatan too, and a submission would have to add to a row for
each reporter, unit and period. It is read from reports and hand-overs, and only for those who ask.
"""

from datetime import date
from typing import NamedTuple

import orjson

from models.log import ReportEventKind
from models.reading import is_sqlite, read
from rules.periods import Span, midnight
from rules.scoring.counters import BEGINNING

LAST_DAY = date(9999, 12, 30)

BUSIEST = 3
"""The number of the busiest reporters."""

MOVES = ", ".join(
    f"'{kind}'"
    for kind in (
        ReportEventKind.ASSIGNED,
        ReportEventKind.TRANSFERRED,
        ReportEventKind.RECATEGORISED,
        ReportEventKind.MOVED,
    )
)
"""The events that may hand a report over: those of the index `log_event_handed_on`."""

POSTGRES_WANTED = "SELECT * FROM unnest($3::text[], $4::int[]) AS each (unit, subject)"
SQLITE_WANTED = (
    "SELECT units.value AS unit, subjects.value AS subject FROM json_each($3) units "
    "JOIN json_each($4) subjects ON subjects.key = units.key"
)

# A report was received by its first unit when it was submitted, and by another one with each move. All anonymous
# reports together are one reporter, 0.
REPORTERS = f"""
WITH wanted AS ({{wanted}}),
moves AS (
    SELECT report_id, position, at, data->'before'->>'handler' AS came, data->'after'->>'handler' AS went
    FROM log_event WHERE kind IN ({MOVES}) AND at >= $1 AND data->'before'->>'handler' IS NOT NULL
),
received AS (
    SELECT handler AS unit, reporter_id, anonymous FROM report
    WHERE handler IN (SELECT unit FROM wanted) AND status IN ('WAITING', 'IN_PROGRESS', 'PROCESSED')
    AND submitted_at >= $1 AND submitted_at < $2 AND id NOT IN (SELECT report_id FROM moves)
    AND reporter_id NOT IN (SELECT account_id FROM import_source)
    UNION ALL
    SELECT came, reporter_id, anonymous FROM moves JOIN report ON report.id = report_id
    WHERE moves.position IN (SELECT MIN(position) FROM moves GROUP BY report_id)
    AND submitted_at >= $1 AND submitted_at < $2 AND imported_from IS NULL
    UNION ALL
    SELECT went, reporter_id, anonymous FROM moves JOIN report ON report.id = report_id
    WHERE moves.at < $2 AND imported_from IS NULL
),
counted AS (
    SELECT subject, CASE WHEN anonymous THEN 0 ELSE reporter_id END AS reporter, COUNT(*) AS number
    FROM received JOIN wanted ON wanted.unit = received.unit GROUP BY 1, 2
),
placed AS (SELECT subject, number, ROW_NUMBER() OVER (PARTITION BY subject ORDER BY number DESC) AS place FROM counted)
SELECT subject, COUNT(*), SUM(number), SUM(CASE WHEN place <= {BUSIEST} THEN number ELSE 0 END)
FROM placed GROUP BY subject
"""


class Receivers(NamedTuple):
    """Leaf units that make up a subject, in a period."""

    days: Span
    units: tuple[str, ...]


class Reporters(NamedTuple):
    """The number of reporters of the reports received, and the share of the BUSIEST; None without reports."""

    number: int = 0
    busiest_share: float | None = None


async def reporters_of(keys: list[Receivers]) -> list[Reporters]:
    """Read the reporters of subjects, in one statement for each period."""
    found: dict[Receivers, Reporters] = {}
    for days in dict.fromkeys(key.days for key in keys):
        subjects = list(dict.fromkeys(key for key in keys if key.days == days and key.units))
        for subject, people, received, busiest in await _read(days, subjects) if subjects else ():
            found[subjects[subject]] = Reporters(people, int(busiest) / int(received))
    return [found.get(key, Reporters()) for key in keys]


async def _read(days: Span, subjects: list[Receivers]) -> list[tuple[int, int, int, int]]:
    units = [unit for subject in subjects for unit in subject.units]
    numbers = [number for number, subject in enumerate(subjects) for _ in subject.units]
    sqlite = is_sqlite()
    lists = (orjson.dumps(units).decode(), orjson.dumps(numbers).decode()) if sqlite else (units, numbers)
    rows = await read(
        REPORTERS.format(wanted=SQLITE_WANTED if sqlite else POSTGRES_WANTED),
        days.starts_at or midnight(BEGINNING),
        days.ends_at or midnight(LAST_DAY),
        *lists,
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]
