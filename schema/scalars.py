"""Scalars: moments in UTC, days in Jakarta, URLs, and JSON."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import NewType, TypeVar

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

URL = NewType("URL", str)
JSON = NewType("JSON", object)
T = TypeVar("T")

_DAY = r"\d{4}-\d\d-\d\d"
_MOMENT = re.compile(rf"{_DAY}[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
"""RFC 3339, which allows fewer forms than Python: no weeks, and no form without hyphens and colons."""


def _write_moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _read_moment(text: str) -> datetime:
    if not _MOMENT.fullmatch(text):
        raise ValueError(text)
    return datetime.fromisoformat(text.upper()).astimezone(UTC)


def _read_day(text: str) -> date:
    if not re.fullmatch(_DAY, text, re.ASCII):
        raise ValueError(text)
    return date.fromisoformat(text)


def _parser(read: Callable[[str], T], example: str) -> Callable[[object], T]:
    def parse(value: object) -> T:
        with suppress(ValueError, OverflowError):
            if isinstance(value, str):
                return read(value)
        raise GraphQLError(f"{value!r:.60} is not right here; a right one is {example}.")

    return parse


def _as_it_is(value: object) -> object:
    return value


SCALARS: Mapping[object, ScalarDefinition] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description="A moment in RFC 3339 format with an offset. Always returned in UTC.",
        specified_by_url="https://datatracker.ietf.org/doc/html/rfc3339",
        serialize=_write_moment,
        parse_value=_parser(_read_moment, '"2026-11-23T08:00:00+07:00"'),
    ),
    date: strawberry.scalar(
        name="Date",
        description="A day in Asia/Jakarta, in the RFC 3339 full-date format.",
        specified_by_url="https://datatracker.ietf.org/doc/html/rfc3339#section-5.6",
        serialize=date.isoformat,
        parse_value=_parser(_read_day, '"2026-11-23"'),
    ),
    URL: strawberry.scalar(
        name="URL",
        description="A URL, absolute or relative to this server: a URI reference of RFC 3986.",
        specified_by_url="https://datatracker.ietf.org/doc/html/rfc3986#section-4.1",
        serialize=str,
        parse_value=_parser(str, '"/media/example.jpg"'),
    ),
    JSON: strawberry.scalar(
        name="JSON",
        description="A JSON value of any form. The field says which form it has.",
        specified_by_url="https://datatracker.ietf.org/doc/html/rfc8259",
        serialize=_as_it_is,
        parse_value=_as_it_is,
    ),
}
