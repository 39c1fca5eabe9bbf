from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from models.operations import AddFieldOnce, RequireIndonesian, RunOn

PUNCTUATION = r"[!-/:-@\[-`{-~\u00a0-\u00bf\u2000-\u206f\u2190-\u2bff\u3000-\u303f\U0001f000-\U0001faff]+"
"""Spaces for PostgreSQL's parser, which takes RT.05/RW.03 for a file, and in the locale C a bracket for a letter."""

WORDS_ON_POSTGRES = [
    # To rewrite its rows would rewrite all indexes of a report, so the words are in a table of their own.
    "CREATE TABLE IF NOT EXISTS report_text (report_id bigint PRIMARY KEY, words tsvector NOT NULL)",
    f"""
    CREATE OR REPLACE FUNCTION words_of(given text, weight "char") RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT setweight(to_tsvector('indonesian', plain) || to_tsvector('simple', plain), weight)
        FROM (SELECT regexp_replace(given, '{PUNCTUATION}', ' ', 'g') AS plain) AS text
    $$
    """,
    """
    CREATE OR REPLACE FUNCTION report_words(title text, description text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT words_of(title, 'A') || words_of(description, 'B') $$
    """,
    """
    CREATE OR REPLACE FUNCTION keep_report_text() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            DELETE FROM report_text WHERE report_id = OLD.id;
        ELSE
            INSERT INTO report_text (report_id, words) VALUES (NEW.id, report_words(NEW.title, NEW.description))
            ON CONFLICT (report_id) DO UPDATE SET words = excluded.words;
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE OR REPLACE TRIGGER report_text AFTER INSERT OR DELETE OR UPDATE OF title, description ON report
    FOR EACH ROW EXECUTE FUNCTION keep_report_text()
    """,
    """
    INSERT INTO report_text (report_id, words) SELECT id, report_words(title, description) FROM report
    ON CONFLICT (report_id) DO NOTHING
    """,
    # A short list of pending words: the writer who fills it enters them into the index while others wait.
    "CREATE INDEX IF NOT EXISTS report_text_words ON report_text USING gin (words) WITH (gin_pending_list_limit = 256)",
    "ANALYZE report_text",
]
FORGET = (
    "INSERT INTO report_text (report_text, rowid, title, description) "
    "VALUES ('delete', old.id, old.title, old.description);"
)
LEARN = "INSERT INTO report_text (rowid, title, description) VALUES (new.id, new.title, new.description);"
WORDS_ON_SQLITE = [
    """
    CREATE VIRTUAL TABLE IF NOT EXISTS report_text USING fts5(
        title, description, content='report', content_rowid='id', tokenize='unicode61 remove_diacritics 2', prefix='3'
    )
    """,
    f"CREATE TRIGGER IF NOT EXISTS report_text_added AFTER INSERT ON report BEGIN {LEARN} END",
    f"CREATE TRIGGER IF NOT EXISTS report_text_removed AFTER DELETE ON report BEGIN {FORGET} END",
    f"""
    CREATE TRIGGER IF NOT EXISTS report_text_changed AFTER UPDATE OF title, description ON report
    BEGIN {FORGET} {LEARN} END
    """,
    "INSERT INTO report_text (report_text) VALUES ('rebuild')",
]
COLUMNS = "(level, y, x, status, reports, ids, latitudes, longitudes)"
ADDING = """
    ON CONFLICT (level, y, x, status) DO UPDATE SET reports = map_cell.reports + excluded.reports,
        ids = map_cell.ids + excluded.ids, latitudes = map_cell.latitudes + excluded.latitudes,
        longitudes = map_cell.longitudes + excluded.longitudes
"""
Y_ON_POSTGRES, X_ON_POSTGRES = "floor((latitude + 90) * 1024)::int", "floor((longitude + 180) * 1024)::int"
Y_ON_SQLITE, X_ON_SQLITE = "CAST((latitude + 90) * 1024 AS INTEGER)", "CAST((longitude + 180) * 1024 AS INTEGER)"
MICRO_ON_SQLITE = "CAST(round({} * 1000000) AS INTEGER)"
LEVELS = "(SELECT 6 AS level UNION ALL SELECT 10) AS kept"
"""The cells that are kept are 1/64 and 1/1024 degree high and wide."""

CHILDREN = "CREATE INDEX IF NOT EXISTS map_cell_parent ON map_cell ((y >> 4), (x >> 4)) WHERE level = 10"
CELLS = """
    CREATE TABLE IF NOT EXISTS map_cell (
        level int NOT NULL, y int NOT NULL, x int NOT NULL, status varchar(16) NOT NULL, reports bigint NOT NULL,
        ids bigint NOT NULL, latitudes bigint NOT NULL, longitudes bigint NOT NULL, PRIMARY KEY (level, y, x, status)
    )
"""


def _added_on_postgres(source: str) -> str:
    return f"""
        INSERT INTO map_cell {COLUMNS}
        SELECT level, {Y_ON_POSTGRES} >> (10 - level), {X_ON_POSTGRES} >> (10 - level), status, sum(number), sum(number * id),
            sum(number * round(latitude * 1000000)::bigint), sum(number * round(longitude * 1000000)::bigint)
        FROM {source} CROSS JOIN {LEVELS} GROUP BY 1, 2, 3, 4
    """


def _added_on_sqlite(source: str) -> str:
    latitude, longitude = MICRO_ON_SQLITE.format("latitude"), MICRO_ON_SQLITE.format("longitude")
    return f"""
        INSERT INTO map_cell {COLUMNS}
        SELECT level, {Y_ON_SQLITE} >> (10 - level), {X_ON_SQLITE} >> (10 - level), status, sum(number),
            sum(number * id), sum(number * {latitude}), sum(number * {longitude})
        FROM {source} CROSS JOIN {LEVELS} WHERE TRUE GROUP BY 1, 2, 3, 4
    """


ALL_REPORTS = "(SELECT id, status, latitude, longitude, 1 AS number FROM report) AS report"
NEW = "SELECT {0}.id AS id, {0}.status AS status, {0}.latitude AS latitude, {0}.longitude AS longitude, {1} AS number"
ADDED, REMOVED = NEW.format("NEW", 1), NEW.format("OLD", -1)
MOVED = "OLD.status <> NEW.status OR OLD.latitude <> NEW.latitude OR OLD.longitude <> NEW.longitude"
CHANGES = {
    "added": ("INSERT", "", ADDED),
    "removed": ("DELETE", "", REMOVED),
    "moved": ("UPDATE OF status, latitude, longitude", f"WHEN ({MOVED})", f"{REMOVED} UNION ALL {ADDED}"),
}
CELLS_ON_POSTGRES = [
    CELLS,
    *(
        statement
        for name, (event, condition, rows) in CHANGES.items()
        for statement in (
            f"""
            CREATE OR REPLACE FUNCTION keep_map_cell_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                {_added_on_postgres(f"({rows}) AS change")} {ADDING};
                RETURN NULL;
            END $$
            """,
            f"""
            CREATE OR REPLACE TRIGGER map_cell_{name} AFTER {event} ON report
            FOR EACH ROW {condition} EXECUTE FUNCTION keep_map_cell_{name}()
            """,
        )
    ),
    "DELETE FROM map_cell",  # if this runs again
    _added_on_postgres(ALL_REPORTS),
    f"""
    CREATE INDEX IF NOT EXISTS report_map_cell ON report
    (({Y_ON_POSTGRES}), ({X_ON_POSTGRES}), latitude, longitude, status)
    """,
    CHILDREN,
    "ANALYZE map_cell",
]
CELLS_ON_SQLITE = [
    f"{CELLS} WITHOUT ROWID",
    *(
        f"""
        CREATE TRIGGER IF NOT EXISTS map_cell_{name} AFTER {event} ON report {condition}
        BEGIN {_added_on_sqlite(f"({rows}) AS change")} {ADDING}; END
        """
        for name, (event, condition, rows) in CHANGES.items()
    ),
    "DELETE FROM map_cell",
    _added_on_sqlite(ALL_REPORTS),
    f"CREATE INDEX IF NOT EXISTS report_map_cell ON report ({Y_ON_SQLITE}, {X_ON_SQLITE})",
    CHILDREN,
]


class Migration(migrations.Migration):
    # What desks and people find reports by. The database keeps the words and the counts of cells by triggers.
    dependencies = [("models", "0020_act_keys")]

    initial = False

    operations = [
        RequireIndonesian(),
        AddFieldOnce(
            model_name="Report",
            name="photo_count",
            field=fields.IntField(db_default=0, description="number of the reporter's photos"),
        ),
        AddFieldOnce(
            model_name="Report",
            name="changed_at",
            field=fields.DatetimeField(
                null=True, auto_now=False, auto_now_add=False, description="moment of its last event"
            ),
        ),
        ops.RunSQL(
            "UPDATE report SET changed_at = (SELECT at FROM log_event WHERE log_event.position = report.position), "
            "photo_count = (SELECT COUNT(*) FROM photo WHERE report_id = report.id AND role = 'CITIZEN')"
        ),
        ops.RunSQL("CREATE INDEX IF NOT EXISTS report_changed ON report (changed_at DESC, id DESC)"),
        ops.RunSQL(
            "CREATE INDEX IF NOT EXISTS report_processed ON report (processed_at DESC) WHERE processed_at IS NOT NULL"
        ),
        ops.RunSQL(
            "CREATE INDEX IF NOT EXISTS report_reopened ON report (submitted_at DESC, id DESC) WHERE opening > 0"
        ),
        RunOn(postgres=WORDS_ON_POSTGRES, sqlite=WORDS_ON_SQLITE),
        RunOn(postgres=CELLS_ON_POSTGRES, sqlite=CELLS_ON_SQLITE),
    ]
