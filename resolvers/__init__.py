"""The resolvers of queries and mutations: authorise, call, return."""
