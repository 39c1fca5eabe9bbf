"""Loading reference data into its tables, and announcing it to every process."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import timedelta

from tortoise.models import Model

from actions.log import LogTransaction, NewEvent
from models.log import REFERENCE_LOADED, Topic
from models.places import (
    Agency,
    Category,
    DayOff,
    Kelurahan,
    KelurahanAlias,
    KelurahanArea,
    KelurahanDisc,
)
from models.reference.records import ReferenceData, ReferenceDataError
from models.reports import Report
from queries.reference import read_reference_data
from rules.periods import jakarta_day
from rules.service_time import ServiceHours

BATCH = 500

NOTICE = timedelta(minutes=10)
"""Time for every process to take a new calendar, before a day that it changes begins."""


async def load(tx: LogTransaction, reference: ReferenceData) -> bool:
    """Bring the tables to `reference`; return whether anything changed.

    Kelurahan, agencies and categories are added and updated, never removed: reports name them. Aliases, discs and days
    off are replaced; polygons are replaced when `reference` has any, and stay otherwise. Loading the same data again
    changes nothing. Raises ReferenceDataError when a day that has begun would become a day off, or no longer be one.
    """
    before = await read_reference_data()
    after = replace(reference, areas=reference.areas or before.areas)
    if _sorted(before) == _sorted(after):
        return False
    await _require_same_past(tx, before, after)
    await _update(tx, Kelurahan, "code", after.kelurahan)
    await _update(tx, Agency, "code", after.agencies)
    await _update(tx, Category, "code", after.categories)
    await _replace(tx, KelurahanAlias, after.aliases)
    await _replace(tx, KelurahanDisc, after.discs)
    await _replace(tx, KelurahanArea, after.areas)
    await _replace(tx, DayOff, after.days_off)
    counts = {"kelurahan": len(after.kelurahan), "areas": len(after.areas)}
    loaded = NewEvent(topic=Topic.REFERENCE, kind=REFERENCE_LOADED, data=counts)
    await tx.append(loaded)
    return True


async def _require_same_past(tx: LogTransaction, before: ReferenceData, after: ReferenceData) -> None:
    """Raise ReferenceDataError when days change by which clocks have run: entries that were made would be wrong."""
    was_off, is_off = ({record.date for record in each.days_off} for each in (before, after))
    begun = sorted(day for day in was_off ^ is_off if day <= jakarta_day(tx.at + NOTICE))
    if begun and await Report.filter(hours=ServiceHours.DAY).using_db(tx.connection).exists():
        change = "is no day off in these data, but was one" if begun[0] in was_off else "was no day off"
        raise ReferenceDataError(
            f"days off: {begun[0]} {change}. A day can change until {NOTICE // timedelta(minutes=1)} minutes before it "
            "begins: the points of a past day stay as they are"
        )


async def _update(tx: LogTransaction, table: type[Model], key: str, records: Iterable[object]) -> None:
    rows = [table(**asdict(record)) for record in records]  # type: ignore[call-overload] # records are dataclasses
    others = [name for name in asdict(next(iter(records))) if name != key]  # type: ignore[call-overload] # as above
    await table.bulk_create(rows, batch_size=BATCH, on_conflict=[key], update_fields=others, using_db=tx.connection)


async def _replace(tx: LogTransaction, table: type[Model], records: Iterable[object]) -> None:
    await table.all().using_db(tx.connection).delete()
    rows = [table(**asdict(record)) for record in records]  # type: ignore[call-overload] # records are dataclasses
    await table.bulk_create(rows, batch_size=BATCH, using_db=tx.connection)


def _sorted(reference: ReferenceData) -> list[list[str]]:
    kinds = (
        reference.kelurahan,
        reference.aliases,
        reference.discs,
        reference.agencies,
        reference.categories,
        reference.areas,
        reference.days_off,
    )
    return [sorted(map(repr, kind)) for kind in kinds]
