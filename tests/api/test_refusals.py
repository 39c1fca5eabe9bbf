"""Refusals and errors: code, field and message in the language of the reader."""

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from resolvers import mutation
from tests.city import City
from tests.wire import ERRORS, GAMBIR, PASSWORD, Caller, RequestFailedError

pytestmark = pytest.mark.anyio

SIGN_IN = f"mutation($e: String!, $p: String!) {{ signIn(email: $e, password: $p) {{ {ERRORS} }} }}"
SIGN_UP = f"""mutation($e: String!, $p: String!, $n: String) {{
  signUp(email: $e, password: $p, pseudonym: $n) {{ {ERRORS} }} }}"""

LANGUAGES = {
    None: "ID",
    "": "ID",
    "id": "ID",
    "en": "EN",
    "EN": "EN",
    "en-GB": "EN",
    "id-ID,id;q=0.9,en-US;q=0.8,en;q=0.7": "ID",
    "en-US,en;q=0.9,id;q=0.8": "EN",
    "id;q=0.3, en;q=0.4": "EN",
    "en;q=0.4, id": "ID",
    "fr": "ID",
    "fr, en;q=0.1": "EN",
    "fr;q=1.0, id;q=0.1, en;q=0.2": "EN",
    "*": "ID",
    "en;q=0": "ID",
    "id, en": "ID",
    "in": "ID",
    "in-ID": "ID",
    "in-ID,en-US;q=0.9,en;q=0.8": "ID",
    "en;q=0.9, in_ID": "ID",
    "en, in;q=0.9": "EN",
    "en;q=satu": "ID",
    ",;,=;q": "ID",
    "x" * 5_000: "ID",
}

Ask = Callable[[Caller], Awaitable[list[dict[str, Any]]]]


async def refusals(city: City) -> dict[str, Ask]:
    """Return ways to be refused, by name. Each makes the request and returns the errors."""
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    report = await citizen.report()
    closed = await citizen.report()
    await officer.move(closed["id"], "PROCESSED", resolution="INVALID", note="x")

    def by(person: Caller, act: Callable[[Caller], Awaitable[dict[str, Any]]]) -> Ask:
        async def ask(reader: Caller) -> list[dict[str, Any]]:
            payload = await act(Caller(city.http, person.token, reader.language))
            errors: list[dict[str, Any]] = payload.get("errors") or next(iter(payload.values()))["errors"]
            return errors

        return ask

    anyone = city.anyone()
    fix = {"status": "PROCESSED", "resolution": "FIXED"}
    ifs = {"status": "IN_PROGRESS", "ifVersion": 9}
    return {
        "unauthenticated": by(anyone, lambda who: who.submit()),
        "stale token": by(Caller(city.http, "x"), lambda who: who.submit()),
        "sign in": by(anyone, lambda who: who.ask(SIGN_IN, e="x@contoh.id", p="x")),
        "address": by(anyone, lambda who: who.ask(SIGN_UP, e="x", p=PASSWORD)),
        "address taken": by(anyone, lambda who: who.ask(SIGN_UP, e="warga@contoh.id", p=PASSWORD)),
        "password": by(anyone, lambda who: who.ask(SIGN_UP, e="x@contoh.id", p="x")),
        "pseudonym": by(anyone, lambda who: who.ask(SIGN_UP, e="x@contoh.id", p=PASSWORD, n="x")),
        "title": by(citizen, lambda who: who.submit(title="")),
        "category": by(citizen, lambda who: who.submit(category="x")),
        "place": by(citizen, lambda who: who.submit(location={"latitude": 0, "longitude": 0})),
        "swapped": by(citizen, lambda who: who.submit(location={"latitude": 106.8, "longitude": -6.2})),
        "kelurahan": by(citizen, lambda who: who.submit(kelurahan="Tebet Timur")),
        "photo": by(citizen, lambda who: who.submit(photoIds=["x"])),
        "not found": by(citizen, lambda who: who.act("withdrawReport", "x")),
        "forbidden": by(citizen, lambda who: who.act("changeReportStatus", report["id"], **fix)),
        "own report": by(citizen, lambda who: who.act("supportReport", report["id"])),
        "proof": by(officer, lambda who: who.act("changeReportStatus", report["id"], **fix)),
        "conflict": by(officer, lambda who: who.act("changeReportStatus", report["id"], **ifs)),
        "closed": by(officer, lambda who: who.act("changeReportStatus", closed["id"], **fix)),
        "answered": by(citizen, lambda who: who.act("updateReport", closed["id"], title="x")),
    }


async def test_refusal_differs_between_languages_only_in_its_message(city: City) -> None:
    for name, ask in (await refusals(city)).items():
        (indonesian,) = await ask(city.anyone())
        (english,) = await ask(city.anyone("en-US,en;q=0.9"))
        assert (indonesian["code"], indonesian["field"]) == (english["code"], english["field"]), name
        assert indonesian["message"] != english["message"], name
        for message in (indonesian["message"], english["message"]):
            assert message.endswith((".", ")")), name
            assert "{" not in message, name  # every placeholder is filled
            assert not re.search(r"\bNone\b|[A-Z]\w+Error|Traceback|<.*>", message), name


async def test_language_is_the_best_match_of_accept_language(city: City) -> None:
    messages = {"ID": "Silakan masuk ", "EN": "Please sign in "}
    for header, language in LANGUAGES.items():
        (error,) = (await city.anyone(header).submit())["errors"]
        assert error["message"].startswith(messages[language]), header


async def test_request_error_is_in_the_language_of_the_reader(city: City) -> None:
    documents = {
        "{ reports(first: 0) { totalCount } }": (
            "Jumlah baris harus 1 sampai 100.",
            "The number of rows must be 1 to 100.",
        ),
        "{ reports(filter: { mine: true }) { totalCount } }": ("Silakan masuk", "Please sign in"),
        '{ reports(filter: { city: ["x"] }) { totalCount } }': ("Tempat x tidak dikenal.", "There is no place x."),
        '{ leaderboard(on: "1999-12-31") { cursor } }': ("terlalu lama", "too long ago"),
        "{ locate(at: { latitude: 106.8, longitude: -6.2 }) { exact } }": ("tertukar", "swapped"),
    }
    codes = set()
    for document, texts in documents.items():
        for language, text in zip((None, "en"), texts, strict=True):
            with pytest.raises(RequestFailedError) as failure:
                await city.anyone(language).ask(document)
            assert text in failure.value.errors[0]["message"]
            codes.add(failure.value.code)
    assert codes == {"BAD_INPUT", "UNAUTHENTICATED"}


@pytest.mark.parametrize(
    ("document", "argument"),
    [
        ("{ reports(first: 0) { totalCount } }", "first"),
        ('{ reports(after: "x") { totalCount } }', "after"),
        ('{ reports(filter: { city: ["x"] }) { totalCount } }', "filter.city"),
        ('{ leaderboard(on: "1999-12-31") { cursor } }', "on"),
    ],
)
async def test_request_error_names_the_argument_at_fault(city: City, document: str, argument: str) -> None:
    with pytest.raises(RequestFailedError) as failure:
        await city.anyone().ask(document)
    assert failure.value.errors[0]["extensions"].items() >= {"code": "BAD_INPUT", "argument": argument}.items()


async def test_photo_is_refused_in_the_language_of_the_reader(city: City) -> None:
    citizen = await city.citizen()
    result = []
    for language in (None, "en"):
        response = await Caller(city.http, citizen.token, language).upload(b"bukan foto")
        assert response.status_code == 415
        result.append(response.json()["errors"][0])
    assert [each["code"] for each in result] == ["INVALID", "INVALID"]
    assert [each["message"].split()[0] for each in result] == ["Berkas", "The"]


async def test_field_of_a_refusal_is_the_path_the_client_wrote(city: City) -> None:
    """A frontend marks the input by it, so every path starts with an argument of the mutation."""
    arguments = await city.anyone().ask(
        '{ __type(name: "Mutation") { fields { args { name type { ofType { name inputFields { name } } } } } } }'
    )
    paths: set[tuple[str, ...]] = set()
    for field in arguments["__type"]["fields"]:
        for argument in field["args"]:
            inner = (argument["type"]["ofType"] or {}).get("inputFields") or ()
            paths |= {(argument["name"],), *((argument["name"], part["name"]) for part in inner)}
    for name, ask in (await refusals(city)).items():
        (error,) = await ask(city.anyone())
        assert error["field"] is None or tuple(error["field"]) in paths, name


async def test_internal_error_reveals_only_a_reference_that_is_logged(
    city: City, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    report = await (await city.citizen()).report()
    neighbour = await city.citizen("tetangga")

    async def break_down(*_: object) -> None:
        raise RuntimeError("kata sandi basis data: rahasia")

    monkeypatch.setattr(mutation, "support", break_down)
    with pytest.raises(RequestFailedError) as failure, caplog.at_level(logging.ERROR):
        await neighbour.act("supportReport", report["id"])
    assert failure.value.code == "INTERNAL"
    result = str(failure.value)
    assert not any(word in result for word in ("rahasia", "RuntimeError", "Traceback", "supports"))
    reference = re.search(r"rujukan ([0-9a-f]{8})", result)
    assert reference is not None
    assert reference[1] in caplog.text
    assert "rahasia" in caplog.text  # for the operator


async def test_refusals_are_not_logged_as_errors(city: City, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        for ask in (await refusals(city)).values():
            await ask(city.anyone())
        with pytest.raises(RequestFailedError):
            await city.anyone().ask("{ reports(first: 0) { totalCount } }")
        with pytest.raises(RequestFailedError):
            await city.anyone().ask("{ nothing }")
    assert [record.getMessage() for record in caplog.records] == []
