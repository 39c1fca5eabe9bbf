"""Passwords that are refused because they are guessed first, and those that are not."""

import pytest

import rules.passwords
from rules.messages import Message
from rules.passwords import LENGTH, normal, require_strong
from rules.refusals import Refusal

EMAIL = "budi.santoso@contoh.id"


def weakness(password: str, email: str) -> Message | None:
    """Return why a password is refused; None if it is not."""
    try:
        require_strong(password, email)
    except Refusal as refusal:
        return refusal.message
    return None


COMMON = (
    "password12", "Password123", "PASSWORD!!!", "monkey!!!!", "iloveyou123", "123bismillah123",
    "Bismillah1", "sayangku2024", "indonesia1", "Jakarta2026!", "basketball", "kucingkucing", "sayangsayang1",
    "liverpool1", "1q2w3e4r5t", "  password  ", "admin123456", "kata-sandi1",
)  # fmt: skip
SIMPLE = (
    "aaaaaaaaaa", "x" * 128, "          ", "1234567890", "0987654321", "12345678901", "abcdefghij", "zyxwvutsrq",
    "qwertyuiop", "qwertyasdfgh", "abababababab", "123123123123", "abcdeabcde", "haha haha haha ", "12345qwert",
    "..........", "qwerty123456", "\U0001f511" * 10, "1234512345",
)  # fmt: skip
OF_EMAIL = (
    "budi.santoso@contoh.id", "Budi.Santoso@Contoh.ID", "budi.santoso", "BudiSantoso", "budisantoso1", "1budi.santoso!",
    "budi-santoso-2026",
)  # fmt: skip
FINE = (
    "kata sandi yang panjang", "ten characters or more", "kata sandi baru", "correct horse battery staple",
    "tukang bakso lewat", "Xk7-qp2_Lm9w", "santoso dan budi pergi", "4f9a1c0e7b", "8305917264", "budi naik sepeda",
    "\u5f00\u95e8\u5927\u5409\u4eca\u65e5\u660e\u65e5\u4f60\u597d", "".join(chr(0x1F400 + 3 * n) for n in range(10)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("passwords", "reason"),
    [
        (COMMON, Message.PASSWORD_COMMON),
        (SIMPLE, Message.PASSWORD_SIMPLE),
        (OF_EMAIL, Message.PASSWORD_EMAIL),
        (("", "kata sand", "y" + "kata sandi" * 13, "e\u0301" * 500_000), Message.PASSWORD_LENGTH),
        (FINE, None),
    ],
)
def test_password_is_refused_for_its_reason(passwords: tuple[str, ...], reason: Message | None) -> None:
    for password in passwords:
        assert weakness(password, EMAIL) is reason, password


def test_only_its_own_address_makes_a_password_bad() -> None:
    assert weakness("081298765432", "081298765432@contoh.id") is Message.PASSWORD_EMAIL
    assert weakness("081298765432", "081298765433@contoh.id") is None
    assert weakness("081298765432", EMAIL) is None


def test_every_common_password_of_sufficient_length_is_refused() -> None:
    long = [password for password in rules.passwords._common() if len(password) >= LENGTH[0]]
    assert len(long) > 1_500
    assert [password for password in long if weakness(password, EMAIL) is None] == []


def test_normal_form_is_stable_and_takes_any_text() -> None:
    for text in ("", "\ud800", "e\u0301", "\u00a0 \u3000", "\ufb01", "\u212b", "a\0b", "\uac00\u1161"):
        assert normal(normal(text)) == normal(text)
    assert normal("e\u0301\u00a0x") == "\u00e9 x"
    assert normal("\ufb01A") == "\ufb01A"  # neither compatibility forms nor case are mapped
