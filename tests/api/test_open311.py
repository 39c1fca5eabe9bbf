"""Open311 GeoReport v2: the examples of its specification, in both formats, and what it refuses and never shows."""

import asyncio
import json
from datetime import timedelta
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import httpx
import pytest

from actions import api_keys
from models.database import fetch
from rules.api_keys import digest_of, new_key
from tests.city import City
from tests.wire import GAMBIR, beside

pytestmark = pytest.mark.anyio

ROOT = "/open311/v2"
NAME = "Aplikasi Lapor"
LISTS = {"services", "service_requests", "errors", "attributes", "endpoints", "formats"}
EXAMPLE = (
    "api_key=xyz&jurisdiction_id=city.gov&service_code=001&lat=37.76524078&long=-122.4212043"
    "&address_string=1234+5th+street&email=smit333%40sfgov.edu&device_id=tt222111&account_id=123456&first_name=john"
    "&last_name=smith&phone=111111111&description=A+large+sinkhole+is+destroying+the+street"
    "&media_url=http%3A%2F%2Ffarm3.static.flickr.com%2F2002%2F2212426634_5ed477a060.jpg&attribute[WHISPAWN]=123456"
    "&attribute[WHISDORN]=COISL001"
)
"""The example request of the specification, as it is written there."""

HERE = {
    "jurisdiction_id=city.gov": "jurisdiction_id=jakarta.go.id",
    "service_code=001": "service_code=JALAN_RUSAK",
    "lat=37.76524078&long=-122.4212043": "lat=-6.1754&long=106.8272",
}
"""Parts of the example that are of another city, and those of this one."""

SERVICE = ("service_code", "service_name", "description", "metadata", "type", "keywords", "group")
REQUEST = (
    *("service_request_id", "status", "status_notes", "service_name", "service_code", "description"),
    *("agency_responsible", "service_notice", "requested_datetime", "updated_datetime", "expected_datetime"),
    *("address", "address_id", "zipcode", "lat", "long", "media_url"),
)
FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}


async def key_of(city: City, name: str = NAME) -> tuple[int, str]:
    """Create a key; return its number and the key."""
    key = new_key()
    return await city.transactions.run(api_keys.create, name, digest_of(key)), key


def fields(key: str, **given: str) -> dict[str, str]:
    """Return the form of a request."""
    words = {"service_code": "SAMPAH", "lat": "-6.1754", "long": "106.8272", "description": "Sampah menumpuk"}
    return {"api_key": key} | words | given


def values(element: Element) -> Any:
    """Return the values of an element as JSON has them by the Spark convention, with every value as a text."""
    if element.tag in LISTS:
        return [values(part) for part in element]
    if len(element):
        return {part.tag: values(part) for part in element}
    return element.text or ""


def texts(value: Any) -> Any:
    """Return the values of JSON as texts, as XML has them."""
    if isinstance(value, dict):
        return {name: texts(part) for name, part in value.items()}
    if isinstance(value, list):
        return [texts(part) for part in value]
    return "" if value is None else {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


async def both(city: City, path: str, status: int = 200, **options: Any) -> Any:
    """Ask for a resource in both formats, check that they have the same values, and return those of JSON."""
    method = "POST" if "content" in options or "data" in options else "GET"
    xml, in_json = [
        await city.http.request(method, f"{ROOT}/{path.replace('FORMAT', ending)}", **options)
        for ending in ("xml", "json")
    ]
    assert (xml.status_code, in_json.status_code) == (status, status), in_json.text
    assert xml.headers["content-type"] == "text/xml; charset=utf-8"
    assert in_json.headers["content-type"] == "application/json; charset=utf-8"
    assert xml.content.startswith(b'<?xml version="1.0" encoding="utf-8"?>\n<')
    assert values(fromstring(xml.content)) == texts(in_json.json())  # noqa: S314 # our own answer
    return in_json.json()


def codes(response: httpx.Response) -> list[tuple[int, str]]:
    """Return the codes of errors, with the names of their parameters."""
    errors = [(error["code"], error["description"].partition(":")[0]) for error in response.json()]
    assert response.status_code in {code for code, _ in errors} | {400}
    return errors


async def test_examples_of_the_specification_work_in_both_formats(city: City) -> None:
    _, key = await key_of(city)
    services = await both(city, "services.FORMAT?jurisdiction_id=jakarta.go.id")
    assert [tuple(service) for service in services] == [SERVICE] * len(services)
    (road,) = [service for service in services if service["service_code"] == "JALAN_RUSAK"]
    assert road == {
        "service_code": "JALAN_RUSAK",
        "service_name": "Jalan rusak",
        "description": "Foto kerusakannya dari tempat aman dan sebutkan kira-kira seberapa lebar dan dalam.",
        "metadata": False,
        "type": "realtime",
        "keywords": "Damaged road",
        "group": "JALAN",
    }
    assert await both(city, "services/JALAN_RUSAK.FORMAT") == {"service_code": "JALAN_RUSAK", "attributes": []}

    form = EXAMPLE.replace("api_key=xyz", f"api_key={key}")
    for there, here in HERE.items():
        form = form.replace(there, here)
    (filed,) = await both(city, "requests.FORMAT", content=form, headers=FORM)  # sent twice: the same request
    number = filed["service_request_id"]
    assert tuple(filed) == ("service_request_id", "service_notice", "account_id")
    assert "Bina Marga" in filed["service_notice"]
    (shown,) = await both(city, f"requests/{number}.FORMAT?jurisdiction_id=jakarta.go.id")
    assert tuple(shown) == REQUEST
    known = {"service_request_id": number, "status": "open", "service_code": "JALAN_RUSAK", "lat": -6.1754}
    assert shown | known == shown
    assert shown["description"] == "A large sinkhole is destroying the street"
    assert shown["address"] == "1234 5th street, Gambir, Gambir, Kota Administrasi Jakarta Pusat"
    day = f"{city.transactions.now() - timedelta(days=30):%Y-%m-%dT%H:%M:%SZ}"
    later = f"{city.transactions.now() + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"
    span = f"start_date={day}&end_date={later}&status=open&jurisdiction_id=jakarta.go.id"
    assert await both(city, f"requests.FORMAT?{span}") == [shown]
    assert await both(city, f"requests.FORMAT?service_request_id={number},JK9912310001") == [shown]
    assert await both(city, f"tokens/{number}.FORMAT") == [{"service_request_id": number, "token": number}]

    (refused,) = await both(city, "requests.FORMAT", 403, content=EXAMPLE, headers=FORM)
    assert refused["code"] == 403
    found = await both(city, "discovery.FORMAT")
    (endpoint,) = found["endpoints"]
    assert (endpoint["url"], endpoint["formats"]) == ("http://tanggap/open311/v2", ["text/xml", "application/json"])


async def test_request_becomes_a_report_that_the_city_answers(city: City) -> None:
    _, key = await key_of(city)
    form = fields(key, description="Lampu mati <sejak> kemarin & gelap.\nTolong diperbaiki 🌊", service_code="SAMPAH")
    filed = (await city.http.post(f"{ROOT}/requests.json", data=form)).json()[0]["service_request_id"]
    report = (
        await city.anyone().ask(
            "query($n: String!) { report(number: $n) { id title description scores reporter { pseudonym } } }", n=filed
        )
    )["report"]
    assert report["title"] == "Lampu mati <sejak> kemarin & gelap."
    assert (report["description"], report["reporter"]) == (form["description"], {"pseudonym": NAME})
    officer = await city.official(GAMBIR)
    await officer.move(report["id"], "IN_PROGRESS", note="Kami berangkat")
    (waiting,) = await both(city, f"requests/{filed}.FORMAT")
    assert (waiting["status"], waiting["status_notes"]) == ("open", "sedang ditindaklanjuti: Kami berangkat")
    await officer.move(report["id"], "PROCESSED", resolution="INVALID", note="Sudah menyala <lagi>")
    (shown,) = await both(city, f"requests/{filed}.FORMAT")
    assert shown["description"] == form["description"]
    assert (shown["status"], shown["agency_responsible"]) == ("closed", "Gambir")
    assert shown["status_notes"] == "sudah diproses (tidak valid): Sudah menyala <lagi>"
    assert NAME not in json.dumps(shown)
    english = await city.http.get(f"{ROOT}/requests/{filed}.json", headers={"Accept-Language": "en"})
    assert english.json()[0]["status_notes"] == "processed (invalid): Sudah menyala <lagi>"
    assert english.json()[0]["service_name"] == "Garbage"


async def test_filters_choose_requests_and_pages_part_them(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    reports = [await citizen.report(title=f"Judul {number}", location=beside(number * 4)) for number in range(4)]
    numbers = [report["number"] for report in reports][::-1]
    flood = (await citizen.report(category="BANJIR", location=beside(30)))["number"]
    await officer.move(reports[0]["id"], "PROCESSED", resolution="INVALID", note="Bukan")
    await officer.move(reports[1]["id"], "IN_PROGRESS")
    now = city.transactions.now()
    for query, expected in {
        "": [flood, *numbers],
        "status=": [flood, *numbers],
        "status=closed": numbers[3:],
        "status=open,closed&service_code=SAMPAH": numbers,
        "status=open&status=closed&service_code=BANJIR&service_code=SAMPAH": [flood, *numbers],
        "service_code=BANJIR,SAMPAH&page_size=2&page=2": numbers[1:3],
        "page=4&page_size=2": [],
        "lat=-6.1754&long=106.8272&radius=500.0": numbers[2:],
        f"service_request_id={numbers[0]},{numbers[1]},x,%00&status=closed&start_date=2000-01-01T00:00:00Z": numbers[
            :2
        ],
        "service_request_id=x,%00": [],
        f"service_request_id={numbers[0].lower()}": numbers[:1],
        f"end_date={now - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}": [],
        f"end_date={now + timedelta(days=1):%Y-%m-%dT%H:%M:%S+00:00}": [flood, *numbers],
        f"start_date={now - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}": [flood, *numbers],
        "start_date=0001-01-01T00:00:00Z": [],
        "end_date=0001-01-01T00:00:00Z": [],
        "start_date=9999-12-31T23:59:59Z": [],
    }.items():
        answer = await city.http.get(f"{ROOT}/requests.json?{query}")
        assert [each["service_request_id"] for each in answer.json()] == expected, query
    city.transactions.now = lambda: now + timedelta(days=91)
    assert (await city.http.get(f"{ROOT}/requests.json")).json() == []


async def test_all_faults_of_a_request_are_named_at_once(city: City) -> None:
    _, key = await key_of(city)
    wrong = {"service_code": "LAMA", "lat": "nan", "description": "\u200b", "address_string": "x" * 301}
    refused = await city.http.post(f"{ROOT}/requests.json", data=fields(key, **wrong))
    assert codes(refused) == [(404, "service_code"), (400, "description"), (400, "lat"), (400, "address_string")]
    only = {"service_code": [(404, "service_code")], "lat": [(400, "lat")], "description": [(400, "description")]}
    for name, errors in only.items():
        assert codes(await city.http.post(f"{ROOT}/requests.json", data=fields(key, **{name: wrong[name]}))) == errors
    empty = await city.http.post(f"{ROOT}/requests.json", data={"api_key": key, "address_string": "Jalan Medan"})
    assert codes(empty) == [(400, "service_code"), (400, "description"), (400, "lat")]
    outside = await city.http.post(f"{ROOT}/requests.json", data=fields(key, lat="-7.2", long="112.7"))
    assert codes(outside) == [(400, "lat")]
    twice = {**fields(key), "lat": ["-6.1754", "-6.2"], "jurisdiction_id": "city.gov"}
    assert codes(await city.http.post(f"{ROOT}/requests.json", data=twice)) == [(404, "jurisdiction_id"), (400, "lat")]
    long = fields(key, description="🌊" * 5_000)
    assert (await city.http.post(f"{ROOT}/requests.json", data=long)).status_code == 200
    asked = (
        "status=LAMA&service_code=X,BANJIR&start_date=kemarin&page=0&page_size=1001&lat=1&radius=9&jurisdiction_id=x"
        "&end_date=2026-01-01&page=2"
    )
    names = [name for _, name in codes(await city.http.get(f"{ROOT}/requests.json?{asked}"))]
    assert sorted(set(names)) == sorted(
        {"status", "service_code", "start_date", "end_date", "page", "page_size", "lat", "jurisdiction_id"}
    )
    span = "start_date=2026-01-01T00:00:00Z&end_date=2026-04-02T00:00:00Z"
    assert codes(await city.http.get(f"{ROOT}/requests.json?{span}")) == [(400, "end_date")]
    many = ",".join(f"X{number}" for number in range(2_000))
    assert len(codes(await city.http.get(f"{ROOT}/requests.json?service_code={many}"))) == 20
    far = await city.http.get(f"{ROOT}/requests.json?page=12")
    assert codes(far) == [(400, "page")]


async def test_what_is_not_there_or_wrong_is_an_error_of_open311(city: City) -> None:
    for path, status in {
        "services.csv": 404,
        "requests.json.exe": 404,
        "services/LAMA.json": 404,
        "services/%00%1f.xml": 404,
        "requests/JK9912310001.json": 404,
        "requests/%EF%BF%BF.xml": 404,
        "tokens/123456.xml": 404,
        "services.json?jurisdiction_id=city.gov": 404,
        "requests.xml?status=%01%EF%BF%BF%3C": 400,
        "requests.xml?lat=%D9%A1&long=1e999&radius=inf": 400,
        "requests.xml?page=99999999999999999999": 400,
    }.items():
        answer = await city.http.get(f"{ROOT}/{path}")
        assert answer.status_code == status, path
        is_xml = answer.headers["content-type"].startswith("text/xml")
        errors = values(fromstring(answer.content)) if is_xml else answer.json()  # noqa: S314 # our own answer
        assert {tuple(error) for error in errors} == {("code", "description")}, path


async def test_body_that_is_no_form_is_refused(city: City) -> None:
    _, key = await key_of(city)
    post = city.http.post
    url = f"{ROOT}/requests.json"
    for refused in (
        await post(url, json=fields(key)),
        await post(url, content=b"description=%FF", headers=FORM),
        await post(url, content=b"a=1&" * 300, headers=FORM),
        await post(url, content=b"description=" + b"x" * 200_000, headers=FORM),
        await post(url, files={"description": b"x"}),
    ):
        assert [error["code"] for error in refused.json()] == [400]
    for form in ("", "api_key=", "api_key=xyz", f"api_key={key}x"):
        assert codes(await post(url, content=form, headers=FORM))[-1] == (403, "api_key"), form
    assert (await post(f"{url}?api_key={key}", data=fields(""))).status_code == 403
    assert (await post(f"{ROOT}/services.json", data=fields(key))).status_code == 405
    assert (await city.http.get(f"{ROOT}/services", headers={"Accept": "application/json"})).json()
    assert (await city.http.get(f"{ROOT}/services")).content.startswith(b"<?xml")


async def test_revoked_key_files_nothing_and_another_key_of_its_name_does(city: City) -> None:
    number, key = await key_of(city)
    _, other = await key_of(city)
    await city.http.post(f"{ROOT}/requests.json", data=fields(key))
    await city.transactions.run(api_keys.revoke, number)
    refused = await city.http.post(f"{ROOT}/requests.json", data=fields(key, description="Lagi"))
    assert codes(refused) == [(403, "api_key")]
    assert (await city.http.post(f"{ROOT}/requests.json", data=fields(other, description="Lagi"))).status_code == 200
    assert len(await fetch("SELECT DISTINCT reporter_id FROM report")) == 1
    assert (await city.http.get(f"{ROOT}/requests.json")).json()[1]["description"] == "Sampah menumpuk"
    assert key not in json.dumps(await fetch("SELECT digest FROM api_key"))


async def test_same_request_sent_at_once_is_one_report(city: City) -> None:
    _, key = await key_of(city)
    form = fields(key, description="Pohon tumbang di gang")
    answers = await asyncio.gather(*(city.http.post(f"{ROOT}/requests.json", data=form) for _ in range(8)))
    assert len({answer.json()[0]["service_request_id"] for answer in answers}) == 1


async def test_person_of_a_request_is_stored_and_shown_nowhere(city: City) -> None:
    _, key = await key_of(city)
    person = {
        "email": "smit333@sfgov.edu",
        "device_id": "tt222111",
        "account_id": "acc-123456",
        "first_name": "johannes",
        "last_name": "smithson",
        "phone": "0811222333",
        "media_url": "http://gambar.contoh.id/rahasia.jpg",
    }
    assert (await city.http.post(f"{ROOT}/requests.json", data=fields(key, **person))).status_code == 200
    citizen = await city.citizen()
    await citizen.report()
    name = (await citizen.ask("{ viewer { pseudonym } }"))["viewer"]["pseudonym"]
    shown = (await city.http.get(f"{ROOT}/requests.json")).text
    stored = str([await fetch(f"SELECT * FROM {table}") for table in ("report", "account", "note", "log_event")])
    for value in person.values():
        assert value not in shown + stored
    assert name in stored
    assert name not in shown
    assert NAME not in shown
