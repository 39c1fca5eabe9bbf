"""The pages for a browser: a front page, and a GraphQL explorer."""
