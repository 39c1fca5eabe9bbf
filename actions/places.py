"""Correcting the place of a report, and with it its kelurahan."""

import math
from dataclasses import replace
from typing import Any

from actions.desk import hand_on, move_clock
from actions.report_editor import ReportEditor
from actions.transaction import Transaction
from models.log import ReportEventKind
from models.reference.gazetteer import Gazetteer, Location
from models.reports import Report, ReportRow
from rules import access
from rules.access import Person, Role
from rules.geography import check_coordinates, metres_between
from rules.messages import Message
from rules.refusals import ErrorCode, Faults, Refusal

MOST_METRES = 500
"""The distance from the reporter's own place within which a unit may move a report, however often it does."""


async def move(
    tx: Transaction,
    gazetteer: Gazetteer,
    person: Person,
    report_id: int,
    latitude: float,
    longitude: float,
    if_version: int | None,
) -> None:
    """Move a report to another location: its reporter before the answer, or the unit in charge.

    The kelurahan follows from the location, and the handler if it was the old kelurahan. A unit that moves a report
    acts on it as by a transfer. A reporter answers nothing and hands nothing on: the promise to them stays. Raises
    Refusal NOT_FOUND, FORBIDDEN, TRANSITION_REFUSED, CONFLICT, OUT_OF_AREA or INVALID.
    """
    faults = Faults()
    location = faults.check(locate, gazetteer, latitude, longitude, "location")
    async with tx.edit(report_id, person) as report:
        row = report.row
        merged = Report.filter(duplicate_of_id=report_id).using_db(tx.connection)
        has_duplicates = row.reporter_id == person.account_id and await merged.exists()
        actor = access.require_mover(person, row, tx.at, has_duplicates=has_duplicates)
        with faults:
            faults.check(report.require_version, if_version, "ifVersion")
            if location is not None:
                faults.check(_check_distance, row, latitude, longitude, actor)
        columns: dict[str, Any] = {"latitude": latitude, "longitude": longitude, **_unit(row, location)}
        if actor == Role.CITIZEN:
            await _move_own(tx, report, person, columns)
            return
        columns |= dict(zip(("own_latitude", "own_longitude"), row.own_place, strict=True))
        await hand_on(tx, report, ReportEventKind.MOVED, person, actor, None, columns)


def locate(gazetteer: Gazetteer, latitude: float, longitude: float, *path: str) -> Location:
    """Return the kelurahan of a point. Raises Refusal INVALID, OUT_OF_AREA."""
    fault = check_coordinates(latitude, longitude)
    if fault is not None:
        raise Refusal(ErrorCode.INVALID, Message[f"COORDINATE_{fault}"], *path)
    location = gazetteer.locate(latitude, longitude)
    if location is None:
        raise Refusal(ErrorCode.OUT_OF_AREA, Message.OUT_OF_AREA, *path)
    return location


async def _move_own(tx: Transaction, report: ReportEditor, person: Person, columns: dict[str, Any]) -> None:
    """Move a report as its reporter.

    The promise runs from the submission, so a unit that gets the report late would be blamed for time that it never
    had: after half of the time for the answer the report stays with its unit.
    """
    row = report.row
    after = replace(row, **columns)
    if after.handler != row.handler:
        target = row.terms.response_target
        if row.terms.response_clock(tx.calendar).between(row.submitted_at, tx.at) > target / 2:
            raise Refusal(ErrorCode.TRANSITION_REFUSED, Message.PLACE_OF_OTHER_UNIT, "location")
    clock = await move_clock(tx, row, after, Role.CITIZEN)
    report.record(ReportEventKind.MOVED, person, Role.CITIZEN, **columns, **clock)


def _check_distance(row: ReportRow, latitude: float, longitude: float, actor: str) -> None:
    """Raise Refusal INVALID for the location that the report has, or one that is too far away for a unit."""
    if (latitude, longitude) == (row.latitude, row.longitude):
        raise Refusal(ErrorCode.INVALID, Message.PLACE_SAME, "location")
    metres = metres_between(*row.own_place, latitude, longitude)
    if actor != Role.CITIZEN and metres > MOST_METRES:
        away = math.ceil(metres)
        raise Refusal(ErrorCode.INVALID, Message.PLACE_TOO_FAR, "location", metres=away, most=MOST_METRES)


def _unit(row: ReportRow, location: Location) -> dict[str, str]:
    """Return the kelurahan and the handler of the report at a location.

    Where discs leave the kelurahan uncertain, one that the report has already and that may be right stays.
    """
    kelurahan = row.kelurahan if Gazetteer.plausible(location, row.kelurahan) else location.kelurahan
    return {"kelurahan": kelurahan, "handler": kelurahan if row.handler == row.kelurahan else row.handler}
