from tortoise import fields, migrations

from models.operations import AddFieldOnce, CreateModelOnce

CATEGORY = {
    "group_code": fields.CharField(max_length=32, db_default="LAYANAN"),
    "icon": fields.CharField(max_length=64, db_default="more_horiz", description="name of a Material Symbol"),
    "colour": fields.CharField(max_length=7, db_default="#455a64", description="colour of its group, as #rrggbb"),
    "hint_id": fields.CharField(max_length=200, db_default=""),
    "hint_en": fields.CharField(max_length=200, db_default=""),
}


class Migration(migrations.Migration):
    # An act that is sent again under its key is not done again. Clients draw categories and kelurahan.
    dependencies = [("models", "0019_places")]

    initial = False

    operations = [
        CreateModelOnce(
            name="ActKey",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("account_id", fields.BigIntField()),
                (
                    "key",
                    fields.CharField(
                        description="the key of the client, in a bulk with the id of the report", max_length=120
                    ),
                ),
                ("digest", fields.CharField(description="SHA-256 of the request without its photos", max_length=64)),
                ("photo_ids", fields.TextField(description="the photos of the request, by comma", unique=False)),
                (
                    "report_id",
                    fields.BigIntField(null=True, description="the report of the act, null for an act on many"),
                ),
                (
                    "result",
                    fields.BigIntField(null=True, description="the number that the act returned, null without any"),
                ),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False, db_index=True)),
                ("repeats", fields.IntField(description="the number of times that the act was sent again")),
            ],
            options={
                "table": "act_key",
                "app": "models",
                "unique_together": (("account_id", "key"),),
                "pk_attr": "id",
                "table_description": "An act that a person did under an idempotency key. "
                "It is deleted after some days.",
            },
            bases=["Model"],
        ),
        CreateModelOnce(
            name="KelurahanBoundary",
            fields=[
                ("code", fields.CharField(primary_key=True, max_length=13, unique=True, db_index=True)),
                ("exact", fields.BooleanField(description="whether it is that of an official area")),
                ("coordinates", fields.TextField(unique=False)),
            ],
            options={
                "table": "kelurahan_boundary",
                "app": "models",
                "pk_attr": "code",
                "table_description": "The boundary of a kelurahan on a map: coordinates of a GeoJSON MultiPolygon.",
            },
            bases=["Model"],
        ),
        *(AddFieldOnce(model_name="Category", name=name, field=field) for name, field in CATEGORY.items()),
    ]
