"""The websocket transport: graphql-transport-ws over ASGI."""
