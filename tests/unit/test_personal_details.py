"""Personal details in texts: what is found, what is left alone, and that a masked text has none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.personal_details import MASK, PersonalDetailKind, find, mask
from schema.privacy import PersonalDetail

TELEPHONE, PLATE, IDENTITY_NUMBER = PersonalDetailKind

FOUND = {
    TELEPHONE: [
        "0812-3456-7890",
        "+62 812 3456 7890",
        "62812345 6789",
        "0895.3456.78901",
        "(021) 345 6789",
        "0251-8321234",
        "O8l2 3456 789O",
        "0 8 1 2 3 4 5 6 7 8 9 0",
        "𝟎𝟖𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗𝟎",
        "０８１２３４５６７８９０",
        "0️⃣8️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣9️⃣0️⃣",
        "08\u200b12\u200b34\u200b56\u200b78\u200b90",
    ],
    PLATE: ["B 1234 XYZ", "b 1234 xyz", "B1234XYZ", "B-1234-XYZ", "AB 2345 QQ", "DK.987.AB", "B 1234 RT", "B I234 OO"],
    IDENTITY_NUMBER: ["3171012301900001", "3171 0163 0190 0001", "31.71.01.290200.0001", "9601017112990001"],
}
NAMED = {"plat B 12 AB": "B 12 AB", "motor d 3 zz": "d 3 zz", "nopol B 1 ABC": "B 1 ABC"}
"""Short plates, which a word before them gives away."""

HONEST = """
    Biaya Rp 1.500.000 dan Rp150.000.000, sisa 08.500.000
    Tanggal 23/11/2026 jam 19.00 WIB, 01-02-2026 s.d. 2026-11-23 10:00
    RT 05/RW 08 No. 12 A, kode pos 10110
    Laporan JK2611230001 dan JK 2611 23 0001, jk2611230001
    KM 12+400 arah Cawang, km 3,5
    Bus 6A dan 7F di koridor 13, JAK 48B, angkot M 01
    Blok B 12 A nomor 5, blok D 123 RT 05
    Tower A lantai 3, unit B 1203 AC, gate B 123 C
    Jalan H 100 B dan gang F 300 A
    Hubungi 112, 110, 1500-454 atau 0800 1234 567
    Titik -6.175392, 106.827153 dan -6.1753921 106.8271532
    Masker N 95 dan peristiwa G 30 S
    Tarif L 300 rb, mobil L300 box dan T120SS
    Kabel 3 x 2,5 mm panjang 1200 m, A 1500 watt
    Kartu 4111 1111 1111 1111
    Nomor 9999012301900001, 3171014513900001, 3171012301900000, 3150012301900001
    Lampu PJU 0045/2026, tiang 12345678, gardu KB 12
    Sejak 2019-2026, 08.00-17.00 WIB, 3-4 hari
    Surat 0812/1234/5678/2026, SK B 1234
    Pelanggan PLN 5123 4567 8901, meter 86012345678
    Ada 3 ekor, da 1000 org, 100 kg, P 200 cm
    Antre 1 2 3 4 5 6 7 8 9 orang
"""
"""Texts that lead to nobody: amounts, days, houses, roads, buses, numbers of reports, posts and meters."""


@pytest.mark.parametrize("kind", FOUND)
def test_details_are_found_whole_however_they_are_written(kind: PersonalDetailKind) -> None:
    for text in FOUND[kind]:
        whole = f"Parkir liar 😀, {text} di trotoar"
        (found,) = find(whole)
        assert (found.kind, whole[found.start : found.end]) == (kind, text)
        assert mask(whole) == f"Parkir liar 😀, {found.masked} di trotoar"
        assert set(found.masked) <= {MASK, *"+(). -"}
        (shown,) = PersonalDetail.all_of(whole)
        units = whole.encode("utf-16-le")
        assert units[2 * shown.start : 2 * shown.end].decode("utf-16-le") == shown.text == text


@pytest.mark.parametrize(("text", "plate"), NAMED.items())
def test_short_plate_is_found_after_a_word_for_a_vehicle(text: str, plate: str) -> None:
    assert [text[found.start : found.end] for found in find(text)] == [plate]
    assert find(plate) == []


def test_honest_texts_have_no_details() -> None:
    for text in HONEST.strip().split("\n"):
        assert [text[found.start : found.end] for found in find(text)] == []
        assert mask(text) == text


DETAILS = [text for texts in FOUND.values() for text in texts]
PIECES = st.sampled_from([*DETAILS, *NAMED, *" .,-/0189BOl+(\u0301\ufe0f", "dan"])


@settings(max_examples=50)
@given(st.one_of(st.lists(PIECES, max_size=8).map("".join), st.text(max_size=60)))
def test_masked_text_has_no_details_and_is_not_longer(text: str) -> None:
    masked = mask(text)
    assert find(masked) == []
    assert len(masked) <= len(text)
    outside, done = [], 0
    for found in find(text):
        assert done <= found.start < found.end <= len(text)
        outside += [text[done : found.start], found.masked]
        done = found.end
    assert "".join([*outside, text[done:]]) == masked
