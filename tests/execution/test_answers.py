"""Kept answers: right as of the arrival of every request, and dropped by nothing that does not concern them."""

import asyncio
import tracemalloc
from datetime import timedelta
from typing import Any

import httpx
import pytest

from actions.epoch import begin_epoch
from execution.answers import Answer, Answers, Mark
from models.database import fetch
from queries import log
from rules.access import Role
from rules.criteria import ReportCriteria
from rules.cursors import decode
from schema.freshness import Dependencies
from schema.nodes import global_id
from tests.city import City
from tests.wire import GAMBIR, MONAS, eventually

pytestmark = pytest.mark.anyio

IN_GAMBIR = '{ reports(filter: { kelurahan: ["Gambir"] }) { edges { node { number title supportCount } } } }'
EVERYWHERE = "{ reports { totalCount edges { node { number } } } }"
ELSEWHERE = {"latitude": -6.2615, "longitude": 106.8106}
"""A point in Jakarta Selatan."""


@pytest.fixture
def answers(city: City) -> Answers:
    return city.services.answers


async def ask(city: City, query: str, **headers: str) -> httpx.Response:
    return await city.http.post("/graphql", json={"query": query}, headers=headers)


async def listed(city: City, query: str) -> list[dict[str, Any]]:
    answer = (await ask(city, query)).json()
    return [edge["node"] for edge in answer["data"]["reports"]["edges"]]


async def test_answer_is_kept_and_given_again(city: City, answers: Answers) -> None:
    await (await city.citizen()).report()
    first = await ask(city, IN_GAMBIR)
    assert len(answers) == 1
    kept = answers.get(key_of(IN_GAMBIR), city.transactions.now(), city.services.places)
    assert kept is not None
    assert kept.body == first.content == (await ask(city, IN_GAMBIR)).content


async def test_writer_reads_what_was_written(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    assert await listed(city, IN_GAMBIR) == []
    for number in range(1, 4):
        report = await citizen.report(title=f"Laporan {number}")
        assert [one["title"] for one in await listed(city, IN_GAMBIR)] == [f"Laporan {n}" for n in range(number, 0, -1)]
        await citizen.act("updateReport", report["id"], title=f"Laporan {number}")
    supporter = await city.citizen("tetangga")
    await supporter.act("supportReport", report["id"])
    assert (await listed(city, IN_GAMBIR))[0]["supportCount"] == 1
    await officer.move(report["id"], "IN_PROGRESS")
    waiting = "{ reports(filter: { status: [WAITING] }) { edges { node { number } } } }"
    assert len(await listed(city, waiting)) == 2


async def test_event_of_another_list_leaves_an_answer(city: City, answers: Answers) -> None:
    citizen = await city.citizen()
    for query in (IN_GAMBIR, EVERYWHERE, "{ categories { code } }"):
        await ask(city, query)
    await citizen.report(location=ELSEWHERE)
    await answers.catch_up()
    kept = {key for query in (IN_GAMBIR, EVERYWHERE, "{ categories { code } }") if (key := key_of(query)) in answers}
    assert kept == {key_of(IN_GAMBIR), key_of("{ categories { code } }")}


def key_of(query: str) -> bytes:
    return b"ID\nhttp://tanggap\n" + httpx.Request("POST", "http://tanggap", json={"query": query}).content


async def test_report_that_leaves_a_list_drops_its_answer(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    report = await citizen.report()
    waiting = "{ reports(filter: { status: [WAITING] }) { edges { node { number } } } }"
    assert len(await listed(city, waiting)) == 1
    await officer.move(report["id"], "IN_PROGRESS")
    assert await listed(city, waiting) == []


async def test_changed_pseudonym_is_shown_at_once(city: City) -> None:
    citizen = await city.citizen()
    await citizen.report()
    query = "{ reports { edges { node { reporter { pseudonym } } } } }"
    await listed(city, query)
    change = "mutation($i: UpdateProfileInput!) { updateProfile(input: $i) { errors { code } } }"
    assert (await citizen.ask(change, i={"pseudonym": "Nama Baru"}))["updateProfile"]["errors"] == []
    assert await listed(city, query) == [{"reporter": {"pseudonym": "Nama Baru"}}]


async def test_reports_of_a_kelurahan_are_kept_until_one_of_them_changes(city: City, answers: Answers) -> None:
    citizen = await city.citizen()
    here = '{ kelurahan(code: "Gambir") { reports { totalCount edges { node { title } } } } }'
    mine = '{ kelurahan(code: "Gambir") { reports(filter: { mine: true }) { totalCount } } }'
    for query in (here, mine):
        assert (await ask(city, query, **citizen.headers)).json()["data"]["kelurahan"]["reports"]["totalCount"] == 0
    assert (key_of(here) in answers, key_of(mine) in answers) == (True, False)
    await citizen.report(location=ELSEWHERE)
    await answers.catch_up()
    assert key_of(here) in answers
    await citizen.report()
    for query in (here, mine):
        assert (await ask(city, query, **citizen.headers)).json()["data"]["kelurahan"]["reports"]["totalCount"] == 1


async def test_node_is_kept_until_it_changes(city: City, answers: Answers) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    report, other = await citizen.report(), await citizen.report()
    await officer.move(report["id"], "IN_PROGRESS")
    found = await citizen.ask(
        f"""{{ leaderboard {{ id standings(first: 1) {{ edges {{ node {{ id }} }} }} }} node(id: "{report["id"]}") {{
        id ... on Report {{ points {{ id }} timeline {{ edges {{ node {{ id }} }} }} }} }} }}"""
    )
    own, board = found["node"], found["leaderboard"]["id"]
    standing = found["leaderboard"]["standings"]["edges"][0]["node"]["id"]
    event, entry = own["timeline"]["edges"][0]["node"]["id"], own["points"][0]["id"]
    place = global_id("Kelurahan", GAMBIR)
    queries = {
        each: f'{{ nodes(ids: ["{each}"]) {{ id ... on Report {{ supportCount }} ... on Standing {{ points }} }} }}'
        for each in (own["id"], event, entry, standing, board, place, "x", global_id("ReportEvent", 9_999))
    }
    followed = f'{{ node(id: "{board}") {{ ... on Leaderboard {{ cursor }} }} }}'
    queries["cursor"] = followed
    await asyncio.gather(*(ask(city, query) for query in queries.values()))
    kept = {each for each, query in queries.items() if key_of(query) in answers}
    assert kept == set(queries) - {global_id("ReportEvent", 9_999)}
    await citizen.act("updateReport", other["id"], title="Lain")
    await answers.catch_up()
    assert {each for each, query in queries.items() if key_of(query) in answers} == {
        own["id"],
        event,
        entry,
        standing,
        board,
        place,
        "x",
    }
    await citizen.report()
    await answers.catch_up()
    assert key_of(queries[standing]) not in answers
    assert key_of(queries[board]) not in answers
    await officer.act("supportReport", report["id"])
    (changed,) = (await ask(city, queries[own["id"]])).json()["data"]["nodes"]
    assert changed["supportCount"] == 1
    assert all(key_of(queries[each]) in answers for each in (event, entry, place, "x"))
    admin = await city.official(None, Role.ADMIN, "admin")
    assert (await admin.act("hideReport", report["id"], reason="Menyebut nama"))["errors"] == []
    assert (await ask(city, queries[event])).json()["data"]["nodes"] == [None]
    assert all(key_of(queries[each]) in answers for each in (entry, place, "x"))


async def test_report_that_did_not_exist_is_found_once_it_does(city: City, answers: Answers) -> None:
    citizen = await city.citizen()
    query = f'{{ node(id: "{global_id("Report", 1)}") {{ id }} }}'
    assert (await ask(city, query)).json() == {"data": {"node": None}}
    assert key_of(query) not in answers  # nor is that to the id of a hidden report
    report = await citizen.report()
    assert (await ask(city, query)).json() == {"data": {"node": {"id": report["id"]}}}


async def test_node_that_only_staff_may_see_is_not_kept(city: City, answers: Answers) -> None:
    officer = await city.official(GAMBIR)
    board = (await officer.ask("{ leaderboard(kind: OFFICER) { id standings { edges { node { id } } } } }"))[
        "leaderboard"
    ]
    (row,) = board["standings"]["edges"]
    for node in (row["node"]["id"], board["id"]):
        query = f'{{ node(id: "{node}") {{ id }} }}'
        for headers, found in (({}, None), (officer.headers, {"id": node}), ({}, None)):
            assert (await ask(city, query, **headers)).json()["data"]["node"] == found
        assert key_of(query) not in answers


async def test_answer_ends_with_the_time_for_which_it_is_right(city: City) -> None:
    citizen = await city.citizen()
    await citizen.report()
    query = "{ reports { edges { node { overdue responseDueAt processingDueAt } } } }"
    assert [one["overdue"] for one in await listed(city, query)] == [False]
    later = city.transactions.now() + timedelta(days=400)
    city.transactions.now = lambda: later
    assert [one["overdue"] for one in await listed(city, query)] == [True]


async def test_answer_with_cursors_of_an_old_epoch_is_not_kept(city: City) -> None:
    await (await city.citizen()).report()
    query = "{ reports { edges { node { cursor } } } }"
    epoch = await begin_epoch()
    await listed(city, query)  # the tailer, whose epoch cursors have, learns of the new one within a second
    await eventually(lambda: city.services.tailer.epoch == epoch)
    assert decode((await listed(city, query))[0]["cursor"])[0] == epoch


async def test_log_that_was_restored_drops_all_answers(city: City) -> None:
    await (await city.citizen()).report(title="Baru")
    assert [one["title"] for one in await listed(city, IN_GAMBIR)] == ["Baru"]
    _, last = await log.head()
    for statement in (
        f"DELETE FROM log_event WHERE position = {last}",
        f"UPDATE log_head SET position = {last - 1}",
        "UPDATE report SET title = 'Lama'",
    ):
        await fetch(statement)
    assert [one["title"] for one in await listed(city, IN_GAMBIR)] == ["Lama"]


async def test_answer_for_a_viewer_is_not_kept(city: City, answers: Answers) -> None:
    citizen = await city.citizen()
    await citizen.report()
    for query in (
        "{ viewer { pseudonym } }",
        "{ reports { edges { node { viewerIsReporter } } } }",
        "{ reports(filter: { mine: true }) { edges { node { number } } } }",
        "{ leaderboard(kind: OFFICER) { kind } }",
    ):
        for headers in (citizen.headers, {}):
            response = await ask(city, query, **headers)
            assert response.headers["cache-control"] == "private, no-cache"
    assert len(answers) == 0


async def test_answer_to_a_request_with_a_token_is_private(city: City) -> None:
    citizen = await city.citizen()
    for headers, expected in (
        (citizen.headers, ("private, no-cache", "accept, accept-language, authorization, origin")),
        ({"Authorization": "Bearer invalid"}, ("private, no-store", "accept, accept-language, authorization, origin")),
        ({}, ("no-cache", "accept, accept-language, origin")),
        ({"Accept-Language": "en"}, ("no-cache", "accept, accept-language, origin")),
    ):
        response = await city.http.get("/graphql", params={"query": IN_GAMBIR}, headers=headers)
        assert (response.headers["cache-control"], response.headers["vary"]) == expected


async def test_texts_of_an_answer_are_in_the_language_of_its_request(city: City, answers: Answers) -> None:
    """Also those that are kept, and those of the reference data, which a plan encodes once."""
    await (await city.citizen()).report()
    label = "{ reports { edges { node { statusLabel category { name } english: statusLabel(locale: EN) } } } }"
    words: dict[str, dict[str, Any]] = {
        "in-ID": {"statusLabel": "menunggu", "category": {"name": "Sampah"}, "english": "waiting"},
        "en-GB": {"statusLabel": "waiting", "category": {"name": "Garbage"}, "english": "waiting"},
    }
    before = answers.use.hits
    for _ in range(2):
        for language, expected in words.items():
            response = await ask(city, label, **{"accept-language": language})
            assert response.json()["data"]["reports"]["edges"] == [{"node": expected}]
            assert "accept-language" in response.headers["vary"]
            (constant,) = (
                (await ask(city, "{ category: categories { code name } }", **{"accept-language": language}))
                .json()["data"]
                .values()
            )
            assert expected["category"]["name"] in [each["name"] for each in constant]
    assert answers.use.hits > before


async def test_error_is_private_and_varies_by_language(city: City) -> None:
    for query in ("{ nothing }", "{ reports(first: 1000) { totalCount } }", "{ __schema { queryType { name } } }"):
        response = await city.http.get("/graphql", params={"query": query})
        assert response.headers["cache-control"] == "private, no-cache"
        varies = set(response.headers["vary"].lower().split(", "))
        assert varies == {"accept", "accept-language", "authorization", "origin"}
        assert "etag" not in response.headers


async def test_head_is_answered_as_get_without_a_body(city: City) -> None:
    for query in (IN_GAMBIR, "{ viewer { pseudonym } }", "{ nothing }", "mutation { signOut { errors { code } } }"):
        got, head = [await city.http.request(method, "/graphql", params={"query": query}) for method in ("GET", "HEAD")]
        assert got.headers.pop("x-request-id") != head.headers.pop("x-request-id")
        assert (head.status_code, head.headers, head.content) == (got.status_code, got.headers, b"")
        if "etag" in got.headers:
            held = {"If-None-Match": got.headers["etag"]}
            unchanged = await city.http.head("/graphql", params={"query": query}, headers=held)
            assert (unchanged.status_code, unchanged.headers["etag"]) == (304, got.headers["etag"])


async def test_use_of_the_answers_is_in_readyz(city: City) -> None:
    async def use() -> dict[str, int]:
        response = await city.http.get("/readyz")
        assert response.status_code == 200
        found: dict[str, int] = response.json()["answers"]
        return found

    city.services.answers = Answers(10_000)
    empty = {"kept": 0, "bytes": 0, "limit": 10_000, "hits": 0, "misses": 0}
    assert await use() == empty
    await ask(city, "{ viewer { pseudonym } }")
    await ask(city, "{ nothing }")
    assert await use() == empty
    for _ in range(3):
        await ask(city, IN_GAMBIR)
        await ask(city, "{ cities { name } }")
    assert await use() == empty | {"kept": 2, "bytes": city.services.answers.size, "hits": 4, "misses": 2}
    await (await city.citizen()).report()
    await ask(city, IN_GAMBIR)
    assert (await use())["misses"] == 3


async def test_unused_answers_do_not_make_a_service_unready(city: City) -> None:
    city.services.answers = Answers(0)
    response = await city.http.get("/readyz")
    assert (response.status_code, response.json()["answers"]["limit"]) == (200, 0)
    city.services.tailer.is_readable = False
    assert (await city.http.get("/readyz")).status_code == 503


async def test_answer_larger_than_the_limit_is_sent_and_not_kept(city: City) -> None:
    answers = city.services.answers = Answers(2_000)
    await ask(city, "{ cities { name } }")
    kept = len(answers)
    response = await ask(city, "{ kelurahans(first: 100) { edges { node { name code } } } }")
    assert len(response.content) > 2_000
    assert (kept, len(answers)) == (1, 1)


async def test_kept_answers_take_no_more_than_their_limit(city: City) -> None:
    answers = city.services.answers = Answers(20_000)
    for first in range(1, 40):
        await ask(city, f"{{ kelurahans(first: {first}) {{ edges {{ node {{ name }} }} }} }}")
        assert answers.size <= 20_000
    assert 0 < len(answers) < 40


def test_counted_bytes_are_those_that_answers_take() -> None:
    answers = Answers(2**20)
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for number in range(1_000):
            depends = Dependencies()
            depends.on_criteria(ReportCriteria(kelurahan=frozenset([f"{number}"])))
            depends.on_reports(range(2 * number, 2 * number + 2))
            answers.put(b"%0200d" % number, Answer(bytes(100), b'"%d"' % number, depends, None, "reports"), Mark("", 0))
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert 0 < len(answers) < 1_000
    assert 0.5 < (after - before) / answers.size < 1.3


async def test_without_a_limit_nothing_is_kept(city: City) -> None:
    answers = city.services.answers = Answers(0)
    assert (await ask(city, "{ cities { name } }")).status_code == 200
    assert len(answers) == 0


async def test_answer_that_changed_while_it_was_made_is_not_kept(city: City, answers: Answers) -> None:
    citizen = await city.citizen()
    before = await answers.catch_up()
    await ask(city, IN_GAMBIR)
    answer = answers.get(key_of(IN_GAMBIR), city.transactions.now(), city.services.places)
    assert answer is not None
    await citizen.report()
    await answers.catch_up()
    answers.put(b"late", answer, before)
    assert b"late" not in answers
    await citizen.report(location=ELSEWHERE)
    mark = await answers.catch_up()
    answers.put(b"fresh", answer, mark)
    await citizen.report(location=ELSEWHERE)
    answers.put(b"unconcerned", answer, mark)
    assert b"fresh" in answers
    assert b"unconcerned" in answers


async def test_requests_that_wait_together_share_one_reading_of_the_head(
    answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, count = log.tail, 0

    async def counted(after: int) -> Any:
        nonlocal count
        count += 1
        return await read(after)

    monkeypatch.setattr(log, "tail", counted)
    await asyncio.gather(*(answers.catch_up() for _ in range(50)))
    assert count == 1


async def test_unchanged_answer_is_304_for_get(city: City) -> None:
    citizen = await city.citizen()
    first = await city.http.get("/graphql", params={"query": EVERYWHERE})
    assert (first.status_code, first.headers["cache-control"]) == (200, "no-cache")
    held = {"If-None-Match": first.headers["etag"]}
    again = await city.http.get("/graphql", params={"query": EVERYWHERE}, headers=held)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    weak = {"If-None-Match": f'"x", W/{first.headers["etag"]}'}
    assert (await city.http.get("/graphql", params={"query": EVERYWHERE}, headers=weak)).status_code == 304
    await citizen.report(location=MONAS)
    changed = await city.http.get("/graphql", params={"query": EVERYWHERE}, headers=held)
    assert changed.status_code == 200
    assert changed.json()["data"]["reports"]["totalCount"] == 1
