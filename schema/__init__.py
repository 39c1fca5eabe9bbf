"""The words: GraphQL types, inputs and enums. What a field needs from elsewhere it asks of `schema.context.Context`."""
