"""The tables of the reference data. Processes hold them in memory as an `Gazetteer`; these rows are its source."""

from dataclasses import fields as columns
from typing import TypeVar

from tortoise import fields
from tortoise.models import Model

from models.reference.records import (
    AgencyRecord,
    AliasRecord,
    AreaRecord,
    CategoryRecord,
    DiscRecord,
    KelurahanRecord,
    ReferenceData,
)
from rules.routing import AgencyKind, FirstHandler


class Kelurahan(Model):
    """One of the 267, with the kecamatan and the city it lies in. Codes: Kemendagri and BPS."""

    code = fields.CharField(13, primary_key=True)
    bps_code = fields.CharField(10)
    name = fields.CharField(80)
    kecamatan_code = fields.CharField(8)
    kecamatan = fields.CharField(80)
    city_code = fields.CharField(5)
    city = fields.CharField(80)
    latitude = fields.FloatField()
    longitude = fields.FloatField()
    area_km2 = fields.FloatField()

    class Meta:
        table = "kelurahan"


class KelurahanAlias(Model):
    """A spelling that citizens or other systems use."""

    alias = fields.CharField(80, primary_key=True)
    code = fields.CharField(13)

    class Meta:
        table = "kelurahan_alias"


class KelurahanDisc(Model):
    """Every point within `radius_m` metres of (`latitude`, `longitude`) lies in the kelurahan `code`."""

    id = fields.IntField(primary_key=True)
    code = fields.CharField(13)
    latitude = fields.FloatField()
    longitude = fields.FloatField()
    radius_m = fields.FloatField()

    class Meta:
        table = "kelurahan_disc"


class KelurahanArea(Model):
    """The official boundary of a kelurahan: a polygon as well-known binary, WGS 84, longitude first."""

    code = fields.CharField(13, primary_key=True)
    wkb = fields.BinaryField()

    class Meta:
        table = "kelurahan_area"


class Agency(Model):
    """A unit that is not a place: of the city, or outside it (EXTERNAL)."""

    code = fields.CharField(32, primary_key=True)
    name = fields.CharField(120)
    kind = fields.CharEnumField(AgencyKind, max_length=8)

    class Meta:
        table = "agency"


class Category(Model):
    """What a report is about, who takes it first, and what the city promises. Targets in minutes."""

    code = fields.CharField(32, primary_key=True)
    name_id = fields.CharField(120)
    name_en = fields.CharField(120)
    handler = fields.CharEnumField(FirstHandler, max_length=12)
    agency = fields.CharField(32, null=True)
    weight = fields.IntField()
    response_target_minutes = fields.IntField()
    processing_target_minutes = fields.IntField()

    class Meta:
        table = "category"


Record = TypeVar("Record", KelurahanRecord, AliasRecord, DiscRecord, AreaRecord, AgencyRecord, CategoryRecord)


async def read_reference_data() -> ReferenceData:
    """Read the reference data as it stands in the tables; empty before the first `tanggap load-reference`."""
    return ReferenceData(
        kelurahan=await _read(Kelurahan, KelurahanRecord),
        aliases=await _read(KelurahanAlias, AliasRecord),
        discs=await _read(KelurahanDisc, DiscRecord),
        agencies=await _read(Agency, AgencyRecord),
        categories=await _read(Category, CategoryRecord),
        areas=await _read(KelurahanArea, AreaRecord),
    )


async def _read(table: type[Model], record: type[Record]) -> tuple[Record, ...]:
    names = [column.name for column in columns(record)]
    return tuple(record(**row) for row in await table.all().order_by(names[0]).values(*names))
