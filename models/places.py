"""The tables of the reference data. Each process holds them in memory as a `Gazetteer`; these rows are its source."""

from tortoise import fields
from tortoise.models import Model

from rules.routing import AgencyKind, FirstHandler
from rules.service_time import DayOffKind, ServiceHours


class Kelurahan(Model):
    """A kelurahan with its kecamatan and its city. Codes: Kemendagri and BPS."""

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
    since = fields.DateField(null=True, description="its first day, null if it was there at first")
    until = fields.DateField(null=True, description="the day on which it ended, null while it exists")
    successors = fields.CharField(
        280, db_default="", description="codes by space of those that have its area now, perhaps itself among them"
    )

    class Meta:
        table = "kelurahan"


class KelurahanAlias(Model):
    """A spelling that citizens or other systems use."""

    alias = fields.CharField(80, primary_key=True)
    code = fields.CharField(13)

    class Meta:
        table = "kelurahan_alias"


class KelurahanDisc(Model):
    """A disc inside a kelurahan, with a radius in metres around a point."""

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


class KelurahanBoundary(Model):
    """The boundary of a kelurahan on a map: coordinates of a GeoJSON MultiPolygon."""

    code = fields.CharField(13, primary_key=True)
    exact = fields.BooleanField(description="whether it is that of an official area")
    coordinates = fields.TextField()

    class Meta:
        table = "kelurahan_boundary"


class Agency(Model):
    """A unit that is not a place: of the city, or outside it (EXTERNAL)."""

    code = fields.CharField(32, primary_key=True)
    name = fields.CharField(120)
    kind = fields.CharEnumField(AgencyKind, max_length=8)
    since = fields.DateField(null=True, description="its first day, null if it was there at first")

    class Meta:
        table = "agency"


class Category(Model):
    """A category of reports, with its first handler and its SLA targets in minutes."""

    code = fields.CharField(32, primary_key=True)
    name_id = fields.CharField(120)
    name_en = fields.CharField(120)
    handler = fields.CharEnumField(FirstHandler, max_length=12)
    agency = fields.CharField(32, null=True)
    weight = fields.IntField()
    response_target_minutes = fields.IntField()
    processing_target_minutes = fields.IntField()
    hours = fields.CharEnumField(
        ServiceHours, max_length=6, db_default=ServiceHours.ALWAYS, description="the hours of its clocks"
    )
    group_code = fields.CharField(32, db_default="LAYANAN")
    icon = fields.CharField(64, db_default="more_horiz", description="name of a Material Symbol")
    colour = fields.CharField(7, db_default="#455a64", description="colour of its group, as #rrggbb")
    hint_id = fields.CharField(200, db_default="")
    hint_en = fields.CharField(200, db_default="")
    since = fields.DateField(null=True, description="its first day, null if it was there at first")

    class Meta:
        table = "category"


class DayOff(Model):
    """A national holiday or a day of joint leave, in Jakarta."""

    date = fields.DateField(primary_key=True)
    name_id = fields.CharField(120)
    name_en = fields.CharField(120)
    kind = fields.CharEnumField(DayOffKind, max_length=11)

    class Meta:
        table = "day_off"
