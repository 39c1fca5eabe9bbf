import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.report_numbers import parse_report_number

SEPARATORS = [" ", "-", "\u2013", "\u00a0", ".", "/", "_", "\t", "\u200b"]
AROUND = ["", "#", " ", "“", "”", "(", ")", ".", "\n", "\u200b", "# "]

numbers = st.from_regex(r"JK[0-9]{10,22}", fullmatch=True, alphabet=st.characters(codec="ascii"))


@given(number=numbers, before=st.sampled_from(AROUND), after=st.sampled_from(AROUND), data=st.data())
def test_number_is_read_in_any_case_and_grouping(number: str, before: str, after: str, data: st.DataObject) -> None:
    head = [data.draw(st.sampled_from([char.lower(), char])) for char in number[:12]]
    gaps = data.draw(st.lists(st.sampled_from(["", *SEPARATORS]), min_size=10, max_size=10))
    typed = head[0] + head[1] + "".join(gap + char for gap, char in zip(gaps, head[2:], strict=True))
    assert parse_report_number(before + typed + number[12:] + after) == number


@pytest.mark.parametrize(
    "typed",
    [
        "jk2611230001",
        "JK-261123-0001",
        "JK 2611 2300 01",
        "#JK2611230001",
        " jk 261123 – 0001. ",
        "ＪＫ２６１１２３０００１",
    ],  # as typed
)
def test_usual_spellings_mean_the_same_number(typed: str) -> None:
    assert parse_report_number(typed) == "JK2611230001"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "#",
        "JK",
        "2611230001",
        "JK261123000",
        "JK2611230001 2",
        "JK2611230001, JK2611230002",
        "JK2611230001x",
        "xJK2611230001",
        "J K2611230001",
        "JK٢٦١١٢٣٠٠٠١",
        "JK" + "1" * 23,
        "JK2611230001\0x",
        "\ud800",
        "JK" + "-" * 100_000 + "1",
    ],
)
def test_text_that_is_no_number_or_could_mean_two_is_not_read(typed: str) -> None:
    assert parse_report_number(typed) is None
