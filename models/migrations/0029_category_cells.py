from tortoise import migrations

from models.operations import RunOn

COLUMNS = "(level, category, y, x, status, reports, ids, latitudes, longitudes)"
KEY = "level, category, y, x, status"
ADDING = f"""
    ON CONFLICT ({KEY}) DO UPDATE SET reports = map_cell.reports + excluded.reports,
        ids = map_cell.ids + excluded.ids, latitudes = map_cell.latitudes + excluded.latitudes,
        longitudes = map_cell.longitudes + excluded.longitudes
"""
Y_ON_POSTGRES, X_ON_POSTGRES = "floor((latitude + 90) * 1024)::int", "floor((longitude + 180) * 1024)::int"
Y_ON_SQLITE, X_ON_SQLITE = "CAST((latitude + 90) * 1024 AS INTEGER)", "CAST((longitude + 180) * 1024 AS INTEGER)"
MICRO_ON_POSTGRES, MICRO_ON_SQLITE = "round({} * 1000000)::bigint", "CAST(round({} * 1000000) AS INTEGER)"
LEVELS = "(SELECT 6 AS level UNION ALL SELECT 8 UNION ALL SELECT 10) AS kept"
"""Cells of 1/64 and 1/1024 degree have all reports; those of 1/256 degree have them by category."""

CELLS = f"""
    CREATE TABLE map_cell (
        level int NOT NULL, category varchar(32) NOT NULL, y int NOT NULL, x int NOT NULL, status varchar(16) NOT NULL,
        reports bigint NOT NULL, ids bigint NOT NULL, latitudes bigint NOT NULL, longitudes bigint NOT NULL,
        PRIMARY KEY ({KEY})
    )
"""
CHILDREN = "CREATE INDEX map_cell_parent ON map_cell ((y >> 4), (x >> 4)) WHERE level = 10"


def added(source: str, y: str, x: str, micro: str) -> str:
    """Return the statement that adds the reports of a source to their cells, each `number` times."""
    latitude, longitude = micro.format("latitude"), micro.format("longitude")
    return f"""
        INSERT INTO map_cell {COLUMNS}
        SELECT level, CASE level WHEN 8 THEN category ELSE '' END, {y} >> (10 - level), {x} >> (10 - level), status,
            sum(number), sum(number * id), sum(number * {latitude}), sum(number * {longitude})
        FROM {source} CROSS JOIN {LEVELS} WHERE TRUE GROUP BY 1, 2, 3, 4, 5
    """


NAMES = ("id", "category", "status", "latitude", "longitude")
ALL_REPORTS = f"(SELECT {', '.join(NAMES)}, 1 AS number FROM report) AS report"
ADDED, REMOVED = (
    f"SELECT {', '.join(f'{row}.{name} AS {name}' for name in NAMES)}, {number} AS number"
    for row, number in (("NEW", 1), ("OLD", -1))
)
MOVED = " OR ".join(f"OLD.{name} <> NEW.{name}" for name in NAMES[1:])
CHANGES = {
    "added": ("INSERT", "", ADDED),
    "removed": ("DELETE", "", REMOVED),
    "moved": (f"UPDATE OF {', '.join(NAMES[1:])}", f"WHEN ({MOVED})", f"{REMOVED} UNION ALL {ADDED}"),
}
POSTGRES, SQLITE = (
    (Y_ON_POSTGRES, X_ON_POSTGRES, MICRO_ON_POSTGRES),
    (Y_ON_SQLITE, X_ON_SQLITE, MICRO_ON_SQLITE),
)
ON_POSTGRES = [
    "DROP TABLE IF EXISTS map_cell",
    CELLS,
    *(
        statement
        for name, (event, condition, rows) in CHANGES.items()
        for statement in (
            f"""
            CREATE OR REPLACE FUNCTION keep_map_cell_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                {added(f"({rows}) AS change", *POSTGRES)} {ADDING};
                RETURN NULL;
            END $$
            """,
            f"""
            CREATE OR REPLACE TRIGGER map_cell_{name} AFTER {event} ON report
            FOR EACH ROW {condition} EXECUTE FUNCTION keep_map_cell_{name}()
            """,
        )
    ),
    added(ALL_REPORTS, *POSTGRES),
    CHILDREN,
    "DROP INDEX IF EXISTS report_map_cell",
    f"""
    CREATE INDEX report_map_cell ON report
    (({Y_ON_POSTGRES}), ({X_ON_POSTGRES}), category, latitude, longitude, status)
    """,
    "ANALYZE map_cell",
]
ON_SQLITE = [
    *(f"DROP TRIGGER IF EXISTS map_cell_{name}" for name in CHANGES),
    "DROP TABLE IF EXISTS map_cell",
    f"{CELLS} WITHOUT ROWID",
    *(
        f"""
        CREATE TRIGGER map_cell_{name} AFTER {event} ON report {condition}
        BEGIN {added(f"({rows}) AS change", *SQLITE)} {ADDING}; END
        """
        for name, (event, condition, rows) in CHANGES.items()
    ),
    added(ALL_REPORTS, *SQLITE),
    CHILDREN,
    "DROP INDEX IF EXISTS report_map_cell",
    f"CREATE INDEX report_map_cell ON report ({Y_ON_SQLITE}, {X_ON_SQLITE}, category)",
]


class Migration(migrations.Migration):
    # Counts of cells by category: a map that shows one counted the reports of the whole city for it.
    dependencies = [("models", "0028_accounts")]

    initial = False

    operations = [RunOn(postgres=ON_POSTGRES, sqlite=ON_SQLITE)]
