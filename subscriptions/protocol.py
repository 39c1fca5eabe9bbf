"""graphql-transport-ws over strawberry's handler: a stream that fails ends with `error`, so that its client knows."""

from typing import Any

from strawberry.schema.schema import StreamResult
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
    Operation,
)
from strawberry.types.execution import ExecutionResult


class Handler(BaseGraphQLTransportWSHandler[Any, None]):
    """One socket."""

    async def _send_result_stream(self, operation: Operation[Any, None], result_source: StreamResult) -> None:
        """Send the results; stock strawberry tells of a source that failed by `next` and `complete`."""

        async def until_failure() -> StreamResult:
            async for result in result_source:
                failed = isinstance(result, ExecutionResult) and result.data is None and result.errors
                if failed and all(error.path is None for error in result.errors):
                    await operation.send_initial_errors(result.errors)
                    return
                yield result

        await super()._send_result_stream(operation, until_failure())
