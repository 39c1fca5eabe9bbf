from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state import State

COLUMNS = {
    "sqlite": "SELECT name FROM pragma_table_info('log_head')",
    "postgres": "SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'log_head'",
}


class AddFieldOnce(ops.AddField):
    # A migration may run again after a crash, and SQLite knows no ADD COLUMN IF NOT EXISTS.
    async def database_forward(
        self, app_label: str, old_state: State, new_state: State, state_editor: BaseSchemaEditor | None = None
    ) -> None:
        if state_editor is None:
            return
        client = state_editor.client
        rows = await client.execute_query_dict(COLUMNS[client.capabilities.dialect])
        if self.name not in {row["name"] for row in rows}:
            await super().database_forward(app_label, old_state, new_state, state_editor)


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
