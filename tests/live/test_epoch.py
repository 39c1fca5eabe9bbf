"""A replaced log: every process detects it, ends the streams of the old epoch and continues with the new one."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace

import pytest

from actions.epoch import begin_epoch
from actions.reference import load
from actions.transaction import Transactions
from models.database import database, fetch
from models.log import LogEvent, Topic
from models.reference.records import bundled
from queries import log
from queries.log import CursorInvalid
from rules.boards import BoardKind
from rules.cursors import decode, encode
from rules.periods import Period
from subscriptions.tailer import EpochChanged
from tests.city import City, Deployment
from tests.subscribers import updates_of
from tests.wire import DEADLINE, GAMBIR, Caller, RequestFailedError, socket

pytestmark = pytest.mark.anyio

FOLLOW = "subscription($id: ID!, $after: String) { reportChanged(id: $id, after: $after) { kind cursor } }"
CURSOR = "{ reports(first: 1) { edges { node { cursor } } } }"


async def until(true: Callable[[], bool]) -> None:
    """Wait until a condition is true."""
    async with asyncio.timeout(DEADLINE):
        while True:
            if true():
                return
            await asyncio.sleep(0.01)


async def newest_cursor(caller: Caller) -> tuple[str, int]:
    """Return the epoch and the position in the cursor of the newest report."""
    return decode((await caller.ask(CURSOR))["reports"]["edges"][0]["node"]["cursor"])


async def test_tail_returns_the_same_events_as_read_with_the_head(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "BATCH", 3)
    citizen = await city.citizen()
    reports = [await citizen.report() for _ in range(4)]
    epoch, head = decode(reports[-1]["cursor"])
    for after in range(head + 1):
        assert await log.tail(after) == (epoch, head, await log.read(after))


async def test_new_epoch_ends_listeners_and_invalidates_cursors(city: City) -> None:
    citizen = await city.citizen()
    report = await citizen.report()
    tailer = city.services.tailer
    async with asyncio.timeout(DEADLINE):
        assert await tailer.position_of(report["cursor"]) == decode(report["cursor"])[1]
        with tailer.listen(("topic", Topic.REFERENCE)) as listener, tailer.listen(("topic", Topic.ACCESS)) as other:
            epoch = await begin_epoch()
            for one in (listener, other):
                with pytest.raises(EpochChanged):
                    await anext(aiter(one))
                with pytest.raises(EpochChanged):
                    await one.wait()
        with pytest.raises(CursorInvalid):
            await tailer.position_of(report["cursor"])
        assert await newest_cursor(city.anyone()) == (epoch, tailer.position)
        with tailer.listen(("topic", Topic.REPORT)) as listener:
            new = await citizen.report()
            assert (await anext(aiter(listener))).position == decode(new["cursor"])[1] == tailer.position


async def test_waiting_event_is_dropped_when_the_log_is_replaced(city: City) -> None:
    citizen = await city.citizen()
    with city.services.tailer.listen(("topic", Topic.REPORT)) as listener:
        taking = aiter(listener)
        for _ in range(3):
            last = await citizen.report()
        async with asyncio.timeout(DEADLINE):
            await until(lambda: city.services.tailer.position == decode(last["cursor"])[1])
            first = await anext(taking)  # takes the others from the queue as well
            assert first.position < decode(last["cursor"])[1]
            await begin_epoch()
            await until(lambda: listener.invalidated)
            with pytest.raises(EpochChanged):
                await anext(taking)


async def test_restored_log_with_lower_head_is_detected_before_its_new_epoch(
    city: City,
) -> None:
    citizen = await city.citizen()
    _, head = [decode((await citizen.report())["cursor"])[1] for _ in range(2)]
    tailer = city.services.tailer
    await until(lambda: tailer.position == head)
    with tailer.listen(("topic", Topic.REPORT)) as listener:
        await LogEvent.filter(position=head).delete()
        await fetch("UPDATE log_head SET position = $1 WHERE id = 1", head - 1)
        async with asyncio.timeout(DEADLINE):
            with pytest.raises(EpochChanged):
                await anext(aiter(listener))
        assert tailer.position == head - 1


async def test_boards_send_a_snapshot_of_the_new_epoch_and_continue(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    one, other = [(await citizen.report())["id"] for _ in range(2)]
    await officer.move(one, "IN_PROGRESS")
    boards = city.services.boards
    async with (
        asyncio.timeout(DEADLINE),
        aclosing(updates_of(boards.board(BoardKind.KELURAHAN, Period.ALL_TIME), 1)) as watching,
    ):
        before = await anext(watching)
        await fetch("DELETE FROM tally")  # as if the backup were older than these rows
        epoch = await begin_epoch()
        after = await anext(watching)
        assert after.snapshot
        assert (after.board.epoch, after.rows[0].points) == (epoch, 0)
        assert after.serial > before.serial
        await officer.move(other, "IN_PROGRESS")
        update = after  # there may be another snapshot: when the reference data of the new epoch are read
        while {place.code: place.points for place in update.rows}.get(GAMBIR) != 12:
            update = await anext(watching)
            assert update.board.epoch == epoch


async def test_reference_data_and_sessions_are_still_followed_in_new_epoch(city: City) -> None:
    services = city.services
    facts = bundled()
    renamed = replace(facts.agencies[0], name="Dinas Bina Marga dan Jembatan")
    epoch = await begin_epoch()
    await until(lambda: services.tailer.epoch == epoch)
    await Transactions().run(load, replace(facts, agencies=(renamed, *facts.agencies[1:])))
    await until(lambda: services.places.agencies[renamed.code].name == renamed.name)
    await until(lambda: len(services.tailer.listeners.get(("topic", Topic.ACCESS), ())) == 2)  # sockets, kept answers


async def test_reference_data_is_reloaded_in_new_epoch_without_an_event(city: City) -> None:
    await fetch("UPDATE agency SET name = $1 WHERE code = $2", "Dinas Air", "SDA")
    await begin_epoch()
    await until(lambda: city.services.places.agencies["SDA"].name == "Dinas Air")


BOARD = "subscription { leaderboardChanged(kind: KELURAHAN, first: 1) { snapshot cursor } }"


async def test_new_epoch_ends_event_streams_and_restarts_boards_over_the_wire(
    deployment: Deployment,
) -> None:
    citizen = Caller(deployment.clients[0])
    await citizen.sign_up("warga@contoh.id")
    report = await citizen.report()
    async with asyncio.timeout(DEADLINE), socket(deployment.servers[-1].url) as phone:
        following = await phone.subscribe(FOLLOW, id=report["id"], after=report["cursor"])
        wall = await phone.subscribe(BOARD)
        assert decode((await wall.next())["cursor"])[0] == decode(report["cursor"])[0]
        await citizen.act("updateReport", report["id"], title="Sampah lagi")
        assert (await following.next())["kind"] == "EDITED"
        async with database(deployment.database_url):
            epoch = await begin_epoch()
        with pytest.raises(RequestFailedError) as failed:
            await following.next()
        assert failed.value.code == "CURSOR_INVALID"
        update = await wall.next()
        assert update["snapshot"]
        assert decode(update["cursor"])[0] == epoch
        again = await phone.subscribe(FOLLOW, id=report["id"], after=encode(epoch, 0))
        assert decode((await again.next())["cursor"])[0] == epoch


async def test_every_process_refuses_cursors_of_the_previous_epoch(deployment: Deployment) -> None:
    citizen = Caller(deployment.clients[0])
    await citizen.sign_up("warga@contoh.id")
    report = await citizen.report()
    async with database(deployment.database_url):
        epoch = await begin_epoch()
    for server, http in zip(deployment.servers, deployment.clients, strict=True):
        async with asyncio.timeout(DEADLINE), socket(server.url) as phone:
            while True:
                if (await newest_cursor(Caller(http)))[0] == epoch:
                    break
                await asyncio.sleep(0.05)
            refused = await phone.subscribe(FOLLOW, id=report["id"], after=report["cursor"])
            with pytest.raises(RequestFailedError) as failed:
                await refused.next()
            assert failed.value.code == "CURSOR_INVALID"
            following = await phone.subscribe(FOLLOW, id=report["id"], after=encode(epoch, 0))
            assert (await following.next())["kind"] == "SUBMITTED"
