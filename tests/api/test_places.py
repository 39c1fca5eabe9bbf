from typing import Any

import pytest

from rules.routing import AgencyKind, FirstHandler
from tests.city import City
from tests.wire import GAMBIR, MONAS, Caller, RequestFailedError

pytestmark = pytest.mark.anyio

LOCATE = """query($at: GeoPointInput!) { locate(at: $at) { exact kelurahan { code } alternatives { code } } }"""
SEARCH = """query($search: String, $city: String, $kecamatan: String, $first: Int = 300, $after: String) {
  kelurahans(search: $search, city: $city, kecamatan: $kecamatan, first: $first, after: $after) {
    totalCount edges { cursor node { code name } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""


async def locate(caller: Caller, latitude: float, longitude: float) -> dict[str, Any] | None:
    found: dict[str, Any] | None = (await caller.ask(LOCATE, at={"latitude": latitude, "longitude": longitude}))[
        "locate"
    ]
    return found


async def search(caller: Caller, **asked: Any) -> list[str]:
    found = (await caller.ask(SEARCH, **asked))["kelurahans"]
    names = [edge["node"]["name"] for edge in found["edges"]]
    assert found["totalCount"] == len(names)
    return names


async def test_point_well_inside_is_located_exactly(city: City) -> None:
    anyone = city.anyone()
    assert await locate(anyone, **MONAS) == {"exact": True, "kelurahan": {"code": GAMBIR}, "alternatives": []}
    inexact = []
    for fact in city.gazetteer.kelurahan.values():
        found = await locate(anyone, fact.latitude, fact.longitude)
        if found != {"exact": True, "kelurahan": {"code": fact.code}, "alternatives": []}:
            inexact.append(fact.name)
    assert inexact == ["Kalibaru", "Pejaten Timur"]  # no disc covers their inner points


async def test_point_near_a_border_has_alternatives(city: City) -> None:
    assert await locate(city.anyone(), -6.225, 106.852) == {
        "exact": False,
        "kelurahan": {"code": "31.74.01.1001"},
        "alternatives": [{"code": "31.74.01.1002"}, {"code": "31.74.01.1005"}],
    }


async def test_point_outside_the_city_has_no_kelurahan(city: City) -> None:
    for latitude, longitude in ((0, 0), (-6.9175, 107.6191), (-6.595, 106.789), (90, 180), (-90, -180)):
        assert await locate(city.anyone(), latitude, longitude) is None


async def test_impossible_coordinates_are_bad_input(city: City) -> None:
    for latitude, longitude in ((91, 0), (0, 181), (1e308, 1e308), (106.8272, -6.1754)):
        with pytest.raises(RequestFailedError) as failure:
            await locate(city.anyone(), latitude, longitude)
        assert failure.value.code == "BAD_INPUT"


async def test_kelurahan_is_found_by_code_name_or_alias_only(city: City) -> None:
    document = "query($c: String!) { kelurahan(code: $c) { code } }"
    spellings = {
        "31.71.01.1001": GAMBIR,
        "3171011001": GAMBIR,
        "3173080003": GAMBIR,
        " gambir ": GAMBIR,
        "KELURAHAN GAMBIR": GAMBIR,
        "Kel. Gambir": GAMBIR,
        "Kreo": None,
        "Kredang": "31.73.04.1005",
        "Bale Kambang": "31.75.04.1005",
        "31.71.01": None,
        "31.71": None,
        "Jakarta Pusat": None,
        "": None,
        "Kelurahan": None,
        "\0": None,
        "x" * 10_000: None,
    }
    for spelling, code in spellings.items():
        found = (await city.anyone().ask(document, c=spelling))["kelurahan"]
        assert found == (None if code is None else {"code": code}), spelling


async def test_name_that_may_mean_several_kelurahan_is_bad_input_that_lists_them(city: City) -> None:
    with pytest.raises(RequestFailedError) as caught:
        await city.anyone().ask('{ kelurahan(code: "Tj. Duren") { code } }')
    assert caught.value.code == "BAD_INPUT"
    assert "Tanjung Duren Utara (31.73.02.1002, Grogol Petamburan" in str(caught.value)


async def test_kelurahan_and_its_parents_reference_each_other(city: City) -> None:
    document = """query($c: String!) { kelurahan(code: $c) { id name areaKm2 centre { latitude longitude }
      kecamatan { code name city { code } kelurahan { code } } city { code name kecamatan { code } } } }"""
    found = (await city.anyone().ask(document, c=GAMBIR))["kelurahan"]
    assert (found["name"], found["areaKm2"]) == ("Gambir", 2.51)
    assert found["centre"] == {"latitude": -6.17636, "longitude": 106.82669}
    assert (found["kecamatan"]["code"], found["kecamatan"]["name"]) == ("31.71.01", "Gambir")
    assert (found["city"]["code"], found["city"]["name"]) == ("31.71", "Kota Administrasi Jakarta Pusat")
    assert found["kecamatan"]["city"] == {"code": "31.71"}
    assert {"code": GAMBIR} in found["kecamatan"]["kelurahan"]
    assert {"code": "31.71.01"} in found["city"]["kecamatan"]


async def test_jakarta_has_6_cities_44_kecamatan_and_267_kelurahan(city: City) -> None:
    document = "{ cities { code kecamatan { code city { code } kelurahan { code city { code } } } } }"
    cities = (await city.anyone().ask(document))["cities"]
    kecamatan = [each for one in cities for each in one["kecamatan"]]
    kelurahan = [each["code"] for one in kecamatan for each in one["kelurahan"]]
    assert (len(cities), len(kecamatan), len(kelurahan)) == (6, 44, 267)
    assert kelurahan == sorted(set(kelurahan))
    assert all(each["city"]["code"] == one["code"] for one in cities for each in one["kecamatan"])
    assert all(each["code"].startswith(f"{one['code']}.") for one in kecamatan for each in one["kelurahan"])


async def test_search_returns_the_best_match_first_despite_spelling(city: City) -> None:
    anyone = city.anyone()
    assert (await search(anyone, search="GAMBIR"))[0] == "Gambir"
    assert await search(anyone, search="tebet") == ["Tebet Timur", "Tebet Barat"]
    assert (await search(anyone, search="kebon je"))[0] == "Kebon Jeruk"
    assert await search(anyone, search="kredang") == ["Krendang"]  # an alias
    assert await search(anyone, search="3171011001") == ["Gambir"]
    for nothing in ("", "12345", "tidak ada", "\0", "%", "_", "x" * 10_000):
        assert await search(anyone, search=nothing) == [], nothing


async def test_search_stays_in_the_given_city_and_kecamatan(city: City) -> None:
    anyone = city.anyone()
    assert len(await search(anyone)) == 267
    assert len(await search(anyone, city="31.71")) == 44
    assert await search(anyone, kecamatan="31.71.01") == [
        "Gambir",
        "Cideng",
        "Petojo Utara",
        "Petojo Selatan",
        "Kebon Kelapa",
        "Duri Pulo",
    ]
    assert await search(anyone, city="31.73", kecamatan="31.71.01") == []
    assert await search(anyone, search="gambir", city="31.73") == []
    assert await search(anyone, search="gambir", city="31.71") == ["Gambir"]
    assert await search(anyone, city="tidak ada") == await search(anyone, kecamatan="") == []


async def test_kelurahan_are_listed_whole_or_in_pages(city: City) -> None:
    anyone = city.anyone()
    whole = (await anyone.ask(SEARCH))["kelurahans"]["edges"]
    walked, after = [], None
    for number in range(6):
        found = (await anyone.ask(SEARCH, first=50, after=after))["kelurahans"]
        info, after = found["pageInfo"], found["pageInfo"]["endCursor"]
        assert (info["hasPreviousPage"], info["hasNextPage"]) == (number > 0, number < 5)
        walked += found["edges"]
    assert walked == whole
    assert len(whole) == 267
    other = (await anyone.ask(SEARCH, search="tebet"))["kelurahans"]["pageInfo"]["endCursor"]
    wrong: list[dict[str, Any]] = [{"first": 0}, {"first": 301}, {"after": "x"}, {"search": "gambir", "after": other}]
    for asked in wrong:
        with pytest.raises(RequestFailedError) as failure:
            await anyone.ask(SEARCH, **asked)
        assert failure.value.code == "BAD_INPUT"


async def test_categories_have_names_in_both_languages_and_targets(city: City) -> None:
    document = """{ categories { code name indonesian: name(locale: ID) english: name(locale: EN) weight
      group icon colour hint saran: hint(locale: ID)
      responseTargetMinutes processingTargetMinutes hours external agency { code } } }"""
    result = (await city.anyone("en").ask(document))["categories"]
    agencies = city.gazetteer.agencies
    assert result == [
        {
            "code": fact.code,
            "name": fact.name_en,  # Accept-Language selects messages; names take a locale argument
            "indonesian": fact.name_id,
            "english": fact.name_en,
            "weight": fact.weight,
            "group": fact.group_code,
            "icon": fact.icon,
            "colour": fact.colour,
            "hint": fact.hint_en,
            "saran": fact.hint_id,
            "hours": fact.hours,
            "responseTargetMinutes": fact.response_target_minutes,
            "processingTargetMinutes": fact.processing_target_minutes,
            "external": fact.handler is FirstHandler.AGENCY and agencies[fact.agency or ""].kind is AgencyKind.EXTERNAL,
            "agency": None if fact.agency is None else {"code": fact.agency},
        }
        for fact in city.gazetteer.categories.values()
    ]
    assert len(result) == 30
    power = next(each for each in result if each["code"] == "LISTRIK")
    assert (power["english"], power["external"]) == ("Power cut or dangerous cable", True)
    assert next(each for each in result if each["code"] == "BANJIR")["external"] is False


async def test_agencies_have_their_kind(city: City) -> None:
    result = (await city.anyone().ask("{ agencies { code name kind } }"))["agencies"]
    assert len(result) == 20
    assert {each["code"] for each in result if each["kind"] == "EXTERNAL"} == {
        "PLN",
        "TELKOM",
        "PGN",
        "POLRI",
        "JASA_MARGA",
    }
    assert {"code": "SDA", "name": "Dinas Sumber Daya Air", "kind": "CITY"} in result


async def test_boundaries_of_all_kelurahan_are_one_answer_of_under_400_kb(city: City) -> None:
    document = "{ kelurahans(first: 267) { edges { node { id code name boundary boundaryExact } } } }"
    for language in ("id", "en"):  # by a plan, whose constants are encoded once, and again
        caller = city.anyone(language)
        response = await caller.http.post("/graphql", json={"query": document}, headers=caller.headers)
        assert len(response.content) < 400_000
        nodes = [edge["node"] for edge in response.json()["data"]["kelurahans"]["edges"]]
        assert len(nodes) == 267
        assert {node["boundary"]["type"] for node in nodes} == {"MultiPolygon"}
        assert all(len(node["boundary"]["coordinates"][0][0]) > 3 for node in nodes)
        assert not any(node["boundaryExact"] for node in nodes)
