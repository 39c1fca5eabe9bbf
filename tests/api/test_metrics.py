"""`/metrics` counts what is done, opens to a token only, and holds nothing of people or of what clients choose."""

import io
import json
import logging
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from app.logs import FORMATS
from models.outbox import Delivery, DeliveryState, Destination, Protocol
from models.reports import Report
from resolvers import mutation
from tests.city import ROOT, City, in_process
from tests.wire import Caller

pytestmark = pytest.mark.anyio

TOKEN = "abcdefghijklmnopqrstuvwxyz012345"
OPENED = {"authorization": f"Bearer {TOKEN}"}

Labels = frozenset[tuple[str, str]]


@pytest.fixture
async def city(sqlite_city_url: str, tmp_path: Path) -> AsyncIterator[City]:
    """A service on SQLite: only the lags depend on the database."""
    async with in_process(sqlite_city_url, tmp_path / "media", metrics_token=TOKEN) as running:
        yield running


async def scraped(http: httpx.AsyncClient) -> dict[tuple[str, Labels], float]:
    """Scrape. Return the values by name and labels, without the worker."""
    answer = await http.get("/metrics", headers=OPENED)
    assert answer.status_code == 200
    return {
        (sample.name, frozenset(sample.labels.items() - {("worker", sample.labels.get("worker"))})): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


async def asked(http: httpx.AsyncClient, query: str, **others: object) -> httpx.Response:
    return await http.post("/graphql", json={"query": query, **others})


@contextmanager
def logged() -> Iterator[tuple[io.StringIO, ...]]:
    """Yield the lines of the log in each form."""
    handlers = {form: logging.StreamHandler(io.StringIO()) for form in FORMATS}
    for form, handler in handlers.items():
        handler.setFormatter(FORMATS[form]())
        logging.getLogger("tanggap").addHandler(handler)
    try:
        yield tuple(handler.stream for handler in handlers.values())
    finally:
        for handler in handlers.values():
            logging.getLogger("tanggap").removeHandler(handler)


def labels(**named: str) -> Labels:
    return frozenset(named.items())


async def test_metrics_are_not_there_without_their_token(city: City) -> None:
    absent = await city.http.get("/nowhere")
    for given in ({}, {"authorization": "Bearer "}, {"authorization": f"Bearer {TOKEN}x"}, {"authorization": TOKEN}):
        refused = await city.http.get("/metrics", headers=given)
        assert (refused.status_code, refused.content) == (absent.status_code, absent.content) == (404, b"Not Found")


async def test_without_the_setting_no_token_opens_them(sqlite_city_url: str, tmp_path: Path) -> None:
    async with in_process(sqlite_city_url, tmp_path / "media") as closed:
        for given in ({}, OPENED, {"authorization": "Bearer None"}, {"authorization": "Bearer "}):
            assert (await closed.http.get("/metrics", headers=given)).status_code == 404


async def test_operations_are_counted_by_field_and_way_and_cost(city: City) -> None:
    citizen = await city.citizen()
    before = await scraped(city.http)
    for _ in range(3):
        await asked(city.http, "query Rahasia { reports(first: 7) { edges { node { title } } } }")
    await asked(city.http, "{ cities { name } reports(first: 1) { totalCount } }")
    await asked(city.http, 'query { ...Root } fragment Root on Query { kelurahan(code: "31.71.01.1001") { name } }')
    with pytest.raises(AssertionError):
        await citizen.ask("{ nothing }")
    await asked(city.http, 'mutation { signIn(email: "x@contoh.id", password: "salah sekali") { errors { code } } }')
    await city.http.get("/seribu/jalan")
    after = await scraped(city.http)

    def grown(name: str, **named: str) -> float:
        return after.get((name, labels(**named)), 0) - before.get((name, labels(**named)), 0)

    assert grown("tanggap_operation_seconds_count", operation="reports", way="planned") == 1
    assert grown("tanggap_operation_seconds_count", operation="reports", way="kept") == 2
    assert grown("tanggap_operation_seconds_count", operation="several", way="planned") == 1
    assert grown("tanggap_operation_seconds_count", operation="kelurahan", way="planned") == 1
    assert grown("tanggap_operation_seconds_count", operation="signIn", way="ordinary") == 1
    assert grown("tanggap_operation_cost_total", operation="reports") > 7
    assert grown("tanggap_errors_total", code="BAD_INPUT") == 1
    assert grown("tanggap_refusals_total", operation="signIn", code="UNAUTHENTICATED") == 1
    assert grown("tanggap_answers_total", area="other", status="404") == 1
    assert grown("tanggap_answers_total", area="graphql", status="200") == 7


async def test_operations_of_a_manifest_are_counted_by_their_names(sqlite_city_url: str, tmp_path: Path) -> None:
    named, unnamed = "query Beranda { cities { name } viewer { pseudonym } }", "{ cities { name } }"
    (tmp_path / "manifest.json").write_text(json.dumps({"a": named, "b": unnamed}))
    others: dict[str, Any] = {"metrics_token": TOKEN, "trusted_documents": str(tmp_path / "manifest.json")}
    async with in_process(sqlite_city_url, tmp_path / "media", **others) as city:
        for query in (named, unnamed, "query Rahasia { cities { name } }"):
            await asked(city.http, query)
        known = {dict(named).get("operation") for _, named in await scraped(city.http)}
    assert {"Beranda", "cities"} <= known
    assert "Rahasia" not in known


async def test_manual_explains_every_metric(city: City) -> None:
    await asked(city.http, "{ cities { name } }")
    answer = await city.http.get("/metrics", headers=OPENED)
    manual = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    for family in text_string_to_metric_families(answer.text):
        if family.name.startswith("tanggap_"):
            shortened = family.name.replace("tanggap_kept_answers_", "…_")
            assert any(f"`{name}" in manual for name in (family.name, shortened)), family.name


async def test_nothing_that_clients_choose_makes_new_series(city: City) -> None:
    await asked(city.http, "query A { cities { name } }", operationName="A")
    await asked(city.http, "{ nothing }")
    await city.http.get("/nowhere")
    known = (await scraped(city.http)).keys()
    for number in range(20):
        secret = f"rahasia{number}"
        await asked(city.http, f"query {secret} {{ {secret}: cities {{ name }} }}", operationName=secret)
        await asked(city.http, f"{{ {secret} }}")
        await city.http.get(f"/{secret}/x", headers={"x-request-id": secret})
    now = (await scraped(city.http)).keys()
    new = {name for name, _ in now - known}
    assert not any("rahasia" in f"{name} {named}" for name, named in now)
    assert len(now - known) < 40, new  # the first of a way, each with its buckets


async def test_lags_and_backlogs_are_those_of_the_database(database_url: str, tmp_path: Path) -> None:
    async with in_process(database_url, tmp_path / "media", metrics_token=TOKEN) as city:
        await check_lags(city)


async def check_lags(city: City) -> None:
    citizen = await city.citizen()
    report = await citizen.report()
    quiet = await scraped(city.http)
    assert quiet["tanggap_clock_lag_seconds", labels()] == 0
    assert quiet["tanggap_log_head", labels()] == quiet["tanggap_log_position", labels()] > 0
    assert quiet["tanggap_log_read_age_seconds", labels()] < 60
    now = city.transactions.now()
    await Report.filter(number=report["number"]).update(next_due_at=now - timedelta(hours=1))
    await Destination.create(
        name="agency:PLN",
        protocol=Protocol.OPEN311,
        address="https://pln.example",
        secret="",
        options={},
        position=10**9,
        failures=3,
        created_at=now,
    )
    for key, state in (("a", DeliveryState.WAITING), ("b", DeliveryState.WAITING), ("c", DeliveryState.SENT)):
        await Delivery.create(
            destination="agency:PLN",
            key=key,
            position=1,
            state=state,
            attempts=0,
            in_doubt=False,
            next_try_at=now + timedelta(days=1),
            updated_at=now,
        )
    late = await scraped(city.http)
    assert 3_600 <= late["tanggap_clock_lag_seconds", labels()] < 3_700
    assert late["tanggap_outbox_waiting", labels(destination="agency:PLN")] == 2
    assert late["tanggap_outbox_failures", labels(destination="agency:PLN")] == 3


async def test_metrics_and_log_lines_hold_nothing_of_people(city: City) -> None:
    email = "siti.rahayu@contoh.id"
    with logged() as lines:
        citizen = Caller(city.http)
        await citizen.sign_up(email)
        await citizen.report(title="Rahasia Siti", description="telepon 081234567890")
        wrong = f'signIn(email: "{email}", password: "salah-sandi-Qx") {{ errors {{ code }} }}'
        await asked(city.http, f"mutation {{ {wrong} }}")
    shown = (await city.http.get("/metrics", headers=OPENED)).text + "".join(each.getvalue() for each in lines)
    for secret in ("siti.r", "Siti", "081234567890", "salah-sandi-Qx", email, "127.0.0.1"):
        assert secret not in shown


async def test_answer_error_and_log_line_have_the_id_of_the_request(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = await (await city.citizen()).report()
    neighbour = await city.citizen("tetangga")

    async def fail(*_: object) -> None:
        raise RuntimeError("di tengah jalan")

    monkeypatch.setattr(mutation, "support", fail)
    chosen = {"x-request-id": "081234567890"}
    with logged() as (text, rows):
        fine = [await city.http.get("/healthz", headers=chosen) for _ in range(2)]
        support = f'mutation {{ supportReport(id: "{report["id"]}") {{ errors {{ code }} }} }}'
        failed = await city.http.post("/graphql", json={"query": support}, headers=neighbour.headers)
    ids = {answer.headers["x-request-id"] for answer in (*fine, failed)}
    assert len(ids) == 3
    assert all(re.fullmatch("[0-9a-f]{16}", each) for each in ids)
    (error,), given = failed.json()["errors"], failed.headers["x-request-id"]
    assert (error["extensions"]["code"], error["extensions"]["requestId"]) == ("INTERNAL", given)
    assert f"request={given}\nTraceback" in text.getvalue()
    (row,) = [json.loads(line) for line in rows.getvalue().splitlines()]
    assert (row["event"], row["request"], row["level"]) == ("request failed", given, "ERROR")
    assert row["reference"] in error["message"]
    assert row["traceback"].endswith("RuntimeError: di tengah jalan")
