"""GraphQL types, inputs and enums. Fields read through `queries` and take the rest from `schema.context.Context`."""

import schema.enums  # noqa: F401 # names and describes the enums before a type uses one
