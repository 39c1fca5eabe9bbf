from tortoise import fields, migrations

from models.operations import AddFieldOnce


class Migration(migrations.Migration):
    dependencies = [("models", "0001_initial")]

    initial = False

    operations = [
        AddFieldOnce(
            model_name="LogHead",
            name="open_from",
            field=fields.DatetimeField(
                null=True,
                description="the first moment that is in no closed period",
                auto_now=False,
                auto_now_add=False,
            ),
        ),
    ]
