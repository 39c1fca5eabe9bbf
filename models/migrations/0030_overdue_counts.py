from tortoise import migrations
from tortoise.migrations import operations as ops

from models.operations import RunOn

KINDS = "(SELECT 'CATEGORY' AS kind UNION ALL SELECT 'KELURAHAN' UNION ALL SELECT 'HANDLER') AS part"
TABLE = """
    CREATE TABLE report_count (
        kind varchar(9) NOT NULL, status varchar(16) NOT NULL, day date NOT NULL, code varchar(32) NOT NULL,
        resolution varchar(16) NOT NULL, received bigint NOT NULL, responded bigint NOT NULL, processed bigint NOT NULL,
        due bigint NOT NULL, PRIMARY KEY (kind, status, day, code, resolution)
    ) WITHOUT ROWID
"""
EVER = "9999-01-01"
"""The day under which `due` has all open reports, whatever their deadline."""

NAMES = ("received", "responded", "processed", "due")
MEASURES = f"({' UNION ALL '.join(f'SELECT {number} AS measure' for number in (1, 2, 3, 4, 5))}) AS counted"
CODE = "CASE kind WHEN 'CATEGORY' THEN category WHEN 'KELURAHAN' THEN kelurahan ELSE handler END"
DUE = """CASE WHEN status = 'PROCESSED' THEN NULL
    WHEN responded_at IS NULL AND response_due_at < processing_due_at THEN response_due_at ELSE processing_due_at END"""
"""The moment at which an open report is overdue."""

MOMENT = f"CASE measure WHEN 1 THEN submitted_at WHEN 2 THEN responded_at WHEN 3 THEN processed_at ELSE {DUE} END"
DAY_ON_POSTGRES = f"CASE measure WHEN 5 THEN DATE '{EVER}' ELSE (({MOMENT}) AT TIME ZONE 'Asia/Jakarta')::date END"
# Without the fraction of a second, which SQLite would round up to the next day.
DAY_ON_SQLITE = f"CASE measure WHEN 5 THEN '{EVER}' ELSE date(substr({MOMENT}, 1, 19), '+7 hours') END"
SUMS = [
    *(f"sum(CASE measure WHEN {measure} THEN number ELSE 0 END)" for measure in (1, 2, 3)),
    "sum(CASE WHEN measure >= 4 THEN number ELSE 0 END)",
]
COLUMNS = (
    *("status", "resolution", "category", "kelurahan", "handler"),
    *("submitted_at", "responded_at", "processed_at", "response_due_at", "processing_due_at"),
)
ALL_REPORTS = f"(SELECT {', '.join(COLUMNS)}, 1 AS number FROM report) AS report"
OPEN_REPORTS = f"(SELECT {', '.join(COLUMNS)}, 1 AS number FROM report WHERE status <> 'PROCESSED') AS report"
ADDED, REMOVED = (
    f"SELECT {', '.join(f'{row}.{name} AS {name}' for name in COLUMNS)}, {number} AS number"
    for row, number in (("NEW", 1), ("OLD", -1))
)
OLD, NEW = (f"({', '.join(f'{row}.{name}' for name in COLUMNS)})" for row in ("OLD", "NEW"))
ADDING = f"""
    ON CONFLICT (kind, status, day, code, resolution) DO UPDATE
    SET {", ".join(f"{name} = report_count.{name} + excluded.{name}" for name in NAMES)}
"""
EMPTY = " AND ".join(f"{name} = 0" for name in NAMES)


def added(source: str, day: str, measures: str = MEASURES) -> str:
    """Return the statement that counts the reports of a source, each `number` times."""
    return f"""
        INSERT INTO report_count (kind, status, day, code, resolution, {", ".join(NAMES)})
        SELECT kind, status, {day}, {CODE}, coalesce(resolution, ''), {", ".join(SUMS)}
        FROM {source} CROSS JOIN {KINDS} CROSS JOIN {measures}
        WHERE {MOMENT} IS NOT NULL GROUP BY 1, 2, 3, 4, 5 HAVING {" OR ".join(f"{each} <> 0" for each in SUMS)}
    """


def emptied(day: str) -> str:
    """Return the statement that deletes the counts that a report has left empty."""
    return f"""
        DELETE FROM report_count WHERE {EMPTY}
        AND (kind, status, day, code, resolution) IN (
            SELECT kind, status, {day}, {CODE}, coalesce(resolution, '')
            FROM ({REMOVED}) AS change CROSS JOIN {KINDS} CROSS JOIN {MEASURES}
        )
    """


def changes(is_not: str) -> dict[str, tuple[str, str, str]]:
    """Return the event, the condition and the rows of each trigger."""
    return {
        "added": ("INSERT", "", ADDED),
        "removed": ("DELETE", "", REMOVED),
        "changed": (f"UPDATE OF {', '.join(COLUMNS)}", f"WHEN ({OLD} {is_not} {NEW})", f"{REMOVED} UNION ALL {ADDED}"),
    }


INDEX = f"CREATE INDEX IF NOT EXISTS report_overdue ON report (({DUE})) WHERE status <> 'PROCESSED'"
ON_POSTGRES = [
    "ALTER TABLE report_count ADD COLUMN IF NOT EXISTS due bigint NOT NULL DEFAULT 0",
    *(
        statement
        for name, (event, condition, rows) in changes("IS DISTINCT FROM").items()
        for statement in (
            f"""
            CREATE OR REPLACE FUNCTION keep_report_count_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                {added(f"({rows}) AS change", DAY_ON_POSTGRES)} {ADDING};
                {"" if name == "added" else f"{emptied(DAY_ON_POSTGRES)};"}
                RETURN NULL;
            END $$
            """,
            f"""
            CREATE OR REPLACE TRIGGER report_count_{name} AFTER {event} ON report
            FOR EACH ROW {condition} EXECUTE FUNCTION keep_report_count_{name}()
            """,
        )
    ),
    "UPDATE report_count SET due = 0 WHERE due <> 0",  # if this runs again
    f"{added(OPEN_REPORTS, DAY_ON_POSTGRES, '(SELECT 4 AS measure UNION ALL SELECT 5) AS counted')} {ADDING}",
    INDEX,
    "ANALYZE report_count",
]
ON_SQLITE = [
    *(f"DROP TRIGGER IF EXISTS report_count_{name}" for name in changes("")),
    "DROP TABLE IF EXISTS report_count",
    TABLE,
    *(
        f"""
        CREATE TRIGGER report_count_{name} AFTER {event} ON report {condition}
        BEGIN
            {added(f"({rows}) AS change", DAY_ON_SQLITE)} {ADDING};
            {"" if name == "added" else f"{emptied(DAY_ON_SQLITE)};"}
        END
        """
        for name, (event, condition, rows) in changes("IS NOT").items()
    ),
    added(ALL_REPORTS, DAY_ON_SQLITE),
    INDEX,
]


class Migration(migrations.Migration):
    # Counts of open reports by the day of their deadline: statistics read every open report for the overdue ones.
    # An index of bad ratings: desks walked along all reports for them.
    dependencies = [("models", "0029_category_cells")]

    initial = False

    operations = [
        RunOn(postgres=ON_POSTGRES, sqlite=ON_SQLITE),
        ops.RunSQL(
            "CREATE INDEX IF NOT EXISTS report_rated_badly ON report (submitted_at DESC, id DESC) WHERE rating <= 2"
        ),
    ]
