import base64
import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rules.cursors import CursorError, decode, encode
from schema.nodes import global_id
from schema.paging import page_cursor

EPOCH = "0123456789abcdef"
CURSOR = encode(EPOCH, 1234)

epochs = st.text("0123456789abcdef", min_size=16, max_size=16)
positions = st.integers(0, 10**18 - 1)
URL_SAFE = set(string.ascii_letters + string.digits + "-_")


def wrapped(inside: str | bytes) -> str:
    """Return text encoded like a cursor."""
    raw = inside.encode() if isinstance(inside, str) else inside
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@given(epoch=epochs, position=positions)
def test_decoding_returns_what_was_encoded(epoch: str, position: int) -> None:
    assert decode(encode(epoch, position)) == (epoch, position)


@given(epoch=epochs, position=positions)
def test_cursor_needs_no_escaping_in_a_url(epoch: str, position: int) -> None:
    assert set(encode(epoch, position)) <= URL_SAFE


@given(cursor=st.text() | st.text(sorted(URL_SAFE | {"="})) | st.binary().map(wrapped))
@example("")
@example("=")
@example("====")
@example("é")
@example("\ud800")
@example("\x00")
@example("A" * 1_000_000)
@example("ＡＢＣＤ")  # full-width letters on purpose
def test_arbitrary_text_is_refused(cursor: str) -> None:
    with pytest.raises(CursorError):
        decode(cursor)


@pytest.mark.parametrize(
    "inside",
    [
        f"log1:{EPOCH}:-1",
        f"log1:{EPOCH}:+1",
        f"log1:{EPOCH}:01",
        f"log1:{EPOCH}:1.0",
        f"log1:{EPOCH}: 1",
        f"log1:{EPOCH}:1 ",
        f"log1:{EPOCH}:1\n",
        f"log1:{EPOCH}:１",  # a full-width digit on purpose
        f"log1:{EPOCH}:{10**18}",
        f"log1:{EPOCH}:{'9' * 5_000}",
        f"log1:{EPOCH}:",
        f"log1:{EPOCH}",
        f"log1:{EPOCH.upper()}:1",
        f"log1:{EPOCH[1:]}:1",
        f"log1:{EPOCH}0:1",
        f"log2:{EPOCH}:1",
        f"LOG1:{EPOCH}:1",
        f" log1:{EPOCH}:1",
        f"log1:{EPOCH}:1:1",
    ],
)
def test_encoded_text_of_another_form_is_refused(inside: str) -> None:
    with pytest.raises(CursorError):
        decode(wrapped(inside))


@pytest.mark.parametrize(
    "changed",
    [
        f"{CURSOR}=",
        f"{CURSOR}==",
        f" {CURSOR}",
        f"{CURSOR}\n",
        f"{CURSOR[:10]}\n{CURSOR[10:]}",
        f"{CURSOR[:10]}={CURSOR[10:]}",
        CURSOR[:-1],
        CURSOR.swapcase(),
        base64.b64encode(base64.urlsafe_b64decode(CURSOR + "=" * (-len(CURSOR) % 4))).decode() + "====",
        CURSOR * 2,
    ],
)
def test_cursor_has_only_one_spelling(changed: str) -> None:
    assert decode(CURSOR) == (EPOCH, 1234)
    with pytest.raises(CursorError):
        decode(changed)


@given(epoch=epochs, position=positions, data=st.data())
def test_different_texts_never_decode_to_the_same_cursor(epoch: str, position: int, data: st.DataObject) -> None:
    cursor = encode(epoch, position)
    place = data.draw(st.integers(0, len(cursor) - 1))
    other = cursor[:place] + data.draw(st.sampled_from(sorted(URL_SAFE))) + cursor[place + 1 :]
    try:
        meaning = decode(other)
    except CursorError:
        return
    assert (meaning == (epoch, position)) == (other == cursor)


@pytest.mark.parametrize(
    "other",
    [page_cursor(1234), page_cursor("NEWEST", "2026-11-23T00:00:00+00:00", 5), global_id("Report", 1234)],
)
def test_page_cursor_and_id_are_refused_as_log_cursor(other: str) -> None:
    with pytest.raises(CursorError):
        decode(other)
