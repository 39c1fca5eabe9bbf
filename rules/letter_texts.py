"""E-mails about accounts as people read them: what happened, the link, and what to do if it was somebody else."""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Final, NamedTuple

from rules.languages import Locale, Text
from rules.letters import LIFETIMES, LetterKind

HOUR: Final = 3_600
DAY: Final = 24 * HOUR


class Wording(NamedTuple):
    """The subject and the text of an e-mail. `{link}` and `{time}` are filled in."""

    subject: Text
    body: Text


WITH_LINK: Final = {
    LetterKind.SIGN_UP: Wording(
        Text("Konfirmasi alamat e-mail Anda", "Confirm your e-mail address"),
        Text(
            "Seseorang mendaftar dengan alamat e-mail ini. Jika itu Anda, buka tautan ini, lalu masuk dengan kata "
            "sandi yang Anda pilih:\n\n{link}\n\nTautan ini berlaku {time}.\n\n"
            "Jika bukan Anda, abaikan e-mail ini. Tanpa konfirmasi, tidak ada akun yang dibuat.",
            "Somebody signed up with this e-mail address. If it was you, open this link, then sign in with the "
            "password that you chose:\n\n{link}\n\nThe link works for {time}.\n\n"
            "If it was not you, ignore this e-mail. Without a confirmation no account is created.",
        ),
    ),
    LetterKind.CONFIRMATION: Wording(
        Text("Konfirmasi alamat e-mail Anda", "Confirm your e-mail address"),
        Text(
            "Buka tautan ini untuk mengonfirmasi bahwa alamat e-mail ini milik Anda:\n\n{link}\n\n"
            "Tautan ini berlaku {time}. Jika Anda tidak memintanya, abaikan e-mail ini.",
            "Open this link to confirm that this e-mail address is yours:\n\n{link}\n\n"
            "The link works for {time}. If you did not ask for it, ignore this e-mail.",
        ),
    ),
    LetterKind.CHANGE: Wording(
        Text("Konfirmasi alamat e-mail baru Anda", "Confirm your new e-mail address"),
        Text(
            "Buka tautan ini agar akun Anda memakai alamat e-mail ini:\n\n{link}\n\n"
            "Tautan ini berlaku {time}. Jika Anda tidak memintanya, abaikan e-mail ini.",
            "Open this link to use this e-mail address for your account:\n\n{link}\n\n"
            "The link works for {time}. If you did not ask for it, ignore this e-mail.",
        ),
    ),
    LetterKind.RESET: Wording(
        Text("Buat kata sandi baru", "Choose a new password"),
        Text(
            "Buka tautan ini untuk membuat kata sandi baru:\n\n{link}\n\n"
            "Tautan ini berlaku {time} dan hanya sekali. Jika Anda tidak memintanya, abaikan e-mail ini: kata sandi "
            "Anda tidak berubah.",
            "Open this link to choose a new password:\n\n{link}\n\n"
            "The link works once, and for {time}. If you did not ask for it, ignore this e-mail: your password stays "
            "as it is.",
        ),
    ),
    LetterKind.INVITATION: Wording(
        Text("Undangan dari ruang kendali", "Invitation from the control room"),
        Text(
            "Ruang kendali membuat akun petugas untuk Anda. Buka tautan ini untuk membuat kata sandi, lalu masuk "
            "dengan alamat e-mail ini:\n\n{link}\n\nTautan ini berlaku {time} dan hanya sekali.",
            "The control room created a staff account for you. Open this link to choose a password, then sign in with "
            "this e-mail address:\n\n{link}\n\nThe link works once, and for {time}.",
        ),
    ),
}
"""The e-mails with a link."""

WITHOUT_LINK: Final = {
    LetterKind.SIGN_UP: Wording(
        Text("Anda sudah memiliki akun", "You already have an account"),
        Text(
            "Seseorang mendaftar dengan alamat e-mail ini, yang sudah memiliki akun. Jika itu Anda, masuk dengan kata "
            "sandi Anda, atau mintalah kata sandi baru di aplikasi.\n\n"
            "Jika bukan Anda, abaikan e-mail ini: akun Anda tidak berubah.",
            "Somebody signed up with this e-mail address, which has an account already. If it was you, sign in with "
            "your password, or ask for a new one in the app.\n\n"
            "If it was not you, ignore this e-mail: your account stays as it is.",
        ),
    ),
    LetterKind.CHANGE: Wording(
        Text("Anda sudah memiliki akun", "You already have an account"),
        Text(
            "Seseorang ingin memakai alamat e-mail ini untuk akun lain, tetapi alamat ini sudah memiliki akun. Jika "
            "itu Anda, pilih alamat lain. Jika bukan, abaikan e-mail ini.",
            "Somebody asked to use this e-mail address for another account, but it has an account already. If it was "
            "you, choose another address. If it was not, ignore this e-mail.",
        ),
    ),
    LetterKind.WARNING: Wording(
        Text("Alamat e-mail akun Anda akan diganti", "The e-mail address of your account is about to change"),
        Text(
            "Seseorang yang mengetahui kata sandi Anda meminta agar akun Anda memakai alamat e-mail lain. Jika itu "
            "Anda, buka tautan yang kami kirim ke alamat tersebut.\n\n"
            "Jika bukan Anda, segera ganti kata sandi Anda di aplikasi: permintaan itu lalu tidak berlaku lagi.",
            "Somebody who knows your password asked to use another e-mail address for your account. If it was you, "
            "open the link that we sent to that address.\n\n"
            "If it was not you, change your password in the app now: the request then has no effect any more.",
        ),
    ),
    LetterKind.INVITATION: Wording(
        Text("Peran baru dari ruang kendali", "A new role from the control room"),
        Text(
            "Ruang kendali memberi akun Anda peran petugas. Masuklah seperti biasa.",
            "The control room gave your account a role. Sign in as you always do.",
        ),
    ),
    LetterKind.RESET: Wording(
        Text("Akun Anda tidak memakai kata sandi", "Your account has no password"),
        Text(
            "Seseorang meminta kata sandi baru untuk akun Anda. Akun ini tidak memakai kata sandi: masuklah sebagai "
            "petugas di aplikasi, melalui layanan masuk pegawai. Jika Anda tidak memintanya, abaikan e-mail ini.",
            "Somebody asked for a new password for your account. It has none: sign in as staff in the app, by the "
            "sign-in service for staff. If you did not ask for it, ignore this e-mail.",
        ),
    ),
}
"""The e-mails in which nothing has to be opened, or nothing can be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """An e-mail about an account. `link`: None for one in which nothing has to be opened.

    `message_id`: the same for each attempt to send it, so that a second copy is recognised.
    """

    sender: str
    recipient: str
    locale: Locale
    kind: LetterKind
    link: str | None
    message_id: str
    at: datetime

    def message(self) -> EmailMessage:
        """Return the e-mail."""
        wording = (WITHOUT_LINK if self.link is None else WITH_LINK)[self.kind]
        message = EmailMessage()
        name, address = parseaddr(self.sender)
        message["From"] = Address(name, addr_spec=address)
        message["To"] = Address(addr_spec=self.recipient)
        message["Subject"] = wording.subject.in_locale(self.locale)
        message["Date"] = format_datetime(self.at)
        message["Message-ID"] = self.message_id
        message["Auto-Submitted"] = "auto-generated"
        text = wording.body.in_locale(self.locale).format(link=self.link, time=self._time)
        message.set_content(f"{text}\n")
        message["Content-Language"] = self.locale.value.lower()
        return message

    @property
    def _time(self) -> str:
        seconds = int(LIFETIMES[self.kind].total_seconds())
        hours, days = Text("1 jam", "an hour"), Text(f"{seconds // DAY} hari", f"{seconds // DAY} days")
        return (hours if seconds == HOUR else days).in_locale(self.locale)
