"""The words: GraphQL types, inputs and enums. What a field needs from elsewhere it asks of `schema.context.Context`."""

import schema.enums  # noqa: F401 # names and describes the enums before a type uses one
