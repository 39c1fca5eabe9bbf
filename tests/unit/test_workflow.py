from itertools import product

import pytest

from rules.messages import Message
from rules.refusals import ErrorCode, Refusal
from rules.workflow import LABELS, MOVES, Need, Party, ReportStatus, Resolution, find_move, label

W, I, P = ReportStatus.WAITING, ReportStatus.IN_PROGRESS, ReportStatus.PROCESSED  # noqa: E741 # as short as the table
STATES = (W, I, P)
ENDS = (None, *Resolution)

DOMAIN: dict[tuple[ReportStatus, ReportStatus, Resolution | None], tuple[Party, Need, bool]] = {
    (W, I, None): (Party.HANDLER, Need.NOTHING, False),
    (W, P, Resolution.FIXED): (Party.HANDLER, Need.PROOF, False),
    (I, P, Resolution.FIXED): (Party.HANDLER, Need.PROOF, False),
    (W, P, Resolution.DUPLICATE): (Party.HANDLER, Need.ORIGINAL, False),
    (I, P, Resolution.DUPLICATE): (Party.HANDLER, Need.ORIGINAL, False),
    (W, P, Resolution.INVALID): (Party.HANDLER, Need.NOTE, False),
    (I, P, Resolution.INVALID): (Party.HANDLER, Need.NOTE, False),
    (W, P, Resolution.OUT_OF_REMIT): (Party.HANDLER, Need.NOTE, False),
    (I, P, Resolution.OUT_OF_REMIT): (Party.HANDLER, Need.NOTE, False),
    (W, P, Resolution.WITHDRAWN): (Party.REPORTER, Need.NOTHING, True),
}
"""The table of the domain, "Status", row by row: (from, to, how it ends) to (who, what it needs, only unanswered)."""


def refusal(status: ReportStatus, target: ReportStatus, resolution: Resolution | None, *, answered: bool) -> Refusal:
    with pytest.raises(Refusal) as caught:
        find_move(status, target, resolution, answered=answered)
    return caught.value


def test_the_moves_are_those_of_the_domains_table_and_no_others() -> None:
    written = {
        (source, move.target, move.resolution): (move.party, move.need, move.unanswered)
        for move in MOVES
        for source in move.sources
    }
    assert written == DOMAIN


def test_no_two_moves_answer_to_the_same_change() -> None:
    assert sum(len(move.sources) for move in MOVES) == len(DOMAIN)


@pytest.mark.parametrize("answered", [False, True])
def test_a_change_that_is_not_in_the_table_is_refused_and_one_that_is_finds_its_row(*, answered: bool) -> None:
    for change in product(STATES, STATES, ENDS):
        party, need, unanswered = DOMAIN.get(change, (None, None, False))
        if party is None or (unanswered and answered):
            assert refusal(*change, answered=answered).code is ErrorCode.TRANSITION_REFUSED, change
        else:
            move = find_move(*change, answered=answered)
            assert (move.party, move.need, move.target, move.resolution) == (party, need, *change[1:])


def test_what_has_ended_moves_no_more() -> None:
    for target, resolution, answered in product(STATES, ENDS, (False, True)):
        assert refusal(P, target, resolution, answered=answered).code is ErrorCode.TRANSITION_REFUSED


def test_a_report_that_was_answered_is_no_longer_withdrawn_and_that_is_what_is_told() -> None:
    assert find_move(W, P, Resolution.WITHDRAWN, answered=False).party is Party.REPORTER
    assert refusal(W, P, Resolution.WITHDRAWN, answered=True).message is Message.ANSWERED_ALREADY


def test_a_refused_change_tells_in_both_languages_where_the_report_stands_and_what_it_cannot_become() -> None:
    closed_again = refusal(P, P, Resolution.FIXED, answered=True)
    assert closed_again.text("ID") == "Status laporan ini: sudah diproses; perubahan ke FIXED tidak dapat dilakukan."
    assert closed_again.text("EN") == "This report is already processed; it cannot become FIXED."
    assert "IN_PROGRESS" in refusal(I, I, None, answered=True).text("EN")


def test_every_status_has_the_name_that_citizens_know_it_by() -> None:
    assert LABELS.keys() == set(ReportStatus)
    assert [label(status, "ID") for status in STATES] == ["menunggu", "sedang ditindaklanjuti", "sudah diproses"]
    assert [label(status, "EN") for status in STATES] == ["waiting", "in progress", "processed"]


def test_a_language_we_do_not_speak_is_answered_in_indonesian() -> None:
    assert label(W, "FR") == "menunggu"
