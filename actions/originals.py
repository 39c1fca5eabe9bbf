"""The words of a report from before personal details in them were masked: kept beside it, for those who may act on it.

The report itself has the masked words only, so whatever reads it shows no others.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, Self

from actions.log import LogTransaction
from models.originals import ReportOriginal
from models.reports import ReportRow
from models.writing import Sql, Statement, insert
from rules.personal_details import mask


class Words(NamedTuple):
    """The words of a reporter about a problem, under the names of the columns."""

    title: str
    description: str
    address: str | None

    @classmethod
    def of(cls, row: ReportRow) -> Self:
        """Return the words that a report has."""
        return cls(row.title, row.description, row.address)

    def masked(self) -> "Words":
        """Return the words with all personal details masked."""
        return Words(mask(self.title), mask(self.description), None if self.address is None else mask(self.address))


async def of_report(tx: LogTransaction, report_id: int) -> Words | None:
    """Return the words of a locked report as they were before masking. None if nothing is masked."""
    rows = ReportOriginal.filter(report_id=report_id).using_db(tx.connection)
    found = await rows.values_list(*Words._fields)
    return Words(*found[0]) if found else None


async def keep(tx: LogTransaction, report_id: int, original: Words | None) -> None:
    """Replace the original words of a locked report. None: it has none any more."""
    await ReportOriginal.filter(report_id=report_id).using_db(tx.connection).delete()
    if original is not None:
        await ReportOriginal.create(report_id=report_id, using_db=tx.connection, **original._asdict())


def insertions(report_id: Sql, original: Words | None) -> list[Statement]:
    """Return the statements that store the original words of a new report."""
    if original is None:
        return []
    return [insert("original", ReportOriginal, ("report_id", *Words._fields), [(report_id, *original)])]


async def edited(
    tx: LogTransaction, row: ReportRow, given: Mapping[str, Any], *, is_masked: bool | None
) -> dict[str, Any]:
    """Return the columns of a locked report to change for words that its reporter gives, and keep the original ones.

    `is_masked`: whether personal details are masked. None: if they are already. A text that comes back as it is shown
    stays what it was.
    """
    original = await of_report(tx, row.id)
    is_masked = original is not None if is_masked is None else is_masked
    shown = Words.of(row)
    words = (original or shown)._replace(**{name: text for name, text in given.items() if text != getattr(row, name)})
    public = words.masked() if is_masked else words
    if original is not None or public != words:
        await keep(tx, row.id, None if public == words else words)
    return {name: text for name, text in public._asdict().items() if name in given or text != getattr(shown, name)}
