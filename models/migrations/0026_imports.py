from tortoise import fields, migrations

from models.operations import AddFieldOnce, CreateModelOnce


class Migration(migrations.Migration):
    # Reports of other systems, which are marked and score for nobody.
    dependencies = [("models", "0025_successors")]

    initial = False

    operations = [
        CreateModelOnce(
            name="ImportSource",
            fields=[
                ("name", fields.CharField(primary_key=True, max_length=60, unique=True, db_index=True)),
                ("account_id", fields.BigIntField(unique=True)),
            ],
            options={
                "table": "import_source",
                "app": "models",
                "pk_attr": "name",
                "table_description": "A system whose reports were imported. `account_id`: the account that stands for "
                "its reporters.",
            },
            bases=["Model"],
        ),
        AddFieldOnce(
            model_name="Report",
            name="imported_from",
            field=fields.CharField(max_length=60, null=True, description="the system that it was imported from"),
        ),
    ]
