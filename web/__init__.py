"""The pages for a browser: the screens of a city, the page of the API, and a GraphQL explorer."""
