import importlib
from collections.abc import Callable

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from models.operations import AddFieldOnce, CreateModelOnce, OnPostgres, RunOn

CELLS = importlib.import_module("models.migrations.0029_category_cells")
COUNTS = importlib.import_module("models.migrations.0030_overdue_counts")

CELL_COLUMNS = CELLS.NAMES
COUNT_COLUMNS = COUNTS.COLUMNS


def _rows(columns: tuple[str, ...]) -> tuple[str, str]:
    """Return what a trigger adds and takes away. A hidden report counts as none."""
    added, removed = (
        f"SELECT {', '.join(f'{row}.{name} AS {name}' for name in columns)}, {number} AS number WHERE NOT {row}.hidden"
        for row, number in (("NEW", 1), ("OLD", -1))
    )
    return added, removed


def _changed(columns: tuple[str, ...], is_not: str) -> str:
    old, new = (", ".join(f"{row}.{name}" for name in (*columns, "hidden")) for row in ("OLD", "NEW"))
    return f"({old}) {is_not} ({new})"


CELLS_ADDED, CELLS_REMOVED = _rows(CELL_COLUMNS)
CELLS_MOVED = f"({CELLS_REMOVED} UNION ALL {CELLS_ADDED}) AS change"
COUNTS_ADDED, COUNTS_REMOVED = _rows(COUNT_COLUMNS)
COUNTS_CHANGED = f"({COUNTS_REMOVED} UNION ALL {COUNTS_ADDED}) AS change"
CELL_EVENT = f"UPDATE OF {', '.join(CELL_COLUMNS[1:])}, hidden"
COUNT_EVENT = f"UPDATE OF {', '.join(COUNT_COLUMNS)}, hidden"


def _on_postgres(name: str, event: str, condition: str, body: str) -> list[str]:
    return [
        f"""
        CREATE OR REPLACE FUNCTION keep_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN {body} RETURN NULL; END $$
        """,
        f"""
        CREATE OR REPLACE TRIGGER {name} AFTER {event} ON report
        FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION keep_{name}()
        """,
    ]


def _on_sqlite(name: str, event: str, condition: str, body: str) -> list[str]:
    return [
        f"DROP TRIGGER IF EXISTS {name}",
        f"CREATE TRIGGER {name} AFTER {event} ON report WHEN ({condition}) BEGIN {body} END",
    ]


def _cells(make: Callable[..., list[str]], place: tuple[str, str, str], is_not: str) -> list[str]:
    added = CELLS.added(CELLS_MOVED, *place)
    return make("map_cell_moved", CELL_EVENT, _changed(CELL_COLUMNS, is_not), f"{added} {CELLS.ADDING};")


def _counts(make: Callable[..., list[str]], day: str, is_not: str) -> list[str]:
    emptied = COUNTS.emptied(day)
    body = f"{COUNTS.added(COUNTS_CHANGED, day)} {COUNTS.ADDING}; {emptied};"
    return make("report_count_changed", COUNT_EVENT, _changed(COUNT_COLUMNS, is_not), body)


ON_POSTGRES = [
    *_cells(_on_postgres, CELLS.POSTGRES, "IS DISTINCT FROM"),
    *_counts(_on_postgres, COUNTS.DAY_ON_POSTGRES, "IS DISTINCT FROM"),
]
ON_SQLITE = [
    *_cells(_on_sqlite, CELLS.SQLITE, "IS NOT"),
    *_counts(_on_sqlite, COUNTS.DAY_ON_SQLITE, "IS NOT"),
]
REPORT = {
    "hidden": fields.BooleanField(db_default=False, description="whether the control room has hidden it"),
    "erased": fields.BooleanField(db_default=False, description="whether its reporter erased its words and photos"),
}


class Migration(migrations.Migration):
    # Hidden reports, which counts of cells and of days leave out, and flags. A report is neither submitted nor deleted
    # while it is hidden, so the triggers of these stay as they are.
    dependencies = [("models", "0031_data_link")]

    initial = False

    operations = [
        *(AddFieldOnce(model_name="Report", name=name, field=field) for name, field in REPORT.items()),
        CreateModelOnce(
            name="Flag",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "report",
                    fields.ForeignKeyField(
                        "models.Report",
                        source_field="report_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="flags",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "account",
                    fields.ForeignKeyField(
                        "models.Account",
                        source_field="account_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="flags",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("reason", fields.TextField(unique=False)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "flag",
                "app": "models",
                "pk_attr": "id",
                "unique_together": (("report", "account"),),
                "table_description": "The flag of a person on a report, at most one. A later one replaces it, under a "
                "new id.",
            },
            bases=["Model"],
        ),
        ops.RunSQL("CREATE INDEX IF NOT EXISTS flag_account ON flag (account_id)"),
        ops.RunSQL("CREATE INDEX IF NOT EXISTS report_hidden ON report (id) WHERE hidden"),
        RunOn(postgres=ON_POSTGRES, sqlite=ON_SQLITE),
        OnPostgres("ANALYZE report (hidden)"),  # so that plans of lists know that nearly none is
    ]
