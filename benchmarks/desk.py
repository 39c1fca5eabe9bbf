"""The work list of the desk in a real Chromium: the time from a key to the changed screen, with many open reports.

A kelurahan has `--reports` open reports. Times are from the key's event to the end of the first frame that shows its
effect, in milliseconds; `event` is from the moment at which the message of the socket arrives.
Run: python -m benchmarks.desk [--reports N] [--rounds N]
"""

import argparse
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median, quantiles

import httpx
from playwright.sync_api import Page, expect, sync_playwright

from actions.accounts import credentials, grant_role
from actions.periods import open_first_day
from actions.submissions import Submission, route, submit
from actions.transaction import Transactions
from models.accounts import Account
from models.database import database
from models.reference.gazetteer import Gazetteer
from models.reference.records import bundled
from rules.access import Person, Role, RoleGrant
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.city import SECRET, ServerProcess, apart, prepare
from tests.wire import GAMBIR, PASSWORD

GOAL = 100.0
"""Milliseconds from a key to the screen."""

OFFICER = "petugas@contoh.id"
WORDS = (
    ("SAMPAH", "Sampah menumpuk di depan pasar"),
    ("SALURAN", "Selokan mampet, air meluap ke jalan"),
    ("TROTOAR", "Ubin trotoar lepas dekat halte"),
    ("PARKIR_LIAR", "Mobil parkir di atas trotoar"),
    ("PKL", "Lapak menutup jalur pejalan kaki"),
    ("KETERTIBAN", "Musik keras sampai larut malam"),
)
SPAN = timedelta(hours=30)
"""The time in which the reports were submitted: some are late, most are not."""

WATCH = """() => {
  // The end of the frame after the next change of what is watched.
  window.measured = [];
  window.watch = (selector, what) => {
    const read = () => document.querySelector(selector)?.[what] ?? "";
    const before = read();
    return new Promise((resolve) => {
      const look = () => {
        if (read() === before) return;
        observer.disconnect();
        requestAnimationFrame(() => {
          const channel = new MessageChannel();
          channel.port1.onmessage = () => resolve(performance.now());
          channel.port2.postMessage(null);
        });
      };
      const observer = new MutationObserver(look);
      observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
    });
  };
  window.arm = (selector, what, event) => {
    window.measuring = new Promise((resolve) => {
      addEventListener(event, (began) => {
        window.watch(selector, what).then((ended) => resolve(ended - began.timeStamp));
      }, { once: true, capture: true });
    });
  };
}"""

LISTEN = """() => {
  // The moment at which a message of the socket arrives, as an event of the window.
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => {
        if (data.includes('"reportFeed"')) dispatchEvent(new Event("feed"));
      });
    }
  };
}"""


@dataclass(frozen=True)
class Act:
    """A key, or several in turn, and what it changes: `what` of the element of `selector`."""

    name: str
    keys: tuple[str, ...]
    selector: str
    what: str = "textContent"


CURSOR = '[data-cursor="true"]'
ACTS = (
    Act("next report (j)", ("j",), CURSOR, "id"),
    Act("another tab (3, 1)", ("3", "1"), ".work-foot"),
    Act("select all (Ctrl a)", ("Control+a", "Escape"), ".work-bulk"),
    Act("take on (Enter)", ("Enter",), f"{CURSOR} [data-status]", "outerHTML"),
)


async def fill(url: str, reports: int, until: datetime) -> None:
    """Prepare a database in which Gambir has open reports, none of them answered."""
    await prepare(url)
    gazetteer = Gazetteer(bundled())
    async with database(url):
        began = until - SPAN
        await open_first_day(Transactions(now=lambda: began))
        account = await Account.create(
            public_id="w", email="w", password_hash="", pseudonym="Warga", pseudonym_key="warga", created_at=began
        )
        citizen = Person(account.id, (RoleGrant(Role.CITIZEN, None),))
        for number in range(reports):
            category, title = WORDS[number % len(WORDS)]
            words = Submission(
                title=f"{title} ({number})",
                description="Sudah beberapa hari, tolong segera ditangani.",
                category=category,
                latitude=-6.1754 + 0.00002 * (number % 97),
                longitude=106.8272 + 0.00002 * (number % 89),
            )
            at = began + SPAN * number / reports
            await Transactions(now=partial(_same, at)).run(submit, citizen, route(gazetteer, words))
        for email in (OFFICER, f"rekan.{OFFICER}"):
            await Transactions().run(
                grant_role, gazetteer, await credentials(email, PASSWORD), Role.OFFICER, GAMBIR, "Petugas"
            )


def _same(moment: datetime) -> datetime:
    return moment


@contextmanager
def serving(folder: Path, reports: int) -> Iterator[str]:
    """Run a server over a filled SQLite file; yield its address."""
    url = f"sqlite://{folder / 'desk.db'}"
    apart(fill(url, reports, datetime.now(UTC)))
    server = ServerProcess(
        {"DATABASE_URL": url, "MEDIA_DIR": str(folder), "SECRET_KEY": SECRET, "LOG_LEVEL": "WARNING"}
    )
    apart(server.start())
    try:
        yield server.url
    finally:
        server.kill()


def sign_in(page: Page, origin: str, email: str = OFFICER) -> None:
    """Sign in to the desk by its form."""
    page.goto(f"{origin}/meja")
    page.locator("input[type=email]").fill(email)
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("form button:not([type=button])").click()
    page.locator(CURSOR).wait_for()


def measure(page: Page, act: Act) -> Iterator[float]:
    """Press the keys of an act; yield the time of each."""
    for key in act.keys:
        page.evaluate("([s, w]) => { arm(s, w, 'keydown') }", [act.selector, act.what])
        page.keyboard.press(key)
        yield page.evaluate("window.measuring")


def measure_search(page: Page) -> Iterator[float]:
    """Type a word into the search; yield the time of each letter that changes the list."""
    page.keyboard.press("/")
    for letter in "trot":
        page.evaluate("arm('.work-foot', 'textContent', 'keydown')")
        page.keyboard.press(letter)
        changed = page.evaluate(
            "Promise.race([window.measuring, new Promise((resolve) => setTimeout(resolve, 500, null))])"
        )
        if changed is not None:
            yield changed
    page.keyboard.press("Escape")


def measure_event(page: Page, origin: str, token: str, number: int) -> float:
    """Let a citizen send a report; return the time from the message to the changed counts."""
    page.evaluate("arm('[data-tab=waiting]', 'textContent', 'feed')")
    document = "mutation($i: SubmitReportInput!) { submitReport(input: $i) { errors { message } } }"
    report = {
        "title": f"Sampah baru {number}",
        "description": "Di trotoar",
        "category": "SAMPAH",
        "location": {"latitude": -6.1754, "longitude": 106.8272},
    }
    answer = httpx.post(
        f"{origin}/graphql",
        json={"query": document, "variables": {"i": report}},
        headers={"Authorization": f"Bearer {token}"},
    )
    answer.raise_for_status()
    return float(page.evaluate("window.measuring"))


def citizen(origin: str) -> str:
    """Sign a citizen up; return the token."""
    document = (
        f'mutation {{ signUp(email: "warga@contoh.id", password: "{PASSWORD}") {{ session {{ accessToken }} }} }}'
    )
    answer = httpx.post(f"{origin}/graphql", json={"query": document}).json()
    return str(answer["data"]["signUp"]["session"]["accessToken"])


def report(name: str, times: list[float]) -> None:
    """Print the median and the 95th percentile of some times."""
    p95 = quantiles(times, n=20)[-1]
    verdict = "" if p95 < GOAL else f"  over the goal of {GOAL:.0f}"
    print(f"{name:24} {len(times):4} {median(times):8.1f} {p95:8.1f} {max(times):8.1f}{verdict}")


def main() -> None:
    """Fill a city, measure each act, and print the times."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=30)
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder), given.reports) as origin,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="id-ID")
        page.add_init_script(f"({LISTEN})(); ({WATCH})()")
        sign_in(page, origin)
        began = time.perf_counter()
        expect(page.locator(".work-foot")).not_to_contain_text("Memuat", timeout=120_000)
        print(f"{given.reports} open reports, all there {time.perf_counter() - began:.1f} s after the first")
        print(f"{'':24} {'n':>4} {'p50':>8} {'p95':>8} {'max':>8}   milliseconds")
        for act in ACTS:
            times: list[float] = []
            for _ in range(given.rounds):
                times += measure(page, act)
                if act.name.startswith("take on"):
                    page.keyboard.press("j")
            report(act.name, times)
        report("filter by word", [each for _ in range(given.rounds) for each in measure_search(page)])
        token = citizen(origin)
        report("an event comes", [measure_event(page, origin, token, number) for number in range(given.rounds)])
        browser.close()


if __name__ == "__main__":
    main()
