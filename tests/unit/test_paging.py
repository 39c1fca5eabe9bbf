import base64
import string
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from queries.paging import Keyset, Page, page_of
from queries.reports import ReportOrder
from rules.cursors import encode
from rules.messages import Message
from schema.errors import RequestCode, RequestError
from schema.nodes import global_id
from schema.paging import (
    MOST,
    MOST_PLACES,
    PageRequest,
    page_cursor,
    page_in_memory,
    page_info,
    page_request,
    position_key,
)
from schema.points import entry_key
from schema.reports import report_key

LETTERS = string.ascii_lowercase
WHEN = "2026-11-23T00:00:00+00:00"
NOW = datetime(2026, 11, 23, tzinfo=UTC)

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
sizes = st.integers(1, 12)


def wrapped(inside: bytes) -> str:
    return base64.urlsafe_b64encode(inside).decode().rstrip("=")


def error(**arguments: Any) -> tuple[RequestCode, Message, str | None, dict[str, object]]:
    """The code, message, argument and values of the error for these arguments of a connection."""
    with pytest.raises(RequestError) as caught:
        page_request(arguments.pop("first", None), arguments.pop("after", None), **arguments)
    return caught.value.code, caught.value.message, caught.value.argument, caught.value.values


def request_by(name: str, cursor: str) -> PageRequest:
    """Return a page with the cursor as the argument of this name."""
    return page_request(None, cursor) if name == "after" else page_request(None, None, None, cursor)


def walk(items: str, size: int) -> list[Page[str]]:
    """Read every page of a list in memory, each after the end cursor of the previous one."""
    pages = [page_in_memory(items, str, page_request(size, None))]
    while pages[-1].has_next and len(pages) < len(items):
        pages.append(page_in_memory(items, str, page_request(size, page_info(pages[-1], page_cursor).end_cursor)))
    return pages


def test_page_without_a_size_has_the_default_size_of_its_list() -> None:
    assert page_request(None, None) == PageRequest(20, backward=False, after=None, before=None)
    assert page_request(None, None, default=50, most=MOST_PLACES).size == 50


@pytest.mark.parametrize("size", [1, 2, MOST])
def test_page_holds_up_to_100_rows_from_either_end(size: int) -> None:
    assert page_request(size, None) == PageRequest(size, backward=False, after=None, before=None)
    assert page_request(None, None, size, None) == PageRequest(size, backward=True, after=None, before=None)


@pytest.mark.parametrize("size", [0, -1, MOST + 1, 2**31 - 1, -(2**31)])
def test_size_out_of_range_is_refused_with_the_name_of_its_argument(size: int) -> None:
    refusal = (RequestCode.BAD_INPUT, Message.PAGE_SIZE)
    assert error(first=size) == (*refusal, "first", {"most": MOST})
    assert error(last=size) == (*refusal, "last", {"most": MOST})


def test_list_in_memory_can_be_read_in_one_page() -> None:
    assert page_request(MOST_PLACES, None, most=MOST_PLACES).size == MOST_PLACES
    assert error(first=MOST_PLACES + 1, most=MOST_PLACES)[3]["most"] == MOST_PLACES


@pytest.mark.parametrize("size", [0, 1, MOST + 1])
def test_first_and_last_together_are_refused_whatever_their_sizes(size: int) -> None:
    assert error(first=size, last=1) == (RequestCode.BAD_INPUT, Message.FIRST_AND_LAST, "last", {})


@given(keys=st.lists(json_values, max_size=3))
def test_page_cursor_returns_its_keys_as_after_and_as_before(keys: list[Any]) -> None:
    cursor = page_cursor(*keys)
    assert set(cursor) <= set(string.ascii_letters + string.digits + "-_")
    request = page_request(None, cursor, None, cursor)
    assert request.after == request.before == keys


@given(cursor=st.text() | st.binary().map(wrapped) | st.binary().map(lambda inside: wrapped(b"page1:" + inside)))
@example("")
@example("é")
@example("\ud800")
@example(wrapped(b"page1:"))
@example(wrapped(b"page1:5"))
@example(wrapped(b"page1:{}"))
@example(wrapped(b"page1:[1, 2]"))
@example(wrapped(b"page1:[1e400]"))
@example(wrapped(b'page1:["\\ud800"]'))
@example(wrapped(b"page1:[" + b"9" * 5_000 + b"]"))
@example(wrapped(b"page1:" + b"[" * 300 + b"]" * 300))
@example(wrapped(b"page1:" + b"[" * 5_000 + b"]" * 5_000))
@example(wrapped(b"[1]"))
@example(wrapped(b"page2:[1]"))
@example(page_cursor(1) + "=")
@example(page_cursor(1) + "\n")
@example("A" * 1_000_000)
def test_text_is_a_page_cursor_in_its_one_form_or_is_refused(cursor: str) -> None:
    try:
        request = page_request(None, cursor)
    except RequestError:
        for name in ("after", "before"):
            assert error(**{name: cursor}) == (RequestCode.BAD_INPUT, Message.PAGE_CURSOR, name, {})
    else:
        assert request.after is not None
        assert page_cursor(*request.after) == cursor


@pytest.mark.parametrize("other", [encode("0123456789abcdef", 12), global_id("Report", 12)])
def test_log_cursors_and_ids_are_not_page_cursors(other: str) -> None:
    assert error(after=other)[1] is Message.PAGE_CURSOR


@given(size=sizes, count=st.integers(0, 26))
def test_pages_cover_a_list_in_memory_once_and_in_order(size: int, count: int) -> None:
    pages = walk(LETTERS[:count], size)
    assert "".join(row for page in pages for row in page.rows) == LETTERS[:count]
    assert all(len(page.rows) == size for page in pages[:-1])
    assert [page.has_previous for page in pages] == [False] + [True] * (len(pages) - 1)


def test_empty_page_has_no_cursors() -> None:
    info = page_info(page_in_memory("", str, page_request(5, None)), page_cursor)
    assert (info.has_next_page, info.has_previous_page) == (False, False)
    assert (info.start_cursor, info.end_cursor) == (None, None)


def test_page_info_has_the_cursors_of_the_first_and_the_last_row() -> None:
    info = page_info(page_in_memory(LETTERS, str, page_request(3, page_cursor("b"))), page_cursor)
    assert (info.has_next_page, info.has_previous_page) == (True, True)
    assert (info.start_cursor, info.end_cursor) == (page_cursor("c"), page_cursor("e"))


@pytest.mark.parametrize("keys", [(), ("A",), ("a", "b"), (1,), (None,), (["a"],), ({"a": 1},), (True,)])
def test_list_in_memory_refuses_the_cursor_of_a_row_it_lacks(keys: tuple[object, ...]) -> None:
    with pytest.raises(RequestError) as caught:
        page_in_memory(LETTERS, str, page_request(3, page_cursor(*keys)))
    assert (caught.value.code, caught.value.message) == (RequestCode.BAD_INPUT, Message.PAGE_CURSOR)


@given(size=sizes, count=st.integers(0, 26), backward=st.booleans())
def test_page_keeps_the_order_of_its_list_when_read_from_the_end(size: int, count: int, *, backward: bool) -> None:
    listed = list(LETTERS[:count])
    keyset: Keyset[str] = Keyset(size, backward)
    read = (listed[::-1] if backward else listed)[: keyset.limit]
    page = page_of(read, keyset, str)
    assert list(page.rows) == (listed[-size:] if backward else listed[:size])
    more = count > size
    assert (page.has_previous, page.has_next) == ((more, False) if backward else (False, more))


def test_page_beyond_a_cursor_has_rows_on_the_side_of_the_cursor() -> None:
    assert page_of("ab", Keyset(5, after="x"), str).has_previous
    assert page_of("ab", Keyset(5, backward=True, before="x"), str).has_next


@pytest.mark.parametrize("name", ["after", "before"])
@pytest.mark.parametrize("order", ReportOrder)
@pytest.mark.parametrize(
    "keys",
    [
        (),
        (5,),
        ("31.71.01.1001",),
        (WHEN, 5),
        ("HOTTEST", WHEN, 5),
        ("NEWEST", 5, WHEN),
        ("NEWEST", "yesterday", 5),
        ("NEWEST", "2026-11-23T00:00:00", 5),
        ("NEWEST", "0001-01-01T00:00:00+07:00", 5),
        ("NEWEST", WHEN, 2**63),
        ("NEWEST", WHEN, 5.0),
        ("NEWEST", WHEN, "5"),
        ("NEWEST", WHEN, 5, 5),
        ("MOST_SUPPORTED", 2**31, 5),
        ("MOST_SUPPORTED", 5, 2**63),
        ("MOST_SUPPORTED", "5", 5),
    ],
)
def test_list_of_reports_refuses_foreign_and_forged_cursors(
    name: str, order: ReportOrder, keys: tuple[object, ...]
) -> None:
    with pytest.raises(RequestError) as caught:
        request_by(name, page_cursor(*keys)).keyset(lambda given: report_key(given, order))
    assert (caught.value.message, caught.value.argument) == (Message.PAGE_CURSOR, name)


@pytest.mark.parametrize("order", ReportOrder)
@pytest.mark.parametrize("other", ReportOrder)
def test_cursor_of_reports_belongs_to_one_order(order: ReportOrder, other: ReportOrder) -> None:
    if order is other:
        return
    cursor = page_cursor(other, 5 if other is ReportOrder.MOST_SUPPORTED else WHEN, 5)
    with pytest.raises(RequestError):
        page_request(None, cursor).keyset(lambda given: report_key(given, order))


def test_cursor_of_the_same_order_is_read_as_the_key_of_its_row() -> None:
    assert report_key(["NEWEST", WHEN, 5], ReportOrder.NEWEST) == (NOW, 5)
    assert report_key(["OLDEST", WHEN, 2**63 - 1], ReportOrder.OLDEST) == (NOW, 2**63 - 1)
    assert report_key(["MOST_SUPPORTED", 3, 5], ReportOrder.MOST_SUPPORTED) == (3, 5)
    assert position_key([12]) == 12


@pytest.mark.parametrize("keys", [(), ("5",), (5, 5), (2**63,), (None,), ("NEWEST", WHEN, 5)])
def test_list_of_events_refuses_foreign_and_forged_cursors(keys: tuple[object, ...]) -> None:
    with pytest.raises(RequestError) as caught:
        page_request(None, page_cursor(*keys)).keyset(position_key)
    assert caught.value.message is Message.PAGE_CURSOR


@pytest.mark.parametrize(
    "keys", [(), ("2026-11-23",), ("2026-11-23", 2**63), ("23", 5), (WHEN, "5"), ("NEWEST", WHEN, 5)]
)
def test_ledger_refuses_foreign_and_forged_cursors(keys: tuple[object, ...]) -> None:
    with pytest.raises(RequestError) as caught:
        page_request(None, page_cursor(*keys)).keyset(entry_key)
    assert caught.value.message is Message.PAGE_CURSOR


def test_cursor_of_the_ledger_is_read_as_the_key_of_its_entry() -> None:
    assert entry_key(["2026-11-23", 5]) == (NOW.date(), 5)
