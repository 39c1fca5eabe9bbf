"""Loading reference data into its tables, and announcing it to every process."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import date, timedelta

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
    KelurahanBoundary,
    KelurahanDisc,
)
from models.reference.boundaries import draw_boundaries
from models.reference.records import (
    AreaRecord,
    DayOffRecord,
    DiscRecord,
    ReferenceData,
    ReferenceDataError,
    bundled,
    bundled_boundaries,
)
from models.reports import Report
from queries.reference import read_reference_data
from rules.periods import jakarta_day
from rules.service_time import ServiceHours

BATCH = 500

NOTICE = timedelta(minutes=10)
"""Time for every process to take a new calendar, before a day that it changes begins."""


async def with_boundaries(reference: ReferenceData) -> ReferenceData:
    """Return reference data with the boundaries that a map shows after they are loaded.

    They are drawn, in seconds, unless they are stored or bundled. So this comes before the transaction of `load`.
    """
    stored = await read_reference_data()
    wanted = replace(reference, areas=reference.areas or stored.areas)
    for drawn in (stored, replace(bundled(), boundaries=bundled_boundaries())):
        if drawn.boundaries and _outline(drawn) == _outline(wanted):
            return replace(reference, boundaries=drawn.boundaries)
    return replace(reference, boundaries=await asyncio.to_thread(draw_boundaries, wanted))


def _outline(reference: ReferenceData) -> tuple[set[str], set[AreaRecord], Counter[DiscRecord]]:
    """Return all that boundaries depend on."""
    return {one.code for one in reference.kelurahan}, set(reference.areas), Counter(reference.discs)


async def load(tx: LogTransaction, reference: ReferenceData) -> bool:
    """Bring the tables to `reference`; return whether anything changed.

    Kelurahan, agencies and categories are added and updated, never removed: reports name them. Aliases and discs are
    replaced; polygons and boundaries are replaced when `reference` has any, and stay otherwise. Days off are added for
    the years after the last that has any; `replace_days_off` changes them. Loading the same data again changes nothing.
    """
    before = await read_reference_data()
    after = replace(
        reference,
        areas=reference.areas or before.areas,
        boundaries=reference.boundaries or before.boundaries,
        days_off=await _with_new_years(tx, before.days_off, reference.days_off),
    )
    if _sorted(before) == _sorted(after):
        return False
    await _update(tx, Kelurahan, "code", after.kelurahan)
    await _update(tx, Agency, "code", after.agencies)
    await _update(tx, Category, "code", after.categories)
    await _replace(tx, KelurahanAlias, after.aliases)
    await _replace(tx, KelurahanDisc, after.discs)
    await _replace(tx, KelurahanArea, after.areas)
    await _replace(tx, KelurahanBoundary, after.boundaries)
    await _replace(tx, DayOff, after.days_off)
    await _announce(tx, {"kelurahan": len(after.kelurahan), "areas": len(after.areas)})
    return True


async def replace_days_off(tx: LogTransaction, days_off: tuple[DayOffRecord, ...]) -> bool:
    """Replace the days off; return whether anything changed.

    Raises ReferenceDataError when a day that has begun would become a day off, or no longer be one: clocks have run by
    it, and entries that were made would be wrong.
    """
    before = (await read_reference_data()).days_off
    if before == days_off:
        return False
    was_off, is_off = ({record.date for record in each} for each in (before, days_off))
    changed = sorted(day for day in was_off ^ is_off if _has_begun(tx, day))
    if changed and await _has_judged(tx):
        change = "is no day off in these data, but was one" if changed[0] in was_off else "was no day off"
        raise ReferenceDataError(
            f"days off: {changed[0]} {change}. A day can change until {NOTICE // timedelta(minutes=1)} minutes before "
            "it begins: the points of a past day stay as they are"
        )
    await _replace(tx, DayOff, days_off)
    await _announce(tx, {"days_off": len(days_off)})
    return True


async def _with_new_years(
    tx: LogTransaction, stored: tuple[DayOffRecord, ...], given: tuple[DayOffRecord, ...]
) -> tuple[DayOffRecord, ...]:
    """Return the stored days off, and those of later years; without days that have begun, once clocks ran by them."""
    last = max((record.date.year for record in stored), default=0)
    later = [record for record in given if record.date.year > last]
    if any(_has_begun(tx, record.date) for record in later) and await _has_judged(tx):
        later = [record for record in later if not _has_begun(tx, record.date)]
    return (*stored, *later)


def _has_begun(tx: LogTransaction, day: date) -> bool:
    return day <= jakarta_day(tx.at + NOTICE)


async def _has_judged(tx: LogTransaction) -> bool:
    """Return whether the clock of any report has run by the days off."""
    return await Report.filter(hours=ServiceHours.DAY).using_db(tx.connection).exists()


async def _announce(tx: LogTransaction, counts: dict[str, int]) -> None:
    await tx.append(NewEvent(topic=Topic.REFERENCE, kind=REFERENCE_LOADED, data=counts))


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
        reference.boundaries,
    )
    return [sorted(map(repr, kind)) for kind in kinds]
