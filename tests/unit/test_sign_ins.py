import pytest

from app import sign_ins
from app.counters import Counters
from app.sign_ins import OTHERS_MOST, OTHERS_SLOWER, SignIns
from rules.refusals import Refusal

pytestmark = pytest.mark.anyio

FREE, MOST = 3, 900
VICTIM, HOME, PHONE = "korban@contoh.id", "192.0.2.1", "Tanggap 2, Android"


class Clock:
    """The clock of the counters in memory."""

    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Set the time of the counters by hand."""
    clock = Clock()
    monkeypatch.setattr("limits.aio.storage.memory.time.time", clock)
    monkeypatch.setattr("app.counters.time", clock)
    return clock


@pytest.fixture
def guard(clock: Clock) -> SignIns:  # noqa: ARG001 # the counters use it
    return SignIns(Counters(None, "secret"), FREE, MOST)


async def guess(guard: SignIns, account: str, network: str, device: str | None = None) -> int:
    """Guess wrongly; return the seconds to wait, or 0 when the password was looked at."""
    try:
        attempt = await guard.begin(account, network, device)
    except Refusal as refusal:
        return refusal.retry_after
    await attempt.failed()
    return 0


async def sign_in(guard: SignIns, account: str, network: str, device: str | None = None) -> None:
    await (await guard.begin(account, network, device)).succeeded()


async def test_guesses_are_slowed_down_more_and_more(guard: SignIns, clock: Clock) -> None:
    waits = []
    for _ in range(FREE + 8):
        waits.append(await guess(guard, VICTIM, HOME))
        clock.now += waits[-1]
    assert waits == [0, 0, 0, 0, 1, 0, 2, 0, 4, 0, 8]


async def test_refused_guesses_make_no_wait_longer(guard: SignIns, clock: Clock) -> None:
    for _ in range(FREE + 1):
        await guess(guard, VICTIM, HOME)
    assert {await guess(guard, VICTIM, HOME) for _ in range(50)} == {1}
    clock.now += 1
    for _ in range(3):
        await sign_in(guard, VICTIM, HOME)
        waits = [await guess(guard, VICTIM, HOME) for _ in range(FREE)]
        assert waits == [0] * FREE, "a sign-in forgets what failed before"


async def test_known_device_never_waits_for_what_others_do(guard: SignIns) -> None:
    await sign_in(guard, VICTIM, HOME, PHONE)
    for number in range(500):
        await guess(guard, VICTIM, f"198.51.100.{number % 250}")
        await guess(guard, VICTIM, HOME, "curl 8")
        await guess(guard, f"{number}@contoh.id", HOME)
    await sign_in(guard, VICTIM, HOME, PHONE)


async def test_unknown_network_waits_once_and_then_has_its_turn(guard: SignIns, clock: Clock) -> None:
    for number in range(200):
        await guess(guard, VICTIM, f"198.51.100.{number}")
    seconds = await guess(guard, VICTIM, HOME)
    assert 0 < seconds <= OTHERS_MOST
    for number in range(200):
        await guess(guard, VICTIM, f"203.0.113.{number}")
    clock.now += seconds
    await sign_in(guard, VICTIM, HOME)


async def test_guesses_at_many_accounts_from_one_network_are_slowed_down(guard: SignIns, clock: Clock) -> None:
    looked_at = 0
    for second in range(600):
        for number in range(5):
            looked_at += await guess(guard, f"{second}.{number}@contoh.id", HOME) == 0
        clock.now += 1
    assert looked_at <= (FREE + 1) * OTHERS_SLOWER, "each new account has to wait for its turn"
    assert await guess(guard, VICTIM, "192.0.2.99") == 0, "another network is not concerned"


async def test_attempts_at_the_same_moment_count_before_their_end(guard: SignIns) -> None:
    begun = 0
    for _ in range(50):
        try:
            await guard.begin(VICTIM, HOME, None)
        except Refusal:
            continue
        begun += 1
    assert begun == FREE + 1


async def test_turns_of_a_network_are_bounded(guard: SignIns, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_ins, "TURNS_A_MINUTE", 10)
    for number in range((FREE + 1) * OTHERS_SLOWER):
        await guess(guard, f"first.{number}@contoh.id", HOME)
    accounts = [f"{number}@contoh.id" for number in range(100)]
    for account in accounts:
        assert await guess(guard, account, HOME)
    clock.now += OTHERS_MOST
    assert sum([await guess(guard, account, HOME) == 0 for account in accounts]) == 10
