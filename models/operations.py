"""Migration operations that can run again after a crash and never rebuild a table, unlike those of Tortoise."""

from tortoise.exceptions import ConfigurationError
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state import State

COLUMNS = {
    "sqlite": "SELECT name FROM pragma_table_info('{table}')",
    "postgres": "SELECT column_name AS name FROM information_schema.columns WHERE table_name = '{table}'",
}


class CreateModelOnce(ops.CreateModel):
    """Creates a table unless it exists."""

    async def database_forward(
        self, app_label: str, old_state: State, new_state: State, state_editor: BaseSchemaEditor | None = None
    ) -> None:
        """Check whether the table exists first."""
        if state_editor is not None and not await _columns(state_editor, str((self.options or {})["table"])):
            await super().database_forward(app_label, old_state, new_state, state_editor)


class AddFieldOnce(ops.AddField):
    """Adds a column unless it exists. SQLite has no IF NOT EXISTS here."""

    async def database_forward(
        self, app_label: str, old_state: State, new_state: State, state_editor: BaseSchemaEditor | None = None
    ) -> None:
        """Check whether the column exists first."""
        table = new_state.models[app_label, self.model_name].options["table"]
        if state_editor is not None and self.name not in await _columns(state_editor, table):
            await super().database_forward(app_label, old_state, new_state, state_editor)


class DeleteModelOnce(ops.DeleteModel):
    """Drops a table if it exists."""

    async def database_forward(
        self, app_label: str, old_state: State, new_state: State, state_editor: BaseSchemaEditor | None = None
    ) -> None:
        """Check whether the table exists first."""
        table = old_state.models[app_label, self.name].options["table"]
        if state_editor is not None and await _columns(state_editor, table):
            await super().database_forward(app_label, old_state, new_state, state_editor)


class OnPostgres(ops.RunSQL):
    """Runs a statement on PostgreSQL only."""

    async def database_forward(
        self, app_label: str, old_state: State, new_state: State, state_editor: BaseSchemaEditor | None = None
    ) -> None:
        """Check the database first."""
        if state_editor is not None and state_editor.client.capabilities.dialect == "postgres":
            await super().database_forward(app_label, old_state, new_state, state_editor)


class RunOn(ops.RunSQL):
    """Runs statements that differ by database, each as a whole: a trigger has semicolons in it."""

    def __init__(self, *, postgres: list[str], sqlite: list[str]) -> None:
        super().__init__([*postgres, *sqlite])
        self._statements = {"postgres": postgres, "sqlite": sqlite}

    async def _run_sql(self, state_editor: BaseSchemaEditor, _: object) -> None:
        for statement in self._statements[state_editor.client.capabilities.dialect]:
            if state_editor.collect_sql:
                state_editor.collected_sql.append(statement)
            else:
                await state_editor.client.execute_query(statement)


class RequireIndonesian(ops.RunSQL):
    """Stops the migration on a PostgreSQL without text search in Indonesian."""

    def __init__(self) -> None:
        super().__init__("SELECT 1 AS one FROM pg_ts_config WHERE cfgname = 'indonesian'")

    async def _run_sql(self, state_editor: BaseSchemaEditor, sql: str) -> None:
        is_postgres = state_editor.client.capabilities.dialect == "postgres"
        if is_postgres and not await state_editor.client.execute_query_dict(sql):
            raise ConfigurationError(
                "this PostgreSQL has no text search configuration `indonesian`; all from version 12 on have it"
            )


class DescribeField(ops.AlterField):
    """Changes the description of a field in the state of the migrations only."""

    async def database_forward(
        self, app_label: str, old_state: State, new_state: State, state_editor: BaseSchemaEditor | None = None
    ) -> None:
        """Change nothing: on SQLite an alteration would rebuild the table and lose its indexes."""


class DescribeModel(ops.AlterModelOptions):
    """Changes the description of a model in the state of the migrations only."""

    def __init__(self, name: str, description: str) -> None:
        super().__init__(name, {"table_description": description})

    def state_forward(self, app_label: str, state: State) -> None:
        """Change the description and keep all other options."""
        self.get_model_state(state, app_label, self.name).options.update(self.options)
        state.reload_model(app_label, self.name)


class RenameInPython(ops.RenameField):
    """Renames a field whose column keeps its name."""

    def state_forward(self, app_label: str, state: State) -> None:
        """Rename the field in the state, where it also names uniqueness, and point it at its old column."""
        model = self.get_model_state(state, app_label, self.model_name)
        unique = model.options.get("unique_together") or ()
        model.options["unique_together"] = tuple(
            tuple(self.new_name if name == self.old_name else name for name in names) for names in unique
        )
        model.fields[self.old_name].source_field = self.old_name
        super().state_forward(app_label, state)

    async def database_forward(
        self, app_label: str, old_state: State, new_state: State, state_editor: BaseSchemaEditor | None = None
    ) -> None:
        """Change nothing."""


async def _columns(state_editor: BaseSchemaEditor, table: str) -> set[str]:
    """Return the columns of a table; none when there is no such table."""
    client = state_editor.client
    rows = await client.execute_query_dict(COLUMNS[client.capabilities.dialect].format(table=table))
    return {row["name"] for row in rows}
