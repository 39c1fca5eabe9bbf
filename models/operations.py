"""What Tortoise's operations of migrations lack: they may run again after a crash, and must not rebuild a table."""

from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state import State

COLUMNS = {
    "sqlite": "SELECT name FROM pragma_table_info('{table}')",
    "postgres": "SELECT column_name AS name FROM information_schema.columns WHERE table_name = '{table}'",
}


class CreateModelOnce(ops.CreateModel):
    """Makes a table unless it is there."""

    async def database_forward(
        self, app_label: str, old_state: State, new_state: State, state_editor: BaseSchemaEditor | None = None
    ) -> None:
        """Look for the table first."""
        if state_editor is not None and not await _columns(state_editor, str((self.options or {})["table"])):
            await super().database_forward(app_label, old_state, new_state, state_editor)


class AddFieldOnce(ops.AddField):
    """Adds a column unless it is there; SQLite knows no IF NOT EXISTS here."""

    async def database_forward(
        self, app_label: str, old_state: State, new_state: State, state_editor: BaseSchemaEditor | None = None
    ) -> None:
        """Look for the column first."""
        table = new_state.models[app_label, self.model_name].options["table"]
        if state_editor is not None and self.name not in await _columns(state_editor, table):
            await super().database_forward(app_label, old_state, new_state, state_editor)


class DeleteModelOnce(ops.DeleteModel):
    """Drops a table if it is there."""

    async def database_forward(
        self, app_label: str, old_state: State, new_state: State, state_editor: BaseSchemaEditor | None = None
    ) -> None:
        """Look for the table first."""
        table = old_state.models[app_label, self.name].options["table"]
        if state_editor is not None and await _columns(state_editor, table):
            await super().database_forward(app_label, old_state, new_state, state_editor)


class OnPostgres(ops.RunSQL):
    """Runs a statement on PostgreSQL, and nothing on SQLite."""

    async def database_forward(
        self, app_label: str, old_state: State, new_state: State, state_editor: BaseSchemaEditor | None = None
    ) -> None:
        """Look at the database first."""
        if state_editor is not None and state_editor.client.capabilities.dialect == "postgres":
            await super().database_forward(app_label, old_state, new_state, state_editor)


class DescribeField(ops.AlterField):
    """Tells the migrations that a field's description has changed, which its column need not know."""

    async def database_forward(
        self, app_label: str, old_state: State, new_state: State, state_editor: BaseSchemaEditor | None = None
    ) -> None:
        """Change nothing: on SQLite an alteration would rebuild the table, and lose its indexes."""


async def _columns(state_editor: BaseSchemaEditor, table: str) -> set[str]:
    """Name the columns of a table; none when there is no such table."""
    client = state_editor.client
    rows = await client.execute_query_dict(COLUMNS[client.capabilities.dialect].format(table=table))
    return {row["name"] for row in rows}
