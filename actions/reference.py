"""Loading reference data into its tables, and announcing it to every process."""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any, TypeVar

from tortoise.models import Model

from actions.accounts import share_roles
from actions.log import LogTransaction, NewEvent
from actions.successions import part, succeed
from actions.transaction import Transactions
from models.log import REFERENCE_LOADED, LogEvent, Topic
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
from models.reference.gazetteer import Gazetteer
from models.reference.records import (
    ANNOUNCED,
    AgencyRecord,
    AreaRecord,
    CategoryRecord,
    DayOffRecord,
    DiscRecord,
    KelurahanRecord,
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

TAKE_UP = 3.0
"""Seconds for every process to take up new tables: it polls each second, and reads them in less than one."""

NOTICE = timedelta(minutes=10)
"""Time for every process to take a new calendar, before a day that it changes begins."""


Begun = TypeVar("Begun", KelurahanRecord, AgencyRecord, CategoryRecord)


async def with_boundaries(reference: ReferenceData) -> ReferenceData:
    """Return reference data with the boundaries that a map shows after they are loaded.

    They are drawn, in seconds, unless they are there, stored or bundled. So this comes before the transaction of
    `load`.
    """
    if reference.boundaries:
        return reference
    stored = await read_reference_data()
    wanted = replace(reference, areas=reference.areas or stored.areas)
    for drawn in (stored, replace(bundled(), boundaries=bundled_boundaries())):
        if drawn.boundaries and _outline(drawn) == _outline(wanted):
            return replace(reference, boundaries=drawn.boundaries)
    return replace(reference, boundaries=await asyncio.to_thread(draw_boundaries, wanted))


def _outline(reference: ReferenceData) -> tuple[set[str], set[AreaRecord], Counter[DiscRecord]]:
    """Return all that boundaries depend on."""
    live = {one.code for one in reference.kelurahan if not one.ends}
    discs = Counter(disc for disc in reference.discs if disc.code in live)
    return live, {area for area in reference.areas if area.code in live}, discs


async def load(tx: LogTransaction, reference: ReferenceData, own: Collection[str] = ()) -> bool:
    """Bring the tables to `reference`; return whether anything changed.

    Kelurahan, agencies and categories are added and updated, never removed: reports name them. A kelurahan whose
    successors are others ends for good, and the people with roles in it get them in its successors too. Aliases and
    discs are replaced; polygons and boundaries are replaced when `reference` has any, and stay otherwise. Days off are
    added for the years after the last that has any; `replace_days_off` changes them. Loading the same data again
    changes nothing. `own`: the tables that the operator gives, in place of the bundled ones (`with_own_tables`).
    """
    before = await read_reference_data()
    today = jakarta_day(tx.at)
    after = replace(
        reference,
        kelurahan=tuple(_ending(before.kelurahan, _dated(before.kelurahan, reference.kelurahan, today), today)),
        agencies=_dated(before.agencies, reference.agencies, today),
        categories=_dated(before.categories, reference.categories, today),
        areas=reference.areas or before.areas,
        boundaries=reference.boundaries or before.boundaries,
        days_off=await _with_new_years(tx, before.days_off, reference.days_off),
    )
    if _sorted(before) == _sorted(after):
        return False
    await _update(tx, Kelurahan, "code", after.kelurahan)
    await _update(tx, Agency, "code", after.agencies)
    await _update(tx, Category, "code", after.categories)
    for table, stored, wanted in (
        (KelurahanAlias, before.aliases, after.aliases),
        (KelurahanDisc, before.discs, after.discs),
        (KelurahanArea, before.areas, after.areas),
        (KelurahanBoundary, before.boundaries, after.boundaries),
        (DayOff, before.days_off, after.days_off),
    ):
        if Counter(stored) != Counter(wanted):  # thousands of rows, while others wait on SQLite
            await _replace(tx, table, wanted)
    heirs = {one.code: one.heirs for one in before.kelurahan}
    for record in after.kelurahan:
        if record.heirs != heirs.get(record.code, ()):
            await share_roles(tx, record.code, [code for code in record.heirs if code != record.code])
    await _announce(tx, {"kelurahan": len(after.kelurahan), "areas": len(after.areas), "tables": sorted(own)})
    return True


async def announce(tx: LogTransaction, reference: ReferenceData) -> bool:
    """Let every process know what `reference` adds, before anybody can use it; return whether it adds anything.

    A process that has not read it yet could not show a report that another process gives to it.
    """
    before = await read_reference_data()
    added = 0
    for table, stored, wanted in (
        (Kelurahan, before.kelurahan, reference.kelurahan),
        (Agency, before.agencies, reference.agencies),
        (Category, before.categories, reference.categories),
    ):
        known = {record.code for record in stored}
        new = [replace(record, since=ANNOUNCED) for record in wanted if record.code not in known]
        if known and new:  # at first no process serves
            await _update(tx, table, "code", new)
            added += len(new)
    if added:
        await _announce(tx, {"announced": added})
    return added > 0


async def change(
    transactions: Transactions, reference: ReferenceData, own: Collection[str], tell: Callable[[str], object]
) -> bool:
    """Load reference data while the city goes on, in steps of which each leaves it whole.

    What is new is announced, then everything is loaded, in a short transaction each. Then the open reports of kelurahan
    that have ended go to their successors, one by one; the clock of any process finishes that if this one is killed.
    """
    drawn = await with_boundaries(reference)
    if await transactions.run(announce, reference):
        tell(f"announced what is new; it can be used in {TAKE_UP:.0f} seconds")
        await asyncio.sleep(TAKE_UP)
    changed = await transactions.run(load, drawn, own)
    gazetteer = Gazetteer(await read_reference_data())
    moved = await succeed(transactions, gazetteer)
    if changed:
        await asyncio.sleep(TAKE_UP if moved else 0)  # processes that still had the old tables
        moved += await succeed(transactions, gazetteer)
        for record in gazetteer.live.values():
            moved += await part(transactions, gazetteer, record.code) if record.heirs else 0
    if moved:
        tell(f"gave {moved} open reports to the successors of their kelurahan")
    return changed


async def with_own_tables(reference: ReferenceData, given: Mapping[str, tuple[Any, ...]]) -> ReferenceData:
    """Return bundled reference data with the tables that the operator gives now, or gave before, in their place.

    So loading a new release does not undo a change of the city's own.
    """
    events = await LogEvent.filter(topic=Topic.REFERENCE)
    own = {name for event in events for name in event.data.get("tables", ())}
    stored = await read_reference_data()
    return replace(reference, **{name: getattr(stored, name) for name in own}, **given)


def _dated(stored: Sequence[Begun], wanted: Sequence[Begun], today: date) -> tuple[Begun, ...]:
    """Return the wanted records with their first days, and the stored ones that are not among them.

    What was there at first has none.
    """
    first_days = {record.code: today if record.since == ANNOUNCED else record.since for record in stored}
    at_first = today if stored else None
    dated: list[Begun] = [replace(record, since=first_days.get(record.code, at_first)) for record in wanted]
    codes = {record.code for record in dated}
    dated.extend(record for record in stored if record.code not in codes)
    return tuple(dated)


def _ending(stored: Sequence[KelurahanRecord], wanted: Iterable[KelurahanRecord], today: date) -> list[KelurahanRecord]:
    """Return the wanted records with the day on which they ended, which may be today. What has ended stays so."""
    ended = {record.code: record for record in stored if record.until is not None}
    return [
        replace(record, until=old.until, successors=old.successors)
        if (old := ended.get(record.code)) is not None
        else replace(record, until=today if record.ends else None)
        for record in wanted
    ]


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


async def _announce(tx: LogTransaction, counts: dict[str, Any]) -> None:
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
