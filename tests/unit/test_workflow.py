from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from rules.languages import Locale
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal
from rules.workflow import (
    MOVES,
    REOPENINGS,
    STATUS_LABELS,
    Actor,
    Reopening,
    ReportStatus,
    Requirement,
    Resolution,
    check_reopening,
    find_move,
    label,
)

W, I, P = ReportStatus.WAITING, ReportStatus.IN_PROGRESS, ReportStatus.PROCESSED  # noqa: E741 # as short as the table
STATES = (W, I, P)
ENDS = (None, *Resolution)

DOMAIN: dict[tuple[ReportStatus, ReportStatus, Resolution | None], tuple[Actor, Requirement, bool]] = {
    (W, I, None): (Actor.HANDLER, Requirement.NOTHING, False),
    (W, P, Resolution.FIXED): (Actor.HANDLER, Requirement.PROOF, False),
    (I, P, Resolution.FIXED): (Actor.HANDLER, Requirement.PROOF, False),
    (W, P, Resolution.DUPLICATE): (Actor.HANDLER, Requirement.ORIGINAL, False),
    (I, P, Resolution.DUPLICATE): (Actor.HANDLER, Requirement.ORIGINAL, False),
    (W, P, Resolution.INVALID): (Actor.HANDLER, Requirement.NOTE, False),
    (I, P, Resolution.INVALID): (Actor.HANDLER, Requirement.NOTE, False),
    (W, P, Resolution.OUT_OF_REMIT): (Actor.HANDLER, Requirement.NOTE, False),
    (I, P, Resolution.OUT_OF_REMIT): (Actor.HANDLER, Requirement.NOTE, False),
    (W, P, Resolution.WITHDRAWN): (Actor.REPORTER, Requirement.NOTHING, True),
}
"""The table of domain.md, "Status": (from, to, resolution) to (actor, requirement, whether only unanswered)."""

ENDED = datetime(2026, 11, 1, 3, tzinfo=UTC)
FORTNIGHT = timedelta(days=14)
INSTANT = timedelta(microseconds=1)


def refusal(status: ReportStatus, target: ReportStatus, resolution: Resolution | None, *, answered: bool) -> Refusal:
    with pytest.raises(Refusal) as caught:
        find_move(status, target, resolution, answered=answered)
    return caught.value


def test_moves_are_exactly_those_of_the_domain_table() -> None:
    written = {
        (source, move.target, move.resolution): (move.actor, move.requirement, move.unanswered)
        for move in MOVES
        for source in move.sources
    }
    assert written == DOMAIN


def test_no_two_moves_match_the_same_change() -> None:
    assert sum(len(move.sources) for move in MOVES) == len(DOMAIN)


@pytest.mark.parametrize("answered", [False, True])
def test_change_is_allowed_exactly_when_the_table_has_it(*, answered: bool) -> None:
    for change in product(STATES, STATES, ENDS):
        actor, requirement, unanswered = DOMAIN.get(change, (None, None, False))
        if actor is None or (unanswered and answered):
            assert refusal(*change, answered=answered).code is ErrorCode.TRANSITION_REFUSED, change
        else:
            move = find_move(*change, answered=answered)
            assert (move.actor, move.requirement, move.target, move.resolution) == (actor, requirement, *change[1:])


def test_only_withdrawing_is_refused_to_a_report_with_duplicates() -> None:
    for (status, target, resolution), (actor, *_) in DOMAIN.items():
        if resolution is Resolution.WITHDRAWN:
            with pytest.raises(Refusal) as caught:
                find_move(status, target, resolution, answered=False, has_duplicates=True)
            assert (caught.value.code, caught.value.message) == (ErrorCode.TRANSITION_REFUSED, Message.HAS_DUPLICATES)
        else:
            assert find_move(status, target, resolution, answered=False, has_duplicates=True).actor is actor


def test_no_change_of_status_moves_a_closed_report() -> None:
    for target, resolution, answered in product(STATES, ENDS, (False, True)):
        assert refusal(P, target, resolution, answered=answered).code is ErrorCode.TRANSITION_REFUSED


def test_answered_report_cannot_be_withdrawn_and_the_refusal_says_why() -> None:
    assert find_move(W, P, Resolution.WITHDRAWN, answered=False).actor is Actor.REPORTER
    assert refusal(W, P, Resolution.WITHDRAWN, answered=True).message is Message.ANSWERED_ALREADY


def reopening(
    actor: Actor,
    resolution: Resolution | None = Resolution.FIXED,
    *,
    processed_at: datetime | None = ENDED,
    after: timedelta = timedelta(),
    times: int = 0,
) -> Message | None:
    """Return the refusal of a reopening, or None when it is allowed."""
    try:
        check_reopening(actor, resolution, processed_at, at=ENDED + after, times=times)
    except Refusal as refused:
        return refused.message
    return None


def test_reporters_reopen_within_14_days_and_supervisors_within_60() -> None:
    assert {row.actor: row for row in REOPENINGS} == {
        Actor.REPORTER: Reopening(Actor.REPORTER, FORTNIGHT, 2),
        Actor.SUPERVISOR: Reopening(Actor.SUPERVISOR, timedelta(days=60), 2),
    }


@pytest.mark.parametrize("actor", [Actor.REPORTER, Actor.SUPERVISOR])
@pytest.mark.parametrize("resolution", Resolution)
def test_every_resolution_except_withdrawn_can_be_reopened(actor: Actor, resolution: Resolution) -> None:
    withdrawn = resolution is Resolution.WITHDRAWN
    assert reopening(actor, resolution) == (Message.REOPEN_NOTHING if withdrawn else None)


@pytest.mark.parametrize("actor", [Actor.REPORTER, Actor.SUPERVISOR])
def test_open_report_cannot_be_reopened(actor: Actor) -> None:
    assert reopening(actor, None, processed_at=None) is Message.REOPEN_NOTHING


@pytest.mark.parametrize(("actor", "within"), [(row.actor, row.within) for row in REOPENINGS])
def test_report_is_reopened_until_exactly_the_limit(actor: Actor, within: timedelta) -> None:
    assert reopening(actor, after=within) is None
    assert reopening(actor, after=within + INSTANT) is Message.REOPEN_TOO_LATE


@pytest.mark.parametrize("actor", [Actor.REPORTER, Actor.SUPERVISOR])
@pytest.mark.parametrize(("times", "refused"), [(0, None), (1, None), (2, Message.REOPEN_TOO_OFTEN)])
def test_report_is_reopened_at_most_twice(actor: Actor, times: int, refused: Message | None) -> None:
    assert reopening(actor, times=times) is refused


def test_refused_reopening_names_its_limits_in_both_languages() -> None:
    with pytest.raises(Refusal) as late:
        check_reopening(Actor.REPORTER, Resolution.FIXED, ENDED, at=ENDED + 2 * FORTNIGHT, times=0)
    with pytest.raises(Refusal) as often:
        check_reopening(Actor.REPORTER, Resolution.FIXED, ENDED, at=ENDED, times=2)
    assert late.value.code is often.value.code is ErrorCode.TRANSITION_REFUSED
    assert late.value.text(Locale.EN) == "The time to reopen this report is over: 14 days after it was processed."
    assert "paling banyak 2 kali" in often.value.text(Locale.ID)


def test_refused_change_names_both_statuses_in_both_languages() -> None:
    closed_again = refusal(P, P, Resolution.FIXED, answered=True)
    indonesian = closed_again.text(Locale.ID)
    assert indonesian == "Laporan ini sudah diproses, sehingga tidak dapat diubah menjadi “selesai ditangani”."
    assert closed_again.text(Locale.EN) == "This report is already processed; it cannot be changed to “fixed”."
    assert "“in progress”" in refusal(I, I, None, answered=True).text(Locale.EN)


def test_every_status_has_its_public_name() -> None:
    assert STATUS_LABELS.keys() == set(ReportStatus)
    assert [label(status, Locale.ID) for status in STATES] == ["menunggu", "sedang ditindaklanjuti", "sudah diproses"]
    assert [label(status, Locale.EN) for status in STATES] == ["waiting", "in progress", "processed"]
