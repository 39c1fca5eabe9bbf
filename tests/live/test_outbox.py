"""The outbox keeps the order of messages and has a bounded backlog, however slowly the client reads."""

import asyncio
import gc
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.types import Message

from subscriptions.transport import outbox as outboxes
from subscriptions.transport.outbox import Outbox
from subscriptions.transport.protocol import CLOSE_SLOW
from tests.wire import DEADLINE

pytestmark = pytest.mark.anyio


def text_message(text: str) -> Message:
    return {"type": "websocket.send", "text": text}


class Server:
    """The server side of a connection: like uvicorn's, `send` waits while the client reads nothing."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.writable = asyncio.Event()
        self.writable.set()

    async def send(self, message: Message) -> None:
        await self.writable.wait()
        self.sent.append(message)

    @property
    def texts(self) -> list[str]:
        return [message["text"] for message in self.sent if message["type"] == "websocket.send"]

    @property
    def codes(self) -> list[int]:
        return [message["code"] for message in self.sent if message["type"] == "websocket.close"]


async def test_text_to_a_fast_client_goes_out_at_once_without_a_task() -> None:
    server = Server()
    outbox, tasks = Outbox(server.send, CLOSE_SLOW), len(asyncio.all_tasks())
    for number in range(1000):
        outbox.push(text_message(str(number)))
    assert server.texts == [str(number) for number in range(1000)]
    assert len(asyncio.all_tasks()) == tasks


async def turns(seed: int) -> None:
    """Interleave pushes, awaited sends and a client that reads only at times."""
    choose, server = Random(seed), Server()
    outbox, given_out = Outbox(server.send, CLOSE_SLOW), 0

    async def dawdle() -> None:
        for _ in range(choose.randint(0, 3)):
            await asyncio.sleep(0)

    async def talk() -> None:
        nonlocal given_out
        for _ in range(30):
            text, given_out = str(given_out), given_out + 1
            if choose.random() < 0.5:
                outbox.push(text_message(text))
            else:
                await outbox.send(text_message(text))
                assert text in server.texts
            await dawdle()

    async def read() -> None:
        for _ in range(40):
            await dawdle()
            server.writable.clear() if choose.random() < 0.5 else server.writable.set()
        server.writable.set()

    async with asyncio.timeout(DEADLINE):
        await asyncio.gather(talk(), talk(), read())
        await outbox.drained()
    assert server.texts == [str(number) for number in range(given_out)]


def test_texts_go_out_once_and_in_order_in_any_interleaving() -> None:
    with asyncio.Runner() as runner:

        @settings(max_examples=200)
        @given(st.integers(0, 2**32))
        def any_turns(seed: int) -> None:
            runner.run(turns(seed))

        any_turns()


@pytest.mark.parametrize("text", ["x", "x" * 100_000])
async def test_stopped_client_costs_a_bounded_backlog_and_then_gets_1013(text: str) -> None:
    server = Server()
    outbox, ended = Outbox(server.send, CLOSE_SLOW), asyncio.Event()
    outbox.on_too_slow = ended.set
    server.writable.clear()
    most = 0
    for _ in range(outboxes.MAX_BACKLOG_MESSAGES * 2):
        outbox.push(text_message(text))
        most = max(most, sum(len(message.get("text", "")) for message in outbox._backlog))
    assert most <= outboxes.MAX_BACKLOG_CHARACTERS + len(text)
    assert len(outbox._backlog) == 1
    server.writable.set()
    async with asyncio.timeout(DEADLINE):
        await ended.wait()
    assert server.codes == [1013]
    assert server.texts == [text]  # already given to the server; the client resumes after it


async def test_client_that_reads_nothing_is_ended_after_the_timeout(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outboxes, "SEND_TIMEOUT", 0.05)
    server = Server()
    outbox, ended = Outbox(server.send, CLOSE_SLOW), asyncio.Event()
    outbox.on_too_slow = ended.set
    server.writable.clear()
    async with asyncio.timeout(DEADLINE):
        await outbox.send(text_message("never"))
        await ended.wait()
    outbox.push(text_message("nothing more"))
    server.writable.set()
    await outbox.drained()
    assert server.sent == []


async def test_nothing_goes_out_after_close_and_a_gone_client_raises_nothing() -> None:
    server = Server()
    outbox = Outbox(server.send, CLOSE_SLOW)
    outbox.push(text_message("last"))
    await outbox.send({"type": "websocket.close", "code": 1000})
    outbox.push(text_message("late"))
    assert (server.texts, server.codes) == (["last"], [1000])

    async def gone(_: Message) -> None:
        raise OSError

    nobody = Outbox(gone, CLOSE_SLOW)
    nobody.push(text_message("lost"))
    await nobody.send(text_message("lost"))


async def test_closing_server_raises_nothing_to_pushers(caplog: pytest.LogCaptureFixture) -> None:
    async def closing(_: Message) -> None:
        raise RuntimeError("Unexpected ASGI message 'websocket.send', after sending 'websocket.close'.")

    async def closing_later(_: Message) -> None:
        await asyncio.sleep(0)
        await closing(_)

    for send in (closing, closing_later):
        outbox = Outbox(send, CLOSE_SLOW)
        outbox.push(text_message("lost"))
        async with asyncio.timeout(DEADLINE):
            await outbox.drained()
        outbox.push(text_message("lost too"))
        await outbox.drained()
    gc.collect()
    await asyncio.sleep(0)
    assert caplog.records == []
