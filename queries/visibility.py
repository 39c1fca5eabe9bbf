"""Reads of reports that the control room has hidden: `rules.access.sees_report`, applied to rows.

Lists and counts have no hidden report, for nobody (`queries.reports.condition`). A row that is read by its id brings a
veil with it (`models.reports.VEIL`), which says who sees it.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeAlias

from models.reading import read
from queries.conditions import Conditions
from rules import access
from rules.access import Person, Role, RoleGrant

Veil: TypeAlias = tuple[int, str, str] | None
"""The reporter, the handler and the kelurahan of a hidden report. None for any other."""


class Viewpoint(NamedTuple):
    """A viewer. `differs` is called when a hidden report is met: what is read is not the same for everybody then."""

    person: Person | None
    differs: Callable[[], None]


class Sight(NamedTuple):
    """The attributes of a report on which it depends who sees it: a `rules.access.ReportForSight`."""

    reporter_id: int
    handler: str
    kelurahan: str


EVERYBODY = Viewpoint(None, lambda: None)
"""The viewpoint of those who see what is public only."""

CONTROL_ROOM = Viewpoint(Person(0, (RoleGrant(Role.ADMIN),)), lambda: None)
"""The viewpoint of those who see every report."""


def is_seen(veil: Veil, viewpoint: Viewpoint) -> bool:
    """Return whether the viewer sees what is about a report with this veil."""
    if veil is None:
        return True
    viewpoint.differs()
    return access.sees_report(viewpoint.person, Sight(*veil))


async def unseen(report_ids: Iterable[int], person: Person | None) -> set[int]:
    """Return those of the reports that are hidden from a person now."""
    wanted = Conditions("hidden")
    wanted.add_listed("id", set(report_ids))
    rows = await read(f"SELECT id, reporter_id, handler, kelurahan FROM report WHERE {wanted}", *wanted.values)
    return {row[0] for row in rows if not access.sees_report(person, Sight(*row[1:]))}
