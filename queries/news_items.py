"""The contents of news: what happened to which report, in whose name, with the words of the one who acted."""

from collections.abc import Iterable, Sequence

from models.comments import Comment
from models.log import EventRow, ReportEventKind
from models.reading import select
from models.reference.gazetteer import Gazetteer
from models.reports import Report
from queries import events as event_queries
from queries.conditions import Conditions
from queries.visibility import CONTROL_ROOM
from rules.access import ROLE_LABELS, Role
from rules.languages import Text
from rules.news import CITIZEN, REPORTER, NewsItem
from rules.workflow import ReportStatus, Resolution


async def items_of(gazetteer: Gazetteer, events: Sequence[EventRow]) -> list[NewsItem]:
    """Return the items of events that are news, in their order. Each statement reads for all of them."""
    if not events:
        return []
    positions = [event.position for event in events]
    reports = await _titles({event.report_id for event in events if event.report_id is not None})
    notes = await event_queries.notes(positions, CONTROL_ROOM)
    comments = await _comments(positions)
    return [
        _item(gazetteer, event, *reports[event.report_id or 0], comments.get(event.position) or note)
        for event, note in zip(events, notes, strict=True)
    ]


async def _titles(ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    wanted = Conditions()
    wanted.add_listed("id", ids)
    rows = await select(Report, ("id", "number", "title"), f"WHERE {wanted}", *wanted.values)
    return {row[0]: (row[1], row[2]) for row in rows}


async def _comments(positions: Iterable[int]) -> dict[int, str]:
    wanted = Conditions("NOT internal")
    wanted.add_listed("position", positions)
    rows = await select(Comment, ("position", "body"), f"WHERE {wanted}", *wanted.values)
    return {row[0]: row[1] for row in rows}


def _item(gazetteer: Gazetteer, event: EventRow, number: str, title: str, words: str | None) -> NewsItem:
    category = gazetteer.categories[event.after.category]
    return NewsItem(
        number=number,
        title=title,
        kind=event.kind,
        status=None if event.to_status is None else ReportStatus(event.to_status),
        resolution=None if event.closed_as is None else Resolution(event.closed_as),
        actor=_actor(gazetteer, event),
        handler=_unit(gazetteer, event.after.handler),
        category=Text(category.name_id, category.name_en),
        words=words,
    )


def _actor(gazetteer: Gazetteer, event: EventRow) -> Text:
    """Return the name of the one who acted. No citizen is named: a lock screen shows it to others."""
    if event.actor == Role.CITIZEN:
        return CITIZEN if event.kind == ReportEventKind.COMMENTED else REPORTER
    return ROLE_LABELS[Role.ADMIN] if event.actor == Role.ADMIN else _unit(gazetteer, event.actor or "")


def _unit(gazetteer: Gazetteer, code: str) -> Text:
    units = (gazetteer.kelurahan, gazetteer.agencies, gazetteer.kecamatan, gazetteer.cities)
    name = next(each[code].name for each in units if code in each)
    return Text(name, name)
