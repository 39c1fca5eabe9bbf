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


class Migration(migrations.Migration):
    # What desks and people find reports by. The database keeps the words and the counts of cells by triggers.
    dependencies = [("models", "0017_log_tree")]

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
    ]
