"""The media types of GraphQL over HTTP: that of an answer, chosen by `Accept`, and that of a body."""

from functools import lru_cache
from typing import Final

from strawberry.http.parse_content_type import parse_content_type

JSON: Final = "application/json"
GRAPHQL_RESPONSE: Final = "application/graphql-response+json"

NOT_ACCEPTABLE: Final = f"`Accept` must allow {GRAPHQL_RESPONSE}, {JSON} or, for an event stream, text/event-stream."
UNSUPPORTED: Final = f"Send the request as {JSON}, in UTF-8."

KEPT: Final = 256
"""Values of a header whose meaning is kept: nearly all requests have one of a few."""


@lru_cache(KEPT)
def answer_type(accept: str) -> str | None:
    """Return the media type of an answer: the one that `Accept` prefers. None if it allows neither.

    Of two that it likes equally it is the one of GraphQL, if it is named. So `*/*` is JSON, as is no type at all.
    """
    ranges = dict(_range(part) for part in accept.lower().split(",") if "/" in part.partition(";")[0])
    if not ranges:
        return JSON
    of_json, of_graphql = _quality(JSON, ranges), _quality(GRAPHQL_RESPONSE, ranges)
    if of_graphql > of_json or (of_graphql == of_json > 0 and GRAPHQL_RESPONSE in ranges):
        return GRAPHQL_RESPONSE
    return JSON if of_json > 0 else None


@lru_cache(KEPT)
def is_json(content_type: str) -> bool:
    """Return whether the body of a request is JSON in UTF-8, by its `Content-Type`."""
    name, parameters = parse_content_type(content_type)
    return name.lower() == JSON and parameters.get("charset", "utf-8").lower() in {"utf-8", "utf8"}


def _range(part: str) -> tuple[str, float]:
    """Return a media range, and how much it is liked: 0 to 1 (RFC 9110, 12.4.2)."""
    name, parameters = parse_content_type(part.strip())
    try:
        quality = float(parameters.get("q", "1"))
    except ValueError:
        quality = 1.0
    return name.strip(), quality if 0 <= quality <= 1 else 1.0


def _quality(name: str, ranges: dict[str, float]) -> float:
    """Return how much a type is liked: the most specific range that has it decides."""
    return next((ranges[each] for each in (name, "application/*", "*/*") if each in ranges), 0.0)
