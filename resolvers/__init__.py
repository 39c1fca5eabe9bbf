"""The verbs: authorise, call, return a type."""
