"""The reference data as stored."""

from dataclasses import fields
from typing import TypeVar

from tortoise.models import Model

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
from models.reference.records import (
    AgencyRecord,
    AliasRecord,
    AreaRecord,
    BoundaryRecord,
    CategoryRecord,
    DayOffRecord,
    DiscRecord,
    KelurahanRecord,
    ReferenceData,
)
from rules.service_time import Calendar

Record = TypeVar(
    "Record",
    KelurahanRecord,
    AliasRecord,
    DiscRecord,
    AreaRecord,
    AgencyRecord,
    CategoryRecord,
    DayOffRecord,
    BoundaryRecord,
)


async def read_reference_data() -> ReferenceData:
    """Read the reference data. It is empty before the first `tanggap load-reference`."""
    return ReferenceData(
        kelurahan=await _read(Kelurahan, KelurahanRecord),
        aliases=await _read(KelurahanAlias, AliasRecord),
        discs=await _read(KelurahanDisc, DiscRecord),
        agencies=await _read(Agency, AgencyRecord),
        categories=await _read(Category, CategoryRecord),
        areas=await _read(KelurahanArea, AreaRecord),
        days_off=await _read(DayOff, DayOffRecord),
        boundaries=await _read(KelurahanBoundary, BoundaryRecord),
    )


async def read_calendar() -> Calendar:
    """Read the days off, by which clocks run."""
    return Calendar(record.date for record in await _read(DayOff, DayOffRecord))


async def _read(table: type[Model], record: type[Record]) -> tuple[Record, ...]:
    names = [field.name for field in fields(record)]
    return tuple(record(**row) for row in await table.all().order_by(names[0]).values(*names))
