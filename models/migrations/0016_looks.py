from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from models.operations import AddFieldOnce, CreateModelOnce
from rules.pictures import BANDS, ProofConcern

NEW = {
    "fingerprints": fields.JSONField(
        null=True, description="numbers that identify the picture, null if it was uploaded before there were any"
    ),
    "dhash": fields.BigIntField(null=True, description="difference hash"),
    "one_colour": fields.BooleanField(null=True),
    "unit": fields.CharField(max_length=32, null=True, description="the unit whose proof it is"),
    "concern": fields.CharEnumField(
        null=True, description="likeness of a proof", enum_type=ProofConcern, max_length=16
    ),
}


class Migration(migrations.Migration):
    # A proof is no picture that a report has already, whatever its bytes are. A likeness is shown to staff.
    dependencies = [("models", "0015_boards")]

    initial = False

    operations = [
        *(AddFieldOnce(model_name="Photo", name=name, field=field) for name, field in NEW.items()),
        ops.RunSQL(
            "UPDATE photo SET unit = (SELECT handler FROM report WHERE report.id = photo.report_id) "
            "WHERE role = 'PROOF' AND unit IS NULL"
        ),
        CreateModelOnce(
            name="Fingerprint",
            fields=[("value", fields.BigIntField(primary_key=True, generated=False, unique=True, db_index=True))],
            options={
                "table": "fingerprint",
                "app": "models",
                "pk_attr": "value",
                "table_description": "A number that identifies a picture in a report. "
                "No proof has one that is here already.",
            },
            bases=["Model"],
        ),
        *(
            ops.RunSQL(
                f"CREATE INDEX IF NOT EXISTS photo_like_{number} "
                f"ON photo (unit, ((dhash >> {shift}) & {mask}), dhash) WHERE role = 'PROOF'"
            )
            for number, (shift, mask) in enumerate(BANDS)
        ),
    ]
