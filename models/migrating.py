"""Apply migrations, without the work that Tortoise does for what no migration of ours uses.

Before each operation Tortoise copies its state, with a class for each table, and after most it prepares the queries of
all classes. That was five sixths of the time of migrating an empty database.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from tortoise import Tortoise
from tortoise.connection import get_connection
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget
from tortoise.migrations.graph import MigrationKey
from tortoise.migrations.schema_generator.state import State
from tortoise.migrations.schema_generator.state_apps import StateApps

APP, LATEST = "models", "__latest__"


async def apply_migrations(
    config: dict[str, Any], *, target: str = LATEST, progress: Callable[[str, str, str], object] | None = None
) -> None:
    """Apply the migrations up to `target`. `progress` gets an event, the app and the migration."""
    await Tortoise.init(config=config, init_connections=False)
    executor = _Executor(get_connection("default"), config["apps"])
    await executor.migrate([MigrationTarget(APP, target)], progress=progress)


class _Classes(StateApps):
    """Model classes for their tables and columns only: migrations query by SQL."""

    def _build_initial_querysets(self) -> None:
        """Do nothing."""


class _State(State):
    """State between two operations. A copy makes its classes when an operation asks for them: few do."""

    def clone(self) -> "_State":
        """Copy the state before an operation."""
        return _Copy({key: model.clone() for key, model in self.models.items()}, self.apps)


class _Copy(_State):
    def __init__(self, models: dict[Any, Any], origin: StateApps) -> None:
        self.models = models
        self._origin = origin

    @cached_property
    def apps(self) -> StateApps:  # type: ignore[override] # a class variable of a dataclass
        return self._origin.clone(model_states=self.models)


class _Executor(MigrationExecutor):
    async def _project_state(self, applied: set[MigrationKey], *, upto: MigrationKey | None = None) -> State:
        state = await super()._project_state(applied, upto=upto)
        classes = _Classes({APP: "default"}).clone(model_states=state.models)
        return _State(state.models, classes)
