"""graphql-transport-ws over strawberry's handler: a stream that fails ends with `error`, so that its client knows."""

from typing import Any

from graphql import GraphQLError
from strawberry.schema.schema import StreamResult
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
    Operation,
)
from strawberry.types.execution import ExecutionResult


class Handler(BaseGraphQLTransportWSHandler[Any, None]):
    """One socket."""

    @staticmethod
    def _get_pre_execution_close_reason(error: GraphQLError) -> str | None:  # noqa: ARG004 # strawberry's form
        """Close for no document: a syntax error ends its operation, and the others go on."""
        return None

    async def _send_result_stream(self, operation: Operation[Any, None], result_source: StreamResult) -> None:
        """Send the results; stock strawberry tells of a source that failed by `next` and `complete`."""

        async def until_failure() -> StreamResult:
            async for result in result_source:
                if isinstance(result, ExecutionResult) and result.data is None and _of_the_source(result.errors):
                    await operation.send_initial_errors(result.errors or [])
                    return
                yield result

        await super()._send_result_stream(operation, until_failure())


def _of_the_source(errors: list[GraphQLError] | None) -> bool:
    """Whether the errors are of the stream itself: those of a field have a path."""
    return bool(errors) and all(error.path is None for error in errors or ())
