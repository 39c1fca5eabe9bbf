"""Acts of citizens on their own reports: submit, edit, withdraw.

Each action raises `rules.refusals.Refusal` when it is refused, and has then changed nothing.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from actions import originals, photos, repeats, tallies
from actions.log import position
from actions.originals import Words
from actions.places import locate
from actions.report_editor import ReportChange
from actions.transaction import Transaction
from models.log import ReportEventKind
from models.reading import select
from models.reference.gazetteer import Gazetteer, Location
from models.reference.records import AgencyRecord, CategoryRecord
from models.reports import REPORT_COLUMNS, PhotoRole, Report, ReportRow
from models.writing import Sql, Statement, insert
from rules import access, texts
from rules.access import Person, Role
from rules.messages import Message
from rules.periods import jakarta_day
from rules.refusals import ErrorCode, Faults, Refusal
from rules.routing import AgencyKind, first_handler
from rules.scoring.points import REPORTS_A_DAY, units_of_reporter
from rules.sla import next_deadline
from rules.workflow import ReportStatus, Resolution, find_move

NEW_ID = Sql("{submitted.id}")
"""The row id of a report that is being submitted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A report as a citizen submits it. `photo_ids` are their uploads; `kelurahan` is their own choice, or None.

    Every field but these two, `request_key` and `mask_personal_details` is a column of the report. With the last one
    the public reads its words masked.
    """

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
    mask_personal_details: bool = False

    def digest(self, photo_digests: tuple[str, ...], original: Words | None) -> str:
        """SHA-256 of everything but the key: tells two submissions under one key apart.

        Photos count by their bytes, for a phone that sends a report again may have uploaded them again. `original`: the
        words of a masked submission.
        """
        values = {**asdict(self), "request_key": None, "photo_ids": photo_digests}
        del values["mask_personal_details"]
        if original is not None:
            values["original"] = original
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of the report that are stored as submitted."""
        return {name: getattr(self, name) for name in STORED}


_APART = {"category", "kelurahan", "photo_ids", "request_key", "mask_personal_details"}
STORED = tuple(name for name in Submission.__dataclass_fields__ if name not in _APART)
"""The fields of a submission that are stored as submitted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutedSubmission:
    """A valid submission with its kelurahan, its category and the agency that handles it first, if any.

    `original`: its words before they were masked; None if nothing is.
    """

    submission: Submission
    kelurahan: str
    category: CategoryRecord
    agency: AgencyRecord | None
    original: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """The changes of a reporter; None leaves a part as it is, an empty address removes it.

    `mask_personal_details`: whether the public reads the words masked.
    """

    title: str | None = None
    description: str | None = None
    address: str | None = None
    photo_ids: tuple[str, ...] = ()
    mask_personal_details: bool | None = None


def route(gazetteer: Gazetteer, submission: Submission) -> RoutedSubmission:
    """Clean a submission, locate it and find its first handler; outside any transaction, for locating takes time.

    Raises Refusal INVALID, OUT_OF_AREA.
    """
    with Faults() as faults:
        cleaned = _clean(submission, faults)
        category = faults.check(_category, gazetteer, cleaned.category)
        kelurahan = faults.check(_locate, gazetteer, cleaned)
    agency = gazetteer.agencies.get(first_handler(category.handler, category.agency, kelurahan))
    original = None
    if cleaned.mask_personal_details:
        words = Words(cleaned.title, cleaned.description, cleaned.address)
        public = words.masked()
        cleaned, original = replace(cleaned, **public._asdict()), None if public == words else words
    return RoutedSubmission(
        submission=cleaned, kelurahan=kelurahan, category=category, agency=agency, original=original
    )


async def require_valid(gazetteer: Gazetteer, person: Person, submission: Submission) -> RoutedSubmission:
    """Route a submission. If it is refused, look for faults that only the database knows too: all are reported at once.

    Raises Refusal INVALID, OUT_OF_AREA, DUPLICATE_REQUEST.
    """
    faults = Faults()
    routed = faults.check(route, gazetteer, submission)
    if faults:
        reused = await _reused_key(person, submission)
        if reused is not None:
            faults.add(reused)
        # The photos may be in the report of the key.
        own = photos.require_own(person, submission.photo_ids, "input", "photoIds", unused=reused is None)
        await faults.check_async(own)
    with faults:
        return routed


async def submit(tx: Transaction, person: Person, routed: RoutedSubmission) -> int:
    """Store a new report and return its row id.

    The same `request_key` from the same citizen returns the report it made before, and so do the same words about the
    same place within minutes (`actions.repeats`). Raises Refusal INVALID (photos), DUPLICATE_REQUEST.
    """
    submission = routed.submission
    request_digest = None
    if submission.request_key is not None:
        digests = await photos.digests_of(person, submission.photo_ids)
        request_digest = submission.digest(digests, routed.original)
        known = await _same_request(person, submission.request_key, request_digest)
        if known is not None:
            return known
    report = replace(new_report(tx, person, routed), request_digest=request_digest)
    known = None if tx.attempt == 1 else await repeats.find(report, routed.original)
    if known is not None:
        return known
    try:
        claimed = await photos.claim(tx, person, submission.photo_ids, "input", "photoIds")
    except Refusal:  # the first sending may have them
        known = await repeats.find(report, routed.original)
        if known is None:
            raise
        return known
    change = ReportChange(
        kind=ReportEventKind.SUBMITTED, before=None, after=report, account_id=person.account_id, actor=Role.CITIZEN
    )
    deltas = change.deltas(tx.at)
    numbered = [_numbering(jakarta_day(tx.at)), _placing(report), *repeats.statements(report, routed.original)]
    attached = photos.attach(NEW_ID, claimed, PhotoRole.CITIZEN)
    return await tx.write_whole(
        [replace(change.event(deltas), report_id=NEW_ID)],
        [*await tallies.add(tx, deltas), *numbered],
        [_insertion(report, submission), *originals.insertions(NEW_ID, routed.original), *attached],
        "submitted.id",
    )


async def edit(tx: Transaction, person: Person, report_id: int, changes: Edit) -> None:
    """Change the words of one's own report, mask them, or add photos, while it is waiting and unanswered."""
    faults = Faults()
    given = faults.check(_edited_columns, changes)
    if not faults and not given and not changes.photo_ids and changes.mask_personal_details is None:
        raise Refusal(ErrorCode.INVALID, Message.NOTHING_TO_CHANGE, "input")
    async with tx.edit(report_id, person) as report:
        with faults:
            access.require_reporter(person, report.row)
            access.require_unanswered(report.row)
            claimed = await photos.claim(tx, person, changes.photo_ids, "input", "addPhotoIds")
            count = await photos.count(tx, report_id, PhotoRole.CITIZEN)
            if count + len(claimed) > photos.AT_MOST:
                raise Refusal(ErrorCode.INVALID, Message.PHOTOS_TOO_MANY, "input", "addPhotoIds", high=photos.AT_MOST)
        columns = await originals.edited(tx, report.row, given, is_masked=changes.mask_personal_details)
        if not columns and not claimed:  # nothing to mask
            return
        facts = {"fields": sorted([*columns, *(["photos"] if claimed else [])])}
        columns |= {"photo_count": count + len(claimed)}
        report.record(ReportEventKind.EDITED, person, Role.CITIZEN, facts=facts, **columns)
        report.attach(claimed, PhotoRole.CITIZEN, start=count)


async def withdraw(tx: Transaction, person: Person, report_id: int) -> None:
    """Withdraw one's own report while it is waiting for an answer that is not overdue, and nothing is merged into it.

    Nobody answered, so nobody earns points. Merging locks this report too, so of both at once the second is refused.
    """
    async with tx.edit(report_id, person) as report:
        access.require_reporter(person, report.row)
        find_move(
            report.row.status,
            ReportStatus.PROCESSED,
            Resolution.WITHDRAWN,
            answered=report.row.responded_at is not None,
            has_duplicates=await Report.filter(duplicate_of_id=report_id).using_db(tx.connection).exists(),
            answer_overdue=tx.at > report.row.response_due_at,
        )
        await originals.keep(tx, report_id, None)
        report.record(
            ReportEventKind.STATUS_CHANGED,
            person,
            Role.CITIZEN,
            status=ReportStatus.PROCESSED,
            resolution=Resolution.WITHDRAWN,
            processed_at=tx.at,
        )


def _clean(submission: Submission, faults: Faults) -> Submission:
    return replace(
        submission,
        title=faults.check(texts.clean_line, submission.title, texts.TITLE, "input", "title"),
        description=faults.check(texts.clean, submission.description, texts.DESCRIPTION, "input", "description"),
        address=faults.check(texts.clean_optional, submission.address, texts.ADDRESS, "input", "address"),
        request_key=faults.check(_clean_key, submission),
    )


def _clean_key(submission: Submission) -> str | None:
    key = submission.request_key
    return None if key is None else texts.clean(key, texts.REQUEST_KEY, "input", "idempotencyKey")


def _edited_columns(changes: Edit) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    with Faults() as faults:
        if changes.title is not None:
            columns["title"] = faults.check(texts.clean_line, changes.title, texts.TITLE, "input", "title")
        if changes.description is not None:
            columns["description"] = faults.check(
                texts.clean, changes.description, texts.DESCRIPTION, "input", "description"
            )
        if changes.address is not None:
            columns["address"] = faults.check(texts.clean_optional, changes.address, texts.ADDRESS, "input", "address")
    return columns


def _category(gazetteer: Gazetteer, code: str) -> CategoryRecord:
    category = gazetteer.categories.get(code)
    if category is None or not category.is_live:
        raise Refusal(ErrorCode.INVALID, Message.CATEGORY_UNKNOWN, "input", "category", code=code)
    return category


def _locate(gazetteer: Gazetteer, submission: Submission) -> str:
    """Return the code of the kelurahan: the citizen's own choice if it is plausible for the location.

    A name that is not known, or may mean several, does not matter when the location is certain. Otherwise the location
    decides between those that the name may mean.
    """
    chosen = submission.kelurahan
    named = [] if chosen is None else [record.code for record in gazetteer.candidates(chosen) if record.is_live]
    with Faults() as faults:
        location = faults.check(locate, gazetteer, submission.latitude, submission.longitude, "input", "location")
        if chosen is not None and not named and not getattr(location, "exact", False):  # None outside the city
            raise Refusal(ErrorCode.INVALID, Message.KELURAHAN_UNKNOWN, "input", "kelurahan", code=chosen)
    plausible = [code for code in named if gazetteer.plausible(location, code)]
    if len(plausible) == 1:
        return plausible[0]
    if not named or (len(named) > 1 and location.exact):
        return location.kelurahan
    raise _doubtful(gazetteer, str(chosen), named, location)


def _doubtful(gazetteer: Gazetteer, chosen: str, named: list[str], location: Location) -> Refusal:
    """Return the refusal of a name that fits the location in no way, or in several."""
    if len(named) > 1:
        candidates = gazetteer.described(named)
        return Refusal(
            ErrorCode.INVALID, Message.KELURAHAN_AMBIGUOUS, "input", "kelurahan", code=chosen, candidates=candidates
        )
    likely = ", ".join(gazetteer.kelurahan[code].name for code in (location.kelurahan, *location.alternatives))
    name = gazetteer.kelurahan[named[0]].name
    return Refusal(ErrorCode.INVALID, Message.KELURAHAN_IMPLAUSIBLE, "input", "kelurahan", name=name, likely=likely)


def new_report(tx: Transaction, person: Person, routed: RoutedSubmission) -> ReportRow:
    """Return the report's first state. Its id, number and position, and whether it scores, are given on insertion."""
    submission, category, agency = routed.submission, routed.category, routed.agency
    citizen_due_at = category.terms.processing_due_at(tx.calendar, tx.at)
    report = ReportRow(
        **submission.columns,
        id=0,
        number="",
        position=0,
        version=1,
        category=category.code,
        weight=category.weight,
        kelurahan=routed.kelurahan,
        handler=routed.kelurahan if agency is None else agency.code,
        external=agency is not None and agency.kind is AgencyKind.EXTERNAL,
        status=ReportStatus.WAITING,
        resolution=None,
        duplicate_of_id=None,
        reporter_id=person.account_id,
        submitted_at=tx.at,
        responded_at=None,
        processed_at=None,
        hours=category.hours,
        response_target_minutes=category.response_target_minutes,
        processing_target_minutes=category.processing_target_minutes,
        response_due_at=category.terms.response_due_at(tx.calendar, tx.at),
        processing_due_at=citizen_due_at,
        opening_no=0,
        reopened_at=None,
        citizen_reopenings=0,
        supervisor_reopenings=0,
        dismissal_reopened=False,
        held_from=None,
        previously_held_seconds=0,
        not_held_seconds=0,
        handler_due_at=citizen_due_at,
        next_due_at=None,
        response_overdue=False,
        processing_overdue=False,
        rating=None,
        support_count=0,
        photo_count=len(submission.photo_ids),
        changed_at=tx.at,
        scores=True,
        own_units=units_of_reporter(person, anonymous=submission.anonymous),
        own_latitude=None,
        own_longitude=None,
        imported_from=None,
        hidden=False,
        erased=False,
        request_digest=None,
    )
    due = next_deadline(report, tx.at)
    return report if due is None else replace(report, next_due_at=due.at)


def _numbering(day: date) -> Statement:
    """Return the statement that takes the next running number of a day, after the tallies are locked."""
    sql = (
        "INSERT INTO report_day (day, given) SELECT $1, 1 WHERE {counted} "
        "ON CONFLICT (day) DO UPDATE SET given = report_day.given + 1 RETURNING given, CAST(given AS TEXT) AS digits"
    )
    return Statement("numbered", sql, (day,))


def _placing(report: ReportRow) -> Statement:
    """Return the statement that counts a report among those of its reporter and day.

    It follows the day's number, so of two reports at once the one with the later number is the later one here too.
    """
    sql = (
        "INSERT INTO reporter_day (reporter_id, anonymous, day, given) SELECT $1, $2, $3, 1 WHERE {numbered} "
        "ON CONFLICT (reporter_id, anonymous, day) DO UPDATE SET given = reporter_day.given + 1 RETURNING given"
    )
    return Statement("placed", sql, (report.reporter_id, report.anonymous, jakarta_day(report.submitted_at)))


def _insertion(report: ReportRow, submission: Submission) -> Statement:
    """Return the statement that inserts a new report, with the day's number in at least four digits."""
    number = Sql(
        "$1 || substr('000', length({numbered.digits})) || {numbered.digits}",
        (f"JK{jakarta_day(report.submitted_at):%y%m%d}",),
    )
    scores = Sql(f"{{placed.given}} <= {REPORTS_A_DAY}")
    given = {"number": number, "position": position(1), "scores": scores, "request_key": submission.request_key}
    values = {name: getattr(report, name) for name in REPORT_COLUMNS if name != "id"} | given
    return insert("submitted", Report, tuple(values), [tuple(values.values())], "RETURNING id")


async def _same_request(person: Person, key: str, digest: str) -> int | None:
    """Return the report that the same request made before. Raises Refusal DUPLICATE_REQUEST for a reused key.

    Of two such requests at once one meets the unique index, runs again, and finds the report of the other.
    """
    condition = "WHERE reporter_id = $1 AND request_key = $2"
    made = await select(Report, ("id", "number", "request_digest"), condition, person.account_id, key)
    if not made:
        return None
    ((known, number, known_digest),) = made
    if known_digest != digest:
        raise Refusal(ErrorCode.DUPLICATE_REQUEST, Message.KEY_REUSED, "input", "idempotencyKey", report_number=number)
    return int(known)


async def _reused_key(person: Person, submission: Submission) -> Refusal | None:
    """Return the refusal of the key of a submission that is not valid, if a report was made with it."""
    try:
        key = _clean_key(submission)
    except Refusal:
        return None
    try:
        if key is not None:
            await _same_request(person, key, digest="")
    except Refusal as refusal:
        return refusal
    return None
