"""The ledger: point entries, which never change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from tortoise import fields
from tortoise.models import Model

from models.accounts import Account
from models.reading import Derived
from models.reports import Report
from rules.scoring.points import Rule

CITIZEN = "CITIZEN"
"""The unit of citizens' own entries. They count on no board of units and are in no unit's ledger."""


_REPORT_NUMBER = "(SELECT number FROM report WHERE report.id = point_entry.report_id AND NOT hidden)"
_NOTE = (
    "(SELECT body FROM note WHERE note.position = point_entry.position "
    "AND NOT (SELECT hidden FROM report WHERE report.id = point_entry.report_id))"
)
_REVERSED_BY = (
    "(SELECT other.position FROM point_entry other WHERE other.reverses = point_entry.position "
    "ORDER BY other.position DESC LIMIT 1)"
)


class PointEntry(Model):
    """One line of the ledger. Its id is the log position at which it was made."""

    position = fields.BigIntField(primary_key=True, generated=False)
    unit = fields.CharField(32)
    account: fields.ForeignKeyNullableRelation[Account] = fields.ForeignKeyField(
        "models.Account", null=True, related_name="entries", on_delete=fields.SET_NULL
    )
    account_id: int | None
    report: fields.ForeignKeyRelation[Report] = fields.ForeignKeyField(
        "models.Report", related_name="entries", on_delete=fields.RESTRICT
    )
    report_id: int
    rule = fields.CharEnumField(Rule, max_length=24)
    rule_version = fields.IntField()
    points = fields.IntField()
    at = fields.DatetimeField()
    day = fields.DateField(description="the Jakarta day on which it counts")
    reverses = fields.BigIntField(null=True, description="the entry that this one takes back")

    derived: ClassVar = {
        "report_number": Derived(_REPORT_NUMBER, _REPORT_NUMBER),
        "note": Derived(_NOTE, _NOTE),
        "reversed_by": Derived(_REVERSED_BY, _REVERSED_BY),
    }
    """Columns that are read from elsewhere in the same statement."""

    class Meta:
        table = "point_entry"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """An entry as everyone may read it: without the account that acted."""

    position: int
    unit: str
    report_id: int
    rule: Rule
    rule_version: int
    points: int
    at: datetime
    day: date
    reverses: int | None


ENTRY_COLUMNS: tuple[str, ...] = tuple(EntryRow.__dataclass_fields__)


def entry_row(values: Sequence[Any]) -> EntryRow:
    """Return the entry with these values of ENTRY_COLUMNS first, as the driver gives them."""
    named = dict(zip(ENTRY_COLUMNS, values, strict=False))
    return EntryRow(**{**named, "rule": Rule(named["rule"])})
