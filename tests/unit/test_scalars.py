from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from graphql import GraphQLScalarType, parse_value
from graphql.error import GraphQLError
from hypothesis import given
from hypothesis import strategies as st

from app.schema import make_schema

TYPES = make_schema()._schema.type_map
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=offsets)


def scalar(name: str) -> GraphQLScalarType:
    found = TYPES[name]
    assert isinstance(found, GraphQLScalarType)
    return found


MOMENT, DAY, ADDRESS = scalar("DateTime"), scalar("Date"), scalar("URL")


def complaint(of: GraphQLScalarType, value: object) -> str:
    with pytest.raises(GraphQLError) as caught:
        of.parse_value(value)
    return caught.value.message


@given(at=moments)
def test_datetime_with_any_offset_is_read_as_utc(at: datetime) -> None:
    read = MOMENT.parse_value(at.isoformat())
    assert read == at
    assert read.tzinfo is UTC


@given(at=moments)
def test_datetime_is_written_in_utc_with_z_and_read_back_unchanged(at: datetime) -> None:
    written = MOMENT.serialize(at)
    assert written.endswith("Z")
    assert written.count("+") == 0
    assert MOMENT.parse_value(written) == at


def test_midnight_in_jakarta_is_written_as_17_utc() -> None:
    read = MOMENT.parse_value("2026-11-24T00:00:00+07:00")
    assert MOMENT.serialize(read) == "2026-11-23T17:00:00Z"
    for same in ("2026-11-23T17:00:00Z", "2026-11-23t17:00:00z", "2026-11-23 17:00:00.000000000-00:00"):
        assert MOMENT.parse_value(same) == read


def test_datetime_literal_is_read_like_a_variable() -> None:
    assert MOMENT.parse_literal(parse_value('"2026-11-23T08:00:00+07:00"')) == datetime(2026, 11, 23, 1, tzinfo=UTC)
    for literal in ('"2026-11-23T08:00:00"', "20261123", "true", "[]"):
        with pytest.raises(GraphQLError):
            MOMENT.parse_literal(parse_value(literal))


@pytest.mark.parametrize(
    "value",
    [
        "2026-11-23T08:00:00",
        "2026-11-23",
        "2026-11-23T08:00+07:00",
        "20261123T080000+07:00",
        "2026-W48-1T08:00:00+07:00",
        "2026-11-23T08:00:00+07:00:30",
        "2026-11-23T08:00:00+0700",
        "2026-11-23T08:00:00+24:00",
        "２０２６-11-23T08:00:00Z",
        "2026-13-23T08:00:00Z",
        "2026-02-29T08:00:00Z",
        "2026-11-23T08:00:60Z",
        "0001-01-01T00:00:00+07:00",
        "9999-12-31T23:59:59-07:00",
        "08:00:00+07:00",
        "besok",
        "",
        "\x00",
        "\ud800",
        "9" * 10_000,
        1795420800,
        1795420800.5,
        True,
        [],
        {},
    ],
)
def test_invalid_datetime_is_refused_with_an_example_of_the_right_form(value: object) -> None:
    message = complaint(MOMENT, value)
    assert "2026-11-23T08:00:00+07:00" in message
    assert len(message) < 150


@given(day=st.dates())
def test_date_is_written_and_read_back_unchanged(day: date) -> None:
    assert DAY.parse_value(DAY.serialize(day)) == day
    assert DAY.serialize(day) == day.isoformat()


@pytest.mark.parametrize(
    "value",
    [
        "2026-02-29",
        "2026-13-01",
        "26-11-23",
        "23-11-2026",
        "2026-11-23T00:00:00Z",
        "2026-11-23 ",
        "20261123",
        "2026-W48-1",
        "hari ini",
        "",
        "\ud800",
        20261123,
        False,
        {},
    ],
)
def test_invalid_date_is_refused_with_an_example_of_the_right_form(value: object) -> None:
    assert complaint(DAY, value).endswith('a right one is "2026-11-23".')


def test_url_is_written_unchanged() -> None:
    assert ADDRESS.serialize("/media/example.jpg") == "/media/example.jpg"


@pytest.mark.parametrize("value", [5, True, [], {}])
def test_url_that_is_not_text_is_refused(value: object) -> None:
    assert "/media/example.jpg" in complaint(ADDRESS, value)
