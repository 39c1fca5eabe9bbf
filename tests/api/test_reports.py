import pytest

from tests.city import City
from tests.wire import GAMBIR

pytestmark = pytest.mark.anyio


async def test_a_report_in_front_of_monas_goes_to_gambirs_own_desk(city: City) -> None:
    report = await (await city.citizen()).report()
    assert report["kelurahan"]["name"] == "Gambir"
    assert report["handler"] == {"__typename": "Kelurahan", "code": GAMBIR}
    assert report["status"] == "WAITING"


async def test_an_officer_of_the_unit_in_charge_moves_a_report_to_fixed_with_proof(city: City) -> None:
    report = await (await city.citizen()).report()
    officer = await city.official(GAMBIR)
    taken = await officer.move(report["id"], "IN_PROGRESS")
    assert taken["errors"] == []
    assert taken["report"]["version"] == 2
    refused = await officer.move(report["id"], "PROCESSED", resolution="FIXED")
    assert refused["errors"][0]["code"] == "PROOF_REQUIRED"
    fixed = await officer.move(report["id"], "PROCESSED", resolution="FIXED", proofPhotoIds=[await officer.photo()])
    assert fixed["errors"] == []
    assert fixed["report"]["status"] == "PROCESSED"
    assert len(fixed["report"]["proof"]) == 1
    board = await city.anyone().ask(
        "{ leaderboard { standings(first: 1) { edges { node { rank points subject { ... on Kelurahan { code } } } } } } }"
    )
    assert board["leaderboard"]["standings"]["edges"][0]["node"] == {
        "rank": 1,
        "points": 32,
        "subject": {"code": GAMBIR},
    }
