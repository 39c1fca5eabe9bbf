import asyncio
import threading

import pytest

from actions import passwords
from actions.workers import Workers
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal

pytestmark = pytest.mark.anyio


@pytest.fixture
def workers() -> Workers:
    return Workers("test-worker", threads=2, waiting=3)


async def test_two_run_and_three_wait_and_all_others_are_refused(workers: Workers) -> None:
    running, most, resume = 0, 0, threading.Event()
    lock = threading.Lock()

    def work(number: int) -> int:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        resume.wait(60)
        with lock:
            running -= 1
        return number

    calls = [asyncio.create_task(workers.run(work, number)) for number in range(5)]
    await asyncio.sleep(0)
    for _ in range(3):
        with pytest.raises(Refusal) as refused:
            await workers.run(work, 9)
        assert (refused.value.code, refused.value.message) == (ErrorCode.RATE_LIMITED, Message.BUSY)
    resume.set()
    assert await asyncio.gather(*calls) == [0, 1, 2, 3, 4]
    assert most == 2
    assert await asyncio.gather(*(workers.run(work, number) for number in range(5))) == [0, 1, 2, 3, 4]


async def test_cancelled_call_that_waits_never_runs_and_leaves_its_place(workers: Workers) -> None:
    resume = threading.Event()
    ran: list[int] = []
    calls = [asyncio.create_task(workers.run(resume.wait, 60)) for _ in range(2)]
    waiting = [asyncio.create_task(workers.run(ran.append, number)) for number in range(3)]
    await asyncio.sleep(0)
    for call in waiting:
        call.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    again = asyncio.create_task(workers.run(ran.append, 3))
    await asyncio.sleep(0)
    resume.set()
    await asyncio.gather(*calls, again)
    assert ran == [3]


async def test_failed_call_raises_its_error_and_leaves_its_place(workers: Workers) -> None:
    for _ in range(6):
        with pytest.raises(ValueError, match="literal"):
            await workers.run(int, "x")


@pytest.mark.parametrize("known", [None, "a hash"])
async def test_passwords_beyond_the_queue_are_refused(
    known: str | None, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await passwords.verify_password(None, "x") is passwords.Verdict.WRONG  # makes the dummy hash
    monkeypatch.setattr(passwords, "_workers", workers)
    resume = threading.Event()
    calls = [asyncio.create_task(workers.run(resume.wait, 60)) for _ in range(5)]
    await asyncio.sleep(0)
    for attempt in (passwords.hash_password("kata sandi yang panjang"), passwords.verify_password(known, "x")):
        with pytest.raises(Refusal) as refused:
            await attempt
        assert refused.value.message is Message.BUSY
    resume.set()
    await asyncio.gather(*calls)
