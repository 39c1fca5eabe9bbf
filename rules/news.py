"""The words of news: a sentence for each event of a report, in both languages, for notifications and e-mails."""

from dataclasses import dataclass
from typing import Final

from rules.languages import Locale, Text
from rules.workflow import ReportStatus, Resolution

WORDS_AT_MOST: Final = 300
"""Characters of a comment or a note that a notification or an e-mail shows."""

CITIZEN: Final = Text("Seorang warga", "A citizen")
REPORTER: Final = Text("Pelapor", "The reporter")

_BEGUN: Final = Text("{actor} mulai menindaklanjuti laporan ini.", "{actor} has begun to act on this report.")
_CLOSED: Final = {
    Resolution.FIXED: Text("{actor} menyatakan masalah ini selesai ditangani.", "{actor} has fixed the problem."),
    Resolution.DUPLICATE: Text(
        "Laporan ini digabung dengan laporan lain tentang masalah yang sama.",
        "This report was merged into another one about the same problem.",
    ),
    Resolution.OUT_OF_REMIT: Text(
        "{actor} menutup laporan ini: masalahnya di luar kewenangan.",
        "{actor} has closed this report: the problem is out of its remit.",
    ),
    Resolution.INVALID: Text(
        "{actor} menutup laporan ini karena dinilai tidak valid.",
        "{actor} has closed this report as invalid.",
    ),
    Resolution.WITHDRAWN: Text("Pelapor menarik laporan ini.", "The reporter has withdrawn this report."),
}
_HANDED_ON: Final = Text("Laporan ini sekarang ditangani {handler}.", "{handler} handles this report now.")
_OTHERS: Final = {
    "REOPENED": Text("{actor} membuka kembali laporan ini.", "{actor} has reopened this report."),
    "ASSIGNED": _HANDED_ON,
    "TRANSFERRED": _HANDED_ON,
    "RECATEGORISED": Text(
        "Kategori laporan ini sekarang {category}.", "The category of this report is {category} now."
    ),
    "MOVED": Text("{actor} memperbaiki lokasi laporan ini.", "{actor} has corrected the place of this report."),
    "HIDDEN": Text(
        "{actor} menyembunyikan laporan ini dari publik. Alasannya:",
        "{actor} has hidden this report from the public. The reason:",
    ),
    "UNHIDDEN": Text("{actor} menampilkan kembali laporan ini.", "{actor} has shown this report again."),
    "COMMENTED": Text("{actor} menulis:", "{actor} writes:"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsItem:
    """An event of a report as news. `words`: the comment, or the note with the act."""

    number: str
    title: str
    kind: str
    status: ReportStatus | None
    resolution: Resolution | None
    actor: Text
    handler: Text
    category: Text
    words: str | None

    def sentence(self, locale: Locale) -> str:
        """Return what happened, without the words of the one who acted."""
        said = _OTHERS.get(self.kind)
        if said is None:
            said = _BEGUN if self.resolution is None else _CLOSED[self.resolution]
        names = {"actor": self.actor, "handler": self.handler, "category": self.category}
        return said.in_locale(locale).format(**{name: text.in_locale(locale) for name, text in names.items()})

    def text(self, locale: Locale) -> str:
        """Return what happened, with the words of the one who acted, shortened, in one line."""
        words = " ".join((self.words or "").split())
        sentence = self.sentence(locale)
        return " ".join(part for part in (sentence[:1].upper() + sentence[1:], shortened(words)) if part)


def shortened(text: str) -> str:
    """Return a text of at most WORDS_AT_MOST characters, cut between two words if there are any."""
    if len(text) <= WORDS_AT_MOST:
        return text
    cut = text[: WORDS_AT_MOST - 1]
    return f"{cut.rsplit(' ', 1)[0] if ' ' in cut else cut}…"
