"""What citizens do with reports of their own: submit, edit, withdraw.

Each function is one change; refused, it raises `rules.refusals.Refusal` and has changed nothing.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from actions import photos, tallies
from actions.change import Change, Writer
from actions.overdue import settled
from actions.steps import Step, locked, record, step
from models.log import ReportEventKind
from models.reference.gazetteer import Gazetteer
from models.reference.records import AgencyRecord, CategoryRecord
from models.reports import PhotoRole, Report, ReportRow
from rules import access, texts
from rules.access import Person, Role
from rules.geography import check_coordinates
from rules.messages import Message
from rules.periods import jakarta_day
from rules.refusals import ErrorCode, Refusal
from rules.routing import AgencyKind, first_handler
from rules.sla import next_due
from rules.workflow import ReportStatus, Resolution, find_move


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What a citizen reports. `photo_ids` are uploads of theirs; `kelurahan` is their own choice, or None."""

    title: str
    description: str
    category: str
    latitude: float
    longitude: float
    address: str | None = None
    kelurahan: str | None = None
    photo_ids: tuple[str, ...] = ()
    anonymous: bool = False
    request_key: str | None = None

    @property
    def digest(self) -> str:
        """Tell this submission from another one under the same key: SHA-256 of all else."""
        facts = {**asdict(self), "request_key": None}
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What the reporter changes; None leaves a part as it is, an empty address takes it away."""

    title: str | None = None
    description: str | None = None
    address: str | None = None
    photo_ids: tuple[str, ...] = ()


async def submit(writer: Writer, gazetteer: Gazetteer, person: Person, submission: Submission) -> int:
    """Take in a report, find its kelurahan and its first handler, and return its row id.

    The same `request_key` from the same citizen returns the report it made before.
    Raises Refusal INVALID, OUT_OF_AREA, DUPLICATE_REQUEST.
    """
    tidy = _tidy(submission)
    kelurahan = _kelurahan_of(gazetteer, tidy)
    category = gazetteer.categories.get(tidy.category)
    if category is None:
        raise Refusal(ErrorCode.INVALID, Message.CATEGORY_UNKNOWN, "input", "category", code=tidy.category)
    agency = gazetteer.agencies.get(first_handler(category.handler, category.agency, kelurahan))

    async def work(change: Change) -> int:
        known = await _same_request(change, person, tidy)
        if known is not None:
            return known
        pictures = await photos.claim(change, person, tidy.photo_ids, "input", "photoIds")
        report = _new_report(tidy, person, category, kelurahan, agency, change.at)
        taken = Step(
            kind=ReportEventKind.SUBMITTED,
            before=None,
            after=ReportRow.of(report),
            account_id=person.account_id,
            actor=Role.CITIZEN,
        )
        counts = taken.counts(change.at)
        await tallies.add(change, counts)
        report.number = await _next_number(change)
        report.position = await change.take_positions(1)
        await report.save(using_db=change.using)
        await photos.attach(change, report.id, pictures, PhotoRole.CITIZEN)
        taken.after = ReportRow.of(report)
        await change.append(report.position, [taken.draft(counts)])
        report_id: int = report.id
        return report_id

    return await writer.change(work)


async def edit(writer: Writer, person: Person, report_id: int, wish: Edit) -> None:
    """Change the words of one's own report, or add photos, while it waits unanswered."""
    changes: dict[str, Any] = {}
    if wish.title is not None:
        changes["title"] = texts.clean_line(wish.title, texts.TITLE, "input", "title")
    if wish.description is not None:
        changes["description"] = texts.clean(wish.description, texts.DESCRIPTION, "input", "description")
    if wish.address is not None:
        changes["address"] = texts.clean_optional(wish.address, texts.ADDRESS, "input", "address")
    if not changes and not wish.photo_ids:
        raise Refusal(ErrorCode.INVALID, Message.NOTHING_TO_CHANGE, "input")

    async def work(change: Change) -> None:
        (report,) = await locked(change, report_id)
        access.require_reporter(person, report)
        access.require_unanswered(report)
        pictures = await photos.claim(change, person, wish.photo_ids, "input", "addPhotoIds")
        already = await photos.count(change, report_id, PhotoRole.CITIZEN)
        if already + len(pictures) > photos.AT_MOST:
            raise Refusal(ErrorCode.INVALID, Message.PHOTOS_TOO_MANY, "input", "addPhotoIds", high=photos.AT_MOST)
        taken = step(ReportEventKind.EDITED, report, person, Role.CITIZEN, **changes)
        taken.facts["fields"] = sorted([*changes, *(["photos"] if pictures else [])])
        await record(change, [taken])
        await photos.attach(change, report_id, pictures, PhotoRole.CITIZEN, start=already)

    await writer.change(work)


async def withdraw(writer: Writer, person: Person, report_id: int) -> None:
    """Take one's own report back while it waits unanswered. No answer was given, so no points are."""

    async def work(change: Change) -> None:
        (report,) = await locked(change, report_id)
        access.require_reporter(person, report)
        report, passed, score = await settled(change, report)
        find_move(
            report.status,
            ReportStatus.PROCESSED,
            Resolution.WITHDRAWN,
            answered=report.responded_at is not None,
        )
        taken = step(
            ReportEventKind.STATUS_CHANGED,
            report,
            person,
            Role.CITIZEN,
            status=ReportStatus.PROCESSED,
            resolution=Resolution.WITHDRAWN,
            processed_at=change.at,
        )
        await record(change, [*passed, taken], score.entries)

    await writer.change(work)


def _tidy(submission: Submission) -> Submission:
    return replace(
        submission,
        title=texts.clean_line(submission.title, texts.TITLE, "input", "title"),
        description=texts.clean(submission.description, texts.DESCRIPTION, "input", "description"),
        address=texts.clean_optional(submission.address, texts.ADDRESS, "input", "address"),
        request_key=None
        if submission.request_key is None
        else texts.clean(submission.request_key, texts.REQUEST_KEY, "input", "idempotencyKey"),
    )


def _kelurahan_of(gazetteer: Gazetteer, submission: Submission) -> str:
    fault = check_coordinates(submission.latitude, submission.longitude)
    if fault is not None:
        raise Refusal(ErrorCode.INVALID, Message[f"COORDINATE_{fault}"], "input", "location")
    location = gazetteer.locate(submission.latitude, submission.longitude)
    if location is None:
        raise Refusal(ErrorCode.OUT_OF_AREA, Message.OUT_OF_AREA, "input", "location")
    if submission.kelurahan is None:
        return location.kelurahan
    chosen = gazetteer.find_kelurahan(submission.kelurahan)
    if chosen is None:
        raise Refusal(ErrorCode.INVALID, Message.KELURAHAN_UNKNOWN, "input", "kelurahan", code=submission.kelurahan)
    if not gazetteer.plausible(location, chosen.code):
        likely = ", ".join(gazetteer.kelurahan[code].name for code in (location.kelurahan, *location.alternatives))
        raise Refusal(
            ErrorCode.INVALID,
            Message.KELURAHAN_IMPLAUSIBLE,
            "input",
            "kelurahan",
            name=chosen.name,
            likely=likely,
        )
    return chosen.code


def _new_report(
    submission: Submission,
    person: Person,
    category: CategoryRecord,
    kelurahan: str,
    agency: AgencyRecord | None,
    at: datetime,
) -> Report:
    """Fill a report's first row, but for its number; it goes to `agency`, or else to the kelurahan's own desk."""
    promised = at + timedelta(minutes=category.processing_target_minutes)
    report = Report(
        version=1,
        title=submission.title,
        description=submission.description,
        address=submission.address,
        category=category.code,
        weight=category.weight,
        latitude=submission.latitude,
        longitude=submission.longitude,
        kelurahan=kelurahan,
        handler=kelurahan if agency is None else agency.code,
        external=agency is not None and agency.kind is AgencyKind.EXTERNAL,
        status=ReportStatus.WAITING,
        reporter_id=person.account_id,
        anonymous=submission.anonymous,
        submitted_at=at,
        response_due_at=at + timedelta(minutes=category.response_target_minutes),
        processing_due_at=promised,
        handler_due_at=promised,
        request_key=submission.request_key,
        request_digest=None if submission.request_key is None else submission.digest,
    )
    due = next_due(ReportRow.of(report), at)
    report.next_due_at = None if due is None else due.at
    return report


async def _same_request(change: Change, person: Person, submission: Submission) -> int | None:
    if submission.request_key is None:
        return None
    known = (
        await Report.filter(reporter_id=person.account_id, request_key=submission.request_key)
        .using_db(change.using)
        .first()
    )
    if known is None:
        return None
    if known.request_digest != submission.digest:
        raise Refusal(ErrorCode.DUPLICATE_REQUEST, Message.KEY_REUSED, "input", "idempotencyKey")
    known_id: int = known.id
    return known_id


async def _next_number(change: Change) -> str:
    day = jakarta_day(change.at)
    rows = await change.fetch(
        "INSERT INTO report_day (day, given) VALUES ($1, 1) "
        "ON CONFLICT (day) DO UPDATE SET given = report_day.given + 1 RETURNING given",
        day,
    )
    return f"JK{day:%y%m%d}{rows[0]['given']:04d}"
