from tortoise import fields, migrations

from models.operations import AddFieldOnce

SINCE = "its first day, null if it was there at first"


class Migration(migrations.Migration):
    # Kelurahan begin and end, agencies and categories begin: boards of earlier periods stay as they were.
    dependencies = [("models", "0024_api_keys")]

    initial = False

    operations = [
        *(
            AddFieldOnce(model_name=model, name="since", field=fields.DateField(null=True, description=SINCE))
            for model in ("Kelurahan", "Agency", "Category")
        ),
        AddFieldOnce(
            model_name="Kelurahan",
            name="until",
            field=fields.DateField(null=True, description="the day on which it ended, null while it exists"),
        ),
        AddFieldOnce(
            model_name="Kelurahan",
            name="successors",
            field=fields.CharField(
                max_length=280,
                db_default="",
                description="codes by space of those that have its area now, perhaps itself among them",
            ),
        ),
    ]
