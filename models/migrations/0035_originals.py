from tortoise import fields, migrations
from tortoise.fields.base import OnDelete

from models.operations import CreateModelOnce


class Migration(migrations.Migration):
    # The words of people from before personal details in them were masked. They go with their comment.
    dependencies = [("models", "0034_identities")]

    initial = False

    operations = [
        CreateModelOnce(
            name="ReportOriginal",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "report",
                    fields.OneToOneField(
                        "models.Report",
                        source_field="report_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="original",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("title", fields.CharField(max_length=150)),
                ("description", fields.TextField(unique=False)),
                ("address", fields.CharField(null=True, max_length=300)),
            ],
            options={
                "table": "report_original",
                "app": "models",
                "pk_attr": "id",
                "table_description": "The words of a report in which something is masked, as its reporter wrote them: "
                "all of them.",
            },
            bases=["Model"],
        ),
        CreateModelOnce(
            name="CommentOriginal",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "comment",
                    fields.OneToOneField(
                        "models.Comment",
                        source_field="comment_id",
                        db_constraint=True,
                        to_field="position",
                        related_name="original",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("body", fields.TextField(unique=False)),
            ],
            options={
                "table": "comment_original",
                "app": "models",
                "pk_attr": "id",
                "table_description": "The words of a comment in which something is masked. It goes with the comment.",
            },
            bases=["Model"],
        ),
    ]
