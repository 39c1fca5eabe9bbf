from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor

from models.operations import AddFieldOnce, DescribeField
from rules.pseudonyms import skeleton


async def fill_skeletons(_: object, editor: BaseSchemaEditor) -> None:
    """Give each account the skeleton of its pseudonym. Of accounts that look alike all but the first get their id too.

    So everybody keeps their name, and nobody new can take one that looks like it. No skeleton contains a space.
    """
    rows = await editor.client.execute_query_dict("SELECT id, pseudonym, pseudonym_skeleton FROM account ORDER BY id")
    taken = {row["pseudonym_skeleton"] for row in rows}
    found = []
    for row in rows:
        if row["pseudonym_skeleton"] is None:
            alike = skeleton(row["pseudonym"])
            found.append([f"{alike} {row['id']}" if alike in taken else alike, row["id"]])
            taken.add(alike)
    if found:
        first, second = ("?", "?") if editor.client.capabilities.dialect == "sqlite" else ("$1", "$2")
        update = f"UPDATE account SET pseudonym_skeleton = {first} WHERE id = {second}"
        await editor.client.execute_many(update, found)


class Migration(migrations.Migration):
    # Names that look like a taken one are refused.
    dependencies = [("models", "0009_filters")]

    initial = False

    operations = [
        DescribeField(
            model_name="Account",
            name="pseudonym_key",
            field=fields.CharField(
                description="case-folded, so that no two differ in case only", unique=True, max_length=40
            ),
        ),
        AddFieldOnce(
            model_name="Account",
            name="pseudonym_skeleton",
            field=fields.CharField(
                null=True,
                description="the same for names that look alike",
                max_length=300,
            ),
        ),
        ops.RunPython(fill_skeletons),
        ops.RunSQL("CREATE UNIQUE INDEX IF NOT EXISTS account_skeleton ON account (pseudonym_skeleton)"),
    ]
