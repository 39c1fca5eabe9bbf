from tortoise import migrations
from tortoise.migrations import operations as ops

from models.operations import OnPostgres, RunOn

TABLE = """
    CREATE TABLE IF NOT EXISTS report_count (
        kind varchar(9) NOT NULL, status varchar(16) NOT NULL, day date NOT NULL, code varchar(32) NOT NULL,
        resolution varchar(16) NOT NULL, received bigint NOT NULL, responded bigint NOT NULL, processed bigint NOT NULL,
        PRIMARY KEY (kind, status, day, code, resolution)
    )
"""
KINDS = "(SELECT 'CATEGORY' AS kind UNION ALL SELECT 'KELURAHAN' UNION ALL SELECT 'HANDLER') AS part"
MEASURES = "(SELECT 1 AS measure UNION ALL SELECT 2 UNION ALL SELECT 3) AS counted"
CODE = "CASE kind WHEN 'CATEGORY' THEN category WHEN 'KELURAHAN' THEN kelurahan ELSE handler END"
MOMENT = "CASE measure WHEN 1 THEN submitted_at WHEN 2 THEN responded_at ELSE processed_at END"
DAY_ON_POSTGRES = f"(({MOMENT}) AT TIME ZONE 'Asia/Jakarta')::date"
# Without the fraction of a second, which SQLite would round up to the next day.
DAY_ON_SQLITE = f"date(substr({MOMENT}, 1, 19), '+7 hours')"
SUMS = [f"sum(CASE measure WHEN {measure} THEN number ELSE 0 END)" for measure in (1, 2, 3)]
COLUMNS = ("status", "resolution", "category", "kelurahan", "handler", "submitted_at", "responded_at", "processed_at")
ALL_REPORTS = f"(SELECT {', '.join(COLUMNS)}, 1 AS number FROM report) AS report"
ADDED, REMOVED = (
    f"SELECT {', '.join(f'{row}.{name} AS {name}' for name in COLUMNS)}, {number} AS number"
    for row, number in (("NEW", 1), ("OLD", -1))
)
OLD, NEW = (f"({', '.join(f'{row}.{name}' for name in COLUMNS)})" for row in ("OLD", "NEW"))
ADDING = """
    ON CONFLICT (kind, status, day, code, resolution) DO UPDATE SET received = report_count.received + excluded.received,
        responded = report_count.responded + excluded.responded, processed = report_count.processed + excluded.processed
"""


def added(source: str, day: str) -> str:
    """Return the statement that counts the reports of a source, each `number` times."""
    return f"""
        INSERT INTO report_count (kind, status, day, code, resolution, received, responded, processed)
        SELECT kind, status, {day}, {CODE}, coalesce(resolution, ''),
            {", ".join(SUMS)}
        FROM {source} CROSS JOIN {KINDS} CROSS JOIN {MEASURES}
        WHERE {MOMENT} IS NOT NULL GROUP BY 1, 2, 3, 4, 5 HAVING {" OR ".join(f"{each} <> 0" for each in SUMS)}
    """


def emptied(day: str) -> str:
    """Return the statement that deletes the counts that a report has left empty."""
    return f"""
        DELETE FROM report_count WHERE received = 0 AND responded = 0 AND processed = 0
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


ON_POSTGRES = [
    TABLE,
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
    "DELETE FROM report_count",  # if this runs again
    added(ALL_REPORTS, DAY_ON_POSTGRES),
    "ANALYZE report_count",
]
ON_SQLITE = [
    f"{TABLE} WITHOUT ROWID",
    *(
        f"""
        CREATE TRIGGER IF NOT EXISTS report_count_{name} AFTER {event} ON report {condition}
        BEGIN
            {added(f"({rows}) AS change", DAY_ON_SQLITE)} {ADDING};
            {"" if name == "added" else f"{emptied(DAY_ON_SQLITE)};"}
        END
        """
        for name, (event, condition, rows) in changes("IS NOT").items()
    ),
    "DELETE FROM report_count",
    added(ALL_REPORTS, DAY_ON_SQLITE),
]


class Migration(migrations.Migration):
    # Counts of reports by day. The database keeps them by triggers.
    dependencies = [("models", "0021_find")]

    initial = False

    operations = [
        RunOn(postgres=ON_POSTGRES, sqlite=ON_SQLITE),
        # Everything that decides whether an open report is overdue, and for whom it counts.
        OnPostgres(
            "CREATE INDEX IF NOT EXISTS report_open_counted ON report (status, submitted_at) INCLUDE "
            "(processing_due_at, response_due_at, responded_at, category, kelurahan, handler, resolution) "
            "WHERE status <> 'PROCESSED'"
        ),
        ops.RunSQL(
            "CREATE INDEX IF NOT EXISTS report_responded ON report (responded_at DESC) WHERE responded_at IS NOT NULL"
        ),
    ]
